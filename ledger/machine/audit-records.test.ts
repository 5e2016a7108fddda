import { describe, expect, it } from "vitest";
import {
  chainWithContracts,
  contractOf,
  expectOutcome,
  keyOf,
  signed,
  startS,
} from "../../test/verification/ledger-chain";
import {
  admitBuyers,
  buyers,
  commitmentOf,
  custodian,
  expiresAtS,
  release,
  stated,
} from "../../test/verification/ledger-records";
import { audit } from "./audit";
import { encodeKeptRecord, encodeKeyRelease, type KeptRecord, type KeyRelease } from "./records/personal-records";
import { keyReleasePath, recordPath } from "./state-paths";
import { update } from "./tree/tree";

describe("the audit of what is kept", () => {
  it("finds a record of no contract, erased too early or committed too late, and a key released out of turn", async () => {
    const chain = await chainWithContracts(1);
    admitBuyers(chain);
    expectOutcome(chain, signed(chain, custodian, { kind: "commitRecords", records: [commitmentOf(0)] }), null);
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: ["research"] }), null);
    const { recordId } = commitmentOf(0);
    expectOutcome(chain, release(chain, recordId), null);
    expect(audit(chain.state).ok).toBe(true);
    const committedAtS = startS + 10;
    const kept: KeptRecord = { ...commitmentOf(0), custodian: custodian.publicKey, committedAtS, erasedAtS: null };
    const buyer = buyers.inside.publicKey;
    const released: KeyRelease = { recordId, buyer, purpose: "research", releasedAtS: startS + 20 };
    const withRecord = (overrides: Partial<KeptRecord>) =>
      [recordPath(recordId), encodeKeptRecord({ ...kept, ...overrides })] as const;
    const withRelease = (overrides: Partial<KeyRelease>) =>
      [
        keyReleasePath(overrides.recordId ?? recordId, overrides.buyer ?? buyer),
        encodeKeyRelease({ ...released, ...overrides }),
      ] as const;
    const sound = [withRecord({}), withRelease({})];
    expect(audit({ ...chain.state, tree: update(chain.state.tree, new Map(sound)) }).ok).toBe(true);
    const faults: readonly (readonly [string, readonly [string, Uint8Array]])[] = [
      ["of no contract", withRecord({ contractId: contractOf(7) })],
      ["has no custodian", withRecord({ custodian: keyOf("commuter", 70).publicKey })],
      ["expired before", withRecord({ committedAtS: expiresAtS })],
      ["erased too early", withRecord({ erasedAtS: startS + 30 })],
      ["no such record", withRelease({ recordId: commitmentOf(5).recordId })],
      ["not kept", withRelease({ releasedAtS: expiresAtS })],
      ["not kept", withRelease({ releasedAtS: startS + 9 })],
      ["stranger", withRelease({ buyer: keyOf("commuter", 70).publicKey })],
    ];
    for (const [what, change] of faults) {
      const tree = update(chain.state.tree, new Map([...sound, change]));
      const judged = audit({ ...chain.state, tree });
      expect(judged.ok ? "sound" : judged.error.message).toContain(what);
    }
  });
});
