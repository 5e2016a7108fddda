import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flawOfInstruction, type AvoidInstruction } from "./instruction";
import { isInstructable, matchesScope } from "./matching";
import { withPassage, type ContractPassage } from "./passages";
import { rewrite } from "./rewriting";
import { outcomeOf, settle } from "./settlement";
import { flawOfTerms, type ContractTerms } from "./terms";

// Terminal 1 from 0 to 100, terminal 2 from 100 to 200, destination 3 from 200 to 300; deadline 500.
const terms: ContractTerms = {
  template: { templateId: 1, version: 1 },
  clause: { version: 1, hash: "00".repeat(32) },
  departure: { fromS: 0, untilS: 50 },
  itinerary: [
    { terminal: 1, fromS: 0, untilS: 100 },
    { terminal: 2, fromS: 100, untilS: 200 },
    { terminal: 3, fromS: 200, untilS: 300 },
  ],
  deadlineS: 500,
  rewardMicro: 30n,
  penaltyMicro: 10n,
  avoidWays: [],
};
const avoidTwo: AvoidInstruction = {
  instructionId: "aa",
  scope: { terminals: [2], fromS: 90, untilS: 400 },
  expiresAtS: 450,
  bonusMicro: 7n,
  budgetMicro: 1000n,
};
const passed = (...passages: [terminal: number, timeS: number][]): ContractPassage[] =>
  passages.map(([terminal, timeS]) => ({ terminal, timeS }));

describe("a contract that no instruction rewrote", () => {
  it.each([
    ["rewards the itinerary in its windows", passed([1, 0], [2, 199], [3, 200]), "reward"],
    ["penalises a window missed by its last second", passed([1, 100], [2, 150], [3, 250]), "penalty"],
    ["penalises a destination reached too early", passed([1, 10], [2, 150], [3, 199]), "penalty"],
    ["penalises terminals out of order", passed([2, 150], [3, 250], [1, 260]), "penalty"],
    ["penalises who was never seen", passed(), "penalty"],
    ["does not mind other terminals on the way", passed([1, 10], [9, 50], [2, 150], [9, 160], [3, 250]), "reward"],
    ["does not mind a second passage", passed([1, 10], [1, 20], [2, 150], [2, 160], [3, 250], [3, 260]), "reward"],
  ])("%s", (_what, passages, kind) => {
    expect(outcomeOf(terms, passages).kind).toBe(kind);
  });

  it("needs two passages of a terminal that its itinerary names twice", () => {
    const loop: ContractTerms = {
      ...terms,
      itinerary: [
        { terminal: 1, fromS: 0, untilS: 300 },
        { terminal: 1, fromS: 0, untilS: 300 },
      ],
    };
    expect(outcomeOf(loop, passed([1, 10])).kind).toBe("penalty");
    expect(outcomeOf(loop, passed([1, 10], [1, 11])).kind).toBe("reward");
  });
});

describe("a rewritten contract", () => {
  const rewritten = rewrite(terms, avoidTwo);

  it.each([
    ["pays the bonus for avoiding", passed([1, 10], [9, 150], [3, 420]), "rewardAndBonus", 30n, 7n, 0n],
    ["keeps the old itinerary as a way, without bonus", passed([1, 10], [2, 150], [3, 250]), "reward", 30n, 0n, 0n],
    ["pays no bonus after the expiry", passed([1, 10], [3, 450]), "reward", 30n, 0n, 0n],
    ["excuses who avoided but came too late", passed([1, 10]), "excused", 0n, 0n, 0n],
    ["penalises who did neither", passed([1, 10], [2, 250], [3, 299]), "penalty", 0n, 0n, 10n],
    ["pays the bonus outside of the window", passed([1, 10], [2, 89], [3, 250]), "rewardAndBonus", 30n, 7n, 0n],
    ["pays both ways' best once", passed([1, 10], [2, 400], [3, 250]), "rewardAndBonus", 30n, 7n, 0n],
  ])("%s", (_what, passages, kind, reward, bonus, penalty) => {
    const outcome = outcomeOf(rewritten, passages);
    expect(outcome.kind).toBe(kind);
    expect(outcome.rewardMicro).toBe(reward);
    expect(outcome.earned.reduce((sum, { bonusMicro }) => sum + bonusMicro, 0n)).toBe(bonus);
    expect(outcome.penaltyMicro).toBe(penalty);
  });

  it("keeps its terms, and adds one way", () => {
    expect({ ...rewritten, avoidWays: [] }).toEqual(terms);
    expect(rewritten.avoidWays).toEqual([
      { instructionId: "aa", terminals: [2], fromS: 90, untilS: 400, expiresAtS: 450, bonusMicro: 7n },
    ]);
    expect(terms.avoidWays).toEqual([]);
    expect(() => rewrite(rewritten, avoidTwo)).toThrow(/once/);
  });

  it("pays the bonus of each instruction that was complied with", () => {
    const second = { ...avoidTwo, instructionId: "bb", scope: { terminals: [9], fromS: 0, untilS: 500 } };
    const both = rewrite(rewritten, second);
    expect(outcomeOf(both, passed([1, 10], [3, 300])).earned.map((bonus) => bonus.instructionId)).toEqual(["aa", "bb"]);
    expect(outcomeOf(both, passed([1, 10], [9, 20], [3, 300])).earned.map((bonus) => bonus.instructionId)).toEqual([
      "aa",
    ]);
  });
});

