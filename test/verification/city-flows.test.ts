import { expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { generateTown } from "../../sim-data";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { cityOf, hasCities } from "./city-files";

// A jam that never dissolves would be an artefact of junctions, lane changes or routes: no real town of this size has one.
const towns = ["bundled", ...(hasCities ? ["krems.osm.gz", "monaco.osm.gz"] : [])];
const people = 10_000;
const startS = 5.5 * 3600;
const endS = 10.5 * 3600;

test.each(towns)("the morning of 10,000 commuters in %s dissolves: nearly all who departed have arrived", (name) => {
  const city = name === "bundled" ? generateTown(1) : cityOf(name);
  const values = parameterValues();
  const population = generatePopulation(city, people, 1, values);
  if (!population.ok) throw new Error(describeFailure(population.error));
  const built = buildTwin(city, population.value, { seed: 1, startS, tickS: 1 }, values);
  if (!built.ok) throw new Error(describeFailure(built.error));
  const engine = createTwinEngine(built.value, values);
  advanceTwin(engine, endS - startS);
  const { columns, counts, header } = built.value;
  expect(header.departedCount).toBeGreaterThan(0.85 * people);
  expect(header.waitingCount).toBeLessThan(0.002 * people);
  expect(header.vehicleCount).toBeLessThan(0.02 * header.departedCount);
  let longestS = 0;
  for (let trip = 0; trip < counts.trips; trip += 2) {
    const startTick = columns.tripStartTick[trip];
    if (columns.tripArrivalTick[trip] === 0xffffffff && startTick !== 0xffffffff)
      longestS = Math.max(longestS, header.tick - startTick);
  }
  expect(longestS, "seconds on the road of whoever is still there").toBeLessThan(3600);
});
