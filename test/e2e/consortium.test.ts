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

  testWith(needs, "lets the delegate enrol, revoke and order an erasure, and counts consents", async () => {
    const { page } = served;
    const key = "5e".repeat(32);
    const member = page.locator('[data-testid=member][data-role="endorser"]');
    await page.getByTestId("enrol-key").fill("5e");
    await page.getByTestId("enrol").click();
    await page.getByTestId("delegate-failure").waitFor({ timeout: patienceMs.ledger });
    await page.getByTestId("enrol-key").fill(key);
    await page.getByTestId("enrol-cohort").selectOption("suppliers");
    await page.getByTestId("enrol").click();
    await member.waitFor({ timeout: patienceMs.ledger });
    expect(await member.getAttribute("data-revoked")).toBe("false");
    expect(await member.innerText()).toContain("suppliers");
    await page.getByTestId("enrol-key").fill(key);
    await page.getByTestId("revoke").click();
    await expect.poll(() => member.getAttribute("data-revoked"), { timeout: patienceMs.ledger }).toBe("true");
    expect(await page.getByTestId("consents-erasures").innerText()).toBe("0 · 0");
    await page.keyboard.press("Escape");
    await page.keyboard.press("z");
    const contractId = await page.getByTestId("contract").getAttribute("data-contract");
    await page.keyboard.press("Escape");
    await page.getByTestId("consortium-open").click();
    await page.getByTestId("erase-contract").fill(contractId ?? "");
    await page.getByTestId("order-erasure").click();
    await expect
      .poll(() => page.getByTestId("consents-erasures").innerText(), { timeout: patienceMs.ledger })
      .toBe("0 · 1");
    await page.getByTestId("erase-contract").scrollIntoViewIfNeeded();
    await keepScreenshot(page, "chromium", "consortium-delegate");
    expect(await violationsOf(page)).toEqual([]);
  });

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
