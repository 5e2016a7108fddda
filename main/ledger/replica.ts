import { bytesEqual, toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { apply, check } from "../../ledger/machine/apply";
import { initialise, type Genesis } from "../../ledger/machine/genesis";
import type { State } from "../../ledger/machine/state";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import type { NodeReader } from "../../ledger/network/node-reader";
import type { StoredBlock } from "../../ledger/solo/block-store";
import { createSignatureCache } from "../../ledger/solo/ed25519";
import { createRecentStates } from "../../ledger/solo/recent-states";
import { signedMessagesOf } from "../../ledger/solo/signed-messages";
import { answerFrom } from "../../ledger/solo/solo-answers";
import type { CommittedBlock } from "../../ledger/solo/solo";
import { hashEvidence, misbehaviorOf, type Block } from "../../ledger/wire/block";
import { hashHeader, type Header } from "../../ledger/wire/header";
import { hashData, hashResults, hashTransaction, proveResult, proveTransaction } from "../../ledger/wire/results";
import type { SessionChain } from "./session-chain";

/**
 * What a network's chain has come to, carried out here block by block by the same rules. Nothing of it is taken from a node
 * unproved: each block is the one that the next header follows, up to a header that the light client believes, and the state
 * behind it has the root, and its results the hash, that the next header commits to.
 */
export interface Replica extends SessionChain {
  /**
   * Carries out the blocks before a header that is believed, at most `blocksAtOnce` ahead, from the first that is missing.
   * Fails when a block is not to be had, or is not what its successor says.
   * @param onBlock is given each as soon as it is carried out, those before a failure too
   */
  follow(believed: Header, onBlock: (block: CommittedBlock) => void): Promise<Result<void>>;
  /** Blocks come from another node from now on, and transactions go to it. */
  readFrom(reader: NodeReader): void;
  /** Transactions that were sent from here and are in no block that was followed. */
  readonly waiting: number;
  /** Nobody waits for them any more; they may be in a block yet. */
  forgetWaiting(): void;
}

/** States behind the last blocks that stay open to queries: a light client may be so far behind. */
const statesKept = 64;
const signaturesKept = 200_000;
/** Of blocks that are kept for the histories of contracts; the oldest go first. */
const keptBytesMax = 256 * 1024 * 1024;
/** Blocks that are fetched, and held unproved, at a time. */
export const blocksAtOnce = 500;

interface Kept {
  readonly stored: StoredBlock;
  readonly bytes: number;
  /** Contracts that it accepted: where they were is forgotten with it. */
  readonly accepted: readonly string[];
}

/** @param keptMax bytes of blocks, about, that are kept */
export function createReplica(genesis: Genesis, first: NodeReader, keptMax = keptBytesMax): Result<Replica> {
  const begun = initialise(genesis);
  if (!begun.ok) return begun;
  const states = createRecentStates(begun.value.state, statesKept);
  const signatures = createSignatureCache(signaturesKept);
  const blocks = new Map<number, Kept>();
  const acceptedAt = new Map<string, number>();
  const waiting = new Set<string>();
  let reader = first;
  let keptBytes = 0;
  let last: Header | null = null;

  const keep = (stored: StoredBlock) => {
    const { height } = stored.block.header;
    const bytes = stored.block.transactions.reduce((sum, { length }) => sum + length, 1024);
    const accepted = acceptedBy(stored);
    for (const contractId of accepted) acceptedAt.set(contractId, height);
    blocks.set(height, { stored, bytes, accepted });
    keptBytes += bytes;
    for (const [oldest, kept] of blocks) {
      if (keptBytes <= keptMax) break;
      blocks.delete(oldest);
      keptBytes -= kept.bytes;
      for (const contractId of kept.accepted) acceptedAt.delete(contractId);
    }
  };
  const carryOut = async (block: Block, next: Header): Promise<Result<CommittedBlock>> => {
    const { header, transactions, evidence } = block;
    const { height } = header;
    await signatures.verifyAhead(transactions.flatMap(signedMessagesOf));
    const decided = { height, timeS: header.time.seconds, transactions, misbehavior: misbehaviorOf(evidence) };
    const applied = apply(states.latest(), decided, signatures.verify);
    const results = applied.results.map(({ code, data, gasWanted, gasUsed }) => ({ code, data, gasWanted, gasUsed }));
    if (!bytesEqual(applied.appHash, next.appHash))
      return fail("the state is not the next header's", `height ${height}`);
    if (!bytesEqual(hashResults(results), next.lastResultsHash)) {
      return fail("the results are not the next header's", `height ${height}`);
    }
    states.push(applied.state);
    last = header;
    keep({ block, blockId: next.lastBlockId, results });
    for (const transaction of transactions) waiting.delete(toHex(hashTransaction(transaction)));
    return succeed({ height, header, transactions, results: applied.results });
  };
  const stateNow = (): State => states.latest();
  return succeed({
    chainId: genesis.parameters.chainId,
    get height() {
      return stateNow().height;
    },
    get time() {
      return last?.time ?? { seconds: genesis.timeS, nanos: 0 };
    },
    get state() {
      return stateNow();
    },
    get waiting() {
      return waiting.size;
    },
    readFrom: (other) => {
      reader = other;
    },
    forgetWaiting: () => waiting.clear(),
    lightBlock: () => undefined,
    block: (height) => blocks.get(height)?.stored,
    believedHeader: (height) => blocks.get(height)?.stored.block.header ?? (last?.height === height ? last : undefined),
    acceptedAt: (contractId) => acceptedAt.get(contractId),
    query: (path, height) => {
      const state = states.at(height);
      return state === undefined ? undefined : answerFrom(state, path);
    },
    result: (height, index) => {
      const stored = blocks.get(height)?.stored;
      if (stored === undefined || index < 0 || index >= stored.results.length) return undefined;
      const { transactions } = stored.block;
      return {
        transaction: transactions[index],
        result: stored.results[index],
        transactionProof: proveTransaction(transactions, index),
        resultProof: proveResult(stored.results, index),
      };
    },
    submit: async (transaction, nowS) => {
      const checked = check(stateNow(), transaction, signatures.verify, nowS);
      if (checked.code !== 0) return fail(checked.log, `code ${checked.code}`);
      const sent = await reader.send(transaction);
      if (!sent.ok) return sent;
      const hash = toHex(hashTransaction(transaction));
      waiting.add(hash);
      return succeed(hash);
    },
    follow: async (believed, onBlock) => {
      const read = await readUpTo(reader, stateNow().height + 1, last, believed);
      if (!read.ok) return read;
      const headers = [...read.value.map(({ header }) => header), believed];
      if (last === null && !bytesEqual(headers[0].appHash, rootHashOf(stateNow().tree))) {
        return fail("the genesis is not the one of the first header", reader.name);
      }
      for (const [at, block] of read.value.entries()) {
        const committed = await carryOut(block, headers[at + 1]);
        if (!committed.ok) return committed;
        onBlock(committed.value);
      }
      return succeed(undefined);
    },
  });
}

/** The blocks from a height on to the one before a believed header, each the one that its successor follows. */
async function readUpTo(
  reader: NodeReader,
  from: number,
  before: Header | null,
  believed: Header,
): Promise<Result<readonly Block[]>> {
  const read: Block[] = [];
  let previous = before;
  for (let height = from; height < believed.height; height++) {
    const block = await reader.block(height);
    if (!block.ok) return block;
    const { header, transactions, evidence } = block.value;
    const where = `${reader.name}: height ${height}`;
    // Of what cannot be hashed, as it quotes a liar, the state behind it is the judge.
    const evidenceHash = hashEvidence(evidence) ?? header.evidenceHash;
    const isWhole =
      bytesEqual(hashData(transactions), header.dataHash) && bytesEqual(evidenceHash, header.evidenceHash);
    if (header.height !== height || !isWhole) return fail("not the block that was asked for", where);
    if (previous !== null && !follows(header, previous)) return fail("not the block that follows", where);
    read.push(block.value);
    previous = header;
  }
  return previous === null || follows(believed, previous)
    ? succeed(read)
    : fail("its blocks do not lead to the header that is believed", reader.name);
}

function follows(header: Header, previous: Header): boolean {
  return header.height === previous.height + 1 && bytesEqual(header.lastBlockId.hash, hashHeader(previous));
}

function acceptedBy({ block, results }: StoredBlock): readonly string[] {
  return block.transactions.flatMap((raw, index) => {
    if (results[index].code !== 0) return [];
    const decoded = decodeTransaction(raw);
    if (!decoded.ok || decoded.value.payload.kind !== "acceptOffers") return [];
    return decoded.value.payload.offers.map(({ contractKey }) => contractIdOf(contractKey));
  });
}
