import { hashOpFromJSON, lengthOpFromJSON } from "cosmjs-types/cosmos/ics23/v1/proofs";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../common/canonical";
import {
  applyInner,
  applyLeaf,
  decodeCommitmentProof,
  hashWith,
  rootOfExistence,
  verifyMembership,
  verifyNonMembership,
} from "../../ledger/wire/ics23";
import { jsonFilesOf, valueOf } from "./ledger-reference";

const files = jsonFilesOf("merkle-ics23");
const base64 = (text: string | null | undefined) => new Uint8Array(Buffer.from(text ?? "", "base64"));
const bytes = (hex: string) => fromHex(hex) ?? new Uint8Array(0);

interface Op {
  readonly hash?: number;
  readonly prehash_key?: number;
  readonly prehash_value?: number;
  readonly length?: number;
  readonly prefix?: string;
  readonly suffix?: string;
}
const leafOf = (op: Op) => ({
  hash: hashOpFromJSON(op.hash ?? 0),
  prehashKey: hashOpFromJSON(op.prehash_key ?? 0),
  prehashValue: hashOpFromJSON(op.prehash_value ?? 0),
  length: lengthOpFromJSON(op.length ?? 0),
  prefix: base64(op.prefix),
});
const innerOf = (op: Op) => ({
  hash: hashOpFromJSON(op.hash ?? 0),
  prefix: base64(op.prefix),
  suffix: base64(op.suffix),
});

/** One runner for each form of vector file, found by what the file holds. */
function casesOf(name: string, json: unknown): readonly [string, () => void][] {
  const cases = Object.entries(json as Record<string, Record<string, unknown>>);
  if ("proof" in (json as object)) return [[name, () => checkProofFile(json as ProofFile)]];
  return cases.map(([title, vector]) => [
    `${name}: ${title}`,
    () => {
      const isError = vector["IsErr"] === true;
      const computed = compute(vector);
      expect(computed.ok).toBe(!isError);
      const expected = (vector["Expected"] ?? vector["ExpectedHash"]) as string | null;
      if (!computed.ok || expected === null) return;
      expect(toHex(computed.value)).toBe("ExpectedHash" in vector ? expected : toHex(base64(expected)));
    },
  ]);
}

function compute(vector: Record<string, unknown>) {
  if ("HashOp" in vector) {
    const preimage = (vector["Preimage"] ?? vector["PreImage"]) as string;
    return hashWith(vector["HashOp"] as number, new TextEncoder().encode(preimage));
  }
  if ("Child" in vector) return applyInner(innerOf(vector["Op"] as Op), base64(vector["Child"] as string));
  if ("Key" in vector) {
    return applyLeaf(leafOf(vector["Op"] as Op), base64(vector["Key"] as string), base64(vector["Value"] as string));
  }
  const proof = vector["Proof"] as { key: string; value: string; leaf?: Op; path?: Op[] };
  return rootOfExistence({
    key: base64(proof.key),
    value: base64(proof.value),
    ...(proof.leaf === undefined ? {} : { leaf: leafOf(proof.leaf) }),
    path: (proof.path ?? []).map(innerOf),
  });
}

interface ProofFile {
  readonly key: string;
  readonly proof: string;
  readonly root: string;
  readonly value: string;
}

function checkProofFile(file: ProofFile): void {
  const [key, value, root] = [bytes(file.key), bytes(file.value), bytes(file.root)];
  const proof = valueOf(decodeCommitmentProof(bytes(file.proof)));
  const otherRoot = root.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  if (file.value !== "") {
    expect(verifyMembership(proof, root, key, value)).toEqual({ ok: true, value: undefined });
    expect(verifyMembership(proof, otherRoot, key, value).ok).toBe(false);
    expect(verifyMembership(proof, root, key, bytes(`${file.value}00`)).ok).toBe(false);
    expect(verifyNonMembership(proof, root, key).ok).toBe(false);
    return;
  }
  expect(verifyNonMembership(proof, root, key)).toEqual({ ok: true, value: undefined });
  expect(verifyNonMembership(proof, otherRoot, key).ok).toBe(false);
  expect(verifyMembership(proof, root, key, value).ok).toBe(false);
  // A key that is there is not shown to be absent by the proof of its neighbour.
  const neighbour = proof.nonexist?.left ?? proof.nonexist?.right;
  expect(neighbour && verifyNonMembership(proof, root, neighbour.key).ok).toBe(false);
  // Nor is anything, when one of two neighbours is left out.
  const { left, right } = proof.nonexist ?? {};
  if (left === undefined || right === undefined) return;
  const empty = proof.nonexist?.key ?? key;
  expect(verifyNonMembership({ nonexist: { key: empty, left } }, root, key).ok).toBe(false);
  expect(verifyNonMembership({ nonexist: { key: empty, right } }, root, key).ok).toBe(false);
}

describe.skipIf(files.length === 0)("ICS-23 vectors", () => {
  it.each(files.flatMap(({ name, json }) => casesOf(name, json)))("%s", (_title, run) => run());
});
