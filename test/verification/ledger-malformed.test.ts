import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  Request,
  RequestApplySnapshotChunk,
  RequestCheckTx,
  RequestExtendVote,
  RequestFinalizeBlock,
  RequestInfo,
  RequestInitChain,
  RequestListSnapshots,
  RequestLoadSnapshotChunk,
  RequestOfferSnapshot,
  RequestPrepareProposal,
  RequestProcessProposal,
  RequestQuery,
  RequestVerifyVoteExtension,
  Response,
} from "cosmjs-types/tendermint/abci/types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { bytesEqual, utf8Of } from "../../common/canonical";
import { drawBits } from "../../common/draw";
import { assert, describeFailure, fail, succeed, type Result } from "../../common/result";
import { openApplication, type Application } from "../../ledger/abci/application";
import { createFrameReader, frameOf } from "../../ledger/abci/frames";
import { genesisJson } from "../../ledger/abci/genesis-form";
import { serveAbci } from "../../ledger/abci/server";
import { createMemoryStateStore } from "../../ledger/abci/state-store";
import { initialise } from "../../ledger/machine/genesis";
import { check } from "../../ledger/machine/apply";
import { totalsPath } from "../../ledger/machine/state-paths";
import { bytesOfPath } from "../../ledger/machine/tree/path";
import { prepareLoad } from "../../ledger/network/load";
import { createNodeReader } from "../../ledger/network/node-reader";
import { openRpc, type RpcClient } from "../../ledger/network/rpc";
import { serveRpc } from "../../ledger/network/rpc-server";
import { signAsMember } from "../../ledger/solo/consortium";
import { createSignatureCache } from "../../ledger/solo/ed25519";
import { openSolo } from "../../ledger/solo/solo";
import { evidenceJson } from "../../ledger/wire/evidence";
import { addNanos } from "../../ledger/wire/timestamp";
import { tellFigure } from "../support/figures";
import { chainId, clause, genesis, keyOf, memberSeed, startS } from "./ledger-genesis";
import { valueOf } from "./ledger-reference";

/** Of each sort; `npm run verify` asks for a million in all. */
const inputs = Math.ceil(Number(process.env["PENDULAIRE_MALFORMED"] ?? 15_000) / 4);
const seed = Number(process.env["PENDULAIRE_TEST_SEED"] ?? 1);
/** The slowest input; a hang would never end. The machine may be busy with other work. */
const patienceMs = 5000;
const growthBytesMax = 256 * 2 ** 20;
const patience = { timeout: 120_000 + inputs * 20 };

/** Draws of one input follow from seed and number alone, so that it can be made again. */
interface Dice {
  below(bound: number): number;
}
function diceOf(sort: number, input: number): Dice {
  let drawn = 0;
  return { below: (bound) => drawBits(seed, input, sort, drawn++) % bound };
}

/** A real message with something wrong, nearly always. */
function spoil(original: Uint8Array, others: readonly Uint8Array[], dice: Dice): Uint8Array {
  const bytes = original.slice();
  const at = dice.below(bytes.length + 1);
  switch (dice.below(7)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      for (let flips = 1 + dice.below(8); flips > 0 && bytes.length > 0; flips--)
        bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
      return bytes;
    case 2: {
      const grown = Uint8Array.from({ length: 1 + dice.below(64) }, () => dice.below(256));
      return Buffer.concat([bytes.slice(0, at), grown, bytes.slice(at)]);
    }
    case 3:
      return Buffer.concat([bytes.slice(0, at), bytes.slice(dice.below(at + 1))]);
    case 4:
      return bytes.fill(dice.below(2) * 255, at, at + 1 + dice.below(16));
    case 5: {
      const other = others[dice.below(others.length)] ?? bytes;
      return Buffer.concat([bytes.slice(0, at), other.slice(dice.below(other.length + 1))]);
    }
    default:
      return Buffer.concat([bytes.slice(0, at), bytes.slice(at + 1 + dice.below(8))]);
  }
}

