import type { IndicatorSample, ViewState } from "../../common/console-api";
import type { TwinName } from "../../common/frame";
import { assert, fail, refuseSaying, saidOfFailure, succeed, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import { createArena, snapshotLengthMost, type Arena } from "../../workers/arena";
import type { EngineIndicators } from "../../workers/messages";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { createReportClock } from "./frames";
import { startEngineThread, type Advance, type EngineThread } from "./engine-thread";
import { sampleFrom } from "./indicators";
import type { Keyframe } from "./keyframe-index";
import type { KeyframeStore } from "./keyframes";
import { createLiveClock } from "./live-clock";
import type { PackedFrame, Twins } from "./twins";

/**
 * Shows an earlier instant while the live city goes on: engines of its own, set to the nearest keyframe before the
 * instant and run forward with the commands that were given then. What is shown has the bits that the city had there.
 */
export interface TimeView {
  state(): ViewState;
  /** What is told to those who look at the live city. */
  liveState(): ViewState;
  /** Goes to an instant, and stands there. A later wish makes an earlier one that is still under way void. */
  view(atS: number): Promise<Result<ViewState>>;
  play(change: { readonly running?: boolean; readonly speed?: number }): Result<ViewState>;
  live(): Promise<ViewState>;
  /** Hashes of what is shown: equal to those of the live twins when they were there. */
  hashes(): Promise<{ readonly live: string; readonly doNothing: string | null } | undefined>;
  close(): Promise<void>;
}

export interface TimeViewParts {
  readonly twins: Twins;
  readonly keyframes: KeyframeStore;
  readonly tickS: number;
  readonly startS: number;
  readonly listener: TimeViewListener;
}

export interface TimeViewListener {
  view(state: ViewState): void;
  /** Something was lost that the user should know of. */
  warn(said: Said): void;
  /** Twins of which somebody who looks at the view can take a frame. */
  wantsFrames(moved: boolean): ReadonlySet<TwinName>;
  frame(twin: TwinName, arena: Arena, packed: PackedFrame, timeS: number): void;
  /** All who look have seen none of the frames after a jump. */
  jumped(): void;
}

/** How often a replay that plays looks at its clock, ms. */
const beatMs = 100;
/** An advance lasts no longer than that before a later wish is heard, ms. */
const portionMs = 250;
/** Ticks that are run rather than a keyframe loaded, when the city shown stands before the instant. */
const nearTicks = 240;

/** One city that is shown. */
interface Shown {
  readonly thread: EngineThread;
  /** Keyframes are read into it, one after the other. */
  readonly snapshot: SharedArrayBuffer;
  lineage: number;
  tick: number;
  /** Commands given to it, as a row of the log. */
  fed: number;
  indicators: EngineIndicators | undefined;
}

export function openTimeView(parts: TimeViewParts): TimeView {
  const { twins, keyframes, tickS, startS, listener } = parts;
  const clock = createLiveClock();
  const frameClock = createReportClock();
  const shown = new Map<TwinName, Shown>();
  let viewing = false;
  let tick = 0;
  let jump = 0;
  let wish = 0;
  let tail: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const timeAt = (at: number) => startS + at * tickS;
  const firstTick = () => keyframes.all[0]?.tick ?? twins.tick;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
  const sample = (): IndicatorSample | null => {
    const live = shown.get("live")?.indicators;
    return live === undefined ? null : sampleFrom(live, shown.get("doNothing")?.indicators, timeAt(tick));
  };
  const liveState = (): ViewState => ({
    kind: "live",
    jump,
    timeS: timeAt(twins.tick),
    running: false,
    speed: clock.speed,
    fromS: timeAt(firstTick()),
    sample: null,
  });
  const state = (): ViewState =>
    viewing
      ? { ...liveState(), kind: "replay", timeS: timeAt(tick), running: clock.running, sample: sample() }
      : liveState();
  const failed = (error: Error) => {
    if (closed) return;
    listener.warn({ code: "replay-stopped", args: { reason: error.message } });
    void inTurn(leaveAsTold);
  };

  const leave = async () => {
    clearTimeout(timer);
    viewing = false;
    clock.set({ running: false }, performance.now(), 0);
    const threads = [...shown.values()].map(({ thread }) => thread.close());
    shown.clear();
    await Promise.all(threads);
    if (threads.length > 0) collectDroppedMemory();
  };
  /** Whoever looks at the past stands before the live city from here on, and hears of it. */
  const leaveAsTold = async () => {
    await leave();
    jump++;
    listener.jumped();
    listener.view(state());
  };
  const cityOf = (name: TwinName): Result<Shown> => {
    const known = shown.get(name);
    if (known !== undefined) return succeed(known);
    const created = createArena(twins.live.arena.counts);
    if (!created.ok) return created;
    const { memory, counts } = created.value;
    const thread = startEngineThread(
      { handle: { memory, counts }, values: twins.live.values },
      () => undefined,
      failed,
    );
    const snapshot = new SharedArrayBuffer(snapshotLengthMost(created.value));
    const fresh: Shown = { thread, snapshot, lineage: -1, tick: -1, fed: 0, indicators: undefined };
    shown.set(name, fresh);
    return succeed(fresh);
  };

  /** Puts one city to a tick. @returns false when a later wish came */
  const place = async (name: TwinName, lineage: number, toTick: number, own: number): Promise<Result<boolean>> => {
    const city = cityOf(name);
    if (!city.ok) return city;
    const one = city.value;
    const isNear = one.lineage === lineage && one.tick <= toTick && toTick - one.tick <= nearTicks;
    while (!isNear) {
      const keyframe = nearestKeyframe(keyframes.all, twins.branches, lineage, toTick);
      if (keyframe === undefined) return refuseSaying({ code: "keyframes-unreadable", args: {} });
      if (one.lineage === lineage && one.tick <= toTick && one.tick >= keyframe.tick) break;
      one.lineage = -1;
      const read = await keyframes.read(keyframe, one.snapshot);
      if (!read.ok) {
        listener.warn({ code: "keyframe-damaged", args: { reason: saidOfFailure(read.error) } });
        continue;
      }
      const adopted = await one.thread.adopt(one.snapshot, keyframe.length);
      assert(adopted.tick === keyframe.tick, "a keyframe stands at its tick");
      one.lineage = lineage;
      one.tick = adopted.tick;
      one.indicators = adopted.indicators;
      one.fed = keyframe.commands;
      // Those given before, whose tick had not come.
      for (const [row, { command }] of twins.log.slice(0, keyframe.commands).entries()) {
        if (command.tick > keyframe.tick && isGivenTo(lineage, row, twins.branches, twins.log))
          one.thread.command(command);
      }
      break;
    }
    for (; one.fed < twins.log.length; one.fed++) {
      const logged = twins.log[one.fed];
      if (logged === undefined || logged.command.tick > toTick) break;
      if (isGivenTo(lineage, one.fed, twins.branches, twins.log)) one.thread.command(logged.command);
    }
    while (one.tick < toTick) {
      if (own !== wish) return succeed(false);
      take(one, await one.thread.advance(toTick, portionMs, "none"));
    }
    return succeed(true);
  };
  const take = (one: Shown, advance: Advance) => {
    one.tick = advance.indicators.tick;
    one.indicators = advance.indicators;
  };
  const goTo = async (toTick: number, own: number): Promise<Result<boolean>> => {
    const lineage = lineageAt(twins.branches, toTick);
    const places = [place("live", 0, toTick, own)];
    if (lineage > 0) places.push(place("doNothing", lineage, toTick, own));
    else if (shown.has("doNothing")) {
      await shown.get("doNothing")?.thread.close();
      shown.delete("doNothing");
      collectDroppedMemory();
    }
    const placed = await Promise.all(places);
    const fault = placed.find((one) => !one.ok);
    if (fault !== undefined) return fault;
    if (placed.some((one) => one.ok && !one.value)) return succeed(false);
    tick = toTick;
    return succeed(true);
  };
  const sendFrames = async (moved: boolean) => {
    for (const [name, wanted] of frameClock.wanted(listener.wantsFrames(moved))) {
      const one = shown.get(name);
      if (one === undefined) continue;
      const packed = await one.thread.advance(one.tick, 0, wanted);
      take(one, packed);
      listener.frame(name, one.thread.arena, packed, timeAt(tick));
    }
  };

  const beat = async () => {
    if (!viewing) return;
    const due = clock.due(performance.now(), timeAt(tick));
    const target = Math.min(twins.tick, Math.floor((due - startS) / tickS + 1e-9));
    const moved = target > tick;
    if (moved) {
      const gone = await goTo(target, wish);
      if (gone.ok && !gone.value) return;
      if (!gone.ok) {
        listener.warn(saidOfFailure(gone.error));
        clock.set({ running: false }, performance.now(), timeAt(tick));
      }
    }
    await sendFrames(moved);
    if (!moved) return;
    if (clock.running && tick >= twins.tick) await leaveAsTold();
    else listener.view(state());
  };
  const schedule = () => {
    clearTimeout(timer);
    if (!viewing || closed) return;
    timer = setTimeout(() => {
      void inTurn(beat)
        .catch((error: unknown) => failed(error instanceof Error ? error : new Error(String(error))))
        .finally(schedule);
    }, beatMs);
  };

  return {
    state,
    liveState,
    view: (atS) => {
      const own = ++wish;
      return inTurn<Result<ViewState>>(async () => {
        if (closed) return fail("the session was closed");
        if (own !== wish) return succeed(state());
        const toTick = Math.floor((atS - startS) / tickS + 1e-9);
        if (toTick < firstTick()) return refuseSaying({ code: "time-not-kept", args: {} });
        if (toTick > twins.tick) return refuseSaying({ code: "time-to-come", args: {} });
        clock.set({ running: false }, performance.now(), atS);
        const gone = await goTo(toTick, own);
        if (!gone.ok) {
          await leaveAsTold();
          return gone;
        }
        if (!gone.value) return succeed(state());
        viewing = true;
        jump++;
        listener.view(state());
        listener.jumped();
        await sendFrames(true);
        schedule();
        return succeed(state());
      });
    },
    play: (change) => {
      if (!viewing) return refuseSaying({ code: "view-is-live", args: {} });
      clock.set(change, performance.now(), timeAt(tick));
      listener.view(state());
      return succeed(state());
    },
    live: () => {
      wish++;
      return inTurn(async () => {
        if (viewing || shown.size > 0) await leaveAsTold();
        return state();
      });
    },
    hashes: () =>
      inTurn(async () => {
        const [live, doNothing] = [shown.get("live"), shown.get("doNothing")];
        if (live === undefined) return undefined;
        return {
          live: (await live.thread.hash()).hash,
          doNothing: doNothing === undefined ? null : (await doNothing.thread.hash()).hash,
        };
      }),
    close: async () => {
      closed = true;
      wish++;
      await inTurn(leave);
    },
  };
}

type Branches = Twins["branches"];

/** Which do-nothing city stood beside the live one: the number of its branch, 0 = none yet. */
export function lineageAt(branches: Branches, tick: number): number {
  return branches.filter((branch) => branch.tick <= tick).length;
}

/** Whether a command of the log was given to a city: the live one got all; the other one all of before its fork, then what both got. */
export function isGivenTo(lineage: number, row: number, branches: Branches, log: Twins["log"]): boolean {
  if (lineage === 0) return true;
  const fork = branches[lineage - 1]?.command ?? 0;
  return row < fork || !log[row]?.liveOnly;
}

/**
 * The latest keyframe from which a city can be run to a tick: its own, or one of the live city from before the fork.
 */
export function nearestKeyframe(
  all: readonly Keyframe[],
  branches: Branches,
  lineage: number,
  tick: number,
): Keyframe | undefined {
  const fork = branches[lineage - 1];
  let nearest: Keyframe | undefined;
  for (const keyframe of all) {
    const isOwn = keyframe.lineage === lineage;
    const isBefore = fork !== undefined && keyframe.lineage === 0 && keyframe.commands <= fork.command;
    if (!(isOwn || isBefore) || keyframe.tick > tick) continue;
    if (nearest === undefined || keyframe.tick >= nearest.tick) nearest = keyframe;
  }
  return nearest;
}
