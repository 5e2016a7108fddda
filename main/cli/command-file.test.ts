import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import { readCommandFile } from "./command-file";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-commands-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first edge ends at a signal, the second nowhere. */
const city = plainCity({
  points: [
    [0, 0],
    [300, 0],
    [600, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
  ],
  signals: [1],
});

test("a signal is switched only where there is one", () => {
  const { arena } = twinOf(city, populationOf([{ from: 0, to: 1, departS: 0 }]));
  const read = (edge: string | undefined) => {
    const file = path.join(folder, "commands.json");
    writeFileSync(file, JSON.stringify([{ kind: "switchSignal", at: "06:30", edge, dark: true }]));
    const commands = readCommandFile(file, city, arena);
    return commands.ok ? commands.value.map(({ kind }) => kind) : describeFailure(commands.error);
  };
  expect(read(city.meta.edgeIds[0])).toEqual(["switchSignal"]);
  expect(read(city.meta.edgeIds[1])).toMatch(/\[0\]\.edge: edge '.*' does not end at a signal/);
});
