import { Session } from "node:inspector";

/** References of what is being closed are gone by then, ms. Several drops within that time are one collection. */
const settleMs = 1000;

let timer: NodeJS.Timeout | undefined;

/**
 * The memory of an arena was dropped: it goes back to the system soon. V8 does not count shared memories of WebAssembly
 * as its own, so that some hundred megabytes would wait for a collection that a small heap hardly ever needs. It is asked
 * for by the inspector's protocol, the one way that needs no flag; with a heap of 30 MB it takes some hundredths of a second.
 */
export function collectDroppedMemory(): void {
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    collectGarbage();
  }, settleMs);
  timer.unref();
}

function collectGarbage(): void {
  const session = new Session();
  session.connect();
  // Ended within its own answer, the session stops the thread.
  session.post("HeapProfiler.collectGarbage", () => setImmediate(() => session.disconnect()));
}
