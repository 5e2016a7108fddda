import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { assert, describeFailure } from "../../common/result";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { findComet, startNetwork, type Network } from "../../ledger/network/network";
import { violationsOf } from "./support/accessibility";
import { openInChromium } from "./support/consoles";
import { patienceMs, seesMovingVehicles } from "./support/operator";
import { keepScreenshot } from "./support/screenshots";
import { chromiumFile, lackOf, root, testWith } from "./support/test-machine";

const cometFile = findComet();
const needs = [chromiumFile, cometFile ?? "cometbft"];
let network: Network | undefined;
let folder = "";
let served: Awaited<ReturnType<typeof openInChromium>>;

/** The console whose ledger is a network's. */
describe("a console attached to a network", () => {
  beforeAll(async () => {
    if (lackOf(needs) !== undefined || cometFile === undefined) return;
    folder = mkdtempSync(path.join(tmpdir(), "pendulaire-attached-"));
    const options = {
      ...{ chainId: "attached-1", seed: new Uint8Array(32).fill(3), timeS: Math.floor(Date.now() / 1000) },
      ...{ clause: "clause", terminalCount: 8, capMicro: 1n << 60n, challengeS: 600 },
      ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n },
    };
    const started = await startNetwork({
      ...{ directory: folder, validators: 2, seed: new Uint8Array(32).fill(4), cometFile },
      genesisFor: (keys) => networkGenesis(options, keys),
      applicationFile: path.join(root, "dist/ledger/abci.cjs"),
    });
    assert(started.ok, started.ok ? "" : describeFailure(started.error));
    network = started.value;
    const addresses = network.nodes.map(({ rpc }) => rpc).join(",");
    for (let attempt = 0; attempt < 100; attempt++) {
      const answer = await fetch(`${network.nodes[0].rpc}/status`).then(
        (response) => response.text(),
        () => "",
      );
      if (/"latest_block_height":\s*"[1-9]/.test(answer)) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // By itself it begins at the present minute, and at night nobody drives in the town.
    served = await openInChromium("bundled-town", ["--ledger", addresses, "--at", "07:30"]);
  });
  afterAll(async () => {
    await served?.close();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  testWith(
    needs,
    "shows the network's validators, nodes and head, and an instruction needs its authority",
    async () => {
      const { page } = served;
      await seesMovingVehicles(page);
      expect(await page.getByTestId("ledger-chain").innerText()).toBe("attached-1");
      await page.keyboard.press("Shift+C");
      await page.getByTestId("validators").waitFor({ timeout: patienceMs.ledger });
      expect(await page.getByTestId("consortium").getAttribute("data-engine")).toBe("network");
      expect(await page.getByTestId("validator").count()).toBe(2);
      const parts = await Promise.all(
        (await page.getByTestId("node").all()).map((row) => row.getAttribute("data-part")),
      );
      expect(parts).toEqual(["primary", "witness"]);
      expect(await page.getByTestId("enrol").count()).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, "chromium", "attached");
    },
  );

  testWith(needs, "offers no commuter's page, which could sign nothing here, and says so", async () => {
    const { page } = served;
    await page.keyboard.press("Escape");
    await page.getByTestId("consortium").waitFor({ state: "detached", timeout: patienceMs.action });
    await page.keyboard.press("p");
    await page.getByTestId("commuter-link-elsewhere").waitFor({ timeout: patienceMs.action });
    expect(await page.getByTestId("commuter-link").isDisabled()).toBe(true);
    await keepScreenshot(page, "chromium", "attached-phone");
  });
});
