// `npm run verify`: the long bars. Runs them, prints each figure, and writes it with its commit, date and machine to
// docs/measurements.json. Takes hours; needs the reference data (PENDULAIRE_TEST_DATA) for the real city. `-- --only NAME`
// runs one part (more than one: `--only A --only B`) and leaves the other parts' figures as they are.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { root, setUp } from "./setup.mjs";

const machine = {
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
};
const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });

setUp();
const data = path.resolve(root, process.env.PENDULAIRE_TEST_DATA ?? "../shared/data");
const krems = path.join(data, "osm-cities/krems.osm.gz");
const runs = 3;
const figures = [];
let failed = 0;
/** Of the part that runs. */
let part = "";

const git = (...args) => output("git", args).stdout.trim();

function note(what, value, unit, bar = null, ok = null) {
  const commit = git("rev-parse", "HEAD");
  // The figures themselves are no change to what is measured.
  const measured = ["--", ".", ":(exclude)docs/measurements.json"];
  const changed = git("status", "--porcelain", "--untracked-files=no", ...measured) !== "";
  figures.push({ part, what, value, unit, bar, ok, commit, changed, date: new Date().toISOString(), machine });
  if (ok === false) failed++;
  console.log(`${ok === false ? "MISSED " : ""}${what}: ${value} ${unit}${bar === null ? "" : ` (bar ${bar})`}`);
}

function output(program, args, environment = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, FORCE_COLOR: "0", ...environment },
  });
  return { ok: status === 0, stdout: stdout ?? "", stderr: error?.message ?? stderr ?? "" };
}

function measureEngine() {
  if (!existsSync(krems)) throw new Error(`there is no ${krems}: set PENDULAIRE_TEST_DATA`);
  const hour = ["simulate", krems, "--people", "10000", "--from", "07:00", "--to", "08:00", "--step", "1", "--json"];
  const documents = Array.from({ length: runs }, () => {
    const { ok, stdout, stderr } = output(process.execPath, ["dist/main/pendulaire.cjs", ...hour]);
    if (!ok) throw new Error(`simulate failed: ${stderr}`);
    return JSON.parse(stdout);
  });
  const factors = documents.map(({ realTimeFactor }) => realTimeFactor).sort((a, b) => a - b);
  const median = factors[runs >> 1];
  note(
    `one hour of Krems, 10,000 people, 1 s step, median of ${factors.join(", ")}`,
    median,
    "× real time",
    1000,
    median >= 1000,
  );
  const peak = Math.max(...documents.map(({ peakMemoryMb }) => peakMemoryMb));
  note("… peak memory", peak, "MB");
  const hashes = new Set(documents.map(({ stateHash }) => stateHash));
  note(`… different state hashes of ${runs} runs`, hashes.size - 1, "", 0, hashes.size === 1);
}

/** A long form of tests that CI runs as a sample; figures that a test tells (`test/support/figures.ts`) are kept too. */
function runTests(what, file, pattern, environment) {
  const told = path.join(tmpdir(), `pendulaire-figures-${process.pid}.jsonl`);
  rmSync(told, { force: true });
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    file.startsWith("test/") ? "verification" : "unit",
  ];
  const { ok, stdout, stderr } = output(process.execPath, [...args, "--reporter=json", file, "-t", pattern], {
    PENDULAIRE_FIGURES: told,
    ...environment,
  });
  const report = stdout.slice(stdout.indexOf("{"));
  const passed = report === "" ? 0 : JSON.parse(report).numPassedTests;
  if (!ok || passed === 0) console.error(`${stdout}\n${stderr}`);
  note(what, passed, "tests passed", null, ok && passed > 0);
  for (const line of existsSync(told) ? readFileSync(told, "utf8").trim().split("\n") : []) {
    const { what: figure, value, unit } = JSON.parse(line);
    note(figure, value, unit);
  }
  rmSync(told, { force: true });
}

/** Figures print as "what: number unit (note)"; they are kept as they were printed. */
function measureLedger() {
  const program = path.join(root, "node_modules/.cache/pendulaire/ledger-figures.cjs");
  buildSync({
    absWorkingDir: root,
    entryPoints: ["test/verification/ledger-figures.ts"],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node18.15",
    loader: { ".wasm": "binary" },
    external: ["lmdb"],
  });
  for (const name of ["engine", "session", "million"]) {
    const { ok, stdout, stderr } = output(process.execPath, [program, name]);
    if (!ok) note(`ledger figures, ${name}: ${stderr.trim()}`, null, "", null, false);
    for (const line of stdout.trim().split("\n")) {
      const [, what, value, rest] = /^(.*): ([\d.]+) (.*)$/.exec(line) ?? [];
      if (what !== undefined) note(`ledger: ${what}`, Number(value), rest);
    }
  }
}

/** The npm package `node` carries the binary of a version. */
function otherNode(version) {
  const { ok, stdout, stderr } = output("npx", ["-y", "-p", `node@${version}`, "node", "-p", "process.execPath"]);
  if (!ok) throw new Error(`no Node ${version}: ${stderr}`);
  return stdout.trim();
}

