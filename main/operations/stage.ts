import { draw, drawInteger, Decision } from "../../common/draw";
import { edgeCountOf, type City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation, type ParameterValues } from "../../workers/people";
import { buildDay } from "../../workers/twin";
import { advanceTwin, collectEvents, createTwinEngine, type TwinEngine } from "../../workers/twin-engine";
import { passagesOf, type Passages } from "./journeys";
import { writeContractBook, type ContractBook } from "./offers";
import type { Instant } from "./rank";

/** A city with its day's contracts that is brought from one incident's instant to the next; every ranking forks it there. */
export interface Stage {
  readonly city: City;
  readonly book: ContractBook;
  readonly values: ParameterValues;
  readonly engine: TwinEngine;
  passages: Passages;
  /** How many had entered each road by some ticks, oldest first: of the last `countedS`. */
  readonly entered: { readonly tick: number; readonly count: Uint32Array }[];
}

export interface StageOptions {
  readonly people: number;
  readonly seed: number;
  readonly fromS: number;
  readonly tickS: number;
}

/** What happens on the road. */
export interface StagedIncident {
  readonly edge: number;
  readonly atS: number;
  readonly durationS: number;
  readonly positionM: number;
  readonly lanes: number;
}

export function openStage(city: City, options: StageOptions, values: ParameterValues): Result<Stage> {
  const population = generatePopulation(city, options.people, options.seed, values);
  if (!population.ok) return population;
  const settings = { seed: options.seed, startS: options.fromS, tickS: options.tickS };
  const built = buildDay(city, population.value, settings, values);
  if (!built.ok) return built;
  const { arena, population: today } = built.value;
  const book = writeContractBook(city, arena, today, values);
  return succeed({
    city,
    book,
    values,
    engine: createTwinEngine(arena, values),
    passages: new Map(),
    entered: [],
  });
}

export function timeOfTick({ engine }: Stage, tick: number): number {
  return engine.arena.header.startS + tick * engine.arena.header.dtS;
}

export function tickOfTime({ engine }: Stage, timeS: number): number {
  return Math.ceil((timeS - engine.arena.header.startS) / engine.arena.header.dtS - 1e-9);
}

/** Brings the city to a time, in slices so that others get their turn. */
export async function advanceStage(
  stage: Stage,
  timeS: number,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const { engine, entered } = stage;
  const { columns, header } = engine.arena;
  const first = header.tick;
  const until = tickOfTime(stage, timeS);
  const slice = Math.max(1, Math.round(sliceS / header.dtS));
  while (header.tick < until) {
    if (header.tick % slice === 0) entered.push({ tick: header.tick, count: columns.edgeEntered.slice() });
    advanceTwin(engine, Math.min(until, (Math.floor(header.tick / slice) + 1) * slice));
    const timeOf = (tick: number) => timeOfTick(stage, tick);
    stage.passages = passagesOf(collectEvents(engine), stage.book, timeOf, stage.passages);
    onProgress(header.tick - first, until - first);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // The newest look that lies long enough back is kept, those before it are not.
  const wanted = header.tick - countedS / header.dtS;
  while (entered.length > 1 && (entered[1]?.tick ?? Infinity) <= wanted) entered.shift();
}

/** The instant of an incident. Call when the stage stands at its time, and leave it there while the instant is in use. */
export function instantOf(stage: Stage, incident: StagedIncident): Instant {
  const { city, book, values, engine, passages } = stage;
  const { arena } = engine;
  const { header } = arena;
  const { edge, positionM, lanes } = incident;
  const closing: TwinCommand = {
    ...{ kind: "closeLanes", tick: header.tick, incident: 1 },
    ...{ edge, positionM, laneCount: lanes },
  };
  const opening: TwinCommand = {
    kind: "openLanes",
    tick: tickOfTime(stage, incident.atS + incident.durationS),
    edge,
  };
  return {
    ...{ city, book, values, passages, arena },
    ...{ startS: header.startS, tickS: header.dtS, tick: header.tick },
    incident: [closing, opening],
    incidentEdge: edge,
  };
}

/** What is drawn of an incident before it is known where it happens. */
export interface DrawnTime {
  /** 1, 2, … */
  readonly number: number;
  readonly atS: number;
  readonly durationS: number;
}

/** Traffic is counted over at least so long before an incident's instant, and at most a slice longer, s. */
const countedS = 900;
const sliceS = 300;
/** Roads with fewer vehicles than this in that time have no incidents drawn. */
const vehiclesMin = 10;
const durationsS = { low: 1200, high: 3600 } as const;

/** Times of drawn incidents, uniform between two times; durations uniform from 20 to 60 minutes. In the order of time. */
export function drawTimes(count: number, seed: number, fromS: number, untilS: number): readonly DrawnTime[] {
  return Array.from({ length: count }, (_, row) => ({
    number: row + 1,
    atS: Math.round(fromS + (untilS - fromS) * draw(seed, row + 1, Decision.incidentTime, 0)),
    durationS: Math.round(
      durationsS.low + (durationsS.high - durationsS.low) * draw(seed, row + 1, Decision.incidentDuration, 0),
    ),
  })).sort((a, b) => a.atS - b.atS || a.number - b.number);
}

/**
 * Draws where it happens: a road by the vehicle-kilometres that were begun on it in the last 15 to 20 minutes, as if every
 * kilometre had the same risk; roads that fewer than `vehiclesMin` vehicles entered are left out. Between a quarter and
 * three quarters of its length, lanes from the right, as many as drawn.
 */
export function drawPlace(stage: Stage, time: DrawnTime, seed: number): Result<StagedIncident> {
  const { columns } = stage.city;
  const now = stage.engine.arena.columns.edgeEntered;
  const before = stage.entered[0]?.count;
  const weight = (edge: number) => {
    const vehicles = now[edge] - (before?.[edge] ?? 0);
    return vehicles < vehiclesMin ? 0 : vehicles * columns.edgeLengthM[edge];
  };
  let total = 0;
  for (let edge = 0; edge < edgeCountOf(stage.city); edge++) total += weight(edge);
  if (total === 0) return fail(`no road has ${vehiclesMin} vehicles in ${countedS / 60} minutes`, "incidents");
  let left = draw(seed, time.number, Decision.incidentEdge, 0) * total;
  let edge = 0;
  while (left >= weight(edge)) left -= weight(edge++);
  const lanes = columns.edgeLaneStart[edge + 1] - columns.edgeLaneStart[edge];
  return succeed({
    edge,
    atS: time.atS,
    durationS: time.durationS,
    positionM: columns.edgeLengthM[edge] * (0.25 + 0.5 * draw(seed, time.number, Decision.incidentEdge, 1)),
    lanes: 1 + drawInteger(seed, time.number, Decision.incidentLanes, 0, lanes),
  });
}
