import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { City } from "../../common/city";
import { figuresOfCsv, type RunFigures } from "../../main/cli/edge-figures";
import { edgePeriods, tripsCsv } from "../../main/cli/simulation-output";
import { openSumoScenario, readScenarioDemand } from "../../main/host/sumo-files";
import type { Arena } from "../../workers/arena";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { touchingMerges, touchingPairs } from "../support/traffic-bodies";
import { overlaps, recordsOf, wrongNotes } from "../support/traffic-checks";

/** A network that a test draws for netconvert: what its files have within their outermost elements. */
export interface DrawnNetwork {
  readonly nodes: string;
  readonly edges: string;
  readonly connections: string;
}

export interface DrawnScenario {
  readonly name: string;
  readonly network: DrawnNetwork;
  readonly demand: string;
  /** Signal programs that come after the network's. */
  readonly programs?: string;
  /** Options of netconvert. */
  readonly options?: readonly string[];
  readonly tickS?: number;
}

export const drawnRunS = 3600;

/** SUMO's usual driver and car, and a node where a signal stands. */
export const car = '<vType id="car"/>';
export const signal = "traffic_light";

export const node = (id: string, x: number, y: number, type = "priority"): string =>
  `<node id="${id}" x="${x}" y="${y}" type="${type}"/>`;

export const road = (id: string, from: string, to: string, lanes: number, speedMps: number): string =>
  `<edge id="${id}" from="${from}" to="${to}" numLanes="${lanes}" speed="${speedMps}"/>`;

export const flow = (id: string, edges: string, vehiclesPerH: number, lane: string, type = "car"): string =>
  `<flow id="${id}" type="${type}" begin="0" end="3000" vehsPerHour="${vehiclesPerH}" departLane="${lane}" departSpeed="max"><route edges="${edges}"/></flow>`;

/** Arrivals are random: times between them have an exponential distribution. */
export const randomFlow = (id: string, edges: string, vehiclesPerH: number): string =>
  `<flow id="${id}" type="car" begin="0" end="3000" period="exp(${vehiclesPerH / 3600})" departLane="best" departSpeed="max"><route edges="${edges}"/></flow>`;

/** Four arms of 500 m; two of them are the smaller road. */
export const arms: readonly {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly priority: number;
}[] = [
  { id: "w", x: -500, y: 0, priority: 3 },
  { id: "e", x: 500, y: 0, priority: 3 },
  { id: "s", x: 0, y: -500, priority: 1 },
  { id: "n", x: 0, y: 500, priority: 1 },
];

/** They meet in the node c, of SUMO's `type`. */
export const crossing = (type: string, lanes = 1): DrawnNetwork => ({
  nodes: `<node id="c" x="0" y="0" type="${type}"/>${arms.map(({ id, x, y }) => `<node id="${id}" x="${x}" y="${y}"/>`).join("")}`,
  edges: arms
    .flatMap(({ id, priority }) =>
      [`id="${id}c" from="${id}" to="c"`, `id="c${id}" from="c" to="${id}"`].map(
        (ends) => `<edge ${ends} numLanes="${lanes}" speed="13.89" priority="${priority}"/>`,
      ),
    )
    .join(""),
  connections: "",
});

/** Writes what both programs read. @returns the configuration */
export function writeDrawn(folder: string, { name, network, demand, programs, options }: DrawnScenario): string {
  const base = path.join(folder, name.replaceAll(/[^a-z0-9]+/g, "-"));
  const { nodes, edges, connections } = network;
  writeFileSync(`${base}.nod.xml`, `<nodes>${nodes}</nodes>`);
  writeFileSync(`${base}.edg.xml`, `<edges>${edges}</edges>`);
  writeFileSync(`${base}.con.xml`, `<connections>${connections}</connections>`);
  writeFileSync(`${base}.rou.xml`, `<routes>${demand}</routes>`);
  writeFileSync(`${base}.add.xml`, `<additional>${programs ?? ""}</additional>`);
  const made = spawnSync("netconvert", [
    ...["-n", `${base}.nod.xml`, "-e", `${base}.edg.xml`, "-x", `${base}.con.xml`, "-o", `${base}.net.xml`],
    ...["--no-turnarounds", "true", "--no-warnings", "true", "--xml-validation", "never", ...(options ?? [])],
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const traffic = `<net-file value="${base}.net.xml"/><route-files value="${base}.rou.xml"/>`;
  const more = programs === undefined ? "" : `<additional-files value="${path.basename(base)}.add.xml"/>`;
  const time = `<begin value="0"/><end value="${drawnRunS}"/>`;
  writeFileSync(
    `${base}.sumocfg`,
    `<configuration><input>${traffic}${more}</input><time>${time}</time></configuration>`,
  );
  return `${base}.sumocfg`;
}

/**
 * Runs a drawn scenario by our engine, and fails where bodies touch.
 * @param watch is called after each second
 */
export async function runDrawn(
  configuration: string,
  seed: number,
  tickS: number,
  watch?: (city: City, arena: Arena, second: number) => void,
): Promise<RunFigures> {
  const opened = await openSumoScenario(configuration, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) throw new Error(demand.error.message);
  const { city } = opened.value;
  const twin = buildScenarioTwin(city, demand.value, { seed, beginS: 0, endS: drawnRunS, tickS });
  if (!twin.ok) throw new Error(twin.error.message);
  const { arena } = twin.value;
  const edges = edgePeriods(city, arena, drawnRunS);
  const engine = createTwinEngine(arena, parameterValues());
  for (let second = 1; second <= drawnRunS; second++) {
    advanceTwin(engine, Math.round(second / tickS));
    const records = recordsOf(arena);
    const touching = [...touchingPairs(city, arena), ...touchingMerges(city, arena)];
    const wrong = [...touching, ...overlaps(arena, records), ...wrongNotes(arena, records)];
    expect(wrong, `seed ${seed}, second ${second}`).toEqual([]);
    watch?.(city, arena, second);
  }
  return figuresOfCsv(edges.csv(), tripsCsv(arena));
}
