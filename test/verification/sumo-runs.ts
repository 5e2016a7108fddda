import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { elementsOf, sumoFiles } from "./sumo-files";

/** Flow and speed of one edge over one interval, vehicles that entered or departed there. */
export interface EdgeSample {
  readonly vehicles: number;
  readonly sampledS: number;
  readonly travelledM: number;
}

/** What a run came to: edges by "begin edge", and trips. */
export interface RunFigures {
  readonly edges: ReadonlyMap<string, EdgeSample>;
  readonly arrived: number;
  readonly meanTripS: number;
  readonly meanTimeLossS: number;
}

/** A configuration beside which somebody else's figures lie. */
export interface ReferredScenario {
  readonly configuration: string;
  readonly reference: string;
}

export const referredScenarios: readonly ReferredScenario[] = sumoFiles(/\.sumocfg$/).flatMap((configuration) => {
  const folder = path.dirname(configuration);
  const reference = readdirSync(folder).find((name) => name.startsWith("reference-"));
  return reference === undefined ? [] : [{ configuration, reference: path.join(folder, reference) }];
});

export const windowS = 900;
export const hasSumoProgram = spawnSync("sumo", ["--version"]).status === 0;

/** Runs SUMO itself on a configuration, unchanged but for what it writes. */
export function runSumo(configuration: string, seed: number): RunFigures {
  const folder = mkdtempSync(path.join(tmpdir(), "sumo-run-"));
  const file = (name: string) => path.join(folder, name);
  writeFileSync(
    file("edges.add.xml"),
    `<additional><edgeData id="edges" file="${file("edges.xml")}" period="${windowS}"/></additional>`,
  );
  const named = elementsOf(configuration).find(({ tag }) => tag === "additional-files")?.attributes["value"] ?? "";
  const additional = named
    .split(",")
    .flatMap((name) => (name === "" ? [] : [path.join(path.dirname(configuration), name)]));
  const run = spawnSync("sumo", [
    ...["-c", configuration, "-a", [...additional, file("edges.add.xml")].join(","), "--seed", String(seed)],
    ...["--tripinfo-output", file("trips.xml"), "--log", file("log.txt"), "--xml-validation", "never"],
    ...["--no-step-log", "true", "--no-warnings", "true"],
  ]);
  if (run.status !== 0) throw new Error(`SUMO ended with ${run.status}: ${run.stderr.toString()}`);
  const edges = new Map<string, EdgeSample>();
  let begin = "";
  for (const { tag, attributes } of elementsOf(file("edges.xml"))) {
    if (tag === "interval") begin = String(Number(attributes["begin"]));
    if (tag !== "edge") continue;
    const sampledS = Number(attributes["sampledSeconds"]);
    edges.set(`${begin} ${attributes["id"]}`, {
      vehicles: Number(attributes["entered"]) + Number(attributes["departed"]),
      sampledS,
      travelledM: sampledS * Number(attributes["speed"] ?? 0),
    });
  }
  const trips = elementsOf(file("trips.xml")).filter(({ tag }) => tag === "tripinfo");
  const mean = (name: string) => meanOf(trips.map(({ attributes }) => Number(attributes[name])));
  return { edges, arrived: trips.length, meanTripS: mean("duration"), meanTimeLossS: mean("timeLoss") };
}

