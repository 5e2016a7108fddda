import { afterAll, beforeAll, describe, expect } from "vitest";
import { violationsOf } from "./support/accessibility";
import { openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles } from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, testWith } from "./support/test-machine";

const needs = [chromiumFile];
const passphrase = "correct horse battery";
let served: Awaited<ReturnType<typeof openInChromium>>;

/** Who keeps the ledger, in the console of a running town. */
describe("the consortium", () => {
  beforeAll(async () => {
    if (lackOf(needs) !== undefined) return;
    served = await openInChromium("bundled-town");
    await seesMovingVehicles(served.page);
  });
  afterAll(() => served?.close());

  testWith(needs, "shows the embedded engine's one validator, its node, members and root, by keyboard", async () => {
    const { page } = served;
    await page.keyboard.press("Shift+C");
    const sheet = page.getByTestId("consortium");
    await page.getByTestId("validators").waitFor({ timeout: patienceMs.ledger });
    expect(await sheet.getAttribute("data-engine")).toBe("embedded");
    expect(await page.getByTestId("validator").count()).toBe(1);
    expect(await page.getByTestId("validator").getAttribute("data-flag")).toBe("commit");
    expect(await page.getByTestId("node").count()).toBe(1);
    expect(await page.getByTestId("divergence").count()).toBe(0);
    const roles = await Promise.all(
      (await page.getByTestId("member").all()).map((row) => row.getAttribute("data-role")),
    );
    expect(new Set(roles)).toEqual(
      new Set(["validator", "certificateAuthority", "supervisoryAuthority", "treasury", "custodian"]),
    );
    expect(await page.getByTestId("root-height").innerText()).toMatch(/#1$/);
    expect(await violationsOf(page)).toEqual([]);
    await keepScreenshot(page, "chromium", "consortium");
  });

  testWith(
    needs,
    "re-anchors by the operator only, after a confirmation, and writes it into the shift log",
    async () => {
      const { page } = served;
      const hash = await page.getByTestId("consortium-hash").locator(".hash").getAttribute("title");
      const height =
        /(\d+)/.exec((await page.getByTestId("consortium-height").innerText()).replace(/\s/g, ""))?.[1] ?? "";
      await page.getByTestId("root-choose").click();
      await page.getByTestId("anchor-height").fill(height);
      await page.getByTestId("anchor-hash").fill(hash ?? "");
      expect(await page.getByTestId("anchor-send").isDisabled()).toBe(true);
      await page.getByTestId("anchor-again").fill(String(Number(height) + 1));
      await keepScreenshot(page, "chromium", "consortium-anchor");
      await page.getByTestId("anchor-send").click();
      await page.getByTestId("passphrase").fill(passphrase);
      await page.getByTestId("passphrase-repeat").fill(passphrase);
      await page.getByTestId("passphrase-submit").click();
      await page.getByTestId("anchor-failure").waitFor({ timeout: patienceMs.action });
      await page.getByTestId("anchor-again").fill(height);
      await page.getByTestId("anchor-send").click();
      await page.getByTestId("root-anchored").waitFor({ timeout: patienceMs.ledger });
      await expect
        .poll(async () => (await page.getByTestId("root-height").innerText()).replace(/\D/g, ""))
        .toBe(height);
      expect(await page.getByTestId("root-by").locator(".hash").count()).toBe(1);
      await page.getByTestId("log").getByText("is believed from header").waitFor({ timeout: patienceMs.action });
    },
  );

  testWith(needs, "is the same in French and on a light ground, without barriers", async () => {
    const { page } = served;
    await page.getByTestId("view-open").click();
    await page.getByTestId("language-fr").click();
    await page.keyboard.press("Escape");
    await page.getByTestId("view-open").click();
    await page.getByTestId("theme-light").click();
    await page.keyboard.press("Escape");
    await page.getByTestId("consortium").getByText("Racine de confiance").waitFor({ timeout: patienceMs.action });
    await keepScreenshot(page, "chromium", "consortium-fr");
    expect(await violationsOf(page)).toEqual([]);
    expect(served.faults).toEqual([]);
  });
});
