import { expect } from "vitest";
import type { Page } from "playwright-core";
import { openInChromium, windowSize } from "./support/consoles";
import { patienceMs, seesMovingVehicles } from "./support/operator";
import { chromiumFile, testWith } from "./support/test-machine";

interface CountingWindow {
  groundCopies: number;
  readonly WebGL2RenderingContext: { readonly prototype: { blitFramebuffer: (...of: unknown[]) => void } };
}

/** From now on `groundCopies` counts pictures of the ground that were taken or put back. */
async function countCopies(page: Page): Promise<void> {
  await page.evaluate(() => {
    const view = globalThis as unknown as CountingWindow;
    const { prototype } = view.WebGL2RenderingContext;
    const copy = prototype.blitFramebuffer;
    view.groundCopies = 0;
    prototype.blitFramebuffer = function (...of) {
      view.groundCopies++;
      copy.apply(this, of);
    };
  });
}

const copies = (page: Page) => page.evaluate(() => (globalThis as unknown as CountingWindow).groundCopies);

/** Asks for pictures, by moving over the map, until the ground was taken and put back. */
async function seesKeptGround(page: Page, clip: Clip): Promise<Buffer> {
  const before = await copies(page);
  let at = 0;
  await expect
    .poll(
      async () => {
        await page.mouse.move(clip.x + 5 + (at++ % 2), clip.y + clip.height / 2);
        return copies(page);
      },
      { interval: 250, timeout: patienceMs.action },
    )
    .toBeGreaterThanOrEqual(before + 3);
  return page.screenshot({ clip, timeout: patienceMs.action });
}

/** The same place with its ground drawn: another size and back, and no copy made until the screen was taken. */
async function seesDrawnGround(page: Page, clip: Clip): Promise<Buffer> {
  for (let attempt = 0; attempt < 8; attempt++) {
    await page.setViewportSize({ width: windowSize.width - 2, height: windowSize.height });
    await page.waitForTimeout(400);
    await page.setViewportSize(windowSize);
    await page.waitForTimeout(600);
    const before = await copies(page);
    const screen = await page.screenshot({ clip, timeout: patienceMs.action });
    if ((await copies(page)) === before) return screen;
  }
  throw new Error("the ground was copied each time before the screen was taken");
}

interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

testWith([chromiumFile], "ground that is kept is the ground that is drawn, in one theme and in the other", async () => {
  const { page, faults, close } = await openInChromium("bundled-town");
  try {
    await seesMovingVehicles(page);
    await page.keyboard.press("Space");
    // Names give way to each other by who was there first.
    await page.keyboard.press("n");
    const box = await page.getByTestId("map").boundingBox();
    if (box === null) throw new Error("there is no map");
    const clip = { x: box.x + 20, y: box.y + 150, width: box.width - 40, height: box.height - 300 };
    await countCopies(page);
    const dark = await seesKeptGround(page, clip);
    expect(dark.equals(await seesDrawnGround(page, clip))).toBe(true);
    await page.keyboard.press("t");
    // Until the theme has reached the map, the ground of the other one is put back.
    await page.waitForTimeout(3000);
    const light = await seesKeptGround(page, clip);
    expect(light.equals(dark)).toBe(false);
    expect(light.equals(await seesDrawnGround(page, clip))).toBe(true);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
});
