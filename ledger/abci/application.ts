import {
  CheckTxType,
  MisbehaviorType,
  ResponseApplySnapshotChunk_Result as ChunkResult,
  ResponseOfferSnapshot_Result as OfferResult,
  ResponseProcessProposal_ProposalStatus as ProposalStatus,
  ResponseVerifyVoteExtension_VerifyStatus as ExtensionStatus,
  type ExecTxResult,
  type Misbehavior as MisbehaviorMessage,
  type Request,
  type RequestCheckTx,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestOfferSnapshot,
  type RequestQuery,
  type Response,
  type ResponseInfo,
  type ResponseQuery,
} from "cosmjs-types/tendermint/abci/types";
import { bytesEqual, toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import {
  apply,
  createChecker,
  judgeProposal,
  type Checker,
  type Applied,
  type TransactionResult,
} from "../machine/apply";
import { initialise } from "../machine/genesis";
import type { Misbehavior } from "../machine/misbehavior";
import { readValidators } from "../machine/readers";
import type { State } from "../machine/state";
import { encodeProof } from "../machine/tree/proof";
import { bytesOfPath, pathLength, pathOfBytes } from "../machine/tree/path";
import { rootHashOf } from "../machine/tree/tree";
import { createSignatureCache } from "../solo/ed25519";
import { createRecentStates, type RecentStates } from "../solo/recent-states";
import { signedMessagesOf } from "../solo/signed-messages";
import { answerFrom } from "../solo/solo-answers";
import { isTimestamp } from "../wire/timestamp";
import { addressLength } from "../wire/validators";
import { readGenesis } from "./genesis-form";
import { createKnownTransactions } from "./known-transactions";
import { beginRestoration, snapshotFormat, takeSnapshot, type Restoration, type Snapshot } from "./snapshots";
import type { StateStore } from "./state-store";

/**
 * The state machine as an application of CometBFT 0.38: consensus orders blocks, this carries them out. FinalizeBlock
 * computes and keeps nothing, Commit writes; a block that was computed and not committed is computed again.
 * @see CometBFT 0.38 `spec/abci`
 */
export interface Application {
  /**
   * Answers one request. A failure refuses what comes out of order or cannot be: nothing was changed by it, and the next
   * request in order is answered. A broken invariant is thrown, after which the node must not go on.
   */
  respond(request: Request): Result<Response>;
  /** Requests that arrived together and are answered next: their signatures are verified together. */
  foresee(requests: readonly Request[]): void;
  /** Whether a block was carried out and its Commit has not come. */
  awaitsCommit(): boolean;
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly store: StateStore;
  /** Wall clock, whole seconds: only CheckTx asks it, whose answer decides nothing. */
  readonly nowS: () => number;
  /** A snapshot every so many blocks; the last two are offered. 0: none. */
  readonly snapshotEveryBlocks?: number;
}

const appVersion = 1n;
const software = "pendulaire";
const recentStatesMax = 64;
const signatureCacheMax = 200_000;
/** As much as the mempool holds. */
const knownBytesMax = 64 * 1024 * 1024;
const snapshotsKept = 2;
/** What protobuf puts before a transaction in a block, at most. */
const transactionOverheadBytes = 6;

const misbehaviorKinds: ReadonlyMap<MisbehaviorType, Misbehavior["kind"]> = new Map([
  [MisbehaviorType.DUPLICATE_VOTE, "duplicateVote"],
  [MisbehaviorType.LIGHT_CLIENT_ATTACK, "lightClientAttack"],
]);

/** What a proof of the state is called among CometBFT's proof operations. */
export const stateProofType = "pendulaire:state";

/** Answers' codes to queries. Transactions have the machine's own. */
export const QueryCode = { answered: 0, pathUnknown: 1, keyLength: 2, heightNotKept: 3 } as const;

export function openApplication(options: ApplicationOptions): Result<Application> {
  const { store, nowS, snapshotEveryBlocks = 100 } = options;
  const loaded = store.load();
  if (!loaded.ok) return loaded;
  const signatures = createSignatureCache(signatureCacheMax);
  const known = createKnownTransactions(knownBytesMax);
  let states: RecentStates | undefined =
    loaded.value === null ? undefined : createRecentStates(loaded.value, recentStatesMax);
  /** Computed by FinalizeBlock, until Commit. */
  let computed: { readonly applied: Applied; readonly transactions: readonly Uint8Array[] } | undefined;
  let checker: { readonly state: State; readonly nowS: number; readonly of: Checker } | undefined;
  let offeredStates: readonly State[] = [];
  const taken = new WeakMap<State, Snapshot | "too large">();
  /** Taken when it is asked for: a block does not wait for it. */
  const snapshotOf = (state: State): Snapshot | undefined => {
    const snapshot = taken.get(state) ?? takeSnapshot(state) ?? "too large";
    taken.set(state, snapshot);
    return snapshot === "too large" ? undefined : snapshot;
  };
  let restoration: { readonly under: Restoration } | undefined;

  const committed = (): Result<State> =>
    states === undefined ? fail("there is no state before InitChain or a snapshot") : succeed(states.latest());

  const initChain = (request: RequestInitChain): Result<Response> => {
    const { chainId, appStateBytes, initialHeight, time, validators } = request;
    if (initialHeight > 1n) return fail(`chains begin at height 1, not ${initialHeight}`, "InitChain");
    const genesis = readGenesis(appStateBytes);
    if (!genesis.ok) return genesis;
    const { parameters, timeS } = genesis.value;
    if (parameters.chainId !== chainId) return fail(`app_state is of chain ${parameters.chainId}, not ${chainId}`);
    if (BigInt(timeS) !== time.seconds) return fail("app_state.timeS is not the genesis time");
    const initialised = initialise(genesis.value);
    if (!initialised.ok) return initialised;
    const { state, changes } = initialised.value;
    const ordered = validators.map(({ pubKey, power }) => `${toHex(pubKey.ed25519 ?? new Uint8Array(0))} ${power}`);
    const agreed = readValidators(state).map(({ publicKey, power }) => `${toHex(publicKey)} ${power}`);
    if (ordered.sort().join() !== agreed.sort().join()) {
      return fail("the validators are not app_state's members of that role, each with power 10", "InitChain");
    }
    const appHash = rootHashOf(state.tree);
    if (states === undefined) {
      store.commit(state, changes);
      states = createRecentStates(state, recentStatesMax);
    } else if (states.latest().height > 0 || !bytesEqual(rootHashOf(states.latest().tree), appHash)) {
      return fail("the chain has begun already", "InitChain");
    }
    return succeed({ initChain: { validators: [], appHash } });
  };

  const finalizeBlock = ({ height, time, txs, misbehavior }: RequestFinalizeBlock): Result<Response> => {
    // What was computed before is no longer what Commit would be about.
    computed = undefined;
    const state = committed();
    if (!state.ok) return state;
    if (height !== BigInt(state.value.height + 1)) {
      return fail(`block ${height} after ${state.value.height}`, "FinalizeBlock");
    }
    const timeS = Number(time.seconds);
    if (!isTimestamp({ seconds: timeS, nanos: time.nanos })) return fail("no such block time", "FinalizeBlock");
    if (timeS < state.value.timeS) return fail("block time runs backwards", "FinalizeBlock");
    const proved = misbehaviorFrom(misbehavior);
    if (!proved.ok) return proved;
    const transactions = txs.map(known.same);
    const block = { height: Number(height), timeS, transactions, misbehavior: proved.value };
    const applied = apply(state.value, block, signatures.verify);
    computed = { applied, transactions };
    const { results, appHash, validatorUpdates } = applied;
    return succeed({
      finalizeBlock: {
        events: [],
        txResults: results.map(wireResultOf),
        validatorUpdates: validatorUpdates.map(({ publicKey, power }) => ({ pubKey: { ed25519: publicKey }, power })),
        appHash,
      },
    });
  };

  const commit = (): Result<Response> => {
    if (computed === undefined || states === undefined) return fail("Commit without FinalizeBlock");
    const { state, changes } = computed.applied;
    store.commit(state, changes);
    states.push(state);
    known.forget(computed.transactions);
    computed = undefined;
    if (snapshotEveryBlocks > 0 && state.height % snapshotEveryBlocks === 0) {
      offeredStates = [...offeredStates, state].slice(-snapshotsKept);
    }
    return succeed({ commit: { retainHeight: 0n } });
  };

  const checkTx = ({ tx, type }: RequestCheckTx): Result<Response> => {
    const state = committed();
    if (!state.ok) return state;
    const clockS = nowS();
    if (checker?.state !== state.value) {
      checker = { state: state.value, nowS: clockS, of: createChecker(state.value, signatures.verify, clockS) };
    } else if (checker.nowS !== clockS) {
      checker = { ...checker, nowS: clockS, of: checker.of.at(clockS) };
    }
    const transaction = known.remember(tx);
    const { check, checkAgain } = checker.of;
    const result = type === CheckTxType.RECHECK ? checkAgain(transaction) : check(transaction);
    if (result.code !== 0) known.forget([transaction]);
    return succeed({ checkTx: wireResultOf(result) });
  };

  /** Of a proposal's transactions, those that are in order one after the other; see `judgeProposal`. */
  const orderly = (height: bigint, seconds: bigint, proposed: readonly Uint8Array[]): Result<readonly boolean[]> => {
    const state = committed();
    if (!state.ok) return state;
    const block = { height: Number(height), timeS: Number(seconds), transactions: proposed.map(known.same) };
    return succeed(judgeProposal(state.value, block, signatures.verify));
  };

  const offerSnapshot = ({ snapshot, appHash }: RequestOfferSnapshot): Result<Response> => {
    const answer = (result: OfferResult): Result<Response> => succeed({ offerSnapshot: { result } });
    if (states !== undefined && states.latest().height > 0) return answer(OfferResult.ABORT);
    if (snapshot === undefined) return answer(OfferResult.REJECT);
    if (snapshot.format !== snapshotFormat) return answer(OfferResult.REJECT_FORMAT);
    const begun = beginRestoration({ ...snapshot, height: Number(snapshot.height) }, appHash);
    if (!begun.ok) return answer(OfferResult.REJECT);
    restoration = { under: begun.value };
    return answer(OfferResult.ACCEPT);
  };

  const applySnapshotChunk = (index: number, chunk: Uint8Array, sender: string): Result<Response> => {
    const answer = (result: ChunkResult, refetch: readonly number[] = [], reject: readonly string[] = []) =>
      succeed({ applySnapshotChunk: { result, refetchChunks: [...refetch], rejectSenders: [...reject] } });
    if (restoration === undefined) return answer(ChunkResult.ABORT);
    const { under } = restoration;
    const senders = sender === "" ? [] : [sender];
    const { kind } = under.take(index, chunk);
    if (kind === "another") return answer(ChunkResult.RETRY, [index], senders);
    if (kind === "unfit") {
      restoration = undefined;
      return answer(ChunkResult.REJECT_SNAPSHOT, [], senders);
    }
    if (!under.isWhole()) return answer(ChunkResult.ACCEPT);
    restoration = undefined;
    const finished = under.finish();
    if (!finished.ok) return answer(ChunkResult.REJECT_SNAPSHOT);
    const { state, leaves } = finished.value;
    store.replace(state, leaves);
    states = createRecentStates(state, recentStatesMax);
    return answer(ChunkResult.ACCEPT);
  };

  const respond = (request: Request): Result<Response> => {
    if (request.echo !== undefined) return succeed({ echo: { message: request.echo.message } });
    if (request.flush !== undefined) return succeed({ flush: {} });
    if (request.info !== undefined) return succeed({ info: infoOf(states?.latest()) });
    if (request.initChain !== undefined) return initChain(request.initChain);
    if (request.query !== undefined) return succeed({ query: answerQuery(states, request.query) });
    if (request.checkTx !== undefined) return checkTx(request.checkTx);
    if (request.finalizeBlock !== undefined) return finalizeBlock(request.finalizeBlock);
    if (request.commit !== undefined) return commit();
    if (request.prepareProposal !== undefined) {
      const { height, time, txs, maxTxBytes } = request.prepareProposal;
      const judged = orderly(height, time.seconds, txs);
      if (!judged.ok) return judged;
      let bytes = 0n;
      const chosen = txs.filter((tx, index) => {
        // What does not fit ends the block: those behind it may need its nonce.
        if (!judged.value[index] || bytes > maxTxBytes) return false;
        bytes += BigInt(tx.length + transactionOverheadBytes);
        return bytes <= maxTxBytes;
      });
      return succeed({ prepareProposal: { txs: chosen } });
    }
    if (request.processProposal !== undefined) {
      const { height, time, txs } = request.processProposal;
      const judged = orderly(height, time.seconds, txs);
      if (!judged.ok) return judged;
      const status = judged.value.every(Boolean) ? ProposalStatus.ACCEPT : ProposalStatus.REJECT;
      return succeed({ processProposal: { status } });
    }
    if (request.extendVote !== undefined) return succeed({ extendVote: { voteExtension: new Uint8Array(0) } });
    if (request.verifyVoteExtension !== undefined) {
      const isEmpty = request.verifyVoteExtension.voteExtension.length === 0;
      return succeed({ verifyVoteExtension: { status: isEmpty ? ExtensionStatus.ACCEPT : ExtensionStatus.REJECT } });
    }
    if (request.listSnapshots !== undefined) {
      const snapshots = offeredStates.map(snapshotOf).filter((snapshot) => snapshot !== undefined);
      const offered = snapshots.map(({ offer }) => ({
        ...{ format: snapshotFormat, height: BigInt(offer.height), chunks: offer.chunks },
        ...{ hash: offer.hash, metadata: offer.metadata },
      }));
      return succeed({ listSnapshots: { snapshots: offered } });
    }
    if (request.offerSnapshot !== undefined) return offerSnapshot(request.offerSnapshot);
    if (request.loadSnapshotChunk !== undefined) {
      const { height, format, chunk } = request.loadSnapshotChunk;
      const state = offeredStates.find((kept) => BigInt(kept.height) === height && format === snapshotFormat);
      return succeed({ loadSnapshotChunk: { chunk: (state && snapshotOf(state)?.chunk(chunk)) ?? new Uint8Array(0) } });
    }
    if (request.applySnapshotChunk !== undefined) {
      const { index, chunk, sender } = request.applySnapshotChunk;
      return applySnapshotChunk(index, chunk, sender);
    }
    return fail("a request of no known kind");
  };
  const foresee = (requests: readonly Request[]) => {
    const transactions = requests.flatMap(({ checkTx: checking, processProposal: proposal, finalizeBlock: block }) =>
      checking === undefined ? (proposal?.txs ?? block?.txs ?? []).map(known.same) : [known.remember(checking.tx)],
    );
    signatures.verifyNow(transactions.flatMap(signedMessagesOf));
  };
  return succeed({ respond, foresee, awaitsCommit: () => computed !== undefined, close: () => store.close() });
}

function misbehaviorFrom(reported: readonly MisbehaviorMessage[]): Result<readonly Misbehavior[]> {
  const proved: Misbehavior[] = [];
  for (const { type, validator, height, time } of reported) {
    const kind = misbehaviorKinds.get(type);
    if (
      kind === undefined ||
      validator.address.length !== addressLength ||
      height < 1n ||
      validator.power < 0n ||
      time.seconds < 0n
    ) {
      return fail("misbehavior of no known kind, or of nobody", "FinalizeBlock");
    }
    const { address: validatorAddress, power } = validator;
    proved.push({ kind, validatorAddress, power, height: Number(height), timeS: Number(time.seconds) });
  }
  return succeed(proved);
}

function infoOf(state: State | undefined): ResponseInfo {
  const height = state?.height ?? 0;
  return {
    ...{ data: software, version: "1", appVersion, lastBlockHeight: BigInt(height) },
    lastBlockAppHash: state === undefined || height === 0 ? new Uint8Array(0) : rootHashOf(state.tree),
  };
}

/**
 * `/state` with a path of 32 bytes: what lies there behind block `height` (0: the last one), with the proof against the
 * `app_hash` of the header after it.
 */
function answerQuery(states: RecentStates | undefined, { path, data, height }: RequestQuery): ResponseQuery {
  const answer: ResponseQuery = {
    ...{ code: QueryCode.answered, log: "", info: "", index: 0n, key: data, value: new Uint8Array(0) },
    ...{ height, codespace: software },
  };
  if (path !== "/state") return { ...answer, code: QueryCode.pathUnknown, log: "there is: /state" };
  if (data.length !== pathLength) return { ...answer, code: QueryCode.keyLength, log: "a path has 32 bytes" };
  const state = height === 0n ? states?.latest() : states?.at(Number(height));
  if (state === undefined) return { ...answer, code: QueryCode.heightNotKept, log: `no state of height ${height}` };
  const { value, proof } = answerFrom(state, pathOfBytes(data));
  const op = { type: stateProofType, key: bytesOfPath(pathOfBytes(data)), data: encodeProof(proof) };
  return { ...answer, value: value ?? answer.value, height: BigInt(state.height), proofOps: { ops: [op] } };
}

function wireResultOf({ code, codespace, data, log, gasWanted, gasUsed }: TransactionResult): ExecTxResult {
  return {
    ...{ code, codespace, data, log, info: "", events: [] },
    ...{ gasWanted: BigInt(gasWanted), gasUsed: BigInt(gasUsed) },
  };
}
