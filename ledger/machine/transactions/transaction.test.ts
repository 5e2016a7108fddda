import { describe, expect, it } from "vitest";
import { fc } from "../../../test/support/properties";
import { contractOf, keyOf, officer, termsOf } from "../../../test/verification/ledger-chain";
import { amountMax } from "../../../common/canonical";
import { beginOf } from "../../contracts/terms";
import { consentPurposes, releasePurposes } from "../../contracts/consent";
import { shiftMaxS, type InstructedAction } from "../../contracts/instruction";
import { signAsMember } from "../../solo/consortium";
import {
  endorsementsPerPolicyMax,
  offersPerTransactionMax,
  recordsPerTransactionMax,
  settlementsPerTransactionMax,
  transactionBytesMax,
} from "../limits";
import { decodeContract, encodeContract } from "../records/contract-record";
import { cohorts, decodeCredential, encodeCredential, roles, type Grant } from "../records/credential-record";
import { decodeInstruction, encodeInstruction } from "../records/instruction-record";
import type { GovernDecision, Payload, PayloadKind } from "./payload";
import { decodePayload, encodePayload, payloadKinds } from "./payload-form";
import { decodeTransaction, encodeTransaction, signBytesOf } from "./transaction";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const amount = fc.bigInt(0n, amountMax);
const whole = fc.nat(2_000_000_000);
const identifier = bytes(31).map((digest) => Buffer.from(digest).toString("hex"));
const hash = bytes(32).map((digest) => Buffer.from(digest).toString("hex"));
const terminals = fc.uniqueArray(fc.nat(5000), { maxLength: 64 }).map((list) => list.sort((a, b) => a - b));
const window = fc.tuple(whole, fc.nat(10_000)).map(([fromS, lengthS]) => ({ fromS, untilS: fromS + lengthS }));
const scope = fc.tuple(window, terminals).map(([at, list]) => ({ ...at, terminals: list }));
const via = fc.array(fc.nat(5000), { maxLength: 8 });
const instructed: fc.Arbitrary<InstructedAction> = fc.oneof(
  fc.constant({ kind: "avoid" as const }),
  via.map((list) => ({ kind: "itinerary" as const, via: list })),
  fc.integer({ min: -shiftMaxS, max: shiftMaxS }).map((shiftS) => ({ kind: "shift" as const, shiftS })),
  whole.map((untilS) => ({ kind: "hold" as const, untilS })),
);
const terms = fc
  .record({
    fromS: whole,
    steps: fc.array(fc.tuple(fc.nat(5000), fc.nat(900), fc.nat(900)), { minLength: 1, maxLength: 8 }),
  })
  .map(({ fromS, steps }) =>
    termsOf({
      departure: { fromS, untilS: fromS + 60 },
      itinerary: steps.map(([terminal, laterS, lengthS]) => ({
        terminal,
        fromS: fromS + laterS,
        untilS: fromS + laterS + lengthS,
      })),
      deadlineS: fromS + 5000,
    }),
  );
