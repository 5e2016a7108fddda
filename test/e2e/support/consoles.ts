import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { _electron, chromium, errors, type Browser, type ElectronApplication, type Page } from "playwright-core";
import { patienceMs } from "./operator";
import { collectFaults, type ScreenFaults } from "./screen-faults";
import { chromiumFile, electronFile, openDisplay, root, type Display } from "./test-machine";

/** A console that is open, whatever it runs in. */
export interface OpenConsole {
  readonly page: Page;
  readonly faults: ScreenFaults;
  close(): Promise<void>;
}

export const windowSize = { width: 1440, height: 900 };
/** Without a graphics card, pictures are drawn by the processor. */
export const softwareDrawing = ["--use-angle=swiftshader", "--ignore-gpu-blocklist"];
const startPatienceMs = 240_000;

/**
 * A data folder of its own, but for cities that were prepared: these are shared by the files of a run, and begun without by
 * the check of a fresh clone.
 */
export function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), "pendulaire-e2e-"));
  const cache = path.join(root, "dist/e2e-cache");
  mkdirSync(cache, { recursive: true });
  symlinkSync(cache, path.join(home, "cache"));
  return home;
}

export function forgetHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/** A host that serves a console to whoever has its address. */
interface ConsoleServer {
  readonly url: string;
  /** The address that is printed when the browser has gone. */
  nextUrl(): Promise<string>;
  close(): Promise<void>;
}

/** Runs `pendulaire serve`. */
export async function serveConsole(city: string, more: readonly string[] = []): Promise<ConsoleServer> {
  const home = newHome();
  const server = spawn(process.execPath, [path.join(root, "dist/main/pendulaire.cjs"), "serve", city, ...more], {
    env: { ...process.env, PENDULAIRE_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = await addressOf(server, "Pendulaire is at ");
  return {
    url,
    nextUrl: () => addressOf(server, "Another link: "),
    async close() {
      await ended(server, () => server.kill("SIGINT"));
      forgetHome(home);
    },
  };
}

export async function openInChromium(
  city: string,
  more: readonly string[] = [],
): Promise<OpenConsole & { readonly url: string }> {
  const server = await serveConsole(city, more);
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: windowSize, colorScheme: "dark" });
  page.setDefaultTimeout(patienceMs.action);
  const faults = collectFaults(page);
  await page.goto(server.url);
  return {
    page,
    faults,
    url: server.url,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumFile,
    args: ["--no-sandbox", "--enable-unsafe-swiftshader", ...softwareDrawing],
  });
}

/** The one-time address that `serve` prints next after these words. */
function addressOf(server: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`no address: ${text}`)), startPatienceMs);
    server.once("exit", (code) => reject(new Error(`serve ended with ${String(code)}: ${text}`)));
    const onData = (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text.slice(text.indexOf(words)));
      if (!text.includes(words) || !found) return;
      clearTimeout(timer);
      server.stderr?.off("data", onData);
      // Nobody may read on: what is written still has to go somewhere.
      server.stderr?.resume();
      resolve(found[0]);
    };
    server.stderr?.on("data", onData);
  });
}

const stopPatienceMs = 45_000;

/** Asks a process to end, and ends it when it does not. */
export async function ended(child: ChildProcess, ask: () => unknown): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  ask();
  const timer = setTimeout(() => child.kill("SIGKILL"), stopPatienceMs);
  await gone;
  clearTimeout(timer);
}

/** Playwright's handshake with Electron takes a second or two, or never ends. */
const handshakePatienceMs = startPatienceMs / 4;

/**
 * The built project in Electron. A window that opens in the very moment in which Playwright attaches can leave its handshake
 * waiting for ever; it gives up, ends that program and the next attempt starts anew with the same folders.
 */
export async function launchElectron(city: string, home: string, display: Display): Promise<ElectronApplication> {
  const launch = () =>
    _electron.launch({
      executablePath: electronFile,
      args: ["--no-sandbox", ...softwareDrawing, `--user-data-dir=${path.join(home, "window")}`, root, city],
      env: { ...environment(), PENDULAIRE_HOME: home, DISPLAY: display.name },
      timeout: handshakePatienceMs,
    });
  for (let attempt = 1; attempt < startPatienceMs / handshakePatienceMs; attempt++) {
    try {
      return await launch();
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      process.stderr.write(`attempt ${attempt} to attach to Electron: ${error.message}\n`);
    }
  }
  return launch();
}

/** The console in its own window. */
export async function openInElectron(city: string): Promise<OpenConsole> {
  const home = newHome();
  const display = await openDisplay();
  const app = await launchElectron(city, home, display);
  const page = await app.firstWindow({ timeout: startPatienceMs });
  page.setDefaultTimeout(patienceMs.action);
  const faults = collectFaults(page);
  return {
    page,
    faults,
    async close() {
      await app.close();
      display.close();
      forgetHome(home);
    },
  };
}

/** This process's environment, without what would make Electron a plain Node. */
export function environment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name !== "ELECTRON_RUN_AS_NODE");
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
