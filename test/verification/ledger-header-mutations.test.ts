import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { fail, type Result } from "../../common/result";
import { openSolo } from "../../ledger/solo/solo";
import { keyPairOf, verifySignature } from "../../ledger/solo/ed25519";
import { consortiumGenesis } from "../../ledger/solo/consortium";
import { absentSignature, CommitFlag, type CommitSignature } from "../../ledger/wire/commit";
import { readCommit, readHeader, readValidators } from "../../ledger/wire/json-form";
import { commitJson, headerJson, validatorJson } from "../../ledger/wire/json-writing";
import { decodeLightBlock, encodeLightBlock, type LightBlock } from "../../ledger/wire/light-block";
import { addNanos, addSeconds, parseTimestamp, type Timestamp } from "../../ledger/wire/timestamp";
import { totalPowerOf } from "../../ledger/wire/validators";
import { trustOneThird, verify, type TrustedHeader } from "../../main/ledger/verify";
import { tellFigure } from "../support/figures";
import { byteChanges } from "../support/byte-changes";
import { fc } from "../support/properties";
import { lightBlock, now as madeUpNow, setOf } from "./ledger-light-blocks";
import { jsonFilesOf, valueOf } from "./ledger-reference";

/** Of each form; `npm run verify` asks for 10,000. */
const changes = Number(process.env["PENDULAIRE_HEADER_CHANGES"] ?? 400);
const times = changes * 50;

/** A light block that is believed from another one, with every signature of it checked. */
interface Subject {
  readonly name: string;
  readonly trusted: TrustedHeader;
  readonly block: LightBlock;
  readonly now: Timestamp;
  readonly trustingPeriodS: number;
}

const judge = ({ trusted, now, trustingPeriodS }: Subject, untrusted: LightBlock) =>
  verify({
    ...{ trusted, untrusted, now },
    options: { trustingPeriodS, clockDriftS: 10, trustLevel: trustOneThird, everySignature: true, verifySignature },
  }).verdict;

interface ModelStep {
  readonly block: {
    readonly signed_header: { readonly header: unknown; readonly commit: unknown };
    readonly validator_set: { readonly validators: unknown };
    readonly next_validator_set: { readonly validators: unknown };
  };
  readonly now: string;
  readonly verdict: string;
}
interface ModelCase {
  readonly initial: {
    readonly signed_header: { readonly header: unknown };
    readonly next_validator_set: { readonly validators: unknown };
    readonly trusting_period: string;
  };
  readonly input: readonly ModelStep[];
}

/** Every step of the reference data that succeeds. */
function ofReference(): readonly Subject[] {
  return jsonFilesOf("lightclient-mbt/model_based").flatMap(({ name, json }) => {
    const { initial, input } = json as ModelCase;
    let trusted: TrustedHeader = {
      header: valueOf(readHeader(initial.signed_header.header)),
      nextValidators: valueOf(readValidators(initial.next_validator_set.validators)),
    };
    return input.flatMap(({ block: said, now, verdict }, step): readonly Subject[] => {
      if (verdict !== "SUCCESS") return [];
      const block = withoutAbsent({
        header: valueOf(readHeader(said.signed_header.header)),
        commit: valueOf(readCommit(said.signed_header.commit)),
        validators: valueOf(readValidators(said.validator_set.validators)),
        nextValidators: valueOf(readValidators(said.next_validator_set.validators)),
      });
      const trustingPeriodS = Number(initial.trusting_period) / 1e9;
      const subject = { name: `${name}, ${step}`, trusted, block, now: valueOf(parseTimestamp(now)), trustingPeriodS };
      trusted = block;
      return [subject];
    });
  });
}

