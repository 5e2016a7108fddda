import { describe, expect, it } from "vitest";
import {
  chainId,
  clause,
  commit,
  createChain,
  expectOutcome,
  fundedChain,
  genesis,
  keyOf,
  offersTransaction,
  officer,
  signed,
  startS,
  termsOf,
  type TestChain,
} from "../../../test/verification/ledger-chain";
import { toHex } from "../../../common/canonical";
import { assert } from "../../../common/result";
import { bonusPoolId, clauseHashOf, signTogether } from "../../solo/consortium";
import type { KeyPair } from "../../solo/ed25519";
import { verifySignature } from "../../solo/ed25519";
import { memberKey } from "../../solo/members";
import { apply } from "../apply";
import { initialise } from "../genesis";
import { validatorPowerMax } from "../limits";
import { readTotals } from "../readers";
import { decodeParameters } from "../records/governance-records";
import type { RefusalName } from "../refusals";
import { parametersPath } from "../state-paths";
import { lookUp } from "../tree/tree";
import type { GovernDecision, InstructPayload, Payload } from "../transactions/payload";

const validators = [0, 1, 2, 3].map((index) => memberKey(new Uint8Array(32).fill(5), "validator", index));
const outsider = memberKey(new Uint8Array(32).fill(6), "validator", 0);
const others = genesis.members.filter(({ grant }) => grant.role !== "validator");

/** Four validators of equal power, and room for a fifth. */
function consortium(validatorsMax = 5): TestChain {
  const members = validators.map(({ publicKey }) => ({ publicKey, grant: { role: "validator" as const } }));
  const initialised = initialise({ ...genesis, validatorsMax, members: [...members, ...others] });
  assert(initialised.ok, "the genesis stands");
  return { state: initialised.value.state, nonces: new Map() };
}

function together(chain: TestChain, sender: KeyPair, payload: Payload, with_: readonly KeyPair[]): Uint8Array {
  const nonce = chain.nonces.get(sender) ?? 0;
  chain.nonces.set(sender, nonce + 1);
  return signTogether(chainId, sender, nonce, payload, with_);
}

const decided = (chain: TestChain, decision: GovernDecision, signers = 3, sender = validators[0]) =>
  together(
    chain,
    sender,
    { kind: "govern", decision },
    validators.filter((key) => key !== sender).slice(0, signers - 1),
  );

/** The next block, and what it tells consensus of the validators. */
function updatesOf(chain: TestChain, transaction: Uint8Array): readonly (readonly [string, bigint])[] {
  const block = { height: chain.state.height + 1, timeS: chain.state.timeS + 1, transactions: [transaction] };
  const applied = apply(chain.state, block, verifySignature);
  expect(applied.results[0].log).toBe("");
  chain.state = applied.state;
  return applied.validatorUpdates.map(({ publicKey, power }) => [toHex(publicKey), power]);
}

const join = (power: bigint, key = outsider): GovernDecision => ({
  kind: "setValidator",
  publicKey: key.publicKey,
  power,
});

