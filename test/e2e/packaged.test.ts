import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { busiestMainRoad, type Road } from "./support/busiest-road";
import { ended, environment, forgetHome, newHome, softwareDrawing } from "./support/consoles";
import { debugWindow, type DebuggedWindow, type Place } from "./support/debugged-window";
import { patienceMs } from "./support/operator";
import { electronFile, lackOf, openDisplay, root, testWith, type Display } from "./support/test-machine";

const folder = path.join(root, "release/linux-unpacked");
const needs = [electronFile];
const packagingMs = 300_000;

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
    const road = await busiestMainRoad("bundled-town");
    display = await openDisplay();
    // The fuses leave no way in for a debugger of the main process; the window can be looked at.
    started = spawn(
      path.join(folder, "pendulaire"),
      [
        "--no-sandbox",
        ...softwareDrawing,
        "--remote-debugging-port=0",
        `--user-data-dir=${path.join(home, "window")}`,
        "bundled-town",
      ],
      { env: { ...environment(), PENDULAIRE_HOME: home, DISPLAY: display.name }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const console = await debugWindow(await debuggingAddressOf(started), (url) => url.startsWith("app:"));
    await console.waitFor(
      "window.pendulaireConsole?.vehiclesDrawn() > 0 && window.pendulaireConsole.movedM() > 0",
      patienceMs.city,
    );
    await console.waitFor(
      `document.querySelector('[data-testid="log"]')?.innerText.includes("contracts of the day stand on the ledger")`,
      patienceMs.ledger,
    );
    await marksIncidentOn(console, road);
    await console.click("incident-declare");
    await console.click("instruction-prepare");
    await console.click("predict");
    expect(await console.textOf("prediction-saves", patienceMs.effect)).toMatch(/\d ± \d/);
    expect(await console.textOf("ledger-badge")).toMatch(/#\d/);
    expect(await console.evaluate(`document.querySelector('[data-testid="ledger-badge"]').dataset.ok`)).toBe("true");
    mkdirSync(path.join(root, "test/e2e/out"), { recursive: true });
    writeFileSync(path.join(root, "test/e2e/out/packaged-prediction.png"), await console.screenshot());
    expect(console.faults).toEqual([]);
    console.close();

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

/** Turns the wheel over the road until its neighbours are well apart, then clicks it. */
async function marksIncidentOn(console: DebuggedWindow, { edge, name }: Road): Promise<void> {
  const place = () => console.waitFor<Place>(`window.pendulaireConsole.screenOfEdge(${edge})`, patienceMs.action);
  for (let turn = 0; turn < 6; turn++) {
    await console.turnWheelAt(await place(), -240);
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  await console.press("i");
  await console.textOf("incident-armed");
  await console.clickAt(await place());
  expect(await console.textOf("incident-road")).toBe(name);
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