const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc
    .constantFrom(...roles.filter((role) => role !== "roadAuthority" && role !== "terminal" && role !== "endorser"))
    .map((role) => ({ role })),
  fc.record({ role: fc.constant("endorser" as const), cohort: fc.constantFrom(...cohorts) }),
  fc.record({
    role: fc.constant("terminal" as const),
    terminal: whole,
    place: fc.option(fc.record({ eastM: whole, northM: whole })),
  }),
  fc.record({
    role: fc.constant("roadAuthority" as const),
    poolId: whole,
    budgetMaxMicro: amount,
    twoOfficersAboveMicro: fc.option(amount),
    area: fc.option(terminals),
  }),
);
const saleTerms = fc.record({
  ...{ territory: fc.constantFrom("FR", "CH-GE"), countMin: whole, budgetMicro: whole, epsilonMinMicro: whole },
  ...{ priceMinMicro: amount, remainderPoolId: whole },
});
const decision: fc.Arbitrary<GovernDecision> = fc.oneof(
  fc.record({ kind: fc.constant("setValidator" as const), publicKey: bytes(32), power: amount }),
  fc.record({ kind: fc.constant("setCap" as const), capMicro: amount }),
  fc.record({
    kind: fc.constant("setParameters" as const),
    parameters: fc.record({
      challengeS: whole,
      passageAgeMaxS: whole,
      passageAheadMaxS: whole,
      instructionMatchesMax: whole,
    }),
  }),
  fc.record({ kind: fc.constant("setSaleTerms" as const), terms: saleTerms }),
  fc.record({
    kind: fc.constant("setPolicy" as const),
    transaction: fc.constantFrom(...(Object.keys(payloadKinds) as PayloadKind[])),
    endorsements: fc
      .subarray([...cohorts])
      .map((chosen) => chosen.map((cohort, index) => ({ cohort, count: 1 + (index % endorsementsPerPolicyMax) }))),
  }),
);
const commitment = fc.record({
  ...{ recordId: identifier, contractId: identifier, commitment: hash, keyDigest: hash, saltDigest: hash },
  ...{ territory: fc.constantFrom("FR", "CH-GE"), expiresAtS: whole, consentSequence: whole },
});
const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ kind: fc.constant("enrol" as const), publicKey: bytes(32), grant, validUntilS: whole }),
  fc.record({ kind: fc.constant("revoke" as const), publicKey: bytes(32) }),
  fc.record({ kind: fc.constant("mint" as const), amountMicro: amount }),
  fc.record({
    kind: fc.constant("fund" as const),
    destination: fc.oneof(
      whole.map((poolId) => ({ kind: "pool" as const, poolId })),
      bytes(32).map((publicKey) => ({ kind: "account" as const, publicKey })),
    ),
    amountMicro: amount,
  }),
  fc.record({
    kind: fc.constant("publishTemplate" as const),
    template: fc.record({
      templateId: whole,
      version: whole,
      clause: fc.record({ version: whole, hash }),
      rewardMaxMicro: amount,
      penaltyMaxMicro: amount,
      rewardPoolId: whole,
    }),
  }),
  fc.record({
    kind: fc.constant("acceptOffers" as const),
    offers: fc.array(fc.record({ terms, contractKey: bytes(32), signature: bytes(64) }), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("attestPassage" as const),
    terminal: whole,
    timeS: whole,
    challenge: bytes(16),
    contractKey: bytes(32),
  }),
  fc.record({
    kind: fc.constant("instruct" as const),
    incidentId: fc.string({ maxLength: 16 }),
    scope,
    action: instructed,
    expiresAtS: whole,
    bonusMicro: amount,
    budgetMicro: amount,
  }),
  fc.record({
    kind: fc.constant("settle" as const),
    contractIds: fc.array(identifier, { maxLength: 5 }),
    instructionIds: fc.array(identifier, { maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant("amend" as const),
    instructionId: identifier,
    ...{ untilS: whole, expiresAtS: whole, bonusMicro: amount, budgetMicro: amount },
  }),
  fc.record({ kind: fc.constant("withdraw" as const), instructionId: identifier }),
  fc.record({ kind: fc.constant("govern" as const), decision }),
  fc.record({
    kind: fc.constant("setLicence" as const),
    templateId: whole,
    suspended: fc.boolean(),
    contractsMax: whole,
  }),
  fc.record({
    kind: fc.constant("setConsent" as const),
    ...{ contractKey: bytes(32), sequence: whole },
    purposes: fc.subarray([...consentPurposes]),
  }),
  fc.record({
    kind: fc.constantFrom("withdrawConsent" as const, "demandErasure" as const),
    ...{ contractKey: bytes(32), sequence: whole },
  }),
  fc.record({ kind: fc.constant("orderErasure" as const), contractIds: fc.array(identifier, { maxLength: 5 }) }),
  fc.record({ kind: fc.constant("commitRecords" as const), records: fc.array(commitment, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("eraseRecords" as const), recordIds: fc.array(identifier, { maxLength: 5 }) }),
  fc.record({
    kind: fc.constant("releaseKey" as const),
    ...{ recordId: identifier, buyer: bytes(32), purpose: fc.constantFrom(...releasePurposes) },
  }),
  fc.record({
    kind: fc.constant("setSeat" as const),
    publicKey: bytes(32),
    territory: fc.constantFrom("FR", "FR-IDF"),
  }),
  fc.record({
    kind: fc.constant("orderCounts" as const),
    custodian: bytes(32),
    question: fc.oneof(
      fc.record({ kind: fc.constant("link" as const), terminal: whole }),
      fc.record({ kind: fc.constant("originDestination" as const), origin: whole, destination: whole }),
    ),
    ...{ fromS: whole, untilS: whole, epsilonMicro: whole, priceMicro: amount },
  }),
  fc.record({ kind: fc.constant("releaseCounts" as const), saleId: whole, count: fc.option(whole) }),
);

describe("transactions", () => {
  it("survive their encoding, and have no other", () => {
    fc.assert(
      fc.property(
        payload,
        fc.option(bytes(32)),
        fc.nat(1000),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (content, sender, nonce, at, flip) => {
          const unsigned = { chainId: "test-city-1", sender, nonce: sender === null ? 0 : nonce, payload: content };
          const signBytes = signBytesOf(unsigned);
          const signatures = [
            { publicKey: new Uint8Array(32).fill(9), signature: new Uint8Array(64) },
            { publicKey: new Uint8Array(32).fill(3), signature: new Uint8Array(64).fill(1) },
          ];
          const encoded = encodeTransaction(signBytes, signatures);
          const decoded = decodeTransaction(encoded);
          expect(decoded).toEqual({
            ok: true,
            value: { ...unsigned, signBytes, signatures: [signatures[1], signatures[0]] },
          });
          // Whatever else is read means something else: the same meaning has the same bytes.
          const changed = encoded.slice();
          changed[at % changed.length] ^= flip;
          const other = decodeTransaction(changed);
          if (other.ok) {
            const again = encodeTransaction(signBytesOf(other.value), other.value.signatures);
            expect(again).toEqual(changed);
          }
          expect(decodeTransaction(encoded.slice(0, at % encoded.length)).ok).toBe(false);
          expect(decodeTransaction(new Uint8Array([...encoded, 0]))).toMatchObject({ error: { name: "malformed" } });
        },
      ),
    );
  });

  it("any bytes are read or refused, and never throw", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(
          "enrol",
          "acceptOffers",
          "instruct",
          "settle",
          "amend",
          "withdraw",
          "setConsent",
          "commitRecords",
          "releaseKey",
        ),
        (garbage, kind) => {
          expect(decodeTransaction(garbage).ok).toBe(false);
          const read = decodePayload(kind, garbage);
          if (read.ok) expect(encodePayload(read.value)).toEqual(garbage);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("have limits", () => {
    expect(decodeTransaction(new Uint8Array(transactionBytesMax + 1))).toMatchObject({
      error: { name: "transaction-too-large" },
    });
    const settle = (count: number) =>
      decodePayload(
        "settle",
        encodePayload({ kind: "settle", contractIds: Array<string>(count).fill(contractOf(0)), instructionIds: [] }),
      );
    expect(settle(settlementsPerTransactionMax).ok).toBe(true);
    expect(settle(settlementsPerTransactionMax + 1).ok).toBe(false);
    const erase = (count: number) =>
      decodePayload(
        "eraseRecords",
        encodePayload({ kind: "eraseRecords", recordIds: Array<string>(count).fill(contractOf(0)) }),
      );
    expect(erase(recordsPerTransactionMax).ok).toBe(true);
    expect(erase(recordsPerTransactionMax + 1).ok).toBe(false);
    const offer = { terms: termsOf(), contractKey: new Uint8Array(32), signature: new Uint8Array(64) };
    const accept = (count: number) =>
      decodePayload(
        "acceptOffers",
        encodePayload({ kind: "acceptOffers", offers: Array<typeof offer>(count).fill(offer) }),
      );
    expect(accept(offersPerTransactionMax).ok).toBe(true);
    expect(accept(offersPerTransactionMax + 1).ok).toBe(false);
  });

  it("of an unknown kind or version are refused by that name", () => {
    const encoded = signAsMember("c", keyOf("treasury"), 0, { kind: "mint", amountMicro: 1n });
    // The form's name (25 bytes), the chain id (2 bytes), then kind and version.
    const [kindAt, versionAt] = [27, 28];
    expect([encoded[kindAt], encoded[versionAt]]).toEqual([3, 1]);
    for (const [at, value] of [
      [kindAt, 99],
      [versionAt, 2],
      [versionAt, 0],
    ]) {
      const changed = encoded.slice();
      changed[at] = value;
      expect(decodeTransaction(changed)).toMatchObject({ error: { name: "kind-unknown" } });
    }
  });

  it("with signers twice or out of order are refused", () => {
    const signBytes = signBytesOf({
      chainId: "c",
      sender: officer.publicKey,
      nonce: 0,
      payload: { kind: "mint", amountMicro: 1n },
    });
    const signature = { publicKey: officer.publicKey, signature: officer.sign(signBytes) };
    expect(decodeTransaction(encodeTransaction(signBytes, [signature])).ok).toBe(true);
    expect(decodeTransaction(encodeTransaction(signBytes, [signature, signature])).ok).toBe(false);
  });
});

describe("records", () => {
  it("survive their encoding", () => {
    const contract = fc.record({
      terms,
      ways: fc.array(
        fc.record({
          ...{ instructionId: identifier, avoid: scope, via, deadlineS: whole, expiresAtS: whole, bonusMicro: amount },
          ...{ notBeforeS: fc.option(whole), beginsBeforeS: fc.option(whole) },
        }),
        { maxLength: 4 },
      ),
      passages: fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { maxLength: 32 }),
      settlement: fc.option(
        fc.record({
          settledAtS: whole,
          kind: fc.constantFrom("reward" as const, "rewardAndBonus" as const, "penalty" as const, "excused" as const),
          bonusMicro: amount,
          walletMicro: amount,
        }),
      ),
    });
    fc.assert(
      fc.property(contract, ({ terms: offered, ways, passages, settlement }) => {
        const rewritten = { ...offered, ways };
        const beginS = beginOf(rewritten);
        const record = {
          state: settlement === null ? ("active" as const) : ("defaulted" as const),
          revision: 3,
          rewardPoolId: 1,
          terms: rewritten,
          passages: passages.map(([terminal, afterS]) => ({ terminal, timeS: beginS + afterS })),
          settlement,
        };
        expect(decodeContract(encodeContract(record).slice())).toEqual({ ok: true, value: record });
      }),
    );
    fc.assert(
      fc.property(bytes(32), grant, fc.boolean(), whole, whole, (publicKey, granted, revoked, validUntilS, nonce) => {
        const record = { publicKey, grant: granted, revoked, validUntilS, nonce };
        expect(decodeCredential(encodeCredential(record).slice())).toEqual({ ok: true, value: record });
      }),
    );
    const instruction = fc.record({
      ...{ authority: bytes(32), poolId: whole, incidentId: fc.string({ maxLength: 16 }), scope, expiresAtS: whole },
      ...{ action: instructed, revision: whole, revisedHeight: whole, withdrawn: fc.boolean() },
      ...{ bonusMicro: amount, budgetMicro: amount, issuedAtS: whole, issuedHeight: whole, rewritten: whole },
      ...{ rewrittenRoot: hash, openMicro: amount, arrivedMicro: amount, escrowMicro: amount, paidMicro: amount },
      ...{ paidCount: whole, released: fc.boolean(), twoOfficers: fc.boolean() },
    });
    fc.assert(
      fc.property(instruction, (record) => {
        expect(decodeInstruction(encodeInstruction(record).slice())).toEqual({ ok: true, value: record });
      }),
    );
  });
});
