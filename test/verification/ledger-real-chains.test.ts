import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toHex } from "../../common/canonical";
import { verifySignature } from "../../ledger/solo/ed25519";
import { blockIdOf, hashEvidence } from "../../ledger/wire/block";
import { CommitFlag, hashCommit, signBytesOfEntry } from "../../ledger/wire/commit";
import { hashHeader } from "../../ledger/wire/header";
import { readBlock, readBlockId, readCommit, readHeader, readValidators } from "../../ledger/wire/json-form";
import { rootOfProof, verifyLeaf } from "../../ledger/wire/merkle";
import { hashData, hashParameters, hashResults } from "../../ledger/wire/results";
import { formatTimestamp, parseTimestamp } from "../../ledger/wire/timestamp";
import { addressOf, hashValidators } from "../../ledger/wire/validators";
import { jsonFilesOf, objectsWith, valueOf } from "./ledger-reference";

/** Recorded answers of real nodes: every header, commit, block, proof and time in them, whatever files there are. */
const files = jsonFilesOf("lightclient-rpc");
const all = (...fields: string[]) => files.flatMap(({ json }) => objectsWith(json, ...fields));
const upper = (bytes: Uint8Array) => toHex(bytes).toUpperCase();

describe.skipIf(files.length === 0)("real chains", () => {
  const blocks = all("block", "block_id").filter(({ block }) => block !== null);
  const metas = all("block_id", "header", "num_txs");
  const signedHeaders = all("signed_header").map(({ signed_header }) => signed_header as Record<string, unknown>);

  it("have the header hashes that we compute", () => {
    const headers = [
      ...blocks.map(({ block, block_id }) => [objectsWith(block, "header")[0]["header"], block_id]),
      ...metas.map(({ header, block_id }) => [header, block_id]),
      ...signedHeaders.map(({ header, commit }) => [header, (commit as Record<string, unknown>)["block_id"]]),
    ];
    expect(headers.length).toBeGreaterThan(15);
    for (const [header, blockId] of headers) {
      expect(upper(hashHeader(valueOf(readHeader(header))))).toBe(upper(valueOf(readBlockId(blockId)).hash));
    }
  });

  it("have the blocks, parts, data, commit and evidence hashes that we compute", () => {
    expect(blocks.length).toBeGreaterThan(5);
    let withEvidence = 0;
    for (const entry of blocks) {
      const block = valueOf(readBlock(entry["block"]));
      const stated = valueOf(readBlockId(entry["block_id"]));
      expect(blockIdOf(block)).toEqual(stated);
      expect(upper(hashData(block.transactions))).toBe(upper(block.header.dataHash));
      expect(upper(hashEvidence(block.evidence) ?? new Uint8Array(0))).toBe(upper(block.header.evidenceHash));
      expect(upper(hashCommit(block.lastCommit))).toBe(upper(block.header.lastCommitHash));
      if (block.evidence.length > 0) withEvidence++;
    }
    expect(withEvidence).toBeGreaterThan(0);
  });

  it("have the validator set, the parameters and the votes that we compute", () => {
    const sets = all("validators", "chain_id").map((genesis) => ({
      chainId: genesis["chain_id"] as string,
      validators: valueOf(readValidators(genesis["validators"])),
    }));
    expect(sets.length).toBeGreaterThan(0);
    let votes = 0;
    for (const { chainId, validators } of sets) {
      const keys = new Map(validators.map(({ publicKey }) => [upper(addressOf(publicKey)), publicKey]));
      // Several chains were recorded under one id: a header belongs to this one if it names this set.
      const setHash = upper(hashValidators(validators));
      const headers = all("validators_hash", "chain_id").filter(
        (header) => header["chain_id"] === chainId && header["validators_hash"] === setHash,
      );
      expect(headers.length).toBeGreaterThan(10);
      for (const header of headers) {
        expect(upper(hashParameters({ maxBytes: 22_020_096, maxGas: -1 }))).toBe(header["consensus_hash"]);
        expect(header["next_validators_hash"]).toBe(setHash);
      }
      const commits = [
        ...blocks.map(({ block }) => valueOf(readBlock(block)).lastCommit),
        ...signedHeaders.map(({ commit }) => valueOf(readCommit(commit))),
      ];
      for (const commit of commits) {
        for (const entry of commit.signatures) {
          const key = keys.get(upper(entry.validatorAddress));
          const signBytes = signBytesOfEntry(chainId, commit, entry);
          if (key === undefined || signBytes === null) continue;
          expect(entry.flag).toBe(CommitFlag.commit);
          expect(verifySignature(key, signBytes, entry.signature)).toBe(true);
          expect(
            verifySignature(
              key,
              signBytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
              entry.signature,
            ),
          ).toBe(false);
          votes++;
        }
      }
    }
    expect(votes).toBeGreaterThan(5);
  });

  it("have the transaction proofs that we verify", () => {
    const proofs = all("root_hash", "data", "proof");
    expect(proofs.length).toBeGreaterThan(5);
    for (const { root_hash, data, proof } of proofs) {
      const fields = proof as { index: string; total: string; leaf_hash: string; aunts: string[] };
      const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
      const merkleProof = {
        index: Number(fields.index),
        total: Number(fields.total),
        leafHash: bytes(fields.leaf_hash),
        aunts: fields.aunts.map(bytes),
      };
      const root = rootOfProof(merkleProof);
      expect(root && upper(root)).toBe(root_hash);
      const leaf = new Uint8Array(
        createHash("sha256")
          .update(bytes(data as string))
          .digest(),
      );
      expect(verifyLeaf(new Uint8Array(Buffer.from(root_hash as string, "hex")), leaf, merkleProof)).toBe(true);
      expect(verifyLeaf(new Uint8Array(32), leaf, merkleProof)).toBe(false);
      if (merkleProof.total === 1) expect(upper(hashData([bytes(data as string)]))).toBe(root_hash);
    }
  });

  it("have the results hash that we compute, of blocks without transactions", () => {
    const empty = all("last_results_hash").map((header) => header["last_results_hash"]);
    expect(empty).toContain(upper(hashResults([])));
  });

  it("have times that survive being read and printed", () => {
    const times = files.flatMap(({ json }) => textsOf(json)).filter((text) => parseTimestamp(text).ok);
    expect(times.length).toBeGreaterThan(50);
    for (const text of times) expect(formatTimestamp(valueOf(parseTimestamp(text)))).toBe(text);
  });
});

function textsOf(json: unknown): readonly string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(textsOf) : [];
}
