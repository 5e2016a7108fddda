import { afterEach, describe, expect, it } from "vitest";
import { describeFailure, type Result } from "../../common/result";
import { signAsHolder, clauseHashOf, commuterTemplate, challengeOf } from "../../ledger/solo/consortium";
import { offerSignBytes } from "../../ledger/machine/transactions/payload-form";
import { signBytesOf } from "../../ledger/machine/transactions/transaction";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { keyPairOf } from "../../ledger/solo/ed25519";
import { openSessionLedger } from "./session-ledger";
import type { ContractOffer, GuestContracts, SessionLedger, SessionLedgerOptions } from "./session-interface";

const phone = keyPairOf(new Uint8Array(32).fill(9));
const stranger = keyPairOf(new Uint8Array(32).fill(8));
const operator = keyPairOf(new Uint8Array(32).fill(5));
const contractId = contractIdOf(phone.publicKey);
const options: SessionLedgerOptions = {
  ...{ directory: null, chainId: "pendulaire-test-1", date: "2026-03-02", startS: 5 * 3600 },
  ...{ memberSeed: new Uint8Array(32).fill(3), terminalNames: ["North gate", "Bridge"], clause: "clause" },
  ...{ rewardPoolMicro: 1_000_000_000, bonusPoolMicro: 100_000_000, challengeS: 60 },
};
const sevenS = 7 * 3600;
const offer: Omit<ContractOffer, "contractIndex"> = {
  ...{ departFromS: sevenS, departUntilS: sevenS + 600, deadlineS: sevenS + 5400 },
  itinerary: [{ terminal: 1, fromS: sevenS, untilS: sevenS + 3600 }],
  ...{ rewardMicro: 3_000_000, penaltyMicro: 1_000_000 },
};
let ledger: SessionLedger;
afterEach(() => ledger.close());

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

async function begin(): Promise<GuestContracts> {
  ledger = must(await openSessionLedger(options));
  if (ledger.guests === null) throw new Error("the embedded ledger takes guests");
  return ledger.guests;
}

/** As the commuter's page makes it, of what it was shown. */
function signatureOver(
  desk: GuestContracts,
  rewardMicro: number,
  { clause = options.clause, key = phone } = {},
): Uint8Array {
  const time = (timeS: number) => desk.midnightS + timeS;
  const terms = {
    ...{ template: commuterTemplate, clause: { version: 1, hash: clauseHashOf(clause) }, ways: [] },
    departure: { fromS: time(offer.departFromS), untilS: time(offer.departUntilS) },
    itinerary: offer.itinerary.map((stop) => ({ ...stop, fromS: time(stop.fromS), untilS: time(stop.untilS) })),
    ...{ deadlineS: time(offer.deadlineS), rewardMicro: BigInt(rewardMicro), penaltyMicro: 1_000_000n },
  };
  return key.sign(offerSignBytes(options.chainId, desk.custodianKey, { terms, contractKey: key.publicKey }));
}

