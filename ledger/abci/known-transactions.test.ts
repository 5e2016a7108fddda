import { describe, expect, it } from "vitest";
import { createKnownTransactions } from "./known-transactions";

describe("transactions that a node let wait", () => {
  it("are the same object when the same bytes come again, and a copy of what came first", () => {
    const known = createKnownTransactions(1000);
    const came = Uint8Array.of(1, 2, 3);
    const kept = known.remember(came);
    came[0] = 9;
    expect(kept).toEqual(Uint8Array.of(1, 2, 3));
    expect(known.same(Uint8Array.of(1, 2, 3))).toBe(kept);
    expect(known.remember(Uint8Array.of(1, 2, 3))).toBe(kept);
    const other = Uint8Array.of(1, 2, 4);
    expect(known.same(other)).toBe(other);
  });

  it("are forgotten when they are in a block, and the oldest when they are too much", () => {
    const known = createKnownTransactions(100);
    const rows = [0, 1, 2, 3].map((row) => new Uint8Array(30).fill(row));
    const kept = rows.map((row) => known.remember(row));
    expect(rows.map((row) => known.same(row.slice()) === kept[row[0]])).toEqual([false, true, true, true]);
    known.forget([rows[2].slice(), rows[0]]);
    expect(rows.map((row) => known.same(row.slice()) === kept[row[0]])).toEqual([false, true, false, true]);
    // What was forgotten makes room.
    const fresh = known.remember(new Uint8Array(40).fill(7));
    expect([1, 3].map((row) => known.same(rows[row].slice()) === kept[row])).toEqual([true, true]);
    expect(known.same(new Uint8Array(40).fill(7))).toBe(fresh);
  });
});
