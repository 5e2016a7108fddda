// What a fresh clone lacks: packages and bundles. Uses nothing but Node and npm; does nothing when all is there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const lowest = [20, 19];
const sources = ["common", "ledger", "main", "renderer", "sim-data", "workers"];
const buildFiles = ["build/bundle.mjs", "build/kernel.mjs", "vite.config.mts", "package-lock.json"];

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > lowest[0] || (major === lowest[0] && minor >= lowest[1])) return;
  console.error(`Pendulaire needs Node ${lowest.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Runs a program in the project's folder; its failure is ours. */
function run(program, args, environment = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
    shell: process.platform === "win32",
  });
  if (error) throw error;
  return status ?? 1;
}

function installPackages() {
  const stamp = path.join(root, "node_modules/.pendulaire-lock");
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error("Installing packages (once) …");
  // Electron's binary comes when it is first needed; binaries of the databases are packages of their own.
  const status = run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (status !== 0) process.exit(status);
  writeFileSync(stamp, lock);
}

function newest(file) {
  const about = statSync(file);
  if (!about.isDirectory()) return about.mtimeMs;
  return readdirSync(file).reduce((latest, name) => Math.max(latest, newest(path.join(file, name))), about.mtimeMs);
}

function buildBundles() {
  const stamp = path.join(root, "dist/.built");
  const latest = Math.max(...[...sources, ...buildFiles].map((name) => newest(path.join(root, name))));
  if (existsSync(stamp) && Number(readFileSync(stamp, "utf8")) >= latest) return;
  console.error("Building …");
  const status = run(process.execPath, ["build/bundle.mjs"]);
  if (status !== 0) process.exit(status);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, String(latest));
}

/** Packages and bundles, as new as the sources. */
export function setUp() {
  checkNode();
  installPackages();
  buildBundles();
}
