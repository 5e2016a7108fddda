import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { toHex } from "../../common/canonical";
import { genesisJson } from "../abci/genesis-form";
import type { Genesis } from "../machine/genesis";
import { blockLimits } from "../solo/block-builder";
import { addressOf } from "../wire/validators";
import type { KeySecret } from "./keys";

/** A member's node: who it is, and where it listens on the loopback. */
export interface NodePlan {
  readonly name: string;
  readonly home: string;
  readonly validator: KeySecret;
  readonly node: KeySecret;
  readonly rpcPort: number;
  readonly p2pPort: number;
  /** Of the application's socket. */
  readonly appAddress: string;
}

/** How long consensus waits, ms. @see CometBFT 0.38 config.toml, [consensus] */
export interface ConsensusTimes {
  readonly proposeMs: number;
  readonly voteMs: number;
  readonly commitMs: number;
  /** Blocks without transactions at this interval; 0: as fast as others. */
  readonly emptyBlockEveryMs: number;
}

export const defaultTimes: ConsensusTimes = { proposeMs: 1000, voteMs: 400, commitMs: 400, emptyBlockEveryMs: 1000 };

const validatorPower = 10;
/**
 * For how long an attack can be reported, s: 21 days. A console trusts a header for 14 (`main/ledger/network-ledger.ts`), and
 * who signs another one has to be accountable for as long, and until it is found out. CometBFT's own default is 48 hours.
 */
const evidenceAgeS = 21 * 86_400;
/** Evidence expires when so many blocks have gone by as well: one a second. */
const evidenceAgeBlocks = evidenceAgeS;
const evidenceBytesMax = 1_048_576;

/** The genesis file that all members start from. */
export function cometGenesis(genesis: Genesis, plans: readonly NodePlan[]): unknown {
  return {
    genesis_time: new Date(genesis.timeS * 1000).toISOString(),
    chain_id: genesis.parameters.chainId,
    initial_height: "1",
    consensus_params: {
      block: { max_bytes: String(blockLimits.maxBytes), max_gas: String(blockLimits.maxGas) },
      evidence: {
        max_age_num_blocks: String(evidenceAgeBlocks),
        max_age_duration: String(BigInt(evidenceAgeS) * 1_000_000_000n),
        max_bytes: String(evidenceBytesMax),
      },
      validator: { pub_key_types: ["ed25519"] },
      version: { app: "1" },
      abci: { vote_extensions_enable_height: "0" },
    },
    validators: plans.map(({ name, validator }) => ({
      address: addressHex(validator),
      pub_key: { type: "tendermint/PubKeyEd25519", value: base64(validator.publicKey) },
      power: String(validatorPower),
      name,
    })),
    app_hash: "",
    app_state: genesisJson(genesis),
  };
}

/** Writes everything that a node of CometBFT reads from its home. A home that exists keeps what its node has signed. */
export function writeNodeFiles(
  plan: NodePlan,
  genesis: unknown,
  peers: readonly NodePlan[],
  times: ConsensusTimes,
): void {
  const { home, validator, node } = plan;
  const config = path.join(home, "config");
  const data = path.join(home, "data");
  mkdirSync(config, { recursive: true });
  mkdirSync(data, { recursive: true });
  const write = (file: string, content: unknown, flag = "w") =>
    writeFileSync(file, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`, {
      mode: 0o600,
      flag,
    });
  write(path.join(config, "genesis.json"), genesis);
  write(path.join(config, "node_key.json"), { priv_key: privateKeyJson(node) });
  write(path.join(config, "priv_validator_key.json"), {
    address: addressHex(validator),
    pub_key: { type: "tendermint/PubKeyEd25519", value: base64(validator.publicKey) },
    priv_key: privateKeyJson(validator),
  });
  write(path.join(config, "config.toml"), configToml(plan, peers, times));
  try {
    // What a validator signed last is never forgotten: it would sign twice.
    write(path.join(data, "priv_validator_state.json"), { height: "0", round: 0, step: 0 }, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** What differs from CometBFT's defaults. Lists and texts are in TOML's form. */
function configToml(plan: NodePlan, peers: readonly NodePlan[], times: ConsensusTimes): string {
  const others = peers.filter(({ name }) => name !== plan.name);
  const peerList = others.map(({ node, p2pPort }) => `${nodeIdOf(node)}@127.0.0.1:${p2pPort}`).join(",");
  const ms = (value: number) => `"${value}ms"`;
  return `proxy_app = "${plan.appAddress}"
moniker = "${plan.name}"
abci = "socket"
log_level = "error"
db_backend = "goleveldb"

[rpc]
laddr = "tcp://127.0.0.1:${plan.rpcPort}"
max_open_connections = 900
max_body_bytes = 16000000
max_request_batch_size = 1000

[p2p]
laddr = "tcp://127.0.0.1:${plan.p2pPort}"
persistent_peers = "${peerList}"
addr_book_strict = false
allow_duplicate_ip = true
pex = false
flush_throttle_timeout = "50ms"
send_rate = 51200000
recv_rate = 51200000

[mempool]
size = 20000
max_txs_bytes = 67108864
cache_size = 40000
# Without it, what lost its nonce to another transaction would lie in the mempool for ever.
recheck = true

[consensus]
timeout_propose = ${ms(times.proposeMs)}
timeout_propose_delta = "500ms"
timeout_prevote = ${ms(times.voteMs)}
timeout_prevote_delta = "200ms"
timeout_precommit = ${ms(times.voteMs)}
timeout_precommit_delta = "200ms"
timeout_commit = ${ms(times.commitMs)}
create_empty_blocks = true
create_empty_blocks_interval = ${ms(times.emptyBlockEveryMs)}

[tx_index]
indexer = "null"

[instrumentation]
prometheus = false
`;
}

/** Lower-case hexadecimal of the key's address. @see CometBFT 0.38 p2p/key.go */
function nodeIdOf(key: KeySecret): string {
  return addressHex(key).toLowerCase();
}

function addressHex({ publicKey }: KeySecret): string {
  return toHex(addressOf(publicKey)).toUpperCase();
}

/** CometBFT keeps secret and public half together, 64 bytes. */
function privateKeyJson({ secret, publicKey }: KeySecret): unknown {
  return { type: "tendermint/PrivKeyEd25519", value: base64(Buffer.concat([secret, publicKey])) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
