import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  figuresOfCsv,
  figuresOfSumo,
  meanOf,
  rowsOf,
  windowS,
  type EdgeSample,
  type RunFigures,
} from "../../main/cli/edge-figures";
import { elementsOf, sumoFiles } from "./sumo-files";

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

export const hasSumoProgram = spawnSync("sumo", ["--version"]).status === 0;

/**
 * Runs SUMO itself on a configuration, unchanged but for what it writes.
 * @param more additional elements that have it write more
 */
export function runSumo(configuration: string, seed: number, more = ""): RunFigures {
  const folder = mkdtempSync(path.join(tmpdir(), "sumo-run-"));
  const file = (name: string) => path.join(folder, name);
  writeFileSync(
    file("edges.add.xml"),
    `<additional><edgeData id="edges" file="${file("edges.xml")}" period="${windowS}"/>${more}</additional>`,
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
  return figuresOfSumo(textOf(file("edges.xml")), textOf(file("trips.xml")));
}

/** What the reference folder states of whole runs, as the mean of its seeds, and how many vehicles departed. */
export function readReference(reference: string): RunFigures & { readonly inserted: number } {
  const summary = tableIn(path.join(reference, "summary.csv"));
  const edges = new Map<string, EdgeSample>();
  for (const row of tableIn(path.join(reference, "edges.csv"))) {
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

/** When a run is ended that has no end of its own: SUMO's own are over by 01:36. */
const latest = "02:30";
const program = path.resolve("dist/main/pendulaire.cjs");

export const nameOf = (configuration: string): string => path.basename(path.dirname(configuration));
const ownRuns = new Map<string, RunFigures>();

/** Runs a configuration by the built command line, in windows as SUMO's, once a seed. */
export function ownRunOf(configuration: string, seed: number): RunFigures {
  const key = `${seed} ${configuration}`;
  const known = ownRuns.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(path.join(tmpdir(), "sumo-traffic-"));
  const [edges, trips] = [path.join(folder, "edges.csv"), path.join(folder, "trips.csv")];
  const args = ["simulate", configuration, "--edges", edges, "--edge-period", String(windowS), "--trips", trips];
  const hasEnd = elementsOf(configuration).some(({ tag }) => tag === "end");
  const ends = hasEnd ? [] : ["--to", latest];
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, ...args, "--seed", String(seed), ...ends, "--json"],
    {
      encoding: "utf8",
      timeout: 200_000,
      killSignal: "SIGKILL",
    },
  );
  if (status !== 0) throw new Error(`pendulaire ${args.join(" ")}: ${stderr}`);
  const run = figuresOfCsv(textOf(edges), textOf(trips));
  ownRuns.set(key, run);
  return run;
}

function tableIn(file: string): Record<string, string>[] {
  return rowsOf(textOf(file));
}

function textOf(file: string): string {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  return readFileSync(file, "utf8");
}
