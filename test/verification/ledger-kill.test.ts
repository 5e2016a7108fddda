import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHex } from "../../common/canonical";
import { drawInteger } from "../../common/draw";
import { assert } from "../../common/result";
import { openStateStore } from "../../ledger/abci/state-store";
import { apply } from "../../ledger/machine/apply";
import { audit } from "../../ledger/machine/audit";
import { initialise } from "../../ledger/machine/genesis";
import { readCredential } from "../../ledger/machine/readers";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import type { State } from "../../ledger/machine/state";
import { verifySignature } from "../../ledger/solo/ed25519";
import { openSolo, type Solo } from "../../ledger/solo/solo";
import { tellFigure } from "../support/figures";
import { genesis, keyOf } from "./ledger-genesis";
import { timeOf, transactionsOf } from "./ledger-kill-blocks";
import { valueOf } from "./ledger-reference";

/** Each engine in a process of its own, killed without warning while it writes blocks, again and again on one store. */
const program = join(import.meta.dirname, "../../node_modules/.cache/pendulaire/ledger-kill-child.cjs");
const folder = mkdtempSync(join(tmpdir(), "pendulaire-kill-"));
const seed = 1;
/** Kills of each engine; `npm run verify` asks for more. */
const kills = Number(process.env["PENDULAIRE_KILLS"] ?? 8);
/** A chain that grows for ever would be rebuilt for longer at each start: after so many kills another one begins. */
const killsPerChain = 25;

beforeAll(() => {
  mkdirSync(join(program, ".."), { recursive: true });
  buildSync({
    entryPoints: [join(import.meta.dirname, "ledger-kill-child.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    packages: "external",
    ...{ target: "node18.15", loader: { ".wasm": "binary" } },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Acknowledged = { readonly height: number; readonly root: string };

/** Runs until it has acknowledged a block, then so many milliseconds more. @returns the last block it acknowledged */
function runAndKill(engine: string, chain: string, nonce: number, afterMs: number): Promise<Acknowledged> {
  return new Promise((resolve, reject) => {
    const args = [program, engine, chain, String(nonce)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      said += chunk.toString();
    });
    child.on("exit", (_code, signal) => {
      const lines = said.split("\n").slice(0, -1);
      const [height, root] = (lines[lines.length - 1] ?? "").split(" ");
      if (signal === "SIGKILL" && lines.length > 0) resolve({ height: Number(height), root });
      else reject(new Error(`the child ended: ${complaint}`));
    });
  });
}

const nonceIn = (state: State) => readCredential(state, keyOf("certificateAuthority").publicKey)?.nonce ?? 0;
const noBytes = new Uint8Array(0);

describe("a kill at any instant", () => {
  it(
    `of the embedded engine loses nothing that was acknowledged, and leaves nothing half-written (seed ${seed}, ${kills} kills)`,
    async () => {
      let unacknowledged = 0;
      for (let first = 0; first < kills; first += killsPerChain) {
        const chain = join(folder, `solo-${first}`);
        const open = () =>
          valueOf(openSolo({ storage: { kind: "directory", path: chain }, genesis, validatorKey: keyOf("validator") }));
        let [height, nonce] = [0, 0];
        for (let kill = first; kill < Math.min(kills, first + killsPerChain); kill++) {
          const acknowledged = await runAndKill("solo", chain, nonce, drawInteger(seed, kill, 1, 0, 400));
          expect(acknowledged.height).toBeGreaterThan(height);
          const survivor = open();
          // A block may have been written whose acknowledgement the kill cut off; never more than one, never half of it.
          expect(survivor.height - acknowledged.height).toBeGreaterThanOrEqual(0);
          expect(survivor.height - acknowledged.height).toBeLessThanOrEqual(1);
          unacknowledged += survivor.height - acknowledged.height;
          const rootBehind =
            survivor.height === acknowledged.height
              ? rootHashOf(survivor.state.tree)
              : survivor.block(survivor.height)?.block.header.appHash;
          expect(toHex(rootBehind ?? noBytes)).toBe(acknowledged.root);
          expect(audit(survivor.state)).toMatchObject({ ok: true });
          expect(survivor.lightBlock(survivor.height)?.header.height).toBe(survivor.height);
          height = survivor.height;
          nonce = nonceIn(survivor.state);
          await survivor.close();
        }
        await matchUndisturbed(open());
        rmSync(chain, { recursive: true, force: true });
      }
      tellFigure(
        "kills of the embedded engine, nothing lost",
        kills,
        `kills (${unacknowledged} between disk and answer)`,
      );
    },
    60_000 + kills * 10_000,
  );

  it(
    `of the application behind CometBFT loses nothing that was committed (seed ${seed}, ${kills} kills)`,
    async () => {
      let unacknowledged = 0;
      for (let first = 0; first < kills; first += killsPerChain) {
        const home = join(folder, `abci-${first}`);
        let [height, nonce] = [0, 0];
        for (let kill = first; kill < Math.min(kills, first + killsPerChain); kill++) {
          const acknowledged = await runAndKill("abci", home, nonce, drawInteger(seed, kill, 2, 0, 400));
          expect(acknowledged.height).toBeGreaterThan(height);
          const store = valueOf(openStateStore(home));
          const survivor = valueOf(store.load());
          assert(survivor !== null, "the store holds a state");
          expect(survivor.height - acknowledged.height).toBeGreaterThanOrEqual(0);
          expect(survivor.height - acknowledged.height).toBeLessThanOrEqual(1);
          unacknowledged += survivor.height - acknowledged.height;
          expect(audit(survivor)).toMatchObject({ ok: true });
          // The child's transactions follow from height and nonce alone: nobody has to keep its blocks.
          const undisturbed = runUndisturbed(survivor.height);
          expect(toHex(rootHashOf(survivor.tree))).toBe(toHex(undisturbed.rootBehind(survivor.height)));
          expect(acknowledged.root).toBe(toHex(undisturbed.rootBehind(acknowledged.height)));
          height = survivor.height;
          nonce = nonceIn(survivor);
          await store.close();
        }
        rmSync(home, { recursive: true, force: true });
      }
      tellFigure("kills of the application, nothing lost", kills, `kills (${unacknowledged} between disk and answer)`);
    },
    60_000 + kills * 10_000,
  );
});

/** A run of the same blocks that nobody kills, in memory. */
async function matchUndisturbed(survivor: Solo): Promise<void> {
  const undisturbed = runUndisturbed(survivor.height);
  for (let height = 2; height <= survivor.height; height++) {
    const header = survivor.block(height)?.block.header;
    expect(toHex(header?.appHash ?? noBytes), `height ${height}`).toBe(toHex(undisturbed.rootBehind(height - 1)));
  }
  expect(toHex(rootHashOf(survivor.state.tree))).toBe(toHex(undisturbed.rootBehind(survivor.height)));
  await survivor.close();
}

function runUndisturbed(untilHeight: number): { readonly rootBehind: (height: number) => Uint8Array } {
  undisturbedState ??= valueOf(initialise(genesis)).state;
  for (let height = undisturbedState.height + 1; height <= untilHeight; height++) {
    const transactions = transactionsOf(height, nonceIn(undisturbedState));
    const applied = apply(undisturbedState, { height, timeS: timeOf(height), transactions }, verifySignature);
    undisturbedState = applied.state;
    undisturbedRoots.push(applied.appHash);
  }
  return { rootBehind: (height) => undisturbedRoots[height - 1] ?? noBytes };
}
let undisturbedState: State | undefined;
const undisturbedRoots: Uint8Array[] = [];
