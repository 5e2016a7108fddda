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
    /** By the key for the next one, past others that came meanwhile. */
    const selects = () =>
      expect
        .poll(
          async () => {
            if ((await alarm.getAttribute("aria-pressed")) === "true") return true;
            await page.keyboard.press("Shift+J");
            return false;
          },
          { interval: 500, timeout: patienceMs.action },
        )
        .toBe(true);
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
    // On a busy machine the city lags behind its clock: an alarm too, which may come, and return to normal, at any time.
    await expect
      .poll(async () => {
        const waiting = await page.locator(".alarm:is([data-state=unacknowledged], [data-state=returned])").count();
        const badge = await page.getByTestId("alarm-badge").innerText();
        return new RegExp(`Alarms\\s${waiting}\\s(High|Medium|Low)`).test(badge);
      })
      .toBe(true);
    const raisedOf = async () => Number.parseInt(await page.getByTestId("alarm-rate-recent").innerText(), 10);

    await selects();
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
    await selects();
    for (const [key, view] of [
      ["t", "light"],
      ["Shift+L", "French"],
    ] as const) {
      await page.keyboard.press(key);
      await isAccessible(view);
    }
    await keepScreenshot(page, "chromium", "alarms-fr-light");
    const raised = await raisedOf();
    await page.keyboard.press("Shift+R");
    await sees("unacknowledged");
    await expect.poll(raisedOf).toBeGreaterThan(raised);
    expect(faults).toEqual([]);
  });
});
