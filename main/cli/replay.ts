import { statSync } from "node:fs";
import type { City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, parseTimeOfDay } from "../../common/time";
import { hashArena, type Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation } from "../../workers/people";
import { buildDay, buildTwin } from "../../workers/twin";
import {
  advanceTwin,
  createTwinEngine,
  indicatorsOf,
  queueCommand,
  settleTick,
  type TwinEngine,
} from "../../workers/twin-engine";
import { reasonOf } from "../host/file-reading";
import { readSavedRun } from "../host/saved-sessions";
import { isGivenTo, lineageAt } from "../host/time-view";
import { readable, readArguments, table, type Command, type CommandIo, type CommandOutcome } from "./command";
import { commandFileHelp, readBranchFile } from "./command-file";
import { readSavedSimulation, type RunRecipe } from "./saved-simulation";

const options = { at: { type: "string" }, branch: { type: "string" } } as const;

/**
 * Runs a save again from its beginning, by its city, seed, people and commands: the bits of every instant up to the
 * save's own, or another course from one of them on.
 */
export const replay: Command = {
  usage: "replay FILE [--at HH:MM:SS] [--branch FILE.json] [--json]",
  summary:
    'runs a saved session or simulation again to an instant (default: that of the save); --branch goes on from there by { "until": "HH:MM", "recorded": "drop" | "keep", "commands": [as for simulate] }',
  details: [commandFileHelp.replace("--commands", "commands of --branch")],
  run: async (argv, io) => {
    const outcome = await replayed(argv, io);
    return outcome.ok ? outcome.value : { kind: "unusable", failure: outcome.error };
  },
};

/** A save that can be run again. */
interface Recorded {
  readonly city: City;
  readonly recipe: RunRecipe;
  readonly commands: readonly TwinCommand[];
  /** Which of the commands a city got, by the number of its fork; 0 = the live one. */
  readonly isGiven: (lineage: number, row: number) => boolean;
  /** The do-nothing city that stood beside the live one at a tick; 0: none. */
  readonly lineageAt: (tick: number) => number;
  readonly saved: { readonly live: Arena; readonly doNothing: Arena | null };
  /** A session is seen after the commands of its tick, a simulation before them. */
  readonly isSession: boolean;
}

async function replayed(argv: readonly string[], io: CommandIo): Promise<Result<CommandOutcome>> {
  const read = readArguments(argv, options, 1);
  if (!read.ok) return read;
  const [file] = read.value.positionals;
  if (file === undefined) return fail("a saved session or simulation is missing: pendulaire replay FILE");
  const recorded = await readRecorded(file);
  if (!recorded.ok) return recorded;
  const run = recorded.value;
  const atTick = tickOf(run, read.value.values.at);
  if (!atTick.ok) return atTick;
  const { branch } = read.value.values;
  const progress = io.progress("replay");
  const live = await runTo(run, 0, atTick.value, progress);
  if (!live.ok) return live;
  if (branch !== undefined) return branched(run, live.value, branch, progress);
  const lineage = run.lineageAt(atTick.value);
  const other = lineage === 0 ? undefined : await runTo(run, lineage, atTick.value, progress);
  if (other?.ok === false) return other;
  const isSaved = atTick.value === run.saved.live.header.tick;
  const equalsSaved = isSaved
    ? isEqual(live.value, run.saved.live) && isEqual(other?.value, run.saved.doNothing)
    : null;
  const document = {
    at: timeOfTick(run, atTick.value),
    ...stateOf(live.value),
    doNothing: other === undefined ? null : stateOf(other.value),
    equalsSaved,
  };
  return succeed(outcome(document, equalsSaved !== false));
}

async function readRecorded(file: string): Promise<Result<Recorded>> {
  let isFolder: boolean;
  try {
    isFolder = statSync(file).isDirectory();
  } catch (error) {
    return fail(reasonOf(error), file);
  }
  if (isFolder || file.endsWith(".pendulaire")) {
    const session = await readSavedRun(file);
    if (!session.ok) return session;
    const { city, people, seed, startS, tickS, values, commands, branches, live, doNothing } = session.value;
    return succeed({
      ...{
        city,
        commands: commands.map(({ command }) => command),
        recipe: { people, seed, startS, tickS, values },
        saved: { live, doNothing },
      },
      isGiven: (lineage, row) => isGivenTo(lineage, row, branches, commands),
      lineageAt: (tick) => lineageAt(branches, tick),
      isSession: true,
    });
  }
  const simulation = readSavedSimulation(file);
  if (!simulation.ok) return simulation;
  const { city, recipe, log, waiting, arena } = simulation.value;
  return succeed({
    ...{ city, recipe, commands: [...log, ...waiting], saved: { live: arena, doNothing: null } },
    ...{ isGiven: () => true, lineageAt: () => 0, isSession: false },
  });
}