/** Of the embedded engine's chain, one height on and several; and of sets of seven that change, with absent and nil votes. */
function ofOwn(): readonly Subject[] {
  const startS = 1_700_000_000;
  const solo = valueOf(
    openSolo({
      storage: { kind: "memory" },
      genesis: consortiumGenesis({
        ...{ chainId: "mutations-1", seed: new Uint8Array(32).fill(6), timeS: startS, clause: "clause" },
        ...{ terminalCount: 2, capMicro: 1n << 60n, rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n },
        challengeS: 600,
      }),
      validatorKey: keyPairOf(new Uint8Array(32).fill(7)),
    }),
  );
  valueOf(solo.commitBlock(solo.time));
  for (let height = 2; height <= 5; height++) valueOf(solo.commitBlock(addNanos(solo.time, 1_234_567_891)));
  const soloAt = (height: number): LightBlock => {
    const block = solo.lightBlock(height);
    if (block === undefined) throw new Error(`the engine has height ${height}`);
    return block;
  };
  const rolling = (first: number) =>
    setOf(Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((row) => [first + row, BigInt(10 + row)])));
  const seven = (height: number, last: number) =>
    lightBlock({
      ...{ height, validators: rolling(last - 1), nextValidators: rolling(last) },
      ...{ signers: [0, 1, 2, 3, 4, 5].map((row) => last - 1 + row), nil: [last + 5] },
    });
  const made = { trustingPeriodS: 10_000, now: madeUpNow };
  const own = { trustingPeriodS: 10_000, now: addSeconds({ seconds: startS, nanos: 0 }, 100) };
  return [
    { name: "the embedded engine, the next height", trusted: soloAt(2), block: soloAt(3), ...own },
    { name: "the embedded engine, further on", trusted: soloAt(1), block: soloAt(5), ...own },
    { name: "seven validators, the next height", trusted: seven(2, 3), block: seven(3, 4), ...made },
    { name: "seven validators, further on", trusted: seven(2, 3), block: seven(7, 5), ...made },
  ];
}

let subjects: readonly Subject[] = [];
beforeAll(() => {
  subjects = [...ofReference(), ...ofOwn()];
});

/** What lies beside the flag of a vote that was not cast is no part of a commit. */
function withoutAbsent(block: LightBlock): LightBlock {
  const signatures = block.commit.signatures.map((entry) =>
    entry.flag === CommitFlag.absent ? absentSignature : entry,
  );
  return { ...block, commit: { ...block.commit, signatures } };
}

/**
 * Whether a change leaves the meaning: what was read is equal; or votes were left out, and nothing else, which makes another
 * commit for the same header, as a node may give it that heard of fewer votes. It stands when the others suffice.
 * @param original without absent votes' remains
 */
function means(original: LightBlock, changed: LightBlock): "the same" | "fewer votes" | "something else" {
  const read = withoutAbsent(changed);
  if (isDeepStrictEqual(read, original)) return "the same";
  if (read.commit.signatures.length !== original.commit.signatures.length) return "something else";
  const signatures = original.commit.signatures.map((entry, index) =>
    read.commit.signatures[index]?.flag === CommitFlag.absent ? absentSignature : entry,
  );
  const fewer = { ...original, commit: { ...original.commit, signatures } };
  return isDeepStrictEqual(read, fewer) ? "fewer votes" : "something else";
}

/** What became of the changes of one form. */
interface Tally {
  refused: number;
  sameMeaning: number;
}

/** Counts a change that means something else, and expects its refusal. @returns whether it counted */
function expectRefusal(tally: Tally, subject: Subject, read: Result<LightBlock>, how: string): boolean {
  if (read.ok && means(subject.block, read.value) !== "something else") {
    tally.sameMeaning++;
    return false;
  }
  const verdict = read.ok ? judge(subject, read.value) : "unreadable";
  expect({ subject: subject.name, how, verdict }).not.toMatchObject({ verdict: "success" });
  tally.refused++;
  return true;
}

function tell(form: string, { refused, sameMeaning }: Tally): void {
  expect(refused).toBe(changes);
  tellFigure(`changed headers and commits, ${form}: refused`, refused, `of ${changes}`);
  tellFigure(`… beside them, changes that leave the meaning`, sameMeaning, "");
}

