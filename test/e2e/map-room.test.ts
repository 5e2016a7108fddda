import { afterAll, beforeAll, describe, expect } from "vitest";
import type { Page } from "playwright-core";
import { openInChromium, type OpenConsole } from "./support/consoles";
import { patienceMs, screenOfEdge } from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, krems, lackOf, testWith } from "./support/test-machine";

const small = { width: 1024, height: 700 };
const usual = { width: 1440, height: 900 };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(page: Page, selector: string): Promise<Box> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on the screen`);
  return box;
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const isWithin = (inner: Box, outer: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** A road whose middle is where the form of an incident opens, and can be clicked. */
async function roadUnderForm(page: Page): Promise<{ edge: number; x: number; y: number }> {
  const map = await boxOf(page, "[data-testid=map]");
  for (let edge = 0; edge < 2000; edge++) {
    const at = await screenOfEdge(page, edge);
    if (at === null) continue;
    const isThere = at.x > map.x + 40 && at.x < map.x + 260 && at.y > map.y + 120 && at.y < map.y + 300;
    if (isThere) return { edge, ...at };
  }
  throw new Error("no road lies there");
}

describe("what floats over the map", () => {
  let opened: OpenConsole;
  beforeAll(async () => {
    if (lackOf([chromiumFile, krems]) !== undefined) return;
    opened = await openInChromium(krems);
    await opened.page.locator("[data-testid=map][data-ready=true]").waitFor({ timeout: patienceMs.city });
  });
  afterAll(() => opened?.close());

  testWith(
    [chromiumFile, krems],
    "leaves the attribution in sight beside or below the legend, in French too",
    async () => {
      const { page } = opened;
      for (const key of ["Shift+L", "d", "r", "y"]) await page.keyboard.press(key);
      await page.getByTestId("legend-parking").waitFor({ timeout: patienceMs.action });
      for (const size of [usual, small]) {
        await page.setViewportSize(size);
        await page.waitForTimeout(500);
        const [legend, attribution] = [await boxOf(page, ".legend"), await boxOf(page, "[data-testid=attribution]")];
        expect(overlap(legend, attribution)).toBe(false);
        for (const box of [legend, attribution])
          expect(isWithin(box, await boxOf(page, "[data-testid=map]"))).toBe(true);
      }
      for (const key of ["Shift+L", "d", "r", "y"]) await page.keyboard.press(key);
    },
  );

  testWith(
    [chromiumFile, krems],
    "does not cover the road that an incident is marked on, and can be sent off itself",
    async () => {
      const { page } = opened;
      for (const size of [usual, small]) {
        await page.setViewportSize(size);
        await page.waitForTimeout(1000);
        await page.keyboard.press("h");
        await page.waitForTimeout(1000);
        const { edge, x, y } = await roadUnderForm(page);
        await page.keyboard.press("i");
        // Where the road is to be clicked, the card that asks for it must not lie.
        await page.getByTestId("incident-armed").waitFor({ timeout: patienceMs.action });
        await page.mouse.click(x, y);
        await page.getByTestId("incident-form").waitFor({ timeout: patienceMs.action });
        const card = await boxOf(page, ".incident-marker");
        const rightOfCard = async () => ((await screenOfEdge(page, edge))?.x ?? 0) - card.x - card.width;
        await expect.poll(rightOfCard, { timeout: patienceMs.action }).toBeGreaterThan(0);
        await keepScreenshot(page, "chromium", `marked-${String(size.width)}`);
        const button = await boxOf(page, "[data-testid=incident-declare]");
        expect(isWithin(button, await boxOf(page, "[data-testid=map]"))).toBe(true);
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
      }
    },
  );
});
