import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDiskCache } from "./disk-cache";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "pendulaire-cache-"));
  vi.stubEnv("PENDULAIRE_HOME", home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const open = (filesMax = 4) => openDiskCache({ folder: "things", filesMax });
const folder = () => path.join(home, "cache", "things");
const files = () => readdirSync(folder()).map((name) => path.join(folder(), name));

test("what was kept comes back under its key, and under no other", async () => {
  const cache = open();
  expect(await cache.read("a")).toBeUndefined();
  expect(await cache.write("a", Uint8Array.of(1, 2, 3))).toBe(true);
  expect(await open().read("a")).toEqual(Uint8Array.of(1, 2, 3));
  expect(await cache.read("b")).toBeUndefined();
});

test("a file with any byte changed, cut off or added is not there, and is put away", async () => {
  const whole = Uint8Array.from({ length: 200 }, (_, at) => at);
  const damages: ((bytes: Buffer) => Buffer)[] = [
    ...[0, 7, 8, 100, 207].map((at) => (bytes: Buffer) => {
      bytes[at] ^= 1;
      return bytes;
    }),
    (bytes) => bytes.subarray(0, 207),
    (bytes) => bytes.subarray(0, 5),
    () => Buffer.alloc(0),
    (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
  ];
  for (const damage of damages) {
    await open().write("a", whole);
    const [file] = files();
    writeFileSync(file, damage(readFileSync(file)));
    expect(await open().read("a")).toBeUndefined();
    expect(files()).toEqual([]);
  }
});

test("a file of more than one piece comes back, unless a byte of any piece is another", async () => {
  const whole = Uint8Array.from({ length: 8 * 2 ** 20 + 9 }, (_, at) => at % 251);
  for (const at of [8, 8 * 2 ** 20 + 7, 8 * 2 ** 20 + 8, 8 * 2 ** 20 + 16]) {
    await open().write("a", whole);
    const [file] = files();
    const bytes = readFileSync(file);
    expect(Buffer.compare((await open().read("a")) ?? new Uint8Array(), whole)).toBe(0);
    bytes[at] ^= 1;
    writeFileSync(file, bytes);
    expect(await open().read("a")).toBeUndefined();
  }
});

test("only so many files stay: those that were used last; drafts do not stay either", async () => {
  const cache = open(2);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 15));
  for (const key of ["a", "b"]) {
    await cache.write(key, Uint8Array.of(1));
    await pause();
  }
  await cache.read("a");
  await pause();
  await cache.write("c", Uint8Array.of(1));
  expect(files()).toHaveLength(2);
  expect(await cache.read("a")).toBeDefined();
  expect(await cache.read("b")).toBeUndefined();
});

test("where nothing can be written, nothing is kept and nothing fails", async () => {
  writeFileSync(path.join(home, "cache"), "in the way");
  expect(await open().write("a", Uint8Array.of(1))).toBe(false);
  expect(await open().read("a")).toBeUndefined();
});
