import type { ClockState } from "../../common/console-api";

/** Simulated seconds a wall second that can be chosen. */
export const speeds = [1, 2, 5, 10, 30, 60] as const;

/** The most that the twin may owe the clock before the clock waits for it, wall seconds. */
const patienceS = 1;
/** A twin that owes more is late, wall seconds. */
const lateS = 0.5;

/** What the wall clock asks of the twin. The session time itself is the twin's: this only says how far it should be. */
export interface LiveClock {
  readonly running: boolean;
  readonly speed: number;
  /** Session time that is due at a wall time, given where the twin stands. @param nowMs monotonic wall time, ms */
  due(nowMs: number, twinS: number): number;
  /** Wall time at which a session time is due, as the clock goes now, ms; Infinity while it stands. */
  dueAtMs(sessionS: number): number;
  /** Changes pace; time goes on from where the twin stands. */
  set(change: { readonly running?: boolean; readonly speed?: number }, nowMs: number, twinS: number): void;
  state(nowMs: number, twinS: number): ClockState;
  /** Wall seconds for which the twin has been late whenever the clock was asked. */
  lateForS(nowMs: number): number;
}

export function createLiveClock(): LiveClock {
  let running = true;
  let speed = 1;
  /** The session was, or was to be, at `anchorS` at wall time `anchorMs`. */
  let anchorMs = 0;
  let anchorS = 0;
  let lateSinceMs: number | null = null;

  const wanted = (nowMs: number, twinS: number) =>
    running ? Math.max(twinS, anchorS + ((nowMs - anchorMs) / 1000) * speed) : twinS;

  return {
    get running() {
      return running;
    },
    get speed() {
      return speed;
    },
    due: (nowMs, twinS) => {
      const due = wanted(nowMs, twinS);
      lateSinceMs = due - twinS > lateS * speed ? (lateSinceMs ?? nowMs) : null;
      if (due - twinS <= patienceS * speed) return due;
      anchorMs = nowMs;
      anchorS = twinS + patienceS * speed;
      return anchorS;
    },
    dueAtMs: (sessionS) => (running ? anchorMs + ((sessionS - anchorS) / speed) * 1000 : Infinity),
    set: (change, nowMs, twinS) => {
      running = change.running ?? running;
      speed = change.speed ?? speed;
      anchorMs = nowMs;
      anchorS = twinS;
      lateSinceMs = null;
    },
    state: (nowMs, twinS) => ({
      timeS: twinS,
      running,
      speed,
      behindS: Math.min(patienceS, (wanted(nowMs, twinS) - twinS) / speed),
    }),
    lateForS: (nowMs) => (lateSinceMs === null ? 0 : (nowMs - lateSinceMs) / 1000),
  };
}
