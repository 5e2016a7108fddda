// Bundles everything into dist/: host, threads, command line and Electron's two scripts with esbuild, the console with
// vite, the kernel with AssemblyScript. Native modules stay outside.
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { build as buildPages } from "vite";
import { compileKernel } from "./kernel.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Modules with binaries of their own; packaged beside the bundles. */
const external = ["electron", "lmdb", "@duckdb/node-api", "@napi-rs/nice"];

const entries = {
  "main/app": "main/app.ts",
  "main/preload": "main/preload.ts",
  "main/host": "main/host/host.ts",
  "main/pendulaire": "main/cli/pendulaire.ts",
  "workers/engine": "workers/engine.ts",
  "workers/ensemble": "workers/ensemble.ts",
  "workers/keyframes": "main/host/keyframe-thread.ts",
};

export async function bundle({ pages = true } = {}) {
  await compileKernel();
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18.15",
    external,
    loader: { ".wasm": "binary" },
    // The pool finds its worker beside the file that it is bundled into.
    sourcemap: "linked",
    logLevel: "warning",
  });
  await build({
    absWorkingDir: root,
    entryPoints: [{ in: path.join(root, "node_modules/piscina/dist/worker.js"), out: "main/worker" }],
    outdir: "dist",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18.15",
    external,
    logLevel: "warning",
  });
  if (pages) await buildPages({ configFile: path.join(root, "vite.config.mts"), logLevel: "warn" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle({ pages: !process.argv.includes("--no-pages") });
