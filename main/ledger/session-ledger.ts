import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "../../common/canonical";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { listActive, listInstructions, readCredential } from "../../ledger/machine/readers";
import { consortiumGenesis } from "../../ledger/solo/consortium";
import { verifySignature } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { blockIntervalMinNanos, openSolo, type Solo } from "../../ledger/solo/solo";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addNanos } from "../../ledger/wire/timestamp";
import { createChainWriter, refusalsOf, type ChainWriter } from "./chain-writer";
import { reanchor } from "./anchoring";
import { countConsents, reportConsent } from "./consent-report";
import { reportConsortium } from "./consortium-report";
import { historyOf, type HistorySource } from "./contract-history";
import { carryOut, createContractSetup } from "./contract-setup";
import { carryOutOrder } from "./delegate-desk";
import { createDueContracts } from "./due-contracts";
import { openLightClient, type LightClient, type TrustRoot } from "./follow";
import { openGuestDesk } from "./guest-desk";
import { openGuests, type Guests } from "./guests";
import { openHolders, type Holders } from "./holders";
import { createRevisionIndex } from "./instruction-replay";
import {
  countersOf,
  createInstructionDesk,
  matchAmendment,
  matchDraft,
  noteBlocks,
  rewrittenBy,
  sessionOfficerGrant,
  sendDraft,
  sendRevision,
  verifyRewritten,
  type InstructionDesk,
} from "./instruction-desk";
import { listContracts, reportState, reportVerified } from "./ledger-reports";
import { createTurns } from "./turns";
import { openPersonalDesk, type PersonalDesk } from "./personal-desk";
import { createSaleDesk } from "./sale-desk";
import { advanceSession, queuePassages, type SessionAdvance } from "./session-advance";
import {
  challengeDefaultS,
  type SessionLedger,
  type SessionLedgerOptions,
  type VerifiedOrder,
} from "./session-interface";
import { createSessionMembers, foundingTransactions, type SessionMembers } from "./session-members";
import { sessionSecondsOfTime } from "./session-reports";
import { blockSecondsOf, createSessionClock, sessionSecondsOf, type SessionClock } from "./session-time";
import { createMemoryTrustStore, openTrustStore } from "./trust-store";
import { clockDriftDefaultS, trustOneThird } from "./verify";
import { createVerifiedReader } from "./verified-reader";

export type * from "./session-interface";

/** The most that a contract of a session may promise or cost: a thousand tokens. */
const contractAmountMaxMicro = 1_000_000_000n;
/** Tokens of a session, all together: what a JavaScript number counts exactly. */
const capMicro = BigInt(Number.MAX_SAFE_INTEGER);
const engineName = "the embedded engine";
/** The session's clock stands still while nobody works with it: a chain does not grow too old to be continued. */
const trustingPeriodS = 31_557_600_000;

/**
 * Opens the ledger of a session, or begins it: the consortium is founded, the treasury mints, the pools are filled, and
 * the light client starts from the first header. An existing chain is continued; it must have begun with these options.
 */
export async function openSessionLedger(options: SessionLedgerOptions): Promise<Result<SessionLedger>> {
  const clock = createSessionClock(options.date);
  if (!clock.ok) return clock;
  const pools = [options.rewardPoolMicro, options.bonusPoolMicro];
  if (!pools.every((amount) => Number.isSafeInteger(amount) && amount >= 0)) return fail("a pool is not an amount");
  const solo = openChain(options, clock.value);
  if (!solo.ok) return solo;
  const members = createSessionMembers(solo.value, options.memberSeed);
  const founded = solo.value.height === 0 ? found(solo.value, members, options) : succeed(undefined);
  // One block more: what was there before is proved by the header after it.
  const proving = founded.ok ? solo.value.commitBlock(addNanos(solo.value.time, blockIntervalMinNanos)) : founded;
  const client = proving.ok ? await openClient(solo.value, options.directory) : proving;
  const followed = client.ok ? await client.value.follow(solo.value.time) : client;
  if (!client.ok || !followed.ok) {
    if (client.ok) await client.value.close();
    await solo.value.close();
    return followed.ok ? fail("the light client did not open") : followed;
  }
  const holders = openHolders(options.directory === null ? null : join(options.directory, "holders"));
  const guests = openGuests(options.directory === null ? null : join(options.directory, "guests"));
  const writer = createChainWriter(solo.value, client.value, members, clock.value);
  const folder = options.directory === null ? null : join(options.directory, "vault");
  const context = { solo: solo.value, clock: clock.value, members, writer, holders };
  const personal = openPersonalDesk({ folder, ...context });
  if (!personal.ok) {
    await client.value.close();
    await solo.value.close();
    return personal;
  }
  return succeed(
    createLedger(options, clock.value, solo.value, client.value, members, holders, guests, writer, personal.value),
  );
}

