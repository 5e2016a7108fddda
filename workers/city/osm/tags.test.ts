import { expect, test } from "vitest";
import { RoadClass } from "../../../common/city";
import { TurnMark } from "../roads/road-graph";
import { barrierStopsCars, drivabilityOf } from "./access";
import { buildingHeightM } from "./building-tags";
import { directionsOf, laneCountsOf, turnMarksOf } from "./lanes";
import { parseSpeedKmh, speedLimitOf } from "./speeds";

const tags = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(" ").map((pair) => pair.split("=") as [string, string]));

const residential = { roadClass: RoadClass.residential, isLink: false };
const primary = { roadClass: RoadClass.primary, isLink: false };

test("the special access key overrules the general one", () => {
  const drivable = (text: string) => drivabilityOf(tags(`highway=residential ${text}`)).drivable;
  expect(drivable("name=x")).toBe(true);
  expect(drivable("access=private")).toBe(false);
  expect(drivable("access=no motor_vehicle=yes")).toBe(true);
  expect(drivable("access=yes vehicle=no")).toBe(false);
  expect(drivable("motor_vehicle=no motorcar=yes")).toBe(true);
  expect(drivable("access=destination")).toBe(true);
  expect(drivable("area=yes")).toBe(false);
});

test("ways of other classes than roads are not for cars, and say why", () => {
  for (const value of ["footway", "steps", "construction", "platform", "no_such_class"]) {
    const drivability = drivabilityOf(tags(`highway=${value}`));
    expect(drivability.drivable).toBe(false);
    if (!drivability.drivable) expect(drivability.why.length).toBeGreaterThan(5);
  }
});

test("bollards stop cars unless a tag lets them pass, gates the other way round", () => {
  expect(barrierStopsCars(tags("barrier=bollard"))).toBe(true);
  expect(barrierStopsCars(tags("barrier=bollard motor_vehicle=yes"))).toBe(false);
  expect(barrierStopsCars(tags("barrier=lift_gate"))).toBe(false);
  expect(barrierStopsCars(tags("barrier=gate access=private"))).toBe(true);
  expect(barrierStopsCars(tags("highway=crossing"))).toBe(false);
});

test("one-ways hold by tag, by roundabout and by motorway, and -1 runs backwards", () => {
  const both = { forward: true, backward: true };
  const forward = { forward: true, backward: false };
  expect(directionsOf(tags("highway=residential"), residential)).toEqual(both);
  expect(directionsOf(tags("oneway=yes"), residential)).toEqual(forward);
  expect(directionsOf(tags("oneway=-1"), residential)).toEqual({ forward: false, backward: true });
  expect(directionsOf(tags("junction=roundabout"), residential)).toEqual(forward);
  expect(directionsOf(tags("junction=circular"), residential)).toEqual(forward);
  expect(directionsOf(tags("highway=motorway"), { roadClass: RoadClass.motorway, isLink: false })).toEqual(forward);
  expect(directionsOf(tags("oneway=no"), { roadClass: RoadClass.motorway, isLink: false })).toEqual(both);
  expect(directionsOf(tags("oneway=yes oneway:motorcar=no"), residential)).toEqual(both);
});

test("lanes are counted for each direction, and impossible numbers are noted", () => {
  const both = { forward: true, backward: true };
  const count = (text: string) => {
    const { forward, backward, absurd } = laneCountsOf(tags(text), primary, both);
    return [forward, backward, absurd.length];
  };
  expect(count("name=x")).toEqual([2, 2, 0]);
  expect(count("lanes=2")).toEqual([1, 1, 0]);
  expect(count("lanes=1")).toEqual([1, 1, 0]);
  expect(count("lanes=5")).toEqual([3, 2, 0]);
  expect(count("lanes=3 lanes:backward=2")).toEqual([1, 2, 0]);
  expect(count("lanes=3 lanes:both_ways=1")).toEqual([1, 1, 0]);
  expect(count("lanes:forward=3")).toEqual([3, 2, 0]);
  expect(count("lanes=1000")).toEqual([2, 2, 1]);
  expect(count("lanes=many")).toEqual([2, 2, 1]);
  expect(count("lanes=4 lanes:psv:forward=1")).toEqual([1, 2, 0]);
  expect(laneCountsOf(tags("lanes=3"), primary, { forward: false, backward: true })).toMatchObject({
    forward: 0,
    backward: 3,
  });
});

test("turn lanes are read from the right and have to fit the lanes", () => {
  const oneWay = { forward: true, backward: false };
  expect(turnMarksOf(tags("turn:lanes=left|through;right"), "forward", oneWay, 2).marks).toEqual([
    TurnMark.through | TurnMark.right,
    TurnMark.left,
  ]);
  expect(turnMarksOf(tags("turn:lanes=left|through"), "forward", oneWay, 3)).toEqual({ marks: null, misfit: true });
  expect(turnMarksOf(tags("turn:lanes=|"), "forward", oneWay, 2)).toEqual({ marks: null, misfit: false });
  expect(
    turnMarksOf(tags("turn:lanes:backward=left|"), "backward", { forward: true, backward: true }, 2).marks,
  ).toEqual([0, TurnMark.left]);
});

test("speed limits are read in every spelling", () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ["50", 50],
    ["30 mph", 48.28032],
    ["30mph", 48.28032],
    ["none", 130],
    ["walk", 7],
    ["AT:urban", 50],
    ["AT:rural", 100],
    ["DE:zone:30", 30],
    ["DE:zone30", 30],
    ["GB:nsl_single", 96.56064],
    ["IT:rural", 90],
    ["50;30", 50],
    ["5000", null],
    ["-20", null],
    ["fast", null],
    ["", null],
  ];
  for (const [text, speedKmh] of cases) {
    if (speedKmh === null) expect(parseSpeedKmh(text), text).toBeNull();
    else expect(parseSpeedKmh(text), text).toBeCloseTo(speedKmh, 9);
  }
});

test("a limit of one direction goes before the limit of both, and an absurd one is noted", () => {
  expect(speedLimitOf(tags("maxspeed=50 maxspeed:backward=30"), "backward").speedMps).toBeCloseTo(30 / 3.6);
  expect(speedLimitOf(tags("maxspeed=50 maxspeed:backward=30"), "forward").speedMps).toBeCloseTo(50 / 3.6);
  expect(speedLimitOf(tags("maxspeed=9999"), "forward")).toEqual({ speedMps: null, absurd: ["maxspeed"] });
  expect(speedLimitOf(tags("maxspeed=signals"), "forward")).toEqual({ speedMps: null, absurd: [] });
  expect(speedLimitOf(tags("source:maxspeed=AT:urban"), "forward").speedMps).toBeCloseTo(50 / 3.6);
});

test("buildings are as high as tagged, else as their storeys, else by use and size", () => {
  expect(buildingHeightM(tags("building=yes height=17.5"), 100)).toBe(17.5);
  expect(buildingHeightM(tags("building=yes building:levels=5"), 100)).toBe(15);
  expect(buildingHeightM(tags("building=garage"), 20)).toBe(3);
  expect(buildingHeightM(tags("building=yes height=99999"), 100)).toBe(6);
});
