import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { root } from "./test-machine";

const folder = path.join(root, "test/e2e/out");

/** Keeps what is on the screen as test/e2e/out/SHELL-STEP.png. */
export async function keepScreenshot(page: Page, shell: string, step: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${shell}-${step}.png`), timeout: 60_000 });
}
