import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { busiestMainRoad } from "./support/busiest-road";
import { ended, environment, forgetHome, newHome, softwareDrawing } from "./support/consoles";
import {
  declaresIncident,
  figureOf,
  marksIncident,
  predicts,
  preparesInstruction,
  seesMovingVehicles,
  waitsForContracts,
} from "./support/operator";
import { collectFaults } from "./support/screen-faults";
import { keepScreenshot } from "./support/screenshots";
import { electronFile, lackOf, openDisplay, root, testWith, type Display } from "./support/test-machine";

const folder = path.join(root, "release/linux-unpacked");
const needs = [electronFile];
const packagingMs = 180_000;

describe("the packaged folder", () => {
  let home = "";
  let display: Display | undefined;
  let started: ChildProcess | undefined;

  beforeAll(() => {
    if (lackOf(needs) !== undefined) return;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["build/package.mjs"], {
      cwd: root,
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.dirname(electronFile) },
      timeout: packagingMs,
    });
    if (status !== 0)
      throw new Error(`packaging ended with ${String(status)}: ${stdout.toString()}${stderr.toString()}`);
    home = newHome();
  }, packagingMs);
  afterAll(() => {
    started?.kill("SIGKILL");
    display?.close();
    if (home !== "") forgetHome(home);
  });

  testWith(needs, "starts, moves vehicles, predicts in its pool, and leaves a ledger and telemetry", async () => {
    const road = await busiestMainRoad("bundled");
    display = await openDisplay();
    // The fuses leave no way in for a debugger of the main process; the window can be looked at.
    started = spawn(
      path.join(folder, "pendulaire"),
      ["--no-sandbox", ...softwareDrawing, "--remote-debugging-port=0", `--user-data-dir=${path.join(home, "window")}`],
      { env: { ...environment(), PENDULAIRE_HOME: home, DISPLAY: display.name }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const browser = await chromium.connectOverCDP(await debuggingAddressOf(started));
    const page = await firstPage(() => browser.contexts().flatMap((context) => context.pages()));
    const faults = collectFaults(page);
    await seesMovingVehicles(page);
    expect(page.url()).toMatch(/^app:/);
    await waitsForContracts(page);
    await marksIncident(page, road, { lanes: 1, minutes: 30 });
    await declaresIncident(page, road);
    await preparesInstruction(page, "2");
    expect(await predicts(page)).toMatch(/\d ± \d/);
    expect(await figureOf(page, "ledger-badge")).toBeGreaterThan(1);
    expect(await page.getByTestId("ledger-badge").getAttribute("data-ok")).toBe("true");
    await keepScreenshot(page, "packaged", "prediction");
    expect(faults).toEqual([]);

    const app = started;
    await ended(app, () => app.kill("SIGTERM"));
    expect(app.exitCode).toBe(0);
    expectOnlyBinariesUnpacked();
    const session = path.join(home, "sessions", readdirSync(path.join(home, "sessions"))[0] ?? "");
    const chain = readdirSync(path.join(session, "ledger/chain")).find((name) => name.endsWith(".mdb")) ?? "";
    expect(statSync(path.join(session, "ledger/chain", chain)).size).toBeGreaterThan(100_000);
    expect(await samplesIn(path.join(session, "telemetry.duckdb"))).toBeGreaterThan(0);
  });
});

function debuggingAddressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`ended with ${String(code)}: ${text}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /DevTools listening on ws:\/\/([\d.]+:\d+)/.exec(text);
      if (found?.[1] !== undefined) resolve(`http://${found[1]}`);
    });
  });
}

const windowPatienceMs = 60_000;

async function firstPage(pages: () => Page[]): Promise<Page> {
  for (const untilMs = Date.now() + windowPatienceMs; Date.now() < untilMs;) {
    const found = pages().find((page) => page.url().startsWith("app:"));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no window was opened");
}

/** Threads, pool and kernel run from inside the archive: only the databases lie beside it. */
function expectOnlyBinariesUnpacked(): void {
  const resources = path.join(folder, "resources");
  expect(existsSync(path.join(resources, "app.asar"))).toBe(true);
  expect(readdirSync(path.join(resources, "app.asar.unpacked"))).toEqual(["node_modules"]);
}

async function samplesIn(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const answer = await connection.runAndReadAll("SELECT count(*) FROM indicator");
  connection.closeSync();
  instance.closeSync();
  return Number(answer.getRows()[0]?.[0]);
}
