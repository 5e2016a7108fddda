import { describe, expect, it } from "vitest";
import {
  checkOf,
  commit,
  createChain,
  expectOutcome,
  fundedChain,
  genesis,
  keyOf,
  officer,
  passageTransaction,
  signed,
  startS,
  chainId,
  chainWithContracts,
  moveTo,
} from "../../../test/verification/ledger-chain";
import { bonusPoolId, rewardPoolId, signAsMember } from "../../solo/consortium";
import { initialise } from "../genesis";
import { readBalance, readCredential, readPoolBalance, readTemplate, readTotals } from "../readers";
import type { Grant } from "../records/credential-record";
import { refusalCodes, type RefusalName } from "../refusals";
import type { Payload } from "../transactions/payload";

const authority = keyOf("certificateAuthority");
const stranger = keyOf("commuter", 77);
const roadAuthority: Grant = {
  role: "roadAuthority",
  poolId: bonusPoolId,
  budgetMaxMicro: 1n,
  twoOfficersAboveMicro: null,
  area: null,
};
const enrol = (publicKey: Uint8Array, grant: Grant, validUntilS = 0): Payload => ({
  kind: "enrol",
  publicKey,
  grant,
  validUntilS,
});

describe("enrolment", () => {
  it("is the certificate authority's alone", () => {
    for (const role of ["treasury", "custodian", "supervisoryAuthority", "validator"] as const) {
      const chain = createChain();
      expectOutcome(chain, signed(chain, keyOf(role), enrol(officer.publicKey, roadAuthority)), "role-wrong");
    }
    const chain = createChain();
    expectOutcome(chain, signed(chain, stranger, enrol(officer.publicKey, roadAuthority)), "sender-unknown");
    expectOutcome(chain, signed(chain, authority, enrol(officer.publicKey, roadAuthority)), null);
    expect(readCredential(chain.state, officer.publicKey)?.grant).toEqual(roadAuthority);
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(0n);
  });

  it.each<Grant["role"]>(["treasury", "certificateAuthority", "supervisoryAuthority", "validator"])(
    "does not make a %s: the authority may not give itself other powers",
    (role) => {
      const chain = createChain();
      const grant = { role } as Grant;
      expectOutcome(chain, signed(chain, authority, enrol(stranger.publicKey, grant)), "role-not-enrollable");
    },
  );

  it("refuses a key twice, a terminal twice and a pool of another purpose", () => {
    const chain = createChain();
    expectOutcome(chain, signed(chain, authority, enrol(officer.publicKey, roadAuthority)), null);
    expectOutcome(chain, signed(chain, authority, enrol(officer.publicKey, roadAuthority)), "credential-exists");
    const terminal: Grant = { role: "terminal", terminal: 3, place: null };
    expectOutcome(chain, signed(chain, authority, enrol(stranger.publicKey, terminal)), "terminal-taken");
    const onRewards = { ...roadAuthority, poolId: rewardPoolId };
    expectOutcome(chain, signed(chain, authority, enrol(stranger.publicKey, onRewards)), "pool-purpose-wrong");
  });

  it("ends with revocation or expiry, and a revoked terminal's place can be taken", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    const revokeTerminal: Payload = { kind: "revoke", publicKey: keyOf("terminal", 1).publicKey };
    expectOutcome(chain, signed(chain, authority, revokeTerminal), null);
    expectOutcome(chain, signed(chain, authority, revokeTerminal), "credential-revoked");
    expectOutcome(chain, await passageTransaction(0, 1, startS + 1100), "terminal-revoked");
    expectOutcome(
      chain,
      signed(chain, authority, enrol(stranger.publicKey, { role: "terminal", terminal: 1, place: null })),
      null,
    );
    // The old key's attestations count no more; the new key's would.
    expectOutcome(chain, await passageTransaction(0, 1, startS + 1100), "signers-unexpected");
    expectOutcome(chain, signed(chain, authority, { kind: "revoke", publicKey: officer.publicKey }), null);
    const invoice: Payload = { kind: "mint", amountMicro: 1n };
    expectOutcome(chain, signed(chain, officer, invoice), "sender-revoked");
    const custodian = keyOf("commuter", 80);
    expectOutcome(
      chain,
      signed(chain, authority, enrol(custodian.publicKey, { role: "custodian" }, startS + 1150)),
      null,
    );
    moveTo(chain, 1151);
    expectOutcome(chain, signed(chain, custodian, invoice), "sender-expired");
    expectOutcome(
      chain,
      signed(chain, authority, { kind: "revoke", publicKey: keyOf("treasury").publicKey }),
      "role-not-enrollable",
    );
    expectOutcome(
      chain,
      signed(chain, authority, { kind: "revoke", publicKey: keyOf("commuter", 99).publicKey }),
      "credential-unknown",
    );
  });
});

