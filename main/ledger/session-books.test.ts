import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDueContracts } from "./due-contracts";
import { openHolders } from "./holders";
import { blockSecondsOf, blockTimeOf, createSessionClock, sessionSecondsOf } from "./session-time";

describe("contracts that are due", () => {
  it("come in the order of their time, once, and as many as are wanted", () => {
    const due = createDueContracts();
    due.add([
      { contractId: "c", dueS: 30 },
      { contractId: "a", dueS: 10 },
    ]);
    due.add([
      { contractId: "b", dueS: 20 },
      { contractId: "d", dueS: 10 },
    ]);
    expect(due.take(9, 10)).toEqual([]);
    expect(due.take(20, 2)).toEqual(["a", "d"]);
    expect(due.take(20, 2)).toEqual(["b"]);
    expect(due.take(1000, 2)).toEqual(["c"]);
    expect(due.take(1000, 2)).toEqual([]);
  });
});

describe("the book of holders", () => {
  it("is read again, but for a row that was cut short", () => {
    const folder = mkdtempSync(join(tmpdir(), "pendulaire-holders-"));
    try {
      const path = join(folder, "holders");
      const [first, second] = ["11".repeat(31), "22".repeat(31)];
      const book = openHolders(path);
      book.add([{ contractIndex: 7, contractId: first }]);
      book.add([{ contractIndex: 70_000, contractId: second }]);
      appendFileSync(path, new Uint8Array(20));
      const again = openHolders(path);
      expect(again.contractIdOf(7)).toBe(first);
      expect(again.contractIndexOf(second)).toBe(70_000);
      expect(again.contractIdOf(0)).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the session's clock", () => {
  it("counts from its day's midnight, in UTC", () => {
    const clock = createSessionClock("2026-03-02");
    if (!clock.ok) throw new Error(clock.error.message);
    expect(clock.value.midnightS * 1000).toBe(Date.UTC(2026, 2, 2));
    expect(blockSecondsOf(clock.value, 25_200.9)).toBe(Date.UTC(2026, 2, 2, 7) / 1000);
    expect(sessionSecondsOf(clock.value, Date.UTC(2026, 2, 2, 7) / 1000)).toBe(25_200);
    expect(blockTimeOf(clock.value, 1.2345)).toEqual({ seconds: clock.value.midnightS + 1, nanos: 234_000_000 });
    for (const text of ["2026-02-29", "1969-12-31", "today", ""]) expect(createSessionClock(text).ok).toBe(false);
  });
});
