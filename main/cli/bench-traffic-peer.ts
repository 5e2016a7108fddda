import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fail, succeed, type Result } from "../../common/result";
import { dataFolder } from "../host/folders";
import { figuresOfSumo, type RunFigures } from "./edge-figures";

// The peer: SUMO on generated grids of signals, as it is called for the traffic engine's bars. Networks and routes are made
// once and kept; both programs read the same files.

/** A network with a demand. */
export interface PeerCase {
  readonly name: string;
  /** Streets in each direction. */
  readonly streets: number;
  /** One vehicle so often, s. */
  readonly everyS: number;
  /** Departures and both runs end then, s. */
  readonly endS: number;
}

export const peerCases: readonly PeerCase[] = [
  { name: "g20_d10k", streets: 20, everyS: 0.055, endS: 900 },
  { name: "g40_d30k", streets: 40, everyS: 0.015, endS: 600 },
];

/** Paths of what both programs read. */
export interface PeerInputs {
  readonly net: string;
  readonly routes: string;
  readonly types: string;
}

const seed = 42;
const sumoHome = (): string => process.env["SUMO_HOME"] ?? "/usr/share/sumo";

/** Its inputs, from the cache or made now: half a minute to two. */
export async function peerInputs({ name, streets, everyS, endS }: PeerCase): Promise<Result<PeerInputs>> {
  const folder = dataFolder("cache", "sumo-peer");
  const inputs = {
    net: path.join(folder, `g${streets}.net.xml`),
    routes: path.join(folder, `${name}.rou.xml.gz`),
    types: path.join(folder, "krauss.add.xml"),
  };
  if (Object.values(inputs).every((file) => existsSync(file))) return succeed(inputs);
  const randomTrips = path.join(sumoHome(), "tools/randomTrips.py");
  if (!existsSync(randomTrips)) return fail(`${lack}; SUMO_HOME names its folder`, randomTrips);
  return inFolder(async (draft) => {
    const file = (base: string) => path.join(draft, base);
    writeFileSync(file("types.xml"), '<additional><vType id="car" carFollowModel="Krauss"/></additional>\n');
    const made = await inTurn([
      [
        "netgenerate",
        ...["--grid", "--grid.number", streets, "--grid.length", 200, "--default.lanenumber", 2],
        ...["--default.speed", 13.89, "--default-junction-type", "traffic_light", "--no-turnarounds", "true"],
        ...["--tls.default-type", "static", "--tls.cycle.time", 60, "--seed", seed, "-o", file("net.xml")],
      ],
      [
        ...["python3", randomTrips, "-n", file("net.xml"), "-b", 0, "-e", endS, "-p", everyS, "--seed", seed],
        ...["--fringe-factor", 1, "--min-distance", 400],
        ...["--trip-attributes", 'type="car" departLane="best" departSpeed="max"', "-o", file("trips.xml")],
      ],
      [
        ...["duarouter", "-n", file("net.xml"), "-r", file("trips.xml"), "-a", file("types.xml")],
        ...["--weights.random-factor", 1.5, "--seed", seed, "--ignore-errors", "--no-step-log"],
        ...["--vtype-output", "/dev/null", "-o", file("routes.xml")],
      ],
    ]);
    if (!made.ok) return made;
    writeFileSync(file("routes.xml.gz"), gzipSync(readFileSync(file("routes.xml"))));
    keep(file("types.xml"), inputs.types);
    keep(file("net.xml"), inputs.net);
    keep(file("routes.xml.gz"), inputs.routes);
    return succeed(inputs);
  });
}

/** Whole or not at all. */
function keep(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}

/** What a run of SUMO came to. */
export interface PeerRun {
  /** Its own account of the simulation's duration, s: inputs but the network are read in the course of it. */
  readonly wallS: number;
  /** Processor time of the whole process, s. */
  readonly cpuS: number;
  readonly arrived: number;
  readonly running: number;
  /** Vehicles running, summed over steps. */
  readonly updates: number;
  readonly teleports: number;
}