/** Draws changes until so many of them mean something else. */
function tryChanges<T>(
  form: string,
  arbitrary: fc.Arbitrary<T>,
  attempt: (drawn: T, subject: Subject, tally: Tally) => void,
): void {
  const tally: Tally = { refused: 0, sameMeaning: 0 };
  fc.assert(
    fc.property(fc.nat(), arbitrary, (row, drawn) => {
      if (tally.refused < changes) attempt(drawn, subjects[row % subjects.length], tally);
    }),
    { numRuns: times, interruptAfterTimeLimit: 1_800_000, markInterruptAsFailure: true },
  );
  tell(form, tally);
}

describe("changed headers and commits", () => {
  it("are believed as long as they are not changed, in every form", () => {
    expect(subjects.length).toBeGreaterThan(4);
    for (const subject of subjects) {
      expect(judge(subject, subject.block), subject.name).toBe("success");
      expect(valueOf(decodeLightBlock(encodeLightBlock(subject.block)))).toEqual(subject.block);
      expect(valueOf(readJson(jsonOf(subject.block)))).toEqual(subject.block);
    }
  });

  it("are refused for any change of a byte, a piece taken out, put in or exchanged", { timeout: 2_000_000 }, () => {
    const arbitrary = fc.record({
      at: fc.nat(),
      other: fc.nat(),
      length: fc.integer({ min: 1, max: 40 }),
      change: byteChanges,
      how: fc.constantFrom("byte", "byte", "byte", "out", "in", "twice", "exchange"),
    });
    tryChanges("bytes", arbitrary, ({ at, other, length, change, how }, subject, tally) => {
      const bytes = encodeLightBlock(subject.block);
      const [from, to] = [at % bytes.length, other % bytes.length];
      const changed = [...bytes];
      if (how === "byte") changed[from] = change(changed[from]) & 0xff;
      if (how === "out") changed.splice(from, length);
      if (how === "in") changed.splice(from, 0, ...bytes.subarray(to, to + length));
      if (how === "twice") changed.splice(from, 0, ...bytes.subarray(from, from + length));
      if (how === "exchange") [changed[from], changed[to]] = [changed[to], changed[from]];
      if (changed.length === bytes.length && changed.every((byte, index) => byte === bytes[index])) return;
      expectRefusal(tally, subject, decodeLightBlock(Uint8Array.from(changed)), `${how} at ${from}, ${to}`);
    });
  });

  it("are refused for any change of a value in a node's JSON", { timeout: 2_000_000 }, () => {
    const arbitrary = fc.record({
      leaf: fc.nat(),
      other: fc.nat(),
      at: fc.nat(),
      how: fc.constantFrom("character", "character", "other value", "gone", "null", "number", "longer", "shorter"),
      character: fc.constantFrom(...Array.from("0123456789abcdefABCDEF+/=-.:TZ \u0000é")),
      number: fc.oneof(fc.integer(), fc.constantFrom(-1, 0, 1, 2, 3, 2 ** 53, 1.5)),
    });
    tryChanges("JSON", arbitrary, ({ leaf, other, at, how, character, number }, subject, tally) => {
      const json = jsonOf(subject.block);
      const leaves = leavesOf(json);
      const { holder, key } = leaves[leaf % leaves.length];
      const text = String(holder[key]);
      const spot = at % (text.length + 1);
      if (how === "gone") Reflect.deleteProperty(holder, key);
      else {
        const second = leaves[other % leaves.length];
        holder[key] = {
          character: text.slice(0, spot) + character + text.slice(spot + 1),
          "other value": second.holder[second.key],
          null: null,
          number,
          longer: text + character,
          shorter: text.slice(0, spot),
        }[how];
      }
      expectRefusal(tally, subject, readJson(json), `${how} of ${key}: ${text}`);
    });
  });

  it(
    "are refused for parts of other blocks, other orders, and votes bent as an attacker would",
    { timeout: 2_000_000 },
    () => {
      const arbitrary = fc.record({
        how: fc.constantFrom(...(Object.keys(bends) as (keyof typeof bends)[])),
        first: fc.nat(),
        second: fc.nat(),
        donor: fc.nat(),
      });
      tryChanges("parts", arbitrary, ({ how, first, second, donor }, subject, tally) => {
        const bent = bends[how](subject.block, { first, second, donor: subjects[donor % subjects.length].block });
        expectRefusal(
          tally,
          subject,
          bent === null ? { ok: true, value: subject.block } : { ok: true, value: bent },
          how,
        );
      });
    },
  );

  it("stand with fewer votes as long as more than two thirds are left, and not with less", () => {
    let [stood, fell] = [0, 0];
    for (const subject of subjects) {
      const { commit, validators } = subject.block;
      for (let left = 0; left <= commit.signatures.length; left++) {
        const signatures = commit.signatures.map((entry, index) => (index < left ? entry : absentSignature));
        const power = totalPowerOf(validators.filter((_, index) => signatures[index].flag === CommitFlag.commit));
        const verdict = judge(subject, { ...subject.block, commit: { ...commit, signatures } });
        const suffices = power * 3n > totalPowerOf(validators) * 2n;
        if (!suffices) expect(verdict, `${subject.name}: ${left} votes`).not.toBe("success");
        if (suffices && verdict === "success") stood++;
        if (!suffices) fell++;
      }
    }
    expect(stood).toBeGreaterThan(subjects.length);
    expect(fell).toBeGreaterThan(subjects.length);
  });
});

