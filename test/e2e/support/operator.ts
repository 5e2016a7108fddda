import { expect } from "vitest";
import type { Page } from "playwright-core";
import type { Road } from "./busiest-road";

// What an operator does in the console, by what is written and said on it.

/** How long each thing may take on a slow machine that draws without a graphics card, ms. */
export const patienceMs = { action: 60_000, city: 240_000, ledger: 180_000, effect: 300_000 };
/** What the console's window shows to tests. */
export interface ProbedWindow {
  readonly pendulaireConsole?: {
    readonly framesTaken: () => number;
    readonly vehiclesDrawn: () => number;
    readonly frameTimeS: () => number | null;
    readonly movedM: () => number;
    readonly screenOfEdge: (edge: number) => { readonly x: number; readonly y: number } | null;
  };
}

const passphrase = "an end-to-end passphrase";

/** The city is drawn, and its vehicles move. */
export async function seesMovingVehicles(page: Page): Promise<void> {
  await page.getByTestId("map").and(page.locator("[data-ready=true]")).waitFor({ timeout: patienceMs.city });
  await page.waitForFunction(
    () => {
      const probe = (globalThis as ProbedWindow).pendulaireConsole;
      return probe !== undefined && probe.vehiclesDrawn() > 0 && probe.movedM() > 0;
    },
    undefined,
    { timeout: patienceMs.city },
  );
}

/** The figure in a text such as "1 234 contracts". */
export function figureIn(text: string): number {
  const found = /[-−]?\d[\d\s\u202f]*(\.\d+)?/.exec(text);
  if (!found) throw new Error(`no figure in "${text}"`);
  return Number(found[0].replace(/[\s\u202f]/g, "").replace("−", "-"));
}

/** The figure after a word: "reached 91 % · complied 38 %". */
export function countIn(text: string, word: string): number {
  return figureIn(text.slice(text.indexOf(word) + word.length));
}

export async function figureOf(page: Page, testId: string): Promise<number> {
  return figureIn(await page.getByTestId(testId).innerText());
}

/** Waits until what a figure says fulfils a condition. @returns the figure */
export async function waitForFigure(
  page: Page,
  read: () => Promise<number>,
  isEnough: (figure: number) => boolean,
  withinMs: number,
): Promise<number> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const figure = await read();
    if (isEnough(figure)) return figure;
    if (Date.now() > untilMs) throw new Error(`still ${figure} after ${withinMs} ms`);
    await page.waitForTimeout(250);
  }
}

/** The contracts of the day stand on the ledger, as the shift log says. */
export async function waitsForContracts(page: Page): Promise<number> {
  const told = page.getByRole("log").getByText(/contracts of the day stand on the ledger/);
  await told.waitFor({ timeout: patienceMs.ledger });
  return figureOf(page, "ledger-contracts");
}

/** Clicks the road on the map, near enough to meet no other one, and takes the form's answer. */
export async function marksIncident(
  page: Page,
  road: Road,
  options: { lanes: number; minutes: number },
): Promise<void> {
  await zoomsTo(page, road);
  await page.keyboard.press("i");
  await page.getByTestId("incident-armed").waitFor({ timeout: patienceMs.action });
  const at = await placeOf(page, road);
  await page.mouse.move(at.x, at.y);
  await page.mouse.click(at.x, at.y);
  const form = page.getByRole("form", { name: "New incident" });
  await form.waitFor({ timeout: patienceMs.action });
  expect(await page.getByTestId("incident-road").innerText()).toBe(road.name);
  await form.getByRole("radio", { name: String(options.lanes), exact: true }).check({ force: true });
  await form.getByLabel("expected duration").fill(String(options.minutes));
}

export async function declaresIncident(page: Page, road: Road): Promise<void> {
  await page.getByRole("button", { name: "Declare" }).click();
  const card = page.getByRole("region", { name: "Incidents" }).getByRole("button", { name: road.name });
  await card.waitFor({ timeout: patienceMs.action });
}

