import type { Arena } from "../arena/arena";
import { dialBuckets, none, treeBatch } from "../arena/sections";
import type { Population } from "../people/population";
import type { Column, EquilibriumProblem, Loading } from "./equilibrium";
import { capacitiesOf, queueDelayS } from "./road-capacity";
import { freeFlowDs, sortByPlace } from "./routing";

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

/** Trips by destination: those to `destinations[row]` are `start[row]` up to `start[row + 1]`. */
interface Trips {
  /** Rows of destinations that stand for all, near ones near each other; each has a trip. */
  readonly destinations: Uint32Array;
  readonly start: Uint32Array;
  readonly person: Uint32Array;
  readonly originEdge: Uint32Array;
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

  const halves = [0, 1].map((direction) =>
    listTrips(arena, direction, every, (person) => tripPeriod[direction][person] >= 0),
  );

  /**
   * Least cost of the trips of a period by weights. Hot: allocates nothing by trip.
   * @param loading gets the ways of the trips of all periods of this half
   */
  const travel = (weights: Uint16Array, direction: number, period: number, loading: OwnLoading | null): number => {
    const half = halves[direction];
    const { person, originEdge } = half;
    const { batchCost, batchPlace, destinationEdge, treeOfDestination, tree, edgeSuccessorStart, successorEdge } =
      columns;
    const periodOfPerson = tripPeriod[direction];
    let totalDs = 0;
    columns.edgeWeightDs.set(weights, scratchSet * edges);
    kernel.weighTrees(scratchSet);
    for (let row = 0; row < half.destinations.length; row++) {
      const lane = row % treeBatch;
      if (lane === 0) {
        const batch = half.destinations.subarray(row, row + treeBatch);
        columns.batchDestination.set(batch);
        kernel.buildTrees(batch.length);
      }
      const destination = half.destinations[row];
      const target = destinationEdge[destination];
      const treeBase = treeOfDestination[scratchSet * counts.destinations + destination] * edges;
      for (let trip = half.start[row]; trip < half.start[row + 1]; trip++) {
        const origin = originEdge[trip];
        const inBatch = batchCost[treeBatch * batchPlace[origin] + lane];
        const leastDs = inBatch < farInBatch ? inBatch : costBeyondBatch(arena, scratchSet, destination, origin);
        if (leastDs === none) continue;
        const ofTrip = periodOfPerson[person[trip]];
        if (ofTrip === period) totalDs += leastDs * every;
        if (loading === null) continue;
        const own = loading.flow[klass[person[trip]]];
        const base = ofTrip * edges;
        let alongDs = 0;
        for (let edge = origin; edge !== target;) {
          edge = successorEdge[edgeSuccessorStart[edge] + tree[treeBase + edge]];
          own[base + edge] += every;
          alongDs += weights[edge];
        }
        loading.fixedCost[klass[person[trip]]] += (leastDs - alongDs) * every;
      }
    }
    return totalDs;
  };
  const startLoading = (): OwnLoading => ({
    flow: Array.from({ length: classes }, () => new Float64Array(links)),
    fixedCost: new Array<number>(classes).fill(0),
  });
  const columnOf = (weights: Weights): Column<Weights> => {
    const loading = startLoading();
    for (const direction of [0, 1] as const) travel(weights[direction], direction, -1, loading);
    return { choice: weights, ...loading };
  };
  const periodCosts = (flow: Float64Array) =>
    Array.from({ length: periodCount }, (_, period) =>
      Uint16Array.from({ length: edges }, (_unused, edge) => costDs(edge, flow[period * edges + edge])),
    );
  const costDs = (edge: number, flow: number) => Math.min(heaviestDs, Math.round(costAt(edge, flow)));

  // The hour that paid most in the round before, by direction: nearly always it does so again.
  const likely = [0, 0];
  const load = (costs: Float64Array): Loading<Weights> => {
    let leastCost = 0;
    const halfOf = (direction: 0 | 1) => {
      const weights = Array.from({ length: hoursOfHalf }, (_, hour) => {
        const period = direction * hoursOfHalf + hour;
        return Uint16Array.from(costs.subarray(period * edges, (period + 1) * edges), (cost) =>
          Math.min(heaviestDs, Math.round(cost)),
        );
      });
      let loading = startLoading();
      const totals = weights.map((ofPeriod, hour) =>
        travel(ofPeriod, direction, direction * hoursOfHalf + hour, hour === likely[direction] ? loading : null),
      );
      for (const total of totals) leastCost += total;
      // The next ways are those of the hour that pays most in all.
      const chosen = totals.indexOf(Math.max(...totals));
      if (chosen !== likely[direction]) {
        loading = startLoading();
        travel(weights[chosen], direction, -1, loading);
        likely[direction] = chosen;
      }
      return { weights: weights[chosen], loading };
    };
    const [toWork, home] = [halfOf(0), halfOf(1)];
    return { leastCost, column: { choice: [toWork.weights, home.weights], ...sumOf(toWork.loading, home.loading) } };
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
      // The arena is the same to the bit whether ways are found or were known.
      columns.tree.fill(0, treesBefore * edges, header.treeCount * edges);
      columns.treeOfDestination.fill(-1, scratchSet * counts.destinations, (scratchSet + 1) * counts.destinations);
      header.treeCount = treesBefore;
    },
  };
}

/** A column that is being loaded. */
interface OwnLoading {
  readonly flow: readonly Float64Array[];
  readonly fixedCost: number[];
}

/** Both halves have links of their own, and costs are whole numbers: sums are exact. */
function sumOf(a: OwnLoading, b: OwnLoading): OwnLoading {
  a.flow.forEach((ofClass, klass) => {
    const other = b.flow[klass];
    for (let link = 0; link < ofClass.length; link++) ofClass[link] += other[link];
  });
  return { flow: a.flow, fixedCost: a.fixedCost.map((cost, klass) => cost + b.fixedCost[klass]) };
}

/** Costs of a batch are 16 bits wide: of one as large, the tree that has it is built again. `none` = unreachable. */
const farInBatch = 65_535;

function costBeyondBatch({ kernel }: Arena, set: number, destination: number, origin: number): number {
  kernel.buildTree(set, destination);
  return kernel.costOf(origin) >>> 0;
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

/** The trips of one half by every so many-th destination, of people who are asked for. */
function listTrips(arena: Arena, direction: number, every: number, isWanted: (person: number) => boolean): Trips {
  const { columns, counts } = arena;
  const people: number[][] = Array.from({ length: counts.destinations }, () => []);
  for (let person = 0; person < counts.people; person++) {
    if (isWanted(person)) people[columns.tripDestination[2 * person + direction]].push(person);
  }
  const found = people.flatMap((list, row) => (list.length > 0 && row % every === 0 ? [row] : []));
  const destinations = sortByPlace(arena, Uint32Array.from(found));
  const start = new Uint32Array(destinations.length + 1);
  destinations.forEach((row, index) => (start[index + 1] = start[index] + people[row].length));
  const person = Uint32Array.from(Array.from(destinations).flatMap((row) => people[row]));
  return {
    destinations,
    start,
    person,
    originEdge: person.map((who) => columns.tripOriginEdge[2 * who + direction]),
  };
}
