import type { SessionState } from "./session";

/** Where the city's state is behind the plan. */
export interface PlanGaps {
  /** Contracts that were rewritten and whose proof is not yet checked. */
  readonly unverified: number;
  /** Holders of rewritten contracts who have not yet heard of it. */
  readonly unreached: number;
  /** Instructions whose window ends soon. */
  readonly ending: number;
  /** Incidents that last longer than expected. */
  readonly overdue: number;
}

const endingSoonS = 600;

export function planGaps(state: Pick<SessionState, "instructions" | "incidents" | "clock">): PlanGaps {
  const nowS = state.clock?.timeS ?? 0;
  const running = state.instructions.filter(
    ({ stage }) => stage !== "expired" && stage !== "withdrawn" && stage !== "refused",
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    unverified: sum(running.map(({ rewritten, verified }) => Math.max(0, rewritten - verified))),
    unreached: sum(running.map(({ rewritten, reached }) => Math.max(0, rewritten - reached))),
    ending: running.filter(({ untilS }) => untilS > nowS && untilS - nowS <= endingSoonS).length,
    overdue: state.incidents.filter(({ active, endS }) => active && nowS > endS).length,
  };
}
