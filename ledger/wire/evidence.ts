import { commitJson, headerJson, validatorJson } from "./json-writing";
import type { LightBlock } from "./light-block";
import { formatTimestamp, type Timestamp } from "./timestamp";
import type { Validator } from "./validators";

export type AttackKind = "lunatic" | "equivocation" | "amnesia";

/** Proof that validators signed a header that is not the chain's. @see CometBFT 0.38 LightClientAttackEvidence */
export interface AttackEvidence {
  readonly kind: AttackKind;
  readonly conflicting: LightBlock;
  /** Of the last header that both chains have; of an equivocation, the conflicting one's own. */
  readonly commonHeight: number;
  /** Of those who signed what they must not have. */
  readonly byzantine: readonly Validator[];
  /** Of the set at the common height. */
  readonly totalPower: bigint;
  /** Of the header at the common height. */
  readonly time: Timestamp;
}

/** As `broadcast_evidence` takes it. */
export function evidenceJson({ conflicting, commonHeight, byzantine, totalPower, time }: AttackEvidence): unknown {
  const { header, commit, validators } = conflicting;
  return {
    type: "tendermint/LightClientAttackEvidence",
    value: {
      ConflictingBlock: {
        signed_header: { header: headerJson(header), commit: commitJson(commit) },
        validator_set: { validators: validators.map(validatorJson), proposer: validatorJson(validators[0]) },
      },
      CommonHeight: String(commonHeight),
      ByzantineValidators: byzantine.map(validatorJson),
      TotalVotingPower: String(totalPower),
      Timestamp: formatTimestamp(time),
    },
  };
}
