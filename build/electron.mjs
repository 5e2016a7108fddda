// Where an Electron that can be run is, or why there is none.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./setup.mjs";

const packageFolder = path.join(root, "node_modules/electron");
const downloadPatienceMs = 10 * 60 * 1000;

function executableName() {
  if (process.platform === "win32") return "electron.exe";
  return process.platform === "darwin" ? "Electron.app/Contents/MacOS/Electron" : "electron";
}

function installedBinary() {
  const other = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const file = path.join(other ?? path.join(packageFolder, "dist"), executableName());
  return existsSync(file) ? file : undefined;
}

function downloadBinary() {
  console.error("Fetching Electron (once) …");
  const { status } = spawnSync(process.execPath, [path.join(packageFolder, "install.js")], {
    cwd: root,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: downloadPatienceMs,
  });
  return status === 0 ? installedBinary() : undefined;
}

/** @returns { binary } or { reason } in words for a person */
export function findElectron({ download }) {
  if (process.platform === "linux") {
    if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { reason: "there is no display" };
    const asRoot = process.getuid?.() === 0 && !process.argv.includes("--no-sandbox");
    if (asRoot) return { reason: "Electron's sandbox does not run as root" };
  }
  const binary = installedBinary() ?? (download ? downloadBinary() : undefined);
  return binary === undefined ? { reason: "Electron's binary cannot be had here" } : { binary };
}

export function electronVersion() {
  return JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8")).version;
}
