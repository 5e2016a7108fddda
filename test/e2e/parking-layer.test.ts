import { expect } from "vitest";
import type { Page } from "playwright-core";
import { openInChromium } from "./support/consoles";
import { patienceMs } from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, testWith } from "./support/test-machine";

/** Moves over the map until what is under the pointer is called so; null when nothing on it is. */
async function findsUnderPointer(page: Page, wanted: RegExp): Promise<string | null> {
  const box = await page.getByTestId("map").boundingBox();
  if (box === null) return null;
  const stepPx = 16;
  for (let y = box.y + box.height * 0.3; y < box.y + box.height * 0.8; y += stepPx) {
    for (let x = box.x + box.width * 0.2; x < box.x + box.width * 0.8; x += stepPx) {
      await page.mouse.move(x, y);
      // The map says what is there with its next picture.
      await page.waitForTimeout(60);
      const tip = page.getByTestId("road-tip");
      const said = (await tip.isVisible()) ? ((await tip.textContent()) ?? "") : "";
      if (wanted.test(said)) return said;
    }
  }
  return null;
}

testWith(
  [chromiumFile],
  "parking is a quiet layer: off at first, on a key, signs at street level that say name, kind and spaces",
  async () => {
    const { page, close } = await openInChromium("bundled-town");
    try {
      await page.locator("[data-testid=map][data-ready=true]").waitFor({ timeout: patienceMs.city });
      expect(await page.getByTestId("legend-parking").count()).toBe(0);
      await page.keyboard.press("y");
      await page.getByTestId("legend-parking").waitFor({ timeout: patienceMs.action });
      for (let step = 0; step < 4; step++) {
        await page.keyboard.press("+");
        await page.waitForTimeout(900);
      }
      await page.waitForTimeout(2500);
      await keepScreenshot(page, "chromium", "parking-dark");
      const said = await findsUnderPointer(page, /space/);
      expect(said).toMatch(/^.+ · (garage|car park|kerb|private) · [\d\s]+ spaces?$/u);
      await page.keyboard.press("t");
      await page.keyboard.press("Shift+L");
      // Another theme is another scene.
      await page
        .locator("[data-testid=map][data-ready=false]")
        .waitFor({ timeout: patienceMs.action })
        .catch(() => undefined);
      await page.locator("[data-testid=map][data-ready=true]").waitFor({ timeout: patienceMs.city });
      await page.waitForTimeout(2500);
      await keepScreenshot(page, "chromium", "parking-light-fr");
      await page.keyboard.press("y");
      await page.getByTestId("legend-parking").waitFor({ state: "detached", timeout: patienceMs.action });
    } finally {
      await close();
    }
  },
);