/** Runs all inputs, and judges time and memory. */
async function runAll(what: string, one: (input: number) => void | Promise<void>): Promise<void> {
  let slowestMs = 0;
  let settledBytes = 0;
  let highestBytes = 0;
  for (let input = 0; input < inputs; input++) {
    const begunMs = performance.now();
    try {
      const going = one(input);
      if (going !== undefined) await going;
    } catch (error) {
      throw new Error(`${what} ${input} of seed ${seed}: ${String(error)}`, { cause: error });
    }
    slowestMs = Math.max(slowestMs, performance.now() - begunMs);
    if (input % 500 !== 499) continue;
    await new Promise(setImmediate);
    const { heapUsed, external } = process.memoryUsage();
    if (input < inputs / 4) settledBytes = Math.max(settledBytes, heapUsed + external);
    highestBytes = Math.max(highestBytes, heapUsed + external);
  }
  tellFigure(`malformed ${what}s (seed ${seed})`, inputs, "inputs");
  tellFigure(`… slowest of them`, Math.round(slowestMs), "ms");
  tellFigure(`… memory at its highest`, Math.round(highestBytes / 1e6), "MB");
  expect(slowestMs).toBeLessThan(patienceMs);
  expect(highestBytes - settledBytes).toBeLessThan(growthBytesMax);
}

let transactions: readonly Uint8Array[] = [];
const answers = new Map<string, unknown>();
const validatorKey = keyOf("validator").publicKey;
const appStateBytes = utf8Of(JSON.stringify(genesisJson(genesis)));
const time = { seconds: BigInt(startS), nanos: 0 };
const initChain: Request = {
  initChain: RequestInitChain.fromPartial({
    ...{ chainId, time, appStateBytes, initialHeight: 1n },
    validators: [{ pubKey: { ed25519: validatorKey }, power: 10n }],
  }),
};

beforeAll(async () => {
  const load = await prepareLoad({ chainId, memberSeed, clause, terminals: 12, contracts: 3, nowS: startS });
  const authority = keyOf("certificateAuthority");
  const grant = { role: "merchant" } as const;
  transactions = [
    ...load.preparation,
    await load.passage(0, startS),
    signAsMember(chainId, authority, 0, {
      kind: "enrol",
      publicKey: new Uint8Array(32).fill(5),
      grant,
      validUntilS: 0,
    }),
    signAsMember(chainId, authority, 1, { kind: "revoke", publicKey: new Uint8Array(32).fill(5) }),
  ];
  const solo = valueOf(openSolo({ storage: { kind: "memory" }, genesis, validatorKey: keyOf("validator") }));
  valueOf(solo.commitBlock(solo.time));
  for (const transaction of transactions.slice(0, 3)) valueOf(solo.submit(transaction));
  for (let height = 2; height <= 4; height++) valueOf(solo.commitBlock(addNanos(solo.time, 1_000_000)));
  const server = valueOf(await serveRpc(solo, 0));
  const rpc = valueOf(openRpc(server.address));
  const key = Buffer.from(bytesOfPath(totalsPath)).toString("hex");
  for (const [method, parameters] of [
    ["status", {}],
    ["commit", { height: "3" }],
    ["block", { height: "2" }],
    ["validators", { height: "3", page: "1", per_page: "100" }],
    ["abci_query", { path: "/state", data: key, height: "3", prove: true }],
  ] as const) {
    answers.set(method, valueOf(await rpc.call(method, parameters)));
  }
  const conflicting = solo.lightBlock(3);
  assert(conflicting !== undefined, "the third block is there");
  const { header, validators: byzantine } = conflicting;
  const attack = { kind: "equivocation" as const, conflicting, commonHeight: 3, byzantine, totalPower: 10n };
  const evidence = { evidence: [evidenceJson({ ...attack, time: header.time })] };
  const { block } = answers.get("block") as { readonly block: object };
  answers.set("block", { block: { ...block, evidence } });
  await server.close();
  await solo.close();
});

function begin(): Application {
  const application = valueOf(openApplication({ store: createMemoryStateStore(), nowS: () => startS }));
  valueOf(application.respond(initChain));
  return application;
}

