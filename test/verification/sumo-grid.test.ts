import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildScenarioTwin } from "../../workers/scenario";
import { parameterValues } from "../../workers/people";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { peerFigures, peerInputs, type PeerCase, type PeerInputs } from "../../main/cli/bench-traffic-peer";
import { openSumoFiles, readScenarioDemand } from "../../main/host/sumo-files";
import { hasSumoProgram } from "./sumo-runs";

/**
 * A small grid like the peer's: two phases a junction, left turns that give way on green and wait within the junction, full streets.
 * When those who waited there and the next phase's stream waited for each other, 26 % fewer arrived here, and no bar of the cities showed it.
 */
const grid: PeerCase = { name: "g8_d3k", streets: 8, everyS: 0.2, endS: 600 };
const seeds = [1, 2, 3];
/** As in the bench: a speed whose arrivals are further off does not count. */
const arrivalsWithin = 0.05;

async function arrivedOf({ net, routes, types }: PeerInputs, seed: number): Promise<number> {
  const opened = await openSumoFiles(net, [routes], [types], {});
  if (!opened.ok) throw new Error(opened.error.message);
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) throw new Error(demand.error.message);
  const twin = buildScenarioTwin(opened.value.city, demand.value, { seed, beginS: 0, endS: grid.endS, tickS: 1 });
  if (!twin.ok) throw new Error(twin.error.message);
  const { arena } = twin.value;
  advanceTwin(createTwinEngine(arena, parameterValues()), grid.endS);
  return arena.header.arrivedCount;
}

describe.skipIf(!hasSumoProgram)("on a grid of signals, beside SUMO on the same routes", () => {
  // What the bench keeps for the user is not the test's: its inputs are made anew.
  const home = mkdtempSync(path.join(tmpdir(), "pendulaire-grid-"));
  beforeAll(() => vi.stubEnv("PENDULAIRE_HOME", home));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });

  test("as many arrive, within 5 %", async () => {
    const inputs = await peerInputs(grid);
    if (!inputs.ok) throw new Error(inputs.error.message);
    const theirs = await peerFigures(grid, inputs.value);
    if (!theirs.ok) throw new Error(theirs.error.message);
    for (const seed of seeds) {
      const ratio = (await arrivedOf(inputs.value, seed)) / theirs.value.arrived;
      console.info(`seed ${seed}: ${(100 * (ratio - 1)).toFixed(1)} % against SUMO's ${theirs.value.arrived} arrivals`);
      expect(Math.abs(ratio - 1), `seed ${seed}`).toBeLessThanOrEqual(arrivalsWithin);
    }
  }, 600_000);
});
