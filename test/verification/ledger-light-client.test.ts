import { describe, expect, it } from "vitest";
import { toHex } from "../../common/canonical";
import { verifySignature } from "../../ledger/solo/ed25519";
import { CommitFlag } from "../../ledger/wire/commit";
import { hashHeader } from "../../ledger/wire/header";
import { addressOf } from "../../ledger/wire/validators";
import type { LightBlock } from "../../ledger/wire/light-block";
import { readCommit, readHeader, readValidators } from "../../ledger/wire/json-form";
import { parseTimestamp } from "../../ledger/wire/timestamp";
import { trustOneThird, verify, type TrustedHeader, type VerifyOptions } from "../../main/ledger/verify";
import { openLightClient } from "../../main/ledger/follow";
import type { LightProvider } from "../../main/ledger/walk";
import { createMemoryTrustStore } from "../../main/ledger/trust-store";
import { lightBlock, setOf } from "./ledger-light-blocks";
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

/** Whole runs: a trust root, a chain, witnesses, and whether the client may reach the height. */
interface Run {
  readonly trust_options: {
    readonly period: string;
    readonly height: string;
    readonly hash: string;
    readonly trust_level: { readonly numerator: string; readonly denominator: string };
  };
  readonly primary: Chain;
  readonly witnesses: readonly { readonly value: Chain }[] | null;
  readonly height_to_verify: string;
  readonly now: string;
  readonly expected_output: "no error" | "error";
}
interface Chain {
  readonly chain_id: string;
  readonly lite_blocks: readonly {
    readonly signed_header: { header: unknown; commit: unknown };
    readonly validator_set: Set;
    readonly next_validator_set: Set;
  }[];
}

/** The files' validators by address, in the order in which they are met. */
const enacted = new Map<string, number>();

function numberOf(address: string): number {
  const number = enacted.get(address) ?? enacted.size;
  enacted.set(address, number);
  return number;
}

/**
 * A block of a run with keys of our own. The files' hashes and signatures are those of Tendermint 0.33 (amino), which a
 * client of 0.38 cannot compute; heights, times, sets, powers, who signed, and which headers differ are kept.
 */
function reenact(block: Chain["lite_blocks"][number], chainId: string): LightBlock {
  const header = valueOf(readHeader(block.signed_header.header));
  const commit = valueOf(readCommit(block.signed_header.commit));
  const setFrom = ({ validators }: Set) =>
    setOf(
      Object.fromEntries(
        valueOf(readValidators(validators)).map(({ publicKey, power }) => [
          numberOf(toHex(addressOf(publicKey))),
          power,
        ]),
      ),
    );
  return lightBlock({
    height: header.height,
    validators: setFrom(block.validator_set),
    nextValidators: setFrom(block.next_validator_set),
    signers: commit.signatures
      .filter(({ flag }) => flag === CommitFlag.commit)
      .map(({ validatorAddress }) => numberOf(toHex(validatorAddress))),
    header: { chainId, time: header.time, dataHash: commit.blockId.hash },
  });
}

function providerOf({ lite_blocks: blocks, chain_id: chainId }: Chain, name: string): LightProvider {
  const byHeight = new Map(
    blocks.map((block) => {
      const light = reenact(block, chainId);
      return [light.header.height, light] as const;
    }),
  );
  return {
    name,
    latestHeight: () => Promise.resolve(Math.max(...byHeight.keys())),
    lightBlock: (height) => Promise.resolve(byHeight.get(height)),
  };
}

const runs = jsonFilesOf("lightclient-mbt/bisection");

describe.skipIf(runs.length === 0)("bisection, re-enacted", () => {
  it.each(runs)("$name", async ({ json }) => {
    const run = json as Run;
    const { trust_options: trust } = run;
    const primary = providerOf(run.primary, "primary");
    const root = await primary.lightBlock(Number(trust.height));
    if (root === undefined) throw new Error("the run has its trusted height");
    const client = valueOf(
      await openLightClient(
        {
          chainId: run.primary.chain_id,
          primary,
          witnesses: (run.witnesses ?? []).map(({ value }, index) => providerOf(value, `witness ${index}`)),
          store: createMemoryTrustStore(),
          verification: {
            trustingPeriodS: Number(trust.period) / 1e9,
            clockDriftS: 10,
            trustLevel: {
              numerator: Number(trust.trust_level.numerator),
              denominator: Number(trust.trust_level.denominator),
            },
            everySignature: false,
            verifySignature,
          },
        },
        { height: root.header.height, hash: hashHeader(root.header) },
      ),
    );
    const reached = await client.skipTo(Number(run.height_to_verify), valueOf(parseTimestamp(run.now)));
    expect(reached.ok ? "no error" : "error").toBe(run.expected_output);
    // Only a fork stops the client; what else is refused is the primary's fault, unless clock or question are to blame.
    const message = reached.ok ? "" : reached.error.message;
    const isFork = message.includes("signed like the primary's");
    expect(client.haltReason() !== null).toBe(isFork);
    const isBlameless = reached.ok || isFork || /^(trusting-period|clock-drift|height):|witness/.test(message);
    expect(client.primaryFault() !== null).toBe(!isBlameless);
  });
});
