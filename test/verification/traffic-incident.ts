import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { edgePeriods, tripsCsv } from "../../main/cli/simulation-output";
import { figuresOfCsv, figuresOfSumo, rowsOf, type RunFigures } from "../../main/cli/edge-figures";
import { describeFailure, type Result } from "../../common/result";
import { importCity, readSumoDemand } from "../../workers/city";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 5: two cars stop beside each other on both lanes of a corridor of signals and stand for ten minutes. Both
// programs read the same network and the same vehicles, with those cars and without; what changes is compared.

/** Streets that cross the corridor, as `netgenerate` names them. */
const columns = Array.from({ length: 12 }, (_, row) => String.fromCharCode("A".charCodeAt(0) + row));
/** Edges of the corridor, in the direction of travel; the row in the middle of three. */
const corridor = Array.from({ length: columns.length - 1 }, (_, row) => `${columns[row]}1${columns[row + 1]}1`);
const blockedRow = 8;
const isBroken = (id: string): boolean => id.startsWith("broken");
/** When the cars stop, for how long, when nobody departs any more, and when runs end, s. */
const [brokenFromS, brokenS, departuresEndS, endS] = [600, 600, 2400, 7200];
const corridorEveryS = 3600 / 1100;
const crossingEveryS = 3600 / 150;
/** Edges are looked at in windows of this length, s; the queue is longest in the window before the cars drive on. */
const windowS = 300;
const queueAtS = brokenFromS + brokenS - windowS;
/** An edge is queued on where speeds are below this part of those without the cars. */
const queuedPart = 0.5;

interface IncidentRun {
  readonly figures: RunFigures;
  /** From the planned departure to arrival, all vehicles but those that break down, h. */
  readonly travelH: number;
  readonly arrived: number;
}

/** Lines of all vehicles by departure. @param hasIncident whether two of them break down */
function routesXml(hasIncident: boolean): string {
  const vehicles: { readonly departS: number; readonly text: string }[] = [];
  const add = (id: string, departS: number, edges: readonly string[]) => {
    const depart = `depart="${departS.toFixed(1)}" departLane="best" departSpeed="max"`;
    vehicles.push({
      departS,
      text: `<vehicle id="${id}" type="car" ${depart}><route edges="${edges.join(" ")}"/></vehicle>`,
    });
  };
  for (let row = 0; row * corridorEveryS < departuresEndS; row++) add(`along.${row}`, row * corridorEveryS, corridor);
  for (const [column, name] of columns.entries()) {
    for (let row = 0; row * crossingEveryS < departuresEndS; row++) {
      const departS = row * crossingEveryS + column * 1.5;
      add(`up${name}.${row}`, departS, [`${name}0${name}1`, `${name}1${name}2`]);
      add(`down${name}.${row}`, departS + 0.7, [`${name}2${name}1`, `${name}1${name}0`]);
    }
  }
  if (hasIncident) {
    const at = corridor[blockedRow];
    for (const lane of [0, 1]) {
      const depart = `depart="${brokenFromS}.0" departLane="${lane}" departPos="90" departSpeed="0"`;
      const stop = `<stop lane="${at}_${lane}" endPos="100" duration="${brokenS}"/>`;
      const route = `<route edges="${at} ${corridor[blockedRow + 1]}"/>`;
      const text = `<vehicle id="broken.${lane}" type="car" ${depart}>${route}${stop}</vehicle>`;
      vehicles.push({ departS: brokenFromS, text });
    }
  }
  vehicles.sort((a, b) => a.departS - b.departS);
  return `<routes><vType id="car" carFollowModel="Krauss"/>\n${vehicles.map(({ text }) => text).join("\n")}\n</routes>\n`;
}

