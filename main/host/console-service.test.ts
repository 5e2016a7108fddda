import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { unpackCity } from "../../common/city";
import type { HostMessage } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { openConsoleService, type ConsoleService } from "./console-service";
import { openOperatorKey } from "./operator-key";
import type { SessionParts } from "./session-context";

let folder = "";
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "pendulaire-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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