describe("a commuter with a key of their own", () => {
  it("is bound by what they signed only: other terms, another clause and another key are refused", async () => {
    const desk = await begin();
    const bring = (signature: Uint8Array, key = phone.publicKey) => desk.bring(offer, key, signature, sevenS - 600);
    expect((await bring(signatureOver(desk, 2_000_000))).ok).toBe(false);
    expect((await bring(signatureOver(desk, 3_000_000, { clause: "another clause" }))).ok).toBe(false);
    expect((await bring(signatureOver(desk, 3_000_000), stranger.publicKey)).ok).toBe(false);
    expect(ledger.contracts({ offset: 0, limit: 9 }).total).toBe(0);
    expect(must(await bring(signatureOver(desk, 3_000_000)))).toBe(contractId);
    expect(must(ledger.contractReport(contractId))).toMatchObject({ state: "active", rewardMicro: 3_000_000 });
    // Whose it is, no book of the session says.
    expect(ledger.contractIndexOf(contractId)).toBeUndefined();
    expect(must(ledger.contractHistory(contractId)).events.map(({ kind, proved }) => [kind, proved])).toEqual([
      ["accepted", true],
    ]);
    expect((await bring(signatureOver(desk, 3_000_000))).ok).toBe(false);
  });

  it("is rewritten like the others, passes by both signatures, and is paid", async () => {
    const desk = await begin();
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), sevenS - 600));
    must(await ledger.enrolOperator(operator.publicKey));
    const sent = must(
      await ledger.sendInstruction(
        {
          ...{ incidentId: "I-0001", action: { kind: "shift", shiftS: 600 }, terminals: [1] },
          ...{ fromS: sevenS - 300, untilS: sevenS + 3600, expiresAtS: sevenS + 7200 },
          ...{ bonusMicro: 2_000_000, budgetMicro: 50_000_000 },
        },
        operator,
        sevenS - 500,
      ),
    );
    must(await ledger.advance(sevenS - 500));
    const order = must(await ledger.verifyInstruction(sent.instructionId));
    expect([order.contracts, order.contractIndexes.length]).toEqual([1, 0]);
    const timeS = desk.midnightS + sevenS + 900;
    const challenge = challengeOf(1, timeS, phone.publicKey);
    const passage = { terminal: 1, timeS, challenge, contractKey: phone.publicKey };
    const signBytes = signBytesOf({
      ...{ chainId: options.chainId, sender: null, nonce: 0, payload: { kind: "attestPassage", ...passage } },
    });
    const forged = { ...passage, signature: stranger.sign(signBytes) };
    expect((await desk.pass(forged, sevenS + 900)).ok).toBe(false);
    must(await desk.pass({ ...passage, signature: phone.sign(signBytes) }, sevenS + 900));
    must(await ledger.advance(sevenS + 9000));
    const { events } = must(ledger.contractHistory(contractId));
    expect(events.map(({ kind, proved }) => [kind, proved])).toEqual([
      ["accepted", true],
      ["rewritten", true],
      ["passed", true],
      ["settled", true],
    ]);
    expect(events.at(-1)).toMatchObject({ penaltyMicro: 0, rewardMicro: 3_000_000 });
  });

  it("leaves by its own key an hour ahead, with its deposit, proved; it keeps no other from settlement", async () => {
    const desk = await begin();
    const hourAheadS = sevenS - 3600;
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), hourAheadS - 600));
    const leave = (key = phone) => signAsHolder(options.chainId, key, { kind: "leave" });
    expect((await desk.state(contractId, leave(stranger), hourAheadS - 300)).ok).toBe(false);
    must(await desk.state(contractId, leave(), hourAheadS - 300));
    expect(must(ledger.contractReport(contractId)).state).toBe("left");
    const { events } = must(ledger.contractHistory(contractId));
    expect(events.map(({ kind, proved }) => [kind, proved])).toEqual([
      ["accepted", true],
      ["settled", true],
    ]);
    expect(events.at(-1)).toMatchObject({ outcome: "left", rewardMicro: 0, penaltyMicro: 0, walletMicro: 1_000_000 });
    expect((await desk.state(contractId, leave(), hourAheadS - 200)).ok).toBe(false);
    const staying = keyPairOf(new Uint8Array(32).fill(7));
    for (const key of [stranger, staying]) {
      must(await desk.bring(offer, key.publicKey, signatureOver(desk, 3_000_000, { key }), hourAheadS - 200));
    }
    must(await desk.state(contractIdOf(stranger.publicKey), leave(stranger), hourAheadS - 100));
    must(await ledger.advance(sevenS + 9000));
    expect(must(ledger.contractReport(contractIdOf(staying.publicKey))).state).toBe("defaulted");
  });

  it("is held to its contract from an hour before it begins", async () => {
    const desk = await begin();
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), sevenS - 1800));
    const left = await desk.state(contractId, signAsHolder(options.chainId, phone, { kind: "leave" }), sevenS - 1700);
    expect(left).toMatchObject({ ok: false });
    expect(must(ledger.contractReport(contractId)).state).toBe("active");
  });

  it("narrows, withdraws and has erased by its own key, in order, and nobody else does", async () => {
    const desk = await begin();
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), sevenS - 600));
    type Said = Parameters<typeof signAsHolder>[2];
    const say = (said: Said, key = phone) => desk.state(contractId, signAsHolder(options.chainId, key, said), sevenS);
    expect(must(ledger.consent(contractId))).toMatchObject({
      sequence: 0,
      withdrawn: false,
      purposes: [],
      erasure: null,
    });
    const first = { kind: "setConsent", sequence: 0, purposes: ["statistics", "research"] } as const;
    expect((await say(first, stranger)).ok).toBe(false);
    must(await say(first));
    expect(must(ledger.consent(contractId))).toMatchObject({ sequence: 1, purposes: ["statistics", "research"] });
    expect((await say(first)).ok).toBe(false);
    must(await say({ kind: "setConsent", sequence: 1, purposes: ["statistics"] }));
    expect(ledger.consentCounts()).toMatchObject({
      ...{ contracts: 1, stated: 1, withdrawn: 0, byPurpose: { statistics: 1, services: 0, research: 0, counts: 0 } },
    });
    must(await say({ kind: "withdrawConsent", sequence: 2 }));
    expect(must(ledger.consent(contractId))).toMatchObject({ withdrawn: true, purposes: [] });
    must(await say({ kind: "demandErasure", sequence: 3 }));
    expect(must(ledger.consent(contractId)).erasure).toEqual({ wantedBy: "holder", sinceS: sevenS });
    expect(ledger.consentCounts()).toMatchObject({ withdrawn: 1, erasures: { byHolder: 1, byDelegate: 0 } });
    expect((await say({ kind: "setConsent", sequence: 4, purposes: [] })).ok).toBe(false);
    // Nothing else can be brought to the chain by this door.
    const signBytes = signBytesOf({
      ...{
        chainId: options.chainId,
        sender: null,
        nonce: 0,
        payload: { kind: "settle", contractIds: [], instructionIds: [] },
      },
    });
    expect((await desk.state(contractId, signBytes, sevenS)).ok).toBe(false);
  });

  it("who withdrew consent gives it again by its own word, never along with a purpose", async () => {
    const desk = await begin();
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), sevenS - 600));
    const say = (said: Parameters<typeof signAsHolder>[2]) =>
      desk.state(contractId, signAsHolder(options.chainId, phone, said), sevenS);
    must(await say({ kind: "withdrawConsent", sequence: 0 }));
    const widened = await say({ kind: "setConsent", sequence: 1, purposes: ["research"] });
    expect(widened).toMatchObject({ ok: false, error: { said: { code: "consent-withdrawn" } } });
    expect(must(ledger.consent(contractId))).toMatchObject({ sequence: 1, withdrawn: true, purposes: [] });
    must(await say({ kind: "setConsent", sequence: 1, purposes: [] }));
    must(await say({ kind: "setConsent", sequence: 2, purposes: ["research"] }));
    expect(must(ledger.consent(contractId))).toMatchObject({ withdrawn: false, purposes: ["research"] });
  });

  it("is told of a refusal by its name, for whoever has words of their own", async () => {
    const desk = await begin();
    must(await desk.bring(offer, phone.publicKey, signatureOver(desk, 3_000_000), sevenS - 1800));
    const early = { terminal: 1, timeS: desk.midnightS + sevenS - 1700, contractKey: phone.publicKey };
    const challenge = challengeOf(1, early.timeS, phone.publicKey);
    const signBytes = signBytesOf({
      ...{ chainId: options.chainId, sender: null, nonce: 0, payload: { kind: "attestPassage", ...early, challenge } },
    });
    const passed = await desk.pass({ ...early, challenge, signature: phone.sign(signBytes) }, sevenS - 1700);
    expect(passed).toMatchObject({
      error: { said: { code: "ledger-refusal", args: { name: "passage-outside-contract" } } },
    });
    const left = await desk.state(contractId, signAsHolder(options.chainId, phone, { kind: "leave" }), sevenS - 1600);
    expect(left).toMatchObject({ error: { said: { code: "ledger-refusal", args: { name: "leave-too-late" } } } });
  });
});
