import type { Arena } from "../arena/arena";
import { dialBuckets } from "../arena/sections";
import type { Population } from "../people/population";
import type { Column, EquilibriumProblem, Loading } from "./equilibrium";
import { capacitiesOf, queueDelayS } from "./road-capacity";
import { freeFlowDs } from "./routing";

// The day's demand, as the assignment sees it: the busiest hours of the morning and of the evening, one after the other.
// Who departs at another hour finds the roads empty there.

/** Starts of the hours that are looked at, s after midnight: on the way to work, and home. */
export type LoadPeriods = readonly [toWork: readonly number[], home: readonly number[]];

/** What edges cost on the way to work and on the way home, tenths of a second. */
export type Weights = readonly [toWork: Uint16Array, home: Uint16Array];

const hourS = 3600;
const hoursOfHalf = 3;
/** Where the busiest hours may begin. */
const gridS = 900;
/** Of a network with more pairs of destination and edge than this, a part of the destinations stands for all. */
const pairsMax = 1e7;
const heaviestDs = dialBuckets - 1000;

/** Which of the hours a departure lies in; `hoursOfHalf` = none of them. */
export function periodOf(hours: readonly number[], departS: number): number {
  const found = hours.findIndex((from) => departS >= from && departS < from + hourS);
  return found < 0 ? hoursOfHalf : found;
}

interface Trips {
  /** Rows of `destinations` that stand for all, ascending. */
  readonly destinations: readonly number[];
  /** People who travel to each of them. */
  readonly people: readonly (readonly number[])[];
}

export interface Loader {
  readonly periods: LoadPeriods;
  readonly problem: Pick<EquilibriumProblem<Weights>, "links" | "classes" | "fixedFlow" | "cost" | "load">;
  columnOf(weights: Weights): Column<Weights>;
  /** Travel times of each period's edges at a flow. */
  periodCosts(flow: Float64Array): Uint16Array[];
  /** Gives the trees back. */
  close(): void;
}

/**
 * Loads a population onto the arena's network. Links are the edges of each period: first those to work, then those home.
 * Classes are the periods of the departure to work, and one for those who leave at another hour: who goes by which set to
 * work goes by it home.
 * @param scratchSet a set of trees that nobody needs while the loader is open
 */
