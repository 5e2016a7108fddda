import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { fromHex, toHex } from "../../common/canonical";
import type {
  CommuterChallenge,
  CommuterMenu,
  CommuterRequestName,
  CommuterRequests,
  CommuterView,
  MenuEntry,
} from "../../common/commuter-page-api";
import { refuseSaying, succeed, type Result } from "../../common/result";
import { namedTerminals } from "../../common/terminal-places";
import { leaveNoticeS } from "../../ledger/machine/limits";
import { challengeLength } from "../../ledger/machine/transactions/payload-form";
import { commuterTemplate } from "../../ledger/solo/consortium";
import type { ContractOffer, GuestContracts, SessionLedger, SignedPassage } from "../ledger/session-ledger";
import { messagesOf, walletOf } from "./commuter";
import { describeIssue } from "./request-schemas";
import { nowOf, type SessionContext } from "./session-context";

/**
 * The commuter's own side, for pages that a commuter's link opened. It reaches menu, offers, statements and passages of the
 * contracts signed under that link, and nothing else: no request of the console's is answered here.
 */
export interface CommuterSeat {
  /** Ids of the contracts signed under the link, with their keys. */
  readonly contracts: Map<string, Uint8Array>;
  challenge: (CommuterChallenge & { readonly contractId: string }) | null;
}

export function takeSeat(): CommuterSeat {
  return { contracts: new Map(), challenge: null };
}

