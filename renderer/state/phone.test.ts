import { describe, expect, it } from "vitest";
import type { CommuterMessage, ContractEvent, ContractWay } from "../../common/commuter-api";
import { askedBy, bonusUntilS, messageStage, phoneVersion, terminalInWords, terminalRoads } from "./phone";
import { mostBonusMicro, termsAround } from "./terms-change";
import { createWorkbenchStore, openPhone, stepBack } from "./workbench";

const way: ContractWay = {
  ...{ instructionId: "a", avoids: ["T-01"], avoidFromS: 1000, avoidUntilS: 2000, via: [] },
  ...{ notBeforeS: null, beginsBeforeS: null, deadlineS: 4000, expiresAtS: 3000, bonusMicro: 2_000_000 },
};
const message: CommuterMessage = {
  ...{ instructionId: "a", by: "instruct", version: 2, number: 1, way, road: "Ring", sentS: 990, height: 7 },
  ...{ heardAtS: null, complies: null },
};

describe("a message on the phone", () => {
  it("says a window that has begun, or is about to, without its beginning", () => {
    expect(askedBy(way, 990)).toEqual([{ kind: "keepAway", avoids: ["T-01"], fromS: null, untilS: 2000 }]);
    expect(askedBy(way, 100)).toMatchObject([{ fromS: 1000 }]);
  });

  it("says everything that a way asks for, when to leave first", () => {
    const asked = askedBy({ ...way, via: ["T-02"], notBeforeS: 1500 }, 990);
    expect(asked.map(({ kind }) => kind)).toEqual(["notBefore", "keepAway", "goBy"]);
    expect(askedBy({ ...way, avoids: [], beginsBeforeS: 1500 }, 990)).toEqual([{ kind: "beginBefore", timeS: 1500 }]);
  });

  it("promises the bonus until the earlier of deadline and expiry", () => {
    expect(bonusUntilS(way)).toBe(3000);
    expect(bonusUntilS({ ...way, deadlineS: 2500 })).toBe(2500);
  });

  it("goes from its way to the decision", () => {
    expect(messageStage(message)).toBe("onItsWay");
    expect(messageStage({ ...message, heardAtS: 1100 })).toBe("heard");
    expect(messageStage({ ...message, heardAtS: 1100, complies: true })).toBe("complies");
    expect(messageStage({ ...message, heardAtS: 1100, complies: false })).toBe("declines");
  });
});

it("the phone is asked for anew when a block or an answer came, and not otherwise", () => {
  const ledger = { verifiedHeight: 5 } as Parameters<typeof phoneVersion>[0]["ledger"];
  const empty = { ledger, instructions: [] };
  expect(phoneVersion(empty)).toBe(phoneVersion({ ...empty }));
  const next = { ledger: { ...ledger, verifiedHeight: 6 } as typeof ledger, instructions: [] };
  expect(phoneVersion(next)).not.toBe(phoneVersion(empty));
});

it("the phone closes before the contract that it was opened from", () => {
  const bench = createWorkbenchStore();
  bench.setState({ inspector: { instructionId: null } });
  openPhone(bench, { by: "contract", contractId: "ab" });
  expect(bench.getState().phone).toEqual({ query: { by: "contract", contractId: "ab" }, place: 0 });
  stepBack(bench);
  expect(bench.getState()).toMatchObject({ phone: null, inspector: { instructionId: null } });
});

it("terms before and after a rewriting are those of its history", () => {
  const proof = { height: 1, timeS: 1, transactionHash: null, checks: [], proved: true };
  const accepted: ContractEvent = { ...proof, kind: "accepted", rewardMicro: 3, penaltyMicro: 1 };
  const rewritten: ContractEvent = {
    ...{ ...proof, kind: "rewritten", by: "instruct", version: 2, instructionId: "a", before: [], after: [way] },
  };
  const around = termsAround([accepted, rewritten], rewritten);
  expect(around).toEqual({
    before: { rewardMicro: 3, penaltyMicro: 1, ways: [] },
    after: { rewardMicro: 3, penaltyMicro: 1, ways: [way] },
  });
  expect(around && mostBonusMicro(around.after)).toBe(2_000_000);
  expect(termsAround([accepted], accepted)).toBeUndefined();
});

describe("a terminal in words", () => {
  it("is named by its road, and by its code alone where the road has no name", () => {
    const roads = terminalRoads([
      { name: "T-01", road: "Quay Street" },
      { name: "T-02", road: null },
    ]);
    expect(terminalInWords("T-01", roads)).toBe("Quay Street (T-01)");
    expect(terminalInWords("T-02", roads)).toBe("T-02");
  });
});
