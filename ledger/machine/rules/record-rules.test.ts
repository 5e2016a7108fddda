import { toHex } from "../../../common/canonical";
import { beforeEach, describe, expect, it } from "vitest";
import {
  avoidPayload,
  chainId,
  chainWithContracts,
  checkOf,
  commit,
  contractOf,
  expectOutcome,
  keyOf,
  moveTo,
  passageTransaction,
  settleTransaction,
  signed,
  startS,
  type TestChain,
  challengeS,
} from "../../../test/verification/ledger-chain";
import {
  admitBuyers,
  buyers,
  commitmentOf,
  custodian,
  delegate,
  expiresAtS,
  release,
  stated,
} from "../../../test/verification/ledger-records";
import { rewardPoolId, signAsHolder } from "../../solo/consortium";
import { retentionMaxS } from "../limits";
import { readConsent, readKeptRecord } from "../personal-readers";
import { readBalance, readContract, readPoolBalance, readTotals } from "../readers";
import type { RecordCommitment } from "../records/personal-records";
import { refusalCodes, type RefusalName } from "../refusals";
import { decodeSettlementReport } from "./settlement-rules";
import { StateKind } from "../state-paths";
import { valueOf } from "../tree/node-store";
import { visitKind } from "../tree/tree";
import type { Payload } from "../transactions/payload";

const codes = refusalCodes();
let chain: TestChain;
const commitAll = (records: readonly RecordCommitment[], key = custodian) =>
  signed(chain, key, { kind: "commitRecords", records });
const erase = (recordIds: readonly string[], key = custodian) =>
  signed(chain, key, { kind: "eraseRecords", recordIds });
const order = (contractIds: readonly string[], key = delegate) =>
  signed(chain, key, { kind: "orderErasure", contractIds });
const research = { kind: "setConsent", purposes: ["research"] } as const;

beforeEach(async () => {
  chain = await chainWithContracts(2);
});

