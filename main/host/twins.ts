import type { TwinName } from "../../common/frame";
import { assert } from "../../common/result";
import type { Arena, ArenaHandle } from "../../workers/arena";
import type { Answers, EngineIndicators, TwinCommand, WantedFrame } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import { startEngineThread, type Advance, type EngineThread } from "./engine-thread";

/** The city, and since the last instruction the city in which it was not sent: always at the same tick. */
export interface Twins {
  readonly tick: number;
  readonly live: EngineThread;
  readonly doNothing: EngineThread | undefined;
  /** What was commanded to the live twin so far, in order. */
  readonly log: readonly TwinCommand[];
  indicators(twin: TwinName): EngineIndicators | undefined;
  /** Events of the live twin since the last call go to `onEvents`. @param wantsFrames which twins pack a frame */
  advance(toTick: number, wantsFrames: ReadonlyMap<TwinName, WantedFrame>): Promise<ReadonlyMap<TwinName, PackedFrame>>;
  /** Before the next tick, in both cities. */
  commandBoth(command: TwinCommand): void;
  /** Before the next tick, in the live city only: a later word about an instruction that the other one never got. */
  commandLive(command: TwinCommand): void;
  /** Forks the do-nothing city from now, in place of the one before, then commands the live one only. */
  branch(command: (tick: number) => TwinCommand): Promise<void>;
  save(): Promise<SavedTwins>;
  close(): Promise<void>;
}

/** What lies in the `frame` section of a twin's arena until its next advance. */
export type PackedFrame = Pick<Advance, "frameSlots" | "reportWindowS">;

export interface SavedTwins {
  readonly tick: number;
  readonly live: Uint8Array<ArrayBuffer>;
  readonly doNothing: Uint8Array<ArrayBuffer> | null;
}

export interface TwinsStart {
  readonly live: Arena;
  readonly doNothing: Arena | null;
  readonly values: ParameterValues;
  readonly log: readonly TwinCommand[];
  readonly onEvents: (events: Uint32Array) => void;
  readonly onAnswers: (answers: Answers) => void;
  readonly onFailure: (error: Error) => void;
}

export function startTwins(start: TwinsStart): Twins {
  const { values, onFailure } = start;
  const startThread = (handle: ArenaHandle, onAnswers: (answers: Answers) => void) =>
    startEngineThread({ handle, values }, onAnswers, onFailure);
  const handleOf = ({ memory, counts }: Arena): ArenaHandle => ({ memory, counts });

  const live = startThread(handleOf(start.live), start.onAnswers);
  let doNothing = start.doNothing === null ? undefined : startThread(handleOf(start.doNothing), () => undefined);
  let tick = start.live.header.tick;
  const log = [...start.log];
  const indicators = new Map<TwinName, EngineIndicators>();

  const running = (): [TwinName, EngineThread][] =>
    doNothing === undefined
      ? [["live", live]]
      : [
          ["live", live],
          ["doNothing", doNothing],
        ];

  return {
    get tick() {
      return tick;
    },
    live,
    get doNothing() {
      return doNothing;
    },
    log,
    indicators: (twin) => indicators.get(twin),
    advance: async (toTick, wantsFrames) => {
      const frames = new Map<TwinName, PackedFrame>();
      const advanced = await Promise.all(
        running().map(async ([name, thread]): Promise<[TwinName, Advance]> => [
          name,
          await thread.advance(toTick, Infinity, wantsFrames.get(name) ?? "none"),
        ]),
      );
      for (const [name, advance] of advanced) {
        assert(advance.indicators.tick >= tick, "time moves forward");
        indicators.set(name, advance.indicators);
        if (advance.frameSlots >= 0) frames.set(name, advance);
        if (name === "live") start.onEvents(advance.events);
      }
      tick = Math.max(tick, toTick);
      return frames;
    },
    commandBoth: (command) => {
      log.push(command);
      for (const [, thread] of running()) thread.command(command);
    },
    commandLive: (command) => {
      log.push(command);
      live.command(command);
    },
    branch: async (command) => {
      const forked = await live.fork();
      assert(forked.tick === tick, "a fork is made between two advances");
      await doNothing?.close();
      doNothing = startThread(forked.handle, () => undefined);
      const sent = command(tick);
      log.push(sent);
      live.command(sent);
    },
    save: async () => {
      const [saved, other] = await Promise.all([live.save(), doNothing?.save()]);
      return { tick: saved.tick, live: saved.bytes, doNothing: other?.bytes ?? null };
    },
    close: async () => {
      await Promise.all(running().map(([, thread]) => thread.close()));
    },
  };
}
