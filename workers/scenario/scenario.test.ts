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

function demandOf(routes: string, ignoresRouteErrors = false) {
  const file = { name: "routes.rou.xml", bytes: bytes(`<routes>${routes}</routes>`) };
  const demand = readSumoDemand(city, [file], ignoresRouteErrors);
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
  return found.value.list.map(({ departS }) => departS);
}

function refusalOf(flow: string, endS = 3600): string {
  const demand = demandOf(`<route id="r" edges="we me"/>${flow}`);
  const found = departuresOf(demand, demand.types.map(driverOf), { beginS: 0, endS, seed: 3 });
  return found.ok ? "none" : describeFailure(found.error);
}

test("vehicles that turn back where the network ends, as its file does not let them, are told", () => {
  const trip = (id: string, from: string, to: string) => `<trip id="${id}" depart="0" from="${from}" to="${to}"/>`;
  const { dropped, vehicleIds } = twinOf(
    trip("ahead", "we", "me") +
      trip("back", "we", "em") +
      '<vehicle id="stated" depart="0"><route edges="me em"/></vehicle>',
  );
  expect(vehicleIds).toHaveLength(3);
  const why = "they turn back where the network ends, by a connection that its file does not have: SUMO refuses them";
  expect(dropped).toContainEqual({ what: "ways of vehicles", count: 2, why });
  expect(twinOf(trip("ahead", "we", "me")).dropped).toEqual([]);
});

