import { nameOfEdge } from "../../common/city";
import type {
  CommuterMatches,
  CommuterMessage,
  CommuterQuery,
  CommuterReport,
  ContractEvent,
  ContractHistory,
  SimulatedTrip,
  WalletMovement,
  WalletReport,
} from "../../common/commuter-api";
import { fail, refuseSaying, succeed, unreachable, type Result } from "../../common/result";
import { none } from "../../workers/arena";
import { edgeOfPerson } from "../../workers/traffic";
import { nowOf, timeAtTick, type SessionContext } from "./session-context";

/**
 * The commuter's side, for the console. Who holds which contract, where people drive and what they decide is known to
 * the simulation only; all that is shown of the ledger is proved.
 */

/** Digits of an address that are enough to look for it. */
const addressDigitsMin = 4;

/** Finds people. A search that can find nobody as it is written fails; one that finds nobody now is empty. */
export function findCommuters(
  context: SessionContext,
  query: CommuterQuery,
  offset: number,
  limit: number,
): Promise<Result<CommuterMatches>> {
  return context.atRest<Result<CommuterMatches>>(() => {
    const found = candidates(context, query);
    if (!found.ok) return Promise.resolve(found);
    const people = found.value.slice(offset, offset + limit);
    return Promise.resolve(succeed({ people, total: found.value.length }));
  });
}

function candidates(context: SessionContext, query: CommuterQuery): Result<readonly number[]> {
  switch (query.by) {
    case "vehicle":
      return succeed(query.person < context.parts.population.size ? [query.person] : []);
    case "home":
      return succeed(peopleAt(context, query.edge));
    case "text":
      return searchText(context, query.text.trim());
    case "contract": {
      const person = personOfContractId(context, query.contractId);
      return succeed(person === undefined ? [] : [person]);
    }
    case "instruction":
      return reachedBy(context, query.instructionId);
    default:
      return unreachable(query);
  }
}

/** Residents of a road, those with a contract first, else by number. */
function peopleAt({ parts }: SessionContext, edge: number): readonly number[] {
  const { homeEdge, size } = parts.population;
  const { contractOfPerson } = parts.contracts;
  const holders: number[] = [];
  const others: number[] = [];
  for (let person = 0; person < size; person++) {
    if (homeEdge[person] === edge) (contractOfPerson[person] >= 0 ? holders : others).push(person);
  }
  return [...holders, ...others];
}

function personOfContractId({ parts, ledger }: SessionContext, contractId: string): number | undefined {
  const row = ledger.ledger.contractIndexOf(contractId);
  return row === undefined ? undefined : parts.contracts.personOfContract[row];
}

function searchText(context: SessionContext, text: string): Result<readonly number[]> {
  const { population, contracts } = context.parts;
  const numbered = /^(?:([cp])-?)?(\d{1,9})$/i.exec(text);
  if (numbered !== null) {
    const number = Number(numbered[2]);
    const isPerson = numbered[1]?.toLowerCase() === "p";
    const person = isPerson ? number - 1 : contracts.personOfContract[number - 1];
    if (person !== undefined && person >= 0 && person < population.size) return succeed([person]);
    const args = { people: population.size, contracts: contracts.offers.length };
    return refuseSaying({ code: "commuter-number-unknown", args }, text);
  }
  if (!/^[\da-f]+$/i.test(text) || text.length < addressDigitsMin) {
    return refuseSaying({ code: "commuter-search-unclear", args: { digits: addressDigitsMin } }, "search");
  }
  const ids = idsBeginningWith(context, text.toLowerCase());
  return succeed(ids.flatMap((contractId) => personOfContractId(context, contractId) ?? []));
}

/** Of an address that is typed in part, no more are looked up. */
const addressesMax = 20;

/** Ids are listed in their own order: the first one is found by halving. */
function idsBeginningWith({ ledger }: SessionContext, prefix: string): readonly string[] {
  const at = (offset: number, limit: number) => ledger.ledger.contracts({ offset, limit }).contractIds;
  let low = 0;
  let high = ledger.ledger.contracts({ offset: 0, limit: 1 }).total;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at(middle, 1)[0] ?? "") < prefix) low = middle + 1;
    else high = middle;
  }
  return at(low, addressesMax).filter((contractId) => contractId.startsWith(prefix));
}

function reachedBy({ parts, twins }: SessionContext, instructionId: string): Result<readonly number[]> {
  const { instructions } = parts;
  const found = instructions.answersOf(instructionId);
  if (found === undefined) return fail("no such instruction", instructionId);
  const { answers } = found;
  if (answers === undefined) return succeed([]);
  const { hearsAtTick, people } = answers;
  const rows: number[] = [];
  hearsAtTick.forEach((tick, row) => {
    if (tick >= 0 && tick <= twins.tick) rows.push(row);
  });
  rows.sort((a, b) => hearsAtTick[a] - hearsAtTick[b] || a - b);
  return succeed(rows.map((row) => people[row]));
}

/** What one commuter's phone shows. What it says of the ledger is proved to the last verified header. */
export function reportCommuter(context: SessionContext, person: number): Promise<Result<CommuterReport>> {
  const { size } = context.parts.population;
  if (person >= size) return Promise.resolve(fail(`there are ${size} people`, "person"));
  return context.atRest(() => Promise.resolve(report(context, person)));
}

