import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGathering, gatherMax, gatherMin, gatherMs, type Patience } from "./gathering";

/** Items are named after how they wait, with a number behind. */
const patienceOf = (item: string) => item.split(" ")[0] as Patience;
const gaining = (count: number, from = 0) => Array.from({ length: count }, (_, row) => `gains ${from + row}`);

describe("transactions that are answered together", () => {
  let answered: (readonly string[])[] = [];
  let gathering = createGathering(patienceOf, (items: readonly string[]) => answered.push(items));
  beforeEach(() => {
    vi.useFakeTimers();
    answered = [];
    gathering = createGathering(patienceOf, (items: readonly string[]) => answered.push(items));
  });
  afterEach(() => {
    gathering.close();
    vi.useRealTimers();
  });
  const makeBusy = () => {
    gathering.push(gaining(gatherMin));
    vi.advanceTimersByTime(gatherMs);
    answered = [];
  };

  it("do not wait while few of them come", () => {
    for (let row = 0; row < 20; row++) {
      gathering.push([`gains ${row}`, "follows"]);
      expect(answered.at(-1)).toEqual([`gains ${row}`, "follows"]);
      vi.advanceTimersByTime(gatherMs / 10);
    }
  });

  it("wait for others when many come, no longer than they may, and keep their order", () => {
    makeBusy();
    gathering.push(["gains 1", "follows 1"]);
    vi.advanceTimersByTime(gatherMs - 1);
    gathering.push(["gains 2"]);
    expect(answered).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(answered).toEqual([["gains 1", "follows 1", "gains 2"]]);
  });

  it("go at once with what is waited for, and when they are enough", () => {
    makeBusy();
    gathering.push(["gains 1"]);
    gathering.push(["urgent"]);
    expect(answered).toEqual([["gains 1", "urgent"]]);
    gathering.push(gaining(gatherMax));
    expect(answered.at(-1)).toHaveLength(gatherMax);
    gathering.push(["gains 2"]);
    gathering.release();
    expect(answered.at(-1)).toEqual(["gains 2"]);
    vi.advanceTimersByTime(10 * gatherMs);
    expect(answered).toHaveLength(3);
  });

  it("let nobody wait for what gains nothing by it", () => {
    makeBusy();
    gathering.push(["follows"]);
    expect(answered).toEqual([["follows"]]);
  });

  it("do not wait any more once it has become quiet", () => {
    makeBusy();
    vi.advanceTimersByTime(3 * gatherMs);
    gathering.push(["gains 1"]);
    expect(answered).toEqual([["gains 1"]]);
  });
});
