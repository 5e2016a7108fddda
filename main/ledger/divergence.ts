import { bytesEqual, toHex } from "../../common/canonical";
import { CommitFlag, type Commit } from "../../ledger/wire/commit";
import type { AttackEvidence, AttackKind } from "../../ledger/wire/evidence";
import type { Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addressOf, totalPowerOf, type Validator } from "../../ledger/wire/validators";

/** Where two chains part, each verified from the last header that both have. */
export interface Fork {
  readonly common: LightBlock;
  /** The primary's first header that the witness does not have. */
  readonly ours: LightBlock;
  /** The witness's. */
  readonly theirs: LightBlock;
}

/** What each side is to be told of the other: one of the two chains is forged. */
export function evidenceOf({ common, ours, theirs }: Fork): {
  readonly againstPrimary: AttackEvidence;
  readonly againstWitness: AttackEvidence;
} {
  return {
    againstPrimary: evidenceAgainst(ours, common, theirs),
    againstWitness: evidenceAgainst(theirs, common, ours),
  };
}

/**
 * What two chains of verified headers, each signed by enough of whom the last common header names, prove against those who
 * signed the one in question.
 * @param common the last header that both chains have
 * @param trusted the other chain's header, of the conflicting one's height where it has one
 * @see CometBFT 0.38 `light/detector.go` newLightClientAttackEvidence, `types/evidence.go` GetByzantineValidators
 */
export function evidenceAgainst(conflicting: LightBlock, common: LightBlock, trusted: LightBlock): AttackEvidence {
  const kind = kindOf(conflicting, trusted);
  const base = kind === "lunatic" ? common : trusted;
  return {
    kind,
    conflicting,
    commonHeight: base.header.height,
    byzantine: byzantineOf(kind, conflicting, common, trusted),
    totalPower: totalPowerOf(base.validators),
    time: base.header.time,
  };
}

/** Lunatic: the header says what the chain's own rules exclude. Else it could be, and somebody signed both. */
function kindOf(conflicting: LightBlock, trusted: LightBlock): AttackKind {
  const [made, real] = [conflicting.header, trusted.header];
  const derived: readonly (keyof Header & `${string}Hash`)[] = [
    "validatorsHash",
    "nextValidatorsHash",
    "consensusHash",
    "appHash",
    "lastResultsHash",
  ];
  if (made.height !== real.height || derived.some((name) => !bytesEqual(made[name], real[name]))) return "lunatic";
  return conflicting.commit.round === trusted.commit.round ? "equivocation" : "amnesia";
}

/** By power, then address: the order in which full nodes expect them. Of an amnesia nobody can be named. */
function byzantineOf(
  kind: AttackKind,
  conflicting: LightBlock,
  common: LightBlock,
  trusted: LightBlock,
): readonly Validator[] {
  if (kind === "amnesia") return [];
  const signed = signersOf(conflicting.commit);
  if (kind === "lunatic") return common.validators.filter(({ publicKey }) => signed.has(toHex(addressOf(publicKey))));
  const signedBoth = signersOf(trusted.commit);
  return conflicting.validators.filter(({ publicKey }) => {
    const address = toHex(addressOf(publicKey));
    return signed.has(address) && signedBoth.has(address);
  });
}

function signersOf({ signatures }: Commit): ReadonlySet<string> {
  return new Set(
    signatures.filter(({ flag }) => flag === CommitFlag.commit).map(({ validatorAddress }) => toHex(validatorAddress)),
  );
}

export function describeEvidence({ kind, conflicting, byzantine, commonHeight }: AttackEvidence): string {
  const who = byzantine.map(({ publicKey }) => toHex(addressOf(publicKey)).slice(0, 12)).join(", ");
  const accused = who === "" ? "nobody can be named" : `signed by ${who}`;
  return `${kind} at height ${conflicting.header.height} from ${commonHeight}, ${accused}`;
}
