import { edgeCountOf, type City } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import type { Result } from "../../common/result";
import { generateGrid } from "../../sim-data/grid-streets";
import type { Arena } from "../../workers/arena";
import { parameterValues, type Population } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, type TwinEngine } from "../../workers/twin-engine";

/** How a grid of streets is filled for a measurement. */
export interface GridCrowd {
  readonly streets: number;
  /** On the road at once that are wanted. */
  readonly vehicles: number;
  /** Edges that people drive to: each costs a tree of routes. */
  readonly destinations: number;
  readonly tickS: number;
  readonly seed: number;
}

/** A grid with so many vehicles under way. */
export interface FilledGrid {
  readonly city: City;
  readonly engine: TwinEngine;
  readonly running: number;
}

const blockM = 150;
const laneCount = 2;
const startS = 7 * 3600;
/** Everybody departs within this time, and the measurement begins at its end, s. */
const fillS = 300;
/** Some wait at the kerb or have arrived when it begins. */
const surplus = 1.05;

/** Streets of a grid with at least so many edges: it has 4 n (n − 1). */
export const streetsFor = (edges: number): number => Math.ceil((1 + Math.sqrt(1 + edges)) / 2);

/**
 * Commuters who leave from all edges of a grid within five minutes, by free-flow trees to some of its edges; a part of them
 * by present times, as everywhere. Nobody holds a contract.
 */
export function fillGrid(crowd: GridCrowd): Result<FilledGrid> {
  const { streets, vehicles, tickS, seed } = crowd;
  const city = generateGrid(seed, { streets, blockM, laneCount });
  const values = parameterValues();
  const population = crowdOf(city, Math.ceil(vehicles * surplus), crowd);
  const free = new Uint16Array(edgeCountOf(city));
  // Usual ways by free-flow times for all: an equilibrium for a city of this size takes longer than the measurement.
  const ways = {
    ...{ weightDs: [[free, free]] as const, setOfPerson: new Uint8Array(population.size) },
    ...{ periods: [[], []] as const, periodDs: [], gaps: [] },
  };
  const built = buildTwin(city, population, { seed, startS, tickS }, values, ways);
  if (!built.ok) return built;
  scatterOrigins(built.value, seed);
  const engine = createTwinEngine(built.value, values);
  for (let filledS = 10; filledS <= fillS; filledS += 10) {
    advanceTwin(engine, Math.round(filledS / tickS));
    engine.events = [];
  }
  return { ok: true, value: { city, engine, running: built.value.header.vehicleCount } };
}

/** Homes would cost a tree each: they lie on the edges that people drive to, and the way there begins anywhere. */
function scatterOrigins({ columns, counts }: Arena, seed: number): void {
  for (let person = 0; person < counts.people; person++)
    columns.tripOriginEdge[2 * person] = Math.floor(counts.edges * draw(seed, person, Decision.home, 1));
}

function crowdOf(city: City, size: number, { destinations, seed }: GridCrowd): Population {
  const edges = edgeCountOf(city);
  const goals = Uint32Array.from({ length: destinations }, (_, row) =>
    Math.min(edges - 1, Math.floor(((row + draw(seed, row, Decision.job, 0)) / destinations) * edges)),
  );
  const goalOf = (person: number, decision: Decision) =>
    goals[Math.floor(destinations * draw(seed, person, decision, 1))];
  const rows = Uint32Array.from({ length: size }, (_, person) => person);
  return {
    size,
    homeEdge: rows.map((person) => goalOf(person, Decision.home)),
    workEdge: rows.map((person) => goalOf(person, Decision.job)),
    departS: Float32Array.from(rows, (person) => startS + 0.9 * fillS * draw(seed, person, Decision.departure, 0)),
    returnS: new Float32Array(size).fill(startS + 10 * 3600),
    speedFactor: new Uint8Array(size).fill(128),
    holdsContract: new Uint8Array(size),
  };
}
