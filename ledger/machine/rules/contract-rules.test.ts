import { describe, expect, it } from "vitest";
import {
  chainId,
  chainWithContracts,
  challengeS,
  commit,
  contractOf,
  createChain,
  expectOutcome,
  fundedChain,
  keyOf,
  moveTo,
  offersTransaction,
  passageTransaction,
  settleTransaction,
  signed,
  startS,
  termsOf,
  type TestChain,
} from "../../../test/verification/ledger-chain";
import type { ContractTerms } from "../../contracts/terms";
import { challengeOf, rewardPoolId, signOffer, signPassage } from "../../solo/consortium";
import { offerAheadMaxS, passageReachM, passageSpeedMaxMps } from "../limits";
import { readBalance, readContract, readPoolBalance, readTemplate, readTotals } from "../readers";
import { refusalCodes, type RefusalName } from "../refusals";
import { encodeTransaction, signBytesOf } from "../transactions/transaction";
import { decodeSettlementReport } from "./settlement-rules";

const offer = (chain: TestChain, terms: ContractTerms, holder = 0) => offersTransaction(chain, [{ holder, terms }]);

describe("an offer", () => {
  it("escrows the reward and takes the penalty as deposit", async () => {
    const chain = fundedChain();
    const poolBefore = readPoolBalance(chain.state, rewardPoolId) ?? 0n;
    const custodyBefore = readBalance(chain.state, keyOf("custodian").publicKey);
    expectOutcome(chain, await offer(chain, termsOf()), null);
    expect(readPoolBalance(chain.state, rewardPoolId)).toBe(poolBefore - 2_000_000n);
    expect(readBalance(chain.state, keyOf("custodian").publicKey)).toBe(custodyBefore - 500_000n);
    expect(readContract(chain.state, contractOf(0))).toMatchObject({ state: "active", revision: 1, terms: termsOf() });
    expect(readTotals(chain.state).contracts).toBe(1);
  });

  it.each<[RefusalName, Partial<ContractTerms>]>([
    ["clause-not-current", { clause: { version: 1, hash: "00".repeat(32) } }],
    ["clause-not-current", { clause: { version: 2, hash: termsOf().clause.hash } }],
    ["template-unknown", { template: { templateId: 2, version: 1 } }],
    ["template-not-current", { template: { templateId: 1, version: 2 } }],
    ["reward-above-template", { rewardMicro: 5_000_001n }],
    ["penalty-above-template", { penaltyMicro: 2_000_001n }],
    ["itinerary-empty", { itinerary: [] }],
    ["reward-not-positive", { rewardMicro: 0n }],
    ["deadline-before-itinerary", { deadlineS: termsOf().deadlineS - 3000 }],
  ])("is refused: %s", async (refusal, change) => {
    const chain = fundedChain();
    expectOutcome(chain, await offer(chain, termsOf(change)), refusal);
    expect(readTotals(chain.state).contracts).toBe(0);
  });

  it("without consent to the clause in force is refused, once the clause has changed", async () => {
    const chain = fundedChain();
    const present = readTemplate(chain.state, 1);
    if (present === undefined) throw new Error("the genesis has a template");
    const clause = { version: 2, hash: "cd".repeat(32) };
    const template = { ...present, version: 2, clause };
    expectOutcome(chain, signed(chain, keyOf("supervisoryAuthority"), { kind: "publishTemplate", template }), null);
    const next = { templateId: 1, version: 2 };
    expectOutcome(chain, await offer(chain, termsOf()), "clause-not-current");
    expectOutcome(chain, await offer(chain, termsOf({ template: next })), "clause-not-current");
    expectOutcome(chain, await offer(chain, termsOf({ template: next, clause })), null);
  });

  it("needs the commuter's own signature over these very terms, for this custodian", async () => {
    const chain = fundedChain();
    const custodian = keyOf("custodian");
    const commuter = keyOf("commuter", 0);
    const good = await signOffer(chainId, custodian.publicKey, commuter, termsOf());
    const forCustodian = await signOffer(chainId, keyOf("treasury").publicKey, commuter, termsOf());
    const forChain = await signOffer("another-city", custodian.publicKey, commuter, termsOf());
    for (const forged of [
      { ...good, terms: termsOf({ penaltyMicro: 900_000n }) },
      { ...good, contractKey: keyOf("commuter", 1).publicKey },
      forCustodian,
      forChain,
    ]) {
      const transaction = signed(chain, custodian, { kind: "acceptOffers", offers: [forged] });
      expectOutcome(chain, transaction, "offer-signature-invalid");
    }
    expectOutcome(chain, signed(chain, custodian, { kind: "acceptOffers", offers: [good] }), null);
    expectOutcome(chain, signed(chain, custodian, { kind: "acceptOffers", offers: [good] }), "contract-exists");
  });

  it("comes with others or not at all, and not beyond the money that is there", async () => {
    const chain = fundedChain();
    const both = [0, 1].map((holder) => ({ holder, terms: termsOf(holder === 1 ? { rewardMicro: 0n } : {}) }));
    expectOutcome(chain, await offersTransaction(chain, both), "reward-not-positive");
    expect(readContract(chain.state, contractOf(0))).toBeUndefined();
    const twice = [0, 0].map((holder) => ({ holder, terms: termsOf() }));
    expectOutcome(chain, await offersTransaction(chain, twice), "contract-exists");
    expectOutcome(chain, signed(chain, keyOf("custodian"), { kind: "acceptOffers", offers: [] }), "offers-empty");
    moveTo(chain, 1600);
    expectOutcome(chain, await offer(chain, termsOf()), "offer-too-late");
  });

  it("of a journey too far ahead is refused: every time that an instruction makes of it has an encoding", async () => {
    const chain = fundedChain();
    const endingAt = (deadlineS: number) => {
      const [base, byS] = [termsOf(), deadlineS - termsOf().deadlineS];
      const moved = ({ fromS, untilS }: { fromS: number; untilS: number }) => ({
        fromS: fromS + byS,
        untilS: untilS + byS,
      });
      const itinerary = base.itinerary.map((stop) => ({ ...stop, ...moved(stop) }));
      return termsOf({ departure: moved(base.departure), itinerary, deadlineS });
    };
    const nowS = chain.state.timeS + 1;
    expectOutcome(chain, await offer(chain, endingAt(nowS + 1 + offerAheadMaxS + 1)), "offer-too-early");
    expectOutcome(chain, await offer(chain, endingAt(0xff_ffff_ffff)), "offer-too-early");
    expectOutcome(chain, await offer(chain, endingAt(nowS + offerAheadMaxS)), null);
  });

  it("is refused when the reward pool or the custodian's account is too low", async () => {
    const poor = createChain();
    expectOutcome(poor, await offer(poor, termsOf()), "reward-pool-too-low");
    const treasury = keyOf("treasury");
    expectOutcome(poor, signed(poor, treasury, { kind: "mint", amountMicro: 2_000_000n }), null);
    const destination = { kind: "pool", poolId: rewardPoolId } as const;
    expectOutcome(poor, signed(poor, treasury, { kind: "fund", destination, amountMicro: 2_000_000n }), null);
    expectOutcome(poor, await offer(poor, termsOf()), "deposit-too-low");
    expectOutcome(poor, await offer(poor, termsOf({ penaltyMicro: 0n })), null);
  });
});

