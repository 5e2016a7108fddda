import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ElectronApplication } from "playwright-core";
import { afterAll, describe, expect } from "vitest";
import { busiestMainRoad } from "./support/busiest-road";
import { forgetHome, launchElectron, newHome } from "./support/consoles";
import { declaresIncident, marksIncident, patienceMs, seesMovingVehicles, waitsForContracts } from "./support/operator";
import { electronFile, openDisplay, testWith } from "./support/test-machine";

const home = newHome();
afterAll(() => forgetHome(home));

interface Asked {
  asked?: string[];
}

/** Takes the first button of every dialog. @returns what the dialogs said */
async function answersDialogs(app: ElectronApplication): Promise<() => Promise<readonly string[]>> {
  await app.evaluate(({ dialog }) => {
    const asked: string[] = [];
    (globalThis as Asked).asked = asked;
    const answer = (...given: readonly unknown[]) => {
      asked.push((given.at(-1) as { readonly message: string }).message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };
    dialog.showMessageBox = answer;
  });
  return () => app.evaluate(() => (globalThis as Asked).asked ?? []);
}

const hostOf = (app: ElectronApplication) =>
  app.evaluate(({ app: own }) => own.getAppMetrics().find(({ name }) => name === "Pendulaire host")?.pid);

/** Said by the window itself, not by its page of before; "nothing" while there is no page to say it. */
const inWindow = (app: ElectronApplication, script: string) =>
  app.evaluate(
    ({ BrowserWindow }, code) =>
      Promise.race([
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code) as Promise<unknown>,
        new Promise((resolve) => setTimeout(() => resolve("nothing"), 2000)),
      ]),
    script,
  );

describe("the window in electron", () => {
  testWith([electronFile], "outlives its host and its page, and saves what was done as it is closed", async () => {
    const road = await busiestMainRoad("bundled-town");
    const display = await openDisplay();
    const app = await launchElectron("bundled-town", home, display);
    try {
      const page = await app.firstWindow({ timeout: patienceMs.city });
      page.setDefaultTimeout(patienceMs.action);
      await seesMovingVehicles(page);
      const asked = await answersDialogs(app);

      const first = await hostOf(app);
      await inWindow(app, "globalThis.isOfBefore = true");
      process.kill(first ?? NaN, "SIGKILL");
      await expect.poll(asked).toEqual([expect.stringMatching(/engine has stopped/)]);
      await expect.poll(() => inWindow(app, "globalThis.isOfBefore === undefined")).toBe(true);
      await seesMovingVehicles(page);
      expect(await hostOf(app)).not.toBe(first);

      await waitsForContracts(page);
      await marksIncident(page, road, { lanes: 1, minutes: 30 });
      await declaresIncident(page, road);
      await inWindow(app, "globalThis.isOfBefore = true");
      await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      );
      await expect
        .poll(
          () => inWindow(app, "globalThis.isOfBefore === undefined && globalThis.pendulaireConsole?.movedM() > 0"),
          {
            timeout: patienceMs.city,
          },
        )
        .toBe(true);

      const exited = new Promise<number | null>((resolve) => app.process().once("exit", resolve));
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      expect(await exited).toBe(0);
      const [save = "", ...others] = readdirSync(path.join(home, "saves"));
      expect(others).toEqual([]);
      expect(save).not.toMatch(/\.new$/);
      const about: unknown = JSON.parse(readFileSync(path.join(home, "saves", save, "about.json"), "utf8"));
      expect(about).toMatchObject({ automatic: true });
    } finally {
      await app.close().catch(() => undefined);
      display.close();
    }
  });
});