function otherNodes() {
  return ["20", "22"].filter((version) => !process.versions.node.startsWith(`${version}.`)).map(otherNode);
}

function testDeterminism() {
  const nodes = otherNodes();
  const every = {
    PENDULAIRE_RESUME_POINTS: "300",
    PENDULAIRE_OTHER_NODES: nodes.join(path.delimiter),
    // Every runtime must be there.
    CI: "true",
  };
  runTests(
    "three hours with every incident and instruction, saved and resumed at 300 points: the straight run's bits",
    "test/verification/determinism.test.ts",
    "of a straight run of three hours",
    every,
  );
  runTests(
    `… the same in Node ${nodes.map((node) => output(node, ["-v"]).stdout.trim()).join(", ")} and Electron's Node`,
    "test/verification/determinism.test.ts",
    "this Node's bits of three hours",
    every,
  );
}

/** In the order in which all of them run. */
const parts = {
  engine: measureEngine,
  determinism: testDeterminism,
  time: () =>
    runTests(
      "earlier instants are shown with the bits that both cities had there",
      "test/verification/time-view.test.ts",
      "earlier instant",
      {},
    ),
  sumo: () =>
    runTests(
      "vehicles of SUMO on their fixed routes meet as many bars as ever, with all seeds and scenarios",
      "test/verification/sumo-traffic.test.ts",
      "as many bars",
      { PENDULAIRE_TRAFFIC: "all" },
    ),
  flow: () =>
    runTests(
      "with every seed as many vehicles of SUMO arrive as with SUMO: no gridlock",
      "test/verification/sumo-flow.test.ts",
      "flows where SUMO does",
      { PENDULAIRE_TRAFFIC: "all" },
    ),
  imports: () =>
    runTests(
      "files of every kind that is imported, changed at random: refused by name, or what holds",
      "test/verification/import-mutations.test.ts",
      "changed files",
      { PENDULAIRE_MUTATED_FILES: process.env.PENDULAIRE_MUTATED_FILES ?? "10000" },
    ),
  proofs: () =>
    runTests(
      "a proof file with each of its bytes changed in several ways is refused",
      "main/ledger/proof-file.test.ts",
      "every offset",
      { PENDULAIRE_PROOF_CHANGES: "all" },
    ),
  headers: () =>
    runTests(
      "headers and commits changed in their bytes, in a node's JSON and in their parts are refused",
      "test/verification/ledger-header-mutations.test.ts",
      "changed headers",
      { PENDULAIRE_HEADER_CHANGES: process.env.PENDULAIRE_HEADER_CHANGES ?? "10000" },
    ),
  ledger: measureLedger,
  malformed: () =>
    runTests(
      "malformed frames, requests, transactions and answers of nodes: no crash, no hang, bounded memory",
      "test/verification/ledger-malformed.test.ts",
      "malformed",
      { PENDULAIRE_MALFORMED: process.env.PENDULAIRE_MALFORMED ?? "1000000" },
    ),
  simulation: () =>
    runTests(
      "machine, embedded engine and application with failing stores do what a model says",
      "test/verification/ledger-simulation.test.ts",
      "a simulated ledger",
      { PENDULAIRE_SIMULATIONS: process.env.PENDULAIRE_SIMULATIONS ?? "1000" },
    ),
  kills: () =>
    runTests(
      "kills of the embedded engine and of the application behind CometBFT: nothing acknowledged is lost",
      "test/verification/ledger-kill.test.ts",
      "a kill at any instant",
      { PENDULAIRE_KILLS: process.env.PENDULAIRE_KILLS ?? "1000" },
    ),
  replay: () =>
    runTests(
      "blocks of a CometBFT run lead the machine to the same app hash at every height, in every Node",
      "test/verification/ledger-network.test.ts",
      "the same app hash at every height",
      {
        PENDULAIRE_REPLAY_BLOCKS: process.env.PENDULAIRE_REPLAY_BLOCKS ?? "10000",
        PENDULAIRE_OTHER_NODES: otherNodes().join(path.delimiter),
        CI: "true",
      },
    ),
};

const chosen = values.only ?? Object.keys(parts);
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`verify: there is no part ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}

/** Figures of the parts that ran take the place of their earlier ones. */
function write() {
  const file = path.join(root, "docs/measurements.json");
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { figures: [] };
  // Figures of before had commit, date and machine once for all, and no part.
  const { commit, changed, date, machine: before } = earlier;
  const kept = (values.only === undefined ? [] : earlier.figures)
    .map((figure) => (figure.date === undefined ? { ...figure, commit, changed, date, machine: before } : figure))
    .filter(({ part: of, what }) =>
      figures.every((figure) => (of === undefined ? figure.what !== what : figure.part !== of)),
    );
  const order = Object.keys(parts);
  const all = [...kept, ...figures].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ figures: all }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  console.log(`${figures.length} figures written to ${path.relative(root, file)}, ${failed} missed`);
}

for (const name of chosen) {
  part = name;
  try {
    parts[name]();
  } catch (error) {
    note(`${name}: ${error instanceof Error ? error.message : String(error)}`, null, "", null, false);
  }
}
write();
process.exit(failed === 0 ? 0 : 1);