/** Where the middle of an edge is in the window, CSS px; null while it is not on the map. */
export function screenOfEdge(page: Page, edge: number): Promise<{ readonly x: number; readonly y: number } | null> {
  return page.evaluate((row) => (globalThis as ProbedWindow).pendulaireConsole?.screenOfEdge(row) ?? null, edge);
}

/** Where the road's middle is in the window. */
async function placeOf(page: Page, { edge }: Road): Promise<{ x: number; y: number }> {
  const at = await screenOfEdge(page, edge);
  if (at === null) throw new Error("the road is not on the map");
  return at;
}

/** Turns the wheel over the road until its neighbours are well apart. */
async function zoomsTo(page: Page, road: Road): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    const { x, y } = await placeOf(page, road);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -240);
    await standsStill(page, road);
  }
}

/** The map moves on for a moment after the wheel. */
async function standsStill(page: Page, road: Road): Promise<void> {
  for (let last = { x: NaN, y: NaN }; ;) {
    await page.waitForTimeout(300);
    const now = await placeOf(page, road);
    if (Math.hypot(now.x - last.x, now.y - last.y) < 0.5) return;
    last = now;
  }
}

/** Opens the proposed instruction, and asks for what it would do. */
export async function preparesInstruction(page: Page, bonusTokens: string): Promise<number> {
  const panel = page.getByRole("region", { name: "Instruction" });
  await panel.getByRole("button", { name: /Prepare instruction|New instruction/ }).click();
  await panel.getByLabel("bonus per contract").fill(bonusTokens);
  const contracts = page.getByTestId("match-contracts");
  return waitForFigure(
    page,
    async () => ((await contracts.count()) === 0 ? 0 : figureIn(await contracts.innerText())),
    (count) => count > 0,
    patienceMs.action,
  );
}

export async function predicts(page: Page): Promise<string> {
  await page.getByRole("region", { name: "Instruction" }).getByLabel("bonus per contract").press("Enter");
  const saves = page.getByTestId("prediction-saves");
  await saves.waitFor({ timeout: patienceMs.effect });
  return saves.innerText();
}

/** Signs and sends the draft; makes or unlocks the key when that is asked for. */
export async function sendsInstruction(page: Page): Promise<void> {
  const panel = page.getByRole("region", { name: "Instruction" });
  await panel.getByRole("button", { name: "Send" }).click();
  const form = page.getByTestId("passphrase-form");
  const report = page.getByTestId("instruction-report");
  await form.or(report).first().waitFor({ timeout: patienceMs.action });
  if (await form.isVisible()) {
    await form.getByLabel("passphrase", { exact: true }).fill(passphrase);
    const again = form.getByLabel("the same again");
    if (await again.isVisible()) await again.fill(passphrase);
    await form.getByRole("button", { name: "Sign and send" }).click();
  }
  await report.waitFor({ timeout: patienceMs.ledger });
}

/** Three sums of a report: escrow, paid, left. */
export async function moneyOf(page: Page): Promise<readonly number[]> {
  const text = await page.getByTestId("report-money").innerText();
  return text.split("·").map(figureIn);
}

export async function setsSpeed(page: Page, speed: string): Promise<void> {
  await page
    .getByRole("radiogroup", { name: "Speed of the clock" })
    .getByRole("radio", { name: speed, exact: true })
    .click();
  await page.getByTestId("clock-speed").getByText(speed, { exact: true }).waitFor({ timeout: patienceMs.action });
}

/** Opens the first contract that the shown instruction rewrote. @returns whether each check of its proof holds */
export async function opensProof(page: Page): Promise<readonly (string | null)[]> {
  const panel = page.getByRole("region", { name: "Instruction" });
  await panel.getByRole("button", { name: "Inspect contracts" }).click();
  const inspector = page.getByRole("complementary", { name: "Contract" });
  await inspector.getByTestId("contract").waitFor({ timeout: patienceMs.ledger });
  const checks = await inspector.getByTestId(/^contract-check-/).all();
  return Promise.all(checks.map((check) => check.getAttribute("data-ok")));
}