describe("a passage", () => {
  it("is kept with its contract, whatever the order in which it comes", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    const late = await passageTransaction(0, 5, startS + 1090);
    const early = await passageTransaction(0, 1, startS + 1050);
    expect(commit(chain, [late, early]).map(({ code }) => code)).toEqual([0, 0]);
    expect(readContract(chain.state, contractOf(0))?.passages).toEqual([
      { terminal: 1, timeS: startS + 1050 },
      { terminal: 5, timeS: startS + 1090 },
    ]);
    expect(readTotals(chain.state).passages).toBe(2);
  });

  it("uses its challenge once: neither again, nor for another contract", async () => {
    const chain = await chainWithContracts(2);
    moveTo(chain, 1100);
    const terminal = keyOf("terminal", 1);
    const timeS = startS + 1100;
    const challenge = challengeOf(1, timeS, keyOf("commuter", 0).publicKey);
    const first = await signPassage(chainId, terminal, keyOf("commuter", 0), { terminal: 1, timeS, challenge });
    const relayed = await signPassage(chainId, terminal, keyOf("commuter", 1), { terminal: 1, timeS, challenge });
    const results = commit(chain, [first, first, relayed]);
    const used = refusalCodes().get("nullifier-used");
    expect(results.map(({ code }) => code)).toEqual([0, used, used]);
    expectOutcome(chain, first, "nullifier-used");
  });

  it.each<[RefusalName | null, number, number]>([
    [null, 1200, 1080],
    ["passage-too-old", 1200, 1079],
    [null, 1200, 1210],
    ["passage-ahead", 1200, 1211],
    ["passage-outside-contract", 1050, 999],
    ["passage-outside-contract", 4650, 4600],
    [null, 4650, 4599],
  ])("is judged by its time: %s (block %d, attested %d)", async (refusal, nowS, attestedS) => {
    const chain = await chainWithContracts(1);
    moveTo(chain, nowS - 1);
    expectOutcome(chain, await passageTransaction(0, 1, startS + attestedS), refusal);
  });

  it("needs an enrolled terminal, a known contract, and both signatures", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    expectOutcome(chain, await passageTransaction(0, 40, startS + 1100), "terminal-unknown");
    expectOutcome(chain, await passageTransaction(5, 1, startS + 1100), "contract-unknown");
    const [terminal, commuter] = [keyOf("terminal", 1), keyOf("commuter", 0)];
    const passage = { terminal: 1, timeS: startS + 1100, challenge: challengeOf(1, 0, commuter.publicKey) };
    expectOutcome(chain, await signPassage(chainId, keyOf("terminal", 2), commuter, passage), "signers-unexpected");
    const payload = { kind: "attestPassage", ...passage, contractKey: commuter.publicKey } as const;
    const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
    const byTerminal = { publicKey: terminal.publicKey, signature: terminal.sign(signBytes) };
    const forged = { publicKey: commuter.publicKey, signature: terminal.sign(signBytes) };
    expectOutcome(chain, encodeTransaction(signBytes, [byTerminal]), "signers-unexpected");
    expectOutcome(chain, encodeTransaction(signBytes, [byTerminal, forged]), "signature-invalid");
  });

  it("is refused when nobody could have been at both terminals, in whatever order it comes", async () => {
    const chain = await chainWithContracts(1);
    const sites = [
      [20, { eastM: 0, northM: 0 }],
      [21, { eastM: 6000, northM: 8000 }],
      [22, null],
    ] as const;
    for (const [terminal, place] of sites) {
      const grant = { role: "terminal", terminal, place } as const;
      const { publicKey } = keyOf("terminal", terminal);
      const enrol = { kind: "enrol", publicKey, grant, validUntilS: 0 } as const;
      expectOutcome(chain, signed(chain, keyOf("certificateAuthority"), enrol), null);
    }
    moveTo(chain, 1290);
    const passage = (terminal: number, timeS: number) => passageTransaction(0, terminal, startS + timeS);
    expectOutcome(chain, await passage(20, 1270), null);
    // 10 km, less the reach of both terminals, at 70 m/s: not within 138 s, in 139.
    const least = Math.ceil((10_000 - passageReachM) / passageSpeedMaxMps);
    expect(least).toBe(139);
    moveTo(chain, 1270 + least);
    expectOutcome(chain, await passage(21, 1270 + least - 1), "passage-implausible");
    expectOutcome(chain, await passage(22, 1271), "passage-too-old");
    expectOutcome(chain, await passage(22, 1270 + least - 1), null);
    expectOutcome(chain, await passage(21, 1270 + least), null);
    expectOutcome(chain, await passage(20, 1270 + least), "passage-implausible");
  });

  it("finds room 32 times", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    for (let count = 0; count < 32; count++) {
      expectOutcome(chain, await passageTransaction(0, 5, startS + 1100 - count), null);
    }
    expectOutcome(chain, await passageTransaction(0, 5, startS + 1050), "passages-too-many");
  });
});

