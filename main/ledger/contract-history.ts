import type { ContractEvent, ContractHistory, HistoryCheck, HistoryStep } from "../../common/commuter-api";
import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { ContractPassage } from "../../ledger/contracts/passages";
import { decodeContract, type ContractRecord } from "../../ledger/machine/records/contract-record";
import { decodeSettlementReport } from "../../ledger/machine/rules/settlement-rules";
import { contractIdOf, identifierLength, pathOfIdentifier, StateKind } from "../../ledger/machine/state-paths";
import type { Payload, SignedOffer } from "../../ledger/machine/transactions/payload";
import { decodeTransaction, type DecodedTransaction } from "../../ledger/machine/transactions/transaction";
import type { StoredBlock } from "../../ledger/solo/block-store";
import { verifySignature } from "../../ledger/solo/ed25519";
import type { Header } from "../../ledger/wire/header";
import { hashTransaction } from "../../ledger/wire/results";
import type { LightClient } from "./follow";
import type { Guests } from "./guests";
import type { Holders } from "./holders";
import { replayRevisions, type ReplayedRevision, type RevisionIndex } from "./instruction-replay";
import { microNumberOf, reportWay } from "./session-reports";
import { sessionSecondsOf, type SessionClock } from "./session-time";
import { verifyResult, verifyTransaction } from "./state-proof";
import type { VerifiedReader } from "./verified-reader";
import { trustOneThird, verify, verifyBackwards } from "./verify";
import type { SessionChain } from "./session-chain";

/** What the history of a contract is read from. */
export interface HistorySource {
  readonly solo: SessionChain;
  readonly client: LightClient;
  readonly reader: VerifiedReader;
  readonly holders: Holders;
  /** Absent: there are none. */
  readonly guests?: Pick<Guests, "acceptedAt">;
  readonly clock: SessionClock;
  readonly terminalNames: readonly string[];
  readonly challengeS: number;
  readonly revisions: RevisionIndex;
}

/**
 * All that happened to a contract, each event proved by itself: its transaction and its result against the headers of
 * its block and of the next. Blocks are found by what the proved contract says of times: a few are read for each event.
 * What instructions, amendments and withdrawals made of it is done again by the contract's own rules.
 */
export function historyOf(source: HistorySource, contractId: string): Result<ContractHistory> {
  const path = pathOfIdentifier(StateKind.contract, contractId);
  if (path === undefined) return fail(`a contract's id has ${identifierLength * 2} hexadecimal digits`, contractId);
  const read = source.reader.read(path, decodeContract);
  if (!read.ok) return read;
  if (read.value === null) return fail("there is no such contract", contractId);
  const contract = read.value;
  const blocks = readBlocks(source.solo);
  const accepted = findAcceptance(source, blocks, contractId);
  const key = accepted === undefined ? undefined : offerOf(accepted.transaction, contractId)?.contractKey;
  const passages = contract.passages.map((passage) => ({
    passage,
    place: key === undefined ? undefined : findPassage(source, blocks, key, passage),
  }));
  const settled = findSettlement(source, blocks, contractId, contract);
  const replayed = replayRevisions(
    {
      offered: { ...contract.terms, ways: [] },
      acceptedAt: accepted && positionOf(accepted),
      passages: passages.map(({ passage, place }) => ({ ...passage, at: place && positionOf(place) })),
      settledAt: settled && positionOf(settled),
    },
    source.revisions.upTo(source.client.latest().header.height - 1),
  );
  const leadsThere =
    sameText(replayed.at(-1)?.after ?? [], contract.terms.ways) && contract.revision === replayed.length + 1;
  const events: ContractEvent[] = [
    acceptedEvent(source, contractId, contract, accepted),
    ...replayed.map((revision, place) => rewrittenEvent(source, blocks, revision, place + 2, leadsThere)),
    ...passages.map(({ passage, place }) => passedEvent(source, passage, place)),
    ...settledEvents(source, contractId, contract, settled),
  ];
  return succeed({ contractId, events: inOrder(events) });
}

function positionOf({ block, index }: Place) {
  return { height: block.block.header.height, index };
}