const contractsPerSeatMax = 4;
const entriesMax = 8;
/** Who signs must have some time left before leaving. */
const noticeS = 120;

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`)));
const contractId = v.pipe(v.string(), v.maxLength(64));
const fromS = v.pipe(v.number(), v.minValue(0), v.maxValue(86_400));
const requestSchema = v.variant("name", [
  v.strictObject({ id: v.number(), name: v.literal("menu"), params: v.strictObject({ fromS }) }),
  v.strictObject({
    ...{ id: v.number(), name: v.literal("sign") },
    params: v.strictObject({ entryId: v.pipe(v.string(), v.maxLength(16)), contractKey: hex(32), signature: hex(64) }),
  }),
  v.strictObject({ id: v.number(), name: v.literal("view"), params: v.strictObject({ contractId }) }),
  v.strictObject({
    ...{ id: v.number(), name: v.literal("state") },
    params: v.strictObject({ contractId, transaction: v.pipe(v.string(), v.hexadecimal(), v.maxLength(4096)) }),
  }),
  v.strictObject({
    ...{ id: v.number(), name: v.literal("challenge") },
    params: v.strictObject({ contractId, terminal: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  }),
  v.strictObject({
    ...{ id: v.number(), name: v.literal("pass") },
    params: v.strictObject({ contractId, signature: hex(64) }),
  }),
]);
type Request = v.InferOutput<typeof requestSchema>;

type Reply = Result<CommuterRequests[CommuterRequestName]["reply"]>;

/** Reads a message of a page. */
export function readCommuterRequest(message: unknown): Result<Request> {
  const checked = v.safeParse(requestSchema, message);
  return checked.success ? succeed(checked.output) : { ok: false, error: describeIssue(checked.issues) };
}

export async function answerCommuter(context: SessionContext, seat: CommuterSeat, request: Request): Promise<Reply> {
  const { ledger } = context;
  const { guests } = ledger.ledger;
  if (guests === null) return refuseSaying({ code: "guests-elsewhere", args: {} });
  if (!ledger.ready) return refuseSaying({ code: "contracts-unready", args: {} });
  if (request.name === "menu") return succeed(menuOf(context, guests, request.params.fromS));
  if (request.name === "sign") return sign(context, seat, request.params);
  const { contractId: id } = request.params;
  const contractKey = seat.contracts.get(id);
  if (contractKey === undefined) return refuseSaying({ code: "contract-of-others", args: {} });
  // The link outlives a session, its contracts do not.
  if (!guests.has(id)) return refuseSaying({ code: "contract-of-ended-session", args: {} });
  switch (request.name) {
    case "view":
      return view(context, id);
    case "state": {
      const transaction = fromHex(request.params.transaction.toLowerCase()) ?? new Uint8Array(0);
      return carryOut(context, id, (desk, nowS) => desk.state(id, transaction, nowS));
    }
    case "challenge":
      return challengeOf(context, seat, id, request.params.terminal);
    case "pass":
      return pass(context, seat, id, contractKey, request.params.signature);
  }
}

/** Of what the day's commuters were offered, the soonest from a time on that can still be kept. */
function menuOf(context: SessionContext, { custodianKey, midnightS }: GuestContracts, fromS: number): CommuterMenu {
  const { ledgerOptions, city } = context.parts;
  const open = openOffers(context);
  const entries = entriesOf(open.filter(({ departFromS }) => departFromS >= fromS)).map(
    ({ entryId, offer }): MenuEntry => {
      const { contractIndex: _, itinerary, ...terms } = offer;
      return {
        ...{ entryId, ...terms },
        itinerary: itinerary.map((stop) => ({
          ...stop,
          name: city.meta.terminalNames[stop.terminal] ?? String(stop.terminal),
        })),
      };
    },
  );
  return {
    ...{ chainId: context.ledger.ledger.chainId, custodianKey: toHex(custodianKey), midnightS, entries },
    ...{ hours: [...new Set(open.map(({ departFromS }) => Math.floor(departFromS / 3600)))], leaveNoticeS },
    terminals: namedTerminals(city),
    ...{ template: commuterTemplate, clauseVersion: 1, clause: ledgerOptions.clause, timeS: nowOf(context) },
  };
}

interface Entry {
  readonly entryId: string;
  readonly offer: ContractOffer;
}

/** The day's offers by departure, sorted once a session. */
const byDeparture = new WeakMap<readonly ContractOffer[], readonly ContractOffer[]>();

/** What can still be signed, soonest first. */
function openOffers(context: SessionContext): readonly ContractOffer[] {
  const { offers } = context.parts.contracts;
  const sorted = byDeparture.get(offers) ?? [...offers].sort((a, b) => a.departFromS - b.departFromS);
  byDeparture.set(offers, sorted);
  const nowS = nowOf(context);
  return sorted.filter(({ departFromS }) => departFromS > nowS + noticeS);
}

/** Different itineraries, in the order of the offers. */
function entriesOf(offers: readonly ContractOffer[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const offer of offers) {
    if (entries.size === entriesMax) break;
    const way = offer.itinerary.map(({ terminal }) => terminal).join();
    if (!entries.has(way)) entries.set(way, { entryId: String(offer.contractIndex), offer });
  }
  return [...entries.values()];
}

async function sign(
  context: SessionContext,
  seat: CommuterSeat,
  { entryId, contractKey, signature }: CommuterRequests["sign"]["params"],
): Promise<Result<CommuterView>> {
  const held = [...seat.contracts.keys()].filter((id) => context.ledger.ledger.guests?.has(id)).length;
  if (held >= contractsPerSeatMax) {
    return refuseSaying({ code: "guests-full", args: { most: contractsPerSeatMax } });
  }
  const offer = context.parts.contracts.offers[Number(entryId)];
  if (offer === undefined || offer.departFromS <= nowOf(context)) {
    return refuseSaying({ code: "offer-over", args: {} });
  }
  const key = fromHex(contractKey) ?? new Uint8Array(0);
  let id = "";
  const brought = await exclusively(context, async (desk, nowS) => {
    if (hasContractInForce(context, seat, desk)) return refuseSaying({ code: "contract-in-force", args: {} });
    const { contractIndex: _, ...terms } = offer;
    const accepted = await desk.bring(terms, key, fromHex(signature) ?? new Uint8Array(0), nowS);
    if (accepted.ok) {
      id = accepted.value;
      seat.contracts.set(id, key);
    }
    return accepted;
  });
  if (!brought.ok) return brought;
  return view(context, id);
}

/** Whether a contract signed under the link, in this session, is neither settled nor left. */
function hasContractInForce(context: SessionContext, seat: CommuterSeat, desk: GuestContracts): boolean {
  return [...seat.contracts.keys()].some((id) => {
    if (!desk.has(id)) return false;
    const contract = context.ledger.ledger.contractReport(id);
    return contract.ok && contract.value.state === "active";
  });
}

function challengeOf(
  context: SessionContext,
  seat: CommuterSeat,
  id: string,
  terminal: number,
): Result<CommuterChallenge> {
  const contract = context.ledger.ledger.contractReport(id);
  if (!contract.ok) return contract;
  if (terminal >= context.parts.city.meta.terminalNames.length) {
    return refuseSaying({ code: "terminal-absent", args: {} });
  }
  const { guests } = context.ledger.ledger;
  const timeS = (guests?.midnightS ?? 0) + Math.floor(nowOf(context));
  seat.challenge = { contractId: id, terminal, timeS, challenge: randomBytes(challengeLength).toString("hex") };
  const { contractId: _, ...given } = seat.challenge;
  return succeed(given);
}

function pass(
  context: SessionContext,
  seat: CommuterSeat,
  id: string,
  contractKey: Uint8Array,
  signature: string,
): Promise<Result<CommuterView>> {
  const given = seat.challenge;
  seat.challenge = null;
  if (given?.contractId !== id) {
    return Promise.resolve(refuseSaying({ code: "challenge-missing", args: {} }));
  }
  const { terminal, timeS } = given;
  const passage: SignedPassage = {
    ...{ terminal, timeS, contractKey, challenge: fromHex(given.challenge) ?? new Uint8Array(0) },
    signature: fromHex(signature) ?? new Uint8Array(0),
  };
  return carryOut(context, id, (desk, nowS) => desk.pass(passage, nowS));
}

async function carryOut(
  context: SessionContext,
  id: string,
  work: (desk: GuestContracts, nowS: number) => Promise<Result<unknown>>,
): Promise<Result<CommuterView>> {
  const done = await exclusively(context, work);
  return done.ok ? view(context, id) : done;
}

function exclusively(
  context: SessionContext,
  work: (desk: GuestContracts, nowS: number) => Promise<Result<unknown>>,
): Promise<Result<unknown>> {
  return context.acts.carryOut(() =>
    context.ledger.exclusively(async (chain: SessionLedger) => {
      if (chain.guests === null) return refuseSaying({ code: "guests-elsewhere", args: {} });
      const done = await work(chain.guests, nowOf(context));
      context.listener.ledger(chain.state());
      return done;
    }),
  );
}

function view(context: SessionContext, id: string): Result<CommuterView> {
  const chain = context.ledger.ledger;
  const contract = chain.contractReport(id);
  if (!contract.ok) return contract;
  const history = chain.contractHistory(id);
  if (!history.ok) return history;
  const consent = chain.consent(id);
  if (!consent.ok) return consent;
  return succeed({
    ...{ contract: contract.value, wallet: walletOf(history.value), consent: consent.value },
    messages: messagesOf(context, -1, history.value),
    timeS: nowOf(context),
  });
}
