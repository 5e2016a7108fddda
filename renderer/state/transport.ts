import type { ClientMessage } from "../../common/console-api";
import { unreachable } from "../../common/result";
import type { Said } from "../../common/said";
import type { HandOver } from "./frame-desk";
import type { FromLine, ToLine } from "./line-messages";
import { sessionKey, socketUrl, takeToken } from "./link";
import { isRecord } from "./shape";

/** One line to the host. */
export interface Transport {
  send(message: ClientMessage): void;
  close(): void;
}

export interface TransportListener {
  opened(transport: Transport): void;
  /** Not yet checked for shape. */
  message(value: unknown): void;
  /** @param taken more are handed over once it has been called */
  frames(handOver: HandOver, taken: () => void): void;
  /** The host sent what is no frame; it was dropped. */
  malformed(what: string): void;
  lost(cause: Said): void;
}

/** Opens a line. Called again for each attempt; a line that ends says so once. */
export type Connect = (listener: TransportListener) => void;

const tokenItem = "pendulaire-token";
const keyItem = "pendulaire-key";

/**
 * The way to the host of this window: a thread of its own holds the line (`line-worker`).
 *
 * Electron: the preload script posts the port once the window has loaded, and again whenever the host was restarted. A
 * new port replaces the old one. In a browser: a socket to where the page came from.
 */
export function connectHost(): Connect {
  const worker = new Worker(new URL("./line-worker.ts", import.meta.url), { type: "module", name: "line" });
  const post = (message: ToLine, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  const transport: Transport = {
    send: (message) => post({ kind: "send", message }),
    close: () => post({ kind: "close" }),
  };
  let listener: TransportListener | undefined;
  worker.onmessage = ({ data }: MessageEvent<FromLine>) => {
    if (listener !== undefined) deliver(data, listener, transport, post);
  };
  const isPort = location.protocol === "app:";
  if (isPort) {
    window.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (event.source !== window || !isRecord(event.data) || event.data["type"] !== "pendulaire-port") return;
      const port = event.ports[0];
      if (port !== undefined) post({ kind: "openPort", port }, [port]);
    });
  }
  return (next) => {
    listener = next;
    if (isPort) return;
    const query = new URLSearchParams({ token: takeToken(tokenItem), key: sessionKey(keyItem) });
    post({ kind: "openSocket", url: socketUrl("/api"), query: query.toString() });
  };
}

function deliver(
  heard: FromLine,
  listener: TransportListener,
  transport: Transport,
  post: (message: ToLine) => void,
): void {
  switch (heard.kind) {
    case "opened":
      listener.opened(transport);
      break;
    case "message":
      listener.message(heard.value);
      break;
    case "frames":
      listener.frames(heard.handOver, () => post({ kind: "framesTaken" }));
      break;
    case "malformed":
      listener.malformed(heard.what);
      break;
    case "lost":
      listener.lost(heard.cause);
      break;
    default:
      unreachable(heard);
  }
}
