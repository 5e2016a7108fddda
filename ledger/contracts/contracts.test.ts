import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { amended, flawOfInstruction, onlyAdds, type Instruction } from "./instruction";
import { hasBegun, isAmendable, isInstructable, matchesScope } from "./matching";
import { withPassage, type ContractPassage } from "./passages";
import { rewrite, withoutWay } from "./rewriting";
import { outcomeOf, settle } from "./settlement";
import { beginOf, endOf, flawOfTerms, type ContractTerms } from "./terms";

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
  ways: [],
};
const avoidTwo: Instruction = {
  instructionId: "aa",
  scope: { terminals: [2], fromS: 90, untilS: 400 },
  action: { kind: "avoid" },
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
    expect({ ...rewritten, ways: [] }).toEqual(terms);
    expect(rewritten.ways).toEqual([
      {
        ...{ instructionId: "aa", avoid: { terminals: [2], fromS: 90, untilS: 400 }, via: [] },
        ...{ notBeforeS: null, beginsBeforeS: null, deadlineS: 500, expiresAtS: 450, bonusMicro: 7n },
      },
    ]);
    expect(terms.ways).toEqual([]);
    expect(rewrite(rewritten, { ...avoidTwo, bonusMicro: 9n }).ways).toEqual([
      { ...rewritten.ways[0], bonusMicro: 9n },
    ]);
    expect(withoutWay(rewritten, "aa")).toEqual(terms);
    const full = {
      ...terms,
      ways: ["b", "c", "d", "e"].map((instructionId) => ({ ...rewritten.ways[0], instructionId })),
    };
    expect(() => rewrite(full, avoidTwo)).toThrow(/ways taken/);
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

describe("ways that an instruction adds", () => {
  const asked = (action: Instruction["action"]) => rewrite(terms, { ...avoidTwo, action });

  it.each([
    ["pays over the terminal named", passed([1, 10], [7, 150], [3, 420]), "rewardAndBonus"],
    ["excuses who went by neither way but avoided the scope", passed([1, 10], [3, 250]), "excused"],
    ["excuses who passed the terminal named after the destination", passed([1, 10], [3, 250], [7, 260]), "excused"],
    [
      "penalises who passed what is to be avoided, out of the old windows",
      passed([7, 50], [2, 250], [3, 299]),
      "penalty",
    ],
    ["keeps the old itinerary", passed([1, 10], [2, 150], [3, 250]), "reward"],
  ])("an itinerary %s", (_what, passages, kind) => {
    expect(outcomeOf(asked({ kind: "itinerary", via: [7] }), passages).kind).toBe(kind);
  });

  it("name terminals in the order of passing", () => {
    const both = asked({ kind: "itinerary", via: [7, 8] });
    expect(outcomeOf(both, passed([8, 40], [7, 50], [3, 250])).kind).toBe("excused");
    expect(outcomeOf(both, passed([8, 40], [7, 50], [8, 60], [3, 250])).kind).toBe("rewardAndBonus");
  });

  it.each([
    ["pays who leaves later and arrives by the deadline moved", passed([1, 130], [2, 250], [3, 449]), "rewardAndBonus"],
    ["pays until the expiry", passed([1, 130], [3, 450]), "reward"],
    ["ends with the deadline moved", passed([1, 130], [3, 620]), "excused"],
    ["takes the old deadline no more", passed([1, 130], [3, 619]), "reward"],
    ["keeps the old itinerary for who was seen before", passed([1, 99], [2, 150], [3, 250]), "reward"],
    ["penalises who left before and missed a window", passed([1, 119], [2, 250], [3, 299]), "penalty"],
  ])("leaving 120 s later %s", (_what, passages, kind) => {
    const later = asked({ kind: "shift", shiftS: 120 });
    expect(later.ways[0]).toMatchObject({ notBeforeS: 120, deadlineS: 620, avoid: { terminals: [] } });
    expect(endOf(later)).toBe(620);
    expect(outcomeOf(later, passages).kind).toBe(kind);
  });

  it("let nobody be settled before the last deadline", () => {
    const contract = { state: "active", terms: asked({ kind: "shift", shiftS: 120 }) } as const;
    expect(settle(contract, [], 649, 30)).toEqual({ ok: false, error: "settlement-too-early" });
    expect(settle(contract, [], 650, 30)).toMatchObject({ ok: true });
  });

  it("move a contract's begin for who leaves earlier", () => {
    const usual: ContractTerms = shifted(terms, 1000);
    const earlier = rewrite(usual, { ...avoidTwo, expiresAtS: 1450, action: { kind: "shift", shiftS: -70 } });
    expect(beginOf(earlier)).toBe(930);
    expect(earlier.ways[0].beginsBeforeS).toBe(1030);
    expect(outcomeOf(earlier, passed([1, 935], [2, 1000], [3, 1100])).kind).toBe("rewardAndBonus");
    expect(outcomeOf(earlier, passed([1, 1030], [2, 1090], [3, 1150])).kind).toBe("penalty");
    expect(outcomeOf(earlier, passed([1, 1030], [2, 1150], [3, 1250])).kind).toBe("reward");
  });

  it.each([
    ["pays who waits", passed([1, 80], [2, 150], [3, 449]), "rewardAndBonus"],
    ["gives as much time as was waited", passed([1, 80], [3, 579]), "reward"],
    ["excuses who waits and does not arrive", passed([1, 80]), "excused"],
    ["penalises who does not wait and misses a window", passed([1, 79], [2, 250], [3, 299]), "penalty"],
  ])("a hold until 80 %s", (_what, passages, kind) => {
    const held = asked({ kind: "hold", untilS: 80 });
    expect(held.ways[0]).toMatchObject({ notBeforeS: 80, deadlineS: 580 });
    expect(outcomeOf(held, passages).kind).toBe(kind);
  });

  it("are asked of those who can still do so", () => {
    const can = (action: Instruction["action"], passages: ContractPassage[], nowS: number) =>
      isInstructable(terms, passages, { ...avoidTwo, action }, nowS);
    expect(can({ kind: "shift", shiftS: 60 }, [], 49)).toBe(true);
    expect(can({ kind: "shift", shiftS: 60 }, [], 50)).toBe(false);
    expect(can({ kind: "shift", shiftS: 60 }, passed([9, 20]), 30)).toBe(false);
    expect(can({ kind: "shift", shiftS: -20 }, [], 29)).toBe(true);
    expect(can({ kind: "shift", shiftS: -20 }, [], 30)).toBe(false);
    expect(can({ kind: "hold", untilS: 60 }, [], 10)).toBe(true);
    expect(can({ kind: "hold", untilS: 60 }, passed([9, 5]), 10)).toBe(false);
    expect(can({ kind: "itinerary", via: [7] }, passed([1, 10]), 120)).toBe(true);
    expect(can({ kind: "itinerary", via: [7] }, passed([1, 10], [2, 95]), 120)).toBe(false);
  });

  it("are amended only for those who can still follow them as amended, and only by more", () => {
    const longer = { ...avoidTwo, scope: { ...avoidTwo.scope, untilS: 480 } };
    const rewritten = rewrite(terms, avoidTwo);
    expect(isAmendable(rewritten, [], longer, 120)).toBe(true);
    expect(isAmendable(terms, [], longer, 120)).toBe(false);
    expect(isAmendable(rewritten, passed([2, 410]), longer, 420)).toBe(false);
    expect(isAmendable(rewritten, passed([3, 110]), longer, 120)).toBe(false);
    const same = { untilS: 400, expiresAtS: 450, bonusMicro: 7n, budgetMicro: 1n };
    expect(onlyAdds(avoidTwo, same)).toBe(true);
    expect(onlyAdds(avoidTwo, { ...same, untilS: 399 })).toBe(false);
    expect(onlyAdds(avoidTwo, { ...same, expiresAtS: 449 })).toBe(false);
    expect(onlyAdds(avoidTwo, { ...same, bonusMicro: 6n })).toBe(false);
    expect(amended(avoidTwo, { ...same, untilS: 480, budgetMicro: 1000n })).toEqual(longer);
  });

  it("are kept by a withdrawal where the journey may have begun", () => {
    expect(hasBegun(shifted(terms, 100), [], 99)).toBe(false);
    expect(hasBegun(shifted(terms, 100), [], 100)).toBe(true);
    expect(hasBegun(shifted(terms, 100), passed([1, 90]), 95)).toBe(true);
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
    ways: from.ways.map((way) => ({
      ...{ ...way, avoid: move(way.avoid), deadlineS: way.deadlineS + byS, expiresAtS: way.expiresAtS + byS },
      notBeforeS: way.notBeforeS === null ? null : way.notBeforeS + byS,
      beginsBeforeS: way.beginsBeforeS === null ? null : way.beginsBeforeS + byS,
    })),
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
    const full = { ...terms, ways: Array.from({ length: 4 }, () => rewrite(terms, avoidTwo).ways[0]) };
    expect(isInstructable(full, [], avoidTwo, 120)).toBe(false);
  });

  it("leaves alone who must pass the scope to arrive in time", () => {
    const avoidDestination = (fromS: number, untilS: number): Instruction => ({
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
    ["via-empty", { action: { kind: "itinerary", via: [] } }],
    ["via-too-long", { action: { kind: "itinerary", via: [1, 3, 4, 5, 6, 7, 8, 9, 10] } }],
    ["via-in-scope", { action: { kind: "itinerary", via: [1, 2] } }],
    ["via-repeated", { action: { kind: "itinerary", via: [3, 4, 3] } }],
    ["shift-zero", { action: { kind: "shift", shiftS: 0 } }],
    ["shift-too-long", { action: { kind: "shift", shiftS: -14_401 } }],
    ["hold-in-the-past", { action: { kind: "hold", untilS: 100 } }],
    ["hold-too-long", { action: { kind: "hold", untilS: 14_501 } }],
  ] satisfies [string, Partial<Instruction>][])("%s", (flaw, change) => {
    expect(flawOfInstruction(avoidTwo, 100)).toBeNull();
    expect(flawOfInstruction({ ...avoidTwo, ...change }, 100)).toBe(flaw);
  });
});
