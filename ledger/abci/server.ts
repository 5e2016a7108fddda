import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { CheckTxType, Request, Response } from "cosmjs-types/tendermint/abci/types";
import { describeFailure, fail, messageOf, succeed, type Result } from "../../common/result";
import type { Application } from "./application";
import { createFrameReader, frameOf } from "./frames";
import { createGathering, type Gathering, type Patience } from "./gathering";

/** Where the socket is: `unix:///path` or `tcp://host:port`. */
export type AbciAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export function readAddress(text: string): Result<AbciAddress> {
  const unix = /^unix:\/\/(\/.+)$/.exec(text);
  if (unix !== null) return succeed({ path: unix[1] });
  const tcp = /^tcp:\/\/([^:/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text);
  if (tcp === null || Number(tcp[2]) > 65_535) return fail("unix:///path or tcp://host:port", text);
  return succeed({ host: tcp[1].replace(/[[\]]/g, ""), port: Number(tcp[2]) });
}

export interface AbciServer {
  /** Where it listens, with the port that it was given. */
  readonly address: AbciAddress;
  close(): Promise<void>;
}

export interface AbciServerOptions {
  readonly application: Application;
  readonly address: AbciAddress;
  /** The application broke an invariant: a node that went on might commit something else. */
  readonly onBreach: (reason: string) => void;
  /** A connection was ended for a message that is no request, or one out of order. The state is what it was. */
  readonly onRefused: (reason: string) => void;
}

/**
 * Serves CometBFT's four connections. All of them are answered on one thread, each request by itself, so that access to
 * the state is serialised; answers leave in the order of the requests. New transactions are answered together, see
 * `gathering.ts`; not while a block waits for Commit, before which CometBFT waits for the answers to all of them.
 */
export async function serveAbci(options: AbciServerOptions): Promise<Result<AbciServer>> {
  const { address } = options;
  const sockets = new Set<Socket>();
  const releases = new Set<() => void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A peer that goes away is its own business.
    socket.on("error", () => socket.destroy());
    const connection = answerOn(socket, options, () => {
      for (const release of releases) release();
    });
    releases.add(connection.release);
    socket.on("close", () => {
      sockets.delete(socket);
      releases.delete(connection.release);
      connection.close();
    });
  });
  // A socket's file outlives a process that was killed.
  if ("path" in address) rmSync(address.path, { force: true });
  try {
    await listen(server, address);
  } catch (error) {
    return fail(`cannot listen: ${String(error)}`);
  }
  const bound = server.address();
  return succeed({
    address:
      typeof bound === "object" && bound !== null && "host" in address ? { ...address, port: bound.port } : address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}

/** @param onHurry when a block begins to wait for what other connections have not been answered */
function answerOn(
  socket: Socket,
  { application, onBreach, onRefused }: AbciServerOptions,
  onHurry: () => void,
): Gathering<Result<Request>> {
  const reader = createFrameReader();
  const end = (reason: string) => {
    if (!socket.writableEnded) socket.end(frameOf(Response.encode({ exception: { error: reason } }).finish()));
  };
  const gathering = createGathering(patienceOf, (requests: readonly Result<Request>[]) => {
    if (socket.writableEnded || socket.destroyed) return;
    application.foresee(requests.flatMap((request) => (request.ok ? [request.value] : [])));
    const frames: Uint8Array[] = [];
    let broken: Exclude<Answered, { kind: "answer" }> | undefined;
    for (const request of requests) {
      const answered = answer(request, application);
      if (answered.kind === "answer") {
        frames.push(frameOf(Response.encode(answered.response).finish()));
        continue;
      }
      broken = answered;
      break;
    }
    socket.write(Buffer.concat(frames));
    if (broken !== undefined) {
      end(broken.reason);
      if (broken.kind === "breach") onBreach(broken.reason);
      else onRefused(broken.reason);
    }
    // Whoever does not read answers may not ask either.
    if (socket.writableNeedDrain) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
  socket.on("data", (piece) => {
    if (socket.writableEnded) return;
    const frames = reader.push(piece);
    if (!frames.ok) {
      gathering.release();
      const reason = describeFailure(frames.error);
      end(reason);
      onRefused(reason);
      return;
    }
    gathering.push(frames.value.map(readRequest));
    if (application.awaitsCommit()) onHurry();
  });
  return gathering;
}

/** New transactions gain by waiting; CometBFT sends a Flush after each of them. */
function patienceOf(request: Result<Request>): Patience {
  if (!request.ok) return "urgent";
  const { checkTx, flush } = request.value;
  if (checkTx?.type === CheckTxType.NEW) return "gains";
  return flush === undefined ? "urgent" : "follows";
}

type Answered =
  | { readonly kind: "answer"; readonly response: Response }
  /** The message was no request, or one out of order: this connection ends, and CometBFT with it. */
  | { readonly kind: "refused"; readonly reason: string }
  /** An invariant does not hold: the process ends. */
  | { readonly kind: "breach"; readonly reason: string };

function readRequest(frame: Uint8Array): Result<Request> {
  try {
    return succeed(Request.decode(frame));
  } catch (error) {
    return fail(`not a request: ${messageOf(error)}`);
  }
}

function answer(read: Result<Request>, application: Application): Answered {
  if (!read.ok) return { kind: "refused", reason: describeFailure(read.error) };
  try {
    const response = application.respond(read.value);
    return response.ok
      ? { kind: "answer", response: response.value }
      : { kind: "refused", reason: describeFailure(response.error) };
  } catch (error) {
    return { kind: "breach", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function listen(server: Server, address: AbciAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
