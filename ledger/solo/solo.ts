import { createHash } from "node:crypto";
import { bytesEqual, toHex, utf8Of } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { apply, check, type Applied, type TransactionResult } from "../machine/apply";
import { initialise, type Genesis } from "../machine/genesis";
import { failureOfResult } from "../machine/refusals";
import type { State } from "../machine/state";
import type { StatePath } from "../machine/tree/path";
import { rootHashOf } from "../machine/tree/tree";
import { blockIdOf } from "../wire/block";
import type { Header } from "../wire/header";
import type { LightBlock } from "../wire/light-block";
import { hashResults, hashTransaction, proveResult, proveTransaction, type CommittedResult } from "../wire/results";
import { addNanos, compareTimestamps, formatTimestamp, isTimestamp, type Timestamp } from "../wire/timestamp";
import { hashValidators } from "../wire/validators";
import { blockLimits, buildBlock, noPredecessor, signCommit, validatorsOf, type Predecessor } from "./block-builder";
import { createMemoryStore, type BlockStore, type StoredBlock, type StoredTip } from "./block-store";
import { createSignatureCache, type KeyPair } from "./ed25519";
import { openLmdbStore } from "./lmdb-store";
import { admitToMempool, createMempool, returnToMempool, takeForBlock } from "./mempool";
import { createRecentStates, type RecentStates } from "./recent-states";
import { signedMessagesOf } from "./signed-messages";
import { answerFrom, type ResultAnswer, type StateAnswer } from "./solo-answers";
import { lightBlockOf, rebuildState } from "./stored-chain";

/**
 * The embedded engine: writes the blocks of one chain with one validator's key, in CometBFT's format. It is *not* a
 * consensus engine: there are no rounds, no peers and no votes but its own, and whoever holds the key can write
 * anything. What it has in common with a consortium is the state machine, the blocks, and what a light client verifies.
 */
export interface SoloOptions {
  readonly storage: { readonly kind: "memory" } | { readonly kind: "directory"; readonly path: string };
  readonly genesis: Genesis;
  readonly validatorKey: KeyPair;
  /** States behind the last blocks that stay open to queries. */
  readonly recentStatesMax?: number;
  /** Signatures remembered as verified. */
  readonly signatureCacheMax?: number;
}

export interface CommittedBlock {
  readonly height: number;
  readonly header: Header;
  readonly transactions: readonly Uint8Array[];
  /** In the order of the transactions. */
  readonly results: readonly TransactionResult[];
}

const defaultRecentStatesMax = 64;
const defaultSignatureCacheMax = 200_000;
/** Bytes of a block that are not transactions: header, last commit, lists' tags. */
const blockOverheadBytes = 65_536;
const transactionOverheadBytes = 8;
/** A vote comes later than its block by at least this much, and so does the next block. @see CometBFT, BFT time */
export const blockIntervalMinNanos = 1_000_000;

/**
 * Opens a chain, or begins it. An existing chain continues at its last height: the state is rebuilt from its stored
 * leaves, about 3 s for a million, and must have the root that the last block led to.
 */
export function openSolo(options: SoloOptions): Result<Solo> {
  const initialised = initialise(options.genesis);
  if (!initialised.ok) return initialised;
  const opened: Result<BlockStore> =
    options.storage.kind === "memory" ? succeed(createMemoryStore()) : openLmdbStore(options.storage.path);
  if (!opened.ok) return opened;
  const store = opened.value;
  const genesisHash = genesisHashOf(options, initialised.value.state);
  if (store.beginning() === null) {
    store.begin({ genesisHash, validators: validatorsOf(options.validatorKey) }, initialised.value.changes);
    return succeed(new Solo(options, store, initialised.value.state, null));
  }
  const resumed = resume(store, genesisHash, initialised.value.state);
  if (!resumed.ok) {
    void store.close();
    return resumed;
  }
  return succeed(new Solo(options, store, resumed.value, store.tip()));
}

/** What a chain cannot change without being another one. */
function genesisHashOf({ genesis, validatorKey }: SoloOptions, state: State): Uint8Array {
  const hash = createHash("sha256")
    .update(rootHashOf(state.tree))
    .update(utf8Of(`${genesis.timeS}`));
  return new Uint8Array(hash.update(hashValidators(validatorsOf(validatorKey))).digest());
}

function resume(store: BlockStore, genesisHash: Uint8Array, initial: State): Result<State> {
  const beginning = store.beginning();
  if (beginning === null || !bytesEqual(beginning.genesisHash, genesisHash)) {
    return fail("the store holds a chain that began otherwise");
  }
  return store.tip() === null ? succeed(initial) : rebuildState(store);
}

export class Solo {
  readonly #options: SoloOptions;
  readonly #store: BlockStore;
  readonly #mempool = createMempool();
  readonly #signatures: ReturnType<typeof createSignatureCache>;
  readonly #states: RecentStates;
  #predecessor: Predecessor;
  #lastTime: Timestamp;

  /** @internal see `openSolo` */
  constructor(options: SoloOptions, store: BlockStore, state: State, tip: StoredTip | null) {
    this.#options = options;
    this.#store = store;
    this.#signatures = createSignatureCache(options.signatureCacheMax ?? defaultSignatureCacheMax);
    this.#states = createRecentStates(state, options.recentStatesMax ?? defaultRecentStatesMax);
    const stored = tip === null ? undefined : this.#block(tip.height);
    this.#predecessor = stored === undefined ? noPredecessor : predecessorOf(stored);
    this.#lastTime = stored?.block.header.time ?? { seconds: options.genesis.timeS, nanos: 0 };
  }

