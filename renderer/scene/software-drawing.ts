import { looksLikeSoftware } from "./graphics-look";

let known: boolean | undefined;

/** Starts the browser's graphics, and asks them, on a thread that can wait for it. */
export function startGraphics(): void {
  const worker = new Worker(new URL("./graphics-worker.ts", import.meta.url), { type: "module", name: "graphics" });
  worker.onmessage = ({ data }: MessageEvent<boolean | undefined>) => {
    known ??= data;
    worker.terminate();
  };
}

/** Whether pictures are drawn by the processor: a remote desktop, a virtual machine, a test. Waits where nobody knows yet. */
export function drawsInSoftware(): boolean {
  return (known ??= looksLikeSoftware(document.createElement("canvas")) ?? false);
}
