import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildScenarioTwin } from "../../workers/scenario";
import { parameterValues } from "../../workers/people";
import { hashArena } from "../../workers/arena";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { openSumoScenario, readScenarioDemand } from "../../main/host/sumo-files";
import { overlaps, recordsOf, wrongNotes } from "../support/traffic-checks";
import { touchingPairs } from "../support/traffic-bodies";
import { hasSumo } from "./sumo-files";
import { referredScenarios } from "./sumo-runs";

/** Half an hour of each scenario: time for its junctions to fill. */
const runS = 1800;

async function twinOf(configuration: string, seed: number) {
  const opened = await openSumoScenario(configuration, {});
  if (!opened.ok) throw new Error(opened.error.message);
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) throw new Error(demand.error.message);
  const { city } = opened.value;
  const settings = { seed, beginS: opened.value.configuration.beginS, endS: Infinity, tickS: 1 };
  const twin = buildScenarioTwin(city, demand.value, settings);
  if (!twin.ok) throw new Error(twin.error.message);
  return { city, arena: twin.value.arena, engine: createTwinEngine(twin.value.arena, parameterValues()) };
}

describe.skipIf(!hasSumo)("between any two seconds, of vehicles on SUMO's routes", () => {
  test.each(referredScenarios.map(({ configuration }) => [path.basename(path.dirname(configuration)), configuration]))(
    "in %s bodies are apart on lanes and where ways cross, and the same seed gives the same bits",
    async (_, configuration) => {
      const [one, two] = [await twinOf(configuration, 3), await twinOf(configuration, 3)];
      let waiting = 0;
      const wrong: string[] = [];
      for (let tick = 1; tick <= runS; tick++) {
        advanceTwin(one.engine, tick);
        expect(touchingPairs(one.city, one.arena), `tick ${tick}`).toEqual([]);
        const records = recordsOf(one.arena);
        const found = [...overlaps(one.arena, records), ...wrongNotes(one.arena, records)];
        wrong.push(...found.map((text) => `tick ${tick}: ${text}`));
        waiting += one.arena.columns.connectionWaiting.reduce((sum, count) => sum + count, 0);
      }
      console.info(`${waiting} vehicle-seconds with a place inside a junction`);
      expect(wrong).toEqual([]);
      advanceTwin(two.engine, runS);
      expect(hashArena(two.arena)).toBe(hashArena(one.arena));
    },
    300_000,
  );
});
