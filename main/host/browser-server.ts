import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { HostMessage } from "../../common/console-api";
import { decodeMessage, encodeMessage } from "../../common/wire";
import type { ConsoleService } from "./console-service";
import { contentSecurityPolicy, contentTypes } from "./page-security";

/** The console for a browser on this computer: pages and one socket on loopback, for whoever has the token. */
export interface BrowserServer {
  /** With the one-time token in its fragment, which no server ever sees in a request line. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Largest message from a browser: a dropped city file. */
const messageBytesMax = 256 * 2 ** 20;
/** A socket that is this far behind is given no more frames until it has caught up, bytes. */
const backlogBytesMax = 8 * 2 ** 20;

export async function serveBrowser(service: ConsoleService, pages: string, port: number): Promise<BrowserServer> {
  const token = randomBytes(24).toString("base64url");
  const listeningPort = () => (server.address() as AddressInfo).port;
  const server = createServer((request, response) => servePage(pages, listeningPort(), request, response));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  const admission = admitOnce(token);
  server.on("upgrade", (request, socket, head) => {
    const admitted = admission(request, listeningPort());
    if (admitted !== "admitted") {
      refuseUpgrade(socket, admitted);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => attach(service, webSocket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const listening = listeningPort();
  return {
    url: `http://127.0.0.1:${listening}/#token=${token}`,
    port: listening,
    close: () =>
      new Promise((resolve) => {
        for (const webSocket of sockets.clients) webSocket.terminate();
        server.close(() => resolve());
      }),
  };
}

/**
 * The token admits one browser; that browser is known from then on by the session key that it chose itself, so that it
 * can come back after a reload, and nobody else can with the token alone.
 */
function admitOnce(token: string): (request: IncomingMessage, port: number) => "admitted" | "foreign" | "forbidden" {
  let holder: string | undefined;
  return (request, port) => {
    const url = addressOf(request);
    if (url === undefined) return "foreign";
    // A page of another origin cannot speak for the user.
    const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
    if (url.pathname !== "/api" || !origins.includes(request.headers.origin ?? "")) return "foreign";
    const key = url.searchParams.get("key") ?? "";
    if (!isSame(url.searchParams.get("token") ?? "", token) || !/^[\w-]{16,64}$/.test(key)) return "forbidden";
    holder ??= key;
    return isSame(key, holder) ? "admitted" : "forbidden";
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuseUpgrade(socket: Duplex, why: "foreign" | "forbidden"): void {
  socket.end(why === "foreign" ? "HTTP/1.1 404 Not Found\r\n\r\n" : "HTTP/1.1 403 Forbidden\r\n\r\n");
}

/** What stands before the bytes of every frame: its length and text are the same each time. */
const frameEnvelope = encodeMessage({ kind: "frame", bytes: new Uint8Array(0) });

/** A frame as two fragments of one message: it is neither copied nor turned into text here. */
function sendFrame(webSocket: WebSocket, bytes: Uint8Array): void {
  webSocket.send(frameEnvelope, { binary: true, fin: false });
  webSocket.send(bytes, { binary: true, fin: true });
}

function attach(service: ConsoleService, webSocket: WebSocket): void {
  webSocket.binaryType = "nodebuffer";
  const connection = service.attach({
    shell: "browser",
    opensPaths: false,
    send: (message: HostMessage) => {
      if (webSocket.readyState !== webSocket.OPEN) return false;
      // Credits keep frames few; this is for a browser that takes them and does not read.
      if (message.kind === "frame" && webSocket.bufferedAmount > backlogBytesMax) return false;
      if (message.kind === "frame") sendFrame(webSocket, message.bytes);
      else webSocket.send(encodeMessage(message));
      return true;
    },
  });
  webSocket.on("message", (data: Buffer) => {
    const message = decodeMessage(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    connection.receive(message.ok ? message.value : message.error);
  });
  webSocket.on("close", () => connection.detach());
  webSocket.on("error", () => webSocket.terminate());
}

function servePage(pages: string, socketPort: number, request: IncomingMessage, response: ServerResponse): void {
  const pathname = addressOf(request)?.pathname ?? "";
  const file = path.normalize(path.join(pages, decodeSafely(pathname === "/" ? "/index.html" : pathname)));
  const type = contentTypes.get(path.extname(file));
  const isLoopback = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "");
  if (
    !isLoopback ||
    !file.startsWith(pages + path.sep) ||
    type === undefined ||
    !existsSync(file) ||
    !statSync(file).isFile()
  ) {
    response.writeHead(404).end();
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  response.writeHead(200, {
    "content-type": type,
    "content-security-policy": contentSecurityPolicy(socketPort),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
  if (request.method === "HEAD") response.end();
  else createReadStream(file).pipe(response);
}

/** Anybody can send anything: what is no address is undefined. */
function addressOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? "/", "http://127.0.0.1");
  } catch {
    return undefined;
  }
}

function decodeSafely(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return "";
  }
}
