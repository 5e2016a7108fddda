import { describe, expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { hashArena } from "../arena";
import { importCity, readSumoDemand } from "../city";
import { exampleNet } from "../city/sumo/example-net";
import { parameterValues } from "../people";
import { advanceTwin, createTwinEngine } from "../twin-engine";
import { departuresOf } from "./departures";
import { driverOf } from "./drivers";
import { growRouteNodes } from "./route-nodes";
import { buildScenarioTwin } from "./twin";

const bytes = (text: string) => new TextEncoder().encode(text);
const city = (() => {
  const imported = importCity("example.net.xml", bytes(exampleNet));
  if (!imported.ok) throw new Error(describeFailure(imported.error));
  return imported.value;
})();

function demandOf(routes: string) {
  const demand = readSumoDemand(city, [{ name: "routes.rou.xml", bytes: bytes(`<routes>${routes}</routes>`) }]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  return demand.value;
}

function twinOf(routes: string, seed = 1, endS = 900) {
  const built = buildScenarioTwin(city, demandOf(routes), { seed, beginS: 0, endS, tickS: 1 });
  if (!built.ok) throw new Error(describeFailure(built.error));
  return { ...built.value, engine: createTwinEngine(built.value.arena, parameterValues()) };
}

/** Seconds from entering the road to arriving, by vehicle. */
function durations(routes: string, endS = 900): number[] {
  const { arena, engine, vehicleIds } = twinOf(routes, 1, endS);
  advanceTwin(engine, endS);
  const { tripArrivalTick, tripStartTick } = arena.columns;
  return vehicleIds.map((_, row) => tripArrivalTick[2 * row] - tripStartTick[2 * row]);
}

function timesOf(flow: string, endS = 3600): number[] {
  const demand = demandOf(`<route id="r" edges="we me"/>${flow}`);
  const found = departuresOf(demand, demand.types.map(driverOf), { beginS: 0, endS, seed: 3 });
  if (!found.ok) throw new Error(describeFailure(found.error));
  return found.value.map(({ departS }) => departS);
}

describe("flows", () => {
  test("of a number are spread evenly, from the beginning on", () => {
    expect(timesOf('<flow id="f" route="r" begin="100" end="200" number="4"/>')).toEqual([100, 125, 150, 175]);
  });

  test("of a period depart at each", () => {
    expect(timesOf('<flow id="f" route="r" begin="10" end="50" period="15"/>')).toEqual([10, 25, 40]);
  });

  test("by chance have the stated mean, within four deviations", () => {
    const [chance, poisson] = ['probability="0.2"', 'period="exp(0.2)"'].map(
      (rate) => timesOf(`<flow id="f" route="r" begin="0" end="36000" ${rate}/>`, 36_000).length,
    );
    expect(Math.abs(chance - 7200)).toBeLessThan(4 * Math.sqrt(36_000 * 0.2 * 0.8));
    expect(Math.abs(poisson - 7200)).toBeLessThan(4 * Math.sqrt(7200));
  });

  test("without an end are refused where the scenario has none", () => {
    const demand = demandOf('<route id="r" edges="we me"/><flow id="f" route="r" begin="0" period="5"/>');
    const found = departuresOf(demand, demand.types.map(driverOf), { beginS: 0, endS: Infinity, seed: 1 });
    expect(found).toMatchObject({ ok: false, error: { where: "flow f" } });
  });
});

describe("vehicles with routes", () => {
  const vehicle = (id: string, edges: string, depart: number) =>
    `<vehicle id="${id}" depart="${depart}"><route edges="${edges}"/></vehicle>`;

  test("routes that end alike share their nodes", () => {
    const row = (id: string) => city.meta.edgeIds.indexOf(id);
    const nodes = growRouteNodes(city);
    nodes.add([row("we"), row("me")], 32);
    nodes.add([row("sm"), row("me")], 32);
    nodes.add([row("we"), row("me")], 32);
    expect(nodes.counts().routeNodes).toBe(3);
  });

  test("drive over their edges and no other, and arrive at the end of the last", () => {
    const { arena, engine } = twinOf(vehicle("a", "we me", 0) + vehicle("b", "sm ew", 5));
    advanceTwin(engine, 600);
    expect([arena.header.departedCount, arena.header.arrivedCount]).toEqual([2, 2]);
    const entered = Object.fromEntries(city.meta.edgeIds.map((id, edge) => [id, arena.columns.edgeEntered[edge]]));
    expect(entered).toMatchObject({ we: 1, me: 1, sm: 1, ew: 1, em: 0, ms: 0 });
    // 190.5 m, 20 m across the junction, 190 m; less where it was put on the road.
    expect(arena.columns.tripLengthM[0]).toBeGreaterThan(390);
    expect(arena.columns.tripLengthM[0]).toBeLessThan(415);
  });

  test("a trip without a route finds its way", () => {
    expect(durations('<trip id="t" depart="0" from="sm" to="ew"/>')).toEqual([expect.toSatisfy((s) => s < 120)]);
  });

  test("a stop lasts as long as is stated", () => {
    const car = '<route id="r" edges="em ew"/><vehicle id="a" depart="0" route="r"/>';
    const [driven = 0] = durations(car);
    const halt = '<stop lane="em_0" endPos="100" duration="60"/>';
    const [stopped = 0] = durations(car.replace('route="r"/>', `route="r">${halt}</vehicle>`));
    // Beside the stay there is braking and setting out; the signal may take a cycle of 56 s more.
    expect(stopped - driven).toBeGreaterThanOrEqual(60 - 1);
    expect(stopped - driven).toBeLessThan(60 + 20 + 56);
  });

  test("a bus drives on a lane that is closed to cars, where it leads on", () => {
    const { arena, engine } = twinOf(
      '<vType id="bus" vClass="bus"/><vehicle id="b" type="bus" depart="0" departLane="0"><route edges="we"/></vehicle>',
    );
    advanceTwin(engine, 2);
    const bus = city.columns.edgeLaneStart[city.meta.edgeIds.indexOf("we")];
    expect(arena.columns.laneVehicles[bus]).toBe(1);
    advanceTwin(engine, 120);
    expect(arena.header.arrivedCount).toBe(1);
  });

  test("the same seed gives the same bits, another one others", () => {
    const flow = '<route id="r" edges="we me"/><flow id="f" route="r" begin="0" end="600" probability="0.2"/>';
    const hashes = [4, 4, 5].map((seed) => {
      const { arena, engine } = twinOf(flow, seed);
      advanceTwin(engine, 600);
      return hashArena(arena);
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });
});

describe("who picks up speed fast", () => {
  test.each([0.1, 0.5, 1])("enters no junction without a claim, steps of %f s", (tickS) => {
    const moto = '<vType id="moto" accel="6" speedDev="0"/>';
    const flow = (id: string, from: string, to: string, period: number) =>
      `<flow id="${id}" type="moto" begin="0" end="7200" period="${period}"><route edges="${from} ${to}"/></flow>`;
    const routes = `${moto}${flow("a", "we", "me", 29)}${flow("b", "em", "ew", 31)}${flow("c", "sm", "ew", 37)}`;
    const built = buildScenarioTwin(city, demandOf(routes), { seed: 1, beginS: 0, endS: 8000, tickS });
    if (!built.ok) throw new Error(describeFailure(built.error));
    const engine = createTwinEngine(built.value.arena, parameterValues());
    const { columns, header } = engine.arena;
    for (let second = 1; second <= 8000; second++) {
      advanceTwin(engine, Math.round(second / tickS));
      // Each count is of vehicles: of one that nobody had counted before, it would be 65535.
      const most = Math.max(...columns.connectionClaims, ...columns.connectionEntering, ...columns.laneExpected);
      if (most > 100) expect.fail(`${most} claims in second ${second}`);
    }
    expect(header.arrivedCount).toBe(built.value.vehicleIds.length);
  });
});
