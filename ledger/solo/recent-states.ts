import type { State } from "../machine/state";
import { leafCountOf } from "../machine/tree/node-store";
import { compact } from "../machine/tree/tree";

/** States behind the last blocks: they share what did not change, and what none of them needs is dropped now and then. */
export interface RecentStates {
  latest(): State;
  /** undefined when it is not kept any longer, or not yet there. */
  at(height: number): State | undefined;
  /** @param state behind the next block */
  push(state: State): void;
}

/** Leaves that are no longer wanted are tolerated up to this number, or as many as are wanted. */
const deadLeavesMin = 100_000;

/** @param kept how many states are kept, the last one included */
export function createRecentStates(first: State, kept: number): RecentStates {
  let states = new Map([[first.height, first]]);
  let latest = first;
  let compactAboveLeaves = leafCountOf(first.tree.store, first.tree.root) * 2 + deadLeavesMin;
  const compactAll = () => {
    const trees = compact([...states.values()].map(({ tree }) => tree));
    states = new Map([...states].map(([height, state], index) => [height, { ...state, tree: trees[index] }]));
    latest = states.get(latest.height) ?? latest;
    compactAboveLeaves = latest.tree.store.leafCount * 2 + deadLeavesMin;
  };
  return {
    latest: () => latest,
    at: (height) => states.get(height),
    push: (state) => {
      states.set(state.height, state);
      latest = state;
      for (const height of states.keys()) {
        if (states.size <= kept) break;
        states.delete(height);
      }
      if (state.tree.store.leafCount > compactAboveLeaves) compactAll();
    },
  };
}
