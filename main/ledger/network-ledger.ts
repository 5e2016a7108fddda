import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "../../common/canonical";
import { assert, fail, refuseSaying, succeed, type Failure, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import { readCredential, readParameters } from "../../ledger/machine/readers";
import { readNodeGenesis } from "../../ledger/network/genesis-reader";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { openRpc, type RpcClient } from "../../ledger/network/rpc";
import { verifySignature } from "../../ledger/solo/ed25519";
import type { CommittedBlock } from "../../ledger/solo/solo";
import { hashHeader, type Header } from "../../ledger/wire/header";
import { reanchor } from "./anchoring";
import { refusalsOf } from "./chain-writer";
import { countConsents, reportConsent } from "./consent-report";
import { reportConsortium, type NodeAnswer } from "./consortium-report";
import { historyOf } from "./contract-history";
import { isUnconfirmed } from "./detect";
import { openLightClient, type LightClient, type TrustRoot } from "./follow";
import { openHolders } from "./holders";
import {
  countersOf,
  createInstructionDesk,
  matchAmendment,
  matchDraft,
  noteBlocks,
  sendDraft,
  sendRevision,
  verifyRewritten,
  type InstructionDesk,
} from "./instruction-desk";
import { createRevisionIndex } from "./instruction-replay";
import { listContracts, reportState, reportVerified } from "./ledger-reports";
import { clockNow, providerOf } from "./node-provider";
import { blocksAtOnce, createReplica, type Replica } from "./replica";
import { refusalsKeptMax, type AdvanceReport, type KeptOfCommuters, type SessionLedger } from "./session-interface";
import { createNonceBook, type NonceBook } from "./session-members";
import { createSessionClock, sessionSecondsOf, type SessionClock } from "./session-time";
import type { TrustStore } from "./trust-store";
import { createTurns } from "./turns";
import { clockDriftDefaultS, trustOneThird } from "./verify";
import { createVerifiedReader } from "./verified-reader";

/** A network's nodes, and what a session makes of its chain. */
export interface NetworkLedgerOptions {
  /** `http://host:port` each: the first that answers is the primary, the others are witnesses. */
  readonly addresses: readonly string[];
  /** Absent: the root that the store has for this chain, else the first header that the primary gives. */
  readonly trust: TrustRoot | undefined;
  readonly openStore: (chainId: string) => Result<TrustStore>;
  /** Session times count from this day's midnight, UTC. */
  readonly date: string;
  readonly terminalNames: readonly string[];
  readonly clause: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** How long a primary may bring nothing new, ms. */
  readonly primaryPatienceMs?: number;
}

/** CometBFT's own default: two thirds of its unbonding period of three weeks. */
export const trustingPeriodS = 14 * 86_400;
const answerPatienceMs = 5_000;
/** The nodes are asked for a new block this often. */
const pollEveryMs = 1_000;
const blockPollMs = 150;
/** A transaction that was sent is waited for so long. */
const blockPatienceMs = 30_000;
/** A primary that brought nothing new for so long is replaced, when a witness has something. */
const primaryPatienceDefaultMs = 15_000;
/** So long the nodes may be apart before it is said that no witness has the primary's header. */
const confirmationPatienceMs = 10_000;
/** Headers before the head that are followed one by one: the validators' health is seen in them. */
const followedOneByOne = 50;

interface Attachment {
  readonly options: NetworkLedgerOptions;
  /** The primary first. */
  readers: readonly NodeReader[];
  readonly client: LightClient;
  readonly replica: Replica;
  readonly clock: SessionClock;
  readonly members: NonceBook;
  readonly desk: InstructionDesk;
  /** Why the last look at the nodes brought nothing; null: it did. */
  fault: Failure | null;
  /** Since when no witness has the next header; null: one had it at the last look. */
  unconfirmedSinceMs: number | null;
  /** Of the primary, as it said last. */
  headHeight: number;
  /** When the last block was carried out, or another primary was tried. */
  movedMs: number;
  /** What belongs into the log and was not told yet. */
  readonly news: Said[];
}

/**
 * Attaches to a network: its chain is followed by the light client, carried out here, and instructions are sent to it. What
 * the network's commuters, terminals, custodian and treasury do is theirs: nothing of it is simulated here.
 */
export async function openNetworkLedger(options: NetworkLedgerOptions): Promise<Result<SessionLedger>> {
  const clock = createSessionClock(options.date);
  if (!clock.ok) return clock;
  const nodes = await openNodes(options.addresses);
  if (!nodes.ok) return nodes;
  const { rpc, readers } = nodes.value;
  const genesis = await readNodeGenesis(rpc);
  if (!genesis.ok) return genesis;
  const replica = createReplica(genesis.value, readers[0]);
  if (!replica.ok) return replica;
  const { chainId } = replica.value;
  const client = await openClient(options, chainId, readers);
  if (!client.ok) return client;
  const members = createNonceBook(replica.value);
  const holders = openHolders(null);
  const reader = createVerifiedReader(replica.value, client.value);
  const desk = createInstructionDesk(replica.value, reader, members, clock.value, holders);
  const attachment: Attachment = {
    ...{ options, readers, client: client.value, replica: replica.value, clock: clock.value, members, desk },
    ...{ fault: null, unconfirmedSinceMs: null, headHeight: 0, movedMs: performance.now(), news: [] },
  };
  const caughtUp = await catchUp(attachment);
  if (!caughtUp.ok) {
    await client.value.close();
    return caughtUp;
  }
  return succeed(createLedger(attachment));
}

/** The first that answers is the primary. */
async function openNodes(
  addresses: readonly string[],
): Promise<Result<{ readonly rpc: RpcClient; readonly readers: readonly NodeReader[] }>> {
  const nodes: { readonly rpc: RpcClient; readonly reader: NodeReader; readonly height: Result<number> }[] = [];
  for (const address of addresses) {
    const rpc = openRpc(address, answerPatienceMs);
    if (!rpc.ok) return rpc;
    const reader = createNodeReader(rpc.value);
    nodes.push({ rpc: rpc.value, reader, height: await reader.latestHeight() });
  }
  const primary = nodes.find(({ height }) => height.ok && height.value > 0);
  if (primary === undefined) {
    const reasons = nodes.map(({ rpc, height }) =>
      height.ok ? `${rpc.address}: no block yet` : `${rpc.address}: ${height.error.message}`,
    );
    return refuseSaying({ code: "ledger-no-answer", args: { nodes: reasons } }, "--ledger");
  }
  const others = nodes.filter((node) => node !== primary);
  return succeed({ rpc: primary.rpc, readers: [primary.reader, ...others.map(({ reader }) => reader)] });
}

async function openClient(
  { trust, openStore }: NetworkLedgerOptions,
  chainId: string,
  [primary, ...witnesses]: readonly NodeReader[],
): Promise<Result<LightClient>> {
  const store = openStore(chainId);
  if (!store.ok) return store;
  const kept = store.value.root();
  let root = trust;
  if (root === undefined && kept !== null) root = { height: kept.header.height, hash: hashHeader(kept.header) };
  if (root === undefined) {
    const first = await primary.lightBlock(1);
    if (!first.ok) return first;
    root = { height: 1, hash: hashHeader(first.value.header) };
  }
  return openLightClient(
    {
      chainId,
      primary: providerOf(primary),
      witnesses: witnesses.map((witness) => providerOf(witness)),
      store: store.value,
      verification: {
        ...{ trustingPeriodS, clockDriftS: clockDriftDefaultS, trustLevel: trustOneThird },
        // What is believed is stored and exported: no vote of it may be other than what a verifier of the file takes.
        ...{ everySignature: true, verifySignature },
      },
    },
    root,
    clockNow(),
  );
}

/** Until the primary's last header is believed, or it is clear what keeps it from being. */
async function catchUp(attachment: Attachment): Promise<Result<void>> {
  for (;;) {
    const pulled = await pull(attachment);
    if (!pulled.ok) return pulled;
    const { replica, fault, unconfirmedSinceMs } = attachment;
    if (unconfirmedSinceMs === null || replica.height > 0) return pulled;
    if (fault !== null) return { ok: false, error: fault };
    await pause(blockPollMs);
  }
}

/**
 * Believes and carries out all that the primary has by now, and a witness too. Bounded steps: each ends at a header that is
 * believed. That no witness has the next one yet is no failure, until it has lasted for `confirmationPatienceMs`.
 * @param onBlock is given each block as soon as it is carried out; none is kept here
 */
async function pull(attachment: Attachment, onBlock?: (block: CommittedBlock) => void): Promise<Result<void>> {
  const { client, replica, readers, members, desk, options } = attachment;
  const latest = await readers[0].latestHeight();
  if (!latest.ok) return noteFault(attachment, latest.error);
  attachment.headHeight = latest.value;
  const first = replica.height;
  const note = (block: CommittedBlock) => {
    attachment.movedMs = performance.now();
    attachment.unconfirmedSinceMs = null;
    members.forgetNonces();
    noteBlocks(desk, [block]);
    onBlock?.(block);
  };
  while (client.haltReason() === null && replica.height + 1 < latest.value) {
    // What is believed already needs no witness.
    const known = client.latest().header.height;
    const head = known > replica.height + 1 ? known : latest.value;
    const target = Math.min(head, replica.height + 1 + blocksAtOnce);
    const believed = await believe(client, target, latest.value);
    if (!believed.ok && isUnconfirmed(believed.error)) {
      const sinceMs = (attachment.unconfirmedSinceMs ??= performance.now());
      attachment.fault = performance.now() - sinceMs > confirmationPatienceMs ? believed.error : null;
      return succeed(undefined);
    }
    if (!believed.ok) return noteFault(attachment, believed.error);
    const followed = await replica.follow(believed.value, note);
    if (!followed.ok) return noteFault(attachment, followed.error);
    if (latest.value - first > blocksAtOnce) options.onProgress?.(replica.height - first, latest.value - first);
  }
  attachment.fault = null;
  attachment.unconfirmedSinceMs = null;
  return succeed(undefined);
}

/**
 * Takes a witness for the primary when that has brought nothing new for long, or at once when what it gave was refused. Where
 * it answers, and a quiet network makes no blocks, no witness is ahead, and it stays.
 * @returns whether there is another primary now
 */
async function replacePrimary(attachment: Attachment): Promise<boolean> {
  const { client, replica, movedMs, fault, options } = attachment;
  const { primaryPatienceMs = primaryPatienceDefaultMs } = options;
  const quietMs = performance.now() - movedMs;
  const refused = client.primaryFault();
  const isPatient = quietMs < primaryPatienceMs && refused === null;
  if (isPatient || client.haltReason() !== null) return false;
  attachment.movedMs = performance.now();
  const promoted = await client.promote(clockNow(), fault === null && refused === null);
  if (!promoted.ok) return false;
  const { from, to } = promoted.value;
  const [old, ...others] = attachment.readers;
  const primary = others.find(({ name }) => name === to);
  assert(primary !== undefined, "the primary is one of the nodes");
  attachment.readers = [primary, ...others.filter((reader) => reader !== primary), old];
  replica.readFrom(primary);
  attachment.news.push(
    refused === null
      ? { code: "primary-promoted", args: { from, to, seconds: Math.round(quietMs / 1000) } }
      : { code: "primary-refused", args: { from, to, reason: refused } },
  );
  return true;
}

/**
 * The header of a height, or the last one before it that can be believed by now: one by one near the head, else skipping. One
 * below the trust root is walked back to.
 */
async function believe(client: LightClient, target: number, head: number): Promise<Result<Header>> {
  const from = client.latest().header.height;
  if (target <= from) return client.earlier(target, clockNow());
  const near = Math.max(from, head - followedOneByOne);
  const heights = [Math.min(near, target)].filter((height) => height > from);
  for (let height = near + 1; height <= target; height++) heights.push(height);
  let believed: Header | undefined;
  for (const height of heights) {
    const skipped = await client.skipTo(height, clockNow());
    if (!skipped.ok) return believed === undefined ? skipped : succeed(believed);
    believed = skipped.value.header;
  }
  return believed === undefined ? fail("there is no such height", `height ${target}`) : succeed(believed);
}

function noteFault(attachment: Attachment, error: Failure): { readonly ok: false; readonly error: Failure } {
  attachment.fault = error;
  return { ok: false, error };
}

function createLedger(attachment: Attachment): SessionLedger {
  const { options, client, replica, clock, desk } = attachment;
  const { terminalNames, clause } = options;
  const { reader, holders } = desk;
  const { chainId } = replica;
  const inTurn = createTurns();
  const stop = new AbortController();
  let onChange: ((said: Said | null) => void) | undefined;
  const root = () => {
    const { header } = client.root();
    return { height: header.height, hash: toHex(hashHeader(header)) };
  };
  const revisions = createRevisionIndex(replica);
  const polling = poll(attachment, inTurn, stop.signal, (said) => onChange?.(said));
  return {
    chainId,
    engine: "network",
    chain: replica,
    get trustRoot() {
      return root();
    },
    watch: (listener) => {
      onChange = listener;
    },
    enrolOperator: (publicKey) => Promise.resolve(enrolledOfficer(attachment, publicKey)),
    setUpContracts: () => Promise.resolve(succeed([])),
    queuePassages: () => undefined,
    matchInstruction: (draft, operator, timeS) => matchDraft(desk, draft, operator, timeS),
    sendInstruction: (draft, operator, timeS) => inTurn(() => sendDraft(desk, draft, operator, timeS)),
    matchAmendment: (amendment, operator, timeS) => matchAmendment(desk, amendment, operator, timeS),
    sendRevision: (revision, operator, timeS) => inTurn(() => sendRevision(desk, revision, operator, timeS)),
    advance: () => inTurn(() => advance(attachment)),
    verifyInstruction: async (instructionId, onProgress) => {
      const startedMs = performance.now();
      const row = desk.sent.get(instructionId);
      if (row?.refusal) return { ok: false, error: row.refusal };
      const height = row?.height ?? countersOf(desk, instructionId)?.height ?? null;
      if (height === null) return fail("the instruction is in no block yet", instructionId);
      const verified = await verifyRewritten(desk, instructionId, onProgress);
      if (!verified.ok) return verified;
      return succeed({
        ...{ instructionId, height, transactionHash: row?.transactionHash ?? "" },
        // Whose contracts the network's are, nobody here knows.
        contractIndexes: new Uint32Array(0),
        contracts: verified.value.length,
        verifiedInMs: performance.now() - startedMs,
      });
    },
    carriers: () => new Uint32Array(0),
    instruction: (instructionId) => countersOf(desk, instructionId),
    state: () => {
      const state = reportState(clock, replica, client, reader);
      const { fault, headHeight } = attachment;
      const height = Math.max(state.verifiedHeight, headHeight);
      if (fault === null || state.verdict !== "ok") return { ...state, height };
      const where = fault.where === undefined ? "" : `${fault.where}: `;
      return { ...state, height, verdict: `${where}${fault.message}` };
    },
    consortium: async () => {
      const nodes = await Promise.all(attachment.readers.map(askNode));
      const sessionSeconds = (blockS: number) => sessionSecondsOf(clock, blockS);
      const source = { engine: "network", chainId, client, reader, state: replica.state } as const;
      return succeed(reportConsortium({ ...source, sessionSecondsOf: sessionSeconds }, nodes));
    },
    reanchor: (choice, by) =>
      inTurn(async () => {
        const anchored = await reanchor(client, choice, by, clockNow());
        if (anchored.ok) await pull(attachment);
        return anchored;
      }),
    contracts: (query) => listContracts(query, replica, desk),
    contractIdOf: () => undefined,
    contractReport: (contractId) =>
      reportVerified(contractId, { terminalNames, clause, chainId }, clock, reader, root().hash),
    contractIndexOf: () => undefined,
    contractHistory: (contractId) =>
      historyOf(
        {
          ...{ solo: replica, client, reader, holders, clock, terminalNames, revisions },
          challengeS: readParameters(replica.state).challengeS,
        },
        contractId,
      ),
    consent: (contractId) => reportConsent(reader, clock, contractId),
    administer: () => Promise.resolve(refuseSaying({ code: "delegate-elsewhere", args: {} }, "delegate")),
    consentCounts: () => countConsents(replica.state),
    proofFile: (contractId) => {
      const file = reader.proofFileOf(contractId);
      return file.ok ? succeed({ name: `${contractId.slice(0, 16)}.pendulaire-proof`, bytes: file.value }) : file;
    },
    personal: nothingKept,
    sales: null,
    guests: null,
    copyTo: null,
    close: async () => {
      stop.abort();
      await polling;
      await inTurn(() => client.close());
    },
  };
}

/** Looks for new blocks until told to stop. What fails is said in the ledger's state, and tried again. */
async function poll(
  attachment: Attachment,
  inTurn: ReturnType<typeof createTurns>,
  signal: AbortSignal,
  onChange: (said: Said | null) => void,
): Promise<void> {
  while (!signal.aborted) {
    await pause(pollEveryMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const before = [attachment.replica.height, attachment.fault?.message].join();
    await inTurn(async () => {
      await pull(attachment);
      if (await replacePrimary(attachment)) await pull(attachment);
    }).catch((error: unknown) => noteFault(attachment, { message: String(error) }));
    const news = attachment.news.splice(0);
    for (const said of news) onChange(said);
    const after = [attachment.replica.height, attachment.fault?.message].join();
    if (news.length === 0 && after !== before) onChange(null);
  }
}

/** Waits for what was sent from here to be in a block whose results are proved. */
async function advance(attachment: Attachment): Promise<Result<AdvanceReport>> {
  const { replica } = attachment;
  const refused: AdvanceReport["refused"][number][] = [];
  let [transactions, refusedCount] = [0, 0];
  const count = (block: CommittedBlock) => {
    const refusals = refusalsOf([block]);
    transactions += block.transactions.length;
    refusedCount += refusals.length;
    refused.push(...refusals.slice(0, refusalsKeptMax - refused.length));
  };
  const untilMs = performance.now() + blockPatienceMs;
  for (;;) {
    await pull(attachment, count);
    if (replica.waiting === 0) break;
    await replacePrimary(attachment);
    if (performance.now() > untilMs) {
      replica.forgetWaiting();
      const { fault } = attachment;
      if (fault !== null) return { ok: false, error: fault };
      return refuseSaying({ code: "ledger-no-block", args: { seconds: blockPatienceMs / 1000 } }, "ledger");
    }
    await pause(blockPollMs);
  }
  return succeed({
    height: replica.height,
    ...{ transactions, refusedCount, refused },
    settled: [],
    verdict: "ok",
  });
}

/** Here nobody can enrol the operator: the network's certificate authority does. */
function enrolledOfficer({ replica }: Attachment, publicKey: Uint8Array): Result<void> {
  const credential = readCredential(replica.state, publicKey);
  if (credential?.grant.role === "roadAuthority" && !credential.revoked) return succeed(undefined);
  return refuseSaying({ code: "operator-not-enrolled", args: { key: toHex(publicKey) } }, "operator key");
}

async function askNode(reader: NodeReader, index: number): Promise<NodeAnswer> {
  const height = await reader.latestHeight();
  const part = index === 0 ? "primary" : "witness";
  return height.ok
    ? { name: reader.name, part, height: height.value, reason: null }
    : { name: reader.name, part, height: null, reason: height.error.message };
}

const keptElsewhere = () => fail("what is kept of a network's commuters is kept by its custodians");
const nothingKept: KeptOfCommuters = {
  keep: () => Promise.resolve(keptElsewhere()),
  state: () => Promise.resolve(keptElsewhere()),
  erase: () => Promise.resolve(keptElsewhere()),
  copy: keptElsewhere,
};