interface Draw {
  readonly first: number;
  readonly second: number;
  /** Another believed block. */
  readonly donor: LightBlock;
}

const order = (1n << 252n) + 27742317777372353535851937790883648493n;

/** The same s modulo the group's order. @see RFC 8032, section 5.1.7 */
function wrapped(signature: Uint8Array): Uint8Array {
  let s = 0n;
  for (let index = 63; index >= 32; index--) s = (s << 8n) | BigInt(signature[index] ?? 0);
  const bytes = signature.slice();
  for (let rest = s + order, index = 32; index < 64; index++, rest >>= 8n) bytes[index] = Number(rest & 255n);
  return bytes;
}

const exchanged = <T>(list: readonly T[], first: number, second: number): readonly T[] => {
  const changed = [...list];
  if (list.length === 0) return changed;
  const [a, b] = [first % list.length, second % list.length];
  [changed[a], changed[b]] = [list[b], list[a]];
  return changed;
};

/** Ways to bend a block; null where there is nothing to bend. */
const bends = {
  "a field of another header": (block, { first, donor }) => {
    const keys = Object.keys(block.header) as (keyof LightBlock["header"])[];
    const key = keys[first % keys.length];
    return { ...block, header: { ...block.header, [key]: donor.header[key] } };
  },
  "another header": (block, { donor }) => ({ ...block, header: donor.header }),
  "another commit": (block, { donor }) => ({ ...block, commit: donor.commit }),
  "another block's id": (block, { donor }) => ({
    ...block,
    commit: { ...block.commit, blockId: { ...block.commit.blockId, partsHash: donor.commit.blockId.partsHash } },
  }),
  "another round": (block, { first }) => ({
    ...block,
    commit: { ...block.commit, round: block.commit.round + 1 + (first % 5) },
  }),
  "another set": (block, { first, donor }) =>
    first % 2 === 0 ? { ...block, validators: donor.validators } : { ...block, nextValidators: donor.nextValidators },
  "validators in another order": (block, { first, second }) => ({
    ...block,
    validators: exchanged(block.validators, first, second),
  }),
  "a validator twice": (block, { first }) => ({
    ...block,
    validators: [...block.validators, ...block.validators.slice(first % block.validators.length).slice(0, 1)],
  }),
  "a validator more powerful": (block, { first, second }) => ({
    ...block,
    validators: block.validators.map((validator, index) =>
      index === first % block.validators.length
        ? { ...validator, power: [validator.power + 1n, 0n, -1n, 1n << 62n, (1n << 64n) + validator.power][second % 5] }
        : validator,
    ),
  }),
  "votes in another order": (block, { first, second }) => ({
    ...block,
    commit: { ...block.commit, signatures: exchanged(block.commit.signatures, first, second) },
  }),
  "a vote more, or fewer places": (block, { first, second }) => {
    const { signatures } = block.commit;
    const one = signatures[first % signatures.length];
    const changed = second % 2 === 0 ? [...signatures, one] : signatures.filter((entry) => entry !== one);
    return { ...block, commit: { ...block.commit, signatures: changed } };
  },
  "a vote in a vote's place": (block, { first, second }) => {
    const { signatures } = block.commit;
    const from = signatures[second % signatures.length];
    const changed = signatures.map((entry, index) => (index === first % signatures.length ? from : entry));
    return { ...block, commit: { ...block.commit, signatures: changed } };
  },
  "a signature of another vote": (block, { first, donor }) =>
    withVote(block, first, (entry) => ({ ...entry, signature: donor.commit.signatures[0].signature })),
  "a signature with s beyond the order": (block, { first }) =>
    withVote(block, first, (entry) => ({ ...entry, signature: wrapped(entry.signature) })),
  "a vote at another time": (block, { first, second }) =>
    withVote(block, first, (entry) => ({ ...entry, time: addNanos(entry.time, 1 + (second % 1000)) })),
  "a vote for no block": (block, { first }) =>
    withVote(block, first, (entry) => ({
      ...entry,
      flag: entry.flag === CommitFlag.nil ? CommitFlag.commit : CommitFlag.nil,
    })),
  "a vote of another address": (block, { first, donor }) =>
    withVote(block, first, (entry) => ({
      ...entry,
      validatorAddress: donor.commit.signatures[0].validatorAddress.map((byte) => byte ^ 1),
    })),
} as const satisfies Readonly<Record<string, (block: LightBlock, draw: Draw) => LightBlock | null>>;