describe("the consortium", () => {
  it("takes a validator in, gives another weight, and lets it go, and tells consensus each time", () => {
    const chain = consortium();
    const key = toHex(outsider.publicKey);
    expect(updatesOf(chain, decided(chain, join(7n)))).toEqual([[key, 7n]]);
    expect(updatesOf(chain, decided(chain, join(9n), 4))).toEqual([[key, 9n]]);
    expect(updatesOf(chain, decided(chain, join(0n), 4))).toEqual([[key, 0n]]);
    // Who left governs no longer; who is back does.
    const late = together(chain, outsider, { kind: "govern", decision: join(5n) }, validators.slice(0, 3));
    expectOutcome(chain, late, "signers-unexpected");
    expect(updatesOf(chain, decided(chain, join(5n)))).toEqual([[key, 5n]]);
  });

  it("decides by more than two thirds of its power, and no less", () => {
    const chain = consortium();
    expectOutcome(chain, decided(chain, join(7n), 2), "governance-threshold");
    // What its signers do not carry spends no nonce: anybody could burn a validator's.
    chain.nonces.set(validators[0], 0);
    expectOutcome(chain, decided(chain, join(7n), 3), null);
    // 47 in all: three of the first four are 30, not more than two thirds.
    expectOutcome(chain, decided(chain, { kind: "setCap", capMicro: 5n }, 3), "governance-threshold");
    chain.nonces.set(validators[0], 1);
    expectOutcome(chain, decided(chain, { kind: "setCap", capMicro: 5n }, 4), null);
  });

  it("does not count a signature twice, nor those of others", () => {
    const chain = consortium();
    const payload = { kind: "govern", decision: join(7n) } as const;
    const treasury = keyOf("treasury");
    expectOutcome(chain, together(chain, validators[0], payload, [validators[1], treasury]), "signers-unexpected");
    const twice = together(chain, validators[0], payload, [validators[1], validators[1]]);
    expectOutcome(chain, twice, "malformed");
    expectOutcome(chain, together(chain, treasury, payload, validators.slice(0, 3)), "signers-unexpected");
  });

  it.each<[RefusalName, GovernDecision, number]>([
    ["power-out-of-range", join(validatorPowerMax + 1n), 5],
    ["governance-empty", join(0n), 5],
    ["governance-empty", join(10n, validators[1]), 5],
    ["validators-too-many", join(1n), 4],
    ["credential-exists", { kind: "setValidator", publicKey: keyOf("treasury").publicKey, power: 1n }, 5],
    ["cap-below-supply", { kind: "setCap", capMicro: 4n }, 5],
    ["policy-out-of-range", { kind: "setPolicy", transaction: "govern", endorsements: [] }, 5],
    [
      "parameter-out-of-range",
      {
        kind: "setParameters",
        parameters: { challengeS: 10, passageAgeMaxS: 11, passageAheadMaxS: 1, instructionMatchesMax: 5 },
      },
      5,
    ],
    [
      "parameter-out-of-range",
      {
        kind: "setParameters",
        parameters: { challengeS: 10, passageAgeMaxS: 10, passageAheadMaxS: 1, instructionMatchesMax: 1e6 },
      },
      5,
    ],
  ])("is refused as %s", (refusal, decision, validatorsMax) => {
    const chain = consortium(validatorsMax);
    commit(chain, [signed(chain, keyOf("treasury"), { kind: "mint", amountMicro: 5n })]);
    expectOutcome(chain, decided(chain, decision, 4), refusal);
  });

  it("cannot lose its last validator, and the embedded engine's set is fixed", () => {
    const chain = consortium();
    for (const [index, gone] of validators.slice(1).entries()) {
      const left = validators.filter((key) => key === validators[0] || validators.indexOf(key) > index);
      const payload = { kind: "govern", decision: join(0n, gone) } as const;
      expectOutcome(chain, together(chain, validators[0], payload, left.slice(1)), null);
    }
    const last = { kind: "govern", decision: join(0n, validators[0]) } as const;
    expectOutcome(chain, together(chain, validators[0], last, []), "validators-too-few");
    const fixed = createChain();
    const payload = { kind: "govern", decision: join(1n) } as const;
    expectOutcome(fixed, signed(fixed, keyOf("validator"), payload), "validators-fixed");
  });

  it("changes the cap and the parameters for what comes after", () => {
    const chain = consortium();
    const treasury = keyOf("treasury");
    const parameters = { challengeS: 60, passageAgeMaxS: 50, passageAheadMaxS: 1, instructionMatchesMax: 5 };
    expectOutcome(chain, decided(chain, { kind: "setCap", capMicro: 10n }), null);
    expectOutcome(chain, signed(chain, treasury, { kind: "mint", amountMicro: 11n }), "cap-exceeded");
    expectOutcome(chain, signed(chain, treasury, { kind: "mint", amountMicro: 10n }), null);
    expect(readTotals(chain.state)).toMatchObject({ capMicro: 10n, supplyMicro: 10n });
    expectOutcome(chain, decided(chain, { kind: "setParameters", parameters }), null);
    const stored = decodeParameters(lookUp(chain.state.tree, parametersPath) ?? new Uint8Array(0));
    expect(stored).toEqual({ ok: true, value: { chainId, ...parameters } });
  });
});

