import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  connectionCountOf,
  ConnectionRule,
  edgeCountOf,
  edgeLaneCountOf,
  packCity,
  SignalLetter,
  unpackCity,
  type City,
} from "../../common/city";
import { describeFailure } from "../../common/result";
import { importCity } from "../../workers/city";
import { findBrokenInvariants } from "../../workers/city/invariants";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { recordsOf, violations } from "../support/traffic-checks";
import { bytesOf, elementsOf, hasSumo, sumoFiles, type FoundElement } from "./sumo-files";

const nets = sumoFiles(/\.net\.xml(\.gz)?$/);

const imported = new Map<string, City>();
function cityOf(file: string): City {
  const known = imported.get(file);
  if (known !== undefined) return known;
  const city = importCity(path.basename(file), bytesOf(file));
  if (!city.ok) throw new Error(describeFailure(city.error));
  imported.set(file, city.value);
  return city.value;
}

const motors = "private passenger hov taxi bus coach delivery truck trailer motorcycle evehicle vip".split(" ");

/** Whether somebody with a motor may drive a lane, by its own words. */
function isForMotors({ attributes: { allow, disallow } }: FoundElement): boolean {
  if (allow !== undefined) return allow === "all" || motors.some((word) => allow.split(" ").includes(word));
  if (disallow === undefined) return true;
  return disallow !== "all" && motors.some((word) => !disallow.split(" ").includes(word));
}

/** What a network has for motor vehicles, told from its text alone. */
function accountOf(file: string) {
  const elements = elementsOf(file);
  const lanes = new Map<string, { readonly lane: FoundElement; readonly edge: FoundElement }>();
  let edge: FoundElement | null = null;
  for (const element of elements) {
    if (element.tag === "edge") edge = element;
    else if (element.tag === "lane" && edge !== null) {
      const isRoad = edge.attributes["function"] === undefined || edge.attributes["function"] === "normal";
      if (isRoad && isForMotors(element)) lanes.set(element.attributes["id"], { lane: element, edge });
    }
  }
  const laneOf = (id: string, index: string) => lanes.get(`${id}_${index}`);
  const connections = elements.filter(
    ({ tag, attributes: a }) =>
      tag === "connection" &&
      laneOf(a["from"], a["fromLane"]) !== undefined &&
      laneOf(a["to"], a["toLane"]) !== undefined,
  );
  const edges = new Set([...lanes.values()].map(({ edge: of }) => of.attributes["id"]));
  const junctions = new Set(
    [...lanes.values()].flatMap(({ edge: { attributes } }) => [attributes["from"], attributes["to"]]),
  );
  const programs = new Set(elements.filter(({ tag }) => tag === "tlLogic").map(({ attributes }) => attributes["id"]));
  const controllers = new Set(
    connections.flatMap(({ attributes: { tl } }) => (tl !== undefined && programs.has(tl) ? [tl] : [])),
  );
  return { lanes, edges, connections, junctions, controllers, elements };
}