/** What the reference folder states of whole runs, as the mean of its seeds, and how many vehicles departed. */
export function readReference(reference: string): RunFigures & { readonly inserted: number } {
  const summary = rowsOf(path.join(reference, "summary.csv"));
  const edges = new Map<string, EdgeSample>();
  for (const row of rowsOf(path.join(reference, "edges.csv"))) {
    const key = `0 ${row["edge"]}`;
    const known = edges.get(key) ?? { vehicles: 0, sampledS: 0, travelledM: 0 };
    const vehicles = Number(row["entered"]) + Number(row["departed"]);
    // Of a mean speed, its weight is the time spent: here that of one metre a vehicle.
    const speedMps = Number(row["speed_mps"]);
    if (!(speedMps > 0)) continue;
    edges.set(key, {
      vehicles: known.vehicles + vehicles / summary.length,
      sampledS: known.sampledS + vehicles / speedMps,
      travelledM: known.travelledM + vehicles,
    });
  }
  const mean = (name: string) => meanOf(summary.map((row) => Number(row[name])));
  return {
    edges,
    inserted: mean("inserted"),
    arrived: mean("inserted") - mean("running"),
    meanTripS: mean("duration"),
    meanTimeLossS: mean("timeLoss"),
  };
}

/** What `simulate --edges --trips` wrote. */
export function readOwnRun(edgesFile: string, tripsFile: string): RunFigures {
  const edges = new Map<string, EdgeSample>();
  for (const row of rowsOf(edgesFile)) {
    const sampledS = Number(row["sampledSeconds"]);
    edges.set(`${Number(row["begin"])} ${row["edge"]}`, {
      vehicles: Number(row["entered"]),
      sampledS,
      travelledM: sampledS * Number(row["meanSpeedMps"] ?? 0),
    });
  }
  const trips = rowsOf(tripsFile).filter((row) => row["arrive"] !== "");
  return {
    edges,
    arrived: trips.length,
    meanTripS: meanOf(trips.map((row) => Number(row["arrive"]) - Number(row["depart"]))),
    meanTimeLossS: meanOf(trips.map((row) => Number(row["timeLossS"]))),
  };
}

/** Share of edge windows with GEH < 5, of those in which one of the two has anybody; NaN where windows are not the same. */
export function shareOfFlows(ours: RunFigures, theirs: RunFigures): number {
  const last = Math.max(...[...theirs.edges.keys()].map((key) => Number(key.split(" ")[0])));
  const keys = new Set([...theirs.edges.keys(), ...ours.edges.keys()]);
  let [all, good] = [0, 0];
  for (const key of keys) {
    if (Number(key.split(" ")[0]) > last) continue;
    const perHour = 3600 / windowS;
    const [a, b] = [ours, theirs].map(({ edges }) => (edges.get(key)?.vehicles ?? 0) * perHour);
    if (a + b === 0) continue;
    all++;
    // @see GEH statistic: UK Department for Transport, Design Manual for Roads and Bridges, 12.2.1
    if (Math.sqrt((2 * (a - b) ** 2) / (a + b)) < 5) good++;
  }
  return good / all;
}

/** Share of edges over which they drive at least 50 vehicles whose mean speed lies within 15 % of theirs. */
export function shareOfSpeeds(ours: RunFigures, theirs: RunFigures): number {
  const [own, other] = [byEdge(ours), byEdge(theirs)];
  let [all, good] = [0, 0];
  for (const [edge, sample] of other) {
    if (sample.vehicles < 50) continue;
    all++;
    const mine = own.get(edge);
    if (mine === undefined || mine.sampledS === 0) continue;
    const ratio = mine.travelledM / mine.sampledS / (sample.travelledM / sample.sampledS);
    if (Math.abs(ratio - 1) <= 0.15) good++;
  }
  return good / all;
}

function byEdge({ edges }: RunFigures): ReadonlyMap<string, EdgeSample> {
  const sums = new Map<string, EdgeSample>();
  for (const [key, sample] of edges) {
    const edge = key.slice(key.indexOf(" ") + 1);
    const known = sums.get(edge) ?? { vehicles: 0, sampledS: 0, travelledM: 0 };
    sums.set(edge, {
      vehicles: known.vehicles + sample.vehicles,
      sampledS: known.sampledS + sample.sampledS,
      travelledM: known.travelledM + sample.travelledM,
    });
  }
  return sums;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function rowsOf(file: string): Record<string, string>[] {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const [head = "", ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, column) => [names[column] ?? "", value])));
}
