import { terminalCountOf, type City } from "../../common/city";
import { drawInteger } from "../../common/draw";
import { VehicleMark } from "../../common/frame";
import type { LoggedCommand } from "../../main/host/twins";
import { hashArena } from "../../workers/arena";
import type { Answers, InstructedAction, TwinCommand } from "../../workers/messages";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildDay, buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand, settleTick, type TwinEngine } from "../../workers/twin-engine";
import { readSessionFile, sessionFileOf } from "./session-file";

/**
 * Three hours of a morning in which everything happens that can, after the day before and at a session's step, cut at points
 * drawn by a seed: saved and resumed there as a session is.
 */
export interface BitsOptions {
  readonly people: number;
  readonly seed: number;
  /** Of the 300 points of the seed, how many are taken: the first ones. */
  readonly points: number;
}

export interface BitsReport {
  /** State hash at the end of the straight run. */
  readonly end: string;
  /** Of each run that was saved at a tick and resumed: its hash at the same end. */
  readonly resumed: readonly { readonly tick: number; readonly hash: string }[];
  /** How often each thing was done. */
  readonly commands: Readonly<Record<string, number>>;
  /** Of each instruction, how many of those asked complied. */
  readonly complied: readonly { readonly action: string; readonly asked: number; readonly complied: number }[];
  /** People who complied no more after a withdrawal, and whose trust changed by a settlement: counted at those ticks. */
  readonly freed: number;
  readonly learnt: number;
}

export const pointsMax = 300;
const fromS = 6 * 3600;
/** Of a live session, s. */
const tickS = 0.5;
export const bitsEndTick = (3 * 3600) / tickS;

const values = parameterValues();

