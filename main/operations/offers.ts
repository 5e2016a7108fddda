import type { City } from "../../common/city";
import type { Arena } from "../../workers/arena";
import type { ParameterValues, Population } from "../../workers/people";
import { freeFlowDs, routeOf } from "../../workers/traffic";
import type { ContractOffer } from "../ledger/session-ledger";

/** Rewards and penalties that the menu offers, micro-tokens. Assumptions; 3 € a day is what did most in Spitsmijden. */
export const rewardMicro = 3_000_000;
export const penaltyMicro = 1_000_000;
/** Of a tenth of a euro, at one token a euro. */
const microPerTenth = 100_000;
/** Terminals that a contract can name. */
const terminalsMax = 8;
/** Free-flow times are stretched by this to expect passages: signals and turns are not in them. An assumption. */
const stretch = 1.4;

/** The contracts of a day: who holds one, and what was agreed the day before about the way to work. */
export interface ContractBook {
  readonly offers: readonly ContractOffer[];
  /** Person of each contract; contract c is row c. */
  readonly personOfContract: Uint32Array;
  /** Contract of each person, -1 = none. */
  readonly contractOfPerson: Int32Array;
  /** Edges of each contract's usual way to work, home and work included. */
  readonly routeOfContract: readonly (readonly number[])[];
}

/**
 * Offers for everybody who takes part and whose usual way passes a terminal. The itinerary is what the usual way
 * passes; its windows lie around the expected times.
 */
export function writeContractBook(
  city: City,
  arena: Arena,
  population: Population,
  values: ParameterValues,
): ContractBook {
  const terminalsOfEdge = new Map<number, number[]>();
  city.columns.terminalEdge.forEach((edge, terminal) => {
    terminalsOfEdge.set(edge, [...(terminalsOfEdge.get(edge) ?? []), terminal]);
  });
  const offers: ContractOffer[] = [];
  const people: number[] = [];
  const routes: (readonly number[])[] = [];
  const contractOfPerson = new Int32Array(population.size).fill(-1);
  for (let person = 0; person < population.size; person++) {
    // Who left before the session begins drives in it no more: nothing could be fulfilled.
    if (population.holdsContract[person] === 0 || population.departS[person] < arena.header.startS) continue;
    const route = routeOf(
      arena,
      arena.columns.personUsualSet[person],
      population.homeEdge[person],
      arena.columns.tripDestination[2 * person],
    );
    const departS = population.departS[person];
    const departFromS = Math.floor(departS - values.windowWidthS / 2);
    const itinerary = itineraryOf(arena, route, terminalsOfEdge, { departS, departFromS }, values);
    const last = itinerary.at(-1);
    if (last === undefined) continue;
    contractOfPerson[person] = offers.length;
    people.push(person);
    routes.push(route);
    offers.push({
      contractIndex: offers.length,
      departFromS,
      departUntilS: Math.ceil(departS + values.windowWidthS / 2),
      itinerary,
      deadlineS: last.untilS + 600,
      rewardMicro: population.reward === undefined ? rewardMicro : population.reward[person] * microPerTenth,
      penaltyMicro,
    });
  }
  return { offers, personOfContract: Uint32Array.from(people), contractOfPerson, routeOfContract: routes };
}

/** The terminals on the way, without those of the first and the last edge, which a trip does not drive whole. */
function itineraryOf(
  arena: Arena,
  route: readonly number[],
  terminalsOfEdge: ReadonlyMap<number, readonly number[]>,
  { departS, departFromS }: { readonly departS: number; readonly departFromS: number },
  values: ParameterValues,
): ContractOffer["itinerary"] {
  const passed: { terminal: number; fromS: number; untilS: number }[] = [];
  let atS = departS;
  for (const edge of route.slice(0, -1)) {
    atS += (freeFlowDs(arena, edge) / 10) * stretch;
    if (edge === route[0]) continue;
    for (const terminal of terminalsOfEdge.get(edge) ?? []) {
      passed.push({
        terminal,
        // Nobody passes before they may leave; the ledger takes no terms that say otherwise.
        fromS: Math.max(departFromS, Math.floor(atS - values.passageToleranceS)),
        untilS: Math.ceil(atS + values.passageToleranceS),
      });
    }
  }
  // Of a long way the first ones and the last: where it begins is agreed, where it ends is what counts.
  return passed.length <= terminalsMax ? passed : [...passed.slice(0, terminalsMax - 1), ...passed.slice(-1)];
}