describe.skipIf(!hasSumo)("networks of SUMO", () => {
  test.each(nets)("%s has as many edges, lanes, connections, junctions and signals as its text", (file) => {
    const city = cityOf(file);
    const account = accountOf(file);
    const { columns, meta } = city;
    const madeUp = columns.connectionRule.filter((rule) => rule === ConnectionRule.madeUp).length;
    expect({
      edges: edgeCountOf(city),
      lanes: edgeLaneCountOf(city),
      connections: connectionCountOf(city) - madeUp,
      junctions: columns.junctionX.length,
      controllers: [...meta.controllerIds].sort(),
      ids: new Set(meta.edgeIds),
    }).toEqual({
      edges: account.edges.size,
      lanes: account.lanes.size,
      connections: account.connections.length,
      junctions: account.junctions.size,
      controllers: [...account.controllers].sort(),
      ids: account.edges,
    });
  });

  test.each(nets)("%s keeps each lane's length, speed and number, and each connection's lanes", (file) => {
    const city = cityOf(file);
    const { lanes, connections } = accountOf(file);
    const { columns, meta } = city;
    const nameOfLane: string[] = [];
    meta.edgeIds.forEach((id, edge) => {
      for (let lane = columns.edgeLaneStart[edge]; lane < columns.edgeLaneStart[edge + 1]; lane++)
        nameOfLane.push(`${id}_${columns.laneNumber[lane]}`);
    });
    nameOfLane.forEach((name, lane) => {
      const stated = lanes.get(name)?.lane.attributes;
      expect(columns.laneLengthM[lane], name).toBeCloseTo(Number(stated?.["length"]), 3);
      expect(columns.laneSpeedMps[lane], name).toBeCloseTo(Number(stated?.["speed"]), 4);
    });
    const ways = (list: readonly string[]) => [...list].sort();
    const stated = connections.map(({ attributes: a }) => `${a["from"]}_${a["fromLane"]} ${a["to"]}_${a["toLane"]}`);
    const found = Array.from(columns.connectionFromLane, (from, row) =>
      columns.connectionRule[row] === ConnectionRule.madeUp
        ? []
        : [`${nameOfLane[from]} ${nameOfLane[columns.connectionToLane[row]]}`],
    ).flat();
    expect(ways(found)).toEqual(ways(stated));
  });

  test.each(nets)("%s has the responses and foes of its own matrices", (file) => {
    const city = cityOf(file);
    const { columns } = city;
    // Each pair of foes gives two bits; pairs with what is left out, such as crossings, give none here.
    let [bits, yields] = [0, 0];
    const { elements } = accountOf(file);
    for (const { tag, attributes } of elements) {
      if (tag !== "request") continue;
      bits += Array.from(attributes["foes"]).filter((bit) => bit === "1").length;
      yields += Array.from(attributes["response"]).filter((bit) => bit === "1").length;
    }
    const given = columns.conflictYields.filter((bit) => bit === 1).length;
    const hasOthers = elements.some(
      ({ tag, attributes }) => tag === "edge" && ["crossing", "walkingarea"].includes(attributes["function"]),
    );
    if (hasOthers) {
      expect(given).toBeLessThanOrEqual(yields);
      expect(given).toBeGreaterThan(0);
    } else expect([columns.conflictWith.length, given]).toEqual([bits, yields]);
  });

  test.each(nets)("%s has its signal programs, letter by letter", (file) => {
    const { columns, meta } = cityOf(file);
    const letters = new Map<string, SignalLetter>([
      ["r", SignalLetter.red],
      ["y", SignalLetter.yellow],
      ["g", SignalLetter.greenYield],
      ["G", SignalLetter.green],
      ["u", SignalLetter.redYellow],
      ["s", SignalLetter.stopYield],
      ["o", SignalLetter.blinking],
      ["O", SignalLetter.off],
    ]);
    const stated = new Map<string, { durations: number[]; letters: number[]; offset: number }>();
    let program = { durations: [] as number[], letters: [] as number[], offset: 0 };
    for (const { tag, attributes } of elementsOf(file)) {
      if (tag === "tlLogic") {
        program = { durations: [], letters: [], offset: Number(attributes["offset"]) };
        stated.set(`${attributes["id"]} ${attributes["programID"]}`, program);
      } else if (tag === "phase") {
        program.durations.push(Number(attributes["duration"]));
        program.letters.push(...Array.from(attributes["state"]).map((letter) => letters.get(letter) ?? -1));
      }
    }
    meta.programIds.forEach((id, row) => {
      const [first, end] = [columns.programPhaseStart[row], columns.programPhaseStart[row + 1]];
      expect({
        durations: [...columns.phaseDurationS.subarray(first, end)],
        letters: [...columns.phaseLetters.subarray(columns.phaseLetterStart[first], columns.phaseLetterStart[end])],
        offset: columns.programOffsetS[row],
      }).toEqual(stated.get(`${meta.controllerIds[columns.programController[row]]} ${id}`));
    });
  });

  test.each(nets)("%s breaks no invariant, and packs and unpacks to itself", (file) => {
    const city = cityOf(file);
    expect(findBrokenInvariants(city)).toEqual([]);
    expect(unpackCity(packCity(city))).toEqual({ ok: true, value: city });
  });

  test.each(nets)("%s carries people for ten minutes without gridlock or collision", (file) => {
    const city = cityOf(file);
    const values = parameterValues({ departureMeanS: 7.1 * 3600, departureDeviationS: 600 });
    const people = 200;
    const population = generatePopulation(city, people, 3, values);
    if (!population.ok) throw new Error(describeFailure(population.error));
    const twin = buildTwin(city, population.value, { seed: 3, startS: 7 * 3600, tickS: 1 }, values);
    if (!twin.ok) throw new Error(describeFailure(twin.error));
    const engine = createTwinEngine(twin.value, values);
    let before = recordsOf(twin.value);
    for (let tick = 0; tick < 600; tick++) {
      advanceTwin(engine, tick + 1);
      expect(violations(twin.value, before), `tick ${tick}`).toEqual([]);
      before = recordsOf(twin.value);
    }
    const { header } = twin.value;
    expect(header.departedCount).toBeGreaterThan(people / 4);
    expect(header.arrivedCount).toBeGreaterThan(header.departedCount / 3);
  });
});