/** A city of so many people from `startS` on, by seconds. */
export function twinOf(city: City, people: number, startS = fromS): TwinEngine {
  const population = generatePopulation(city, people, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const arena = buildTwin(city, population.value, { seed: 1, startS, tickS: 1 }, values);
  if (!arena.ok) throw new Error(arena.error.message);
  return createTwinEngine(arena.value, values);
}

/** The same after the day before, by a session's steps. */
function dayOf(city: City, people: number): TwinEngine {
  const population = generatePopulation(city, people, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const day = buildDay(city, population.value, { seed: 1, startS: fromS, tickS }, values);
  if (!day.ok) throw new Error(day.error.message);
  return createTwinEngine(day.value.arena, values);
}

/** The points, distinct, in the order drawn. */
export function pointsOf({ seed, points }: BitsOptions): readonly number[] {
  const drawn = new Set<number>();
  for (let row = 0; drawn.size < Math.min(points, pointsMax); row++) {
    drawn.add(1 + drawInteger(seed, row, 1, 0, bitsEndTick - 1));
  }
  return [...drawn];
}

export function runBits(city: City, options: BitsOptions): BitsReport {
  const { people } = options;
  const commands = everything(city, people);
  const straight = dayOf(city, people);
  const counted = countEffects(straight, commands);
  const running = dayOf(city, people);
  const resumed: { tick: number; hash: string }[] = [];
  let given = 0;
  for (const tick of [...pointsOf(options)].sort((a, b) => a - b)) {
    given = goOn(running, commands, given, tick);
    const state = { city, people, values, live: running, doNothing: null, branches: [] };
    const run = readSessionFile(sessionFileOf({ ...state, commands: commands.slice(0, given) }));
    const second = createTwinEngine(run.live, run.values);
    goOn(second, commands, run.commands.length, bitsEndTick);
    resumed.push({ tick, hash: hashArena(second.arena) });
  }
  return { end: hashArena(straight.arena), resumed, ...whatHappened(straight), ...counted };
}

/** Goes on to a tick as a session does: each command is given when its tick has come. @returns how many are given by then */
function goOn(engine: TwinEngine, commands: readonly LoggedCommand[], given: number, toTick: number): number {
  let row = given;
  for (; (commands[row]?.command.tick ?? Infinity) <= toTick; row++) giveNext(engine, commands, row);
  advanceTwin(engine, toTick);
  settleTick(engine);
  engine.events = [];
  return row;
}

function giveNext(engine: TwinEngine, commands: readonly LoggedCommand[], row: number): void {
  const { command } = commands[row] ?? {};
  if (command === undefined) return;
  advanceTwin(engine, command.tick);
  engine.events = [];
  queueCommand(engine, command);
}

/** Runs to the end; counts whom a withdrawal frees and who learns from a settlement. */
function countEffects(engine: TwinEngine, commands: readonly LoggedCommand[]) {
  const { personMarks, personTrust } = engine.arena.columns;
  const complying = () => personMarks.reduce((sum, marks) => sum + Number((marks & VehicleMark.complies) !== 0), 0);
  let [freed, learnt] = [0, 0];
  commands.forEach(({ command }, row) => {
    advanceTwin(engine, command.tick);
    settleTick(engine);
    const [before, trusted] = [complying(), personTrust.slice()];
    giveNext(engine, commands, row);
    settleTick(engine);
    if (command.kind === "withdraw") freed += before - complying();
    if (command.kind === "settleBonuses") {
      learnt += personTrust.filter((trust, person) => trust !== trusted[person]).length;
    }
  });
  goOn(engine, commands, commands.length, bitsEndTick);
  return { freed, learnt };
}

function whatHappened({ log, answers }: TwinEngine): Pick<BitsReport, "commands" | "complied"> {
  const counts: Record<string, number> = {};
  const actions = new Map<number, string>();
  for (const command of log) {
    const name = command.kind === "instruct" ? `instruct ${command.action.kind}` : command.kind;
    counts[name] = (counts[name] ?? 0) + 1;
    if (command.kind === "instruct") actions.set(command.instruction, command.action.kind);
  }
  const complied = answers.map(({ instruction, complies }: Answers) => ({
    action: actions.get(instruction) ?? "",
    asked: complies.length,
    complied: complies.reduce((sum, one) => sum + one, 0),
  }));
  return { commands: counts, complied };
}

type Instruct = Extract<TwinCommand, { kind: "instruct" }>;

const minute = (of: number) => (of * 60) / tickS;

/**
 * Every kind of incident, put right again, and every kind of instruction, one that matches nobody among them, with what
 * comes after: an amendment, withdrawals, settlements.
 */
function everything(city: City, people: number): readonly LoggedCommand[] {
  const scout = dayOf(city, people);
  advanceTwin(scout, minute(100));
  const { columns } = scout.arena;
  const busiest = Array.from({ length: terminalCountOf(city) }, (_, terminal) => city.columns.terminalEdge[terminal])
    .filter((edge, row, all) => all.indexOf(edge) === row && columns.destinationEdge.indexOf(edge) >= 0)
    .sort((a, b) => columns.edgeEntered[b] - columns.edgeEntered[a] || a - b);
  const [a = 0, b = 0, c = 0, d = 0] = busiest;
  const lit = Array.from(columns.edgeEntered.keys())
    .filter((edge) => endsAtSignal(scout, edge))
    .sort((x, y) => columns.edgeEntered[y] - columns.edgeEntered[x] || x - y)[0];
  const holders = Array.from(columns.personHoldsContract.keys()).filter((p) => columns.personHoldsContract[p] === 1);
  const close = (at: number, edge: number, incident: number): TwinCommand => ({
    ...{ kind: "closeLanes", tick: minute(at), incident, edge, positionM: city.columns.edgeLengthM[edge] / 2 },
    laneCount: 1,
  });
  let number = 0;
  const takenBack = (at: number, { instruction, action }: Instruct): TwinCommand => ({
    ...{ kind: "withdraw", tick: minute(at), instruction, people: holders, action },
  });
  const settle = (at: number, paid: (person: number) => boolean): TwinCommand => ({
    ...{ kind: "settleBonuses", tick: minute(at), people: holders, paid: holders.map(paid) },
  });
  const instruct = (at: number, asked: readonly number[], edge: number, action: InstructedAction): Instruct => ({
    ...{ kind: "instruct", tick: minute(at), instruction: ++number, blockHeight: 7, transactionHash: "00" },
    ...{ people: asked, bonusEur: 4, avoidEdges: [edge], action },
  });
  const signals: readonly TwinCommand[] =
    lit === undefined
      ? []
      : [
          { kind: "switchSignal", tick: minute(35) + 7, edge: lit, dark: true },
          { kind: "switchSignal", tick: minute(95), edge: lit, dark: false },
        ];
  const avoid = instruct(22, holders, a, { kind: "avoid" });
  const itinerary = instruct(50, holders, b, { kind: "itinerary", viaEdges: [d, c] });
  const hold = instruct(65, holders, c, { kind: "hold", untilTick: minute(90) });
  const commands: readonly TwinCommand[] = [
    instruct(5, holders, a, { kind: "shift", shiftS: -300 }),
    close(20, a, 1),
    avoid,
    // The same instruction in other words: amended.
    { ...avoid, tick: minute(26), bonusEur: 6 },
    { kind: "limitSpeed", tick: minute(30), edge: b, speedMaxMps: 5 },
    ...signals,
    instruct(40, [], c, { kind: "avoid" }),
    { kind: "reduceCapacity", tick: minute(45), edge: c, part: 0.4 },
    itinerary,
    takenBack(53, itinerary),
    settle(55, (person) => person % 3 > 0),
    close(60, d, 2),
    hold,
    instruct(70, holders, d, { kind: "shift", shiftS: 900 }),
    takenBack(75, hold),
    { kind: "openLanes", tick: minute(80), edge: a },
    settle(100, (person) => person % 3 === 0),
    { kind: "limitSpeed", tick: minute(110), edge: b, speedMaxMps: null },
    { kind: "reduceCapacity", tick: minute(120), edge: c, part: 1 },
    { kind: "openLanes", tick: minute(130), edge: d },
  ];
  const liveOnly = new Set<TwinCommand["kind"]>(["instruct", "withdraw", "settleBonuses"]);
  return [...commands]
    .sort((x, y) => x.tick - y.tick)
    .map((command) => ({ command, liveOnly: liveOnly.has(command.kind) }));
}

function endsAtSignal({ arena: { columns } }: TwinEngine, edge: number): boolean {
  const first = columns.laneConnectionStart[columns.edgeLaneStart[edge]];
  const end = columns.laneConnectionStart[columns.edgeLaneStart[edge + 1]];
  return columns.connectionSignal.subarray(first, end).some((link) => link >= 0);
}
