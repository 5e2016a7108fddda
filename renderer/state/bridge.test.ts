import { describe, expect, it } from "vitest";
import type { ClientMessage, ClockState } from "../../common/console-api";
import type { Said } from "../../common/said";
import { createBridge, pendingRequestsLimit } from "./bridge";
import type { TransportListener } from "./transport";

const clock: ClockState = { timeS: 25_200, running: true, speed: 1, behindS: 0.2 };

function fixture() {
  const sent: ClientMessage[] = [];
  const heard = { malformed: [] as string[], lost: [] as Said[], opened: 0 };
  let line: TransportListener | undefined;
  const bridge = createBridge(
    (listener) => {
      line = listener;
      listener.opened({ send: (message) => void sent.push(message), close: () => undefined });
    },
    {
      opened: () => heard.opened++,
      lost: (cause) => heard.lost.push(cause),
      malformed: (what) => heard.malformed.push(what),
      frames: () => undefined,
    },
  );
  const host = () => {
    if (line === undefined) throw new Error("not connected");
    return line;
  };
  return { bridge, sent, heard, host };
}

describe("the bridge", () => {
  it("answers each request with the reply of its own number, whatever the order", async () => {
    const { bridge, sent, host } = fixture();
    bridge.connect();
    const first = bridge.request("clock.set", { running: true });
    const second = bridge.request("clock.set", { speed: 5 });
    const [a, b] = sent.map((message) => (message.kind === "request" ? message.id : -1));
    host().message({ kind: "reply", id: b, ok: true, value: { ...clock, speed: 5 } });
    host().message({ kind: "reply", id: a, ok: true, value: clock });
    expect(await first).toEqual({ ok: true, value: clock });
    expect(await second).toEqual({ ok: true, value: { ...clock, speed: 5 } });
  });

  it("hands a refusal on with its cause", async () => {
    const { bridge, host } = fixture();
    bridge.connect();
    const reply = bridge.request("operator.unlock", { passphrase: "x" });
    host().message({ kind: "reply", id: 1, ok: false, error: { message: "wrong passphrase", where: "operator" } });
    expect(await reply).toEqual({ ok: false, error: { message: "wrong passphrase", where: "operator" } });
  });

  it("refuses a reply whose fields are not what the API says, and names the field", async () => {
    const { bridge, host } = fixture();
    bridge.connect();
    const reply = bridge.request("clock.set", {});
    host().message({ kind: "reply", id: 1, ok: true, value: { ...clock, behindS: "0.2" } });
    expect(await reply).toEqual({
      ok: false,
      error: { message: "malformed reply: behindS: expected a number", where: "clock.set" },
    });
  });

  it("drops what is no message, says so, and goes on", () => {
    const { bridge, heard, host } = fixture();
    const clocks: ClockState[] = [];
    bridge.on("clock", (value) => clocks.push(value));
    bridge.connect();
    const bad = [undefined, null, 7, "x", {}, { kind: "toString" }, { kind: "event", name: "constructor", value: 1 }];
    for (const message of bad) host().message(message);
    host().message({ kind: "event", name: "clock", value: { ...clock, timeS: NaN } });
    host().message({ kind: "frame", bytes: new Uint8Array(70) });
    host().message({ kind: "event", name: "clock", value: clock });
    expect(heard.malformed).toHaveLength(bad.length + 2);
    expect(clocks).toEqual([clock]);
  });

  it("fails what was waiting when the line is lost, and works again when it is back", async () => {
    const { bridge, heard, host } = fixture();
    bridge.connect();
    const reply = bridge.request("clock.step", {});
    const cause: Said = { code: "host-closed", args: {} };
    host().lost(cause);
    expect(await reply).toEqual({ ok: false, error: { message: "the host closed the connection", said: cause } });
    expect((await bridge.request("clock.step", {})).ok).toBe(false);
    bridge.connect();
    expect(heard.opened).toBe(2);
    const again = bridge.request("clock.step", {});
    host().message({ kind: "reply", id: 2, ok: true, value: clock });
    expect(await again).toEqual({ ok: true, value: clock });
  });

  it("has a limit of requests that wait", async () => {
    const { bridge, host } = fixture();
    bridge.connect();
    const waiting = Array.from({ length: pendingRequestsLimit }, () => bridge.request("clock.step", {}));
    expect((await bridge.request("clock.step", {})).ok).toBe(false);
    host().lost({ code: "host-silent", args: {} });
    for (const outcome of await Promise.all(waiting)) expect(outcome.ok).toBe(false);
  });

  it("stops telling who does not listen any more", () => {
    const { bridge, host } = fixture();
    let heard = 0;
    const stop = bridge.on("clock", () => heard++);
    bridge.connect();
    host().message({ kind: "event", name: "clock", value: clock });
    stop();
    host().message({ kind: "event", name: "clock", value: clock });
    expect(heard).toBe(1);
  });
});
