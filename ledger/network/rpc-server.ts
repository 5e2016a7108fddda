import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { base64FromBytes } from "cosmjs-types/helpers";
import { WebSocketServer, type RawData } from "ws";
import { fromHex, toHex } from "../../common/canonical";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { QueryCode, stateProofType } from "../abci/application";
import { encodeProof } from "../machine/tree/proof";
import { bytesOfPath, pathLength, pathOfBytes } from "../machine/tree/path";
import type { ServedChain } from "../solo/served-chain";
import { blockIdJson, blockJson, commitJson, headerJson, validatorJson } from "../wire/json-writing";
import type { LightBlock } from "../wire/light-block";
import { formatTimestamp } from "../wire/timestamp";
import { addressOf } from "../wire/validators";

export interface RpcServer {
  readonly address: string;
  close(): Promise<void>;
}

const requestBytesMax = 64 * 1024;
const perPageDefault = 30;
const perPageMax = 100;
const connectionsMax = 256;
/** Answers that wait for one WebSocket to read them. */
const unreadBytesMax = 8 * 1024 * 1024;

/**
 * Serves a chain as a node of CometBFT would, on the loopback and for reading only: `status`, `health`, `commit`,
 * `validators`, `block`, `abci_query`, so that any light client of CometBFT can follow it.
 * @see CometBFT 0.38 `rpc/openapi`; JSON-RPC 2.0 by POST or on a WebSocket, or a method's path with its parameters in
 * the address
 */
export async function serveRpc(chain: ServedChain, port: number): Promise<Result<RpcServer>> {
  const server = createServer((request, response) => {
    // Whoever goes away while they are answered is gone.
    answer(chain, request, response).catch(() => response.destroy());
  });
  server.maxConnections = connectionsMax;
  const sockets = new WebSocketServer({ server, path: "/websocket", maxPayload: requestBytesMax });
  // The server's own errors come here as well; `listen` tells of them.
  sockets.on("error", () => undefined);
  sockets.on("connection", (socket) => {
    socket.on("message", (data: RawData) => {
      socket.send(replyTo(chain, parseCall((data as Buffer).toString("utf8"))).text);
      // Whoever does not read answers may not ask either.
      if (socket.bufferedAmount > unreadBytesMax) socket.terminate();
    });
    socket.on("error", () => socket.terminate());
  });
  try {
    await listen(server, port);
  } catch (error) {
    return fail(messageOf(error), `port ${port}`);
  }
  const { port: bound } = server.address() as AddressInfo;
  return succeed({
    address: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface Call {
  readonly id: string | number | null;
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

async function answer(chain: ServedChain, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, text } = replyTo(chain, await readCall(request));
  response.writeHead(status, { "content-type": "application/json" });
  response.end(text);
}

/** An answer and its HTTP status. What fails in one answer is told to who asked: the chain's writer goes on. */
function replyTo(chain: ServedChain, call: Result<Call>): { readonly status: number; readonly text: string } {
  try {
    if (!call.ok) return { status: 400, text: JSON.stringify(errorOf(null, -32_600, call.error.message)) };
    return { status: 200, text: JSON.stringify(carryOut(chain, call.value)) };
  } catch (error) {
    return { status: 500, text: JSON.stringify(errorOf(null, -32_603, messageOf(error))) };
  }
}

function carryOut(chain: ServedChain, { id, method, parameters }: Call): unknown {
  const handler = Object.hasOwn(methods, method) ? methods[method as keyof typeof methods] : undefined;
  if (handler === undefined) return errorOf(id, -32_601, `Method not found: ${method}`);
  const result = handler(chain, parameters);
  return result.ok ? { jsonrpc: "2.0", id, result: result.value } : errorOf(id, -32_603, result.error.message);
}

function errorOf(id: Call["id"], code: number, message: string): unknown {
  return { jsonrpc: "2.0", id, error: { code, message: "Internal error", data: message } };
}

async function readCall(request: IncomingMessage): Promise<Result<Call>> {
  if (request.method === "GET") return callOfAddress(request.url ?? "/");
  if (request.method !== "POST") return fail("GET or POST");
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > requestBytesMax) return fail(`a request of more than ${requestBytesMax} bytes`);
      pieces.push(piece);
    }
    return parseCall(Buffer.concat(pieces).toString("utf8"));
  } catch (error) {
    return fail(messageOf(error));
  }
}

/** A method's path with its parameters: a text stands in quotes, and bytes after 0x. */
function callOfAddress(address: string): Result<Call> {
  try {
    const url = new URL(address, "http://127.0.0.1");
    const parameters = Object.fromEntries(
      [...url.searchParams].map(([name, value]) => [name, value.replace(/^"(.*)"$/, "$1").replace(/^0x/, "")]),
    );
    return succeed({ id: -1, method: url.pathname.slice(1) || "health", parameters });
  } catch (error) {
    return fail(messageOf(error));
  }
}

