import { tmpdir } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import type { HostMessage } from "../../common/console-api";
import { serveBrowser, type BrowserLimits, type BrowserServer } from "./browser-server";
import type { Connection, ConsoleService } from "./console-service";

let server: BrowserServer | undefined;
afterEach(async () => server?.close());

/** A console's server and one browser, and who is attached as the service sees it. */
async function browse(limits: BrowserLimits) {
  const attached: Connection[] = [];
  let gone = 0;
  const service = {
    attach: (connection: Connection) => {
      attached.push(connection);
      return { receive: () => undefined, detach: () => (gone += 1) };
    },
  } as unknown as ConsoleService;
  server = await serveBrowser(
    () => service,
    tmpdir(),
    0,
    () => undefined,
    limits,
  );
  const token = server.link().split("token=")[1] ?? "";
  const address = `ws://127.0.0.1:${server.port}/api?token=${token}&key=${"k".repeat(20)}`;
  const browser = new WebSocket(address, { origin: `http://127.0.0.1:${server.port}` });
  await new Promise((resolve, reject) => browser.once("open", resolve).once("error", reject));
  return { browser, attached, gone: () => gone };
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a browser", () => {
  test("that does not read is given up before what waits for it has no end", async () => {
    const { browser, attached, gone } = await browse({ backlogBytesMax: 2 ** 22, pingEveryMs: 1e6 });
    browser.pause();
    const text = "n".repeat(2 ** 18);
    const notice: HostMessage = {
      ...{ kind: "event", name: "notice" },
      value: { severity: "info", said: { code: "words", args: { text } } },
    };
    // The system's own buffers take some megabytes.
    for (let sent = 0; sent < 400 && gone() === 0; sent++) {
      attached[0]?.send(notice);
      await later(1);
    }
    expect(gone()).toBe(1);
    expect(attached[0]?.send(notice)).toBe(false);
  });

  test("that answers no more is given up, and one that only listens stays", async () => {
    const { browser, gone } = await browse({ backlogBytesMax: 2 ** 22, pingEveryMs: 50 });
    await later(400);
    expect(gone()).toBe(0);
    browser.pause();
    await expect.poll(gone, { timeout: 5000 }).toBe(1);
  });
});
