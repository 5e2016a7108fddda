import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterEach } from "vitest";
import { root } from "./test-machine";

const folder = path.join(root, "test/e2e/out");

/** Keeps what is on the screen as test/e2e/out/SHELL-STEP.png. */
export async function keepScreenshot(page: Page, shell: string, step: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${shell}-${step}.png`), timeout: 120_000 });
}

/** Prints what is on the screens when a test of the file fails, and keeps them as test/e2e/out/NAME-failed-N.png. */
export function tellsWhatFailed(name: string, pages: () => readonly (Page | undefined)[]): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const [place, page] of pages().entries()) {
      if (page === undefined || page.isClosed()) continue;
      const words = await page.locator("body").innerText().catch(String);
      process.stderr.write(`\n${task.name}, page ${place + 1} of ${page.url()}:\n${words}\n`);
      await keepScreenshot(page, name, `failed-${place + 1}`).catch(() => undefined);
    }
  });
}

/** The same screen in French as SHELL-STEP-fr.png, by the key that an operator would use. */
export async function keepInFrench(page: Page, shell: string, step: string): Promise<void> {
  await switchLanguage(page, "fr");
  await waitForPictures(page, 2);
  // Those that were there fade out, those that came fade in.
  await page.waitForTimeout(1500);
  await keepScreenshot(page, shell, `${step}-fr`);
  await switchLanguage(page, "en");
}

/** Texts on the map are of the picture after their tiles have come. Where nothing is to be drawn, nothing is waited for long. */
async function waitForPictures(page: Page, pictures: number): Promise<void> {
  const drawn = "window.pendulaireConsole?.measured(1, 1).picturesDrawn ?? 0";
  const wanted = Number(await page.evaluate(drawn)) + pictures;
  await page.waitForFunction(`(${drawn}) >= ${wanted}`, undefined, { timeout: 15_000 }).catch(() => undefined);
}

async function switchLanguage(page: Page, language: "en" | "fr"): Promise<void> {
  // The letter would be typed into a field.
  await page.locator(":focus").evaluateAll((focused) => {
    for (const element of focused) (element as unknown as { blur(): void }).blur();
  });
  await page.keyboard.press("Shift+L");
  await page.locator(`html[lang=${language}]`).waitFor({ timeout: 60_000 });
}
