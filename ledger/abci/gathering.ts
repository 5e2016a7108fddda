/**
 * Lets what comes many times a second wait a little, so that it is answered together: signatures of a hundred
 * transactions are verified in half the time that each by itself takes. What comes alone is answered at once.
 */
export interface Gathering<Item> {
  push(items: readonly Item[]): void;
  /** Answers what waits. */
  release(): void;
  close(): void;
}

/** Whether an item gains by waiting for others, goes with those before it, or is waited for by somebody. */
export type Patience = "gains" | "follows" | "urgent";

/** How long an item waits at most, ms. */
export const gatherMs = 100;
/** So many are answered without waiting any longer. */
export const gatherMax = 512;
/** Fewer than this in `gatherMs` gain nothing by waiting. */
export const gatherMin = 32;

/**
 * @param patienceOf asked once, when an item comes
 * @param answer in the order in which the items came
 * @param nowMs a clock that does not run backwards
 */
export function createGathering<Item>(
  patienceOf: (item: Item) => Patience,
  answer: (items: readonly Item[]) => void,
  nowMs: () => number = () => performance.now(),
): Gathering<Item> {
  let waiting: Item[] = [];
  let gaining = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Of this period of `gatherMs`, and of the one before it. */
  let [periodBeganMs, arrived, arrivedBefore] = [nowMs(), 0, 0];
  const count = (items: number) => {
    const periods = Math.floor((nowMs() - periodBeganMs) / gatherMs);
    if (periods > 0) {
      [arrivedBefore, arrived] = [periods === 1 ? arrived : 0, 0];
      periodBeganMs += periods * gatherMs;
    }
    arrived += items;
  };
  const release = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    [waiting, gaining] = [[], 0];
    answer(items);
  };
  return {
    push: (items) => {
      const patience = items.map(patienceOf);
      const added = patience.filter((one) => one === "gains").length;
      waiting.push(...items);
      gaining += added;
      count(added);
      const isBusy = Math.max(arrived, arrivedBefore) >= gatherMin;
      const isUrgent = gaining === 0 || patience.includes("urgent");
      if (isUrgent || !isBusy || waiting.length >= gatherMax) release();
      else timer ??= setTimeout(release, gatherMs);
    },
    release,
    close: () => {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
