import { Session } from "node:inspector";

/** References of what is being closed are gone by then, ms. Several drops within that time are one collection. */
const settleMs = 1000;

let timer: NodeJS.Timeout | undefined;

/**
 * The memory of an arena, or another shared buffer, was dropped: it goes back to the system soon. V8 does not count shared
 * memory as a heap's own, so that some hundred megabytes would wait for a collection that a small heap hardly ever needs.
 * It goes once no thread knows of it: each in which it was opened, or to which it was sent, must ask for its own heap.
 */
export function collectDroppedMemory(): void {
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    void collectGarbage();
  }, settleMs);
  timer.unref();
}

/**
 * Collects the heap of the thread that calls it, now: for a thread that goes to sleep. By the inspector's protocol, the one
 * way that needs no flag; with a heap of 30 MB it takes some hundredths of a second. Whoever awaits it holds no reference
 * to what is to go.
 */
export function collectGarbage(): Promise<void> {
  return new Promise((resolve) => {
    const session = new Session();
    session.connect();
    session.post("HeapProfiler.collectGarbage", () => {
      // Ended within its own answer, the session stops the thread.
      setImmediate(() => {
        session.disconnect();
        resolve();
      });
    });
  });
}
