import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Page } from "playwright-core";
import { busiestMainRoad, type Road } from "./support/busiest-road";
import { launchChromium, openInChromium, serveConsole } from "./support/consoles";
import {
  declaresIncident,
  figureIn,
  marksIncident,
  patienceMs,
  preparesInstruction,
  seesMovingVehicles,
  waitsForContracts,
} from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, monaco, pbfCity, testWith } from "./support/test-machine";

let served: Awaited<ReturnType<typeof openInChromium>>;
let road: Road;
const needs = [chromiumFile];

describe("a console of the bundled town", () => {
  beforeAll(async () => {
    if (lackOf(needs) !== undefined) return;
    road = await busiestMainRoad("bundled-town");
    served = await openInChromium("bundled-town");
  });
  afterAll(() => served?.close());

  testWith(needs, "is worked by keys: pause, step, speeds, mark and one step back", async () => {
    const { page } = served;
    await seesMovingVehicles(page);
    const state = page.getByTestId("clock-state");
    await page.keyboard.press("Space");
    await page.locator('[data-testid="clock-state"][data-state="paused"]').waitFor({ timeout: patienceMs.action });
    const before = await timeOf(page);
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await expect.poll(() => timeOf(page), { timeout: patienceMs.action }).toBe(before + 1);
    for (const [key, speed] of [
      ["3", "5×"],
      ["5", "30×"],
      ["1", "1×"],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => page.getByTestId("clock-speed").innerText(), { timeout: patienceMs.action }).toBe(speed);
    }
    expect(await timeOf(page)).toBe(before + 1);
    await page.keyboard.press("i");
    await page.getByTestId("incident-armed").waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("incident-armed").waitFor({ state: "detached" });
    await page.keyboard.press("Space");
    await expect.poll(() => state.getAttribute("data-state"), { timeout: patienceMs.action }).toBe("live");
  });

  testWith(needs, "refuses an instruction that cannot be, saying why, and sends a sound one no less", async () => {
    const { page } = served;
    await waitsForContracts(page);
    await marksIncident(page, road, { lanes: 1, minutes: 30 });
    await declaresIncident(page, road);
    await preparesInstruction(page, "2");
    const panel = page.getByRole("region", { name: "Instruction" });
    const send = panel.getByRole("button", { name: "Send" });
    await panel.getByLabel("bonus per contract").fill("-1");
    await panel.getByText(/more than zero|an amount in tokens/i).waitFor({ timeout: patienceMs.action });
    expect(await send.isDisabled()).toBe(true);
    await panel.getByLabel("bonus per contract").fill("2");
    const pool = figureIn(await page.getByTestId("pool").innerText());
    await panel.getByLabel("budget").fill(String(pool + 1));
    await panel.getByTestId("refusal").getByText(/pool/).waitFor({ timeout: patienceMs.action });
    expect(await send.isDisabled()).toBe(true);
    await panel.getByLabel("budget").fill(String(Math.floor(pool / 2)));
    await expect.poll(() => send.isDisabled(), { timeout: patienceMs.action }).toBe(false);
    await panel.getByRole("button", { name: "Discard" }).click();
  });

  testWith(needs, "is saved, and resumed from its menu with the incident it had", async () => {
    const { page } = served;
    const incidents = () => page.getByTestId("incident-count").innerText();
    const before = await incidents();
    expect(Number(before)).toBeGreaterThan(0);
    const city = await page.getByTestId("city-name").innerText();
    const timeBefore = await page.getByTestId("clock-time").innerText();
    await page.keyboard.press("Control+s");
    await page.getByText(/The session is saved in/).waitFor({ timeout: patienceMs.ledger });
    await page.keyboard.press("Alt+o");
    const save = page.getByTestId("save-resume");
    await save.first().waitFor({ timeout: patienceMs.action });
    expect(await save.first().innerText()).toContain(city);
    // All of it can be read: nothing of what it says lies outside of it.
    const isCut = await save.first().evaluate((button) => {
      type Box = Record<"scrollWidth" | "clientWidth" | "scrollHeight" | "clientHeight", number>;
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = button as unknown as Box;
      return scrollWidth > clientWidth || scrollHeight > clientHeight;
    });
    expect(isCut).toBe(false);
    expect(await save.first().innerText()).toMatch(/\d\d? [A-Z][a-z]+ \d{4}, \d\d:\d\d$/);
    await keepScreenshot(page, "chromium", "8-saves");
    await save.first().click();
    await page.getByTestId("city-opening").waitFor({ timeout: patienceMs.action });
    await page.getByTestId("city-opening").waitFor({ state: "detached", timeout: patienceMs.city });
    await seesMovingVehicles(page);
    await expect.poll(incidents, { timeout: patienceMs.action }).toBe(before);
    expect((await page.getByTestId("clock-time").innerText()) >= timeBefore).toBe(true);
  });

  testWith([...needs, pbfCity], "tells what is wrong with a file, and its session goes on", async () => {
    const { page } = served;
    const pbf = readFileSync(pbfCity);
    const empty = `<osm version="0.6"><node id="1" lat="48.4" lon="15.6"/></osm>`;
    const wrong: [name: string, bytes: Buffer, cause: RegExp][] = [
      ["cut.osm.pbf", pbf.subarray(0, Math.floor(pbf.length / 2)), /ends inside/],
      ["empty.osm", Buffer.alloc(0), /empty/],
      ["town.txt", Buffer.from("a town"), /not a city file|not a name of/],
      ["cut.osm", Buffer.from(empty.slice(0, 30)), /./],
      ["meadow.osm", Buffer.from(empty), /no roads/],
    ];
    for (const [name, buffer, cause] of wrong) {
      await choosesFile(page, { name, mimeType: "application/octet-stream", buffer });
      const failure = page.getByTestId("city-failure");
      await failure.waitFor({ timeout: patienceMs.city });
      const told = await failure.innerText();
      expect(told).toMatch(cause);
      expect(told).toContain(name);
      await page.keyboard.press("Escape");
      await failure.waitFor({ state: "detached" });
    }
    const before = await timeOf(page);
    await expect.poll(() => timeOf(page), { timeout: patienceMs.action }).toBeGreaterThan(before);
    await seesMovingVehicles(page);
    expect(await page.getByTestId("city-name").innerText()).not.toMatch(/meadow|town\.txt|cut|empty/);
  });

  testWith(
    [...needs, monaco],
    "opens the city whose file is dropped on it, and another one from its menu",
    async () => {
      const { page } = served;
      await dropsFile(page, monaco);
      await shows(page, /monaco/i);
      await opensMenu(page);
      await page.getByRole("button", { name: /^Open the bundled/ }).click();
      await expect
        .poll(() => page.getByTestId("city-name").innerText(), { timeout: patienceMs.city })
        .not.toMatch(/monaco/i);
      await choosesFile(page, monaco);
      await shows(page, /monaco/i);
      await seesMovingVehicles(page);
    },
  );

  testWith(needs, "lets nobody else in by the same address", async () => {
    const other = await launchChromium();
    try {
      const page = await other.newPage();
      await page.goto(served.url);
      await page
        .getByTestId("connection-lost")
        .getByText(/Another browser has used it/)
        .waitFor({ timeout: patienceMs.action });
      expect(await page.getByTestId("clock-time").innerText()).toBe("--:--:--");
    } finally {
      await other.close();
    }
    const before = await timeOf(served.page);
    await expect.poll(() => timeOf(served.page), { timeout: patienceMs.action }).toBeGreaterThan(before);
  });

  testWith(needs, "is opened by another link when its browser has gone, and the session has gone on", async () => {
    const server = await serveConsole("bundled-town");
    const [first, second] = await Promise.all([launchChromium(), launchChromium()]);
    try {
      const page = await first.newPage();
      await page.goto(server.url);
      await seesMovingVehicles(page);
      const before = await timeOf(page);
      const [url] = await Promise.all([server.nextUrl(), first.close()]);
      const again = await second.newPage();
      await again.goto(url);
      await seesMovingVehicles(again);
      expect(await timeOf(again)).toBeGreaterThan(before);
    } finally {
      await Promise.all([first.close(), second.close()]);
      await server.close();
    }
  });

  testWith(needs, "had no exception, no error on its console and nothing refused by its security policy", async () => {
    await Promise.resolve();
    expect(served.faults).toEqual([]);
  });
});

