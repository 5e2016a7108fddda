import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Page } from "playwright-core";
import { openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles, setsSpeed, type ProbedWindow } from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const needs = [chromiumFile];
/** How far is looked back, s; at 60 × that is five seconds. */
const backS = 300;

let served: Awaited<ReturnType<typeof openInChromium>>;

describe("the time strip", () => {
  beforeAll(async () => {
    if (lackOf(needs) === undefined) served = await openInChromium("bundled-town");
  });
  afterAll(() => served?.close());

  testWith(
    needs,
    "shows the city of five minutes ago, says so, plays it on, and comes back to the live one",
    async () => {
      const { page, faults } = served;
      await seesMovingVehicles(page);
      await setsSpeed(page, "60×");
      await expect.poll(() => shownS(page), { timeout: patienceMs.city }).toBeGreaterThan(7 * 3600 + backS + 60);

      await page.getByTestId("time-slider").focus();
      const beforeS = await shownS(page);
      await page.keyboard.press("PageDown");
      await stateIs(page, "replay");
      const pastS = await shownS(page);
      expect(pastS).toBeLessThan(beforeS - backS / 2);
      expect(await page.getByTestId("replay-banner").innerText()).toMatch(/Replay of 07:/);
      // Vehicles of that instant, and of no other: it stands still while the live city goes on.
      await expect.poll(() => frameS(page), { timeout: patienceMs.action }).toBeLessThan(pastS + 1);
      expect(await vehicles(page)).toBeGreaterThan(0);
      const liveThen = await page.getByTestId("replay-live").innerText();
      await expect
        .poll(() => page.getByTestId("replay-live").innerText(), { timeout: patienceMs.action })
        .not.toBe(liveThen);
      expect(await shownS(page)).toBe(pastS);
      await keepScreenshot(page, "chromium", "time-replay");
      expect(await page.getByTestId("mark-incident").isDisabled()).toBe(true);
      expect(await page.getByTestId("acts-on-now").first().innerText()).toContain("acts on now");

      await page.getByTestId("clock-toggle").click();
      await expect.poll(() => shownS(page), { timeout: patienceMs.action }).toBeGreaterThan(pastS);
      await expect.poll(() => frameS(page), { timeout: patienceMs.action }).toBeGreaterThan(pastS);

      await page.getByTestId("time-live").click();
      await stateIs(page, "live");
      await expect.poll(() => frameS(page), { timeout: patienceMs.action }).toBeGreaterThan(beforeS);
      expect(await page.getByTestId("replay-banner").count()).toBe(0);
      expect(faults).toEqual([]);
    },
  );
});

async function stateIs(page: Page, state: string): Promise<void> {
  await page.locator(`[data-testid="clock-state"][data-state="${state}"]`).waitFor({ timeout: patienceMs.action });
}

/** The instant that the clock shows, s. */
async function shownS(page: Page): Promise<number> {
  const [hours = 0, minutes = 0, seconds = 0] = (await page.getByTestId("clock-time").innerText())
    .split(":")
    .map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

async function frameS(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as ProbedWindow).pendulaireConsole?.frameTimeS() ?? NaN);
}

async function vehicles(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as ProbedWindow).pendulaireConsole?.vehiclesDrawn() ?? 0);
}