/** By block; what was found in none stays where it was listed. */
function inOrder(events: readonly ContractEvent[]): readonly ContractEvent[] {
  return [...events].sort((a, b) => (a.height ?? 0) - (b.height ?? 0) || (a.timeS ?? 0) - (b.timeS ?? 0));
}

/** A transaction in its block. */
interface Place {
  readonly block: StoredBlock;
  readonly index: number;
  readonly transaction: DecodedTransaction;
}

type Blocks = (height: number) => StoredBlock | undefined;

/** The same block is asked for more than once. */
function readBlocks(solo: SessionChain): Blocks {
  const read = new Map<number, StoredBlock | undefined>();
  return (height) => {
    if (!read.has(height)) read.set(height, solo.block(height));
    return read.get(height);
  };
}

/** The first block whose time, whole seconds, is not before `blockS`. */
function firstBlockFrom({ solo }: HistorySource, blocks: Blocks, blockS: number): number {
  let low = 1;
  let high = solo.height + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks(middle)?.block.header.time.seconds ?? Infinity) >= blockS) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first transaction of a block that succeeded and is what is looked for. @param bytes occur in it */
function findIn(
  stored: StoredBlock | undefined,
  bytes: Uint8Array | undefined,
  isWanted: (payload: Payload, transaction: DecodedTransaction) => boolean,
): Place | undefined {
  if (stored === undefined) return undefined;
  for (const [index, raw] of stored.block.transactions.entries()) {
    if (stored.results[index].code !== 0) continue;
    if (bytes !== undefined && !Buffer.from(raw.buffer, raw.byteOffset, raw.length).includes(Buffer.from(bytes)))
      continue;
    const decoded = decodeTransaction(raw);
    if (decoded.ok && isWanted(decoded.value.payload, decoded.value)) {
      return { block: stored, index, transaction: decoded.value };
    }
  }
  return undefined;
}

/** Blocks without an offer between two with some: a block is followed by one that proves it. */
const offerGapMax = 4;

/** Contracts are accepted in the order of their rows: the block is found by halving. */
function findAcceptance(source: HistorySource, blocks: Blocks, contractId: string): Place | undefined {
  const { solo, holders, guests } = source;
  const height = solo.acceptedAt?.(contractId) ?? guests?.acceptedAt(contractId);
  if (solo.acceptedAt !== undefined || height !== undefined) {
    return height === undefined
      ? undefined
      : findIn(blocks(height), undefined, (_, transaction) => offerOf(transaction, contractId) !== undefined);
  }
  const row = holders.contractIndexOf(contractId);
  if (row === undefined) return undefined;
  const offersFrom = (height: number): { readonly place: Place; readonly firstRow: number } | undefined => {
    for (let at = height; at < height + offerGapMax; at++) {
      const place = findIn(blocks(at), undefined, ({ kind }) => kind === "acceptOffers");
      if (place?.transaction.payload.kind !== "acceptOffers") continue;
      const { contractKey } = place.transaction.payload.offers[0];
      return { place, firstRow: holders.contractIndexOf(contractIdOf(contractKey)) ?? Infinity };
    }
    return undefined;
  };
  let low = 1;
  let high = solo.height;
  // The last height from which the next offers do not begin after the row.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offersFrom(middle)?.firstRow ?? Infinity) <= row) low = middle;
    else high = middle - 1;
  }
  const found = offersFrom(low)?.place;
  return found !== undefined && offerOf(found.transaction, contractId) !== undefined ? found : undefined;
}

function offerOf({ payload }: DecodedTransaction, contractId: string): SignedOffer | undefined {
  if (payload.kind !== "acceptOffers") return undefined;
  return payload.offers.find(({ contractKey }) => contractIdOf(contractKey) === contractId);
}

function acceptedEvent(
  source: HistorySource,
  contractId: string,
  { terms }: ContractRecord,
  place: Place | undefined,
): ContractEvent {
  const agrees = ({ transaction }: Place) => {
    const offered = offerOf(transaction, contractId)?.terms;
    return offered !== undefined && sameText({ ...offered, ways: [] }, { ...terms, ways: [] });
  };
  return {
    kind: "accepted",
    rewardMicro: microNumberOf(terms.rewardMicro),
    penaltyMicro: microNumberOf(terms.penaltyMicro),
    ...prove(source, place, agrees),
  };
}

