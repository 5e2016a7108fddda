import { mkdirSync, writeSync } from "node:fs";
import { toHex } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import { openApplication } from "../../ledger/abci/application";
import { genesisJson } from "../../ledger/abci/genesis-form";
import { openStateStore } from "../../ledger/abci/state-store";
import { initialise } from "../../ledger/machine/genesis";
import { readValidators } from "../../ledger/machine/readers";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { openSolo } from "../../ledger/solo/solo";
import { genesis, keyOf, startS } from "./ledger-genesis";
import { timeOf, transactionsOf } from "./ledger-kill-blocks";
import { RequestFinalizeBlock, RequestInfo, RequestInitChain } from "cosmjs-types/tendermint/abci/types";

/** Writes blocks as fast as it can and says of each, once it is acknowledged, its height and state; until it is killed. */
const [engine, folder] = process.argv.slice(2);
let nonce = Number(process.argv[4]);

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

const acknowledge = (height: number, root: Uint8Array) => writeSync(1, `${height} ${toHex(root)}\n`);

function nextTransactions(height: number): Uint8Array[] {
  const transactions = transactionsOf(height, nonce);
  nonce += transactions.length;
  return [...transactions];
}

function runSolo(): never {
  const chain = must(
    openSolo({ storage: { kind: "directory", path: folder }, genesis, validatorKey: keyOf("validator") }),
  );
  for (;;) {
    const height = chain.height + 1;
    for (const transaction of nextTransactions(height)) must(chain.submit(transaction));
    must(chain.commitBlock({ seconds: timeOf(height), nanos: 0 }));
    acknowledge(height, rootHashOf(chain.state.tree));
  }
}

/** As consensus asks the application: Info, InitChain where nothing was committed, then FinalizeBlock and Commit. */
function runApplication(): never {
  mkdirSync(folder, { recursive: true });
  const application = must(openApplication({ store: must(openStateStore(folder)), nowS: () => startS }));
  const info = must(application.respond({ info: RequestInfo.fromPartial({}) })).info;
  let height = Number(info?.lastBlockHeight ?? 0n);
  if (height === 0) {
    const validators = readValidators(must(initialise(genesis)).state);
    const request = RequestInitChain.fromPartial({
      chainId: genesis.parameters.chainId,
      initialHeight: 1n,
      time: { seconds: BigInt(genesis.timeS), nanos: 0 },
      appStateBytes: Buffer.from(JSON.stringify(genesisJson(genesis))),
      validators: validators.map(({ publicKey, power }) => ({ pubKey: { ed25519: publicKey }, power })),
    });
    must(application.respond({ initChain: request }));
  }
  for (;;) {
    height++;
    const request = RequestFinalizeBlock.fromPartial({
      height: BigInt(height),
      time: { seconds: BigInt(timeOf(height)), nanos: 0 },
      txs: nextTransactions(height),
    });
    const answer = must(application.respond({ finalizeBlock: request })).finalizeBlock;
    assert(answer !== undefined && answer.txResults.every(({ code }) => code === 0), "every enrolment is carried out");
    must(application.respond({ commit: {} }));
    acknowledge(height, answer.appHash);
  }
}

if (engine === "solo") runSolo();
else runApplication();
