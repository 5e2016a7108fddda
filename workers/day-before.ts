import type { Arena } from "./arena/arena";
import { chooseFromMenu, type Menu, type MenuItem } from "./people/choice";
import type { ParameterValues } from "./people/parameters";
import type { Population } from "./people/population";
import { writeDemand } from "./traffic/demand";
import { routeOf, usualSets } from "./traffic/routing";
import { timesAt } from "./traffic/day-times";
import type { UsualWays } from "./traffic/usual-ways";

// The day before: every contract holder chooses a departure and a way from a menu with rewards, or to travel as usual
// without a contract today. Decision 13.

/** The only day that is simulated. */
const day = 0;
/** Where the busiest part of the morning may begin, s. */
const gridS = 300;

/**
 * Lets all contract holders choose, and writes what they chose into an arena that stands at its first tick: departures,
 * ways, who holds a contract today. Both twins, and all forks, begin with it.
 */
export function agreeOnDay(arena: Arena, population: Population, ways: UsualWays, values: ParameterValues): void {
  const { columns, counts, header } = arena;
  const departS = population.departS.slice();
  const holdsContract = population.holdsContract.slice();
  const reward = new Uint8Array(counts.people);
  const peak = busiest(population.departS, values.menuPeakS);
  const times = timesAt(arena, ways);
  for (let person = 0; person < counts.people; person++) {
    if (population.holdsContract[person] === 0) continue;
    const alternatives = waysOf(arena, person, ways.weightDs.length, times, population.departS[person], values);
    const { menu, sets } = menuOf(alternatives, population.departS[person], peak, times, values);
    const chosen = menu.items.length === 0 ? -1 : chooseFromMenu(menu, person, day, header.seed, values);
    const item = menu.items[chosen];
    if (item === undefined) {
      holdsContract[person] = 0;
      continue;
    }
    departS[person] += item.shiftS;
    reward[person] = Math.round(item.rewardEur * 10);
    columns.personUsualSet[person] = sets[chosen];
    columns.personTreeSet[person] = sets[chosen];
  }
  writeDemand(arena, { ...population, departS, holdsContract }, columns.destinationEdge.slice());
  columns.personReward.set(reward);
}

/** The population as it travels today: what `agreeOnDay` wrote, read back from any later state of the arena. */
export function populationOfDay(arena: Arena, population: Population): Population {
  const { columns } = arena;
  return {
    ...population,
    departS: columns.personDepartS.slice(),
    holdsContract: columns.personHoldsContract.slice(),
    reward: columns.personReward.slice(),
  };
}

interface Way {
  readonly set: number;
  readonly route: readonly number[];
}

type TimesAt = ReturnType<typeof timesAt>;

/** The usual way to work, and the quickest other one of the usual sets, where it is not much longer. */
function waysOf(
  arena: Arena,
  person: number,
  sets: number,
  times: TimesAt,
  departS: number,
  values: ParameterValues,
): readonly Way[] {
  const { columns } = arena;
  const origin = columns.tripOriginEdge[2 * person];
  const destination = columns.tripDestination[2 * person];
  const usual = {
    set: columns.personUsualSet[person],
    route: routeOf(arena, columns.personUsualSet[person], origin, destination),
  };
  if (usual.route.length === 0) return [];
  let other: Way | undefined;
  let otherS = times(usual.route, departS) * values.alternativeLongest;
  for (const set of usualSets.slice(0, sets)) {
    if (set === usual.set) continue;
    const route = routeOf(arena, set, origin, destination);
    if (route.length === 0 || isSame(route, usual.route)) continue;
    const timeS = times(route, departS);
    if (timeS >= otherS) continue;
    [other, otherS] = [{ set, route }, timeS];
  }
  return other === undefined ? [usual] : [usual, other];
}

function menuOf(
  ways: readonly Way[],
  departS: number,
  peak: { readonly fromS: number; readonly untilS: number },
  times: TimesAt,
  values: ParameterValues,
): { readonly menu: Menu; readonly sets: readonly number[] } {
  const items: MenuItem[] = [];
  const sets: number[] = [];
  const steps = Math.floor(values.menuReachS / values.menuStepS);
  ways.forEach(({ set, route }, row) => {
    for (let step = -steps; step <= steps; step++) {
      const shiftS = step * values.menuStepS;
      const at = departS + shiftS;
      const inPeak = at >= peak.fromS && at < peak.untilS;
      const rewardEur =
        (inPeak ? values.menuRewardPeakEur : values.menuRewardEur) + (row > 0 ? values.menuRewardWayEur : 0);
      items.push({ shiftS, travelS: times(route, at), rewardEur });
      sets.push(set);
    }
  });
  return { menu: { usualTravelS: ways[0] === undefined ? 0 : times(ways[0].route, departS), items }, sets };
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((edge, step) => edge === b[step]);

/** The part of the morning in which most people usually depart. */
function busiest(departS: Float32Array, lengthS: number): { readonly fromS: number; readonly untilS: number } {
  const slots = new Uint32Array(Math.ceil(86_400 / gridS));
  for (const at of departS) slots[Math.min(slots.length - 1, Math.max(0, Math.floor(at / gridS)))]++;
  const span = Math.max(1, Math.round(lengthS / gridS));
  let count = 0;
  let most = -1;
  let first = 0;
  for (let slot = 0; slot < slots.length; slot++) {
    count += slots[slot] - (slot >= span ? slots[slot - span] : 0);
    if (count > most) [most, first] = [count, Math.max(0, slot - span + 1)];
  }
  return { fromS: first * gridS, untilS: first * gridS + lengthS };
}
