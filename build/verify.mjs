// `npm run verify`: the long bars. Runs them, prints each figure, and writes all of them with commit, date and machine to
// docs/measurements.json. Takes minutes; needs the reference data (PENDULAIRE_TEST_DATA) for the real city.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { root, setUp } from "./setup.mjs";

setUp();
const data = path.resolve(root, process.env.PENDULAIRE_TEST_DATA ?? "../shared/data");
const krems = path.join(data, "osm-cities/krems.osm.gz");
if (!existsSync(krems)) {
  console.error(`verify: there is no ${krems}: set PENDULAIRE_TEST_DATA`);
  process.exit(2);
}
const runs = 3;
const figures = [];
let failed = 0;

function note(what, value, unit, bar = null, ok = null) {
  figures.push({ what, value, unit, bar, ok });
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

/** A long form of tests that CI runs as a sample. */
function runTests(what, file, pattern, environment) {
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    file.startsWith("test/") ? "verification" : "unit",
  ];
  const { ok, stdout, stderr } = output(
    process.execPath,
    [...args, "--reporter=json", file, "-t", pattern],
    environment,
  );
  const report = stdout.slice(stdout.indexOf("{"));
  const passed = report === "" ? 0 : JSON.parse(report).numPassedTests;
  if (!ok || passed === 0) console.error(`${stdout}\n${stderr}`);
  note(what, passed, "tests passed", null, ok && passed > 0);
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
  for (const part of ["engine", "session", "million"]) {
    const { ok, stdout, stderr } = output(process.execPath, [program, part]);
    if (!ok) note(`ledger figures, ${part}: ${stderr.trim()}`, null, "", null, false);
    for (const line of stdout.trim().split("\n")) {
      const [, what, value, rest] = /^(.*): ([\d.]+) (.*)$/.exec(line) ?? [];
      if (what !== undefined) note(`ledger: ${what}`, Number(value), rest);
    }
  }
}

function write() {
  const git = (...args) => output("git", args).stdout.trim();
  const document = {
    commit: git("rev-parse", "HEAD"),
    changed: git("status", "--porcelain", "--untracked-files=no") !== "",
    date: new Date().toISOString(),
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.versions.node,
    },
    figures,
  };
  const file = path.join(root, "docs/measurements.json");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(document, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  console.log(`${figures.length} figures written to ${path.relative(root, file)}, ${failed} missed`);
}

measureEngine();
/** The npm package `node` carries the binary of a version. */
function otherNode(version) {
  const { ok, stdout, stderr } = output("npx", ["-y", "-p", `node@${version}`, "node", "-p", "process.execPath"]);
  if (!ok) throw new Error(`no Node ${version}: ${stderr}`);
  return stdout.trim();
}
const nodes = ["20", "22"].filter((version) => !process.versions.node.startsWith(`${version}.`)).map(otherNode);
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
runTests(
  "earlier instants are shown with the bits that both cities had there",
  "test/verification/time-view.test.ts",
  "earlier instant",
  {},
);
runTests(
  "vehicles of SUMO on their fixed routes meet as many bars as ever, with all seeds and scenarios",
  "test/verification/sumo-traffic.test.ts",
  "as many bars",
  { PENDULAIRE_TRAFFIC: "all" },
);
runTests(
  "a proof file with each of its bytes changed in several ways is refused",
  "main/ledger/proof-file.test.ts",
  "every offset",
  {
    PENDULAIRE_PROOF_CHANGES: "all",
  },
);
measureLedger();
write();
process.exit(failed === 0 ? 0 : 1);