function openChain(options: SessionLedgerOptions, clock: SessionClock): Result<Solo> {
  const { directory, memberSeed } = options;
  if (directory !== null) mkdirSync(directory, { recursive: true });
  return openSolo({
    storage: directory === null ? { kind: "memory" } : { kind: "directory", path: join(directory, "chain") },
    genesis: consortiumGenesis({
      chainId: options.chainId,
      seed: memberSeed,
      timeS: blockSecondsOf(clock, options.startS),
      capMicro,
      terminalCount: options.terminalNames.length,
      ...(options.terminalSites === undefined ? {} : { terminalSites: options.terminalSites }),
      clause: options.clause,
      rewardMaxMicro: contractAmountMaxMicro,
      penaltyMaxMicro: contractAmountMaxMicro,
      challengeS: challengeOf(options),
    }),
    validatorKey: memberKey(memberSeed, "validator", 0),
  });
}

/** The first block; the light client starts from it. */
function found(solo: Solo, members: SessionMembers, options: SessionLedgerOptions): Result<void> {
  const transactions = foundingTransactions(members, BigInt(options.rewardPoolMicro), BigInt(options.bonusPoolMicro));
  for (const transaction of transactions) {
    const submitted = solo.submit(transaction);
    if (!submitted.ok) return submitted;
  }
  members.forgetNonces();
  const first = solo.commitBlock(solo.time);
  if (!first.ok) return first;
  const refused = refusalsOf([first.value])[0];
  return refused === undefined ? succeed(undefined) : { ok: false, error: refused };
}

function openClient(solo: Solo, directory: string | null): Promise<Result<LightClient>> {
  const store = directory === null ? succeed(createMemoryTrustStore()) : openTrustStore(join(directory, "trust"));
  if (!store.ok) return Promise.resolve(store);
  const first = solo.lightBlock(1);
  if (first === undefined) return Promise.resolve(fail("the chain has no first block"));
  return openLightClient(
    {
      chainId: solo.chainId,
      primary: {
        name: engineName,
        latestHeight: () => Promise.resolve(solo.height),
        lightBlock: (height) => Promise.resolve(solo.lightBlock(height)),
      },
      witnesses: [],
      store: store.value,
      verification: {
        trustingPeriodS,
        clockDriftS: clockDriftDefaultS,
        trustLevel: trustOneThird,
        everySignature: true,
        verifySignature,
      },
    },
    // A session that is continued believes from where its operator last anchored it.
    rootOf(store.value.root() ?? first),
  );
}

function rootOf({ header }: LightBlock): TrustRoot {
  return { height: header.height, hash: hashHeader(header) };
}