function withVote(
  block: LightBlock,
  which: number,
  change: (entry: CommitSignature) => CommitSignature,
): LightBlock | null {
  const { signatures } = block.commit;
  const cast = signatures.flatMap(({ flag }, index) => (flag === CommitFlag.absent ? [] : [index]));
  if (cast.length === 0) return null;
  const at = cast[which % cast.length];
  const changed = signatures.map((entry, index) => (index === at ? change(entry) : entry));
  return { ...block, commit: { ...block.commit, signatures: changed } };
}

interface BlockJson {
  readonly header: unknown;
  readonly commit: unknown;
  readonly validators: unknown;
  readonly nextValidators: unknown;
}

const jsonOf = ({ header, commit, validators, nextValidators }: LightBlock): BlockJson => ({
  header: headerJson(header),
  commit: commitJson(commit),
  validators: validators.map(validatorJson),
  nextValidators: nextValidators.map(validatorJson),
});

function readJson(json: BlockJson): Result<LightBlock> {
  const header = readHeader(json.header);
  const commit = readCommit(json.commit);
  const validators = readValidators(json.validators);
  const nextValidators = readValidators(json.nextValidators);
  if (!header.ok || !commit.ok || !validators.ok || !nextValidators.ok) return fail("not a light block");
  return {
    ok: true,
    value: {
      ...{ header: header.value, commit: commit.value },
      ...{ validators: validators.value, nextValidators: nextValidators.value },
    },
  };
}

interface Leaf {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function leavesOf(json: unknown): readonly Leaf[] {
  if (typeof json !== "object" || json === null) return [];
  const holder = json as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) =>
    typeof holder[key] === "object" && holder[key] !== null ? leavesOf(holder[key]) : [{ holder, key }],
  );
}
