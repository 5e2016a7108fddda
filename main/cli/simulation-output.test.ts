import { expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { importCity, readSumoDemand } from "../../workers/city";
import { exampleNet } from "../../workers/city/sumo/example-net";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { edgePeriods, tripsCsv } from "./simulation-output";

const bytes = (text: string) => new TextEncoder().encode(text);

test("names with commas and quotation marks are quoted in tables, others are as they stand", () => {
  const city = importCity("a.net.xml", bytes(exampleNet.replaceAll('"we"', "'w,\"e'")));
  if (!city.ok) throw new Error(describeFailure(city.error));
  const routes = "<routes><vehicle id='a,\"b' depart='0'><route edges='w,\"e me'/></vehicle></routes>";
  const demand = readSumoDemand(city.value, [{ name: "a.rou.xml", bytes: bytes(routes) }]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  const twin = buildScenarioTwin(city.value, demand.value, { seed: 1, beginS: 0, endS: 60, tickS: 1 });
  if (!twin.ok) throw new Error(describeFailure(twin.error));
  const { arena, vehicleIds } = twin.value;
  const periods = edgePeriods(city.value, arena, 10);
  advanceTwin(createTwinEngine(arena, parameterValues()), 10);
  const edges = periods.csv().split("\n");
  expect(edges[1]).toMatch(/^0,"w,""e",\d/);
  expect(edges[2]).toMatch(/^0,ew,\d/);
  expect(tripsCsv(arena, (person) => vehicleIds[person] ?? person).split("\n")[1]).toMatch(/^0,"a,""b",\d/);
  expect(tripsCsv(arena).split("\n")[1]).toMatch(/^0,0,\d/);
});
