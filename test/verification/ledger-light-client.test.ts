import { describe, expect, it } from "vitest";
import { verifySignature } from "../../ledger/solo/ed25519";
import type { LightBlock } from "../../ledger/wire/light-block";
import { readCommit, readHeader, readValidators } from "../../ledger/wire/json-form";
import { parseTimestamp } from "../../ledger/wire/timestamp";
import { trustOneThird, verify, type TrustedHeader, type VerifyOptions } from "../../main/ledger/verify";
import { jsonFilesOf, valueOf } from "./ledger-reference";

/** Every model-based step: trusted state, header, clock and the verdict that the TLA+ model gives. */
interface Step {
  readonly block: { signed_header: { header: unknown; commit: unknown }; validator_set: Set; next_validator_set: Set };
  readonly now: string;
  readonly verdict: "SUCCESS" | "NOT_ENOUGH_TRUST" | "INVALID";
}
interface Set {
  readonly validators: unknown;
}
interface Case {
  readonly initial: {
    readonly signed_header: { header: unknown };
    readonly next_validator_set: Set;
    readonly trusting_period: string;
  };
  readonly input: readonly Step[];
}

const files = jsonFilesOf("lightclient-mbt/model_based");
const verdicts = { SUCCESS: "success", NOT_ENOUGH_TRUST: "not-enough-trust", INVALID: "invalid" } as const;

function lightBlockOf({ block }: Step): LightBlock {
  return {
    header: valueOf(readHeader(block.signed_header.header)),
    commit: valueOf(readCommit(block.signed_header.commit)),
    validators: valueOf(readValidators(block.validator_set.validators)),
    nextValidators: valueOf(readValidators(block.next_validator_set.validators)),
  };
}

describe.skipIf(files.length === 0)("the model's verdicts", () => {
  const seen = { SUCCESS: 0, NOT_ENOUGH_TRUST: 0, INVALID: 0 };

  it.each(files)("$name", ({ json }) => {
    const { initial, input } = json as Case;
    let trusted: TrustedHeader = {
      header: valueOf(readHeader(initial.signed_header.header)),
      nextValidators: valueOf(readValidators(initial.next_validator_set.validators)),
    };
    const options: VerifyOptions = {
      trustingPeriodS: Number(initial.trusting_period) / 1e9,
      clockDriftS: 1,
      trustLevel: trustOneThird,
      everySignature: false,
      verifySignature,
    };
    for (const step of input) {
      const untrusted = lightBlockOf(step);
      const now = valueOf(parseTimestamp(step.now));
      const verification = verify({ trusted, untrusted, options, now });
      expect(verification).toMatchObject({ verdict: verdicts[step.verdict] });
      seen[step.verdict]++;
      if (verification.verdict === "success") trusted = untrusted;
    }
  });

  it("are of every kind", () => {
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  });
});
