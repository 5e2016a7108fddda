import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** `import bytes from "x.wasm"`: the bytes, as esbuild's binary loader gives them. */
const wasmBytes = {
  name: "wasm-bytes",
  enforce: "pre" as const,
  load(id: string) {
    if (!id.endsWith(".wasm")) return null;
    const base64 = readFileSync(id).toString("base64");
    return `export default Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
  },
};

export default defineConfig({
  plugins: [wasmBytes],
  test: {
    pool: "forks",
    maxWorkers: 2,
    // For what takes seconds on a quiet machine: a busy one may be several times slower, and is not wrong for it.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    setupFiles: ["test/support/equal-bytes.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{common,ledger,main,workers,renderer,sim-data}/**/*.test.{ts,tsx}"],
        },
      },
      {
        extends: true,
        test: { name: "verification", include: ["test/{golden,verification,simulation}/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          // Each file draws a console by the processor: two at a time have not been seen to pass on two busy cores.
          maxWorkers: 1,
          testTimeout: 900_000,
          // What is waited for may take its time.
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
