import type { Page } from "playwright-core";
import WebSocket from "ws";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { violationsOf } from "./support/accessibility";
import { launchChromium, openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles, waitsForContracts } from "./support/operator";
import { collectFaults, type ScreenFaults } from "./support/screen-faults";
import { keepScreenshot, tellsWhatFailed } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const needs = [chromiumFile];
let served: Awaited<ReturnType<typeof openInChromium>>;
let browser: Awaited<ReturnType<typeof launchChromium>>;
let phone: Page;
let faults: ScreenFaults;
let link = "";

/** Another link than the one that is shown, of the console that serves. */
async function nextLink(): Promise<string> {
  const shown = served.page.getByTestId("commuter-url");
  const before = await shown.innerText();
  await served.page.getByTestId("commuter-link").click();
  await expect.poll(() => shown.innerText()).not.toBe(before);
  return shown.innerText();
}

/** The commuter's own page beside the console that serves it: another browser, another key, other rights. */
describe("the commuter's own page", () => {
  beforeAll(async () => {
    if (lackOf(needs) !== undefined) return;
    served = await openInChromium("bundled-town");
    await seesMovingVehicles(served.page);
    await waitsForContracts(served.page);
    browser = await launchChromium();
    phone = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
    phone.setDefaultTimeout(patienceMs.action);
    faults = collectFaults(phone);
  });
  tellsWhatFailed("commuter", () => [served?.page, phone]);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  testWith(needs, "opens by a link of its own, which opens no console, and once only", async () => {
    const { page } = served;
    await page.keyboard.press("p");
    await page.getByTestId("commuter-link").click();
    link = await page.getByTestId("commuter-url").innerText();
    expect(link).toMatch(/\/commuter\.html#token=[\w-]+$/);
    const token = link.split("=")[1] ?? "";
    const origin = link.split("/commuter")[0] ?? "";
    const key = "0123456789abcdef0123";
    const status = async (path: string) => (await fetch(`${origin}${path}?token=${token}&key=${key}`)).status;
    expect(await status("/api")).toBe(403);
    expect(await status("/commuter-api")).toBe(204);
    await phone.goto(link);
    await phone.getByTestId("offer").first().waitFor({ timeout: patienceMs.ledger });
    expect(await status("/commuter-api")).toBe(403);
    await keepScreenshot(phone, "chromium", "commuter-menu");
    expect(await violationsOf(phone)).toEqual([]);
  });

  testWith(
    needs,
    "signs an offer only after the clause was agreed to; the chain has the contract, proved",
    async () => {
      await phone.getByTestId("offer").first().click();
      expect(await phone.getByTestId("sign").isDisabled()).toBe(true);
      await phone.getByTestId("agree").click();
      await keepScreenshot(phone, "chromium", "commuter-clause");
      await phone.getByTestId("sign").click();
      await phone.getByTestId("phone-state").waitFor({ timeout: patienceMs.ledger });
      expect(await phone.getByTestId("phone-movement-deposit").count()).toBe(1);
      expect(await violationsOf(phone)).toEqual([]);
    },
  );

  testWith(needs, "leaves a contract that begins in more than an hour, and signs another", async () => {
    // What was signed is over for the page only when it is left or settled: another browser of its own signs this one.
    const other = await (await browser.newContext()).newPage();
    other.setDefaultTimeout(patienceMs.action);
    const otherFaults = collectFaults(other);
    await other.goto(await nextLink());
    const hours = other.getByTestId("offer-hour");
    await hours.waitFor({ timeout: patienceMs.ledger });
    await hours.selectOption({ index: (await hours.locator("option").count()) - 1 });
    const latest = Number(await hours.inputValue());
    const departures = () => other.getByTestId("offer").allInnerTexts();
    const isLate = (words: string) => Number(/(\d\d):\d\d/.exec(words)?.[1]) >= latest;
    await expect.poll(async () => (await departures()).every(isLate)).toBe(true);
    await other.getByTestId("offer").first().click();
    await other.getByTestId("agree").click();
    await other.getByTestId("sign").click();
    await other.getByTestId("leave").waitFor({ timeout: patienceMs.ledger });
    expect(await violationsOf(other)).toEqual([]);
    await keepScreenshot(other, "chromium", "commuter-leave");
    await other.getByTestId("leave").click();
    await other.getByTestId("leave-confirm").click();
    await other.getByTestId("phone-movement-depositBack").waitFor({ timeout: patienceMs.ledger });
    expect(await other.getByTestId("phone-state").innerText()).toBe("left in time");
    await other.getByTestId("choose-another").click();
    await other.getByTestId("offer").first().waitFor();
    await other.getByTestId("earlier").click();
    await other.getByTestId("phone-movement-depositBack").waitFor();
    // Beside one in force, the one that was left leads there, not to a third.
    await other.getByTestId("choose-another").click();
    await other.getByTestId("offer").first().click();
    await other.getByTestId("agree").click();
    await other.getByTestId("sign").click();
    await other.getByTestId("phone-state").getByText("in force").waitFor({ timeout: patienceMs.ledger });
    await other.getByTestId("earlier").click();
    await other.getByTestId("open-in-force").waitFor();
    expect(await other.getByTestId("choose-another").count()).toBe(0);
    expect(await violationsOf(other)).toEqual([]);
    await other.getByTestId("open-in-force").click();
    await other.getByTestId("phone-state").getByText("in force").waitFor();
    expect(otherFaults).toEqual([]);
    await other.context().close();
  });

  testWith(needs, "holds an offer that is being read where it stands, and says when it has lapsed", async () => {
    const other = await (await browser.newContext()).newPage();
    other.setDefaultTimeout(patienceMs.action);
    await other.goto(await nextLink());
    const offers = other.getByTestId("offer");
    await offers.first().click();
    const departures = async () => (await offers.allInnerTexts()).map((words) => words.split("\n")[0]);
    const before = await departures();
    await served.page.keyboard.press("5");
    await other.getByTestId("offer-lapsed").waitFor({ timeout: patienceMs.effect });
    await served.page.keyboard.press("1");
    expect(await departures()).toEqual(before);
    expect(await other.getByTestId("sign").isDisabled()).toBe(true);
    expect(await violationsOf(other)).toEqual([]);
    await other.getByTestId("offers-now").click();
    await expect.poll(departures).not.toEqual(before);
    await other.context().close();
  });

  testWith(needs, "reaches no contract of another link, and no request of the console", async () => {
    const second = new URL(await nextLink());
    const token = second.hash.split("=")[1] ?? "";
    const socket = new WebSocket(`ws://${second.host}/commuter-api?token=${token}&key=0123456789abcdef0123`, {
      origin: second.origin,
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const contractId = (await phone.getByTestId("commuter-verdict").getAttribute("data-contract")) ?? "";
    expect(contractId).toMatch(/^[0-9a-f]{62}$/);
    const answers: unknown[] = [];
    socket.on("message", (data: Buffer) => {
      const answer = decodeMessage(new Uint8Array(data));
      if (answer.ok) answers.push(answer.value);
    });
    socket.send(encodeMessage({ id: 1, name: "session.describe", params: {} }));
    socket.send(encodeMessage({ id: 2, name: "view", params: { contractId } }));
    socket.send(encodeMessage({ id: 3, name: "menu", params: { fromS: 0 } }));
    await expect.poll(() => answers.length, { timeout: patienceMs.ledger }).toBe(2);
    expect(answers).toMatchObject([
      { id: 2, ok: false, error: { said: { code: "contract-of-others" } } },
      { id: 3, ok: true },
    ]);
    socket.close();
  });

  testWith(needs, "narrows and withdraws consent and demands erasure, each signed here and proved", async () => {
    const state = phone.getByTestId("consent-state");
    const sequence = () => state.getAttribute("data-sequence");
    expect(await sequence()).toBe("0");
    await phone.getByTestId("consent-statistics").click();
    await expect.poll(sequence, { timeout: patienceMs.ledger }).toBe("1");
    expect(await state.innerText()).toBe("clause and more");
    await phone.getByTestId("consent-withdraw").click();
    await expect.poll(sequence, { timeout: patienceMs.ledger }).toBe("2");
    expect(await state.innerText()).toBe("withdrawn");
    // It is not given again by a tick.
    expect(await phone.locator(".consent-purpose input:enabled").count()).toBe(0);
    expect(await phone.getByTestId("phone-state").innerText()).toBe("awaits settlement");
    await phone.getByTestId("consent-erase").click();
    await phone.getByTestId("consent-erase-confirm").click();
    await phone.getByTestId("consent-erasure").waitFor({ timeout: patienceMs.ledger });
    await phone.getByTestId("commuter-fr").click();
    await phone.getByText("Effacement demandé").waitFor({ timeout: patienceMs.action });
    await keepScreenshot(phone, "chromium", "commuter-contract-fr");
    expect(await violationsOf(phone)).toEqual([]);
  });

  testWith(needs, "comes back after a reload with its own key, and nobody else comes by its link", async () => {
    await phone.reload();
    await phone.getByTestId("consent-erasure").waitFor({ timeout: patienceMs.ledger });
    const other = await browser.newPage();
    await other.goto(link);
    await other.getByTestId("commuter-lost").waitFor({ timeout: patienceMs.action });
    await other.close();
    expect(faults).toEqual([]);
  });

  testWith(needs, "is what the console's phone panel shows of simulated commuters, too", async () => {
    const { page } = served;
    await page.getByTestId("phone-find").fill("C-17");
    await page.getByTestId("phone-find").press("Enter");
    const state = page.getByTestId("consent-state");
    await state.waitFor({ timeout: patienceMs.ledger });
    expect(await state.getAttribute("data-sequence")).toBe("0");
    await page.getByTestId("consent-research").click();
    await expect.poll(() => state.getAttribute("data-sequence"), { timeout: patienceMs.ledger }).toBe("1");
    await keepScreenshot(page, "chromium", "phone-consent");
    expect(await violationsOf(page)).toEqual([]);
  });

  testWith(needs, "says that its contract's session has ended once another city is open", async () => {
    const { page } = served;
    await phone.getByTestId("commuter-en").click();
    await page.getByTestId("city-open").click();
    await page.getByTestId("city-bundled").click();
    await phone.getByTestId("choose-another").waitFor({ timeout: patienceMs.city + patienceMs.ledger });
    expect(await phone.getByTestId("commuter-stale").innerText()).toContain("this contract’s session has ended");
    expect(await phone.getByTestId("phone-state").innerText()).toBe("last known: in force");
    expect(await phone.getByTestId("commuter-verdict").innerText()).not.toContain("✓");
    await keepScreenshot(phone, "chromium", "commuter-stale");
    expect(await violationsOf(phone)).toEqual([]);
    await phone.getByTestId("choose-another").click();
    await phone.getByTestId("offer").first().waitFor({ timeout: patienceMs.action });
  });
});