function report(context: SessionContext, person: number): Result<CommuterReport> {
  const { parts, ledger } = context;
  const trip = tripOf(context, person);
  const row = parts.contracts.contractOfPerson[person];
  const contractNumber = row < 0 ? null : row + 1;
  const contractId = ledger.ready ? ledger.ledger.contractIdOf(row) : undefined;
  if (contractId === undefined) {
    return succeed({ person, contractNumber, contractId: null, wallet: null, messages: [], trip });
  }
  const history = ledger.ledger.contractHistory(contractId);
  if (!history.ok) return history;
  return succeed({
    ...{ person, contractNumber, contractId, trip },
    wallet: walletOf(history.value),
    messages: messagesOf(context, person, history.value),
  });
}

/** Pure: what the events of a contract amount to for its holder. */
export function walletOf({ events }: ContractHistory): WalletReport {
  const movements = events.flatMap(movementsOf);
  const sum = (kinds: readonly WalletMovement["kind"][]) =>
    movements.reduce((total, { kind, amountMicro }) => total + (kinds.includes(kind) ? amountMicro : 0), 0);
  const accepted = events.find(({ kind }) => kind === "accepted");
  const settled = events.find(({ kind }) => kind === "settled");
  const isSettled = settled?.kind === "settled";
  const freeMicro = isSettled ? settled.walletMicro : 0;
  const addsUp = !isSettled || sum(["depositBack", "reward", "bonus", "penalty"]) === freeMicro;
  const unproved = events.filter(({ proved }) => !proved).length;
  return {
    freeMicro,
    depositMicro: isSettled || accepted?.kind !== "accepted" ? 0 : accepted.penaltyMicro,
    escrowMicro: isSettled || accepted?.kind !== "accepted" ? 0 : accepted.rewardMicro,
    movements,
    verdict: !addsUp
      ? "the movements do not add up to the balance"
      : unproved > 0
        ? `${unproved} of ${events.length} events are not proved`
        : "ok",
  };
}

function movementsOf(event: ContractEvent): readonly WalletMovement[] {
  const { height, timeS, proved } = event;
  const moved = (kind: WalletMovement["kind"], amountMicro: number): readonly WalletMovement[] =>
    amountMicro === 0 ? [] : [{ kind, amountMicro, height, timeS, proved }];
  if (event.kind === "accepted") return moved("deposit", event.penaltyMicro);
  if (event.kind !== "settled") return [];
  const { rewardMicro, bonusMicro, penaltyMicro, walletMicro } = event;
  return [
    ...moved("depositBack", walletMicro - rewardMicro - bonusMicro + penaltyMicro),
    ...moved("reward", rewardMicro),
    ...moved("bonus", bonusMicro),
    ...moved("penalty", -penaltyMicro),
  ];
}

/** @param person -1: nobody of the simulated city */
export function messagesOf(
  context: SessionContext,
  person: number,
  { events }: ContractHistory,
): readonly CommuterMessage[] {
  const { instructions, incidents } = context.parts;
  return events
    .flatMap((event): CommuterMessage[] => {
      if (event.kind !== "rewritten") return [];
      const { instructionId, by, version, timeS, height } = event;
      const report = instructions.report(instructionId, context.twins.tick, nowOf(context));
      const road = report === undefined ? undefined : incidents.find(report.incidentId)?.edgeName;
      return [
        {
          ...{ instructionId, by, version, height, sentS: timeS },
          ...{ number: report?.number ?? null, road: road ?? null },
          way: event.after.find((way) => way.instructionId === instructionId) ?? null,
          ...answerOf(context, person, instructionId),
        },
      ];
    })
    .reverse();
}

/** What the person has heard and decided by now; what they will is nobody's business. */
function answerOf(
  { parts, twins }: SessionContext,
  person: number,
  instructionId: string,
): Pick<CommuterMessage, "heardAtS" | "complies"> {
  const answers = parts.instructions.answersOf(instructionId)?.answers;
  const row = answers?.people.indexOf(person) ?? -1;
  const tick = answers?.hearsAtTick[row] ?? -1;
  if (answers === undefined || tick < 0 || tick > twins.tick) return { heardAtS: null, complies: null };
  return { heardAtS: timeAtTick({ parts }, tick), complies: answers.complies[row] === 1 };
}

function tripOf(context: SessionContext, person: number): SimulatedTrip {
  const { arena } = context.twins.live;
  const { tripStartTick, tripArrivalTick, tripDepartTick } = arena.columns;
  const [toWork, home] = [2 * person, 2 * person + 1];
  const time = (tick: number) => (tick === none ? null : timeAtTick(context, tick));
  const current = tripArrivalTick[toWork] === none ? toWork : home;
  const isDriving = tripStartTick[current] !== none && tripArrivalTick[current] === none;
  const edge = isDriving ? edgeOfPerson(arena, person) : none;
  return {
    phase: phaseOf(current === toWork, isDriving, tripArrivalTick[home] !== none),
    departedS: time(tripStartTick[toWork]) ?? timeAtTick(context, tripDepartTick[toWork]),
    arrivedS: time(tripArrivalTick[toWork]),
    road: edge === none ? null : nameOfEdge(context.parts.city, edge),
  };
}

function phaseOf(isToWork: boolean, isDriving: boolean, isBackHome: boolean): SimulatedTrip["phase"] {
  if (isToWork) return isDriving ? "onTheWay" : "beforeDeparture";
  if (isBackHome) return "atHome";
  return isDriving ? "onTheWayHome" : "atWork";
}