describe("consent", () => {
  it("is what the holder said last: narrowed, withdrawn, given again", () => {
    expect(readConsent(chain.state, contractOf(0))).toMatchObject({ sequence: 0, withdrawn: false, purposes: [] });
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: ["statistics", "research"] }), null);
    expectOutcome(chain, stated(chain, 0, research), null);
    expect(readConsent(chain.state, contractOf(0))).toMatchObject({ sequence: 2, purposes: ["research"] });
    expectOutcome(chain, stated(chain, 0, research), "consent-unchanged");
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), "consent-unchanged");
    expect(readConsent(chain.state, contractOf(0))).toMatchObject({ sequence: 3, withdrawn: true, purposes: [] });
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: [] }), null);
    expect(readConsent(chain.state, contractOf(0)).withdrawn).toBe(false);
    expect(readConsent(chain.state, contractOf(1)).sequence).toBe(0);
  });

  it("that was withdrawn is heeded by terminals: no passage is kept until it is given again", async () => {
    moveTo(chain, 1100);
    const pass = (holder: number, timeS: number) => passageTransaction(holder, 1, startS + timeS);
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, await pass(0, 1100), "consent-missing");
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, await pass(0, 1100), null);
    expectOutcome(chain, stated(chain, 1, { kind: "demandErasure" }), null);
    expectOutcome(chain, await pass(1, 1100), "erasure-demanded");
    expectOutcome(chain, order([contractOf(0)]), null);
    expectOutcome(chain, await pass(0, 1101), "erasure-demanded");
    expect(readTotals(chain.state).passages).toBe(1);
  });

  it("that was withdrawn, or erased, is excused, and not penalised: who never came is", async () => {
    chain = await chainWithContracts(3);
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, order([contractOf(1)]), null);
    moveTo(chain, 1000 + 3600 + challengeS);
    const { data } = expectOutcome(chain, settleTransaction([0, 1, 2].map(contractOf)), null);
    const report = decodeSettlementReport(data);
    expect(report.ok && report.value.contracts.map(({ kind }) => kind)).toEqual(["excused", "excused", "penalty"]);
    expect(report.ok && report.value.contracts.map(({ penaltyMicro }) => penaltyMicro > 0n)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("is named, by its number, by every passage that it was in force for", async () => {
    moveTo(chain, 1100);
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, await passageTransaction(0, 1, startS + 1100), null);
    const kept: Uint8Array[] = [];
    visitKind(chain.state.tree, StateKind.passage, (leaf) => kept.push(valueOf(chain.state.tree.store, leaf)) > 0);
    // Form 2, contract, terminal 1, time, statement 3.
    expect(kept.map((bytes) => [bytes[0], toHex(bytes.slice(1, 32)), bytes[32], bytes[bytes.length - 1]])).toEqual([
      [2, contractOf(0), 1, 3],
    ]);
  });

  it("that was withdrawn does not come back with the bytes that once gave it", () => {
    const given = stated(chain, 0, research);
    expectOutcome(chain, given, null);
    expectOutcome(chain, stated(chain, 0, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, given, "consent-sequence-wrong");
    expect(readConsent(chain.state, contractOf(0))).toMatchObject({ withdrawn: true, purposes: [] });
  });

  it("is the contract key's alone to state, on its own chain", () => {
    const statement = { kind: "withdrawConsent", sequence: 0 } as const;
    const [mine, other] = [keyOf("commuter", 0), keyOf("commuter", 1)];
    const forged = { publicKey: mine.publicKey, sign: other.sign, signAhead: other.signAhead };
    expectOutcome(chain, signAsHolder(chainId, forged, statement), "signature-invalid");
    expectOutcome(chain, signAsHolder("another-city", mine, statement), "wrong-chain");
    expectOutcome(chain, signAsHolder(chainId, keyOf("commuter", 7), statement), "contract-unknown");
    const payload: Payload = { ...statement, contractKey: mine.publicKey };
    for (const key of [delegate, custodian]) expectOutcome(chain, signed(chain, key, payload), "signers-unexpected");
    expect(readConsent(chain.state, contractOf(0)).sequence).toBe(0);
  });

  it("ends with the demand of erasure, once and for all", () => {
    expectOutcome(chain, stated(chain, 0, { kind: "demandErasure" }), null);
    for (const statement of [research, { kind: "withdrawConsent" }, { kind: "demandErasure" }] as const) {
      expectOutcome(chain, stated(chain, 0, statement), "erasure-demanded");
    }
    expectOutcome(chain, order([contractOf(0)]), "erasure-demanded");
    const { erasure } = readConsent(chain.state, contractOf(0));
    expect(erasure?.wantedBy).toBe("holder");
  });
});

describe("commitments", () => {
  it.each<[RefusalName, Partial<RecordCommitment>]>([
    ["territory-malformed", { territory: "Paris" }],
    ["record-expired", { expiresAtS: startS }],
    ["retention-too-long", { expiresAtS: startS + retentionMaxS + 100 }],
    ["contract-unknown", { contractId: contractOf(7) }],
    ["consent-sequence-wrong", { consentSequence: 1 }],
    ["consent-missing", { contractId: contractOf(1) }],
  ])("are refused: %s", (refusal, overrides) => {
    if (refusal === "consent-missing") expectOutcome(chain, stated(chain, 1, { kind: "withdrawConsent" }), null);
    expectOutcome(chain, commitAll([commitmentOf(0), commitmentOf(1, overrides)]), refusal);
    expect(readKeptRecord(chain.state, commitmentOf(0).recordId)).toBeUndefined();
  });

  it("are a custodian's, of records that have no other, until erasure is demanded", () => {
    expectOutcome(chain, commitAll([commitmentOf(0)], keyOf("treasury")), "role-wrong");
    expectOutcome(chain, commitAll([]), "records-empty");
    expectOutcome(chain, commitAll([commitmentOf(0), commitmentOf(0)]), "record-exists");
    expectOutcome(chain, commitAll([commitmentOf(0)]), null);
    expectOutcome(chain, commitAll([commitmentOf(0)]), "record-exists");
    expect(readKeptRecord(chain.state, commitmentOf(0).recordId)).toMatchObject({
      ...commitmentOf(0),
      erasedAtS: null,
    });
    expectOutcome(chain, stated(chain, 0, { kind: "demandErasure" }), null);
    expectOutcome(chain, commitAll([commitmentOf(1, { consentSequence: 1 })]), "erasure-demanded");
  });
});

