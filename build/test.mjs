// `npm test`: sets up what is missing, runs every gate and every test, and counts. CI=true allows no skips.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { root, setUp } from "./setup.mjs";

setUp();
const required = process.env.CI === "true";
const results = path.join(root, "dist/test-results");
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const node = process.execPath;
const bin = (name) => path.join(root, "node_modules", name);
/**
 * Gates that run beside the end-to-end tests, which wait more than they compute, with what these leave of the processor: linting,
 * and one after the other the rest.
 */
const beside = [
  [["lint", [bin("eslint/bin/eslint.js"), "."]]],
  [
    ["formatting", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."]],
    ["types", [bin("typescript/bin/tsc"), "-b", "tsconfig.all.json"]],
    ["types of tests", [bin("typescript/bin/tsc"), "-p", "tsconfig.json"]],
    ["unused code", [bin("knip/bin/knip.js")]],
  ],
];
/** Plants violations in the tree, which the others must not see. */
const alone = ["imports", ["build/imports.mjs"]];
const suites = ["unit", "verification", "e2e"];

let passed = 0;
let failed = 0;
const skipped = [];
/** Files that passed at their second run only. */
const unstable = [];
/** More files than so many that fail are not the machine's doing. */
const unstableMax = 2;
await check(alone);

for (const suite of suites) {
  if (suite === "e2e") await Promise.all([runSuite(suite), ...beside.map(checkInTurn)]);
  else await runSuite(suite);
}

for (const name of unstable) console.log(`unstable: ${name}`);
for (const name of skipped) console.log(`skipped: ${name}`);
if (required && skipped.length > 0) {
  failed += skipped.length;
  console.log("CI=true: a skipped test is a failure");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function runSuite(suite) {
  const begun = performance.now();
  let { status, report } = await runTests(suite, suite);
  const again = filesToRunAgain(suite, report);
  let counts = read(report, (file) => !again.includes(file));
  if (again.length > 0) {
    ({ status, report } = await runTests(suite, `${suite}-again`, again));
    const second = read(report);
    counts = merged(counts, second);
    if (status === 0 && second.failed === 0) {
      for (const file of again) unstable.push(`${path.relative(root, file)}: failed, then passed alone`);
    }
  }
  passed += counts.passed;
  failed += counts.failed;
  skipped.push(...counts.skipped);
  // A suite that dies outside its tests has failed too.
  if (status !== 0 && counts.failed === 0) failed++;
  console.log(`${status === 0 ? "ok" : "FAILED"}  ${suite} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

/** Runs a suite, or files of it, and returns how it ended and its report. */
async function runTests(suite, name, files = []) {
  const report = path.join(results, `${name}.json`);
  const args = [
    bin("vitest/vitest.mjs"),
    "run",
    "--project",
    suite,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...files,
  ];
  const env = { ...process.env, CI: required ? "true" : "", FORCE_COLOR: "0" };
  return { status: await ended(spawn(node, args, { cwd: root, stdio: "inherit", env })), report };
}

/**
 * Of suites that drive browsers, nodes of a network and other programs: a few files that failed run once more, by themselves. What
 * passes then is said to be unstable; what fails twice has failed.
 */
function filesToRunAgain(suite, report) {
  if (suite === "unit") return [];
  const files = resultsOf(report)
    .filter(({ status }) => status === "failed")
    .map(({ name }) => name);
  return files.length <= unstableMax ? files : [];
}

function merged(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: [...a.skipped, ...b.skipped] };
}

async function checkInTurn(gates) {
  for (const gate of gates) await check(gate, constants.priority.PRIORITY_LOW);
}

/** The status with which a program ends. */
function ended(child) {
  return new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
}

/** Runs a gate, and prints all that it said when it ends. */
async function check([name, args], priority = constants.priority.PRIORITY_NORMAL) {
  const begun = performance.now();
  const child = spawn(node, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, priority);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(chunk));
  const status = await ended(child);
  process.stdout.write(Buffer.concat(said));
  if (status === 0) passed++;
  else failed++;
  console.log(`${status === 0 ? "ok" : "FAILED"}  ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

function resultsOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch {
    return [];
  }
}

function read(report, isCounted = () => true) {
  const tests = resultsOf(report)
    .filter(({ name }) => isCounted(name))
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ status, fullName }) => ({ status, name: `${path.relative(root, name)}: ${fullName}` })),
    );
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length,
    skipped: tests.filter(({ status }) => status !== "passed" && status !== "failed").map(({ name }) => name),
  };
}
