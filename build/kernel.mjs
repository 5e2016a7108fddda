// Compiles the AssemblyScript modules of workers/kernel/assembly to dist/kernel.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import asc from "assemblyscript/asc";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Pages of 64 KiB. The maximum is fixed because a shared memory must declare one: 2 GiB. */
const maximumPages = 32768;

const modules = [
  { entry: "maths", options: [] },
  {
    entry: "kernel",
    options: [
      "--importMemory",
      "--sharedMemory",
      "--initialMemory",
      "1",
      "--maximumMemory",
      String(maximumPages),
      "--enable",
      "threads",
    ],
  },
];

export async function compileKernel() {
  mkdirSync(path.join(root, "dist/kernel"), { recursive: true });
  for (const { entry, options } of modules) {
    const { error, stderr } = await asc.main([
      path.join(root, `workers/kernel/assembly/${entry}.ts`),
      "--outFile",
      path.join(root, `dist/kernel/${entry}.wasm`),
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--use",
      "abort=",
      ...options,
    ]);
    if (error) throw new Error(`${entry}: ${error.message}\n${stderr.toString()}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernel();
