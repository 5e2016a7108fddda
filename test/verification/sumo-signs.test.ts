import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { meanOf, type RunFigures } from "../../main/cli/edge-figures";
import {
  arms,
  car,
  crossing,
  flow,
  road,
  runDrawn,
  writeDrawn,
  type DrawnNetwork as Network,
  type DrawnScenario,
} from "./drawn-networks";
import { hasSumoProgram, runSumo } from "./sumo-runs";

// Junctions that no folder of the reference data has: lanes that zip into one, stop signs for some and for all. SUMO runs beside us.

/** As in accuracy test 4; and so much, s, of what one car loses at a sign, which is little of its trip. */
const bars = { trip: 0.1, arrivals: 0.02, aloneS: 1.5 } as const;
const seeds = [1, 2, 3];

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-signs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const zips = (edge: string) =>
  [0, 1].map((lane) => `<connection from="${edge}" to="bc" fromLane="${lane}" toLane="0"/>`);
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

const lorry = '<vType id="lorry" vClass="truck" length="14"/>';
const steady = '<vType id="car" sigma="0" speedDev="0"/>';
const alone = `${steady}<vehicle id="one" depart="0" type="car" departSpeed="max"><route edges="sc cn"/></vehicle>`;
const fromAll = arms
  .flatMap((from) => arms.filter((to) => to !== from).map((to) => [from.id, to.id] as const))
  .map(([from, to]) => flow(`${from}${to}`, `${from}c c${to}`, from === "w" || from === "e" ? 60 : 30, "best"))
  .join("");

const cases: readonly DrawnScenario[] = [
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

describe.skipIf(!hasSumoProgram)("beside SUMO", () => {
  test.each(cases.map((each) => [each.name, each] as const))(
    "%s: trips take as long, as many arrive, and no body touches another",
    async (name, each) => {
      const configuration = writeDrawn(folder, each);
      const theirs = seeds.map((seed) => runSumo(configuration, seed));
      const ours: RunFigures[] = [];
      for (const seed of seeds) ours.push(await runDrawn(configuration, seed, each.tickS ?? 1));
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
