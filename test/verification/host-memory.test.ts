import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MemoryReport, Repeated } from "./host-memory-child";

/** What is done each hour of a shift leaves nothing in any of the host's threads. */
const root = path.resolve(import.meta.dirname, "../..");
const built = path.join(root, "node_modules/.cache/pendulaire/host-memory");
const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-memory-"));
const form = {
  ...({ bundle: true, platform: "node", format: "cjs", target: "node18.15" } as const),
  external: ["@napi-rs/nice"],
};

beforeAll(() => {
  // Threads are found beside the bundle, as in dist.
  buildSync({
    absWorkingDir: root,
    entryPoints: [
      { in: "test/verification/host-memory-child.ts", out: "main/child" },
      { in: "workers/engine.ts", out: "workers/engine" },
      { in: "workers/ensemble-thread.ts", out: "workers/ensemble" },
      { in: "main/host/keyframe-thread.ts", out: "workers/keyframes" },
    ],
    ...{ outdir: built, outExtension: { ".js": ".cjs" }, ...form },
    loader: { ".wasm": "binary" },
  });
  // The pool finds its own beside the file that it is bundled into.
  const entry = { in: path.join(root, "node_modules/piscina/dist/worker.js"), out: "main/worker" };
  buildSync({ absWorkingDir: root, entryPoints: [entry], outdir: built, ...form });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repeated: readonly Repeated[] = ["forks", "predictions", "looks-back", "branches"];

test.each(repeated)("a dozen %s take no more memory than three", (what) => {
  const child = path.join(built, "main/child.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, path.join(folder, what), what], {
    encoding: "utf8",
    timeout: 200_000,
  });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  const { firstBytes, lastBytes, cityBytes } = JSON.parse(stdout) as MemoryReport;
  // One city more may be held for a moment; a dozen never.
  expect((lastBytes - firstBytes) / cityBytes).toBeLessThan(1.5);
});
