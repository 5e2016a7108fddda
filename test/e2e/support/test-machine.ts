import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";

// What end-to-end tests need of the machine, and what they do where it is not there.

export const root = path.resolve(import.meta.dirname, "../../..");
const dataRoot = path.resolve(root, process.env["PENDULAIRE_TEST_DATA"] ?? "../shared/data");

export const krems = cityFile("krems.osm.gz");
export const monaco = cityFile("monaco.osm.gz");
export const pbfCity = cityFile("andorra.osm.pbf");

function cityFile(name: string): string {
  return path.join(dataRoot, "osm-cities", name);
}

export const chromiumFile = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const electronFolder = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? path.join(root, "node_modules/electron/dist");
export const electronFile = path.join(electronFolder, process.platform === "win32" ? "electron.exe" : "electron");

/** No file, no test; Electron also wants a display, or a server that makes one. */
export function lackOf(files: readonly string[]): string | undefined {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) return `there is no ${path.basename(missing)}`;
  const wantsDisplay = files.includes(electronFile) && process.platform === "linux";
  const hasDisplay = process.env["DISPLAY"] !== undefined || existsSync(virtualDisplay);
  return wantsDisplay && !hasDisplay ? "there is no display" : undefined;
}

/** A test that is skipped, saying why, where one of the files is missing; with CI=true that is a failure. */
export function testWith(files: readonly string[], name: string, body: () => Promise<void>): void {
  const lack = lackOf(files);
  if (lack === undefined) test(name, body);
  else if (process.env["CI"] !== "true") test.skip(`${name} (${lack})`, body);
  else {
    test(name, () => {
      throw new Error(`${lack}, and CI=true allows no skip`);
    });
  }
}

const virtualDisplay = "/usr/bin/Xvfb";

export interface Display {
  readonly name: string;
  readonly close: () => void;
}

/** The display that is there, or a virtual one of its own. */
export async function openDisplay(): Promise<Display> {
  const there = process.env["DISPLAY"];
  if (there !== undefined && there !== "") return { name: there, close: () => undefined };
  const args = ["-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"];
  const server = spawn(virtualDisplay, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await firstLine(server);
  return { name: `:${number}`, close: () => void server.kill() };
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    server.once("exit", (code) => reject(new Error(`the virtual display ended with ${String(code)}`)));
    server.stdio[3]?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.trim());
    });
  });
}
