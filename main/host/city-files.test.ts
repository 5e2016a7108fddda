import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { packCity } from "../../common/city";
import * as simData from "../../sim-data";
import { digestOfCity } from "./city-digest";
import { loadCity } from "./city-files";

// What is kept is the same for a town, which is made sooner.
vi.mock("../../sim-data", async (original) => {
  const module = await original<typeof simData>();
  return { ...module, generateMetropolis: vi.fn((seed: number) => module.generateTown(seed)) };
});

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "pendulaire-cities-"));
  vi.stubEnv("PENDULAIRE_HOME", home);
  vi.mocked(simData.generateMetropolis).mockClear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

async function bundled() {
  const city = await loadCity({ kind: "bundled" });
  if (!city.ok) throw new Error(city.error.message);
  return city.value;
}

test("the bundled metropolis is made once, then read, and is the same city either way", async () => {
  const made = await bundled();
  const read = await bundled();
  expect(simData.generateMetropolis).toHaveBeenCalledTimes(1);
  expect(digestOfCity(read)).toBe(digestOfCity(made));
  expect(read.meta).toEqual(made.meta);
  expect(packCity(read)).toEqual(packCity(made));
});

test("a damaged copy is made anew, and kept again", async () => {
  const made = await bundled();
  const folder = path.join(home, "cache", "cities");
  for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), "not a city");
  expect(digestOfCity(await bundled())).toBe(digestOfCity(made));
  expect(digestOfCity(await bundled())).toBe(digestOfCity(made));
  expect(simData.generateMetropolis).toHaveBeenCalledTimes(2);
});

test("the small town needs no copy", async () => {
  const town = await loadCity({ kind: "bundled", size: "town" });
  expect(town.ok && town.value.meta.name).toBe("Bundled town");
  expect(readdirSync(home)).toEqual([]);
});
