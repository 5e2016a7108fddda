import path from "node:path";

/** Where the bundles lie: beside `main/` in dist, inside the asar when packaged. */
const distDirectory = path.resolve(__dirname, "..");

type Thread = "engine" | "ensemble" | "keyframes" | "preparation" | "saves";

/** A bundled thread's file. */
export function workerFile(name: `${Thread}.cjs` | "piscina-worker.cjs"): string {
  return path.join(distDirectory, "workers", name);
}

/** A bundle of the ledger's that runs as a process of its own. */
export function ledgerFile(name: "abci.cjs"): string {
  return path.join(distDirectory, "ledger", name);
}

/** The console's pages. */
export function rendererDirectory(): string {
  return path.join(distDirectory, "renderer");
}
