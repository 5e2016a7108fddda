import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { linkKernel, type Placeholders } from "../../workers/kernel/link";

/** Other numbers, otherwise spaced: what is found among ours by accident, or missed, is not among these. */
const others: Placeholders = { base: 0x61000000, spacing: 0x3000 };
const addresses = Array.from({ length: 1000 }, (_, row) => 64 * (row * 1931 + 1500));

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-kernel-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the kernel compiled with other placeholders links to the same bytes", async () => {
  const { compileKernels } = (await import(path.resolve("build/kernel.mjs"))) as {
    compileKernels: (into: string, placeholders: Placeholders | undefined) => Promise<void>;
  };
  // Both in this process: what inlines best may depend on what was compiled before.
  for (const [name, numbers] of [["ours", undefined] as const, ["others", others] as const])
    await compileKernels(path.join(folder, name), numbers);
  for (const kernel of ["kernel.wasm", "kernel-routed.wasm"]) {
    const ours = linkKernel(readFileSync(path.join(folder, "ours", kernel)), addresses);
    const theirs = linkKernel(readFileSync(path.join(folder, "others", kernel)), addresses, others);
    expect(Buffer.compare(ours, theirs), kernel).toBe(0);
  }
});
