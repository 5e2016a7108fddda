import { expect, test } from "vitest";
import { onePerAsker } from "./one-per-asker";

test("each asker has one at a time, and no other's is given up for it", async () => {
  const works = onePerAsker();
  const [here, there] = [{}, {}];
  const begin = (asker: object) => {
    const begun: { signal?: AbortSignal; end: () => void } = { end: () => undefined };
    const ended = works.run(asker, (signal) => {
      begun.signal = signal;
      return new Promise<void>((resolve) => (begun.end = resolve));
    });
    return { aborted: () => begun.signal?.aborted, end: () => (begun.end(), ended) };
  };
  const [first, other] = [begin(here), begin(there)];
  expect([first.aborted(), other.aborted()]).toEqual([false, false]);
  const second = begin(here);
  expect([first.aborted(), second.aborted(), other.aborted()]).toEqual([true, false, false]);
  // The end of the one that was given up is not that of the one in its place.
  await first.end();
  works.giveUp(here);
  expect([second.aborted(), other.aborted()]).toEqual([true, false]);
  await other.end();
  const last = begin(there);
  works.giveUpAll();
  expect(last.aborted()).toBe(true);
});
