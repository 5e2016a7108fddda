import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TimeViewReport } from "./time-view-child";

/** Earlier instants are shown with the bits that both cities had there, on the threads of a session. */
const root = path.resolve(import.meta.dirname, "../..");
const built = path.join(root, "node_modules/.cache/pendulaire/time-view");
const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-time-"));

beforeAll(() => {
  // Threads are found beside the bundle, as in dist.
  buildSync({
    absWorkingDir: root,
    entryPoints: [
      { in: "test/verification/time-view-child.ts", out: "main/child" },
      { in: "workers/engine.ts", out: "workers/engine" },
      { in: "main/host/keyframe-thread.ts", out: "workers/keyframes" },
    ],
    ...{
      outdir: built,
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node18.15",
    },
    loader: { ".wasm": "binary" },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(name: string, ...args: readonly string[]): TimeViewReport {
  const child = path.join(built, "main/child.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, path.join(folder, name), ...args], {
    encoding: "utf8",
    timeout: 280_000,
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout) as TimeViewReport;
}

function expectExact({ instants, endUnmoved }: TimeViewReport): void {
  expect(instants.length).toBeGreaterThan(30);
  for (const { tick, was, shown, failure } of instants)
    expect({ tick, failure, shown }).toEqual({ tick, failure: null, shown: was });
  // Most instants lie after the first instruction, where there are two cities that differ.
  expect(instants.filter(({ was }) => was.doNothing !== null && was.doNothing !== was.live).length).toBeGreaterThan(10);
  expect(endUnmoved).toBe(true);
}

describe("an earlier instant", () => {
  test("has the bits of both cities when they were there, across incidents and instructions", () => {
    const report = run("plain", "20");
    expectExact(report);
    // They are taken by the clock on the wall: the faster the engine, the fewer.
    expect(report.keyframes).toBeGreaterThan(10);
    expect(report.warnings).toEqual([]);

    // As exactly from the few keyframes that a small disk budget leaves.
    const budgetKib = Math.ceil(report.byteLength / 4 / 1024);
    const thinned = run("thinned", "20", String(budgetKib));
    expectExact(thinned);
    expect(thinned.byteLength).toBeLessThanOrEqual(budgetKib * 1024);
    expect(thinned.keyframes).toBeLessThan(report.keyframes / 2);
  }, 600_000);

  test("is reached from an older keyframe, which is said, where one is damaged", () => {
    const report = run("damaged", "20", "1000000", "damage");
    expectExact(report);
    expect(report.warnings.length).toBeGreaterThan(5);
    for (const warning of report.warnings) expect(warning).toMatch(/keyframe cannot be read .*older one/);
  }, 300_000);
});