function createLedger(
  options: SessionLedgerOptions,
  clock: SessionClock,
  solo: Solo,
  client: LightClient,
  members: SessionMembers,
  holders: Holders,
  guests: Guests,
  writer: ChainWriter,
  personal: PersonalDesk,
): SessionLedger {
  const reader = createVerifiedReader(solo, client);
  const desk = createInstructionDesk(solo, reader, members, clock, holders);
  const due = createDueContracts();
  const challengeS = challengeOf(options);
  const terminalCount = options.terminalNames.length;
  const steps: SessionAdvance = {
    ...{ solo, clock, members, writer, holders, due, terminalCount },
    ...{ passages: [], releases: new Map() },
  };
  resumeDueWork(steps, challengeS);
  const setup = createContractSetup(options.clause, challengeS, clock, members, writer, holders, due);
  const trustRoot = () => {
    const { header } = client.root();
    return { height: header.height, hash: toHex(hashHeader(header)) };
  };
  const inTurn = createTurns();
  const { terminalNames } = options;
  const revisions = createRevisionIndex(solo);
  const history: HistorySource = { solo, client, reader, holders, guests, clock, terminalNames, challengeS, revisions };
  const sales = createSaleDesk({ solo, clock, members, writer, reader });
  const guestDesk = openGuestDesk({ solo, setup, guests, members, writer, personal, midnightS: clock.midnightS });
  return {
    chainId: solo.chainId,
    engine: "embedded",
    chain: solo,
    get trustRoot() {
      return trustRoot();
    },
    enrolOperator: (publicKey) => inTurn(() => enrolOperator(publicKey, steps)),
    setUpContracts: (offers, timeS, onProgress) => inTurn(() => setup.setUp(offers, timeS, onProgress)),
    queuePassages: (passages) => queuePassages(steps, passages),
    matchInstruction: (draft, operator, timeS) => matchDraft(desk, draft, operator, timeS),
    sendInstruction: (draft, operator, timeS) =>
      inTurn(async () => {
        const sent = await sendDraft(desk, draft, operator, timeS);
        const dueS = blockSecondsOf(clock, draft.expiresAtS) + challengeS;
        if (sent.ok) steps.releases.set(sent.value.instructionId, dueS);
        return sent;
      }),
    matchAmendment: (amendment, operator, timeS) => matchAmendment(desk, amendment, operator, timeS),
    sendRevision: (revision, operator, timeS) =>
      inTurn(async () => {
        const sent = await sendRevision(desk, revision, operator, timeS);
        if (sent.ok && revision.kind === "amend") {
          const dueS = blockSecondsOf(clock, revision.amendment.expiresAtS) + challengeS;
          steps.releases.set(sent.value.instructionId, dueS);
        }
        return sent;
      }),
    advance: (timeS) =>
      inTurn(async () => {
        const step = await advanceSession(steps, timeS);
        if (!step.ok) return step;
        noteBlocks(desk, step.value.blocks);
        const erased = await personal.follow(timeS);
        if (!erased.ok) return erased;
        return succeed(step.value.report);
      }),
    verifyInstruction: (instructionId, onProgress) => verifyOrder(instructionId, desk, guests, onProgress),
    carriers: (instructionId) => {
      const rewritten = rewrittenBy(desk, instructionId);
      const ids = rewritten.ok ? rewritten.value : [];
      return Uint32Array.from(ids.flatMap((id) => holders.contractIndexOf(id) ?? [])).sort();
    },
    instruction: (instructionId) => countersOf(desk, instructionId),
    state: () => {
      const state = reportState(clock, solo, client, reader);
      // No other node can take the embedded engine's place.
      return { ...state, verdict: client.primaryFault() ?? state.verdict };
    },
    consortium: () =>
      Promise.resolve(
        succeed(
          reportConsortium(
            {
              ...{ engine: "embedded", chainId: solo.chainId, client, reader, state: solo.state },
              sessionSecondsOf: (blockS) => sessionSecondsOf(clock, blockS),
            },
            [{ name: engineName, part: "engine", height: solo.height, reason: null }],
          ),
        ),
      ),
    reanchor: (root, by) => inTurn(() => reanchor(client, root, by, solo.time)),
    contracts: (query) => listContracts(query, solo, desk),
    contractIdOf: (contractIndex) => holders.contractIdOf(contractIndex),
    contractReport: (contractId) => reportVerified(contractId, options, clock, reader, trustRoot().hash),
    contractIndexOf: (contractId) => holders.contractIndexOf(contractId),
    contractHistory: (contractId) => historyOf(history, contractId),
    consent: (contractId) => reportConsent(reader, clock, contractId),
    administer: (order, timeS) => inTurn(() => carryOutOrder(steps, personal, order, timeS)),
    consentCounts: () => countConsents(solo.state),
    proofFile: (contractId) => {
      const file = reader.proofFileOf(contractId);
      return file.ok ? succeed({ name: `${contractId.slice(0, 16)}.pendulaire-proof`, bytes: file.value }) : file;
    },
    personal: {
      keep: (records, timeS) => inTurn(() => personal.keep(records, timeS)),
      state: (contractIndex, purposes, timeS) => inTurn(() => personal.state(contractIndex, purposes, timeS)),
      erase: (contractIndexes, wantedBy, timeS) => inTurn(() => personal.erase(contractIndexes, wantedBy, timeS)),
      copy: (copy) => personal.copy(copy),
    },
    sales: {
      agree: (agreement, timeS) => inTurn(() => sales.agree(agreement, timeS)),
      order: (order, timeS) => inTurn(() => sales.order(order, timeS)),
      answer: (saleId, timeS) => inTurn(() => sales.answer(saleId, timeS)),
    },
    guests: {
      ...guestDesk,
      bring: (offer, contractKey, signature, timeS) =>
        inTurn(() => guestDesk.bring(offer, contractKey, signature, timeS)),
      state: (contractId, transaction, timeS) => inTurn(() => guestDesk.state(contractId, transaction, timeS)),
      pass: (passage, timeS) => inTurn(() => guestDesk.pass(passage, timeS)),
    },
    copyTo: (directory) => inTurn(() => copyLedger(directory, options.directory, solo, client)),
    close: () =>
      inTurn(async () => {
        await client.close();
        await solo.close();
      }),
  };
}

