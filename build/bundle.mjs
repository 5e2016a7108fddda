// Bundles everything into dist/: host, threads, command line and Electron's two scripts with esbuild, the console with
// vite, the kernel with AssemblyScript. Native modules stay outside.
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";
import { build as buildPages } from "vite";
import { compileModules } from "./kernel.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

/** Modules with binaries of their own; packaged beside the bundles. */
const external = ["electron", "lmdb", "@duckdb/node-api", "@napi-rs/nice"];

const entries = {
  "main/app": "main/app.ts",
  "main/preload": "main/preload.ts",
  "main/host": "main/host/host.ts",
  "main/pendulaire": "main/cli/pendulaire.ts",
  "ledger/abci": "ledger/abci/main.ts",
  "workers/engine": "workers/engine.ts",
  "workers/ensemble": "workers/ensemble-thread.ts",
  "workers/keyframes": "main/host/keyframe-thread.ts",
  "workers/preparation": "main/host/preparation-thread.ts",
  "workers/saves": "main/host/save-thread.ts",
};

/** Tells one build of the engine from another: what was kept of one's city is not taken up by the other. */
function engineBuild() {
  const digest = createHash("sha256");
  for (const folder of ["common", "sim-data", "workers"]) {
    const names = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts")).sort())
      digest.update(`${folder}/${name}\n`).update(readFileSync(path.join(root, folder, name)));
  }
  for (const kernel of ["kernel", "kernel-routed"])
    digest.update(readFileSync(path.join(root, `dist/kernel/${kernel}.wasm`)));
  return digest.digest("hex");
}

export async function bundle({ pages = true } = {}) {
  await compileModules();
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
    // An import() of what stays outside becomes a require: the asar cannot serve the other.
    supported: { "dynamic-import": false },
    loader: { ".wasm": "binary" },
    define: {
      "process.env.PENDULAIRE_ENGINE_BUILD": JSON.stringify(engineBuild()),
      "process.env.PENDULAIRE_VERSION": JSON.stringify(version),
    },
    // The pool finds its worker beside the file that it is bundled into.
    sourcemap: "linked",
    logLevel: "warning",
  });
  chmodSync(path.join(root, "dist/main/pendulaire.cjs"), 0o755);
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
