import { describe, expect, test } from "vitest";
import { fc } from "../../test/support/properties";
import { createKeyframeIndex, type Keyframe } from "./keyframe-index";
import { applyKeyframe, packKeyframe } from "./keyframe-file";
import type { LoggedCommand } from "./twins";
import { isGivenTo, lineageAt, nearestKeyframe } from "./time-view";

const state = (fill: number, length = 20_000) => new Uint8Array(length).fill(fill);

describe("a keyframe's file", () => {
  test("gives back the state, whole or by the pages that differ", () => {
    const [before, after] = [state(1), state(1)];
    after[5000] = 9;
    after[19_999] = 8;
    const whole = packKeyframe(1, before, undefined);
    const part = packKeyframe(2, after, { id: 1, state: before });
    expect(whole.share).toBe(1);
    expect(part.share).toBeCloseTo(2 / 5);
    const read = state(77);
    expect(applyKeyframe(whole.bytes, { id: 1, base: null, length: 20_000 }, read).ok).toBe(true);
    expect(read).toEqual(before);
    expect(applyKeyframe(part.bytes, { id: 2, base: 1, length: 20_000 }, read).ok).toBe(true);
    expect(read).toEqual(after);
  });

  test("gives back a state that is longer or shorter than the one that it rests on", () => {
    for (const length of [12_000, 20_004, 33_000]) {
      const [before, after] = [state(1), state(1, length)];
      after[100] = 9;
      after[length - 1] = 8;
      const [whole, part] = [packKeyframe(1, before, undefined), packKeyframe(2, after, { id: 1, state: before })];
      const read = state(77, length);
      expect(applyKeyframe(whole.bytes, { id: 1, base: null, length: null }, read).ok).toBe(true);
      expect(applyKeyframe(part.bytes, { id: 2, base: 1, length }, read).ok).toBe(true);
      expect(Buffer.compare(read, after)).toBe(0);
    }
  });

  test("is refused with any bit changed, cut anywhere, or as another one, and leaves the state alone", () => {
    const whole = state(4).map((_, row) => row * 31);
    const { bytes } = packKeyframe(3, whole, undefined);
    const [expected, untouched] = [{ id: 3, base: null, length: 20_000 }, state(7)];
    for (const other of [
      { id: 4, base: null, length: 20_000 },
      { id: 3, base: 1, length: 20_000 },
      { id: 3, base: null, length: 20_004 },
    ])
      expect(applyKeyframe(bytes, other, state(7)).ok).toBe(false);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const [damaged, target] = [bytes.slice(), state(7)];
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        const applied = applyKeyframe(damaged, expected, target);
        // Padding between columns decides nothing.
        expect(Buffer.compare(target, applied.ok ? whole : untouched)).toBe(0);
        expect(applyKeyframe(bytes.subarray(0, at), expected, target).ok).toBe(false);
      }),
    );
  });
});

const keyframe = (id: number, more: Partial<Keyframe> = {}): Keyframe => ({
  ...{
    id,
    base: id === 0 ? null : 0,
    lineage: 0,
    tick: 100 * id,
    commands: 0,
    byteLength: 1000,
    length: 5000,
  },
  ...more,
});

describe("keyframes beyond the budget", () => {
  test("go, the older the more of them, but never the first, the newest, and what others rest on", () => {
    const index = createKeyframeIndex();
    const budget = 40_000;
    for (let id = 0; id < 1000; id++) {
      index.add(keyframe(id, id % 50 === 0 ? { base: null } : { base: id - (id % 50) }));
      index.thin(budget);
      expect(index.byteLength).toBeLessThanOrEqual(budget);
      expect(index.all[0]?.id).toBe(0);
      expect(index.all.at(-1)?.id).toBe(id);
      const kept = new Set(index.all.map((one) => one.id));
      for (const { base } of index.all) expect(base === null || kept.has(base)).toBe(true);
    }
    const ticks = index.all.map(({ tick }) => tick);
    const gap = (from: number, to: number) => (to - from) / ticks.filter((tick) => tick >= from && tick < to).length;
    expect(gap(0, 50_000)).toBeGreaterThan(2 * gap(90_000, 100_000));
  });

  test("that rest on a lost one are lost with it", () => {
    const index = createKeyframeIndex();
    for (let id = 0; id < 10; id++) index.add(keyframe(id, id < 5 ? {} : { base: id === 5 ? null : 5 }));
    expect(
      index
        .drop(5)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([5, 6, 7, 8, 9]);
    expect(index.byteLength).toBe(5000);
  });
});

describe("the city beside the live one", () => {
  const branches = [
    { command: 2, tick: 300 },
    { command: 5, tick: 700 },
  ];

  test("is the fork of the last instruction before, and got all commands but those that branched after it", () => {
    expect([0, 299, 300, 699, 700].map((tick) => lineageAt(branches, tick))).toEqual([0, 0, 1, 1, 2]);
    // What the two instructions lead to, a settlement of any kind among it, is the live city's alone.
    const log = [0, 1, 2, 3, 4, 5, 6].map((row): LoggedCommand => ({
      command: { kind: "settleBonuses", tick: row, people: [], paid: [] },
      liveOnly: [2, 4, 5].includes(row),
    }));
    const given = (lineage: number) => [0, 1, 2, 3, 4, 5, 6].filter((row) => isGivenTo(lineage, row, branches, log));
    expect(given(0)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(given(1)).toEqual([0, 1, 3, 6]);
    expect(given(2)).toEqual([0, 1, 2, 3, 4, 6]);
  });

  test("is reached from its own keyframes, or from the live city's of before the fork", () => {
    const all = [
      keyframe(0),
      keyframe(2, { commands: 2 }),
      keyframe(3, { commands: 3 }),
      keyframe(4, { commands: 3, lineage: 1 }),
    ];
    const nearest = (lineage: number, tick: number) => nearestKeyframe(all, branches, lineage, tick)?.id;
    expect([nearest(0, 50), nearest(0, 250), nearest(0, 900)]).toEqual([0, 2, 3]);
    // Keyframe 3 stands at the fork's own tick, after its instruction: it is the live city's alone.
    expect([nearest(1, 350), nearest(1, 400)]).toEqual([2, 4]);
    expect(nearest(0, -1)).toBe(undefined);
  });
});