async function copyLedger(target: string, source: string | null, solo: Solo, client: LightClient): Promise<void> {
  if (source === null) throw new Error("a ledger that is kept in memory has no copy");
  mkdirSync(target, { recursive: true });
  for (const copied of [await solo.copyTo(join(target, "chain")), await client.copyTo(join(target, "trust"))]) {
    if (!copied.ok) throw new Error(describeFailure(copied.error));
  }
  for (const name of ["holders", "guests"]) {
    if (existsSync(join(source, name))) copyFileSync(join(source, name), join(target, name));
  }
}

/** What an earlier run of the session left to be done. */
function resumeDueWork({ solo, due, releases }: SessionAdvance, challengeS: number): void {
  due.add(listActive(solo.state).map(({ contractId, endS }) => ({ contractId, dueS: endS + challengeS })));
  for (const [id, { released, expiresAtS }] of listInstructions(solo.state)) {
    if (!released) releases.set(id, expiresAtS + challengeS);
  }
}

function challengeOf({ challengeS }: SessionLedgerOptions): number {
  return challengeS ?? challengeDefaultS;
}

function enrolOperator(publicKey: Uint8Array, { solo, clock, members, writer }: SessionAdvance): Promise<Result<void>> {
  const present = readCredential(solo.state, publicKey);
  if (present !== undefined) {
    const inForce = present.grant.role === "roadAuthority" && !present.revoked;
    return Promise.resolve(inForce ? succeed(undefined) : fail("the key has another role, or was revoked"));
  }
  const payload = { kind: "enrol", publicKey, grant: sessionOfficerGrant, validUntilS: 0 } as const;
  return carryOut(writer, [members.signed("certificateAuthority", payload)], sessionSecondsOfTime(clock, solo.time));
}

async function verifyOrder(
  instructionId: string,
  desk: InstructionDesk,
  guests: Guests,
  onProgress?: (done: number, total: number) => void,
): Promise<Result<VerifiedOrder>> {
  const startedMs = performance.now();
  const row = desk.sent.get(instructionId);
  const height = row?.height ?? countersOf(desk, instructionId)?.height ?? null;
  if (row?.refusal) return { ok: false, error: row.refusal };
  if (height === null) return fail("the instruction is in no block yet", instructionId);
  const verified = await verifyRewritten(desk, instructionId, onProgress);
  if (!verified.ok) return verified;
  const held = verified.value.filter((contractId) => !guests.has(contractId));
  const indexes = held.map((contractId) => desk.holders.contractIndexOf(contractId));
  const unknown = indexes.indexOf(undefined);
  if (unknown >= 0) return fail("nobody of this session holds the contract", held[unknown]);
  return succeed({
    instructionId,
    height,
    transactionHash: row?.transactionHash ?? "",
    contractIndexes: Uint32Array.from(indexes.map((index) => index ?? 0)).sort(),
    contracts: verified.value.length,
    verifiedInMs: performance.now() - startedMs,
  });
}