function parseCall(text: string): Result<Call> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("not a JSON-RPC request");
    const { id = null, method, params = {} } = json as { id?: unknown; method?: unknown; params?: unknown };
    if (id !== null && typeof id !== "string" && typeof id !== "number") return fail("an id is a text or a number");
    if (typeof method !== "string") return fail("a request without method");
    if (typeof params !== "object" || params === null || Array.isArray(params)) return fail("parameters have names");
    return succeed({ id, method, parameters: params as Readonly<Record<string, unknown>> });
  } catch (error) {
    return fail(messageOf(error));
  }
}

type Method = (chain: ServedChain, parameters: Readonly<Record<string, unknown>>) => Result<unknown>;

const methods = {
  health: () => succeed({}),
  status: (chain) => {
    const last = chain.lightBlock(chain.height);
    if (last === undefined) return fail("there is no block yet");
    const { header, validators, commit } = last;
    const [validator] = validators;
    return succeed({
      node_info: { network: chain.chainId, version: "pendulaire", moniker: "embedded engine" },
      sync_info: {
        latest_block_hash: toHex(commit.blockId.hash).toUpperCase(),
        latest_app_hash: toHex(header.appHash).toUpperCase(),
        latest_block_height: String(header.height),
        latest_block_time: formatTimestamp(header.time),
        earliest_block_height: "1",
        catching_up: false,
      },
      validator_info: {
        address: toHex(addressOf(validator.publicKey)).toUpperCase(),
        pub_key: { type: "tendermint/PubKeyEd25519", value: base64FromBytes(validator.publicKey) },
        voting_power: String(validator.power),
      },
    });
  },
  commit: (chain, parameters) => {
    const found = lightBlockAt(chain, parameters["height"]);
    if (!found.ok) return found;
    const { header, commit } = found.value;
    const signedHeader = { header: headerJson(header), commit: commitJson(commit) };
    return succeed({ signed_header: signedHeader, canonical: header.height < chain.height });
  },
  validators: (chain, parameters) => {
    // The set of the block after the last is known already.
    const asked = heightOf(chain, parameters["height"], 1);
    if (!asked.ok) return asked;
    const block = chain.lightBlock(Math.min(asked.value, chain.height));
    if (block === undefined) return fail(`no block of height ${asked.value}`);
    const set = asked.value > chain.height ? block.nextValidators : block.validators;
    const perPage = Math.min(perPageMax, Math.max(1, wholeOf(parameters["per_page"], perPageDefault)));
    const page = wholeOf(parameters["page"], 1);
    const pages = Math.max(1, Math.ceil(set.length / perPage));
    if (page < 1 || page > pages) return fail(`page should be within [1, ${pages}] range, given ${page}`);
    const part = set.slice((page - 1) * perPage, page * perPage);
    return succeed({
      block_height: String(asked.value),
      validators: part.map(validatorJson),
      count: String(part.length),
      total: String(set.length),
    });
  },
  block: (chain, parameters) => {
    const height = heightOf(chain, parameters["height"]);
    if (!height.ok) return height;
    const stored = chain.block(height.value);
    if (stored === undefined) return fail(`no block of height ${height.value}`);
    return succeed({ block_id: blockIdJson(stored.blockId), block: blockJson(stored.block) });
  },
  abci_query: (chain, { path, data, height: asked }) => {
    if (path !== "/state") return fail("there is: /state");
    const key = typeof data === "string" ? fromHex(data.toLowerCase()) : undefined;
    if (key?.length !== pathLength) return fail("a path has 32 bytes, hexadecimal");
    const height = asked === undefined || asked === "0" || asked === 0 ? chain.height : wholeOf(asked, -1);
    const found = chain.query(pathOfBytes(key), height);
    const response = { log: "", info: "", index: "0", key: base64FromBytes(key), codespace: "pendulaire" };
    if (found === undefined) {
      return succeed({
        response: { ...response, code: QueryCode.heightNotKept, log: `no state of height ${height}`, height: "0" },
      });
    }
    const op = {
      type: stateProofType,
      key: base64FromBytes(bytesOfPath(pathOfBytes(key))),
      data: base64FromBytes(encodeProof(found.proof)),
    };
    return succeed({
      response: {
        ...{ ...response, code: QueryCode.answered, height: String(found.height), proofOps: { ops: [op] } },
        value: found.value === null ? null : base64FromBytes(found.value),
      },
    });
  },
} as const satisfies Readonly<Record<string, Method>>;

function lightBlockAt(chain: ServedChain, height: unknown): Result<LightBlock> {
  const asked = heightOf(chain, height);
  if (!asked.ok) return asked;
  const block = chain.lightBlock(asked.value);
  return block === undefined ? fail(`no block of height ${asked.value}`) : succeed(block);
}

/** Words as CometBFT's, which its own light client reads. @param ahead how far beyond the last block may be asked */
function heightOf(chain: ServedChain, height: unknown, ahead = 0): Result<number> {
  if (height === undefined || height === null || height === "" || height === "0") return succeed(chain.height);
  const asked = wholeOf(height, -1);
  if (asked <= 0) return fail(`height must be greater than 0, but got ${JSON.stringify(height)}`);
  if (asked > chain.height + ahead) {
    return fail(`height ${asked} must be less than or equal to the current blockchain height ${chain.height}`);
  }
  return succeed(asked);
}

function wholeOf(value: unknown, instead: number): number {
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : instead;
}
