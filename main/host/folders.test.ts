import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkDataDirectory } from "./folders";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pendulaire-folders-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("the data directory", () => {
  it("is made where it can be, and refused by its name where it cannot", () => {
    vi.stubEnv("PENDULAIRE_HOME", path.join(folder, "new", "home"));
    expect(checkDataDirectory().ok).toBe(true);
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    for (const home of [file, path.join(file, "below")]) {
      vi.stubEnv("PENDULAIRE_HOME", home);
      expect(checkDataDirectory()).toMatchObject({ ok: false, error: { where: home } });
    }
  });
});