/** @param leadsThere all rewritings together lead to the contract that is proved */
function rewrittenEvent(
  source: HistorySource,
  blocks: Blocks,
  { revision, before, after }: ReplayedRevision,
  version: number,
  leadsThere: boolean,
): ContractEvent {
  const { height, index, transaction } = revision;
  const block = blocks(height);
  const time = (blockS: number) => sessionSecondsOf(source.clock, blockS);
  const report = (way: (typeof after)[number]) =>
    reportWay(way, time, (terminal) => nameOf(source.terminalNames, terminal));
  return {
    kind: "rewritten",
    by: revision.by,
    version,
    instructionId: revision.instructionId,
    before: before.map(report),
    after: after.map(report),
    ...prove(source, block === undefined ? undefined : { block, index, transaction }, () => leadsThere),
  };
}

function nameOf(terminalNames: readonly string[], terminal: number): string {
  return terminalNames[terminal] ?? `terminal ${terminal}`;
}

/** A passage is in a block within the challenge time, or was refused. @param key the contract's */
function findPassage(
  source: HistorySource,
  blocks: Blocks,
  key: Uint8Array,
  { terminal, timeS }: ContractPassage,
): Place | undefined {
  const isPassage = (payload: Payload) =>
    payload.kind === "attestPassage" && payload.terminal === terminal && payload.timeS === timeS;
  const lastS = timeS + source.challengeS;
  for (let height = firstBlockFrom(source, blocks, timeS); ; height++) {
    const stored = blocks(height);
    if (stored === undefined || stored.block.header.time.seconds > lastS) return undefined;
    const place = findIn(stored, key, isPassage);
    if (place !== undefined) return place;
  }
}

function passedEvent(
  source: HistorySource,
  { terminal, timeS }: ContractPassage,
  place: Place | undefined,
): ContractEvent {
  return {
    kind: "passed",
    terminal,
    name: nameOf(source.terminalNames, terminal),
    passedAtS: sessionSecondsOf(source.clock, timeS),
    // Found by all that it says.
    ...prove(source, place, () => true),
  };
}

/** What a settlement says of one contract. */
function settledItem({ block, index, transaction: { payload } }: Place, contractId: string) {
  const report = decodeSettlementReport(block.results[index].data);
  if (payload.kind !== "settle" || !report.ok) return undefined;
  return report.value.contracts[payload.contractIds.indexOf(contractId)];
}

function findSettlement(
  source: HistorySource,
  blocks: Blocks,
  contractId: string,
  { settlement, state }: ContractRecord,
): Place | undefined {
  if (settlement === null) return undefined;
  const digest = Buffer.from(contractId, "hex");
  const isLeft = state === "left";
  for (let height = firstBlockFrom(source, blocks, settlement.settledAtS); ; height++) {
    const stored = blocks(height);
    if (stored === undefined || stored.block.header.time.seconds > settlement.settledAtS) return undefined;
    const found = isLeft
      ? findIn(stored, undefined, (payload) => leaves(payload, contractId))
      : findIn(stored, digest, ({ kind }) => kind === "settle");
    // A settlement that was asked for too early, or again, lists the contract too.
    if (found !== undefined && (isLeft || settledItem(found, contractId)?.code === 0)) return found;
  }
}

function leaves(payload: Payload, contractId: string): boolean {
  return payload.kind === "leave" && contractIdOf(payload.contractKey) === contractId;
}

