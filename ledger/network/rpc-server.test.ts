import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { genesis, keyOf } from "../../test/verification/ledger-chain";
import { assert, describeFailure, type Result } from "../../common/result";
import { openSolo, type Solo } from "../solo/solo";
import { serveRpc, type RpcServer } from "./rpc-server";

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

let solo: Solo | undefined;
let server: RpcServer | undefined;
let port = 0;
beforeAll(async () => {
  solo = must(openSolo({ storage: { kind: "memory" }, genesis, validatorKey: keyOf("validator") }));
  must(solo.commitBlock(solo.time));
  server = must(await serveRpc(solo, 0));
  port = Number(new URL(server.address).port);
});
afterAll(async () => {
  await server?.close();
  await solo?.close();
});

/** As bytes on the socket: clients would not send what is tried here. @returns the status line */
function statusOf(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    let answer = "";
    socket.on("data", (piece) => (answer += piece.toString("latin1")));
    socket.on("end", () => resolve(answer.split("\r\n", 1)[0]));
    socket.on("error", reject);
  });
}
const get = (target: string) => statusOf(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
const post = (body: string) =>
  statusOf(`POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);

/** Deeper than JSON can be written again. */
const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;

describe("the embedded engine's RPC", () => {
  it.each([
    ["an address that is none", () => get("//"), "400"],
    ["another address that is none", () => get("http://[/status"), "400"],
    ["an identifier without end", () => post(`{"id":${deep},"method":"status"}`), "400"],
    ["a height without end", () => post(`{"id":1,"method":"commit","params":{"height":${deep}}}`), "500"],
    ["a method of every object", () => get("/constructor"), "200"],
  ])("answers %s, and the next request", async (_, ask, status) => {
    expect(await ask()).toContain(`HTTP/1.1 ${status} `);
    expect(await get("/status")).toContain("HTTP/1.1 200 OK");
  });

  it("answers on a WebSocket whatever comes, and what comes next", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`);
    const answers: unknown[] = [];
    socket.on("message", (data: Buffer) => answers.push(JSON.parse(data.toString("utf8"))));
    await new Promise((resolve) => socket.once("open", resolve));
    const asked = [
      `{"id":${deep},"method":"status"}`,
      `{"id":2,"method":"commit","params":{"height":${deep}}}`,
      "[]",
      '{"id":4,"method":"health"}',
    ];
    for (const text of asked) socket.send(text);
    await expect.poll(() => answers.length).toBe(asked.length);
    expect(answers).toMatchObject([{ error: {} }, { error: {} }, { error: {} }, { id: 4, result: {} }]);
    socket.terminate();
  });

  it("ends a WebSocket that asks and does not read", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`);
    await new Promise((resolve) => socket.once("open", resolve));
    socket.pause();
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    const question = '{"id":1,"method":"commit","params":{"height":"1"}}';
    for (let row = 0; row < 30_000 && socket.readyState === WebSocket.OPEN; row++) {
      socket.send(question);
      if (row % 1000 === 0) await new Promise(setImmediate);
    }
    socket.resume();
    await ended;
    expect(await get("/status")).toContain("HTTP/1.1 200 OK");
  });

  it("says that a port is taken", async () => {
    assert(solo !== undefined, "the chain is open");
    expect(await serveRpc(solo, port)).toMatchObject({ ok: false, error: { where: `port ${port}` } });
  });
});