  get chainId(): string {
    return this.#options.genesis.parameters.chainId;
  }

  /** Height of the last block; 0 before the first. */
  get height(): number {
    return this.#predecessor.height;
  }

  /** Time of the last block, or of the genesis. */
  get time(): Timestamp {
    return this.#lastTime;
  }

  /** The state behind the last block. */
  get state(): State {
    return this.#states.latest();
  }

  /** Verifies the signatures of transactions that are about to be submitted, many together. */
  async verifyAhead(transactions: readonly Uint8Array[]): Promise<void> {
    await this.#signatures.verifyAhead(transactions.flatMap(signedMessagesOf));
  }

  /**
   * Checks a transaction and queues it for the next block.
   * @param nowS the time that the next block will have; the last block's when not given
   * @returns the transaction's hash, hexadecimal, or why it was refused
   */
  submit(transaction: Uint8Array, nowS?: number): Result<string> {
    const checked = check(this.state, transaction, this.#signatures.verify, nowS);
    if (checked.code !== 0) return { ok: false, error: failureOfResult(checked, `code ${checked.code}`) };
    const hash = toHex(hashTransaction(transaction));
    const admission = admitToMempool(this.#mempool, hash, transaction);
    if (admission === "known") return fail("the transaction is waiting already", hash);
    return admission === "admitted" ? succeed(hash) : fail("the mempool is full");
  }

  get waiting(): number {
    return this.#mempool.waiting.size;
  }

  /**
   * Writes the next block with what is waiting. When this returns, the block is on disk.
   * @param time the first block's is the genesis time; each later one's at least `blockIntervalMinNanos` after the last
   */
  commitBlock(time: Timestamp): Result<CommittedBlock> {
    const earliest = this.height === 0 ? this.#lastTime : addNanos(this.#lastTime, blockIntervalMinNanos);
    const difference = compareTimestamps(time, earliest);
    if (!isTimestamp(time) || difference < 0) return fail(`block time before ${formatTimestamp(earliest)}`);
    if (this.height === 0 && difference !== 0) return fail(`the first block's time is ${formatTimestamp(earliest)}`);
    const { chainId, state } = this;
    const { validatorKey } = this.#options;
    const bytesMax = blockLimits.maxBytes - blockOverheadBytes;
    const transactions = takeForBlock(this.#mempool, bytesMax, transactionOverheadBytes);
    const block = buildBlock(validatorKey, chainId, this.#predecessor, state, time, transactions);
    const { height } = block.header;
    const applied = apply(state, { height, timeS: time.seconds, transactions }, this.#signatures.verify);
    const stored: StoredBlock = { block, blockId: blockIdOf(block), results: applied.results.map(committedPartOf) };
    const voteTime = addNanos(time, blockIntervalMinNanos);
    const seenCommit = signCommit(validatorKey, chainId, height, stored.blockId, voteTime);
    try {
      this.#store.commit({ stored, seenCommit, appHash: applied.appHash, changes: applied.changes });
    } catch (error) {
      returnToMempool(this.#mempool, transactions);
      return fail(`the block could not be written: ${String(error)}`, `height ${height}`);
    }
    this.#advance(stored, applied);
    return succeed({ height, header: block.header, transactions, results: applied.results });
  }

  #advance(stored: StoredBlock, applied: Applied): void {
    const { header } = stored.block;
    this.#predecessor = predecessorOf(stored);
    this.#lastTime = header.time;
    this.#states.push(applied.state);
  }

  #block(height: number): StoredBlock | undefined {
    return Number.isSafeInteger(height) && height > 0 ? this.#store.blockAt(height) : undefined;
  }

  /** What a light client needs of a height; undefined where there is no such block. */
  lightBlock(height: number): LightBlock | undefined {
    return lightBlockOf(this.#store, height);
  }

  /** A block as it was committed. */
  block(height: number): StoredBlock | undefined {
    return this.#block(height);
  }

  /** The state behind a block, so far as it is kept. */
  stateAt(height: number): State | undefined {
    return this.#states.at(height);
  }

  /** What lies at a path behind a block, with its proof; undefined when that state is no longer kept. */
  query(path: StatePath, height: number): StateAnswer | undefined {
    const state = this.#states.at(height);
    return state === undefined ? undefined : answerFrom(state, path);
  }

  /** A transaction of a block and its result, each with its proof. */
  result(height: number, index: number): ResultAnswer | undefined {
    const stored = this.#block(height);
    if (stored === undefined || index < 0 || index >= stored.results.length) return undefined;
    const { transactions } = stored.block;
    return {
      transaction: transactions[index],
      result: stored.results[index],
      transactionProof: proveTransaction(transactions, index),
      resultProof: proveResult(stored.results, index),
    };
  }

  /** Copies the chain as it is into a folder that does not exist yet; waiting transactions are not in it. */
  copyTo(directory: string): Promise<Result<void>> {
    return this.#store.copyTo(directory);
  }

  /** Waiting transactions are lost; what was committed is on disk. */
  async close(): Promise<void> {
    await this.#store.close();
  }
}

function predecessorOf({ block, blockId, results }: StoredBlock): Predecessor {
  return { height: block.header.height, blockId, resultsHash: hashResults(results) };
}

function committedPartOf({ code, data, gasWanted, gasUsed }: TransactionResult): CommittedResult {
  return { code, data, gasWanted, gasUsed };
}
