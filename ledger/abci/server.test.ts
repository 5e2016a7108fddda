import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CheckTxType,
  Request,
  RequestCheckTx,
  RequestFinalizeBlock,
  RequestInfo,
  RequestInitChain,
  Response,
} from "cosmjs-types/tendermint/abci/types";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fc } from "../../test/support/properties";
import { chainId, genesis, keyOf, startS } from "../../test/verification/ledger-chain";
import { utf8Of } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import { openApplication, type Application } from "./application";
import { createFrameReader, frameOf } from "./frames";
import { gatherMin, gatherMs } from "./gathering";
import { genesisJson } from "./genesis-form";
import { readAddress, serveAbci, type AbciServer } from "./server";
import { createMemoryStateStore } from "./state-store";

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-abci-"));
const address = { path: path.join(folder, "app.sock") };
let server: AbciServer | undefined;
let breaches: string[] = [];
let refusals: string[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(
  application = must(openApplication({ store: createMemoryStateStore(), nowS: () => 0 })),
): Promise<void> {
  breaches = [];
  refusals = [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const onBreach = (reason: string) => breaches.push(reason);
  const onRefused = (reason: string) => refusals.push(reason);
  server = must(await serveAbci({ application, address, onBreach, onRefused }));
}

/** Everything that comes back until the other side ends, or until there are so many answers. */
function exchange(pieces: readonly Uint8Array[], answersWanted: number): Promise<readonly Response[]> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(address.path);
    const reader = createFrameReader();
    const answers: Response[] = [];
    const leave = () => {
      socket.destroy();
      resolve(answers);
    };
    socket.on("data", (piece) => {
      answers.push(...must(reader.push(piece)).map((frame) => Response.decode(frame)));
      if (answers.length >= answersWanted) leave();
    });
    socket.on("end", leave);
    socket.on("error", reject);
    for (const piece of pieces) socket.write(piece);
  });
}

interface Connection {
  readonly socket: Socket;
  readonly answers: readonly Response[];
}

function connected(): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(address.path, () => resolve({ socket, answers }));
    const reader = createFrameReader();
    const answers: Response[] = [];
    socket.on("data", (piece) => answers.push(...must(reader.push(piece)).map((frame) => Response.decode(frame))));
    socket.on("error", reject);
  });
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const framed = (request: Request) => frameOf(Request.encode(request).finish());

const genesisTime = { seconds: BigInt(startS), nanos: 0 };
const initChain = RequestInitChain.fromPartial({
  ...{ chainId, time: genesisTime, appStateBytes: utf8Of(JSON.stringify(genesisJson(genesis))), initialHeight: 1n },
  validators: [{ pubKey: { ed25519: keyOf("validator").publicKey }, power: 10n }],
});