describe("money", () => {
  it("is minted by the treasury up to the cap, and not a micro-token more", () => {
    const chain = createChain();
    const mint = (amountMicro: bigint) => signed(chain, keyOf("treasury"), { kind: "mint", amountMicro });
    expectOutcome(chain, mint(genesis.capMicro - 1n), null);
    expectOutcome(chain, mint(2n), "cap-exceeded");
    expectOutcome(chain, mint(1n), null);
    expectOutcome(chain, mint(1n), "cap-exceeded");
    expectOutcome(chain, mint(0n), "amount-not-positive");
    expectOutcome(chain, signed(chain, authority, { kind: "mint", amountMicro: 1n }), "role-wrong");
    expect(readTotals(chain.state).supplyMicro).toBe(genesis.capMicro);
    expect(readBalance(chain.state, keyOf("treasury").publicKey)).toBe(genesis.capMicro);
  });

  it("is paid out only as far as it is there, and only to what exists", () => {
    const chain = createChain();
    const treasuryKey = keyOf("treasury");
    const fund = (destination: Extract<Payload, { kind: "fund" }>["destination"], amountMicro: bigint) =>
      signed(chain, treasuryKey, { kind: "fund", destination, amountMicro });
    expectOutcome(chain, signed(chain, treasuryKey, { kind: "mint", amountMicro: 100n }), null);
    expectOutcome(chain, fund({ kind: "pool", poolId: rewardPoolId }, 101n), "balance-too-low");
    expectOutcome(chain, fund({ kind: "pool", poolId: 99 }, 1n), "destination-unknown");
    expectOutcome(chain, fund({ kind: "account", publicKey: stranger.publicKey }, 1n), "destination-unknown");
    expectOutcome(chain, fund({ kind: "pool", poolId: rewardPoolId }, 0n), "amount-not-positive");
    expectOutcome(chain, fund({ kind: "pool", poolId: rewardPoolId }, 60n), null);
    expectOutcome(chain, fund({ kind: "account", publicKey: keyOf("custodian").publicKey }, 40n), null);
    expectOutcome(chain, fund({ kind: "account", publicKey: treasuryKey.publicKey }, 1n), "balance-too-low");
    expect(readPoolBalance(chain.state, rewardPoolId)).toBe(60n);
    expect(readBalance(chain.state, keyOf("custodian").publicKey)).toBe(40n);
  });
});

describe("templates", () => {
  it("follow each other by one, and a changed clause by one as well", () => {
    const chain = createChain();
    const present = readTemplate(chain.state, 1);
    if (present === undefined) throw new Error("the genesis has a template");
    const publish = (template: typeof present, key = keyOf("supervisoryAuthority")) =>
      signed(chain, key, { kind: "publishTemplate", template });
    const hash = "ab".repeat(32);
    expectOutcome(chain, publish({ ...present, version: 2 }, keyOf("treasury")), "role-wrong");
    expectOutcome(chain, publish(present), "template-version-wrong");
    expectOutcome(chain, publish({ ...present, version: 3 }), "template-version-wrong");
    expectOutcome(chain, publish({ ...present, version: 2, clause: { version: 1, hash } }), "template-version-wrong");
    expectOutcome(
      chain,
      publish({ ...present, version: 2, clause: { version: 2, hash: present.clause.hash } }),
      "template-version-wrong",
    );
    expectOutcome(chain, publish({ ...present, version: 2, clause: { version: 2, hash } }), null);
    expect(readTemplate(chain.state, 1)?.clause).toEqual({ version: 2, hash });
    expectOutcome(chain, signed(chain, authority, enrol(officer.publicKey, roadAuthority)), null);
    expectOutcome(
      chain,
      publish({ ...present, templateId: 2, version: 1, rewardPoolId: bonusPoolId }),
      "pool-purpose-wrong",
    );
  });
});

describe("authentication", () => {
  const payload: Payload = { kind: "mint", amountMicro: 5n };
  const key = keyOf("treasury");

  it("binds a transaction to its chain, its sender and its place in the order", () => {
    const chain = createChain();
    expectOutcome(chain, signAsMember("another-city", key, 0, payload), "wrong-chain");
    expectOutcome(chain, signAsMember(chainId, key, 0, payload), null);
    expectOutcome(chain, signAsMember(chainId, key, 0, payload), "nonce-wrong");
    expectOutcome(chain, signAsMember(chainId, key, 66, payload), "nonce-wrong");
    // A nonce that is a little ahead may wait, but is not carried out before its turn.
    const early = signAsMember(chainId, key, 2, payload);
    expect(checkOf(chain, early).code).toBe(0);
    const [refused, carriedOut, repeated] = commit(chain, [early, signAsMember(chainId, key, 1, payload), early]);
    expect([refused.code, carriedOut.code, repeated.code]).toEqual([refusalCodes().get("nonce-wrong"), 0, 0]);
    expect(readTotals(chain.state).supplyMicro).toBe(15n);
  });

  it("spends the nonce of a refused transaction, so that nobody can send it again when it suits", () => {
    const chain = createChain();
    const tooMuch = signAsMember(chainId, key, 0, {
      kind: "fund",
      destination: { kind: "pool", poolId: rewardPoolId },
      amountMicro: 5n,
    });
    expectOutcome(chain, tooMuch, "balance-too-low");
    expectOutcome(chain, signAsMember(chainId, key, 1, payload), null);
    expectOutcome(chain, tooMuch, "nonce-wrong");
  });

  it.each<[string, number, RefusalName | undefined]>([
    ["signature", -1, "signature-invalid"],
    ["signer", -90, undefined],
  ])("refuses any other bytes in place of the %s", (_what, fromEnd, refusal) => {
    const chain = fundedChain();
    const bytes = signAsMember(chainId, key, 4, payload);
    bytes[bytes.length + fromEnd] ^= 1;
    const [result] = commit(chain, [bytes]);
    expect(result.code).not.toBe(0);
    if (refusal !== undefined) expect(result.code).toBe(refusalCodes().get(refusal));
  });
});

describe("genesis", () => {
  it("refuses what could not be kept", () => {
    const { parameters } = genesis;
    expect(initialise({ ...genesis, parameters: { ...parameters, chainId: "" } }).ok).toBe(false);
    expect(initialise({ ...genesis, parameters: { ...parameters, passageAgeMaxS: 121 } }).ok).toBe(false);
    expect(initialise({ ...genesis, members: [...genesis.members, genesis.members[0]] }).ok).toBe(false);
    expect(initialise({ ...genesis, capMicro: -1n }).ok).toBe(false);
    expect(initialise(genesis).ok).toBe(true);
  });
});
