import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openKeyframeStore } from "./keyframes";

const asked: string[] = [];
vi.mock("node:worker_threads", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  Worker: class {
    on() {
      return this;
    }
    postMessage({ kind }: { readonly kind: string }) {
      asked.push(kind);
    }
    terminate() {
      return Promise.resolve(0);
    }
  },
}));

let folder = "";
beforeEach(() => {
  asked.length = 0;
  folder = mkdtempSync(path.join(tmpdir(), "pendulaire-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mebibyte = 2 ** 20;

test.each([
  ["a large state is copied at once, and compressed after the first look", 200 * mebibyte, []],
  ["a small one is compressed at once", mebibyte, ["write"]],
])("%s", async (_what, length, before) => {
  let look: () => void = () => undefined;
  const firstLook = new Promise<void>((resolve) => (look = resolve));
  const store = openKeyframeStore(path.join(folder, "keyframes"), firstLook, () => undefined);
  const copy = vi.fn(() => Promise.resolve({ tick: 7, buffer: new SharedArrayBuffer(4), length }));
  await store.take({ lineage: 0, commands: 0 }, copy);
  await new Promise(setImmediate);
  expect(copy).toHaveBeenCalledOnce();
  expect(store.idle).toBe(false);
  expect(asked).toEqual(before);
  look();
  await new Promise(setImmediate);
  expect(asked).toEqual(["write"]);
  await store.close();
});
