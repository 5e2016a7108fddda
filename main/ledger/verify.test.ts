import { describe, expect, it } from "vitest";
import {
  genesisTime,
  lightBlock,
  now,
  options,
  setOf,
  validatorKey,
  voteOf,
} from "../../test/verification/ledger-light-blocks";
import { CommitFlag, absentSignature, type Commit, type CommitSignature } from "../../ledger/wire/commit";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds } from "../../ledger/wire/timestamp";
import { hashValidators } from "../../ledger/wire/validators";
import { verify, type Clause, type VerifyOptions } from "./verify";

const four = setOf({ 0: 10n, 1: 10n, 2: 10n, 3: 10n });
const trusted = lightBlock({ height: 1, validators: four });

function verdictOf(untrusted: LightBlock, changes: Partial<VerifyOptions> = {}, from: LightBlock = trusted, at = now) {
  const verification = verify({ trusted: from, untrusted, options: { ...options, ...changes }, now: at });
  return verification.verdict === "success" ? "success" : `${verification.verdict}: ${verification.clause}`;
}
const invalid = (clause: Clause) => `invalid: ${clause}`;

describe("an adjacent header", () => {
  const next = lightBlock({ height: 2, validators: four });
  const withHeader = (header: Partial<LightBlock["header"]>) => lightBlock({ height: 2, validators: four, header });
  /** The last vote, which no decision needs, is another one. */
  const withVote = (
    block: Omit<LightBlock, "commit">,
    commit: Commit,
    change: Partial<CommitSignature>,
  ): LightBlock => {
    const signatures = commit.signatures.map((vote, index) => (index === 3 ? { ...vote, ...change } : vote));
    return { ...block, commit: { ...commit, signatures } };
  };

  it("is believed when its announced validators signed it", () => {
    expect(verdictOf(next)).toBe("success");
    expect(verdictOf(lightBlock({ height: 2, validators: four, signers: [0, 1, 2] }))).toBe("success");
    expect(verdictOf(next, { everySignature: true })).toBe("success");
  });

  it.each<[string, () => LightBlock, Clause]>([
    ["of another chain", () => withHeader({ chainId: "other" }), "chain-id"],
    ["with the commit of another height", () => ({ ...next, commit: { ...next.commit, height: 3 } }), "commit-height"],
    [
      "changed after it was signed",
      () => ({ ...next, header: { ...next.header, appHash: new Uint8Array(32) } }),
      "header-hash",
    ],
    ["not later than the trusted one", () => withHeader({ time: trusted.header.time }), "time-order"],
    ["earlier than the trusted one", () => withHeader({ time: genesisTime }), "time-order"],
    ["from the future", () => withHeader({ time: addSeconds(now, 10) }), "clock-drift"],
    [
      "with validators that nobody announced",
      () => lightBlock({ height: 2, validators: setOf({ 5: 10n, 6: 10n }) }),
      "adjacent-validators",
    ],
    [
      "with other validators than it names",
      () => ({ ...next, validators: setOf({ 0: 99n, 1: 10n, 2: 10n, 3: 10n }) }),
      "validators-hash",
    ],
    [
      "with other next validators than it names",
      () => ({ ...next, nextValidators: setOf({ 0: 1n }) }),
      "next-validators-hash",
    ],
    [
      "with a vote too few",
      () => ({ ...next, commit: { ...next.commit, signatures: next.commit.signatures.slice(1) } }),
      "commit-size",
    ],
    [
      "signed by nobody",
      () => ({ ...next, commit: { ...next.commit, signatures: four.map(() => absentSignature) } }),
      "two-thirds",
    ],
    [
      "signed for no block",
      () => lightBlock({ height: 2, validators: four, signers: [], nil: [0, 1, 2, 3] }),
      "two-thirds",
    ],
    ["signed by half", () => lightBlock({ height: 2, validators: four, signers: [0, 1] }), "two-thirds"],
  ])("%s is refused", (_what, block, clause) => {
    expect(verdictOf(block())).toBe(invalid(clause));
  });

  it("needs strictly more than two thirds", () => {
    const three = setOf({ 0: 10n, 1: 10n, 2: 10n });
    const from = lightBlock({ height: 1, validators: three });
    expect(verdictOf(lightBlock({ height: 2, validators: three, signers: [0, 1] }), {}, from)).toBe(
      invalid("two-thirds"),
    );
    const skewed = setOf({ 0: 20n, 1: 1n, 2: 10n });
    const fromSkewed = lightBlock({ height: 1, validators: skewed });
    expect(verdictOf(lightBlock({ height: 2, validators: skewed, signers: [0, 1] }), {}, fromSkewed)).toBe("success");
  });

  it("does not take a vote of another place, another round, another height or another key", () => {
    const { commit } = next;
    const swapped = [commit.signatures[1], commit.signatures[0], ...commit.signatures.slice(2)];
    expect(verdictOf({ ...next, commit: { ...commit, signatures: swapped } })).toBe(invalid("address"));
    expect(verdictOf({ ...next, commit: { ...commit, round: 1 } })).toBe(invalid("signature"));
    const parts = { ...commit.blockId, partsHash: new Uint8Array(32) };
    expect(verdictOf({ ...next, commit: { ...commit, blockId: parts } })).toBe(invalid("signature"));
    const forged = commit.signatures.map((vote) => ({ ...vote, time: addSeconds(vote.time, 1) }));
    expect(verdictOf({ ...next, commit: { ...commit, signatures: forged } })).toBe(invalid("signature"));
    const nilAsCommit = commit.signatures.map((vote) => ({ ...vote, flag: CommitFlag.nil }));
    expect(verdictOf({ ...next, commit: { ...commit, signatures: nilAsCommit } })).toBe(invalid("two-thirds"));
    expect(verdictOf({ ...next, commit: { ...commit, signatures: nilAsCommit } }, { everySignature: true })).toBe(
      invalid("signature"),
    );
  });

  it("with one bad signature beyond two thirds is refused where every signature counts", () => {
    const signatures = next.commit.signatures.map((vote, index) =>
      index === 3 ? { ...vote, signature: vote.signature.map((byte) => byte ^ 1) } : vote,
    );
    const block = { ...next, commit: { ...next.commit, signatures } };
    expect(verdictOf(block)).toBe("success");
    expect(verdictOf(block, { everySignature: true })).toBe(invalid("signature"));
  });

  it.each<[string, (block: LightBlock) => LightBlock]>([
    ["a signature of three bytes", ({ commit, ...block }) => withVote(block, commit, { signature: new Uint8Array(3) })],
    [
      "a vote of a short address",
      ({ commit, ...block }) => withVote(block, commit, { validatorAddress: new Uint8Array(19) }),
    ],
    ["a vote of no time", ({ commit, ...block }) => withVote(block, commit, { time: { seconds: 0, nanos: 1e9 } })],
    ["a vote of no known flag", ({ commit, ...block }) => withVote(block, commit, { flag: 4 as CommitFlag })],
    [
      "an absent vote that says something",
      ({ commit, ...block }) => withVote(block, commit, { flag: CommitFlag.absent }),
    ],
    ["a round beyond 31 bits", (block) => ({ ...block, commit: { ...block.commit, round: 2 ** 31 } })],
    ["more parts than 32 bits hold", () => withHeader({ lastBlockId: { ...next.commit.blockId, partTotal: 2 ** 32 } })],
    ["a hash of 31 bytes", () => withHeader({ evidenceHash: new Uint8Array(31) })],
    ["an application hash of 65 bytes", () => withHeader({ appHash: new Uint8Array(65) })],
    ["a proposer's address of 32 bytes", () => withHeader({ proposerAddress: new Uint8Array(32) })],
    ["a key of 33 bytes", (block) => ({ ...block, nextValidators: [{ publicKey: new Uint8Array(33), power: 1n }] })],
    [
      "1,001 validators",
      (block) => ({ ...block, nextValidators: Array.from({ length: 1001 }, () => block.validators[0]) }),
    ],
  ])("with %s is refused, whoever signed it", (_what, change) => {
    expect(verdictOf(change(next))).toBe(invalid("form"));
  });

  it("is not believed from a header that is too old, nor by a clock that was set back behind it", () => {
    const edge = addSeconds(trusted.header.time, options.trustingPeriodS);
    expect(verdictOf(next, {}, trusted, edge)).toBe(invalid("trusting-period"));
    expect(verdictOf(next, {}, trusted, addSeconds(edge, -1))).toBe("success");
    expect(verdictOf(next, {}, trusted, addSeconds(next.header.time, -11))).toBe(invalid("clock-drift"));
    expect(verdictOf(next, {}, trusted, addSeconds(next.header.time, -9))).toBe("success");
  });

  it("is not believed twice, nor backwards", () => {
    expect(verdictOf(trusted)).toBe(invalid("height"));
    expect(
      verdictOf(lightBlock({ height: 2, validators: four }), {}, lightBlock({ height: 5, validators: four })),
    ).toBe(invalid("height"));
  });
});

