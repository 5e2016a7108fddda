import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { verify, createPublicKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as v from "valibot";
import { plainCity } from "../../test/support/plain-city";
import { openIncidentBook, openIncidentsMax } from "./incidents";
import { createLiveClock } from "./live-clock";
import { parseLaunch } from "./launch-options";
import { openOperatorKey, type Keyring } from "./operator-key";
import { clientMessageSchema, requestSchemas } from "./request-schemas";

let folder = "";
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "pendulaire-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the operator's key", () => {
  const file = () => path.join(folder, "operator.json");

  test("is made under a passphrase, locked at the next start, and opened by that passphrase only", async () => {
    const first = openOperatorKey(file(), undefined);
    expect(first.state()).toMatchObject({ key: "none", protection: "passphrase" });
    expect(await first.unlock("short")).toMatchObject({ ok: false });
    expect(await first.unlock("correct horse")).toMatchObject({ ok: true, value: { key: "unlocked" } });
    const publicKey = first.signer()?.publicKey ?? new Uint8Array();

    const second = openOperatorKey(file(), undefined);
    expect(second.state()).toMatchObject({ key: "locked", address: Buffer.from(publicKey).toString("hex") });
    expect(second.signer()).toBeUndefined();
    expect(await second.unlock("wrong horse")).toMatchObject({ ok: false, error: { where: "passphrase" } });
    expect((await second.unlock("correct horse")).ok).toBe(true);
    expect(second.signer()?.publicKey).toEqual(publicKey);
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  test("signs what its public key verifies", async () => {
    const key = openOperatorKey(file(), undefined);
    await key.unlock("correct horse");
    const signer = key.signer();
    const message = new TextEncoder().encode("close the bridge");
    const signature = await signer?.sign(message);
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), signer?.publicKey ?? new Uint8Array()]);
    const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
    expect(verify(null, message, publicKey, signature ?? new Uint8Array())).toBe(true);
  });

  test("in a damaged file is refused, and the file is left alone", async () => {
    const key = openOperatorKey(file(), undefined);
    await key.unlock("correct horse");
    const whole = readFileSync(file(), "utf8");
    for (const damaged of ["", "{}", whole.slice(0, 40), whole.replace(/"ciphertext":"../, '"ciphertext":"00')]) {
      writeFileSync(file(), damaged);
      expect((await openOperatorKey(file(), undefined).unlock("correct horse")).ok).toBe(false);
      expect(readFileSync(file(), "utf8")).toBe(damaged);
    }
  });

  test("lies in the keyring where there is one, and is not in the file", async () => {
    const vault = new Map<string, Uint8Array>();
    const keyring: Keyring = {
      encrypt: (secret) => {
        vault.set("handle", secret.slice());
        return Promise.resolve(new TextEncoder().encode("handle"));
      },
      decrypt: (ciphertext) => Promise.resolve(vault.get(new TextDecoder().decode(ciphertext)) ?? new Uint8Array()),
    };
    const key = openOperatorKey(file(), keyring);
    expect(await key.unlock("")).toMatchObject({ ok: true, value: { protection: "keyring" } });
    const secret = Buffer.from(vault.get("handle") ?? []).toString("hex");
    expect(secret.length).toBe(64);
    expect(readFileSync(file(), "utf8")).not.toContain(secret);
    expect((await openOperatorKey(file(), keyring).unlock("")).ok).toBe(true);
    expect((await openOperatorKey(file(), undefined).unlock("")).ok).toBe(false);
  });
});

describe("the live clock", () => {
  test("goes at its speed, stands when paused, and does not run away from a slow twin", () => {
    const clock = createLiveClock();
    clock.set({ speed: 10 }, 0, 1000);
    expect(clock.due(50, 1000)).toBeCloseTo(1000.5);
    clock.set({ running: false }, 50, 1000.5);
    expect(clock.due(5000, 1000.5)).toBe(1000.5);
    clock.set({ running: true }, 6000, 1000.5);
    // The twin stands still for an hour: at most a wall second of time is owed to it.
    expect(clock.due(6000 + 3_600_000, 1000.5)).toBeCloseTo(1010.5);
    expect(clock.due(6000 + 3_600_100, 1010.5)).toBeLessThan(1021);
    expect(clock.state(6000 + 3_600_100, 1010.5).behindS).toBeLessThanOrEqual(1);
  });

  test("knows for how long the twin has been late without a break", () => {
    const clock = createLiveClock();
    clock.set({ speed: 10 }, 0, 1000);
    clock.due(400, 1000);
    expect(clock.lateForS(400)).toBe(0);
    clock.due(600, 1000);
    clock.due(2600, 1019);
    expect(clock.lateForS(5000)).toBeCloseTo(4.4);
    clock.due(5000, clock.due(5000, 1019));
    expect(clock.lateForS(5000)).toBe(0);
    clock.due(9000, 1040);
    clock.set({ running: false }, 9000, 1040);
    expect(clock.lateForS(20_000)).toBe(0);
  });

  test("never asks the twin to go back", () => {
    const clock = createLiveClock();
    clock.set({ speed: 1 }, 1000, 500);
    expect(clock.due(900, 510)).toBe(510);
  });
});

describe("incidents", () => {
  const city = plainCity({
    points: [
      [0, 0],
      [500, 0],
      [500, 500],
    ],
    edges: [
      { from: 0, to: 1, lanes: 2 },
      { from: 1, to: 2 },
    ],
  });
  const draft = { edge: 0, positionM: 250, closedLaneCount: 1, durationS: 1800 };

  test("are declared on roads, with what is there", () => {
    const book = openIncidentBook(city);
    const declared = book.declare(draft, 25_200);
    expect(declared).toMatchObject({
      ok: true,
      value: { id: "I-0001", laneCount: 2, startS: 25_200, endS: 27_000, active: true },
    });
    expect(declared.ok && [declared.value.x, declared.value.y]).toEqual([expect.closeTo(258), expect.closeTo(0)]);
    expect(book.due(26_999)).toEqual([]);
    expect(book.due(27_000)).toHaveLength(1);
    expect(book.close("I-0001", 26_000)).toMatchObject({ active: false, endS: 26_000 });
    expect(book.close("I-0001", 26_100)).toBeUndefined();
  });

  test.each([
    [{ ...draft, edge: 9 }, "edge"],
    [{ ...draft, closedLaneCount: 3 }, "closed lanes"],
    [{ ...draft, closedLaneCount: 0 }, "closed lanes"],
    [{ ...draft, positionM: 600 }, "position"],
    [{ ...draft, positionM: Number.NaN }, "position"],
    [{ ...draft, durationS: 10 }, "duration"],
    [{ ...draft, durationS: 1e9 }, "duration"],
  ])("that cannot be are refused, naming the field: %j", (wrong, where) => {
    const book = openIncidentBook(city);
    expect(book.declare(wrong, 25_200)).toMatchObject({ ok: false, error: { where } });
    expect(book.all).toEqual([]);
  });

  test("are one a road, and no more than a control room can follow", () => {
    const book = openIncidentBook(city);
    expect(book.declare(draft, 0).ok).toBe(true);
    expect(book.declare(draft, 0)).toMatchObject({ ok: false, error: { where: "edge" } });
    expect(openIncidentsMax).toBeGreaterThan(1);
  });
});

describe("how the console is started", () => {
  test("is read from its arguments", () => {
    expect(parseLaunch(["krems.osm.gz", "--people", "5000", "--at", "06:30"])).toMatchObject({
      ok: true,
      value: { source: { kind: "file", path: "krems.osm.gz" }, people: 5000, showFromS: 23_400, seed: 1 },
    });
    expect(parseLaunch(["--ledger", "http://a:26657, https://b", "--trust", `7:${"ab".repeat(32)}`])).toMatchObject({
      ok: true,
      value: {
        ledger: {
          addresses: ["http://a:26657", "https://b"],
          trust: { height: 7, hash: new Uint8Array(32).fill(0xab) },
        },
      },
    });
    expect(parseLaunch([])).toMatchObject({ ok: true, value: { source: { kind: "bundled" }, people: undefined } });
    expect(parseLaunch(["--no-sandbox", "--use-angle=swiftshader", "a.osm"], true)).toMatchObject({
      ok: true,
      value: { source: { path: "a.osm" } },
    });
  });

  test.each([
    [["--people", "0"], "--people"],
    [["--people", "many"], "--people"],
    [["--people=-5"], "--people"],
    [["--at", "25:00"], "--at"],
    [["--seed", "x"], "--seed"],
    [["--port", "99999"], "--port"],
    [["a.osm", "b.osm"], "b.osm"],
    [["--ledger", "127.0.0.1:26657"], "--ledger 127.0.0.1:26657"],
    [["--ledger", "http://a,http://a"], "--ledger"],
    [["--trust", `1:${"ab".repeat(32)}`], "--trust"],
    [["--ledger", "http://a", "--trust", "1:ab"], "--trust"],
    [["--peopel", "5"], "--peopel"],
  ])("%j is refused, naming %s", (argv, where) => {
    expect(parseLaunch(argv)).toMatchObject({ ok: false, error: { where } });
  });
});

describe("what comes from a console", () => {
  test.each([
    null,
    [],
    {},
    { kind: "request" },
    { kind: "request", id: 1, name: "city.erase", params: {} },
    { kind: "request", id: 1.5, name: "clock.set", params: {} },
    { kind: "frameTaken", twin: "other", sequence: 1 },
    { kind: "frameTaken", twin: "live", sequence: -1 },
    { kind: "frameTaken", twin: "live", sequence: 1, extra: 1 },
  ])("is no message: %j", (message) => {
    expect(v.safeParse(clientMessageSchema, message).success).toBe(false);
  });

  test.each([
    ["clock.set", { speed: Infinity }],
    ["clock.set", { speed: "10" }],
    ["clock.set", { running: 1 }],
    ["incident.declare", { edge: -1, positionM: 0, closedLaneCount: 1, durationS: 60 }],
    ["incident.declare", { edge: 0.5, positionM: 0, closedLaneCount: 1, durationS: 60 }],
    ["city.open", { kind: "file" }],
    ["city.open", { kind: "bytes", name: "a.osm", bytes: [1, 2] }],
    ["ledger.contracts", { offset: 0, limit: 100_000 }],
    [
      "instruction.send",
      {
        incidentId: "I-0001",
        action: "avoid",
        terminals: [1],
        fromS: 0,
        untilS: 1,
        expiresAtS: 2,
        bonusMicro: 0.5,
        budgetMicro: 1,
      },
    ],
  ] as const)("is no %s: %j", (name, params) => {
    expect(v.safeParse(requestSchemas[name], params).success).toBe(false);
  });
});
