import { afterAll, beforeAll, describe, expect } from "vitest";
import { violationsOf } from "./support/accessibility";
import { openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles } from "./support/operator";
import { keepScreenshot, tellsWhatFailed } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const needs = [chromiumFile];
let opened: Awaited<ReturnType<typeof openInChromium>>;

describe("alarms", () => {
  beforeAll(async () => {
    if (lackOf(needs) === undefined) opened = await openInChromium("bundled-town");
  });
  tellsWhatFailed("alarms", () => [opened?.page]);
  afterAll(() => opened?.close());

  testWith(needs, "an incident that nobody verifies calls, is taken, shelved and heard of again, by keys", async () => {
    const { page, faults } = opened;
    const alarm = page.locator("[data-alarm=verification-overdue]");
    const state = (name: string) => page.locator(`.alarm[data-state=${name}]`, { has: alarm });
    const sees = (name: string) => state(name).waitFor({ timeout: patienceMs.city });
    const isAccessible = async (view: string) => {
      // A change of colours takes some pictures, and software draws them slowly.
      await page.waitForTimeout(2000);
      expect(await violationsOf(page), view).toEqual([]);
    };
    const log = (words: RegExp) => page.getByRole("log").getByText(words).first().waitFor();

    await seesMovingVehicles(page);
    expect(await page.getByTestId("alarm-none").innerText()).toMatch(/Watched: \d+ km of main roads/);
    await keepScreenshot(page, "chromium", "alarms-none");

    await page.keyboard.press("i");
    await page.getByTestId("incident-road-search").fill("Mill");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByTestId("incident-declare").press("Enter");
    await page.keyboard.press("6");
    await sees("unacknowledged");
    expect(await alarm.innerText()).toMatch(/Verify and stamp T2/);
    await page.keyboard.press("Space");
    // On a busy machine the city lags behind its clock, which is an alarm too, and may be raised at any time.
    await expect
      .poll(async () => {
        const raised = await page.locator(".alarm[data-state=unacknowledged]").count();
        const badge = await page.getByTestId("alarm-badge").innerText();
        const recent = await page.getByTestId("alarm-rate-recent").innerText();
        return new RegExp(`Alarms\\s${raised}\\sLow`).test(badge) && recent.startsWith(`${raised} `);
      })
      .toBe(true);

    await page.keyboard.press("Shift+J");
    await page.getByTestId("alarm-acknowledge").waitFor();
    await page.keyboard.press("Shift+G");
    await isAccessible("alarm in hand");
    await keepScreenshot(page, "chromium", "alarms-in-hand");
    await page.keyboard.press("a");
    await sees("acknowledged");

    await page.keyboard.press("Shift+S");
    await page.getByTestId("alarm-reason").fill("patrol is on its way");
    await page.locator("[data-testid=alarm-silence-submit]:not([disabled])").waitFor();
    await isAccessible("shelving");
    await keepScreenshot(page, "chromium", "alarms-shelving");
    await page.keyboard.press("Enter");
    await sees("shelved");
    await log(/Shelved until .*patrol is on its way/);

    // Whoever comes later sees the same.
    await page.reload();
    await sees("shelved");
    await page.keyboard.press("Shift+J");
    for (const [key, view] of [
      ["t", "light"],
      ["Shift+L", "French"],
    ] as const) {
      await page.keyboard.press(key);
      await isAccessible(view);
    }
    await keepScreenshot(page, "chromium", "alarms-fr-light");
    await page.keyboard.press("Shift+R");
    await sees("unacknowledged");
    expect(await page.getByTestId("alarm-rate-recent").innerText()).toMatch(/^2 /);
    expect(faults).toEqual([]);
  });
});