describe("settlement", () => {
  it("happens after deadline and challenge window, and only to an active contract", () => {
    const active = { state: "active", terms } as const;
    expect(settle(active, [], 529, 30)).toEqual({ ok: false, error: "settlement-too-early" });
    expect(settle(active, [], 530, 30)).toMatchObject({ ok: true, value: { kind: "penalty" } });
    for (const state of ["fulfilled", "defaulted", "excused"] as const) {
      expect(settle({ state, terms }, [], 10_000, 30)).toEqual({ ok: false, error: "contract-settled" });
    }
  });

  it("does not depend on the order in which passages became known, nor on where the clock begins", () => {
    const passages = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(520)), { maxLength: 8 });
    fc.assert(
      fc.property(passages, passages, fc.nat(2_000_000_000), (some, more, shift) => {
        const way = rewrite(terms, avoidTwo);
        const inserted = (list: [number, number][]) =>
          list.reduce<readonly ContractPassage[]>(
            (kept, [terminal, timeS]) => withPassage(kept, { terminal, timeS }),
            [],
          );
        const known = inserted([...some, ...more]);
        expect(inserted([...more, ...some])).toEqual(known);
        const moved = known.map(({ terminal, timeS }) => ({ terminal, timeS: timeS + shift }));
        expect(outcomeOf(shifted(way, shift), moved)).toEqual(outcomeOf(way, known));
      }),
    );
  });
});

function shifted(from: ContractTerms, byS: number): ContractTerms {
  const move = <T extends { fromS: number; untilS: number }>(window: T): T => ({
    ...window,
    fromS: window.fromS + byS,
    untilS: window.untilS + byS,
  });
  return {
    ...from,
    departure: move(from.departure),
    itinerary: from.itinerary.map(move),
    deadlineS: from.deadlineS + byS,
    avoidWays: from.avoidWays.map((way) => ({ ...move(way), expiresAtS: way.expiresAtS + byS })),
  };
}

describe("matching", () => {
  it.each([
    ["a stop in the scope whose window meets the scope's", [2], 150, 160, true],
    ["windows that touch and do not overlap", [2], 200, 300, false],
    ["windows that overlap by a second", [2], 199, 300, true],
    ["a terminal that is not on the itinerary", [7], 0, 500, false],
    ["one of several terminals", [3, 7, 9], 250, 260, true],
  ])("%s", (_what, terminals, fromS, untilS, expected) => {
    expect(matchesScope(terms, { terminals, fromS, untilS })).toBe(expected);
  });

  it("rewrites only who can still comply", () => {
    expect(isInstructable(terms, [], avoidTwo, 120)).toBe(true);
    expect(isInstructable(terms, passed([1, 10]), avoidTwo, 120)).toBe(true);
    expect(isInstructable(terms, passed([1, 10], [2, 110]), avoidTwo, 120)).toBe(false);
    expect(isInstructable(terms, passed([1, 10], [2, 80], [3, 110]), avoidTwo, 120)).toBe(false);
    expect(isInstructable(terms, [], avoidTwo, 500)).toBe(false);
    const full = { ...terms, avoidWays: Array.from({ length: 4 }, () => rewrite(terms, avoidTwo).avoidWays[0]) };
    expect(isInstructable(full, [], avoidTwo, 120)).toBe(false);
  });

  it("leaves alone who must pass the scope to arrive in time", () => {
    const avoidDestination = (fromS: number, untilS: number): AvoidInstruction => ({
      ...avoidTwo,
      scope: { terminals: [3], fromS, untilS },
    });
    expect(isInstructable(terms, [], avoidDestination(100, 500), 120)).toBe(false);
    expect(isInstructable(terms, [], avoidDestination(100, 499), 120)).toBe(true);
    expect(isInstructable(terms, [], avoidDestination(130, 500), 120)).toBe(true);
    expect(isInstructable(terms, [], avoidDestination(0, 500), 0)).toBe(false);
  });
});

describe("flaws", () => {
  const stop = terms.itinerary[0];
  it.each([
    ["itinerary-empty", { itinerary: [] }],
    ["itinerary-too-long", { itinerary: Array.from({ length: 9 }, () => stop) }],
    ["window-empty", { departure: { fromS: 5, untilS: 5 } }],
    ["window-empty", { itinerary: [{ ...stop, untilS: 0 }] }],
    ["itinerary-out-of-order", { itinerary: [terms.itinerary[1], stop] }],
    ["itinerary-out-of-order", { departure: { fromS: 10, untilS: 20 } }],
    ["deadline-before-itinerary", { deadlineS: 299 }],
    ["contract-span-too-long", { deadlineS: 172_801 }],
    ["reward-not-positive", { rewardMicro: 0n }],
    ["amount-out-of-range", { penaltyMicro: -1n }],
    ["amount-out-of-range", { rewardMicro: 1n << 63n }],
  ])("%s", (flaw, change) => {
    expect(flawOfTerms(terms)).toBeNull();
    expect(flawOfTerms({ ...terms, ...change })).toBe(flaw);
  });

  it.each([
    ["scope-empty", { scope: { ...avoidTwo.scope, terminals: [] } }],
    ["scope-too-large", { scope: { ...avoidTwo.scope, terminals: Array.from({ length: 65 }, (_, at) => at) } }],
    ["scope-not-ascending", { scope: { ...avoidTwo.scope, terminals: [3, 3] } }],
    ["scope-window-empty", { scope: { terminals: [2], fromS: 9, untilS: 9 } }],
    ["bonus-not-positive", { bonusMicro: 0n }],
    ["bonus-not-positive", { bonusMicro: -5n }],
    ["budget-not-positive", { budgetMicro: 0n }],
    ["expiry-in-the-past", { expiresAtS: 100 }],
    ["expiry-before-window", { scope: { terminals: [2], fromS: 460, untilS: 500 } }],
  ])("%s", (flaw, change) => {
    expect(flawOfInstruction(avoidTwo, 100)).toBeNull();
    expect(flawOfInstruction({ ...avoidTwo, ...change }, 100)).toBe(flaw);
  });
});
