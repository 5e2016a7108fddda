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

export function createDueContracts(): DueContracts {
  /** Latest first, so that the next one is taken off the end. */
  let waiting: DueContract[] = [];
  return {
    add: (contracts) => {
      waiting = [...waiting, ...contracts].sort((a, b) => b.dueS - a.dueS || (a.contractId < b.contractId ? 1 : -1));
    },
    take: (nowS, limit) => {
      const taken: string[] = [];
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (next.dueS > nowS || taken.length >= limit) {
          waiting.push(next);
          break;
        }
        taken.push(next.contractId);
      }
      return taken;
    },
  };
}
