import { terminalCountOf, type City } from "../../common/city";
import { drawInteger } from "../../common/draw";
import { hashArena, loadArena, saveArena } from "../../workers/arena";
import type { Answers, InstructedAction, TwinCommand } from "../../workers/messages";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand, type TwinEngine } from "../../workers/twin-engine";

/** Three hours of a morning in which everything happens that can, cut and resumed at points drawn by a seed. */
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
}

export const pointsMax = 300;
const fromS = 6 * 3600;
export const bitsEndTick = 3 * 3600;

const values = parameterValues();

/** A city of so many people from `startS` on, by seconds. */
export function twinOf(city: City, people: number, startS = fromS): TwinEngine {
  const population = generatePopulation(city, people, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const arena = buildTwin(city, population.value, { seed: 1, startS, tickS: 1 }, values);
  if (!arena.ok) throw new Error(arena.error.message);
  return createTwinEngine(arena.value, values);
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
  const commands = everything(city, options.people);
  const straight = twinOf(city, options.people);
  for (const command of commands) queueCommand(straight, command);
  advanceTwin(straight, bitsEndTick);
  const running = twinOf(city, options.people);
  for (const command of commands) queueCommand(running, command);
  const resumed: { tick: number; hash: string }[] = [];
  for (const tick of [...pointsOf(options)].sort((a, b) => a - b)) {
    advanceTwin(running, tick);
    const loaded = loadArena(running.arena.counts, saveArena(running.arena));
    if (!loaded.ok) throw new Error(loaded.error.message);
    const second = createTwinEngine(loaded.value, values);
    for (const command of running.waiting) queueCommand(second, command);
    advanceTwin(second, bitsEndTick);
    resumed.push({ tick, hash: hashArena(second.arena) });
  }
  return { end: hashArena(straight.arena), resumed, ...whatHappened(straight) };
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

const minute = (of: number) => of * 60;

/** Every kind of incident, put right again, and every kind of instruction, one that matches nobody among them. */
function everything(city: City, people: number): readonly TwinCommand[] {
  const scout = twinOf(city, people);
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
  const instruct = (at: number, asked: readonly number[], edge: number, action: InstructedAction): TwinCommand => ({
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
  return [
    instruct(5, holders, a, { kind: "shift", shiftS: -300 }),
    close(20, a, 1),
    instruct(22, holders, a, { kind: "avoid" }),
    { kind: "limitSpeed", tick: minute(30), edge: b, speedMaxMps: 5 },
    ...signals,
    instruct(40, [], c, { kind: "avoid" }),
    { kind: "reduceCapacity", tick: minute(45), edge: c, part: 0.4 },
    instruct(50, holders, b, { kind: "itinerary", viaEdges: [d, c] }),
    close(60, d, 2),
    instruct(65, holders, c, { kind: "hold", untilTick: minute(90) }),
    instruct(70, holders, d, { kind: "shift", shiftS: 900 }),
    { kind: "openLanes", tick: minute(80), edge: a },
    { kind: "limitSpeed", tick: minute(110), edge: b, speedMaxMps: null },
    { kind: "reduceCapacity", tick: minute(120), edge: c, part: 1 },
    { kind: "openLanes", tick: minute(130), edge: d },
  ];
}

function endsAtSignal({ arena: { columns } }: TwinEngine, edge: number): boolean {
  const first = columns.laneConnectionStart[columns.edgeLaneStart[edge]];
  const end = columns.laneConnectionStart[columns.edgeLaneStart[edge + 1]];
  return columns.connectionSignal.subarray(first, end).some((link) => link >= 0);
}
