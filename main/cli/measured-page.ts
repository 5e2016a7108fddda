import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { WebSocket } from "ws";
import { fail, messageOf, succeed, type Result } from "../../common/result";

/** A page in a browser of its own, asked over the browser's debugging protocol. */
export interface MeasuredPage {
  /** The browser's name and version. */
  readonly browser: string;
  /** The value of an expression in the page, as JSON carries it. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

const browserFiles = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const startPatienceMs = 60_000;
const answerPatienceMs = 120_000;

/** The browser to measure in: `CHROMIUM`, or where Linux usually has one. */
export function findBrowser(): string | undefined {
  const chosen = process.env["CHROMIUM"];
  return chosen !== undefined && chosen !== "" ? chosen : browserFiles.find((file) => existsSync(file));
}

/** Opens the page without a window, at 1440 × 900. */
export async function openMeasuredPage(browserFile: string, url: string): Promise<Result<MeasuredPage>> {
  const profile = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-"));
  const browser = spawn(
    browserFile,
    [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "--no-first-run",
      "--window-size=1440,900",
      // Where there is no graphics card the processor draws.
      "--enable-unsafe-swiftshader",
      "--use-angle=swiftshader",
      "--ignore-gpu-blocklist",
      // Chromium refuses to sandbox for the superuser; the page is our own, on loopback.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      url,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const close = async () => {
    await ended(browser);
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  };
  try {
    const port = await debuggingPort(browser);
    const { Browser: name } = (await (await fetch(`http://127.0.0.1:${port}/json/version`)).json()) as {
      Browser: string;
    };
    const socket = new WebSocket(await pageAddress(port, url));
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return succeed({
      browser: name,
      evaluate: createEvaluator(socket),
      close: async () => {
        socket.close();
        await close();
      },
    });
  } catch (error) {
    await close();
    return fail(messageOf(error), browserFile);
  }
}

function debuggingPort(browser: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error("the browser does not answer")), startPatienceMs);
    browser.once("error", reject);
    browser.once("exit", (code) => reject(new Error(`the browser ended with ${String(code)}`)));
    browser.stderr?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4096);
      const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    });
  });
}

/** The page's own debugging address: it is listed a moment after the browser has started. */
async function pageAddress(port: number, url: string): Promise<string> {
  const untilMs = performance.now() + startPatienceMs;
  const { origin } = new URL(url);
  while (performance.now() < untilMs) {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
      readonly type: string;
      readonly url: string;
      readonly webSocketDebuggerUrl: string;
    }[];
    const page = targets.find((one) => one.type === "page" && one.url.startsWith(origin));
    if (page !== undefined) return page.webSocketDebuggerUrl;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the browser did not open the page");
}

interface ProtocolAnswer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
  };
}

function createEvaluator(socket: WebSocket): MeasuredPage["evaluate"] {
  const waiting = new Map<number, (answer: ProtocolAnswer) => void>();
  let lastId = 0;
  socket.on("message", (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as ProtocolAnswer;
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return (expression) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => reject(new Error("the page does not answer")), answerPatienceMs);
      waiting.set(id, ({ error, result }) => {
        clearTimeout(timer);
        const thrown = result?.exceptionDetails;
        if (error !== undefined) reject(new Error(error.message));
        else if (thrown !== undefined) reject(new Error(thrown.exception?.description ?? thrown.text));
        else resolve(result?.result?.value);
      });
      socket.send(JSON.stringify({ id, method: "Runtime.evaluate", params: { expression, returnByValue: true } }));
    });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(timer);
}