function settledEvents(
  source: HistorySource,
  contractId: string,
  { settlement, state, terms }: ContractRecord,
  place: Place | undefined,
): readonly ContractEvent[] {
  if (settlement === null) return [];
  const { kind, bonusMicro, walletMicro } = settlement;
  const isRewarded = kind === "reward" || kind === "rewardAndBonus";
  const rewardMicro = isRewarded ? terms.rewardMicro : 0n;
  const penaltyMicro = kind === "penalty" ? terms.penaltyMicro : 0n;
  const agrees = (found: Place) => {
    if (state === "left") return kind === "excused" && bonusMicro === 0n && walletMicro === terms.penaltyMicro;
    const item = settledItem(found, contractId);
    const isPaid = item?.paidMicro === rewardMicro + bonusMicro && item.penaltyMicro === penaltyMicro;
    return isPaid && item.kind === kind && walletMicro === terms.penaltyMicro - penaltyMicro + item.paidMicro;
  };
  return [
    {
      kind: "settled",
      outcome: state === "left" ? "left" : kind,
      rewardMicro: microNumberOf(rewardMicro),
      bonusMicro: microNumberOf(bonusMicro),
      penaltyMicro: microNumberOf(penaltyMicro),
      walletMicro: microNumberOf(walletMicro),
      ...prove(source, place, agrees),
    },
  ];
}

type EventProof = Pick<ContractEvent, "height" | "timeS" | "transactionHash" | "checks" | "proved">;

/** Makes every check of an event's proof, up to the first that fails. */
function prove(source: HistorySource, place: Place | undefined, agrees: (place: Place) => boolean): EventProof {
  const checks: HistoryCheck[] = [];
  const note = (step: HistoryStep, ok: boolean) => {
    checks.push({ step, ok });
    return ok;
  };
  if (place === undefined) {
    note("found", false);
    return { height: null, timeS: null, transactionHash: null, checks, proved: false };
  }
  const { header } = place.block.block;
  const { height } = header;
  const answer = source.solo.result(height, place.index);
  const proved = (): boolean => {
    if (!note("found", answer !== undefined) || answer === undefined) return false;
    const own = believedHeader(source, height);
    if (!note("header", own !== undefined) || own === undefined) return false;
    if (!note("transaction", verifyTransaction(own, answer.transaction, answer.transactionProof).ok)) return false;
    const next = believedHeader(source, height + 1);
    if (!note("nextHeader", next !== undefined) || next === undefined) return false;
    const isResult = verifyResult(next, height, answer.result, answer.resultProof).ok && answer.result.code === 0;
    return note("result", isResult) && note("content", agrees(place));
  };
  const isProved = proved();
  return {
    height,
    timeS: sessionSecondsOf(source.clock, header.time.seconds) + header.time.nanos / 1e9,
    transactionHash: toHex(hashTransaction(place.block.block.transactions[place.index])),
    checks,
    proved: isProved,
  };
}

/** A header that was verified as it came, or else is verified now from the trust root. Its age is not judged. */
function believedHeader({ solo, client }: HistorySource, height: number): Header | undefined {
  const kept = client.trustedAt(height);
  if (client.haltReason() !== null) return undefined;
  if (kept !== undefined) return kept.header;
  if (solo.believedHeader !== undefined) return solo.believedHeader(height);
  const root = client.root();
  if (height < root.header.height) return headerBefore(solo, root.header, height);
  const untrusted = solo.lightBlock(height);
  if (untrusted === undefined) return undefined;
  const options = {
    everySignature: true,
    verifySignature,
    trustLevel: trustOneThird,
    clockDriftS: 1,
    trustingPeriodS: ageUnjudgedS,
  };
  const judged = verify({ trusted: root, untrusted, options, now: untrusted.header.time });
  return judged.verdict === "success" ? untrusted.header : undefined;
}

/** Headers that are walked back from a trust root that was chosen later: a week of a session's blocks. */
const headersBackMax = 100_000;

/** Each header has the hash of the one before it. */
function headerBefore(solo: SessionChain, root: Header, height: number): Header | undefined {
  if (height < 1 || root.height - height > headersBackMax) return undefined;
  let header = root;
  while (header.height > height) {
    const before = solo.lightBlock(header.height - 1)?.header;
    if (before === undefined || verifyBackwards(header, before).verdict !== "success") return undefined;
    header = before;
  }
  return header;
}

/** A thousand years: longer than any gap between two headers. */
const ageUnjudgedS = 31_557_600_000;

/** Equal by value, in whatever order the fields were written; amounts are written in digits. */
function sameText(a: unknown, b: unknown): boolean {
  const write = (value: unknown) =>
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === "bigint") return `${part}n`;
      if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
      return Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)));
    });
  return write(a) === write(b);
}
