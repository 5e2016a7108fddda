import { Decision, draw } from "../../common/draw";
import { assert } from "../../common/result";
import type { Arena } from "../arena/arena";
import type { ParameterValues } from "../people/parameters";
import type { Population } from "../people/population";
import { createLoader, periodOf } from "./day-loading";
import { solveEquilibrium } from "./equilibrium";
import { buildAllTrees, buildTrees, freeFlowDs, instructionSets, TreeSet, usualSets, weighFreely } from "./routing";
import type { UsualWays } from "./usual-ways";

// Which way people usually take. Everybody on the fastest empty road would jam a few streets and leave the rest empty: so
// the ways come from an equilibrium (equilibrium.ts) over the busiest hours of the day. Decision 5.

/** Rounds, and the relative gap that is good enough. */
const roundsMax = 12;
const gapWanted = 0.001;

/** For the caller: the rounds, of which there may be fewer, and the trees of what was found. */
const stepCount = roundsMax + 1;

/** Sets that a city cannot do without: one usual way, what is closed, and one instruction. */
const leastSets = 3;

/**
 * Gives everybody the set of trees by which they usually travel, and builds those sets: `usualSets` of the assignment,
 * and for those with navigation the one that follows present times. A network with too many destinations for all of
 * them has everybody on the first; instructions get what is left.
 * @param known the same, from an earlier call for the same city, people and seed
 * @param onProgress told after each round, and when all is done
 * @returns undefined when the arena cannot hold the least that it needs
 */
export function assignUsualWays(
  arena: Arena,
  population: Population,
  values: ParameterValues,
  known?: UsualWays,
  onProgress?: (done: number, total: number) => void,
): UsualWays | undefined {
  const { columns, counts, header } = arena;
  const setsThatFit = Math.floor(counts.treeCapacity / counts.destinations);
  if (setsThatFit < leastSets) return undefined;
  weighFreely(arena, TreeSet.usual);
  buildAllTrees(arena, TreeSet.usual);
  const assigned = usualSets.length - 1;
  const hasRoom = setsThatFit >= leastSets + assigned + 1;
  header.instructionSets = Math.min(instructionSets, setsThatFit - (hasRoom ? assigned + 3 : 2));
  if (!hasRoom) {
    onProgress?.(stepCount, stepCount);
    return freeWays(arena);
  }
  const ways = known ?? findUsualWays(arena, population, onProgress);
  assert(ways.setOfPerson.length === counts.people, "usual ways are of the people that there are");
  for (let person = 0; person < counts.people; person++) {
    columns.personUsualSet[person] = usualSets[ways.setOfPerson[person]];
  }
  ways.weightDs.forEach((weights, row) => {
    if (row > 0) buildUsualSet(arena, usualSets[row], weights);
  });
  // Whoever has an agreed itinerary keeps to it; of the others some go by what the traffic is like just now.
  // Until there are present times, they have no trees of their own: they go by the first set, which knows the same.
  weighFreely(arena, TreeSet.navigated);
  columns.treeSetActive[TreeSet.navigated] = 1;
  for (let person = 0; person < counts.people; person++) {
    const navigates = draw(arena.header.seed, person, Decision.navigates, 0) < values.navigatedShare;
    if (navigates && columns.personHoldsContract[person] === 0) columns.personUsualSet[person] = TreeSet.navigated;
  }
  columns.personTreeSet.set(columns.personUsualSet);
  onProgress?.(stepCount, stepCount);
  return ways;
}

/** Everybody by free-flow times, at all hours. */
function freeWays(arena: Arena): UsualWays {
  const free = freeWeights(arena);
  return {
    weightDs: [[free, free]],
    setOfPerson: new Uint8Array(arena.counts.people),
    periods: [[], []],
    periodDs: [],
    gaps: [],
  };
}

function freeWeights(arena: Arena): Uint16Array {
  return Uint16Array.from({ length: arena.counts.edges }, (_, edge) => freeFlowDs(arena, edge));
}

function findUsualWays(
  arena: Arena,
  population: Population,
  onProgress?: (done: number, total: number) => void,
): UsualWays {
  const { counts, header } = arena;
  const loader = createLoader(arena, population, usualSets[1]);
  const free = freeWeights(arena);
  const first = loader.columnOf([free, free]);
  const solved = solveEquilibrium(
    {
      ...loader.problem,
      columnsMax: usualSets.length,
      roundsMax,
      gapWanted,
      onRound: (done) => onProgress?.(done, stepCount),
    },
    first,
  );
  loader.close();
  const setOfPerson = new Uint8Array(counts.people);
  for (let person = 0; person < counts.people; person++) {
    const shares = solved.shares[periodOf(loader.periods[0], population.departS[person])];
    let left = draw(header.seed, person, Decision.usualWay, 0);
    let row = 0;
    while (row < shares.length - 1 && left >= shares[row]) left -= shares[row++];
    setOfPerson[person] = row;
  }
  return {
    weightDs: solved.columns.map(({ choice }) => choice),
    setOfPerson,
    periods: loader.periods,
    periodDs: loader.periodCosts(solved.flow),
    gaps: solved.gaps,
  };
}

/** The trees of a set by which somebody goes, or may choose to: each destination's by the half of the day in which most trips lead there. */
function buildUsualSet(arena: Arena, set: number, weights: readonly [Uint16Array, Uint16Array]): void {
  const { columns, counts } = arena;
  const surplus = new Int32Array(counts.destinations);
  const isUsed = new Uint8Array(counts.destinations);
  for (let trip = 0; trip < counts.trips; trip++) {
    const destination = columns.tripDestination[trip];
    surplus[destination] += trip % 2 === 0 ? -1 : 1;
    // Who holds a contract may choose among all of them (day-before.ts).
    const mayChoose = trip % 2 === 0 && columns.personHoldsContract[trip >>> 1] === 1;
    if (mayChoose || columns.personUsualSet[trip >>> 1] === set) isUsed[destination] = 1;
  }
  for (const direction of [0, 1] as const) {
    columns.edgeWeightDs.set(weights[direction], set * counts.edges);
    const wanted: number[] = [];
    for (let destination = 0; destination < counts.destinations; destination++) {
      if (isUsed[destination] === 1 && surplus[destination] > 0 === (direction === 1)) wanted.push(destination);
    }
    buildTrees(arena, set, Uint32Array.from(wanted));
  }
}
