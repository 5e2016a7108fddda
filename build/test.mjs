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
await check(alone);

for (const suite of suites) {
  if (suite === "e2e") await Promise.all([runSuite(suite), ...beside.map(checkInTurn)]);
  else await runSuite(suite);
}

for (const name of skipped) console.log(`skipped: ${name}`);
if (required && skipped.length > 0) {
  failed += skipped.length;
  console.log("CI=true: a skipped test is a failure");
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function runSuite(suite) {
  const report = path.join(results, `${suite}.json`);
  const args = [
    bin("vitest/vitest.mjs"),
    "run",
    "--project",
    suite,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const begun = performance.now();
  const env = { ...process.env, CI: required ? "true" : "", FORCE_COLOR: "0" };
  const status = await ended(spawn(node, args, { cwd: root, stdio: "inherit", env }));
  const counts = read(report);
  passed += counts.passed;
  failed += counts.failed;
  skipped.push(...counts.skipped);
  // A suite that dies outside its tests has failed too.
  if (status !== 0 && counts.failed === 0) failed++;
  console.log(`${status === 0 ? "ok" : "FAILED"}  ${suite} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
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

function read(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 0, skipped: [] };
  }
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${path.relative(root, name)}: ${fullName}` })),
  );
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length,
    skipped: tests.filter(({ status }) => status !== "passed" && status !== "failed").map(({ name }) => name),
  };
}
