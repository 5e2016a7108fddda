import { assert } from "../common/result";
import { formatTimeOfDay } from "../common/time";
import { hashArena, type Arena } from "./arena/arena";
import { applyCommand } from "./commands";
import { eventWords, type Answers, type EngineIndicators, type TwinCommand } from "./messages";
import type { ParameterValues } from "./people/parameters";
import { isRefreshTick, nextRefreshTick, refreshRoutes } from "./traffic/refresh";

export { freeInstructionSet, setOfInstruction } from "./commands";

/** A twin that runs: its arena, the commands that wait for their tick, and what happened since last asked. */
export interface TwinEngine {
  readonly arena: Arena;
  readonly values: ParameterValues;
  /** By tick, then in the order given. */
  readonly waiting: TwinCommand[];
  /** Applied so far, in order. */
  readonly log: TwinCommand[];
  readonly answers: Answers[];
  events: number[];
}

export function createTwinEngine(arena: Arena, values: ParameterValues): TwinEngine {
  return { arena, values, waiting: [], log: [], answers: [], events: [] };
}

/** Queues a command. One whose tick has passed takes effect before the next tick. */
export function queueCommand(engine: TwinEngine, command: TwinCommand): void {
  const { waiting } = engine;
  const tick = Math.max(command.tick, engine.arena.header.tick);
  let place = waiting.length;
  while (place > 0 && (waiting[place - 1]?.tick ?? 0) > tick) place--;
  waiting.splice(place, 0, { ...command, tick });
}

/**
 * Advances to a tick, with commands and route updates at their own ticks: of one tick first the routes, then the
 * commands, then the step, however the way there is cut into calls. @param isOver asked about every simulated
 * minute; the engine stops early when it says so
 */
export function advanceTwin(engine: TwinEngine, toTick: number, isOver: () => boolean = () => false): void {
  const { arena, waiting } = engine;
  const { header } = arena;
  const sliceTicks = Math.max(1, Math.round(60 / header.dtS));
  while (header.tick < toTick) {
    settleTick(engine);
    const nextCommand = waiting[0]?.tick ?? Infinity;
    const until = Math.min(toTick, nextRefreshTick(arena), nextCommand, header.tick + sliceTicks);
    while (header.tick < until) {
      const done = arena.kernel.step(until - header.tick);
      takeEvents(engine);
      assert(done > 0 || header.eventCount === 0, `the engine advances (stands at ${formatTimeOfDay(timeOf(arena))})`);
    }
    if (isOver()) return;
  }
}

/**
 * Brings the city to the state from which the next step is made: routes up to date where this is a tick for that, then the
 * commands of this tick. What forks or saves the arena alone does so first; twice is the same as once.
 */
export function settleTick(engine: TwinEngine): void {
  const { header } = engine.arena;
  if (isRefreshTick(engine.arena) && header.refreshedTick !== header.tick) {
    header.refreshedTick = header.tick;
    refreshRoutes(engine.arena);
  }
  applyDue(engine);
}

function applyDue(engine: TwinEngine): void {
  const { waiting, arena } = engine;
  for (let next = waiting[0]; next !== undefined && next.tick <= arena.header.tick; next = waiting[0]) {
    waiting.shift();
    const answers = applyCommand(arena, next, engine.values);
    engine.log.push(next);
    if (answers !== undefined) engine.answers.push(answers);
  }
}

function takeEvents(engine: TwinEngine): void {
  const { columns, header } = engine.arena;
  const words = header.eventCount * eventWords;
  for (let word = 0; word < words; word++) engine.events.push(columns.event[word]);
  header.eventCount = 0;
}

/** The arena holds another state: what was to be done, and what happened, belongs to the one before. */
export function forgetPast(engine: TwinEngine): void {
  engine.waiting.length = 0;
  engine.log.length = 0;
  engine.answers.length = 0;
  engine.events = [];
}

/** Hands over what happened since the last call, `eventWords` words an event. */
export function collectEvents(engine: TwinEngine): Uint32Array<ArrayBuffer> {
  const events = Uint32Array.from(engine.events);
  engine.events = [];
  return events;
}

export function timeOf(arena: Arena): number {
  return arena.header.startS + arena.header.tick * arena.header.dtS;
}

export function indicatorsOf(arena: Arena): EngineIndicators {
  const { columns, header, kernel } = arena;
  kernel.measure();
  return {
    tick: header.tick,
    running: header.vehicleCount,
    waiting: header.waitingCount,
    departed: header.departedCount,
    arrived: header.arrivedCount,
    delayS: header.roadDelayS + header.kerbDelayS,
    meanSpeedMps: columns.measured[0],
    longestQueueM: columns.measured[1],
  };
}

export function stateHash(engine: TwinEngine): string {
  return hashArena(engine.arena);
}