export function createLoader(arena: Arena, population: Population, scratchSet: number): Loader {
  const { columns, counts, header, kernel } = arena;
  const { edges } = counts;
  const periods: LoadPeriods = [busiestHours(population.departS), busiestHours(population.returnS)];
  const periodCount = 2 * hoursOfHalf;
  const links = periodCount * edges;
  const classes = hoursOfHalf + 1;
  const treesBefore = header.treeCount;
  const capacity = capacitiesOf(arena);
  const free = Float64Array.from({ length: edges }, (_, edge) => freeFlowDs(arena, edge));
  // Every so many-th destination, and each of its travellers counts for so many.
  const every = Math.max(1, Math.ceil((counts.destinations * edges) / pairsMax));
  const trips = [0, 1].map((direction) => tripsOf(arena, direction, every));
  const klass = Uint8Array.from(population.departS, (departS) => periodOf(periods[0], departS));
  // Period of each trip, -1 = none that is looked at.
  const tripPeriod = [population.departS, population.returnS].map((departures, direction) =>
    Int8Array.from(departures, (departS) => {
      const hour = periodOf(periods[direction as 0 | 1], departS);
      return hour === hoursOfHalf ? -1 : direction * hoursOfHalf + hour;
    }),
  );
  const costAt = (edge: number, flow: number) => free[edge] + 10 * queueDelayS(flow, capacity[edge]);
  const fixedFlow = new Float64Array(links);
  for (const direction of [0, 1]) {
    for (let person = 0; person < counts.people; person++) {
      const period = tripPeriod[direction][person];
      if (period >= 0) fixedFlow[period * edges + columns.tripOriginEdge[2 * person + direction]]++;
    }
  }

  /** Ways of the trips of one half, of one period or of all that are looked at, by weights; `visit` is told of each. */
  const travel = (
    weights: Uint16Array,
    direction: number,
    period: number | undefined,
    visit: (person: number, leastDs: number, destination: number) => void,
  ) => {
    columns.edgeWeightDs.set(weights, scratchSet * edges);
    const { destinations, people } = trips[direction];
    const periodOfPerson = tripPeriod[direction];
    const isWanted = (person: number) =>
      period === undefined ? periodOfPerson[person] >= 0 : periodOfPerson[person] === period;
    destinations.forEach((destination, row) => {
      let isBuilt = false;
      for (const person of people[row]) {
        if (!isWanted(person)) continue;
        if (!isBuilt) kernel.buildTree(scratchSet, destination);
        isBuilt = true;
        const leastDs = kernel.costOf(columns.tripOriginEdge[2 * person + direction]) >>> 0;
        if (leastDs !== unreached) visit(person, leastDs, destination);
      }
    });
  };
  const columnOf = (weights: Weights): Column<Weights> => {
    const flow = Array.from({ length: classes }, () => new Float64Array(links));
    const fixedCost = new Array<number>(classes).fill(0);
    for (const direction of [0, 1] as const) {
      travel(weights[direction], direction, undefined, (person, leastDs, destination) => {
        const own = flow[klass[person]];
        const base = tripPeriod[direction][person] * edges;
        let alongDs = 0;
        followTree(arena, scratchSet, columns.tripOriginEdge[2 * person + direction], destination, (edge) => {
          own[base + edge] += every;
          alongDs += weights[direction][edge];
        });
        fixedCost[klass[person]] += (leastDs - alongDs) * every;
      });
    }
    return { choice: weights, flow, fixedCost };
  };
  const periodCosts = (flow: Float64Array) =>
    Array.from({ length: periodCount }, (_, period) =>
      Uint16Array.from({ length: edges }, (_unused, edge) => costDs(edge, flow[period * edges + edge])),
    );
  const costDs = (edge: number, flow: number) => Math.min(heaviestDs, Math.round(costAt(edge, flow)));

  const load = (costs: Float64Array): Loading<Weights> => {
    let leastCost = 0;
    const weights = [0, 1].map((direction) => {
      let chosen: { weights: Uint16Array; total: number } | undefined;
      for (let hour = 0; hour < hoursOfHalf; hour++) {
        const period = direction * hoursOfHalf + hour;
        const ofPeriod = Uint16Array.from(costs.subarray(period * edges, (period + 1) * edges), (cost) =>
          Math.min(heaviestDs, Math.round(cost)),
        );
        let total = 0;
        travel(ofPeriod, direction, period, (_person, leastDs) => (total += leastDs * every));
        leastCost += total;
        // The next ways are those of the hour that pays most in all.
        if (chosen === undefined || total > chosen.total) chosen = { weights: ofPeriod, total };
      }
      return chosen?.weights ?? new Uint16Array(edges);
    });
    return { leastCost, column: columnOf([weights[0], weights[1]]) };
  };

  return {
    periods,
    problem: {
      ...{ links, classes, fixedFlow, load },
      // As the trees see it: a road never costs more than their ring is long.
      cost: (link, flow) => Math.min(heaviestDs, costAt(link % edges, flow)),
    },
    columnOf,
    periodCosts,
    close: () => {
      columns.treeOfDestination.fill(-1, scratchSet * counts.destinations, (scratchSet + 1) * counts.destinations);
      header.treeCount = treesBefore;
    },
  };
}

const unreached = 0xffffffff;

/** Visits the edges of a tree's way after the first. */
function followTree(
  { columns, counts }: Arena,
  set: number,
  from: number,
  destination: number,
  visit: (edge: number) => void,
): void {
  const target = columns.destinationEdge[destination];
  const base = columns.treeOfDestination[set * counts.destinations + destination] * counts.edges;
  for (let edge = from; edge !== target;) {
    edge = columns.successorEdge[columns.edgeSuccessorStart[edge] + columns.tree[base + edge]];
    visit(edge);
  }
}

/** Starts of the consecutive hours in which most people depart. */
function busiestHours(departS: Float32Array): number[] {
  const slots = new Uint32Array((24 * hourS) / gridS);
  for (const at of departS) slots[Math.min(slots.length - 1, Math.max(0, Math.floor(at / gridS)))]++;
  const span = (hoursOfHalf * hourS) / gridS;
  let busiest = 0;
  let most = -1;
  for (let from = 0; from + span <= slots.length; from++) {
    const count = slots.subarray(from, from + span).reduce((sum, one) => sum + one, 0);
    if (count > most) [busiest, most] = [from, count];
  }
  return Array.from({ length: hoursOfHalf }, (_, hour) => busiest * gridS + hour * hourS);
}

function tripsOf({ columns, counts }: Arena, direction: number, every: number): Trips {
  const people: number[][] = Array.from({ length: counts.destinations }, () => []);
  for (let person = 0; person < counts.people; person++) {
    people[columns.tripDestination[2 * person + direction]].push(person);
  }
  const destinations = people.flatMap((list, row) => (list.length > 0 && row % every === 0 ? [row] : []));
  return { destinations, people: destinations.map((row) => people[row]) };
}
