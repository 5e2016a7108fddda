import { setImmediate } from "node:timers/promises";
import type { TwinName } from "../../common/frame";
import { assert } from "../../common/result";
import { makeRoom, type Arena, type ArenaHandle } from "../../workers/arena";
import type { Answers, EngineIndicators, TwinCommand, WantedFrame } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import { startEngineThread, type Advance, type EngineThread } from "./engine-thread";
import type { KeyframeStore } from "./keyframes";

/** The city, and since the last instruction the city in which it was not sent: always at the same tick. */
export interface Twins {
  readonly tick: number;
  readonly live: EngineThread;
  readonly doNothing: EngineThread | undefined;
  /** What was commanded so far, in order: the live twin got all of it. */
  readonly log: readonly LoggedCommand[];
  /** Where the do-nothing city parted from the live one, each time: the command that only the live one got. */
  readonly branches: readonly Branch[];
  indicators(twin: TwinName): EngineIndicators | undefined;
  /** Events of the live twin since the last call go to `onEvents`. @param wantsFrames which twins pack a frame */
  advance(toTick: number, wantsFrames: ReadonlyMap<TwinName, WantedFrame>): Promise<ReadonlyMap<TwinName, PackedFrame>>;
  /** Takes the keyframe of the first instant, unless it is taken: `advance` does so before time moves. */
  keepStart(): Promise<void>;
  /** Before the next tick, in both cities. */
  commandBoth(command: TwinCommand): void;
  /** Before the next tick, in the live city only: what follows from an instruction that the other one never got. */
  commandLive(command: TwinCommand): void;
  /** An instruction is being written: makes room for the do-nothing city, so that the live one need not wait for it. */
  expectBranch(): void;
  /** Forks the do-nothing city from now, in place of the one before, then commands the live one only. */
  branch(command: (tick: number) => TwinCommand): Promise<void>;
  save(): Promise<SavedTwins>;
  close(): Promise<void>;
}

/** What lies in the `frame` section of a twin's arena until its next advance. */
export type PackedFrame = Pick<Advance, "frameSlots" | "reportWindowS">;
/** A command as it was given: to both cities, or to the live one only. */
export interface LoggedCommand {
  readonly command: TwinCommand;
  readonly liveOnly: boolean;
}

export interface Branch {
  /** Row of the log. */
  readonly command: number;
  readonly tick: number;
}

export interface SavedTwins {
  readonly tick: number;
  readonly live: Uint8Array<ArrayBuffer>;
  readonly doNothing: Uint8Array<ArrayBuffer> | null;
}

export interface TwinsStart {
  readonly live: Arena;
  readonly doNothing: Arena | null;
  readonly values: ParameterValues;
  readonly log: readonly LoggedCommand[];
  readonly branches: readonly Branch[];
  /** Takes keyframes of both cities; undefined: none are taken. */
  readonly keyframes: KeyframeStore | undefined;
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
  let room: Promise<WebAssembly.Memory | undefined> | undefined;
  let isClosed = false;
  let tick = start.live.header.tick;
  const log = [...start.log];
  const branches = [...start.branches];
  const recording = start.keyframes === undefined ? undefined : recordKeyframes(start.keyframes);
  const indicators = new Map<TwinName, EngineIndicators>();
  const record = () => recording?.record(running(), branches.length, log.length);
  const keepStart = async () => {
    if (recording?.begun === false) await record();
  };

  /** The do-nothing city before is in nobody's way any more. */
  const freeRoom = async () => {
    const [closing, made] = [doNothing, room];
    doNothing = undefined;
    room = undefined;
    await closing?.close();
    return closing === undefined ? made : closing.arena.memory;
  };

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
    branches,
    indicators: (twin) => indicators.get(twin),
    advance: async (toTick, wantsFrames) => {
      const frames = new Map<TwinName, PackedFrame>();
      if (toTick > tick) await keepStart();
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
        recording?.spent(name, advance.spentMs);
      }
      tick = Math.max(tick, toTick);
      if (recording?.begun === true) await record();
      return frames;
    },
    keepStart,
    commandBoth: (command) => {
      log.push({ command, liveOnly: false });
      for (const [, thread] of running()) thread.command(command);
    },
    commandLive: (command) => {
      log.push({ command, liveOnly: true });
      live.command(command);
    },
    expectBranch: () => {
      if (doNothing === undefined) room ??= makeRoomInTurns(live.arena, () => isClosed);
    },
    branch: async (command) => {
      const forked = await live.fork(await freeRoom());
      assert(forked.tick === tick, "a fork is made between two advances");
      doNothing = startThread(forked.handle, () => undefined);
      const sent = command(tick);
      recording?.branched();
      branches.push({ command: log.length, tick });
      log.push({ command: sent, liveOnly: true });
      live.command(sent);
    },
    save: async () => {
      const [saved, other] = await Promise.all([live.save(), doNothing?.save()]);
      return { tick: saved.tick, live: saved.bytes, doNothing: other?.bytes ?? null };
    },
    close: async () => {
      isClosed = true;
      await Promise.all(running().map(([, thread]) => thread.close()));
    },
  };
}

/** Undefined where there is no memory for it now, or nobody needs it any more: a fork finds its own then. */
async function makeRoomInTurns(arena: Arena, isOver: () => boolean): Promise<WebAssembly.Memory | undefined> {
  try {
    const making = makeRoom(arena);
    while (!isOver()) {
      const made = making.next();
      if (made.done === true) return made.value;
      await setImmediate();
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** Takes a keyframe of each city whenever it has cost so much engine time since its last one. */
function recordKeyframes(store: KeyframeStore) {
  const spentMs: Record<TwinName, number> = { live: Infinity, doNothing: Infinity };
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    spent: (twin: TwinName, ms: number) => void (spentMs[twin] += ms),
    /** Up to here the do-nothing city is the live one. */
    branched: () => void (spentMs.doNothing = spentMs.live),
    record: async (running: readonly [TwinName, EngineThread][], branchCount: number, commands: number) => {
      begun = true;
      for (const [name, thread] of running) {
        if (spentMs[name] < store.everyMs) continue;
        // The first ones are of the same instant, from which on every one can be reached.
        if (spentMs[name] === Infinity) await store.settled();
        if (!store.idle) continue;
        spentMs[name] = 0;
        const lineage = name === "live" ? 0 : branchCount;
        await store.take({ lineage, commands }, (into) => thread.snapshot(into));
      }
    },
  };
}
