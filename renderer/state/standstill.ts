import type { SessionState, SessionStore } from "./session";

/** A city that runs and has not moved for so long stands, ms of wall time: five times what a busy host may skip. */
export const standstillMs = 5000;
const lookEveryMs = 1000;

/**
 * Watches whether the city's clock moves while it should.
 * @param tell for how long it has stood, whole s of wall time; 0 while it moves, is paused, or the line is lost
 * @returns stops watching
 */
export function watchStandstill(store: SessionStore, tell: (standsS: number) => void): () => void {
  let movedMs = performance.now();
  const look = () => {
    const stoodMs = performance.now() - movedMs;
    tell(runs(store.getState()) && stoodMs >= standstillMs ? Math.floor(stoodMs / 1000) : 0);
  };
  const timer = setInterval(look, lookEveryMs);
  const unfollow = store.subscribe((state, before) => {
    if (state.clock?.timeS === before.clock?.timeS && runs(state) && runs(before)) return;
    movedMs = performance.now();
    look();
  });
  return () => {
    clearInterval(timer);
    unfollow();
  };
}

const runs = ({ clock, connection }: SessionState) => clock?.running === true && connection.kind === "ready";