describe("validator sets", () => {
  const refused = (powers: Record<number, bigint>) => {
    const validators = setOf(powers);
    const from = {
      ...trusted,
      header: { ...trusted.header, nextValidatorsHash: hashValidators(validators) },
      nextValidators: validators,
    };
    return verdictOf(lightBlock({ height: 2, validators }), {}, from);
  };

  it("with powers below zero, beyond 64 bits or too large together are refused", () => {
    expect(refused({ 0: 10n, 1: -1n })).toBe(invalid("validator-power"));
    expect(refused({ 0: 1n << 63n })).toBe(invalid("validator-power"));
    const eighth = ((1n << 63n) - 1n) / 8n;
    expect(refused({ 0: eighth })).toBe("success");
    expect(refused({ 0: eighth, 1: 1n })).toBe(invalid("validator-power"));
    expect(refused({})).toBe(invalid("two-thirds"));
    expect(refused({ 0: 0n })).toBe(invalid("two-thirds"));
  });

  it("with a validator twice are refused", () => {
    const [first] = setOf({ 0: 10n });
    const block = lightBlock({ height: 2, validators: [first, first] });
    expect(verdictOf(block)).toBe(invalid("validator-twice"));
  });

  it("that the trusted header does not name are refused", () => {
    const from = { ...trusted, nextValidators: setOf({ 0: 10n }) };
    expect(verdictOf(lightBlock({ height: 3, validators: four }), {}, from)).toBe(invalid("trusted-validators-hash"));
  });
});

