import type { ClientMessage } from "../../common/console-api";
import type { Said } from "../../common/said";
import { decodeMessage, encodeMessage } from "../../common/wire";
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
  lost(cause: Said): void;
}

/** Opens a line. Called again for each attempt; a line that ends says so once. */
export type Connect = (listener: TransportListener) => void;

const tokenItem = "pendulaire-token";
const keyItem = "pendulaire-key";

/**
 * Electron: the preload script posts the port once the window has loaded, and again whenever the host was restarted.
 * A new port replaces the old one.
 */
function connectPort(listener: TransportListener): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window || !isRecord(event.data) || event.data["type"] !== "pendulaire-port") return;
    const port = event.ports[0];
    if (port === undefined) return;
    port.onmessage = (message: MessageEvent<unknown>) => listener.message(message.data);
    // Chrome 114 has no such event and never sends it; newer ones say when the host's process has ended.
    port.addEventListener("close", () => listener.lost({ code: "host-ended", args: {} }));
    listener.opened({ send: (message) => port.postMessage(message), close: () => port.close() });
    port.start();
  });
}

/** The one-time token comes in the address's fragment, which is then taken out of the address bar. */
function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) {
    sessionStorage.setItem(tokenItem, token);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return token ?? sessionStorage.getItem(tokenItem) ?? "";
}

/** Chosen once by this tab: the token admits whoever comes first, and from then on only who brings this key too. */
function sessionKey(): string {
  const known = sessionStorage.getItem(keyItem);
  if (known !== null) return known;
  const chosen = crypto.randomUUID();
  sessionStorage.setItem(keyItem, chosen);
  return chosen;
}

function connectSocket(listener: TransportListener): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const query = new URLSearchParams({ token: takeToken(), key: sessionKey() });
  const socket = new WebSocket(`${scheme}://${location.host}/api?${query.toString()}`);
  socket.binaryType = "arraybuffer";
  let wasOpen = false;
  socket.onopen = () => {
    wasOpen = true;
    listener.opened({ send: (message) => socket.send(encodeMessage(message)), close: () => socket.close() });
  };
  socket.onmessage = (event: MessageEvent<unknown>) => {
    const bytes = event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array();
    const decoded = decodeMessage(bytes);
    listener.message(decoded.ok ? decoded.value : undefined);
  };
  socket.onclose = () => {
    if (wasOpen) listener.lost({ code: "host-closed", args: {} });
    else void whyRefused(query).then(listener.lost);
  };
}

/** A socket does not say why it did not open; the same address, asked as a page, does. */
async function whyRefused(query: URLSearchParams): Promise<Said> {
  const silent = { code: "host-silent", args: {} } as const;
  return fetch(`/api?${query.toString()}`).then(
    ({ status }) => (status === 403 ? ({ code: "link-taken", args: {} } as const) : silent),
    () => silent,
  );
}

/** The way to the host of this window. */
export function connectHost(): Connect {
  return location.protocol === "app:" ? connectPort : connectSocket;
}
