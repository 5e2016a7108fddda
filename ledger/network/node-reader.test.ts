import { describe, expect, it } from "vitest";
import { succeed } from "../../common/result";
import { createNodeReader } from "./node-reader";
import type { RpcClient } from "./rpc";

/** A node that says of itself whatever it likes. */
function nodeSaying(answer: RpcClient["call"]): RpcClient {
  return { address: "a node", call: answer, callMany: () => Promise.resolve(succeed([])) };
}

const hash = "00".repeat(32).toUpperCase();
const blockId = { hash, parts: { total: 1, hash } };
const time = "2026-01-01T00:00:00Z";
const header = {
  ...{ version: { block: "11", app: "1" }, chain_id: "c", height: "5", time, last_block_id: blockId },
  ...{
    last_commit_hash: hash,
    data_hash: hash,
    validators_hash: hash,
    next_validators_hash: hash,
    evidence_hash: hash,
  },
  ...{ consensus_hash: hash, app_hash: hash, last_results_hash: hash, proposer_address: "00".repeat(20) },
};
const commit = { height: "5", round: 0, block_id: blockId, signatures: [] };
const validator = {
  pub_key: { type: "tendermint/PubKeyEd25519", value: Buffer.alloc(32).toString("base64") },
  voting_power: "1",
};

describe("a node's validator set", () => {
  it("of more than 1,000 is refused after as many, however many are announced", async () => {
    let pages = 0;
    const endless = nodeSaying((method) => {
      if (method === "commit") return Promise.resolve(succeed({ signed_header: { header, commit } }));
      pages++;
      return Promise.resolve(
        succeed({ validators: Array.from({ length: 100 }, () => validator), total: "1000000000" }),
      );
    });
    const read = await createNodeReader(endless).lightBlock(5);
    expect(read).toMatchObject({ ok: false, error: { message: "more than 1000 validators" } });
    expect(pages).toBe(11);
  });

  it("of one is read, of the same answers", async () => {
    const honest = nodeSaying((method) =>
      Promise.resolve(
        succeed(method === "commit" ? { signed_header: { header, commit } } : { validators: [validator], total: "1" }),
      ),
    );
    const read = await createNodeReader(honest).lightBlock(5);
    expect(read.ok && read.value.validators).toHaveLength(1);
  });
});
