import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { commuterSocketPath } from "../../common/commuter-page-api";
import type { HostMessage } from "../../common/console-api";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { takeSeat, type CommuterSeat } from "./commuter-desk";
import type { ConsoleService } from "./console-service";
import { contentSecurityPolicy, contentTypes } from "./page-security";

/** The console for a browser on this computer: pages and one socket on loopback, for whoever has the token. */
export interface BrowserServer {
  /**
   * A new link, which admits one browser. Its token is in the fragment, which no server ever sees in a request line. Of
   * links that nobody has opened yet, the last `openLinksMax` hold.
   */
  link(): string;
  /** The same for the commuter's own page. */
  commuterLink(): string;
  readonly port: number;
  close(): Promise<void>;
}

/** Largest message from a browser: a dropped city file. */
const messageBytesMax = 256 * 2 ** 20;
/** A socket that is this far behind is given no more frames until it has caught up, bytes. */
const frameBacklogBytesMax = 8 * 2 ** 20;

/** When a browser is given up. A page whose socket is closed by it comes back by itself. */
export interface BrowserLimits {
  /** One that is this far behind when it is sent more does not read: many times what a city takes, bytes. */
  readonly backlogBytesMax: number;
  /** How often one is asked whether it is there, ms: who has not answered by the next time is gone. */
  readonly pingEveryMs: number;
}

const browserLimits: BrowserLimits = { backlogBytesMax: 256 * 2 ** 20, pingEveryMs: 30_000 };

/** Largest message from a commuter's page, bytes, and how many of them may wait. */
const commuterMessageBytesMax = 16_384;
const commuterRequestsMax = 16;
/** Links that nobody has opened yet. */
const openLinksMax = 8;

/**
 * @param service asked for when the first browser comes, or before
 * @param onAbandoned the last browser has gone: it may have been closed for good
 */