describe("a policy", () => {
  const endorser = memberKey(new Uint8Array(32).fill(8), "commuter", 1);
  const employer = memberKey(new Uint8Array(32).fill(8), "commuter", 2);
  const mint = { kind: "mint", amountMicro: 5n } as const;

  function endorsedChain(): TestChain {
    const chain = consortium();
    const enrol = (key: KeyPair, cohort: "commuters" | "employers") =>
      signed(chain, keyOf("certificateAuthority"), {
        kind: "enrol",
        publicKey: key.publicKey,
        grant: { role: "endorser", cohort },
        validUntilS: 0,
      });
    const policy = {
      kind: "setPolicy",
      transaction: "mint",
      endorsements: [{ cohort: "commuters", count: 1 }],
    } as const;
    const results = commit(chain, [enrol(endorser, "commuters"), enrol(employer, "employers"), decided(chain, policy)]);
    expect(results.map(({ log }) => log)).toEqual(["", "", ""]);
    return chain;
  }

  it("asks for the endorsement of a cohort, and takes no other's for it", () => {
    const chain = endorsedChain();
    const treasury = keyOf("treasury");
    expectOutcome(chain, signed(chain, treasury, mint), "endorsement-missing");
    chain.nonces.set(treasury, 0);
    expectOutcome(chain, together(chain, treasury, mint, [employer]), "endorsement-missing");
    chain.nonces.set(treasury, 0);
    expectOutcome(chain, together(chain, treasury, mint, [endorser, employer]), "signers-unexpected");
    chain.nonces.set(treasury, 0);
    expectOutcome(chain, together(chain, treasury, mint, [endorser]), null);
  });

  it("ends with the endorser's credential, and with a new policy", () => {
    const chain = endorsedChain();
    const treasury = keyOf("treasury");
    const revoke = { kind: "revoke", publicKey: endorser.publicKey } as const;
    commit(chain, [signed(chain, keyOf("certificateAuthority"), revoke)]);
    expectOutcome(chain, together(chain, treasury, mint, [endorser]), "endorsement-missing");
    chain.nonces.set(treasury, 0);
    expectOutcome(chain, decided(chain, { kind: "setPolicy", transaction: "mint", endorsements: [] }), null);
    expectOutcome(chain, signed(chain, treasury, mint), null);
  });
});

describe("a large instruction", () => {
  const second = memberKey(new Uint8Array(32).fill(9), "validator", 1);
  const foreign = memberKey(new Uint8Array(32).fill(9), "validator", 2);
  const instruct = (budgetMicro: bigint): InstructPayload => ({
    ...{ kind: "instruct", incidentId: "incident-1", action: { kind: "avoid" } },
    scope: { terminals: [1], fromS: startS, untilS: startS + 5000 },
    ...{ expiresAtS: startS + 8000, bonusMicro: 1n, budgetMicro },
  });

  it("needs a second officer of the same authority, and a small one none", () => {
    const chain = fundedChain();
    const enrol = (key: KeyPair, poolId: number) =>
      signed(chain, keyOf("certificateAuthority"), {
        kind: "enrol",
        publicKey: key.publicKey,
        grant: {
          ...{ role: "roadAuthority", poolId, budgetMaxMicro: 1_000_000_000n, area: null },
          twoOfficersAboveMicro: 1_000_000n,
        },
        validUntilS: 0,
      });
    const first = memberKey(new Uint8Array(32).fill(9), "validator", 3);
    commit(chain, [enrol(first, bonusPoolId), enrol(second, bonusPoolId), enrol(foreign, 77)]);
    expectOutcome(chain, signed(chain, first, instruct(1_000_000n)), null);
    expectOutcome(chain, together(chain, first, instruct(1_000_000n), [second]), "signers-unexpected");
    chain.nonces.set(first, 1);
    const large = instruct(1_000_001n);
    for (const [refusal, with_] of [
      ["officers-too-few", []],
      ["signers-unexpected", [foreign]],
      ["signers-unexpected", [keyOf("treasury")]],
      ["signers-unexpected", [second, officer]],
      [null, [second]],
    ] as const) {
      chain.nonces.set(first, 1);
      expectOutcome(chain, together(chain, first, large, with_), refusal);
    }
  });
});

describe("a licence", () => {
  const licence = (suspended: boolean, contractsMax: number) =>
    ({ kind: "setLicence", templateId: 1, suspended, contractsMax }) as const;

  it("is limited, suspended and restored by the supervisory authority alone; what is in force goes on", async () => {
    const chain = fundedChain();
    const supervisor = keyOf("supervisoryAuthority");
    expectOutcome(chain, signed(chain, keyOf("treasury"), licence(true, 0)), "role-wrong");
    expectOutcome(chain, signed(chain, supervisor, { ...licence(true, 0), templateId: 9 }), "template-unknown");
    expectOutcome(chain, signed(chain, supervisor, licence(false, 0)), "governance-empty");
    expectOutcome(chain, signed(chain, supervisor, licence(false, 2)), null);
    const terms = termsOf();
    expect(terms.clause.hash).toBe(clauseHashOf(clause));
    const accept = (holder: number) => offersTransaction(chain, [{ holder, terms }]);
    expectOutcome(chain, await accept(0), null);
    expectOutcome(chain, await accept(1), null);
    expectOutcome(chain, await accept(2), "licence-full");
    expectOutcome(chain, signed(chain, supervisor, licence(true, 0)), null);
    expectOutcome(chain, await accept(2), "licence-suspended");
    expectOutcome(chain, signed(chain, supervisor, licence(false, 0)), null);
    expectOutcome(chain, await accept(2), null);
    expect(readTotals(chain.state).contracts).toBe(3);
  });
});