/** Session time in seconds, as the clock shows it. */
async function timeOf(page: Page): Promise<number> {
  const [hours = 0, minutes = 0, seconds = 0] = (await page.getByTestId("clock-time").innerText())
    .split(":")
    .map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

async function opensMenu(page: Page): Promise<void> {
  await page.getByTestId("city-open").click();
  await page.getByRole("dialog", { name: "City" }).waitFor({ timeout: patienceMs.action });
}

type ChosenFile = string | { name: string; mimeType: string; buffer: Buffer };

async function choosesFile(page: Page, file: ChosenFile): Promise<void> {
  await opensMenu(page);
  const chooser = page.waitForEvent("filechooser", { timeout: patienceMs.action });
  await page.getByRole("button", { name: "Open a file" }).click();
  await (await chooser).setFiles(file);
}

async function dropsFile(page: Page, file: string): Promise<void> {
  const [name, base64] = [path.basename(file), readFileSync(file).toString("base64")].map((part) =>
    JSON.stringify(part),
  );
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(${base64}), (c) => c.charCodeAt(0))], ${name}));
    return transfer;
  })()`);
  await page.dispatchEvent("body", "dragover", { dataTransfer: dropped });
  await page.getByText("Drop the file to open it").waitFor({ timeout: patienceMs.action });
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
}

async function shows(page: Page, city: RegExp): Promise<void> {
  const name = page.getByTestId("city-name");
  await expect.poll(() => name.innerText(), { timeout: patienceMs.city }).toMatch(city);
}
