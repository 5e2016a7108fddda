import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { edgePeriods, tripsCsv } from "../../main/cli/simulation-output";
import { figuresOfCsv, meanOf, type RunFigures } from "../../main/cli/edge-figures";
import { openSumoScenario, readScenarioDemand } from "../../main/host/sumo-files";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { touchingMerges, touchingPairs } from "../support/traffic-bodies";
import { overlaps, recordsOf, wrongNotes } from "../support/traffic-checks";
import { hasSumoProgram, runSumo } from "./sumo-runs";

// Junctions that no folder of the reference data has: lanes that zip into one, stop signs for some and for all. SUMO runs beside us.

const endS = 3600;
/** As in accuracy test 4; and so much, s, of what one car loses at a sign, which is little of its trip. */
const bars = { trip: 0.1, arrivals: 0.02, aloneS: 1.5 } as const;
const seeds = [1, 2, 3];

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-signs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Network {
  readonly nodes: string;
  readonly edges: string;
  readonly connections: string;
}

const zips = (edge: string) =>
  [0, 1].map((lane) => `<connection from="${edge}" to="bc" fromLane="${lane}" toLane="0"/>`);
const road = (id: string, from: string, to: string, lanes: number, speedMps: number) =>
  `<edge id="${id}" from="${from}" to="${to}" numLanes="${lanes}" speed="${speedMps}"/>`;

/** Two lanes of 800 m become one in the middle. */
const merge = (speedMps: number): Network => ({
  nodes: '<node id="a" x="0" y="0"/><node id="b" x="800" y="0" type="zipper"/><node id="c" x="1600" y="0"/>',
  edges: road("ab", "a", "b", 2, speedMps) + road("bc", "b", "c", 1, speedMps),
  connections: zips("ab").join(""),
});

/** The last metres of two lanes are an edge of their own, shorter than what drivers look ahead. */
const shortMerge = (lastM: number): Network => ({
  nodes: `<node id="a" x="0" y="0"/><node id="m" x="${800 - lastM}" y="0"/><node id="b" x="800" y="0" type="zipper"/><node id="c" x="1600" y="0"/>`,
  edges: road("am", "a", "m", 2, 22.22) + road("mb", "m", "b", 2, 22.22) + road("bc", "b", "c", 1, 22.22),
  connections:
    zips("mb").join("") +
    [0, 1].map((lane) => `<connection from="am" to="mb" fromLane="${lane}" toLane="${lane}"/>`).join(""),
});

/** Two roads become one; the last metres of one are an edge of their own. */
const twoRoads = (lastM: number): Network => ({
  nodes: `<node id="a" x="0" y="0"/><node id="d" x="0" y="200"/><node id="m" x="${800 - lastM}" y="0"/><node id="b" x="800" y="0" type="zipper"/><node id="c" x="1600" y="0"/>`,
  edges:
    road("am", "a", "m", 1, 22.22) +
    road("mb", "m", "b", 1, 22.22) +
    road("db", "d", "b", 1, 22.22) +
    road("bc", "b", "c", 1, 22.22),
  connections: "",
});

const arms = [
  { id: "w", x: -500, y: 0, priority: 3 },
  { id: "e", x: 500, y: 0, priority: 3 },
  { id: "s", x: 0, y: -500, priority: 1 },
  { id: "n", x: 0, y: 500, priority: 1 },
];

/** Four arms of 500 m; two of them are the smaller road. */
const crossing = (type: string): Network => ({
  nodes: `<node id="c" x="0" y="0" type="${type}"/>${arms.map(({ id, x, y }) => `<node id="${id}" x="${x}" y="${y}"/>`).join("")}`,
  edges: arms
    .flatMap(({ id, priority }) =>
      [`id="${id}c" from="${id}" to="c"`, `id="c${id}" from="c" to="${id}"`].map(
        (ends) => `<edge ${ends} numLanes="1" speed="13.89" priority="${priority}"/>`,
      ),
    )
    .join(""),
  connections: "",
});

interface Case {
  readonly name: string;
  readonly network: Network;
  readonly demand: string;
  readonly tickS?: number;
}

const flow = (id: string, edges: string, vehiclesPerH: number, lane: string, type = "car"): string =>
  `<flow id="${id}" type="${type}" begin="0" end="3000" vehsPerHour="${vehiclesPerH}" departLane="${lane}" departSpeed="max"><route edges="${edges}"/></flow>`;
const car = '<vType id="car"/>';
const lorry = '<vType id="lorry" vClass="truck" length="14"/>';
const steady = '<vType id="car" sigma="0" speedDev="0"/>';
const alone = `${steady}<vehicle id="one" depart="0" type="car" departSpeed="max"><route edges="sc cn"/></vehicle>`;
const fromAll = arms
  .flatMap((from) => arms.filter((to) => to !== from).map((to) => [from.id, to.id] as const))
  .map(([from, to]) => flow(`${from}${to}`, `${from}c c${to}`, from === "w" || from === "e" ? 60 : 30, "best"))
  .join("");