export async function serveBrowser(
  service: () => ConsoleService,
  pages: string,
  port: number,
  onAbandoned: () => void = () => undefined,
  limits: BrowserLimits = browserLimits,
): Promise<BrowserServer> {
  const listeningPort = () => (server.address() as AddressInfo).port;
  // Two doors: who comes in by one of them cannot go on to what lies behind the other.
  const doorkeeper = admitByLink(socketPath);
  const commuterDoor = admitByLink(commuterSocketPath);
  const seats = new Map<string, CommuterSeat>();
  const doorOf = (request: IncomingMessage) =>
    [doorkeeper, commuterDoor].find(({ leadsTo }) => leadsTo === addressOf(request)?.pathname);
  const server = createServer((request, response) => {
    const door = doorOf(request);
    if (door === undefined) servePage(pages, listeningPort(), request, response);
    // The page asks why its socket was refused.
    else response.writeHead(statusOf[door.judge(request, listeningPort())]).end();
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  const commuterSockets = new WebSocketServer({ noServer: true, maxPayload: commuterMessageBytesMax });
  server.on("upgrade", (request, socket, head) => {
    const door = doorOf(request);
    const verdict = door?.admit(request, listeningPort()) ?? "foreign";
    if (verdict !== "admitted") {
      refuseUpgrade(socket, verdict);
      return;
    }
    if (door === commuterDoor) {
      const token = addressOf(request)?.searchParams.get("token") ?? "";
      const seat = seats.get(token) ?? takeSeat();
      seats.set(token, seat);
      commuterSockets.handleUpgrade(request, socket, head, (webSocket) => attachCommuter(service(), webSocket, seat));
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      attach(service(), webSocket, limits.backlogBytesMax);
      webSocket.on("close", () => {
        if (sockets.clients.size === 0) onAbandoned();
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const listening = listeningPort();
  const stopAsking = askWhoIsThere([sockets, commuterSockets], limits.pingEveryMs);
  return {
    link: () => `http://127.0.0.1:${listening}/#token=${doorkeeper.newToken()}`,
    commuterLink: () => `http://127.0.0.1:${listening}/commuter.html#token=${commuterDoor.newToken()}`,
    port: listening,
    close: () =>
      new Promise((resolve) => {
        stopAsking();
        for (const webSocket of [...sockets.clients, ...commuterSockets.clients]) webSocket.terminate();
        server.close(() => resolve());
      }),
  };
}

type Verdict = "admitted" | "foreign" | "forbidden";

const socketPath = "/api";
const statusOf = { admitted: 204, foreign: 404, forbidden: 403 } as const satisfies Record<Verdict, number>;

/**
 * A token admits one browser; that browser is known from then on by the session key that it chose itself, so that it
 * can come back after a reload, and nobody else can with the token alone.
 */
function admitByLink(leadsTo: string) {
  const unopened: string[] = [];
  const keyOfToken = new Map<string, string>();
  const judge = (request: IncomingMessage, port: number, isGet = true) => {
    const url = addressOf(request);
    // A page of another origin cannot speak for the user. A GET of the own origin names none.
    const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`, ...(isGet ? [""] : [])];
    if (url?.pathname !== leadsTo || !origins.includes(request.headers.origin ?? ""))
      return { verdict: "foreign" } as const;
    const [token, key] = ["token", "key"].map((name) => url.searchParams.get(name) ?? "");
    const isNew = unopened.find((one) => isSame(token, one)) !== undefined;
    const holder = [...keyOfToken].find(([one]) => isSame(token, one))?.[1];
    const isKnown = holder !== undefined && isSame(key, holder);
    const mayEnter = (isNew || isKnown) && /^[\w-]{16,64}$/.test(key);
    return { verdict: mayEnter ? "admitted" : "forbidden", token, key, isNew } as const;
  };
  return {
    leadsTo,
    newToken: () => {
      const token = randomBytes(24).toString("base64url");
      unopened.push(token);
      if (unopened.length > openLinksMax) unopened.shift();
      return token;
    },
    judge: (request: IncomingMessage, port: number): Verdict => judge(request, port).verdict,
    /** The first to come with a token takes it. */
    admit: (request: IncomingMessage, port: number): Verdict => {
      const judged = judge(request, port, false);
      if (judged.verdict === "admitted" && judged.isNew) {
        unopened.splice(unopened.indexOf(judged.token), 1);
        keyOfToken.set(judged.token, judged.key);
      }
      return judged.verdict;
    },
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

/** A browser answers a ping by itself, however busy its page is. @returns stops asking */
function askWhoIsThere(servers: readonly WebSocketServer[], everyMs: number): () => void {
  const silent = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const webSocket of servers.flatMap(({ clients }) => [...clients])) {
      if (silent.has(webSocket)) {
        webSocket.terminate();
        continue;
      }
      silent.add(webSocket);
      webSocket.once("pong", () => silent.delete(webSocket));
      webSocket.ping();
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function attach(service: ConsoleService, webSocket: WebSocket, backlogBytesMax: number): void {
  webSocket.binaryType = "nodebuffer";
  const connection = service.attach({
    shell: "browser",
    opensPaths: false,
    send: (message: HostMessage) => {
      if (webSocket.readyState !== webSocket.OPEN) return false;
      if (webSocket.bufferedAmount > backlogBytesMax) {
        webSocket.terminate();
        return false;
      }
      // Credits keep frames few; this is for a browser that takes them and does not read.
      if (message.kind === "frame" && webSocket.bufferedAmount > frameBacklogBytesMax) return false;
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

/** One request after the other: who sends faster than they are answered waits, up to a limit. */
function attachCommuter(service: ConsoleService, webSocket: WebSocket, seat: CommuterSeat): void {
  webSocket.binaryType = "nodebuffer";
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();
  webSocket.on("message", (data: Buffer) => {
    if (++waiting > commuterRequestsMax) {
      webSocket.close();
      return;
    }
    const message = decodeMessage(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    tail = tail.then(async () => {
      const answer = await service.answerCommuter(seat, message.ok ? message.value : undefined);
      waiting--;
      if (answer !== undefined && webSocket.readyState === webSocket.OPEN) webSocket.send(encodeMessage(answer));
    });
  });
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
