/** Contracts that wait for their settlement, the next one first. */
export interface DueContracts {
  add(contracts: readonly DueContract[]): void;
  /** Takes out those whose time has come, at most `limit`. */
  take(nowS: number, limit: number): readonly string[];
}

interface DueContract {
  readonly contractId: string;
  /** Block time from which on it can be settled, s. */
  readonly dueS: number;
}

/** By second, so that a million contracts are kept without being sorted again and again: only a second's own are. */
export function createDueContracts(): DueContracts {
  const bySecond = new Map<number, string[]>();
  /** Seconds that hold contracts, latest first; sorted when needed. */
  let seconds: number[] = [];
  let isSorted = true;
  return {
    add: (contracts) => {
      for (const { contractId, dueS } of contracts) {
        const known = bySecond.get(dueS);
        if (known !== undefined) {
          known.push(contractId);
          continue;
        }
        bySecond.set(dueS, [contractId]);
        seconds.push(dueS);
        isSorted = false;
      }
    },
    take: (nowS, limit) => {
      if (!isSorted) seconds = seconds.sort((a, b) => b - a);
      isSorted = true;
      const taken: string[] = [];
      while (taken.length < limit) {
        const next = seconds[seconds.length - 1];
        const due = next === undefined || next > nowS ? undefined : bySecond.get(next);
        if (next === undefined || due === undefined) break;
        due.sort();
        taken.push(...due.splice(0, limit - taken.length));
        if (due.length > 0) break;
        bySecond.delete(next);
        seconds.pop();
      }
      return taken;
    },
  };
}
