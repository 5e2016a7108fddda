import { amountMax, compareBytes, bytesEqual } from "../../../common/canonical";
import {
  noData,
  readCredential,
  readTotals,
  writeCredential,
  writeTotals,
  type Execution,
  type Rule,
} from "../execution";
import { instructionMatchesMax, validatorPowerMax } from "../limits";
import { readRecord, writeValue } from "../overlay";
import {
  decodeValidators,
  encodePolicy,
  encodeValidators,
  type PoweredValidator,
  type ValidatorsRecord,
} from "../records/consortium-records";
import { encodeParameters, type ParametersRecord } from "../records/governance-records";
import { refuse, type Ruling } from "../refusals";
import { parametersPath, policyPath, validatorsPath } from "../state-paths";
import type { GovernPayload } from "../transactions/payload";
import { payloadKinds } from "../transactions/payload-form";
import { setSaleTerms } from "./sale-rules";

export function readValidatorsRecord(execution: Execution): ValidatorsRecord {
  return readRecord(execution.overlay, validatorsPath, decodeValidators) ?? { countMax: 0, validators: [] };
}

/** What the consortium decides; that more than two thirds of the validators' power signed it was checked before. */
export const govern: Rule<GovernPayload> = (execution, { decision }) => {
  switch (decision.kind) {
    case "setValidator":
      return setValidator(execution, decision.publicKey, decision.power);
    case "setCap": {
      const totals = readTotals(execution);
      if (decision.capMicro < totals.supplyMicro || decision.capMicro > amountMax) return refuse("cap-below-supply");
      writeTotals(execution, { ...totals, capMicro: decision.capMicro });
      return { ok: true, value: noData };
    }
    case "setParameters":
      return setParameters(execution, decision.parameters);
    case "setPolicy": {
      const { number } = payloadKinds[decision.transaction];
      // Who governs must always be able to undo a policy.
      if (decision.transaction === "govern") return refuse("policy-out-of-range", decision.transaction);
      const { endorsements } = decision;
      writeValue(execution.overlay, policyPath(number), encodePolicy({ kindNumber: number, endorsements }));
      return { ok: true, value: noData };
    }
    case "setSaleTerms":
      return setSaleTerms(execution, decision.terms);
  }
};

/** A validator joins, leaves (power 0) or has another weight, from the block after the next on. */
function setValidator(execution: Execution, publicKey: Uint8Array, power: bigint): Ruling<Uint8Array> {
  const { countMax, validators } = readValidatorsRecord(execution);
  if (countMax <= 1) return refuse("validators-fixed");
  if (power < 0n || power > validatorPowerMax) return refuse("power-out-of-range");
  const present = validators.find((validator) => bytesEqual(validator.publicKey, publicKey));
  if ((present?.power ?? 0n) === power) return refuse("governance-empty");
  const others = validators.filter((validator) => validator !== present);
  if (power === 0n && others.length === 0) return refuse("validators-too-few");
  if (power > 0n && others.length >= countMax) return refuse("validators-too-many", `more than ${countMax}`);
  const credential = readCredential(execution, publicKey);
  if (credential !== undefined && credential.grant.role !== "validator") return refuse("credential-exists");
  writeCredential(execution, {
    publicKey,
    grant: { role: "validator" },
    revoked: power === 0n,
    validUntilS: 0,
    nonce: credential?.nonce ?? 0,
  });
  const next = power === 0n ? others : sortValidators([...others, { publicKey, power }]);
  writeValue(execution.overlay, validatorsPath, encodeValidators({ countMax, validators: next }));
  return { ok: true, value: noData };
}

export function sortValidators(validators: readonly PoweredValidator[]): readonly PoweredValidator[] {
  return [...validators].sort((a, b) => compareBytes(a.publicKey, b.publicKey));
}

function setParameters(execution: Execution, wanted: Omit<ParametersRecord, "chainId">): Ruling<Uint8Array> {
  if (wanted.passageAgeMaxS > wanted.challengeS) return refuse("parameter-out-of-range", "passageAgeMaxS");
  if (wanted.instructionMatchesMax > instructionMatchesMax) {
    return refuse("parameter-out-of-range", "instructionMatchesMax");
  }
  const { chainId } = execution.parameters;
  writeValue(execution.overlay, parametersPath, encodeParameters({ ...wanted, chainId }));
  return { ok: true, value: noData };
}

/** What differs, as consensus is told: a power of 0 takes a validator out. */
export function validatorChanges(
  before: readonly PoweredValidator[],
  after: readonly PoweredValidator[],
): readonly PoweredValidator[] {
  const powerIn = (set: readonly PoweredValidator[], key: Uint8Array) =>
    set.find(({ publicKey }) => bytesEqual(publicKey, key))?.power ?? 0n;
  const changed = after.filter(({ publicKey, power }) => powerIn(before, publicKey) !== power);
  const gone = before.filter(({ publicKey }) => powerIn(after, publicKey) === 0n);
  return [...changed, ...gone.map(({ publicKey }) => ({ publicKey, power: 0n }))];
}
