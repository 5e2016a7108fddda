import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** End-to-end tests that take longest, in that order: begun last, one of them would run alone. */
const longest = ["main-job-electron", "main-job-chromium", "open-city", "keyboard", "packaged"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const row = longest.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
      return row === -1 ? longest.length : row;
    };
    return [...(await super.sort(files))].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  plugins: [wasmBytes],
  test: {
    pool: "forks",
    maxWorkers: 2,
    // For what takes seconds on a quiet machine: a busy one may be several times slower, and is not wrong for it.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    setupFiles: ["test/support/equal-bytes.ts"],
    sequence: { sequencer: LongestFirst },
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
          // Two consoles beside each other, drawn by the processor, wait for each other more than they save.
          maxWorkers: 1,
          testTimeout: 900_000,
          // What is waited for may take its time.
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
});
