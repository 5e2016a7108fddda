import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import type {
  ClockState,
  HostMessage,
  InstructionDraft,
  InstructionReport,
  LogEntry,
  Notice,
  ParamsOf,
  ReplyOf,
  RequestName,
} from "../../common/console-api";
import type { Failure } from "../../common/result";
import { sayInEnglish } from "../../common/said";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { documentOf, runCli } from "./cli-runs";

// The host as a browser speaks to it: pages and one socket on loopback.
const home = mkdtempSync(path.join(tmpdir(), "pendulaire-host-"));
let server: ChildProcess;
let port = 0;
let token = "";
let socket: WebSocket;
const logged: string[] = [];
let clock: ClockState | undefined;
let instructed: readonly InstructionReport[] = [];
/** Called with each notice, as it comes. */
let onNotice: (code: string) => void = () => undefined;
const waiting = new Map<number, (reply: Extract<HostMessage, { kind: "reply" }>) => void>();

beforeAll(async () => {
  const program = path.resolve("dist/main/pendulaire.cjs");
  server = spawn(process.execPath, [program, "serve", "bundled-town", "--people", "1500", "--port", "0"], {
    env: { ...process.env, PENDULAIRE_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [, foundPort = "", foundToken = ""] = await new Promise<RegExpExecArray>((resolve, reject) => {
    let text = "";
    server.once("exit", (code) => reject(new Error(`serve ended with ${String(code)}: ${text}`)));
    server.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /127\.0\.0\.1:(\d+)\/#token=([\w-]+)/.exec(text);
      if (found !== null) resolve(found);
    });
  });
  [port, token] = [Number(foundPort), foundToken];
  socket = await open(randomBytes(18).toString("base64url"));
});
afterAll(async () => {
  socket.close();
  server.kill("SIGINT");
  await new Promise((resolve) => server.once("exit", resolve));
  rmSync(home, { recursive: true, force: true });
});

function open(key: string): Promise<WebSocket> {
  const opened = new WebSocket(`ws://127.0.0.1:${port}/api?token=${token}&key=${key}`, {
    origin: `http://127.0.0.1:${port}`,
  });
  opened.binaryType = "nodebuffer";
  opened.on("message", (data: Buffer) => {
    const message = decodeMessage(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    if (!message.ok) return;
    const { value } = message as { readonly value: HostMessage };
    if (value.kind === "event" && value.name === "log") logged.push(sayInEnglish((value.value as LogEntry).said));
    if (value.kind === "event" && value.name === "clock") clock = value.value as ClockState;
    if (value.kind === "event" && value.name === "instructions") instructed = value.value as typeof instructed;
    if (value.kind === "event" && value.name === "notice") onNotice((value.value as Notice).said.code);
    if (value.kind !== "reply") return;
    waiting.get(value.id)?.(value);
    waiting.delete(value.id);
  });
  return new Promise((resolve, reject) => opened.once("open", () => resolve(opened)).once("error", reject));
}

let lastId = 0;
function ask<Name extends RequestName>(
  name: Name,
  params: ParamsOf<Name>,
): Promise<{ readonly ok: boolean; readonly value: ReplyOf<Name>; readonly error: Failure }> {
  const id = ++lastId;
  return new Promise((resolve) => {
    waiting.set(id, (reply) => resolve(reply as never));
    socket.send(encodeMessage({ kind: "request", id, name, params }));
  });
}

/** A request line as no browser would write it. @returns the answer's first line */
function askRaw(target: string, headers = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const raw = connect(port, "127.0.0.1", () =>
      raw.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`),
    );
    raw.once("data", (chunk: Buffer) => {
      raw.destroy();
      resolve(chunk.toString().split("\r\n")[0] ?? "");
    });
    raw.once("error", reject);
  });
}

const upgrade =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

describe("the host", () => {
  test("answers what is no address, and goes on", async () => {
    for (const target of ["//", "http://[", "/%", "/../../etc/passwd", "*"]) {
      expect(await askRaw(target)).toMatch(/ 40\d /);
      expect(await askRaw(target, upgrade)).toMatch(/ 40\d /);
    }
    expect((await ask("session.describe", {})).ok).toBe(true);
  });

  test("sends an instruction while the clock stands, saves, and resumes what it saved and nothing else", async () => {
    await expect
      .poll(() => logged.some((text) => text.includes("contracts of the day stand")), { timeout: 120_000 })
      .toBe(true);
    await ask("clock.set", { running: false });
    const draft = await anyInstruction();
    expect((await ask("operator.unlock", { passphrase: "a passphrase for a test" })).ok).toBe(true);
    const [sent, again] = await Promise.all([ask("instruction.send", draft), ask("instruction.send", draft)]);
    expect(sent.ok, sent.error?.message).toBe(true);
    expect(sent.value.verified).toBe(sent.value.rewritten);
    expect(sent.value.rewritten).toBeGreaterThan(0);
    // The second one finds contracts that are rewritten already; it is another way or a refusal, never a crash.
    expect(again.ok || again.error.message.length > 0).toBe(true);

    const before = (await ask("ledger.contracts", { offset: 0, limit: 1 })).value.total;
    const saved = await ask("session.save", {});
    expect(saved.ok, saved.error?.message).toBe(true);
    const { sessions } = (await ask("session.list", {})).value;
    expect(sessions.map((session) => session.path)).toEqual([saved.value.path]);
    // The save runs again to its own bits: both cities, the instruction among their commands.
    const replayed = documentOf(runCli(["replay", saved.value.path, "--json"]));
    expect(replayed["equalsSaved"]).toBe(true);
    // Its chain is verified by itself, which is said: the session's file beside it could be anything.
    const judged = documentOf(runCli(["verify", saved.value.path, "--json"]));
    expect(judged).toMatchObject({ verdict: "success", session: "not judged" });
    const chain = path.join(saved.value.path, "ledger", "chain");
    expect(runCli(["verify", saved.value.path]).stdout).toMatch(/not judged.*replay/);
    expect(documentOf(runCli(["verify", chain, "--json"]))["session"]).toBeNull();
    const doNothing = replayed["doNothing"] as { readonly stateHash: string };
    expect(doNothing.stateHash).toMatch(/^[0-9a-f]{16}$/);
    expect(replayed["stateHash"]).not.toBe(doNothing.stateHash);
    // What the command line tells of the save is what the console tells of the session that was saved.
    const told = await ask("datex.export", {});
    const document = documentOf(runCli(["datex", "export", saved.value.path, "--json"]))["document"];
    expect(new TextDecoder().decode(told.value.bytes)).toBe(document);
    for (const foreign of ["/etc", path.join(home, "sessions"), `${saved.value.path}/..`, ""]) {
      expect((await ask("session.resume", { path: foreign })).ok).toBe(false);
    }
    // While another session takes its place, nothing is done in this one that would be lost, and its clock stands.
    await ask("clock.set", { running: true, speed: 60 });
    const late: Promise<{ readonly ok: boolean; readonly error: Failure }>[] = [];
    const clocks: (ClockState | undefined)[] = [];
    onNotice = (code) => {
      if (code === "session-saved") clocks.push(clock);
      if (code !== "session-saving") return;
      const clear = { incidentId: draft.incidentId };
      late.push(ask("incident.clear", clear), ask("clock.set", { speed: 1 }), ask("session.save", {}));
    };
    const resumed = await ask("session.resume", { path: saved.value.path });
    expect(resumed.ok, resumed.error?.message).toBe(true);
    const refusals = await Promise.all(late);
    expect(refusals.map(({ error }) => error?.said?.code)).toEqual(Array(3).fill("session-held"));
    expect(clocks).toMatchObject([{ running: false, speed: 60 }]);
    expect((await ask("ledger.contracts", { offset: 0, limit: 1 })).value.total).toBe(before);
    await ask("clock.set", { running: false });
    instructed = [];
    expect((await ask("clock.step", {})).ok).toBe(true);
    // What was proved before is still said to be, once the ledger goes on.
    await expect.poll(() => instructed.find(({ id }) => id === sent.value.id)?.verified).toBe(sent.value.rewritten);
    // The folder of each session is named by this process: none is cleared away beneath it.
    expect(readdirSync(path.join(home, "sessions"))).toHaveLength(2);
  });
});

/** Closes a road that contracts lead over, and takes the instruction that is proposed. */
async function anyInstruction(): Promise<InstructionDraft> {
  for (let edge = 0; edge < 500; edge += 7) {
    const declared = await ask("incident.declare", { edge, positionM: 10, closedLaneCount: 1, durationS: 1800 });
    if (!declared.ok) continue;
    const proposed = await ask("instruction.propose", { incidentId: declared.value.id });
    const match =
      proposed.ok && proposed.value.terminals.length > 0 ? await ask("instruction.match", proposed.value) : undefined;
    if (match?.ok === true && match.value.contracts > 0 && match.value.refusal === null) return proposed.value;
    await ask("incident.clear", { incidentId: declared.value.id });
  }
  throw new Error("no road has contracts");
}