describe("erasure", () => {
  it("is declared by who keeps the record, when it is due, and once", () => {
    const { recordId } = commitmentOf(0);
    expectOutcome(chain, commitAll([commitmentOf(0), commitmentOf(1, { contractId: contractOf(1) })]), null);
    expectOutcome(chain, erase([]), "records-empty");
    expectOutcome(chain, erase([recordId]), "erasure-not-due");
    expectOutcome(chain, stated(chain, 0, { kind: "demandErasure" }), null);
    const second = keyOf("commuter", 80);
    const grant = { role: "custodian" } as const;
    const enrol: Payload = { kind: "enrol", publicKey: second.publicKey, grant, validUntilS: 0 };
    expectOutcome(chain, signed(chain, delegate, enrol), null);
    expectOutcome(chain, erase([recordId], second), "record-of-others");
    expectOutcome(chain, erase([recordId], delegate), "role-wrong");
    expectOutcome(chain, erase([recordId, commitmentOf(1).recordId]), "erasure-not-due");
    expectOutcome(chain, erase([commitmentOf(9).recordId]), "record-unknown");
    expectOutcome(chain, erase([recordId, recordId]), "record-erased");
    expectOutcome(chain, erase([recordId]), null);
    expectOutcome(chain, erase([recordId]), "record-erased");
    expect(readKeptRecord(chain.state, recordId)?.erasedAtS).toBe(chain.state.timeS - 1);
    expectOutcome(chain, release(chain, recordId), "record-erased");
  });

  it("falls due with the expiry, and not a second before", () => {
    const { recordId } = commitmentOf(0);
    expectOutcome(chain, commitAll([commitmentOf(0)]), null);
    moveTo(chain, expiresAtS - startS - 2);
    expectOutcome(chain, erase([recordId]), "erasure-not-due");
    expectOutcome(chain, erase([recordId]), null);
  });

  it("is ordered by the delegate alone", () => {
    for (const role of ["treasury", "custodian", "supervisoryAuthority"] as const) {
      expectOutcome(chain, order([contractOf(0)], keyOf(role)), "role-wrong");
    }
    expectOutcome(chain, order([]), "records-empty");
    expectOutcome(chain, order([contractOf(0), contractOf(7)]), "contract-unknown");
    expect(readConsent(chain.state, contractOf(0)).erasure).toBeNull();
    expectOutcome(chain, order([contractOf(0), contractOf(1)]), null);
    expect(readConsent(chain.state, contractOf(0)).erasure?.wantedBy).toBe("delegate");
  });

  it("moves no token: the delegate cannot; whose passages it ended is not penalised for that", () => {
    const moves: readonly Payload[] = [
      { kind: "mint", amountMicro: 1n },
      { kind: "fund", destination: { kind: "pool", poolId: rewardPoolId }, amountMicro: 1n },
      { kind: "fund", destination: { kind: "account", publicKey: delegate.publicKey }, amountMicro: 1n },
      { kind: "acceptOffers", offers: [] },
      avoidPayload(),
    ];
    for (const payload of moves) expectOutcome(chain, signed(chain, delegate, payload), "role-wrong");
    const grant = { role: "treasury" } as const;
    const own: Payload = { kind: "enrol", publicKey: keyOf("commuter", 81).publicKey, grant, validUntilS: 0 };
    expectOutcome(chain, signed(chain, delegate, own), "role-not-enrollable");
    const funds = () => [
      readPoolBalance(chain.state, rewardPoolId),
      readBalance(chain.state, custodian.publicKey),
      readBalance(chain.state, delegate.publicKey),
      readContract(chain.state, contractOf(0)),
    ];
    const before = funds();
    expectOutcome(chain, order([contractOf(0)]), null);
    expect(funds()).toEqual(before);
    moveTo(chain, 10_000);
    expectOutcome(chain, settleTransaction([contractOf(0), contractOf(1)]), null);
    const [erased, kept] = [0, 1].map((holder) => readContract(chain.state, contractOf(holder)));
    expect([erased?.state, kept?.state]).toEqual(["excused", "defaulted"]);
    expect(erased?.settlement?.walletMicro).toBe(erased?.terms.penaltyMicro);
    expect(readTotals(chain.state)).toMatchObject({ contracts: 2, excused: 1, defaulted: 1 });
    expect(readBalance(chain.state, delegate.publicKey)).toBe(before[2]);
  });
});