describe("settlement", () => {
  const dueS = 1000 + 3600 + challengeS;

  it("pays or debits exactly once, and not a second too early", async () => {
    const chain = await chainWithContracts(3);
    for (const [terminal, afterS] of [
      [1, 1100],
      [2, 1700],
      [3, 2300],
    ]) {
      moveTo(chain, afterS);
      expectOutcome(chain, await passageTransaction(0, terminal, startS + afterS), null);
    }
    moveTo(chain, dueS - 2);
    const everyone = [0, 1, 2].map(contractOf);
    expectOutcome(chain, settleTransaction([contractOf(0)]), "settlement-too-early");
    const poolBefore = readPoolBalance(chain.state, rewardPoolId) ?? 0n;
    const report = decodeSettlementReport(expectOutcome(chain, settleTransaction(everyone), null).data);
    expect(report).toMatchObject({
      ok: true,
      value: {
        contracts: [
          { code: 0, kind: "reward", paidMicro: 2_000_000n, penaltyMicro: 0n },
          { code: 0, kind: "penalty", paidMicro: 0n, penaltyMicro: 500_000n },
          { code: 0, kind: "penalty", paidMicro: 0n, penaltyMicro: 500_000n },
        ],
      },
    });
    expect(readContract(chain.state, contractOf(0))?.settlement?.walletMicro).toBe(2_500_000n);
    expect(readContract(chain.state, contractOf(1))?.settlement?.walletMicro).toBe(0n);
    expect(readPoolBalance(chain.state, rewardPoolId)).toBe(poolBefore + 2n * 2_500_000n);
    const settled = chain.state;
    expectOutcome(chain, settleTransaction(everyone), "contract-settled");
    expect(readPoolBalance(chain.state, rewardPoolId)).toBe(readPoolBalance(settled, rewardPoolId));
    expect(readTotals(chain.state)).toMatchObject({ contracts: 3, fulfilled: 1, defaulted: 2 });
    expectOutcome(chain, await passageTransaction(0, 1, chain.state.timeS), "contract-settled");
  });

  it("says of each of the others why not, when at least half of what is named is due", async () => {
    const chain = await chainWithContracts(3);
    expectOutcome(chain, await offer(chain, termsOf({ deadlineS: termsOf().deadlineS + 600 }), 3), null);
    moveTo(chain, dueS);
    const [once, twice, early, unknown] = [contractOf(0), contractOf(0), contractOf(3), "ff".repeat(31)];
    expectOutcome(chain, settleTransaction([once, twice, early, unknown]), "settlement-padded");
    expect(readContract(chain.state, contractOf(0))?.state).toBe("active");
    const ids = [once, twice, early, unknown, contractOf(1), contractOf(2)];
    const report = decodeSettlementReport(expectOutcome(chain, settleTransaction(ids), null).data);
    const codes = refusalCodes();
    expect(report.ok && report.value.contracts.map(({ code }) => code)).toEqual([
      0,
      codes.get("contract-settled"),
      codes.get("settlement-too-early"),
      codes.get("contract-unknown"),
      0,
      0,
    ]);
    expectOutcome(chain, settleTransaction([]), "settlement-empty");
  });
});
