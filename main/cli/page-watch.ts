import WebSocket from "ws";

/** A page of a browser that was started with --remote-debugging-port, by the DevTools protocol. */
export interface PageWatch {
  navigate(url: string): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
  close(): void;
}

interface Target {
  readonly type: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

const lookEveryMs = 50;

/** @param address "http://127.0.0.1:PORT" */
export async function watchPage(
  address: string,
  isOurs: (url: string) => boolean,
  withinMs: number,
): Promise<PageWatch> {
  const target = await findTarget(address, isOurs, withinMs);
  const socket = new WebSocket(target.webSocketDebuggerUrl, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map<
    number,
    { readonly done: (result: unknown) => void; readonly failed: (error: Error) => void }
  >();
  let lastId = 0;
  socket.on("message", (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { readonly id?: number; readonly result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.done(result);
    waiting.delete(id);
  });
  socket.on("close", () => {
    for (const { failed } of waiting.values()) failed(new Error("the page was closed"));
  });
  const send = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { done: resolve, failed: reject });
      socket.send(JSON.stringify({ id, method, params }), (error) => {
        if (error) reject(error);
      });
    });
  return {
    navigate: async (url) => {
      await send("Page.navigate", { url });
    },
    evaluate: async (expression) => {
      const reply = await send("Runtime.evaluate", { expression, returnByValue: true });
      return (reply as { readonly result?: { readonly value?: unknown } } | undefined)?.result?.value;
    },
    close: () => socket.close(),
  };
}

async function findTarget(address: string, isOurs: (url: string) => boolean, withinMs: number): Promise<Target> {
  for (const untilMs = performance.now() + withinMs; performance.now() < untilMs;) {
    const targets = (await (await fetch(`${address}/json/list`)).json()) as readonly Target[];
    const found = targets.find(({ type, url }) => type === "page" && isOurs(url));
    if (found !== undefined) return found;
    await pause();
  }
  throw new Error("no page was opened");
}

/** Evaluates until it is true. */
export async function becomesTrue(page: PageWatch, expression: string, withinMs: number): Promise<void> {
  for (const untilMs = performance.now() + withinMs; performance.now() < untilMs;) {
    if ((await page.evaluate(expression)) === true) return;
    await pause();
  }
  throw new Error(`not within ${withinMs} ms: ${expression}`);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, lookEveryMs));
