import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { City } from "../../common/city";
import { loadCity } from "../../main/host/city-files";
import { openIncidentBook } from "../../main/host/incidents";
import { writeSituations } from "../../main/datex/write-situations";
import { openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles } from "./support/operator";
import { violationsOf } from "./support/accessibility";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

let served: Awaited<ReturnType<typeof openInChromium>>;
const needs = [chromiumFile];
const date = "2026-03-02";

/** Two incidents on roads of the city from early morning to the evening, one that is over, and one elsewhere. */
function situationsOf(city: City): string {
  const book = openIncidentBook(city);
  const earlyS = 3 * 3600;
  const lanes = { positionM: 5, closedLaneCount: 1, durationS: 15 * 3600, spreadS: 1200 };
  const two = [0, 7].map((edge) => book.declare({ ...lanes, edge }, earlyS));
  const over = book.declare({ ...lanes, edge: 20 }, earlyS);
  if (!over.ok || two.some(({ ok }) => !ok)) throw new Error("the town has roads without lanes");
  book.close(over.value.id, earlyS + 60);
  return writeSituations({ city, date, nowS: earlyS + 60, incidents: book.all, instructions: [] });
}

describe("situations in DATEX II", () => {
  beforeAll(async () => {
    if (lackOf(needs) === undefined) served = await openInChromium("bundled-town");
  });
  afterAll(() => served?.close());

  testWith(needs, "are chosen from before any is declared, and go out again", async () => {
    const { page } = served;
    const town = await loadCity({ kind: "bundled", size: "town" });
    if (!town.ok) throw new Error(town.error.message);
    await seesMovingVehicles(page);
    const give = (text: string) =>
      page
        .getByTestId("city-file")
        .setInputFiles({ name: "neighbours.xml", mimeType: "text/xml", buffer: Buffer.from(text) });

    await page.keyboard.press("o");
    await give("<!DOCTYPE a><a/>");
    const failure = page.getByTestId("city-failure");
    await expect.poll(() => failure.innerText(), { timeout: patienceMs.action }).toMatch(/document type declaration/);
    await give(situationsOf(town.value));
    await page.getByTestId("situations").waitFor({ timeout: patienceMs.action });
    expect(await page.getByTestId("situations-tick").count()).toBe(2);
    expect(await page.getByTestId("situations-dropped").innerText()).toMatch(/I-0003.*over/);
    expect(await page.getByTestId("situations-declare").isDisabled()).toBe(true);
    expect(await page.getByTestId("incident-count").innerText()).toBe("0");
    await page.getByTestId("situations-tick").first().check();
    await keepScreenshot(page, "chromium", "situations-en");
    expect(await violationsOf(page)).toEqual([]);
    await page.getByTestId("situations-declare").click();
    await page.getByTestId("situations").waitFor({ state: "detached", timeout: patienceMs.action });
    await expect.poll(() => page.getByTestId("incident-count").innerText()).toBe("1");

    await page.keyboard.press("Shift+L");
    await page.keyboard.press("o");
    await give(situationsOf(town.value));
    await page.getByTestId("situations").waitFor({ timeout: patienceMs.action });
    // The one that was declared is open on its road: it is left out now.
    expect(await page.getByTestId("situations-tick").count()).toBe(1);
    await keepScreenshot(page, "chromium", "situations-fr");
    await page.keyboard.press("Escape");

    const download = page.waitForEvent("download");
    await page.keyboard.press("Shift+D");
    const document = readFileSync(await (await download).path(), "utf8");
    expect(document).toMatch(/<sit:situationRecord id="pendulaire-2026-03-02-I-0001" version="1"/);
    expect(await page.getByTestId("log").innerText()).toMatch(/situations-2026-03-02\.xml[\s\S]*neighbours\.xml/);
  });
});
