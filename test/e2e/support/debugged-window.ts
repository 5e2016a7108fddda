import WebSocket from "ws";

/**
 * A window looked at through the DevTools protocol of its page alone: Electron's browser-wide protocol lacks what
 * Playwright asks of a browser that it did not start.
 */
export interface DebuggedWindow {
  readonly url: string;
  /** Exceptions, errors written to the console, and whatever the browser logs as an error. */
  readonly faults: readonly string[];
  evaluate<T>(expression: string): Promise<T>;
  /** Evaluates until it is neither false nor null. */
  waitFor<T>(expression: string, withinMs: number): Promise<T>;
  /** Waits for an element by its data-testid and clicks it. */
  click(testId: string, withinMs?: number): Promise<void>;
  textOf(testId: string, withinMs?: number): Promise<string>;
  press(key: string): Promise<void>;
  clickAt(place: Place): Promise<void>;
  turnWheelAt(place: Place, byPx: number): Promise<void>;
  /** @returns a PNG */
  screenshot(): Promise<Buffer>;
  close(): void;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

const patienceMs = 60_000;

interface Target {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** @param address "http://127.0.0.1:PORT" of a process started with --remote-debugging-port */
export async function debugWindow(address: string, isOurs: (url: string) => boolean): Promise<DebuggedWindow> {
  const target = await findTarget(address, isOurs);
  const socket = new WebSocket(target.webSocketDebuggerUrl, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const faults: string[] = [];
  const send = speak(socket, faults);
  await send("Runtime.enable", {});
  await send("Log.enable", {});
  const evaluate = async <T>(expression: string): Promise<T> => {
    const reply = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (reply["exceptionDetails"] !== undefined) throw new Error(`${expression}: ${JSON.stringify(reply)}`);
    return (reply["result"] as { readonly value: T }).value;
  };
  const waitFor = async <T>(expression: string, withinMs: number): Promise<T> => {
    for (const untilMs = Date.now() + withinMs; Date.now() < untilMs;) {
      const value = await evaluate<T | false | null | undefined>(expression);
      if (value !== false && value !== null && value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`not within ${withinMs} ms: ${expression}`);
  };
  const mouse = (type: string, { x, y }: Place, more: object = {}) =>
    send("Input.dispatchMouseEvent", { type, x, y, ...more });
  const element = (testId: string) => `document.querySelector('[data-testid="${testId}"]')`;
  return {
    url: target.url,
    faults,
    evaluate,
    waitFor,
    click: async (testId, withinMs = patienceMs) => {
      await waitFor(`${element(testId)} !== null`, withinMs);
      await evaluate(`${element(testId)}.click()`);
    },
    textOf: (testId, withinMs = patienceMs) => waitFor(`${element(testId)}?.innerText`, withinMs),
    press: async (key) => {
      await send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key, code: `Key${key.toUpperCase()}` });
      await send("Input.dispatchKeyEvent", { type: "keyUp", key, code: `Key${key.toUpperCase()}` });
    },
    clickAt: async (place) => {
      await mouse("mouseMoved", place);
      await mouse("mousePressed", place, { button: "left", clickCount: 1 });
      await mouse("mouseReleased", place, { button: "left", clickCount: 1 });
    },
    turnWheelAt: async (place, byPx) => {
      await mouse("mouseWheel", place, { deltaX: 0, deltaY: byPx });
    },
    screenshot: async () => Buffer.from((await send("Page.captureScreenshot", {}))["data"] as string, "base64"),
    close: () => socket.close(),
  };
}

async function findTarget(address: string, isOurs: (url: string) => boolean): Promise<Target> {
  for (const untilMs = Date.now() + 3 * patienceMs; Date.now() < untilMs;) {
    const targets = (await (await fetch(`${address}/json/list`)).json()) as Target[];
    const found = targets.find(({ type, url }) => type === "page" && isOurs(url));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no window was opened");
}

type Reply = Readonly<Record<string, unknown>>;

/** Sends commands and waits for their replies; notes what goes wrong in the page. */
function speak(socket: WebSocket, faults: string[]): (method: string, params: object) => Promise<Reply> {
  let lastId = 0;
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      readonly id?: number;
      readonly method?: string;
      readonly params?: unknown;
      readonly result?: Reply;
      readonly error?: unknown;
    };
    if (message.id !== undefined) {
      waiting.get(message.id)?.(message.result ?? { exceptionDetails: message.error });
      waiting.delete(message.id);
    } else if (isFault(message.method, message.params)) faults.push(JSON.stringify(message.params));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }), (error) => {
        if (error) reject(error);
      });
    });
}

function isFault(method: string | undefined, params: unknown): boolean {
  const { type, entry } = params as { readonly type?: string; readonly entry?: { readonly level: string } };
  if (method === "Runtime.exceptionThrown") return true;
  if (method === "Runtime.consoleAPICalled") return type === "error";
  return method === "Log.entryAdded" && entry?.level === "error";
}
