import { Decision, draw } from "../common/draw";
import { forkArena, openArena, type Arena, type ArenaHandle } from "./arena/arena";
import type { EngineIndicators, TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { co2Kg } from "./traffic/emissions";
import { delayOfPeople } from "./traffic/delay";
import { moveDeparture } from "./traffic/demand";
import { advanceTwin, collectEvents, createTwinEngine, indicatorsOf, queueCommand } from "./twin-engine";

/** One fork of a city, one horizon, its indicators: the task of the pool. */
export interface EnsembleTask {
  /** The city to fork; nobody writes it while the task runs. */
  readonly handle: ArenaHandle;
  readonly values: ParameterValues;
  /** Draws after the fork are made with it. */
  readonly seed: number;
  readonly horizonTicks: number;
  readonly commands: readonly TwinCommand[];
  /** Departures to come are earlier or later by up to so much, drawn by the seed and the trip: no two days are the same to the second. */
  readonly departureSpreadS?: number;
  /** Wanted when passages, districts and emissions are to be counted too: the district of each edge. */
  readonly districtOfEdge?: Uint16Array;
}

export interface EnsembleResult {
  /** Delay that came up within the horizon to trips due within it, detours and waiting at the kerb included (`delayOfPeople`), s. */
  readonly delayS: number;
  readonly end: EngineIndicators;
  /** People who were asked and will have complied. */
  readonly complied: number;
  /** People who were asked and heard of it within the horizon. */
  readonly reached: number;
  /** With `districtOfEdge` only. */
  readonly counts: EnsembleCounts | undefined;
}

export interface EnsembleCounts {
  /** What contract holders passed within the horizon: `eventWords` words an event. */
  readonly events: Uint32Array<ArrayBuffer>;
  /** Delay that came up within the horizon, by the district of the traveller's home, s. Together: `delayS`. */
  readonly delayOfDistrictS: Float64Array;
  readonly co2Kg: number;
}

/** Speeds are averaged over so long where emissions are counted, s. */
const emissionPeriodS = 60;

/** Of the last task's fork: this thread's next one goes into it. */
let room: WebAssembly.Memory | undefined;

export default function runEnsembleTask(task: EnsembleTask): EnsembleResult {
  const forked = forkArena(openArena(task.handle), room);
  room = forked.memory;
  const arena = openArena(forked);
  arena.header.seed = task.seed;
  const start = indicatorsOf(arena);
  const until = start.tick + task.horizonTicks;
  if (task.departureSpreadS !== undefined) spreadDepartures(arena, task.departureSpreadS, until);
  const engine = createTwinEngine(arena, task.values);
  for (const command of task.commands) queueCommand(engine, command);
  const delayBefore = delayOfPeople(arena, start.tick, until);
  let emittedKg = 0;
  if (task.districtOfEdge === undefined) advanceTwin(engine, until);
  else {
    const period = Math.max(1, Math.round(emissionPeriodS / arena.header.dtS));
    takeEmissions(arena);
    while (arena.header.tick < until) {
      advanceTwin(engine, Math.min(until, arena.header.tick + period));
      emittedKg += takeEmissions(arena);
    }
  }
  const delayS = delayOfPeople(arena, start.tick, until);
  let totalS = 0;
  for (let person = 0; person < delayS.length; person++) totalS += delayS[person] -= delayBefore[person];
  const end = indicatorsOf(arena);
  let complied = 0;
  let reached = 0;
  for (const answers of engine.answers) {
    for (const one of answers.complies) complied += one;
    for (const tick of answers.hearsAtTick) if (tick >= 0 && tick <= until) reached++;
  }
  const counts =
    task.districtOfEdge === undefined
      ? undefined
      : {
          events: collectEvents(engine),
          delayOfDistrictS: sumByDistrict(arena, delayS, task.districtOfEdge),
          co2Kg: emittedKg,
        };
  return { delayS: totalS, end, complied, reached, counts };
}

/** Of trips that would depart before a tick; two forks with the same seed have the same departures. */
function spreadDepartures(arena: Arena, spreadS: number, untilTick: number): void {
  const { columns, counts, header } = arena;
  for (let trip = 0; trip < counts.trips; trip++) {
    const usualTick = columns.tripDepartTick[trip];
    if (usualTick <= header.tick || usualTick >= untilTick) continue;
    const moveS = spreadS * (2 * draw(header.seed, trip, Decision.departureSpread, 0) - 1);
    const tick = Math.max(header.tick + 1, usualTick + Math.round(moveS / header.dtS));
    moveDeparture(arena, trip, tick);
    columns.tripUsualTick[trip] += tick - usualTick;
  }
}

/** What was emitted since the last call, kg: each edge by its mean speed. */
function takeEmissions({ columns, counts }: Arena): number {
  let sum = 0;
  for (let edge = 0; edge < counts.edges; edge++)
    sum += co2Kg(columns.edgeSampledS[edge], columns.edgeTravelledM[edge]);
  columns.edgeSampledS.fill(0);
  columns.edgeTravelledM.fill(0);
  return sum;
}

function sumByDistrict({ columns }: Arena, ofPeople: Float64Array, districtOfEdge: Uint16Array): Float64Array {
  let districts = 0;
  for (const district of districtOfEdge) districts = Math.max(districts, district + 1);
  const sums = new Float64Array(districts);
  ofPeople.forEach((value, person) => (sums[districtOfEdge[columns.tripOriginEdge[2 * person]]] += value));
  return sums;
}