describe("flows", () => {
  test("of a number are spread evenly, from the beginning on", () => {
    expect(timesOf('<flow id="f" route="r" begin="100" end="200" number="4"/>')).toEqual([100, 125, 150, 175]);
  });

  test("of a number without an end are spread until the run's", () => {
    expect(timesOf('<flow id="f" route="r" begin="100" number="4"/>', 200)).toEqual([100, 125, 150, 175]);
    expect(timesOf('<flow id="f" route="r" begin="100" number="4"/><flow id="g" route="r" number="1"/>', 90)).toEqual([
      0,
    ]);
  });

  test("with more vehicles than are driven are refused, not cut", () => {
    const many = ['end="3600" number="3000000"', 'end="3600" period="0.001"', 'end="3600" period="exp(1000)"'];
    for (const rate of many)
      expect(refusalOf(`<flow id="f" route="r" begin="0" ${rate}/>`)).toMatch(
        /^routes\.rou\.xml: line 1: flow "f": has more than 2000000 vehicles/,
      );
    const half = (id: string) => `<flow id="${id}" route="r" begin="0" end="3600" number="1500000"/>`;
    expect(refusalOf(half("f") + half("g"))).toMatch(/flow "g": with it more than 2000000 vehicles depart/);
  });

  test("that would be drawn for years are refused", () => {
    expect(refusalOf('<flow id="f" route="r" begin="0" end="1e12" probability="1e-9"/>', Infinity)).toMatch(
      /flow "f": lasts more than 366 days/,
    );
  });

  test("of a period depart at each", () => {
    expect(timesOf('<flow id="f" route="r" begin="10" end="50" period="15"/>')).toEqual([10, 25, 40]);
  });

  test("without a beginning begin with the run, and are refused where they end before it", () => {
    const built = (endS: number) =>
      departuresOf(
        demandOf(`<route id="r" edges="we me"/><flow id="f" route="r" end="${endS}" number="4"/>`),
        [driverOf(demandOf("").types[0])],
        { beginS: 100, endS: 900, seed: 1 },
      );
    const found = built(200);
    if (!found.ok) throw new Error(describeFailure(found.error));
    expect(found.value.list.map(({ departS }) => departS)).toEqual([100, 125, 150, 175]);
    expect(found.value.earlyCount).toBe(0);
    expect(built(50)).toMatchObject({ ok: false, error: { message: 'flow "f": ends at 50 s, before the run begins' } });
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
    expect(found).toMatchObject({ ok: false, error: { where: "routes.rou.xml: line 1" } });
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

describe("a run", () => {
  const route = '<route id="r" edges="we me"/>';
  const built = (routes: string, beginS = 0, endS = 900) =>
    buildScenarioTwin(city, demandOf(route + routes), { seed: 1, beginS, endS, tickS: 1 });
  const refusal = (...args: Parameters<typeof built>) => {
    const twin = built(...args);
    return twin.ok ? "none" : describeFailure(twin.error);
  };
  const notes = (...args: Parameters<typeof built>) => {
    const twin = built(...args);
    return twin.ok ? twin.value.dropped.map(({ what, count, why }) => `${count} ${what}: ${why}`) : [];
  };

  test("without a vehicle says whether none is stated, none departs then, or none has a way", () => {
    const bicycle = '<vType id="b" vClass="bicycle"/><vehicle id="b" type="b" depart="0" route="r"/>';
    expect(refusal("")).toBe("there is no vehicle, trip or flow to drive");
    expect(refusal(bicycle)).toBe(
      "there is no vehicle, trip or flow to drive; 1 of a class that is not simulated: bicycles, rails, feet",
    );
    const car = '<vehicle id="v" depart="60" route="r"/>';
    expect(refusal(car, 3600, 7200)).toBe("no vehicle departs between 01:00:00 and 02:00:00");
    expect(refusal(car, 90_000, Infinity)).toBe("no vehicle departs from 90000 s on");
    expect(refusal('<trip id="t" depart="0" from="we" via="path" to="me"/>')).toMatch(/edges that are left out/);
  });

  test("of whose vehicles none has a way says so", () => {
    const apart = exampleNet.replace(/<request [^>]*>/g, "").replace(/<connection [^>]* to="ew"[^>]*>/g, "");
    const imported = importCity("apart.net.xml", bytes(apart));
    if (!imported.ok) throw new Error(describeFailure(imported.error));
    const routes = bytes('<routes><trip id="t" depart="0" from="sm" to="ew"/></routes>');
    const demand = readSumoDemand(imported.value, [{ name: "routes.rou.xml", bytes: routes }]);
    if (!demand.ok) throw new Error(describeFailure(demand.error));
    const twin = buildScenarioTwin(imported.value, demand.value, { seed: 1, beginS: 0, endS: 900, tickS: 1 });
    expect(twin).toMatchObject({
      ok: false,
      error: { message: "none of the 1 vehicles that depart has a way to its destination" },
    });
  });

  test("refuses who would depart years later, and does not reserve memory for it", () => {
    expect(refusal('<vehicle id="v" depart="1e11" route="r"/>', 0, Infinity)).toMatch(
      /line 1: vehicle "v": departs more than 366 days after the run begins/,
    );
  });

  test("tells how many vehicles departed before it", () => {
    const cars = '<flow id="f" route="r" begin="0" end="100" period="10"/><vehicle id="v" depart="500" route="r"/>';
    expect(notes(cars, 60)).toEqual(["6 vehicles: depart before the run begins"]);
    expect(notes('<vehicle id="v" depart="begin" route="r"/>', 60)).toEqual([]);
  });

  test.each([
    ['arrivalPos="50"', "", "1 arrivalPos of vehicles: they drive to the end of their last edge"],
    ['departPos="last"', "", "1 departPos of vehicles: free, last or stop: they are put where their lane begins"],
    ['departPos="999"', "", "1 departPos of vehicles: beyond the lane: they are put at its nearer end"],
    ['departPos="-999"', "", "1 departPos of vehicles: beyond the lane: they are put at its nearer end"],
    ['departSpeed="avg"', "", "1 departSpeed of vehicles: random, last or avg: as fast as limit and safety allow"],
    [
      'departSpeed="99"',
      "",
      "1 departSpeed of vehicles: faster than they drive there: as fast as limit and safety allow",
    ],
    [
      "",
      '<stop lane="we_1" endPos="50" duration="20" parking="true"/>',
      "1 stops of vehicles: off the road (parking): they are driven past",
    ],
  ])("tells what is driven otherwise than stated: %s%s", (attributes, stop, note) => {
    expect(notes(`<vehicle id="v" depart="0" route="r" ${attributes}>${stop}</vehicle>`)).toEqual([note]);
  });

  test("drives of drawn types those that it simulates, where roads are open to them, and tells the others", () => {
    const types = (second: string) =>
      `<vType id="car"/><vType id="other" vClass="${second}"/><vTypeDistribution id="t" vTypes="car other"/>`;
    const flow = '<flow id="f" type="t" begin="0" end="100" period="1" route="r"/>';
    const [bicycles = ""] = notes(types("bicycle") + flow);
    expect(bicycles).toMatch(/^\d\d vehicles: of a class that is not simulated/);
    const twin = built(types("bicycle") + flow);
    expect(twin.ok && twin.value.vehicleIds.length + Number.parseInt(bicycles)).toBe(100);
    const closed = exampleNet.replace('<lane id="me_0" index="0"', '<lane id="me_0" index="0" disallow="truck"');
    const imported = importCity("closed.net.xml", bytes(closed));
    if (!imported.ok) throw new Error(describeFailure(imported.error));
    const routes = bytes(`<routes>${route}${types("truck")}${flow}</routes>`);
    const demand = readSumoDemand(imported.value, [{ name: "routes.rou.xml", bytes: routes }]);
    if (!demand.ok) throw new Error(describeFailure(demand.error));
    const cars = buildScenarioTwin(imported.value, demand.value, { seed: 1, beginS: 0, endS: 900, tickS: 1 });
    if (!cars.ok) throw new Error(describeFailure(cars.error));
    expect(cars.value.dropped).toMatchObject([
      { what: "vehicles, trips and flows", why: expect.stringMatching(/^no way/) as string },
    ]);
    expect(cars.value.vehicleIds.length + (cars.value.dropped[0]?.count ?? 0)).toBe(100);
  });

  test("tells stops on lanes that are closed to who is to stop there", () => {
    const car = '<vehicle id="v" depart="0" route="r"><stop lane="we_0" endPos="50" duration="9"/></vehicle>';
    expect(notes(car)).toEqual(["1 stops of vehicles: on a lane closed to their class, and not made"]);
  });

  test("goes by the stops of a trip, and tells those that no way leads by", () => {
    const stop = '<stop lane="ms_0" endPos="50" duration="9"/>';
    const [driven = 0] = durations('<trip id="t" depart="0" from="we" to="me"/>');
    // 90 m to the end of the road, and back.
    const [stopped = 0] = durations(`<trip id="t" depart="0" from="we" to="me">${stop}</trip>`);
    expect(stopped - driven).toBeGreaterThan(9 + 180 / 8.33);
    expect(durations(`<trip id="t" depart="0" from="we" via="ms" to="me">${stop}</trip>`)).toEqual([stopped]);
    const apart = exampleNet.replace(/<request [^>]*>/g, "").replace(/<connection [^>]* to="ew"[^>]*>/g, "");
    const imported = importCity("apart.net.xml", bytes(apart));
    if (!imported.ok) throw new Error(describeFailure(imported.error));
    const trip = '<trip id="t" depart="0" from="we" to="me"><stop lane="ew_0" endPos="50" duration="9"/></trip>';
    const demand = readSumoDemand(imported.value, [{ name: "a.rou.xml", bytes: bytes(`<routes>${trip}</routes>`) }]);
    if (!demand.ok) throw new Error(describeFailure(demand.error));
    const twin = buildScenarioTwin(imported.value, demand.value, { seed: 1, beginS: 0, endS: 900, tickS: 1 });
    if (!twin.ok) throw new Error(describeFailure(twin.error));
    expect(twin.value.dropped.map(({ what, count, why }) => `${count} ${what}: ${why}`)).toEqual([
      "1 stops of vehicles: not on the way that was found, and not made",
    ]);
  });

  test("tells a stop of a trip once that is on a closed lane and not on its way", () => {
    const trip = '<trip id="t" depart="0" from="sm" to="ew"><stop lane="we_0" endPos="50" duration="9"/></trip>';
    expect(notes(trip)).toEqual(["1 stops of vehicles: on a lane closed to their class, and not made"]);
  });

  test("makes the stops of a trip behind one that is not on its way", () => {
    const trip = '<trip id="t" depart="0" from="we" to="me"';
    const [driven = 0] = durations(`${trip}/>`);
    const off = '<stop lane="ms_0" endPos="50" duration="9"/><stop lane="me_0" endPos="50" duration="60"/>';
    const [stopped = 0] = durations(`${trip}>${off}</trip>`);
    expect(stopped - driven).toBeGreaterThanOrEqual(60 - 1);
  });

  test("makes stops in the order of their places in the list", () => {
    const [later, sooner] = ['<stop lane="me_0" endPos="50" duration="30"/>', 'lane="we_1" endPos="90" duration="30"'];
    const vehicle = (stops: string) => `${route}<vehicle id="v" depart="0" route="r">${stops}</vehicle>`;
    const [inOrder] = durations(vehicle(`<stop ${sooner}/>${later}`));
    for (const index of ["0", "fit"])
      expect(durations(vehicle(`${later}<stop ${sooner} index="${index}"/>`))).toEqual([inOrder]);
    const ofRoute = `<route id="q" edges="we me">${later}</route>`;
    const own = `${ofRoute}<vehicle id="v" depart="0" route="q"><stop ${sooner} index="0"/></vehicle>`;
    expect(durations(own)).toEqual([inOrder]);
  });

  test("refuses a lane of departure that is not open, of those who depart", () => {
    const car = (lane: number, depart: number) =>
      `<vehicle id="v" depart="${depart}" route="r" departLane="${lane}"/><vehicle id="w" depart="0" route="r"/>`;
    expect(refusal(car(9, 0))).toBe('routes.rou.xml: line 1: vehicle "v": departLane: edge "we" has no lane 9');
    expect(refusal(car(0, 0))).toMatch(/vehicle "v": departLane: lane 0 of edge "we" is not open to its class/);
    expect(refusal(car(9, 5000))).toBe("none");
  });

  test("that ignores errors of routes leaves out who cannot depart, and stops that are not ahead", () => {
    const routes = `${route}<vehicle id="v" depart="0" route="r" departLane="9"/>
      <vehicle id="w" depart="0" route="r"><stop lane="ms_0" endPos="50" duration="9"/></vehicle>`;
    const twin = buildScenarioTwin(city, demandOf(routes, true), { seed: 1, beginS: 0, endS: 900, tickS: 1 });
    if (!twin.ok) throw new Error(describeFailure(twin.error));
    expect(twin.value.vehicleIds).toEqual(["w"]);
    expect(twin.value.dropped.map(({ what, count, why }) => `${count} ${what}: ${why}`)).toEqual([
      "1 stops of vehicles: not ahead on their route when their turn comes, and not made",
      "1 vehicles, trips and flows: departLane names no lane open to them",
    ]);
  });

  test("takes more stops than a call takes arguments", () => {
    const stops = '<stop lane="me_0" endPos="50" duration="0"/>'.repeat(200_000);
    expect(notes(`<vehicle id="v" depart="0" route="r">${stops}</vehicle>`)).toEqual([]);
  });

  test("has nothing to tell where all is driven as stated", () => {
    const entry = 'departPos="0" departSpeed="10" departLane="1" arrivalPos="-1"';
    const halt = '<stop lane="me_0" endPos="50" duration="9"/>';
    expect(notes(`<vehicle id="v" depart="0" route="r" ${entry}>${halt}</vehicle>`)).toEqual([]);
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
