import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Page } from "playwright-core";
import { violationsOf } from "./support/accessibility";
import { busiestMainRoad, type Road } from "./support/busiest-road";
import { openInChromium, serveConsole, type OpenConsole } from "./support/consoles";
import {
  figureIn,
  figureOf,
  patienceMs,
  seesMovingVehicles,
  waitForFigure,
  waitsForContracts,
} from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const town = "bundled-town";

const violations: string[] = [];

/** Every view is looked at with the eyes of axe as the keyboard comes by; what it finds is told at the end, all of it. */
async function isAccessible(page: Page, view: string): Promise<void> {
  // Colours fade in; what is half there has no contrast yet.
  await page.waitForTimeout(400);
  for (const violation of await violationsOf(page)) violations.push(`${view}: ${violation}`);
}

async function sees(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).first().waitFor({ timeout: patienceMs.action });
}

async function isGone(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).waitFor({ state: "detached", timeout: patienceMs.action });
}

/** Types into the palette and takes the first answer, or the one with this id. */
async function asks(page: Page, name: string, id?: RegExp): Promise<void> {
  await page.keyboard.press("Control+k");
  await sees(page, "palette-input");
  await page.keyboard.type(name);
  const chosen = page.locator("[role=option][aria-selected=true]");
  if (id !== undefined) {
    for (let step = 0; !id.test((await chosen.getAttribute("data-testid")) ?? ""); step++) {
      if (step > 80) throw new Error(`the palette has no ${String(id)} for "${name}"`);
      await page.keyboard.press("ArrowDown");
    }
  }
  await page.keyboard.press("Enter");
  await isGone(page, "palette-input");
}

describe("the console without a pointer", () => {
  let opened: OpenConsole;
  let road: Road;
  beforeAll(async () => {
    if (lackOf([chromiumFile]) !== undefined) return;
    road = await busiestMainRoad(town);
    opened = await openInChromium(town);
    await seesMovingVehicles(opened.page);
    await waitsForContracts(opened.page);
  });
  afterAll(async () => opened?.close());

  testWith(
    [chromiumFile],
    "the main job is done by keyboard alone, and every view of it passes WCAG 2.2 AA",
    async () => {
      const { page, faults } = opened;
      try {
        await isAccessible(page, "first view");
        await page.keyboard.press("Control+k");
        await sees(page, "palette-input");
        await isAccessible(page, "palette");
        await page.keyboard.press("Escape");
        await isGone(page, "palette-input");

        await asks(page, road.name, /^palette-mark-/);
        await sees(page, "incident-form");
        expect(await page.getByTestId("incident-road").innerText()).toBe(road.name);
        await isAccessible(page, "incident form");
        await page.keyboard.press("Enter");
        await page.getByTestId(/^incident-I-/).waitFor({ timeout: patienceMs.action });

        await page.keyboard.press("e");
        await sees(page, "draft-bonus");
        const matched = await waitForFigure(
          page,
          async () =>
            figureIn(
              `0${await page
                .getByTestId("match-contracts")
                .innerText({ timeout: 2000 })
                .catch(() => "")}`,
            ),
          (figure) => figure > 0,
          patienceMs.action,
        );
        await isAccessible(page, "instruction form");
        await page.keyboard.press("Alt+Enter");
        await sees(page, "prediction-saves");
        await page.keyboard.press("Control+Enter");
        await sees(page, "passphrase");
        await isAccessible(page, "passphrase form");
        await page.keyboard.type("an end-to-end passphrase");
        await page.keyboard.press("Tab");
        await page.keyboard.type("an end-to-end passphrase");
        await page.keyboard.press("Enter");
        await page.getByTestId("instruction-report").waitFor({ timeout: patienceMs.ledger });

        await page.keyboard.press("Escape");
        await page.keyboard.press("5");
        await waitForFigure(
          page,
          () => figureOf(page, "report-rewritten"),
          (figure) => figure > 0,
          patienceMs.ledger,
        );
        expect(await figureOf(page, "report-rewritten")).toBeLessThanOrEqual(matched);
        await isAccessible(page, "report");

        await page.keyboard.press("z");
        await page.getByTestId("contract").waitFor({ timeout: patienceMs.ledger });
        const checks = await page.getByTestId(/^contract-check-/).all();
        expect(checks.length).toBeGreaterThan(2);
        for (const check of checks) expect(await check.getAttribute("data-ok")).toBe("true");
        await isAccessible(page, "contract inspector");
        await page.keyboard.press("Escape");
        await isGone(page, "inspector");
        expect(faults).toEqual([]);
        expect(violations.splice(0)).toEqual([]);
      } catch (error) {
        await keepScreenshot(page, "keyboard", "failed");
        throw error;
      }
    },
  );

  testWith([chromiumFile], "menus and sheets pass in both languages and both themes, and are remembered", async () => {
    const { page } = opened;
    const theme = () => page.locator("html").getAttribute("data-theme");
    const language = () => page.locator("html").getAttribute("lang");
    // While the city stands, pictures do not take the processor from what is looked at here.
    await page.keyboard.press("Space");
    await page.locator('[data-testid="clock-state"][data-state="paused"]').waitFor();
    for (const [wantedLanguage, wantedTheme] of [
      ["en", "light"],
      ["fr", "light"],
      ["fr", "dark"],
    ] as const) {
      if ((await language()) !== wantedLanguage) await page.keyboard.press("Shift+L");
      if ((await theme()) !== wantedTheme) await page.keyboard.press("t");
      const view = `${wantedLanguage}, ${wantedTheme}`;
      await page.getByTestId("map").and(page.locator("[data-ready=true]")).waitFor({ timeout: patienceMs.city });
      expect([await language(), await theme()]).toEqual([wantedLanguage, wantedTheme]);
      await isAccessible(page, `report, ${view}`);
      await keepScreenshot(page, "keyboard", `${wantedLanguage}-${wantedTheme}`);
      for (const [key, testId] of [
        ["o", "city-pick"],
        ["u", "operator"],
        ["?", "help"],
        ["Control+k", "palette-input"],
        ["z", "contract"],
      ] as const) {
        await page.keyboard.press(key);
        await sees(page, testId);
        await isAccessible(page, `${testId}, ${view}`);
        await page.keyboard.press("Escape");
        await page.waitForTimeout(300);
      }
    }
    expect(violations.splice(0)).toEqual([]);
    await page.keyboard.press("Space");
    await page.reload();
    await seesMovingVehicles(page);
    expect([await language(), await theme()]).toEqual(["fr", "dark"]);
    expect(await page.getByTestId("clock-toggle").innerText()).toMatch(/Pause|Reprendre/);
    const later = await serveConsole(town);
    try {
      await page.goto(later.url);
      await sees(page, "clock-toggle");
      expect([await language(), await theme()]).toEqual(["fr", "dark"]);
    } finally {
      await later.close();
    }
  });
});