/** Runs SUMO with its default model at 1 s steps, with flows and speeds by edge as its only output beside the summary. */
export async function runPeer(peer: PeerCase, inputs: PeerInputs): Promise<Result<PeerRun>> {
  return inFolder(async (folder) => {
    const file = (base: string) => path.join(folder, base);
    const run = await runSumoOn(peer, inputs, folder, ["--summary-output", file("summary.xml")]);
    if (!run.ok) return run;
    const log = readFileSync(file("log.txt"), "utf8");
    const wallS = Number(/ Duration: ([\d.]+)s/.exec(log)?.[1]);
    const steps = Array.from(readFileSync(file("summary.xml"), "utf8").matchAll(/<step [^>]*>/g), ([step]) => step);
    const number = (step: string | undefined, name: string) =>
      Number(new RegExp(` ${name}="([^"]*)"`).exec(step ?? "")?.[1]);
    const last = steps[steps.length - 1];
    if (!(wallS > 0) || last === undefined) return fail("SUMO printed no duration", peer.name);
    return succeed({
      wallS,
      cpuS: cpuOf(run.value),
      arrived: number(last, "ended"),
      running: number(last, "running"),
      updates: steps.reduce((sum, step) => sum + number(step, "running"), 0),
      teleports: Number(/Teleports: (\d+)/.exec(log)?.[1] ?? 0),
    });
  });
}

/** Runs SUMO with every trip's account, which costs time of its own. */
export async function peerFigures(peer: PeerCase, inputs: PeerInputs): Promise<Result<RunFigures>> {
  return inFolder(async (folder) => {
    const file = (base: string) => path.join(folder, base);
    const run = await runSumoOn(peer, inputs, folder, ["--tripinfo-output", file("trips.xml")]);
    if (!run.ok) return run;
    return succeed(figuresOfSumo(readFileSync(file("edges.xml"), "utf8"), readFileSync(file("trips.xml"), "utf8")));
  });
}

function runSumoOn(
  { endS }: PeerCase,
  { net, routes, types }: PeerInputs,
  folder: string,
  outputs: readonly string[],
): Promise<Result<string>> {
  const file = (base: string) => path.join(folder, base);
  writeFileSync(
    file("edges.add.xml"),
    `<additional><edgeData id="edges" file="edges.xml" begin="0" end="${endS}"/></additional>\n`,
  );
  return call([
    ...[...timed, "sumo", "-n", net, "-r", routes, "-a", `${types},${file("edges.add.xml")}`, "-b", 0, "-e", endS],
    ...["--seed", seed, "--no-step-log", "true", "--no-warnings", "true", "--verbose", "true"],
    ...["--duration-log.statistics", "true", "--log", file("log.txt"), ...outputs],
  ]);
}

/** A shell that tells after a program how much processor time it took (POSIX, `times`: its second line is the children's). */
const timed = ["sh", "-c", '"$@" || exit; times', "sh"];

function cpuOf(said: string): number {
  const [, user, system] = /(\d+m[\d.]+s) (\d+m[\d.]+s)\s*$/.exec(said) ?? [];
  const seconds = (text = "") => Number(/^(\d+)m/.exec(text)?.[1]) * 60 + Number(/m([\d.]+)s/.exec(text)?.[1]);
  return seconds(user) + seconds(system);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-sumo-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lack = "is missing: this is measured against SUMO (on Debian the packages sumo and sumo-tools)";

async function inTurn(calls: readonly (readonly (string | number)[])[]): Promise<Result<string>> {
  let last: Result<string> = succeed("");
  for (const each of calls) {
    last = await call(each);
    if (!last.ok) return last;
  }
  return last;
}

/** Runs a program of SUMO's. @returns what it wrote on stdout; a failure names the program */
function call([program = "", ...args]: readonly (string | number)[]): Promise<Result<string>> {
  return new Promise((resolve) => {
    const child = spawn(String(program), args.map(String), {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, SUMO_HOME: sumoHome() },
    });
    const said = { out: "", error: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.out = (said.out + chunk.toString()).slice(-saidMax)));
    child.stderr.on("data", (chunk: Buffer) => (said.error = (said.error + chunk.toString()).slice(-saidMax)));
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(fail(error.code === "ENOENT" ? lack : error.message, String(program))),
    );
    child.once("exit", (code) => {
      // A shell that finds no program ends with 127.
      if (code === 127) resolve(fail(lack, args.includes("sumo") ? "sumo" : String(program)));
      else if (code === 0) resolve(succeed(said.out));
      else resolve(fail(`ended with ${code}: ${said.error.trim()}`, String(program)));
    });
  });
}

/** Characters that are kept of what a program says. */
const saidMax = 20_000;
