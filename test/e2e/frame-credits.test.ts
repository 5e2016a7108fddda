import { WebSocket } from "ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { framesInFlight, type ClientMessage, type HostMessage } from "../../common/console-api";
import { viewFrame } from "../../common/frame";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { serveConsole } from "./support/consoles";
import { patienceMs } from "./support/operator";

/** A console that takes no frame for so long; the host packs one each tenth of a second, ms. */
const stallMs = 3000;

describe("a console that stalls", () => {
  test("has at most two frames on their way, and gets the newest when it takes one", async () => {
    const server = await serveConsole("bundled-town");
    onTestFinished(() => server.close());
    const socket = connect(server.url);
    onTestFinished(() => socket.terminate());
    const frames: { sequence: number; timeS: number }[] = [];
    socket.on("message", (data: Buffer) => {
      const message = decodeMessage(new Uint8Array(data));
      if (!message.ok) throw new Error(message.error.message);
      const told = message.value as HostMessage;
      const frame = told.kind === "frame" ? viewFrame(told.bytes) : undefined;
      if (frame !== undefined) frames.push({ sequence: frame.sequence, timeS: frame.timeS });
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const say = (message: ClientMessage) => socket.send(encodeMessage(message));

    say({ kind: "request", id: 1, name: "session.describe", params: {} });
    await expect.poll(() => frames.length, { timeout: patienceMs.city }).toBe(framesInFlight);
    await pause(stallMs);
    expect(frames.length).toBe(framesInFlight);
    const stale = frames[framesInFlight - 1];
    say({ kind: "frameTaken", twin: "live", sequence: frames[0]?.sequence ?? 0 });
    await expect.poll(() => frames.length, { timeout: patienceMs.action }).toBe(framesInFlight + 1);
    await pause(stallMs / 3);
    expect(frames.length).toBe(framesInFlight + 1);
    expect(frames[framesInFlight]?.timeS).toBeGreaterThan((stale?.timeS ?? Infinity) + stallMs / 2000);
  });
});

/** As a page of the served console does: with the token of the address and a key of its own. */
function connect(url: string): WebSocket {
  const { origin, host, hash } = new URL(url);
  const token = new URLSearchParams(hash.slice(1)).get("token") ?? "";
  const query = new URLSearchParams({ token, key: "a-key-of-sixteen-or-more" });
  return new WebSocket(`ws://${host}/api?${query.toString()}`, { origin });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