const cases: readonly Case[] = [
  ...[800, 1000, 1400].map((vehiclesPerH) => ({
    ...{ name: `${vehiclesPerH} vehicles an hour zip`, network: merge(22.22) },
    demand: car + flow("all", "ab bc", vehiclesPerH, "random"),
  })),
  {
    ...{ name: "1400 vehicles an hour zip, in steps of 0.1 s", network: merge(22.22), tickS: 0.1 },
    demand: car + flow("all", "ab bc", 1400, "random"),
  },
  {
    ...{ name: "cars and lorries zip", network: merge(22.22) },
    demand: car + lorry + flow("cars", "ab bc", 700, "random") + flow("lorries", "ab bc", 400, "random", "lorry"),
  },
  ...[4, 8, 20].map((lastM) => ({
    ...{ name: `lanes zip behind a road of ${lastM} m`, network: shortMerge(lastM) },
    demand: car + flow("all", "am mb bc", 1200, "random"),
  })),
  ...[8, 20].map((lastM) => ({
    ...{ name: `two roads zip, one of them behind ${lastM} m`, network: twoRoads(lastM) },
    demand: car + flow("one", "am mb bc", 600, "best") + flow("other", "db bc", 600, "best"),
  })),
  ...["priority_stop", "allway_stop"].flatMap((type) => [
    { name: `one car at a junction of type ${type}`, network: crossing(type), demand: alone },
    { name: `a junction of type ${type}`, network: crossing(type), demand: car + fromAll },
  ]),
];

/** Writes what both programs read. @returns the configuration */
function write({ name, network, demand }: Case): string {
  const base = path.join(folder, name.replaceAll(/[^a-z0-9]+/g, "-"));
  const { nodes, edges, connections } = network;
  writeFileSync(`${base}.nod.xml`, `<nodes>${nodes}</nodes>`);
  writeFileSync(`${base}.edg.xml`, `<edges>${edges}</edges>`);
  writeFileSync(`${base}.con.xml`, `<connections>${connections}</connections>`);
  writeFileSync(`${base}.rou.xml`, `<routes>${demand}</routes>`);
  const made = spawnSync("netconvert", [
    ...["-n", `${base}.nod.xml`, "-e", `${base}.edg.xml`, "-x", `${base}.con.xml`, "-o", `${base}.net.xml`],
    ...["--no-turnarounds", "true", "--no-warnings", "true", "--xml-validation", "never"],
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const input = `<net-file value="${base}.net.xml"/><route-files value="${base}.rou.xml"/>`;
  const time = `<begin value="0"/><end value="${endS}"/>`;
  writeFileSync(`${base}.sumocfg`, `<configuration><input>${input}</input><time>${time}</time></configuration>`);
  return `${base}.sumocfg`;
}

async function runOurs(configuration: string, seed: number, tickS: number): Promise<RunFigures> {
  const opened = await openSumoScenario(configuration, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) throw new Error(demand.error.message);
  const { city } = opened.value;
  const twin = buildScenarioTwin(city, demand.value, { seed, beginS: 0, endS, tickS });
  if (!twin.ok) throw new Error(twin.error.message);
  const { arena } = twin.value;
  const edges = edgePeriods(city, arena, endS);
  const engine = createTwinEngine(arena, parameterValues());
  for (let second = 1; second <= endS; second++) {
    advanceTwin(engine, Math.round(second / tickS));
    const records = recordsOf(arena);
    const touching = [...touchingPairs(city, arena), ...touchingMerges(city, arena)];
    const wrong = [...touching, ...overlaps(arena, records), ...wrongNotes(arena, records)];
    expect(wrong, `seed ${seed}, second ${second}`).toEqual([]);
  }
  return figuresOfCsv(edges.csv(), tripsCsv(arena));
}

describe.skipIf(!hasSumoProgram)("beside SUMO", () => {
  test.each(cases.map((each) => [each.name, each] as const))(
    "%s: trips take as long, as many arrive, and no body touches another",
    async (name, each) => {
      const configuration = write(each);
      const theirs = seeds.map((seed) => runSumo(configuration, seed));
      const ours: RunFigures[] = [];
      for (const seed of seeds) ours.push(await runOurs(configuration, seed, each.tickS ?? 1));
      const ratio = (of: (run: RunFigures) => number) => meanOf(ours.map(of)) / meanOf(theirs.map(of)) - 1;
      const [trip, arrivals] = [ratio(({ meanTripS }) => meanTripS), ratio(({ arrived }) => arrived)];
      console.info(`${name}: trip time ${(100 * trip).toFixed(1)} %, arrivals ${(100 * arrivals).toFixed(1)} %`);
      expect(Math.abs(trip)).toBeLessThanOrEqual(bars.trip);
      expect(Math.abs(arrivals)).toBeLessThanOrEqual(bars.arrivals);
      if (each.demand !== alone) return;
      const [lostS, theyLoseS] = [ours, theirs].map((runs) => meanOf(runs.map(({ meanTimeLossS }) => meanTimeLossS)));
      console.info(`${name}: ${lostS.toFixed(1)} s lost, SUMO ${theyLoseS.toFixed(1)} s`);
      expect(Math.abs(lostS - theyLoseS)).toBeLessThanOrEqual(bars.aloneS);
    },
    600_000,
  );
});
