import { readFileSync } from "node:fs";
import { toHex } from "../../common/canonical";
import { assert } from "../../common/result";
import { readGenesis } from "../../ledger/abci/genesis-form";
import { apply } from "../../ledger/machine/apply";
import { initialise } from "../../ledger/machine/genesis";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { verifySignature } from "../../ledger/solo/ed25519";

/** Carries out recorded blocks in another Node: the genesis on the first line, then a block a line. Prints the last app hash. */
const [first, ...blocks] = readFileSync(process.argv[2], "utf8").split("\n");
const genesis = readGenesis(Buffer.from(first));
assert(genesis.ok, "the genesis is readable");
const initialised = initialise(genesis.value);
assert(initialised.ok, "the genesis is in order");
let { state } = initialised.value;
for (const [row, line] of blocks.entries()) {
  const block = JSON.parse(line) as { readonly timeS: number; readonly transactions: readonly string[] };
  const transactions = block.transactions.map((text) => new Uint8Array(Buffer.from(text, "base64")));
  state = apply(state, { height: row + 1, timeS: block.timeS, transactions }, verifySignature).state;
}
process.stdout.write(JSON.stringify({ node: process.versions.node, appHash: toHex(rootHashOf(state.tree)) }));