/** One of every kind, as CometBFT sends them. */
function requestsOf(height: number): readonly Request[] {
  const block = {
    height: BigInt(height),
    time: { seconds: BigInt(startS + height), nanos: 1 },
    txs: [...transactions],
  };
  return [
    initChain,
    { echo: { message: "an echo" } },
    { flush: {} },
    { info: RequestInfo.fromPartial({ version: "0.38.25", blockVersion: 11n, p2pVersion: 8n, abciVersion: "2.0.0" }) },
    { query: RequestQuery.fromPartial({ path: "/state", data: bytesOfPath(totalsPath), prove: true }) },
    ...transactions.map((tx) => ({ checkTx: RequestCheckTx.fromPartial({ tx }) })),
    { prepareProposal: RequestPrepareProposal.fromPartial({ ...block, maxTxBytes: 1_000_000n }) },
    { processProposal: RequestProcessProposal.fromPartial({ ...block, hash: new Uint8Array(32) }) },
    { finalizeBlock: RequestFinalizeBlock.fromPartial({ ...block, hash: new Uint8Array(32) }) },
    { commit: {} },
    { extendVote: RequestExtendVote.fromPartial({ height: 1n }) },
    { verifyVoteExtension: RequestVerifyVoteExtension.fromPartial({ height: 1n }) },
    { listSnapshots: RequestListSnapshots.fromPartial({}) },
    {
      offerSnapshot: RequestOfferSnapshot.fromPartial({
        snapshot: { height: 5n, format: 1, chunks: 2, hash: new Uint8Array(32), metadata: new Uint8Array(64) },
        appHash: new Uint8Array(32),
      }),
    },
    { loadSnapshotChunk: RequestLoadSnapshotChunk.fromPartial({ height: 5n, format: 1, chunk: 0 }) },
    { applySnapshotChunk: RequestApplySnapshotChunk.fromPartial({ index: 0, chunk: new Uint8Array(40), sender: "a" }) },
  ];
}

/** Lengths that lie: too many bytes, over 2 GiB, at the limit, not in the shortest form. */
const prefixes = [
  [0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0x80, 0x80, 0x80, 0x32],
  [0x85, 0x00],
] as const;

/** What a client writes, in pieces, and half-closes; @returns all that comes back until the other side has closed. */
function exchange(to: NetConnectOpts, pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const back: Buffer[] = [];
    const socket = connect(to, () => {
      for (const piece of pieces) socket.write(piece);
      socket.end();
    });
    socket.on("data", (piece) => back.push(piece));
    // The server may close while it is written to.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ECONNRESET") reject(error);
    });
    socket.on("close", () => resolve(Buffer.concat(back)));
  });
}

/** Up to three messages, spoiled or not, with lengths that lie now and then, cut anywhere. */
function malformedFrames(encoded: readonly Uint8Array[], dice: Dice): readonly Uint8Array[] {
  const messages = Array.from({ length: 1 + dice.below(3) }, () => {
    const message = encoded[dice.below(encoded.length)];
    const body = dice.below(8) === 0 ? message : spoil(message, encoded, dice);
    const kind = dice.below(12);
    if (kind === 0) return Buffer.concat([Uint8Array.from(prefixes[dice.below(prefixes.length)]), body]);
    return kind === 1 ? spoil(frameOf(body), encoded, dice) : frameOf(body);
  });
  const stream = Buffer.concat(messages);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < stream.length;) {
    const piece = stream.subarray(at, at + 1 + dice.below(stream.length));
    at += piece.length;
    pieces.push(piece);
  }
  return pieces;
}

const infoRequest: Request = { info: RequestInfo.fromPartial({}) };

async function ask(file: string, request: Request): Promise<Response> {
  const back = await exchange({ path: file }, [frameOf(Request.encode(request).finish())]);
  const [frame] = valueOf(createFrameReader().push(back));
  return Response.decode(frame);
}