describe("the socket of ABCI", () => {
  it("answers in the order asked, on several connections at once, and Flush with Flush", async () => {
    await begin();
    const connections = await Promise.all(
      [0, 1, 2, 3].map((row) =>
        exchange(
          [
            framed({ echo: { message: `a${row}` } }),
            framed({ info: RequestInfo.fromPartial({}) }),
            framed({ echo: { message: "b" } }),
            framed({ flush: {} }),
          ],
          4,
        ),
      ),
    );
    for (const [row, answers] of connections.entries()) {
      expect(
        answers.map((answer) => Object.keys(answer).find((kind) => answer[kind as keyof Response] !== undefined)),
      ).toEqual(["echo", "info", "echo", "flush"]);
      expect(answers[0].echo?.message).toBe(`a${row}`);
    }
    expect(breaches).toEqual([]);
  });

  it("answers every request whether a Flush follows or not", async () => {
    await begin();
    const messages = Array.from({ length: 50 }, (_, row) => `${row}`);
    const answers = await exchange(
      messages.map((message) => framed({ echo: { message } })),
      messages.length,
    );
    expect(answers.map(({ echo }) => echo?.message)).toEqual(messages);
  });

  it("ends a connection that brings no requests, and serves the others on", async () => {
    await begin();
    const nonsense = [Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80), frameOf(Uint8Array.of(0xff, 0xff)), framed({})];
    for (const piece of nonsense) {
      const [answer] = await exchange([piece], 1);
      expect(answer.exception?.error).toBeTruthy();
    }
    expect(breaches).toEqual([]);
    expect(await exchange([framed({ echo: { message: "still" } })], 1)).toMatchObject([{ echo: { message: "still" } }]);
  });

  it("lets new transactions wait for each other, but none while a block waits for its Commit", async () => {
    await begin();
    // Time stands still: what waits for a moment to pass waits for ever.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const [mempool, consensus] = [await connected(), await connected()];
    const check = framed({ checkTx: RequestCheckTx.fromPartial({ tx: Uint8Array.of(1) }) });
    const some = Buffer.concat(Array.from({ length: gatherMin }, () => [check, framed({ flush: {} })]).flat());
    const finalizeBlock = RequestFinalizeBlock.fromPartial({ height: 1n, time: { seconds: genesisTime.seconds + 1n } });
    const settled = async (request: Request) => {
      const before = consensus.answers.length;
      consensus.socket.write(framed(request));
      while (consensus.answers.length === before) await nextTurn();
    };
    await settled({ initChain });
    mempool.socket.write(some);
    for (let turn = 0; turn < 20; turn++) await settled({ echo: { message: "meanwhile" } });
    expect(mempool.answers).toHaveLength(0);
    await settled({ finalizeBlock });
    while (mempool.answers.length < 2 * gatherMin) await nextTurn();
    mempool.socket.write(some);
    while (mempool.answers.length < 4 * gatherMin) await nextTurn();
    await settled({ commit: {} });
    mempool.socket.write(some);
    for (let turn = 0; turn < 20; turn++) await settled({ echo: { message: "meanwhile" } });
    expect(mempool.answers).toHaveLength(4 * gatherMin);
    vi.advanceTimersByTime(gatherMs);
    while (mempool.answers.length < 6 * gatherMin) await nextTurn();
    for (const { socket } of [mempool, consensus]) socket.destroy();
    expect(breaches).toEqual([]);
  });

  it("ends a connection that asks out of order, and goes on from the state that it had", async () => {
    await begin();
    const finalizeBlock = (height: bigint, seconds: bigint) =>
      framed({ finalizeBlock: RequestFinalizeBlock.fromPartial({ height, time: { seconds, nanos: 0 } }) });
    const early = [
      framed({ commit: {} }),
      finalizeBlock(1n, 1n),
      framed({ checkTx: RequestCheckTx.fromPartial({ tx: Uint8Array.of(1), type: CheckTxType.RECHECK }) }),
      framed({ initChain: RequestInitChain.fromPartial({ chainId, initialHeight: 5n }) }),
    ];
    const next = BigInt(startS + 1);
    const late = [finalizeBlock(7n, next), finalizeBlock(1n, 0n), finalizeBlock(1n, 1n << 62n), framed({ commit: {} })];
    for (const request of early) expect(await exchange([request, framed({ flush: {} })], 2)).toHaveLength(1);
    expect(await exchange([framed({ initChain })], 1)).toMatchObject([{ initChain: {} }]);
    for (const request of late) expect((await exchange([request], 1))[0].exception?.error).toBeTruthy();
    // A block that was computed is not what a Commit after another, refused one is about.
    expect(await exchange([finalizeBlock(1n, next), finalizeBlock(3n, next), framed({ commit: {} })], 3)).toHaveLength(
      2,
    );
    expect((await exchange([framed({ commit: {} })], 1))[0].exception?.error).toContain("Commit");
    expect(await exchange([finalizeBlock(1n, next), framed({ commit: {} })], 2)).toMatchObject([
      { finalizeBlock: {} },
      { commit: {} },
    ]);
    expect(refusals).toHaveLength(early.length + late.length + 2);
    expect(breaches).toEqual([]);
  });

  it("tells its owner when an invariant does not hold", async () => {
    const application = must(openApplication({ store: createMemoryStateStore(), nowS: () => 0 }));
    const respond: Application["respond"] = () => {
      throw new Error("broken invariant: of the machine");
    };
    await begin({ ...application, respond });
    const [answer] = await exchange([framed({ commit: {} })], 1);
    expect(answer.exception?.error).toContain("of the machine");
    expect([breaches.length, refusals.length]).toEqual([1, 0]);
  });

  it("lives through any bytes", async () => {
    await begin();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }), async (bodies) => {
        const pieces = [...bodies.map(frameOf), ...bodies, frameOf(new Uint8Array(0))];
        await exchange([...pieces, Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80)], Infinity);
        expect(await exchange([framed({ echo: { message: "x" } })], 1)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
    expect(refusals.length).toBeGreaterThan(0);
    expect(breaches).toEqual([]);
  });

  it.each([
    ["unix:///tmp/a.sock", { path: "/tmp/a.sock" }],
    ["tcp://127.0.0.1:26658", { host: "127.0.0.1", port: 26658 }],
    ["tcp://[::1]:1", { host: "::1", port: 1 }],
    ["tcp://host:70000", undefined],
    ["http://host:1", undefined],
    ["unix://relative", undefined],
  ])("reads the address %s", (text, expected) => {
    const read = readAddress(text);
    expect(read.ok ? read.value : undefined).toEqual(expected);
  });
});
