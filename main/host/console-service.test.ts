import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { unpackCity } from "../../common/city";
import type { HostMessage } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { openConsoleService, type ConsoleService } from "./console-service";
import { openOperatorKey } from "./operator-key";
import type { SessionParts } from "./session-context";

/** What any later city fails by: it was asked for, at least. */
vi.mock("./open-session", () => ({
  openSession: () => {
    const failed = Promise.resolve({ ok: false, error: { message: "opened another one" } });
    return { city: failed, parts: failed };
  },
}));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pendulaire-"));
  vi.stubEnv("PENDULAIRE_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const city = plainCity({
  points: [
    [0, 0],
    [100, 0],
  ],
  edges: [{ from: 0, to: 1 }],
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

function service(parts: Promise<Result<SessionParts>>): ConsoleService {
  return openConsoleService({
    source: { kind: "bundled" },
    session: { seed: 1, people: undefined, showFromS: 0 },
    operator: openOperatorKey(path.join(folder, "operator.json"), undefined),
    pool: { run: () => Promise.reject(new Error("nothing is predicted here")), close: () => Promise.resolve() },
    fallsBack: false,
    prepare: () => ({ city: Promise.resolve(succeed(city)), parts }),
  });
}

test("the map of the first city is served while its session is prepared; what needs the session waits", async () => {
  let give: (parts: Result<SessionParts>) => void = () => undefined;
  const opened = service(new Promise((resolve) => (give = resolve)));
  const heard: HostMessage[] = [];
  const line = opened.attach({ shell: "browser", opensPaths: false, send: (message) => heard.push(message) > 0 });
  line.receive({ kind: "request", id: 1, name: "session.describe", params: {} });
  line.receive({ kind: "request", id: 2, name: "city.geometry", params: {} });
  await settled();
  expect(heard).toMatchObject([{ kind: "reply", id: 2, ok: true }]);
  const [reply] = heard;
  const bytes = reply.kind === "reply" && reply.ok ? (reply.value as { readonly bytes: Uint8Array }).bytes : undefined;
  expect(unpackCity(bytes ?? new Uint8Array())).toMatchObject({ ok: true, value: { meta: { name: city.meta.name } } });

  give(fail("no edge has homes", "homes"));
  await settled();
  expect(heard[1]).toMatchObject({ kind: "reply", id: 1, ok: false, error: { message: "no edge has homes" } });
});

test("a first city that failed is no obstacle to another one; only what needs a session is refused", async () => {
  const opened = service(Promise.resolve(fail("no edge has homes", "homes")));
  const heard: HostMessage[] = [];
  const line = opened.attach({ shell: "browser", opensPaths: false, send: (message) => heard.push(message) > 0 });
  const requests = ["clock.step", "session.list", "city.giveUp", "city.open", "session.resume"] as const;
  const params = { "city.open": { kind: "bundled" }, "session.resume": { path: "/nowhere" } } as Record<string, object>;
  for (const [id, name] of requests.entries()) line.receive({ kind: "request", id, name, params: params[name] ?? {} });
  await expect.poll(() => heard.length).toBe(requests.length);
  const replyTo = (name: (typeof requests)[number]) =>
    heard.find((message) => message.kind === "reply" && message.id === requests.indexOf(name));
  expect(replyTo("clock.step")).toMatchObject({ error: { message: "no edge has homes" } });
  expect(replyTo("session.list")).toMatchObject({ ok: true });
  expect(replyTo("city.giveUp")).toMatchObject({ ok: true });
  expect(replyTo("city.open")).toMatchObject({ error: { message: "opened another one" } });
  expect(replyTo("session.resume")).toMatchObject({ error: { said: { code: "save-unknown" } } });
});

test("the first city is given up before it stands", async () => {
  let give: (parts: Result<SessionParts>) => void = () => undefined;
  const opened = service(new Promise((resolve) => (give = resolve)));
  const heard: HostMessage[] = [];
  const line = opened.attach({ shell: "browser", opensPaths: false, send: (message) => heard.push(message) > 0 });
  line.receive({ kind: "request", id: 1, name: "city.giveUp", params: {} });
  await settled();
  expect(heard).toMatchObject([{ kind: "reply", id: 1, ok: true }]);
  let closed = 0;
  const close = () => Promise.resolve(closed++).then(() => undefined);
  const parts = { folder: path.join(folder, "working"), store: { close }, ledger: { close }, keepWarm: close };
  give(succeed(parts as unknown as SessionParts));
  expect(await opened.ready).toMatchObject({ ok: false, error: { said: { code: "opening-given-up" } } });
  expect(closed).toBe(3);
});
