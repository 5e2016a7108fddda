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
import { touchingPairs } from "../support/traffic-bodies";
import { overlaps, recordsOf, wrongNotes } from "../support/traffic-checks";
import { hasSumoProgram, runSumo } from "./sumo-runs";

// Junctions that no folder of the reference data has: lanes that zip into one, stop signs for some and for all. SUMO runs beside us.

const endS = 3600;
/** As in accuracy test 4. */
const bars = { trip: 0.1, arrivals: 0.02 } as const;
const seeds = [1, 2, 3];

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-signs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two lanes of 800 m become one in the middle. */
const merge = {
  nodes: '<node id="a" x="0" y="0"/><node id="b" x="800" y="0" type="zipper"/><node id="c" x="1600" y="0"/>',
  edges:
    '<edge id="ab" from="a" to="b" numLanes="2" speed="22.22"/><edge id="bc" from="b" to="c" numLanes="1" speed="22.22"/>',
  connections: [0, 1].map((lane) => `<connection from="ab" to="bc" fromLane="${lane}" toLane="0"/>`).join(""),
};

const arms = [
  { id: "w", x: -500, y: 0, priority: 3 },
  { id: "e", x: 500, y: 0, priority: 3 },
  { id: "s", x: 0, y: -500, priority: 1 },
  { id: "n", x: 0, y: 500, priority: 1 },
];

/** Four arms of 500 m; two of them are the smaller road. */
const crossing = (type: string) => ({
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
  readonly network: { readonly nodes: string; readonly edges: string; readonly connections: string };
  readonly demand: string;
}

const flow = (id: string, edges: string, vehiclesPerH: number, lane: string): string =>
  `<flow id="${id}" type="car" begin="0" end="3000" vehsPerHour="${vehiclesPerH}" departLane="${lane}" departSpeed="max"><route edges="${edges}"/></flow>`;
const car = '<vType id="car"/>';
const steady = '<vType id="car" sigma="0" speedDev="0"/>';
const alone = `${steady}<vehicle id="one" depart="0" type="car" departSpeed="max"><route edges="sc cn"/></vehicle>`;
const fromAll = arms
  .flatMap((from) => arms.filter((to) => to !== from).map((to) => [from.id, to.id] as const))
  .map(([from, to]) => flow(`${from}${to}`, `${from}c c${to}`, from === "w" || from === "e" ? 60 : 30, "best"))
  .join("");

const cases: readonly Case[] = [
  ...[800, 1000, 1400].map((vehiclesPerH) => ({
    ...{ name: `${vehiclesPerH} vehicles an hour zip`, network: merge },
    demand: `${car}${flow("all", "ab bc", vehiclesPerH, "random")}`,
  })),
  ...["priority_stop", "allway_stop"].flatMap((type) => [
    { name: `one car at a junction of type ${type}`, network: crossing(type), demand: alone },
    { name: `a junction of type ${type}`, network: crossing(type), demand: `${car}${fromAll}` },
  ]),
];

/** Writes what both programs read. @returns the configuration */
function write({ name, network, demand }: Case): string {
  const base = path.join(folder, name.replaceAll(" ", "-"));
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

async function runOurs(configuration: string, seed: number): Promise<RunFigures> {
  const opened = await openSumoScenario(configuration, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) throw new Error(demand.error.message);
  const { city } = opened.value;
  const twin = buildScenarioTwin(city, demand.value, { seed, beginS: 0, endS, tickS: 1 });
  if (!twin.ok) throw new Error(twin.error.message);
  const { arena } = twin.value;
  const edges = edgePeriods(city, arena, endS);
  const engine = createTwinEngine(arena, parameterValues());
  for (let tick = 1; tick <= endS; tick++) {
    advanceTwin(engine, tick);
    const records = recordsOf(arena);
    const wrong = [...touchingPairs(city, arena), ...overlaps(arena, records), ...wrongNotes(arena, records)];
    expect(wrong, `seed ${seed}, tick ${tick}`).toEqual([]);
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
      for (const seed of seeds) ours.push(await runOurs(configuration, seed));
      const ratio = (of: (run: RunFigures) => number) => meanOf(ours.map(of)) / meanOf(theirs.map(of)) - 1;
      const [trip, arrivals] = [ratio(({ meanTripS }) => meanTripS), ratio(({ arrived }) => arrived)];
      console.info(`${name}: trip time ${(100 * trip).toFixed(1)} %, arrivals ${(100 * arrivals).toFixed(1)} %`);
      expect(Math.abs(trip)).toBeLessThanOrEqual(bars.trip);
      expect(Math.abs(arrivals)).toBeLessThanOrEqual(bars.arrivals);
    },
    600_000,
  );
});
