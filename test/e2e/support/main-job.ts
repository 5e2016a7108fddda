import { expect } from "vitest";
import type { Page } from "playwright-core";
import { busiestMainRoad, type Road } from "./busiest-road";
import type { OpenConsole } from "./consoles";
import {
  countIn,
  declaresIncident,
  figureIn,
  figureOf,
  marksIncident,
  moneyOf,
  opensProof,
  patienceMs,
  predicts,
  preparesInstruction,
  seesMovingVehicles,
  sendsInstruction,
  setsSpeed,
  waitForFigure,
  waitsForContracts,
} from "./operator";
import { keepInFrench, keepScreenshot } from "./screenshots";
import { krems, testWith } from "./test-machine";

/** The main job in one shell, kept in pictures: one file for each, so that they can be run beside each other. */
export function testMainJob(shell: string, needs: string, open: (city: string) => Promise<OpenConsole>): void {
  testWith([needs, krems], "an instruction for Krems's busiest road is sent, proved, and has an effect", async () => {
    const road = await busiestMainRoad(krems);
    const { page, faults, close } = await open(krems);
    const keep = (step: string) => keepScreenshot(page, shell, step);
    const keepBoth = async (step: string) => {
      await keep(step);
      await keepInFrench(page, shell, step);
    };
    try {
      await opensKrems(page);
      await keep("1-city");
      await marksIncident(page, road, { lanes: road.lanes, minutes: 45 });
      await keep("2-incident");
      await declaresIncident(page, road);
      const matched = await preparesInstruction(page, "3");
      expect(await predicts(page)).toMatch(/\d ± \d/);
      await keepBoth("3-draft");
      await sendsInstruction(page);
      await page.getByRole("button", { name: "Show the whole city" }).click();
      await isVerified(page, matched);
      await keep("4-sent");
      await hasEffect(page);
      await keepBoth("5-effect");
      await isProved(page, road);
      await keep("6-proof");
      await opensPhone(page);
      await keepBoth("7-phone");
    } catch (error) {
      await keep("failed");
      throw error;
    } finally {
      await close();
    }
    expect(faults).toEqual([]);
  });
}

async function opensKrems(page: Page): Promise<void> {
  await seesMovingVehicles(page);
  expect(await page.getByTestId("clock-time").innerText()).toMatch(/^07:0/);
  expect(await page.getByTestId("city-name").innerText()).toMatch(/krems/i);
  expect(await waitsForContracts(page)).toBeGreaterThan(100);
}

/** Contracts that were matched may end before the block: most of them must be rewritten, and each of those proved. */
async function isVerified(page: Page, matched: number): Promise<void> {
  const report = page.getByTestId("instruction-report");
  const rewritten = await figureOf(page, "report-rewritten");
  expect(rewritten).toBeGreaterThan(matched / 2);
  expect(rewritten).toBeLessThanOrEqual(matched);
  expect(await figureOf(page, "report-verified")).toBe(rewritten);
  expect(await report.getByTestId("report-verified").innerText()).toContain("✓ proof");
  // The people of the city are asked a moment after the last proof.
  await expect.poll(() => report.getAttribute("data-stage"), { timeout: patienceMs.action }).toBe("active");
}

/** People hear and comply, the cities part, and after the passages the first bonus is paid. */
async function hasEffect(page: Page): Promise<void> {
  await setsSpeed(page, "60×");
  const paid = async () => (await moneyOf(page))[1] ?? 0;
  await waitForFigure(page, paid, (tokens) => tokens > 0, patienceMs.effect);
  const answers = await page.getByTestId("report-answers").innerText();
  expect(countIn(answers, "reached")).toBeGreaterThan(0);
  expect(countIn(answers, "complied")).toBeGreaterThan(0);
  const delayOf = (city: "live" | "do-nothing") => figureOf(page, `cities-delayVehH-${city}`);
  expect(await delayOf("live")).toBeGreaterThan(0);
  // Rounded to whole vehicle-hours, two cities that differ may show the same for a moment.
  const differ = async () => (await delayOf("live")) !== (await delayOf("do-nothing"));
  await expect.poll(differ, { timeout: patienceMs.action }).toBe(true);
  const chart = await page.getByRole("img", { name: /Live .* do nothing .* vehicle-hours/ }).getAttribute("aria-label");
  expect(figureIn(chart ?? "")).toBeGreaterThan(0);
  await seesMovingVehicles(page);
}

/** The phone of somebody whose contract was rewritten shows the message. */
async function opensPhone(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByTestId("phones-of-instruction").click();
  await page.getByTestId("phone-message").waitFor({ timeout: patienceMs.action });
}

/** The ledger is verified to its newest block, and the proof of a rewritten contract holds. */
async function isProved(page: Page, road: Road): Promise<void> {
  await setsSpeed(page, "1×");
  const height = await page.getByTestId("ledger-height").innerText();
  expect(height).toMatch(/^#[\d\u202f]+\s+✓ verified to #[\d\u202f]+$/);
  expect(await page.getByTestId("ledger-badge").getAttribute("data-ok")).toBe("true");
  const checks = await opensProof(page);
  expect(checks.length).toBeGreaterThan(2);
  expect(checks.every((ok) => ok === "true")).toBe(true);
  await page.getByTestId("log").getByText(road.name).first().waitFor();
}
