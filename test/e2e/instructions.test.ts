import { afterAll, beforeAll, describe, expect } from "vitest";
import { busiestMainRoad } from "./support/busiest-road";
import { openInChromium } from "./support/consoles";
import {
  declaresIncident,
  figureIn,
  figureOf,
  marksIncident,
  patienceMs,
  preparesInstruction,
  seesMovingVehicles,
  sendsInstruction,
  waitForFigure,
  waitsForContracts,
} from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const needs = [chromiumFile];
let served: Awaited<ReturnType<typeof openInChromium>>;

/** Every action, drawn scope, amendment and withdrawal, on one running town. */
describe("an operator's instructions", () => {
  beforeAll(async () => {
    if (lackOf(needs) !== undefined) return;
    const road = await busiestMainRoad("bundled-town");
    served = await openInChromium("bundled-town");
    await seesMovingVehicles(served.page);
    await waitsForContracts(served.page);
    await marksIncident(served.page, road, { lanes: 1, minutes: 60 });
    await declaresIncident(served.page, road);
  });
  afterAll(() => served?.close());

  testWith(needs, "take their scope from what is drawn on the map", async () => {
    const { page } = served;
    await preparesInstruction(page, "2");
    const chosen = page.getByTestId(/^draft-terminal-\d+$/);
    const before = await chosen.count();
    await page.getByTestId("draft-draw").click();
    const box = await page.getByTestId("scope-lasso").boundingBox();
    if (box === null) throw new Error("the sheet to draw on is not there");
    const [left, top, right, bottom] = [box.x + 300, box.y + 60, box.x + box.width - 390, box.y + box.height - 200];
    await page.mouse.move(left, top);
    await page.mouse.down();
    for (const [x, y] of [
      [right, top],
      [right, bottom],
      [left, bottom],
      [left, top + 10],
    ] as const) {
      await page.mouse.move(x, y, { steps: 6 });
    }
    await page.mouse.up();
    await page.getByTestId("scope-lasso").waitFor({ state: "detached" });
    await expect.poll(() => chosen.count(), { timeout: patienceMs.action }).toBeGreaterThan(before);
  });

  testWith(needs, "take a terminal by its name, as soon as nothing else is meant", async () => {
    const { page } = served;
    const chosen = page.getByTestId(/^draft-terminal-\d+$/);
    const before = await chosen.count();
    const name = /^T-\d+/.exec(await chosen.first().innerText())?.[0] ?? "";
    await chosen.first().getByRole("button").click();
    // The focus goes to the next one then, which closes a list that was opened before.
    await expect.poll(() => chosen.count(), { timeout: patienceMs.action }).toBe(before - 1);
    await chosen.and(page.locator(":focus")).waitFor({ timeout: patienceMs.action });
    const adder = page.getByTestId("draft-terminal-add");
    await adder.fill(name);
    await adder.press("Enter");
    await expect.poll(() => chosen.count(), { timeout: patienceMs.action }).toBe(before);
    expect(await adder.inputValue()).toBe("");
  });

  testWith(needs, "are sent by Ctrl Enter from any control of the form, which does nothing else then", async () => {
    const { page } = served;
    await page.getByTestId("draft-budget").fill("2000");
    await expect.poll(() => page.getByTestId("send").isDisabled(), { timeout: patienceMs.action }).toBe(false);
    for (const control of ["draft-budget", "predict", "draft-draw", "draft-discard", "send"]) {
      await page.getByTestId(control).focus();
      await page.keyboard.press("Control+Enter");
      await page.getByTestId("passphrase-form").waitFor({ timeout: 10_000 });
      expect(await page.locator(".prediction").innerText(), control).toBe("");
      expect(await page.getByTestId("scope-lasso").count(), control).toBe(0);
      await page.keyboard.press("Escape");
      await page.getByTestId("passphrase-form").waitFor({ state: "detached" });
    }
    await page
      .getByTestId("match-at")
      .getByText(/^as of \d\d:\d\d$/)
      .waitFor({ timeout: patienceMs.action });
    await keepScreenshot(page, "chromium", "7-draft-counted");
  });

  testWith(needs, "say what each action asks, and what it lacks", async () => {
    const { page } = served;
    const panel = page.getByRole("region", { name: "Instruction" });
    const send = page.getByTestId("send");
    for (const kind of ["itinerary", "later", "earlier", "hold", "avoid"]) {
      await page.getByTestId(`asked-${kind}`).click();
      expect(await page.getByTestId("asked-meaning").innerText()).not.toBe("");
    }
    await page.getByTestId("asked-itinerary").click();
    await panel.getByText("Choose the terminals to go by.").waitFor({ timeout: patienceMs.action });
    expect(await send.isDisabled()).toBe(true);
    const sequence = async () =>
      (
        await page
          .getByTestId(/^draft-via-\d$/)
          .locator(".via-name")
          .allInnerTexts()
      ).join();
    for (const added of [1, 2]) {
      await page.getByTestId("draft-via-add").fill("T");
      await page.getByRole("option").first().click();
      await page.getByTestId(`draft-via-${added}`).waitFor({ timeout: patienceMs.action });
    }
    const [first, second] = (await sequence()).split(",");
    expect(second).not.toBe(first);
    // While the list of names is open, the rest of the page is hidden from roles.
    await page.getByTestId("draft-via-2").locator("button").first().focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(sequence, { timeout: patienceMs.action }).toBe(`${second},${first}`);
    await page.getByTestId("draft-via-1").getByRole("button", { name: /later/ }).click();
    await expect.poll(sequence, { timeout: patienceMs.action }).toBe(`${first},${second}`);
    await page
      .getByTestId("draft-via-1")
      .getByRole("button", { name: /Do not go by/ })
      .click();
    await expect.poll(sequence, { timeout: patienceMs.action }).toBe(second);
    await page.getByTestId("asked-later").click();
    await page.getByTestId("draft-minutes").fill("none");
    await panel.getByText("Whole minutes, 1 to 240.").waitFor({ timeout: patienceMs.action });
    expect(await send.isDisabled()).toBe(true);
    await page.getByTestId("draft-discard").click();
  });

  testWith(needs, "to leave later rewrite contracts, and are followed", async () => {
    const { page } = served;
    await preparesInstruction(page, "3");
    await page.getByTestId("asked-later").click();
    await page.getByTestId("draft-minutes").fill("20");
    const contracts = page.getByTestId("match-contracts");
    await expect
      .poll(async () => (await contracts.count()) && figureIn(await contracts.innerText()))
      .toBeGreaterThan(0);
    await page.getByTestId("draft-budget").fill("2000");
    await expect.poll(() => page.getByTestId("send").isDisabled(), { timeout: patienceMs.action }).toBe(false);
    await sendsInstruction(page);
    expect(await page.getByTestId("report-action").innerText()).toBe("leave 20 min later");
    const rewritten = await figureOf(page, "report-rewritten");
    expect(rewritten).toBeGreaterThan(0);
    expect(await figureOf(page, "report-verified")).toBe(rewritten);
  });

  testWith(needs, "are amended: a higher bonus reaches those who carry them; less is refused, saying why", async () => {
    const { page } = served;
    await page.getByTestId("instruction-amend").click();
    const form = page.getByTestId("amend-form");
    await form.getByTestId("draft-bonus").fill("2");
    await page
      .getByTestId("amend-refusal")
      .getByText(/only grow/)
      .waitFor({ timeout: patienceMs.action });
    expect(await page.getByTestId("amend-send").isDisabled()).toBe(true);
    await form.getByTestId("draft-bonus").fill("4");
    await expect.poll(() => page.getByTestId("amend-send").isDisabled(), { timeout: patienceMs.action }).toBe(false);
    await keepScreenshot(page, "chromium", "7-amendment");
    await page.getByTestId("amend-send").click();
    await page.getByTestId("report-stage").getByText("revision 2").waitFor({ timeout: patienceMs.ledger });
    const rewritten = await figureOf(page, "report-rewritten");
    expect(await figureOf(page, "report-verified")).toBe(rewritten);
  });

  testWith(needs, "are withdrawn from those who have not left, and the pool gets their bonus back", async () => {
    const { page } = served;
    const pool = () => page.getByTestId("pool").innerText().then(figureIn);
    const before = await pool();
    const carried = await figureOf(page, "report-rewritten");
    await page.getByTestId("instruction-withdraw").click();
    await page.getByTestId("withdraw-send").click();
    await page.getByTestId("report-stage").getByText("withdrawn").waitFor({ timeout: patienceMs.ledger });
    expect(await figureOf(page, "report-rewritten")).toBeLessThan(carried);
    expect(await waitForFigure(page, pool, (tokens) => tokens > before, patienceMs.ledger)).toBeGreaterThan(before);
    expect(await page.getByTestId("instruction-amend").count()).toBe(0);
  });

  testWith(needs, "had no exception, no error on its console and nothing refused by its security policy", async () => {
    await Promise.resolve();
    expect(served.faults).toEqual([]);
  });
});