describe("a header further on", () => {
  const later = (signers: readonly number[], validators = four) => lightBlock({ height: 9, validators, signers });

  it("needs strictly more than a third of those who are trusted, then two thirds of its own", () => {
    const changed = setOf({ 0: 10n, 1: 10n, 8: 10n, 9: 10n });
    expect(verdictOf(later([0, 1, 8], changed))).toBe("success");
    expect(verdictOf(later([0, 8, 9], changed))).toBe("not-enough-trust: trust-level");
    const threeTrusted = setOf({ 0: 10n, 1: 10n, 2: 10n });
    const from = lightBlock({ height: 1, validators: threeTrusted });
    const exactlyAThird = lightBlock({ height: 9, validators: setOf({ 0: 10n, 8: 10n, 9: 10n }) });
    expect(verdictOf(exactlyAThird, {}, from)).toBe("not-enough-trust: trust-level");
    expect(verdictOf(later([0, 1]))).toBe(invalid("two-thirds"));
  });

  it("needs more at a higher trust level", () => {
    const changed = setOf({ 0: 10n, 1: 10n, 8: 10n, 9: 10n });
    const twoThirds = { trustLevel: { numerator: 2, denominator: 3 } };
    expect(verdictOf(later([0, 1, 8], changed), twoThirds)).toBe("not-enough-trust: trust-level");
    expect(verdictOf(later([0, 1, 2]), twoThirds)).toBe("success");
  });

  it("in which a trusted validator votes twice is refused", () => {
    const validators = setOf({ 0: 10n, 8: 10n, 9: 10n });
    const block = lightBlock({ height: 9, validators, signers: [] });
    const vote = voteOf(block.commit, 0, CommitFlag.commit);
    const trustedMany = lightBlock({
      height: 1,
      validators: setOf({ 0: 10n, 1: 10n, 2: 10n, 3: 10n, 4: 10n, 5: 10n }),
    });
    const doubled = { ...block, commit: { ...block.commit, signatures: [vote, vote, vote] } };
    expect(verdictOf(doubled, {}, trustedMany)).toBe(invalid("double-vote"));
  });

  it("whose votes carry the addresses of the trusted but not their signatures is refused", () => {
    const block = later([0, 1, 2, 3]);
    const signatures = block.commit.signatures.map((vote) => ({
      ...vote,
      signature: validatorKey(40).sign(new Uint8Array([1])),
    }));
    expect(verdictOf({ ...block, commit: { ...block.commit, signatures } })).toBe(invalid("signature"));
  });
});
