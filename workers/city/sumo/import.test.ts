import { expect, test } from "vitest";
import { JunctionKind, SignalLetter, VehicleClass, type City } from "../../../common/city";
import { drawInteger } from "../../../common/draw";
import { describeFailure } from "../../../common/result";
import { readSumoConfiguration, importCity, importSumoNet, readSumoDemand } from "../index";
import { findBrokenInvariants } from "../invariants";
import { projectionAround, placeOf } from "../projection";
import { FlowRule, LaneRule, SpeedRule } from "./demand/sumo-demand";
import { exampleNet, exampleRoutes } from "./example-net";
import { transverseMercatorOf, unproject } from "./transverse-mercator";

const bytes = (text: string) => new TextEncoder().encode(text);
const net = (text = exampleNet) => importCity("a.net.xml", bytes(text));

function cityOf(text = exampleNet): City {
  const city = net(text);
  if (!city.ok) throw new Error(describeFailure(city.error));
  return city.value;
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length;

test("a network is the city that its file describes", () => {
  const city = cityOf();
  expect(findBrokenInvariants(city)).toEqual([]);
  const { columns: c, meta } = city;
  expect(meta.edgeIds).toEqual(["we", "ew", "me", "em", "sm", "ms"]);
  expect(meta.leftOutEdgeIds).toEqual(["path"]);
  expect(meta.names).toEqual(["Main Street"]);
  expect([...c.laneNumber]).toEqual([0, 1, 0, 0, 0, 0, 0]);
  expect([c.laneClasses[0], c.laneClasses[1] & VehicleClass.passenger]).toEqual([
    VehicleClass.bus,
    VehicleClass.passenger,
  ]);
  expect(c.laneLengthM[0]).toBe(190.5);
  const kinds = [...c.junctionKind].sort();
  expect(kinds).toEqual([JunctionKind.signal, JunctionKind.deadEnd, JunctionKind.deadEnd, JunctionKind.deadEnd].sort());
  expect([...c.phaseLetters.subarray(0, 5)]).toEqual([
    SignalLetter.green,
    SignalLetter.green,
    SignalLetter.red,
    SignalLetter.red,
    SignalLetter.green,
  ]);
});

test("link numbers follow incoming lanes, and rows of the matrices are read from behind", () => {
  const { columns: c } = cityOf();
  const laneName = ["we_0", "we_1", "ew_0", "me_0", "em_0", "sm_0", "ms_0"];
  const name = (row: number) => `${laneName[c.connectionFromLane[row]]} ${laneName[c.connectionToLane[row]]}`;
  const yields: string[] = [];
  c.connectionFromLane.forEach((_, row) => {
    for (let at = c.conflictStart[row]; at < c.conflictStart[row + 1]; at++) {
      if (c.conflictYields[at] === 1) yields.push(`${name(row)} < ${name(c.conflictWith[at])}`);
    }
  });
  // Links: 0 we-me, 1 we-ms, 2 em-ew, 3 sm-me, 4 sm-ew. Row 2 answers to 0, row 3 to 0 and 1.
  expect(yields.sort()).toEqual(["em_0 ew_0 < we_1 me_0", "sm_0 me_0 < we_1 me_0", "sm_0 me_0 < we_1 ms_0"]);
});

test.each([
  [
    'to="m" priority="3" type="highway.secondary" name',
    'to="x" priority="3" type="highway.secondary" name',
    'edge "we": there is no junction "x"',
  ],
  ['<edge id="ew"', '<edge id="we"', 'edge "we": an edge of this id came before'],
  ['length="190.50" width', 'length="-1" width', 'lane "we_1": length must be more than 0, and is -1'],
  [
    'speed="8.33" length="90.00" shape="202',
    'speed="NaN" length="90.00" shape="202',
    'lane "sm_0": speed is no number',
  ],
  [
    'speed="8.33" length="90.00" shape="202',
    'speed="1e39" length="90.00" shape="202',
    'lane "sm_0": speed is too large: "1e39"',
  ],
  [
    'speed="8.33" length="90.00" shape="202',
    'speed="1e-46" length="90.00" shape="202',
    'lane "sm_0": speed must be more than 0',
  ],
  ['shape="202', 'shape="1e39,4 202', 'shape has a point that is none: "1e39,4"'],
  ['<connection from="sm" to="me"', '<connection from="sx" to="me"', 'there is no edge "sx"'],
  [
    'fromLane="0" toLane="0" tl="m" linkIndex="4"',
    'fromLane="0" toLane="3" tl="m" linkIndex="4"',
    'edge "ew" has no lane 3',
  ],
  ['via=":m_0_0" tl', 'via=":m_9_0" tl', 'there is no lane ":m_9_0" to go by'],
  ['duration="3" state="yyrry"', 'duration="3" state="yyrr"', "state has 4 letters, and the first phase has 5"],
  ['duration="20" state="rrGGr"', 'duration="20" state="rrGXr"', 'no signal state "X"'],
  ['linkIndex="3" dir="l"', 'linkIndex="7" dir="l"', 'link 7 of tlLogic "m", whose program "0" has 5 letters a phase'],
  ['tl="m" linkIndex="3"', 'tl="n" linkIndex="3"', 'there is no tlLogic "n"'],
  ['        <request index="4" response="00000" foes="01000" cont="0"/>\n', "", "request"],
  ['incLanes="we_1 em_0 sm_0"', 'incLanes="we_1 em_0"', "5 requests for 3 connections"],
  ['allow="bus"', 'allow="rocket"', 'no vehicle class "rocket"'],
  ['<net version="1.9">', '<network version="1.9">', "the outermost element is <network>, not <net>"],
])("a contradiction is refused by its element and line: %s", (before, after, message) => {
  const text = exampleNet.replace(before, after);
  expect(text).not.toBe(exampleNet);
  const city = net(text);
  expect(city.ok).toBe(false);
  if (!city.ok) {
    expect(describeFailure(city.error)).toContain(message);
    expect(describeFailure(city.error)).toMatch(/^a\.net\.xml: line \d+: /);
  }
});

test("line numbers are those of the element, wherever it stands", () => {
  const seed = 20261126;
  for (let round = 0; round < 40; round++) {
    // Blank lines and tags over several lines move everything after them.
    const shift = "\n".repeat(drawInteger(seed, round, 1, 0, 9));
    const text = exampleNet
      .replace("<net version", `${shift}<net version`)
      .replace(' from="w" to="m"', `${"\n".repeat(drawInteger(seed, round, 1, 1, 4))} from="w" to="m"`)
      .replace('<lane id="ms_0"', '<lane id="ms_0" wrong="1"')
      .replace('length="90.00" shape="198', '\n length="0" shape="198');
    const city = net(text);
    expect(city.ok ? "" : city.error.where, `seed ${seed}, round ${round}`).toBe(
      `a.net.xml: line ${lineOf(text, '<lane id="ms_0"')}`,
    );
  }
});

test("UTM is undone to a centimetre, and a file without a projection lies at 0°, 0°", () => {
  const utm = transverseMercatorOf("+proj=utm +zone=33 +ellps=WGS84 +datum=WGS84 +units=m +no_defs");
  if (utm === null) throw new Error("UTM is known");
  // netconvert of SUMO 1.15 (by PROJ) makes these metres of these degrees.
  for (const [longitude, latitude, x, y] of [
    [16.3733, 48.2085, 602_027.4652, 5_340_386.2741],
    [13, 52.5, 364_240.977, 5_818_532.1448],
    [17.9, 47, 720_467.7028, 5_209_246.3429],
  ]) {
    const place = unproject(utm, x, y);
    // A centimetre is 9e-8 degrees of latitude.
    expect(Math.abs(place.latitude - latitude)).toBeLessThan(9e-8);
    expect(Math.abs(place.longitude - longitude)).toBeLessThan(9e-8);
  }
  const city = cityOf(exampleNet.replace(/projParameter="[^"]*"/, 'projParameter="!"'));
  expect([city.meta.originLongitude, city.meta.originLatitude]).toEqual([0, 0]);
  expect(city.meta.synthesised.join()).toContain("place on the globe");
  expect(placeOf(projectionAround(0, 0), 0, 0)).toEqual({ longitude: 0, latitude: 0 });
});

test("signal programs of additional files rule over the network's own", () => {
  const more = `<additional>\n<tlLogic id="m" type="actuated" programID="day" offset="0">
    <param key="max-gap" value="2.5"/><param key="show-detectors" value="true"/><param key="jam-threshold" value="30"/>
    <phase duration="40" minDur="5" maxDur="50" state="GGrrG"/><phase duration="30" state="rrGGr"/></tlLogic></additional>`;
  const city = importSumoNet({ name: "a.net.xml", bytes: bytes(exampleNet) }, {}, [
    { name: "b.add.xml", bytes: bytes(more) },
  ]);
  if (!city.ok) throw new Error(describeFailure(city.error));
  const { columns: c, meta } = city.value;
  expect(meta.programIds).toEqual(["0", "day"]);
  expect(Math.max(...c.junctionProgram)).toBe(1);
  expect([...c.phaseLeastS.slice(4)]).toEqual([5, 30]);
  expect([...c.phaseMostS.slice(4)]).toEqual([50, 30]);
  expect([c.programMaxGapS[1], c.programDetectorS[1], c.programRangeM[1]]).toEqual([2.5, 2, 0]);
  expect(c.programMaxGapS[0]).toBe(0);
  expect(meta.dropped.map(({ what, count }) => [what, count])).toContainEqual([
    "param jam-threshold of signal programs",
    1,
  ]);
});

test("traffic is read in any order, and nothing is lost", () => {
  const demand = readSumoDemand(cityOf(), [{ name: "a.rou.xml", bytes: bytes(exampleRoutes) }]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  const { departures: d, routes, stops, typeChoices, dropped } = demand.value;
  expect(d.ids).toEqual(["v", "t", "f", "p"]);
  expect([...d.departS]).toEqual([90, 12.5, 0, 0]);
  expect(dropped).toEqual([
    { what: "vehicles, trips and flows", count: 1, why: "of a class that is not simulated: bicycles, rails, feet" },
  ]);
  expect(d.type[0]).toBe(-1);
  expect([...typeChoices.weight]).toEqual([0.3, 0.7]);
  expect([d.departLaneRule[0], d.departSpeedRule[0]]).toEqual([LaneRule.best, SpeedRule.most]);
  expect([...d.flowRule]).toEqual([FlowRule.none, FlowRule.none, FlowRule.everyS, FlowRule.poissonPerS]);
  expect([...d.flowRate]).toEqual([0, 0, 10, 0.2]);
  expect([routes.isWhole[d.route[0]], routes.isWhole[d.route[1]]]).toEqual([1, 0]);
  expect([stops.startM[0], stops.endM[0], stops.durationS[0]]).toEqual([150.5, 170.5, 20]);
});

test.each([
  ['edges="we me"', 'edges="we nowhere"', 'route "main": there is no edge "nowhere" in the network'],
  ['edges="we me"', 'edges="we ew"', "edges that are not connected"],
  ['type="car" begin', 'type="cart" begin', 'there is no vType "cart"'],
  ['busStop="halt"', 'busStop="hall"', 'there is no stop "hall"'],
  ['depart="12.5"', 'depart="soon"', 'trip "t": depart is no time: "soon"'],
  ['depart="12.5"', 'depart="1e39"', 'trip "t": depart is no time: "1e39"'],
  ['endPos="-20"', 'endPos="-60"', "lies from"],
  ['lane="we_0"', 'lane="we_9"', 'there is no lane "we_9"'],
  ['vehsPerHour="360"', 'vehsPerHour="360" probability="0.1"', "both vehsPerHour and probability are given"],
  ['<trip id="t"', '<trip id="v"', "one of this id came before"],
  [
    'from="sm" to="ew"',
    'fromTaz="1" toTaz="2"',
    'trip "t": fromTaz: zones (TAZ) are not supported as ends, only edges',
  ],
  ['from="sm" to="ew"', 'from="sm" toJunction="e"', 'trip "t": toJunction: junctions are not supported as ends'],
  ['from="sm" to="ew"', 'from="sm"', 'trip "t": to is missing'],
  ['from="em" to="ew"', 'fromTaz="1" toTaz="2"', 'flow "f": fromTaz: zones (TAZ) are not supported as ends'],
  ['from="em" to="ew"', 'fromXY="1,1" toXY="2,2"', 'flow "f": fromXY: coordinates are not supported as ends'],
  ['from="em" to="ew"', "", 'flow "f": has no route'],
  ['probability="0.3"', 'probability="-0.3"', 'vType "slow": probability must not be negative, and is -0.3'],
  ['vClass="bicycle"', 'vClass="toString"', 'vType "bike": no vehicle class "toString"'],
  ['departLane="best"', 'departLane="-1"', "departLane is no lane"],
  ['departSpeed="max"', 'departSpeed="abc"', 'vehicle "v": departSpeed is no number: "abc"'],
  ['vClass="passenger"', 'sigma="5"', 'vType "car": sigma must be from 0 to 1, and is 5'],
  ['maxSpeed="20"', 'speedFactor="normc(1,0.1,2,3)"', 'vType "slow": no distribution of speeds: "normc(1,0.1,2,3)"'],
  ['maxSpeed="20"', 'speedFactor="normc(1,,,)"', "no distribution of speeds"],
  ['maxSpeed="20"', 'speedFactor="norm(-1,0.1)"', "no distribution of speeds"],
  ['maxSpeed="20"', 'speedFactor="normc(1,0.1,-2,-1)"', "no distribution of speeds"],
  ['begin="0" end="600" vehs', 'begin="begin" end="600" vehs', 'flow "f": begin is no time: "begin"'],
  ['busStop="halt" duration', 'index="-1" lane="we_1" duration', "index must be a whole number from 0"],
  ['busStop="halt" duration', 'index="first" lane="we_1" duration', "index is no number"],
  ['id="mix"', 'id="mix" vTypes="car" probabilities="Infinity"', "a probability is no number from 0 on"],
  ['id="bike" vClass', 'id="DEFAULT_VEHTYPE"/><vType id="DEFAULT_VEHTYPE" vClass', "a vType of this id came before"],
  ["<busStop", '<routeDistribution id="main" routes="main"/><busStop', 'routeDistribution "main": a route of this id'],
  ['duration="20"', 'duration="-20"', "stop: duration must not be negative, and is -20"],
  ['endPos="-20"', 'endPos="999"', 'busStop "halt": ends at 999 m of a lane of 190.5 m'],
  ['busStop="halt" duration', 'lane="ew_0" duration', 'vehicle "v": its stop on edge "ew" does not lie ahead'],
  ['type="mix" depart', 'type="mox" depart', 'vehicle "v": there is no vType "mox"'],
  ['type="car" begin', 'type="cart" begin', 'flow "f": there is no vType "cart"'],
])("traffic that contradicts is refused by file, line and element: %s", (before, after, message) => {
  const text = exampleRoutes.replace(before, after);
  const demand = readSumoDemand(cityOf(), [{ name: "a.rou.xml", bytes: bytes(text) }]);
  expect(demand.ok).toBe(false);
  if (!demand.ok) expect(describeFailure(demand.error)).toMatch(/^a\.rou\.xml: line \d+: .*/);
  if (!demand.ok) expect(describeFailure(demand.error)).toContain(message);
});

test("a configuration says what is wrong with it", () => {
  const read = (text: string) => readSumoConfiguration({ name: "a.sumocfg", bytes: bytes(text) });
  const failureOf = (text: string) => {
    const result = read(text);
    return result.ok ? "none" : describeFailure(result.error);
  };
  expect(failureOf("<configuration><input/></configuration>")).toBe("a.sumocfg: names no net-file");
  expect(failureOf('<configuration>\n<net-file value="a"/>\n<begin value="x"/></configuration>')).toContain(
    "line 3: begin",
  );
  expect(failureOf('<configuration><net-file value="a"/><begin value="9"/><end value="3"/></configuration>')).toContain(
    "ends at 3 s",
  );
  for (const step of ["0", "-1"])
    expect(failureOf(`<configuration><net-file value="a"/><step-length value="${step}"/></configuration>`)).toBe(
      "a.sumocfg: step-length must be more than 0",
    );
});

test("no mutation of a network or its traffic throws, hangs or makes a broken city", () => {
  const seed = 20261127;
  const city = cityOf();
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const isNet = round % 2 === 0;
    const mutated = mutate(isNet ? exampleNet : exampleRoutes, seed, round);
    if (isNet) {
      const made = importCity("a.net.xml", mutated);
      if (made.ok) expect(findBrokenInvariants(made.value), `seed ${seed}, round ${round}`).toEqual([]);
      else expect(describeFailure(made.error), `seed ${seed}, round ${round}`).toMatch(/^a\.net\.xml: ./);
      refused += Number(!made.ok);
    } else {
      const demand = readSumoDemand(city, [{ name: "a.rou.xml", bytes: mutated }]);
      if (!demand.ok) expect(describeFailure(demand.error), `seed ${seed}, round ${round}`).toMatch(/^a\.rou\.xml: ./);
      refused += Number(!demand.ok);
    }
  }
  expect(refused).toBeGreaterThan(100);
});

/** Bytes changed, an element or an attribute cut out, a value replaced, or the end cut off. */
function mutate(text: string, seed: number, who: number): Uint8Array {
  const upTo = (bound: number, when: number) => drawInteger(seed, who, 1, when, bound);
  const pick = (pattern: RegExp) => {
    const found = [...text.matchAll(pattern)];
    return found[upTo(found.length, 1)];
  };
  const without = ({ index, 0: whole }: RegExpExecArray, put: string) =>
    bytes(text.slice(0, index) + put + text.slice(index + whole.length));
  const values = ["-1", "NaN", "0", "1e308", "", "x", "999999999", "we", "0,0", "INF"];
  switch (upTo(5, 0)) {
    case 0: {
      const changed = bytes(text);
      for (let at = 0; at <= upTo(4, 2); at++) changed[upTo(changed.length, 10 + at)] = upTo(256, 20 + at);
      return changed;
    }
    case 1:
      return without(pick(/<[a-zA-Z][^>]*\/>/g), "");
    case 2:
      return without(pick(/ [a-zA-Z]+="[^"]*"/g), "");
    case 3:
      return without(pick(/"[^"]*"/g), `"${values[upTo(values.length, 3)]}"`);
    default:
      return bytes(text.slice(0, upTo(text.length, 4)));
  }
}
