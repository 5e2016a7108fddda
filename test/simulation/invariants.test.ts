import { describe, expect, test } from "vitest";
import { gridCity } from "../support/plain-city";
import { recordsOf, violations } from "../support/traffic-checks";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand } from "../../workers/twin-engine";
const values = parameterValues({ departureMeanS: 6.2 * 3600, departureDeviationS: 600 });

describe("between any two ticks", () => {
  test.each([
    { tickS: 1, lanes: 1, people: 3000 },
    { tickS: 1, lanes: 2, people: 6000 },
    { tickS: 0.5, lanes: 3, people: 6000 },
    { tickS: 0.1, lanes: 2, people: 4000 },
  ])("vehicles are conserved, apart, and obey ($tickS s, $lanes lanes, $people people)", ({ tickS, lanes, people }) => {
    const city = gridCity(5, 150, lanes);
    const population = generatePopulation(city, people, 7, values);
    if (!population.ok) throw new Error(population.error.message);
    const twin = buildTwin(city, population.value, { seed: 7, startS: 6 * 3600, tickS }, parameterValues());
    if (!twin.ok) throw new Error(twin.error.message);
    const engine = createTwinEngine(twin.value, values);
    const ticks = Math.round(1500 / tickS);
    queueCommand(engine, {
      kind: "closeLanes",
      tick: Math.round(300 / tickS),
      incident: 1,
      edge: 20,
      positionM: 60,
      laneCount: 1,
    });
    queueCommand(engine, { kind: "openLanes", tick: Math.round(900 / tickS), edge: 20 });
    let before = recordsOf(twin.value);
    for (let tick = 0; tick < ticks; tick++) {
      advanceTwin(engine, tick + 1);
      expect(violations(twin.value, before), `tick ${tick}`).toEqual([]);
      before = recordsOf(twin.value);
    }
    const { header } = twin.value;
    expect(header.departedCount).toBeGreaterThan(people / 4);
  });
});
