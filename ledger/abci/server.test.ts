import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Request, RequestInfo, Response } from "cosmjs-types/tendermint/abci/types";
import { afterEach, describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { assert, describeFailure, type Result } from "../../common/result";
import { openApplication } from "./application";
import { createFrameReader, frameOf } from "./frames";
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
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(): Promise<void> {
  breaches = [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const application = must(openApplication({ store: createMemoryStateStore(), nowS: () => 0 }));
  server = must(await serveAbci({ application, address, onBreach: (reason) => breaches.push(reason) }));
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

const framed = (request: Request) => frameOf(Request.encode(request).finish());

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

  it("tells its owner of a breach of the protocol", async () => {
    await begin();
    const [answer] = await exchange([framed({ commit: {} })], 1);
    expect(answer.exception?.error).toContain("Commit");
    expect(breaches).toHaveLength(1);
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
