import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import WebSocket from "ws";
import { fail, succeed, type Result } from "../../common/result";

/** One of the page's threads; the page itself without it. */
interface Session {
  readonly sessionId?: string;
}

/** A page in a Chromium of its own without a window, spoken to by the DevTools protocol. */
export interface DebuggedPage {
  /** The browser's name and version. */
  readonly browser: string;
  send(method: string, params?: object, session?: Session): Promise<Readonly<Record<string, unknown>>>;
  evaluate<T>(expression: string): Promise<T>;
  /** Evaluates until it is truthy. @returns undefined when that was not within so many ms */
  waitFor<T>(expression: string, withinMs: number): Promise<T | undefined>;
  /** Collects what the page and its threads hold no more: it would come and go with V8's own limits. */
  collectGarbage(): Promise<void>;
  /** Processes that carry out pages in this browser; the page's is one of them. */
  pageProcesses(): Promise<readonly number[]>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** Without a graphics card, pictures are drawn by the processor. */
const flags = [
  ...["--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check"],
  ...["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
];

/** The browser of the variable CHROMIUM, else of the search path. */
export function findChromium(): Result<string> {
  const chosen = process.env["CHROMIUM"];
  if (chosen !== undefined && chosen !== "") {
    return existsSync(chosen) ? succeed(chosen) : fail("no such file", `CHROMIUM=${chosen}`);
  }
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of names) if (existsSync(path.join(folder, name))) return succeed(path.join(folder, name));
  }
  return fail("no Chromium on the search path: name one by the variable CHROMIUM");
}

/** @param early a script that runs in the page before its own */
export async function openPage(
  chromium: string,
  url: string,
  { early, windowPx: [width, height] }: { readonly early: string; readonly windowPx: readonly [number, number] },
): Promise<DebuggedPage> {
  const profile = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-"));
  // As root, Chromium wants to be told that it has no sandbox.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const own = [`--window-size=${width},${height}`, `--user-data-dir=${profile}`, "about:blank"];
  const browser = spawn(chromium, [...flags, ...root, ...own], { stdio: ["ignore", "ignore", "pipe"] });
  const port = await portOf(browser);
  const address = `http://127.0.0.1:${port}/json`;
  const targets = (await (await fetch(`${address}/list`)).json()) as {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ type }) => type === "page");
  if (target === undefined) throw new Error("Chromium opened no page");
  const { webSocketDebuggerUrl: browserUrl, Browser: name } = (await (await fetch(`${address}/version`)).json()) as {
    readonly webSocketDebuggerUrl: string;
    readonly Browser: string;
  };
  const socket = await openSocket(target.webSocketDebuggerUrl);
  const browserSocket = await openSocket(browserUrl);
  const send = speak(socket);
  const sendToBrowser = speak(browserSocket);
  const threads = threadsOf(socket);
  await send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  await send("Page.enable");
  await send("Page.addScriptToEvaluateOnNewDocument", { source: early });
  await send("Page.navigate", { url });
  const evaluate = async <T>(expression: string): Promise<T> => {
    const reply = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (reply["exceptionDetails"] !== undefined) throw new Error(`${expression}: ${JSON.stringify(reply)}`);
    return (reply["result"] as { readonly value: T }).value;
  };
  return {
    browser: name,
    send,
    evaluate,
    waitFor: async <T>(expression: string, withinMs: number) => {
      for (const untilMs = performance.now() + withinMs; performance.now() < untilMs;) {
        const value = await evaluate<T | false | null | undefined>(expression);
        if (value !== false && value !== null && value !== undefined) return value;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return undefined;
    },
    collectGarbage: async () => {
      const sessions = [{}, ...[...threads].map((sessionId) => ({ sessionId }))];
      for (const session of sessions) await send("HeapProfiler.collectGarbage", {}, session);
    },
    pageProcesses: async () => {
      const { processInfo } = (await sendToBrowser("SystemInfo.getProcessInfo")) as {
        readonly processInfo: readonly { readonly type: string; readonly id: number }[];
      };
      return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    },
    press: async (key) => {
      const text = key.length === 1 ? { text: key } : key === "Enter" ? { text: "\r" } : {};
      await send("Input.dispatchKeyEvent", { type: "keyDown", key, code: key, ...text });
      await send("Input.dispatchKeyEvent", { type: "keyUp", key, code: key });
    },
    type: async (text) => {
      await send("Input.insertText", { text });
    },
    close: async () => {
      socket.close();
      browserSocket.close();
      const gone = new Promise((resolve) => browser.once("exit", resolve));
      browser.kill();
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

const startPatienceMs = 60_000;

function portOf(browser: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`Chromium did not start: ${text}`)), startPatienceMs);
    browser.once("error", reject);
    browser.once("exit", (code) => reject(new Error(`Chromium ended with ${String(code)}: ${text}`)));
    browser.stderr?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
      const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}

/** Sessions of the page's threads, as they come and go. */
function threadsOf(socket: WebSocket): ReadonlySet<string> {
  const threads = new Set<string>();
  socket.on("message", (data: Buffer) => {
    const { method, params } = JSON.parse(data.toString()) as { method?: string; params?: { sessionId: string } };
    if (params === undefined) return;
    if (method === "Target.attachedToTarget") threads.add(params.sessionId);
    if (method === "Target.detachedFromTarget") threads.delete(params.sessionId);
  });
  return threads;
}

type Reply = Readonly<Record<string, unknown>>;

function speak(socket: WebSocket): DebuggedPage["send"] {
  let lastId = 0;
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  socket.on("message", (data: Buffer) => {
    const { id, result, error } = JSON.parse(data.toString()) as { id?: number; result?: Reply; error?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.resolve(result ?? { exceptionDetails: error });
    waiting.delete(id);
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the page was closed"));
    waiting.clear();
  });
  return (method, params = {}, session = {}) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...session }), (error) => {
        if (error) reject(error);
      });
    });
}