function timeOfTick({ recipe }: Recorded, tick: number): string {
  return formatTimeOfDay(recipe.startS + tick * recipe.tickS);
}

function tickOf(run: Recorded, at: string | undefined): Result<number> {
  const last = run.saved.live.header.tick;
  if (at === undefined) return succeed(last);
  const atS = parseTimeOfDay(at);
  if (atS === undefined) return fail("a time of day HH:MM or HH:MM:SS", "--at");
  const tick = Math.floor((atS - run.recipe.startS) / run.recipe.tickS + 1e-6);
  if (tick < 0 || tick > last) {
    return fail(`the save holds ${timeOfTick(run, 0)} to ${timeOfTick(run, last)}`, `--at ${at}`);
  }
  return succeed(tick);
}

type Progress = (done: number, total: number) => void;

async function runTo(run: Recorded, lineage: number, toTick: number, progress: Progress): Promise<Result<TwinEngine>> {
  const { people, seed, startS, tickS, values } = run.recipe;
  const population = generatePopulation(run.city, people, seed, values);
  if (!population.ok) return population;
  const settings = { seed, startS, tickS };
  const built = run.isSession
    ? buildDay(run.city, population.value, settings, values)
    : buildTwin(run.city, population.value, settings, values);
  if (!built.ok) return built;
  const engine = createTwinEngine("arena" in built.value ? built.value.arena : built.value, values);
  for (const [row, command] of run.commands.entries()) if (run.isGiven(lineage, row)) queueCommand(engine, command);
  await advance(engine, toTick, progress);
  if (run.isSession) settleTick(engine);
  return succeed(engine);
}

async function advance(engine: TwinEngine, toTick: number, progress: Progress): Promise<void> {
  const { header } = engine.arena;
  const firstTick = header.tick;
  while (header.tick < toTick) {
    advanceTwin(engine, Math.min(toTick, header.tick + Math.round(60 / header.dtS)));
    engine.events = [];
    progress(header.tick - firstTick, toTick - firstTick);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function branched(
  run: Recorded,
  engine: TwinEngine,
  file: string,
  progress: Progress,
): Promise<Result<CommandOutcome>> {
  const { arena, waiting } = engine;
  const read = readBranchFile(file, run.city, arena);
  if (!read.ok) return read;
  const { untilS, keepsRecorded, commands } = read.value;
  const from = { at: timeOfTick(run, arena.header.tick), ...stateOf(engine) };
  if (!keepsRecorded) waiting.length = 0;
  for (const command of commands) queueCommand(engine, command);
  const untilTick = Math.floor((untilS - run.recipe.startS) / run.recipe.tickS + 1e-6);
  await advance(engine, untilTick, progress);
  if (run.isSession) settleTick(engine);
  return succeed(outcome({ at: timeOfTick(run, untilTick), ...stateOf(engine), branchedFrom: from }, true));
}

function stateOf({ arena }: TwinEngine) {
  const { delayS, meanSpeedMps, longestQueueM, departed, arrived, running, waiting } = indicatorsOf(arena);
  return {
    stateHash: hashArena(arena),
    indicators: { departed, arrived, running, waiting, vehicleHoursDelay: delayS / 3600, meanSpeedMps, longestQueueM },
  };
}

function isEqual(engine: TwinEngine | undefined, saved: Arena | null): boolean {
  return (engine === undefined ? null : hashArena(engine.arena)) === (saved === null ? null : hashArena(saved));
}

function outcome(
  document: ReturnType<typeof stateOf> & Readonly<Record<string, unknown>>,
  holds: boolean,
): CommandOutcome {
  const { indicators, ...rest } = document;
  const text = table(
    Object.entries({ ...rest, ...indicators }).map(([name, value]) => [
      name,
      typeof value === "number" ? readable(value) : typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  return { kind: holds ? "done" : "checkFailed", document, text };
}