describe("the release of a key", () => {
  const { recordId } = commitmentOf(0);

  beforeEach(() => {
    admitBuyers(chain);
    expectOutcome(chain, commitAll([commitmentOf(0)]), null);
  });

  it("needs the holder's consent to this purpose", () => {
    expectOutcome(chain, release(chain, recordId), "consent-missing");
    expectOutcome(
      chain,
      stated(chain, 0, { kind: "setConsent", purposes: ["statistics", "services", "counts"] }),
      null,
    );
    expectOutcome(chain, release(chain, recordId), "consent-missing");
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, release(chain, recordId), null);
    expectOutcome(chain, release(chain, recordId), "key-released");
  });

  it("is refused when consent is withdrawn before it in the same block, and not when after it", () => {
    expectOutcome(chain, stated(chain, 0, research), null);
    const withdrawal = stated(chain, 0, { kind: "withdrawConsent" });
    const request = release(chain, recordId);
    expect(checkOf(chain, request).code).toBe(0);
    const before = chain.state;
    expect(commit(chain, [withdrawal, request]).map(({ code }) => code)).toEqual([0, codes.get("consent-missing")]);
    chain.state = before;
    expect(commit(chain, [request, withdrawal]).map(({ code }) => code)).toEqual([0, 0]);
  });

  it("is refused outside of the territory where the data were produced, and to who has no seat", () => {
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, release(chain, recordId, buyers.outside.publicKey), "outside-territory");
    const seat = (territory: string, publicKey = buyers.outside.publicKey, key = delegate): Uint8Array =>
      signed(chain, key, { kind: "setSeat", publicKey, territory });
    // A whole country is more than its region.
    for (const territory of ["FR", "FR-ID", "FR-75"]) {
      expectOutcome(chain, seat(territory), null);
      expectOutcome(chain, release(chain, recordId, buyers.outside.publicKey), "outside-territory");
    }
    expectOutcome(chain, seat("fr-idf"), "territory-malformed");
    expectOutcome(chain, seat("FR-IDF", keyOf("commuter", 5).publicKey), "credential-unknown");
    expectOutcome(chain, seat("FR-IDF", buyers.outside.publicKey, buyers.outside), "role-wrong");
    expectOutcome(chain, seat("FR-IDF"), null);
    expectOutcome(chain, release(chain, recordId, buyers.outside.publicKey), null);
    const homeless = keyOf("commuter", 82);
    const grant = { role: "dataBuyer" } as const;
    const enrol: Payload = { kind: "enrol", publicKey: homeless.publicKey, grant, validUntilS: 0 };
    expectOutcome(chain, signed(chain, delegate, enrol), null);
    expectOutcome(chain, release(chain, recordId, homeless.publicKey), "buyer-without-seat");
  });

  it("is refused to others than data buyers, by others than the custodian, and of what may not be kept", () => {
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, release(chain, recordId, delegate.publicKey), "buyer-unknown");
    expectOutcome(chain, release(chain, recordId, keyOf("commuter", 5).publicKey), "buyer-unknown");
    const buyer = buyers.inside.publicKey;
    const asBuyer: Payload = { kind: "releaseKey", recordId, buyer, purpose: "research" };
    expectOutcome(chain, signed(chain, buyers.inside, asBuyer), "role-wrong");
    expectOutcome(chain, signed(chain, delegate, { kind: "revoke", publicKey: buyer }), null);
    expectOutcome(chain, release(chain, recordId), "buyer-unknown");
    moveTo(chain, expiresAtS - startS);
    expectOutcome(chain, release(chain, recordId), "record-expired");
  });

  it("is refused once erasure is wanted", () => {
    expectOutcome(chain, stated(chain, 0, research), null);
    expectOutcome(chain, order([contractOf(0)]), null);
    expectOutcome(chain, release(chain, recordId), "erasure-demanded");
  });
});
