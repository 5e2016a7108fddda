import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toHex } from "../../common/canonical";
import { drawInteger } from "../../common/draw";
import { audit } from "../../ledger/machine/audit";
import { readCredential } from "../../ledger/machine/readers";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { openSolo } from "../../ledger/solo/solo";
import { genesis, keyOf } from "./ledger-genesis";
import { valueOf } from "./ledger-reference";

/** The engine in a process of its own, killed without warning while it writes blocks, again and again on one store. */
const program = join(import.meta.dirname, "../../node_modules/.cache/pendulaire/ledger-kill-child.cjs");
const folder = mkdtempSync(join(tmpdir(), "pendulaire-kill-"));
const seed = 1;
const rounds = 8;

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

/** Runs until it has acknowledged a block, then so many milliseconds more. @returns the last block it acknowledged */
function runAndKill(nonce: number, afterMs: number): Promise<{ readonly height: number; readonly root: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, folder, String(nonce)], { stdio: ["ignore", "pipe", "pipe"] });
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

describe("a kill at any instant", () => {
  it(`loses nothing that was acknowledged, and leaves nothing half-written (seed ${seed})`, async () => {
    let height = 0;
    for (let round = 0; round < rounds; round++) {
      const opened = valueOf(
        openSolo({ storage: { kind: "directory", path: folder }, genesis, validatorKey: keyOf("validator") }),
      );
      const nonce = readCredential(opened.state, keyOf("certificateAuthority").publicKey)?.nonce ?? 0;
      await opened.close();
      const acknowledged = await runAndKill(nonce, drawInteger(seed, round, 1, 0, 400));
      expect(acknowledged.height).toBeGreaterThan(height);

      const survivor = valueOf(
        openSolo({ storage: { kind: "directory", path: folder }, genesis, validatorKey: keyOf("validator") }),
      );
      // A block may have been written whose acknowledgement the kill cut off; never more than one, never half of it.
      expect(survivor.height - acknowledged.height).toBeGreaterThanOrEqual(0);
      expect(survivor.height - acknowledged.height).toBeLessThanOrEqual(1);
      const rootBehind =
        survivor.height === acknowledged.height
          ? rootHashOf(survivor.state.tree)
          : survivor.block(survivor.height)?.block.header.appHash;
      expect(toHex(rootBehind ?? new Uint8Array(0))).toBe(acknowledged.root);
      expect(audit(survivor.state)).toMatchObject({ ok: true });
      expect(survivor.lightBlock(survivor.height)?.header.height).toBe(survivor.height);
      height = survivor.height;
      await survivor.close();
    }
    expect(height).toBeGreaterThan(rounds);
  });
});