let folder = "";
let child: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pendulaire-malformed-"));
});
afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("malformed", () => {
  it(
    `frames and requests end a connection at most (seed ${seed}, ${inputs} inputs)`,
    async () => {
      let application = begin();
      const encoded = requestsOf(1).map((request) => Request.encode(request).finish());
      let understood = 0;
      const breaches: string[] = [];
      const refusals: string[] = [];
      const file = path.join(folder, "app.sock");
      const served: Application = {
        respond: (request) => {
          const answer = application.respond(request);
          if (answer.ok) understood++;
          return answer;
        },
        foresee: (requests) => application.foresee(requests),
        awaitsCommit: () => application.awaitsCommit(),
        close: () => application.close(),
      };
      const server = valueOf(
        await serveAbci({
          ...{ application: served, address: { path: file } },
          // In its own process it would end here.
          onBreach: (reason) => breaches.push(reason),
          onRefused: (reason) => refusals.length < 1000 && refusals.push(reason),
        }),
      );
      try {
        await runAll("frame", async (input) => {
          // What they commit in between is thrown away now and then, so that heights stay near those asked for.
          if (input % 2000 === 1999) application = begin();
          await exchange({ path: file }, malformedFrames(encoded, diceOf(1, input)));
          expect(breaches).toEqual([]);
          if (input % 500 === 0) expect((await ask(file, infoRequest)).info?.data).toBe("pendulaire");
        });
      } finally {
        await server.close();
      }
      expect(understood).toBeGreaterThan(0);
      const said = refusals.join("\n");
      for (const reason of ["not a request", "length of a message", "Commit without", "FinalizeBlock: block"]) {
        expect(said).toContain(reason);
      }
    },
    patience.timeout,
  );

  it(
    `frames and requests leave the application's own process running, its state on disk, the next block carried out (seed ${seed})`,
    async () => {
      const file = path.join(folder, "process.sock");
      const home = path.join(folder, "home");
      mkdirSync(home);
      const program = path.resolve("dist/ledger/abci.cjs");
      child = spawn(process.execPath, [program, "--home", home, "--address", `unix://${file}`], { stdio: "ignore" });
      await expect.poll(() => existsSync(file), { timeout: patienceMs }).toBe(true);
      const height = async () => Number((await ask(file, infoRequest)).info?.lastBlockHeight);
      let encoded = requestsOf(1).map((request) => Request.encode(request).finish());
      for (let input = 0; input < Math.min(inputs, 2000); input++) {
        if (input === 100) await ask(file, initChain);
        // Some are whole, and commit a block.
        if (input % 200 === 0) {
          const next = 1 + (await height());
          encoded = requestsOf(next).map((request) => Request.encode(request).finish());
        }
        await exchange({ path: file }, malformedFrames(encoded, diceOf(5, input)));
        expect(child.exitCode, `after frame ${input} of seed ${seed}`).toBeNull();
      }
      const next = 1 + (await height());
      // No block can have a later time, whatever was committed.
      const time = { seconds: 253_402_300_799n, nanos: 0 };
      await ask(file, { finalizeBlock: RequestFinalizeBlock.fromPartial({ height: BigInt(next), time }) });
      await ask(file, { commit: {} });
      expect(await height()).toBe(next);
    },
    patience.timeout,
  );

  it(
    `requests to the embedded engine's RPC are answered or end their connection (seed ${seed}, ${inputs} inputs)`,
    async () => {
      const solo = valueOf(openSolo({ storage: { kind: "memory" }, genesis, validatorKey: keyOf("validator") }));
      valueOf(solo.commitBlock(solo.time));
      const server = valueOf(await serveRpc(solo, 0));
      const port = Number(new URL(server.address).port);
      const to = { host: "127.0.0.1", port };
      const key = Buffer.from(bytesOfPath(totalsPath)).toString("hex");
      const calls = [
        ["status", {}],
        ["commit", { height: "1" }],
        ["block", { height: "1" }],
        ["validators", { height: "1", page: "1", per_page: "100" }],
        ["abci_query", { path: "/state", data: key, height: "1", prove: true }],
      ].map(([method, params], id) => utf8Of(JSON.stringify({ jsonrpc: "2.0", id, method, params })));
      const head = "HTTP/1.1\r\nhost: a\r\nconnection: close\r\n";
      const requests = [
        ...calls.map((body) =>
          utf8Of(`POST / ${head}content-length: ${body.length}\r\n\r\n${Buffer.from(body).toString("utf8")}`),
        ),
        ...[
          "/",
          "//",
          "//status",
          "/commit?height=1",
          "/block?height=%31",
          `/abci_query?path="/state"&data=0x${key}`,
        ].map((target) => utf8Of(`GET ${target} ${head}\r\n`)),
        utf8Of(
          `GET /websocket HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
        ),
      ];
      const line = new WebSocket(`ws://127.0.0.1:${port}/websocket`);
      await new Promise((resolve) => line.once("open", resolve));
      let answered = 0;
      let [refused, read] = [0, 0];
      try {
        await runAll("RPC request", async (input) => {
          const dice = diceOf(4, input);
          if (dice.below(2) === 0) {
            // Every message has its answer, whatever it is.
            const answer = new Promise((resolve) => line.once("message", resolve));
            line.send(spoil(calls[dice.below(calls.length)], calls, dice));
            await answer;
            answered++;
            return;
          }
          const request = requests[dice.below(requests.length)];
          const back = await exchange(to, [dice.below(4) === 0 ? request : spoil(request, requests, dice)]);
          if (back.toString("latin1").startsWith("HTTP/1.1 200 ")) read++;
          else refused++;
        });
        const status = await exchange(to, [utf8Of(`GET /status ${head}\r\n`)]);
        expect(status.toString("latin1")).toContain("HTTP/1.1 200 OK");
      } finally {
        line.terminate();
        await server.close();
        await solo.close();
      }
      for (const count of [answered, refused, read]) expect(count).toBeGreaterThan(inputs / 50);
    },
    patience.timeout,
  );

  it(
    `transactions are refused (seed ${seed}, ${inputs} inputs)`,
    async () => {
      const { state } = valueOf(initialise(genesis));
      const signatures = createSignatureCache(1000);
      await runAll("transaction", (input) => {
        const dice = diceOf(2, input);
        const original = transactions[dice.below(transactions.length)];
        const spoiled = spoil(original, transactions, dice);
        // Now and then two changes undo each other, or a copy of another transaction's whole end makes that one.
        if (transactions.some((real) => bytesEqual(real, spoiled))) return;
        expect(check(state, spoiled, signatures.verify, startS).code).not.toBe(0);
      });
    },
    patience.timeout,
  );

  it(
    `answers of a node are refused or read, and no more (seed ${seed}, ${inputs} inputs)`,
    async () => {
      const texts = [...answers].map(([method, answer]) => ({ method, bytes: utf8Of(JSON.stringify(answer)) }));
      const all = texts.map(({ bytes }) => bytes);
      let spoiled = new Uint8Array(0);
      let spoiledMethod = "";
      const call: RpcClient["call"] = (method) => {
        if (method !== spoiledMethod) return Promise.resolve(succeed(answers.get(method)));
        try {
          return Promise.resolve(succeed(JSON.parse(Buffer.from(spoiled).toString("utf8")) as unknown));
        } catch {
          return Promise.resolve(fail("not JSON"));
        }
      };
      const reader = createNodeReader({ address: "a node", call, callMany: () => Promise.resolve(succeed([])) });
      let refused = 0;
      await runAll("answer", async (input) => {
        const dice = diceOf(3, input);
        const { method, bytes } = texts[dice.below(texts.length)];
        spoiledMethod = method;
        spoiled =
          dice.below(2) === 0
            ? new Uint8Array(spoil(bytes, all, dice))
            : utf8Of(JSON.stringify(spoilJson(answers.get(method), dice)));
        const said: Result<unknown> =
          method === "status"
            ? await reader.latestHeight()
            : method === "block"
              ? await reader.block(2)
              : method === "abci_query"
                ? await reader.state(totalsPath, 3)
                : await reader.lightBlock(3);
        if (!said.ok) refused++;
        assert(said.ok || describeFailure(said.error) !== "", "a refusal says why");
      });
      expect(refused).toBeGreaterThan(inputs / 4);
    },
    patience.timeout,
  );
});

const strangers: readonly unknown[] = [
  ...[null, true, "", "-1", "0", "9223372036854775808", "1e400", -1, 1.5, 1e300, {}, []],
  ...["AAAA", "not base64!", "2026-13-45T99:99:99Z", "\ud800", [[[[[[]]]]]], { __proto__: null }],
];

/** The answer with one of its parts taken away, doubled, or replaced by what does not belong there. */
function spoilJson(json: unknown, dice: Dice): unknown {
  if (typeof json !== "object" || json === null || dice.below(12) === 0) return strangers[dice.below(strangers.length)];
  if (Array.isArray(json)) {
    const items = json as readonly unknown[];
    const at = dice.below(items.length + 1);
    if (dice.below(3) === 0) return [...items.slice(0, at), ...items];
    return items.map((item, index) => (index === at ? spoilJson(item, dice) : item));
  }
  const fields = Object.entries(json);
  const at = dice.below(fields.length + 1);
  return Object.fromEntries(
    fields.flatMap(([name, value], index) => {
      if (index !== at) return [[name, value]];
      return dice.below(8) === 0 ? [] : [[name, spoilJson(value, dice)]];
    }),
  );
}