function call(program: string, args: readonly (string | number)[]): void {
  const { status, stderr, error } = spawnSync(program, args.map(String), { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}

const planned = (routes: string): ReadonlyMap<string, number> =>
  new Map(
    Array.from(routes.matchAll(/<vehicle id="([^"]*)"[^>]* depart="([^"]*)"/g), ([, id, depart]) => [
      id,
      Number(depart),
    ]),
  );

function runSumo(folder: string, net: string, routes: string, seed: number): IncidentRun {
  const file = (name: string) => path.join(folder, name);
  writeFileSync(file("routes.xml"), routes);
  writeFileSync(
    file("edges.add.xml"),
    `<additional><edgeData id="e" file="${file("edges.xml")}" period="${windowS}"/></additional>`,
  );
  call("sumo", [
    ...["-n", net, "-r", file("routes.xml"), "-a", file("edges.add.xml"), "-b", 0, "-e", endS, "--seed", seed],
    ...["--tripinfo-output", file("trips.xml"), "--no-step-log", "true", "--no-warnings", "true"],
    // Nobody is taken off the road for waiting behind the cars.
    ...["--time-to-teleport", -1, "--xml-validation", "never"],
  ]);
  const trips = readFileSync(file("trips.xml"), "utf8");
  const arrivals = Array.from(
    trips.matchAll(/<tripinfo id="([^"]*)"[^>]* arrival="([^"]*)"/g),
    ([, id, arrival]): [string, number] => [id, Number(arrival)],
  );
  return accountOf(figuresOfSumo(readFileSync(file("edges.xml"), "utf8"), trips), arrivals, planned(routes));
}

function runOurs(net: string, routes: string, seed: number): IncidentRun {
  const city = valueOf(importCity(path.basename(net), new Uint8Array(readFileSync(net))));
  const demand = valueOf(readSumoDemand(city, [{ name: "routes.rou.xml", bytes: new TextEncoder().encode(routes) }]));
  const { arena, vehicleIds } = valueOf(buildScenarioTwin(city, demand, { seed, beginS: 0, endS, tickS: 1 }));
  const engine = createTwinEngine(arena, parameterValues());
  const edges = edgePeriods(city, arena, windowS);
  while (arena.header.tick < endS) {
    advanceTwin(engine, Math.min(endS, edges.nextTick(arena.header.tick)));
    edges.lookAt(arena.header.tick);
  }
  const trips = tripsCsv(arena, (person) => vehicleIds[person]);
  const arrivals = rowsOf(trips).flatMap((row): [string, number][] =>
    row["arrive"] === "" ? [] : [[row["person"], Number(row["arrive"])]],
  );
  return accountOf(figuresOfCsv(edges.csv(), trips), arrivals, planned(routes));
}

function accountOf(
  figures: RunFigures,
  arrivals: readonly (readonly [string, number])[],
  departs: ReadonlyMap<string, number>,
): IncidentRun {
  const others = arrivals.filter(([id]) => !isBroken(id));
  const travelS = others.reduce((sum, [id, arriveS]) => sum + arriveS - (departs.get(id) ?? Number.NaN), 0);
  return { figures, travelH: travelS / 3600, arrived: others.length };
}

/** How many edges of the corridor are queued on behind the cars, theirs included, without a gap. */
function queuedEdges(closed: IncidentRun, without: IncidentRun): number {
  const speedOn = ({ figures }: IncidentRun, edge: string): number => {
    const sample = figures.edges.get(`${queueAtS} ${edge}`);
    return sample === undefined || sample.sampledS === 0 ? Number.NaN : sample.travelledM / sample.sampledS;
  };
  let count = 0;
  for (let row = blockedRow; row >= 0; row--) {
    if (!(speedOn(closed, corridor[row]) < queuedPart * speedOn(without, corridor[row]))) break;
    count++;
  }
  return count;
}

export interface IncidentEvidence {
  readonly figures: readonly AccuracyFigure[];
  /** Mean speed on each edge of the corridor while the queue is longest, m/s, with the cars and without. */
  readonly speeds: Readonly<Record<string, readonly number[]>>;
}

/** Seeds of our draws: what only some of them meet is not met. */
const ownSeeds = [1, 2, 3] as const;

/** Runs SUMO with two seeds and ours with three, each with the cars and without. */
export function incidentFigures(): IncidentEvidence {
  const folder = mkdtempSync(path.join(tmpdir(), "incident-"));
  try {
    const net = path.join(folder, "corridor.net.xml");
    call("netgenerate", [
      ...["--grid", "--grid.x-number", columns.length, "--grid.y-number", 3, "--grid.length", 200],
      ...["--default.lanenumber", 2, "--default.speed", 13.89, "--default-junction-type", "traffic_light"],
      ...["--no-turnarounds", "true", "--tls.default-type", "static", "--tls.cycle.time", 60, "--seed", 42, "-o", net],
    ]);
    const both = (run: (routes: string) => IncidentRun) => ({
      without: run(routesXml(false)),
      closed: run(routesXml(true)),
    });
    const theirs = both((routes) => runSumo(folder, net, routes, 42));
    const others = both((routes) => runSumo(folder, net, routes, 43));
    const ours = ownSeeds.map((seed) => both((routes) => runOurs(net, routes, seed)));
    return evidenceOf(theirs, others, ours);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunPair {
  readonly without: IncidentRun;
  readonly closed: IncidentRun;
}

const changeH = ({ without, closed }: RunPair): number => closed.travelH - without.travelH;

function evidenceOf(theirs: RunPair, others: RunPair, ours: readonly RunPair[]): IncidentEvidence {
  const deviation = (pair: RunPair): number => 100 * (changeH(pair) / changeH(theirs) - 1);
  const tail = (pair: RunPair): number => queuedEdges(pair.closed, pair.without);
  const behind = (pair: RunPair): number => tail(pair) - tail(theirs);
  const farthest = (values: readonly number[]): number =>
    values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const seeds = `the farthest of ${ours.length} seeds`;
  const [change, tailMore] = [farthest(ours.map(deviation)), farthest(ours.map(behind))];
  const plain = (what: string, value: number, unit: string): AccuracyFigure => ({
    ...{ what, value, unit, bar: null, ok: null },
  });
  const speeds = (run: IncidentRun) =>
    corridor.map((edge) => {
      const sample = run.figures.edges.get(`${queueAtS} ${edge}`);
      return sample === undefined ? Number.NaN : sample.travelledM / sample.sampledS;
    });
  return {
    figures: [
      {
        ...{ what: `change of all travel time against SUMO's change, ${seeds}`, value: change, unit: "%" },
        ...{ bar: "same sign, within ±20 %", ok: Math.abs(change) <= 20 },
      },
      plain("… SUMO's change", changeH(theirs), "veh h"),
      plain("… with SUMO's other seed", changeH(others), "veh h"),
      ...ours.map((pair, row) => plain(`… our change, seed ${ownSeeds[row]}`, changeH(pair), "veh h")),
      plain("… travel time without the cars, SUMO's", theirs.without.travelH, "veh h"),
      plain("… travel time without the cars, ours, seed 1", ours[0].without.travelH, "veh h"),
      {
        ...{ what: `edges queued on behind the cars, more than SUMO's, ${seeds}`, value: tailMore, unit: "edges" },
        ...{ bar: "within ±2", ok: Math.abs(tailMore) <= 2 },
      },
      plain("… SUMO's", tail(theirs), "edges"),
      plain("… with SUMO's other seed", tail(others), "edges"),
      plain("… arrivals against SUMO's, seed 1", 100 * (ours[0].closed.arrived / theirs.closed.arrived - 1), "%"),
    ],
    speeds: {
      "SUMO without": speeds(theirs.without),
      "SUMO with the cars": speeds(theirs.closed),
      "ours without": speeds(ours[0].without),
      "ours with the cars": speeds(ours[0].closed),
    },
  };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}
