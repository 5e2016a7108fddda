import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { messageOf } from "../../common/result";
import { becomesTrue, watchPage, type PageWatch } from "./page-watch";

/** How long the console takes from the start of its process until vehicles have moved, s, run by run. */
export interface StartTimes {
  readonly shell: ShellName;
  readonly runs: readonly StartTime[];
}

interface StartTime {
  /** Until the page has two frames between which vehicles moved: they need not be on the screen yet. */
  readonly framesS: number;
  /** Until a picture is done in which the vehicles are elsewhere than in the picture before. */
  readonly picturesS: number;
}

export type ShellName = "Chromium" | "Electron";

/** A shell that could be started, or why not. */
export type StartOutcome = StartTimes | { readonly shell: ShellName; readonly lack: string };

export interface StartBench {
  /** The project's folder, with `dist`. */
  readonly root: string;
  readonly city: string;
  readonly runs: number;
  readonly onRun: () => void;
}

/** What the console tells of itself (renderer/console/probe.ts): there are vehicles, and they moved between two frames. */
const hasMoved = "window.pendulaireConsole?.vehiclesDrawn() > 0 && window.pendulaireConsole.movedM() > 0";
/** The same on the screen, between two pictures. */
const hasMovedOnScreen = "window.pendulaireConsole?.movedPictures() > 0";
/** A first start makes the city. */
const patienceMs = 300_000;
const stopPatienceMs = 15_000;
const browserSettlesMs = 3000;
/** Without a graphics card, pictures are drawn by the processor. */
const softwareDrawing = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"];
const virtualDisplay = "/usr/bin/Xvfb";

/** The console served to a browser that is open already, as a user's is: timed from the start of `pendulaire serve`. */
export async function timeChromium(bench: StartBench): Promise<StartOutcome> {
  const shell = "Chromium";
  const browser = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  if (!existsSync(browser)) return { shell, lack: `there is no ${browser}: CHROMIUM names another` };
  return timeRuns(shell, bench, async (folder) => {
    const args = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${folder}`, "--window-size=1440,900"];
    const opened = spawn(browser, [...args, ...asRoot(), ...softwareDrawing, "about:blank"], quiet);
    let server: ChildProcess | undefined;
    try {
      const page = await watchPage(await debuggingAddress(opened), (url) => url === "about:blank", patienceMs);
      // It is open already: its own start is none of the console's.
      await new Promise((resolve) => setTimeout(resolve, browserSettlesMs));
      const begunMs = performance.now();
      const program = path.join(bench.root, "dist/main/pendulaire.cjs");
      server = spawn(process.execPath, [program, "serve", bench.city], quiet);
      await page.navigate(await said(server, /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/));
      return await secondsUntilMoved(page, begunMs);
    } finally {
      await end(server, "SIGINT");
      await end(opened, "SIGTERM");
    }
  });
}

/** The console in its own window: timed from the start of Electron. */
export async function timeElectron(bench: StartBench): Promise<StartOutcome> {
  const shell = "Electron";
  const folder = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? path.join(bench.root, "node_modules/electron/dist");
  const program = path.join(folder, process.platform === "win32" ? "electron.exe" : "electron");
  if (!existsSync(program))
    return { shell, lack: `there is no ${program}: ELECTRON_OVERRIDE_DIST_PATH names another folder` };
  const display = await openDisplay();
  if (display === undefined) return { shell, lack: "there is no display" };
  try {
    return await timeRuns(shell, bench, async (profile) => {
      const begunMs = performance.now();
      const args = ["--remote-debugging-port=0", `--user-data-dir=${profile}`, ...asRoot(), ...softwareDrawing];
      const environment: NodeJS.ProcessEnv = { ...process.env, DISPLAY: display.name };
      // With it, Electron is a plain Node.
      delete environment["ELECTRON_RUN_AS_NODE"];
      const opened = spawn(program, [...args, bench.root, bench.city], {
        ...quiet,
        env: environment,
      });
      try {
        const page = await watchPage(await debuggingAddress(opened), (url) => url.startsWith("app:"), patienceMs);
        return await secondsUntilMoved(page, begunMs);
      } finally {
        await end(opened, "SIGTERM");
      }
    });
  } finally {
    display.close();
  }
}

const quiet = { stdio: ["ignore", "ignore", "pipe"] as ["ignore", "ignore", "pipe"] };
/** Their sandbox does not run as root; the product itself never switches it off. */
const asRoot = (): readonly string[] => (process.getuid?.() === 0 ? ["--no-sandbox"] : []);

async function timeRuns(
  shell: ShellName,
  { runs, onRun }: StartBench,
  run: (profile: string) => Promise<StartTime>,
): Promise<StartOutcome> {
  const timed: StartTime[] = [];
  // The first start keeps the city and its filled roads for those that are timed.
  for (let row = 0; row <= runs; row++) {
    const profile = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-"));
    try {
      const time = await run(profile);
      if (row > 0) timed.push(time);
    } catch (error) {
      return { shell, lack: `it did not start: ${messageOf(error)}` };
    } finally {
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    }
    onRun();
  }
  return { shell, runs: timed };
}

async function secondsUntilMoved(page: PageWatch, begunMs: number): Promise<StartTime> {
  const secondsUntil = async (condition: string) => {
    await becomesTrue(page, condition, patienceMs);
    return (performance.now() - begunMs) / 1000;
  };
  const framesS = await secondsUntil(hasMoved);
  const picturesS = await secondsUntil(hasMovedOnScreen);
  page.close();
  return { framesS, picturesS };
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  const line = await said(child, /DevTools listening on ws:\/\/[\d.]+:\d+/);
  return `http://${line.slice(line.lastIndexOf("/") + 1)}`;
}

/** What a process writes to stderr that matches. */
function said(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`it said: ${text.slice(-500)}`)), patienceMs);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with ${String(code)}: ${text.slice(-500)}`)));
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = wanted.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[0]);
    });
  });
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), stopPatienceMs);
  await gone;
  clearTimeout(timer);
}

/** The display that is there, or a virtual one. */
async function openDisplay(): Promise<{ readonly name: string; readonly close: () => void } | undefined> {
  const there = process.env["DISPLAY"];
  if (process.platform !== "linux" || (there !== undefined && there !== "")) {
    return { name: there ?? "", close: () => undefined };
  }
  if (!existsSync(virtualDisplay)) return undefined;
  const server = spawn(virtualDisplay, ["-displayfd", "2", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], quiet);
  const number = await said(server, /^\d+$/m);
  return { name: `:${number}`, close: () => void server.kill() };
}
