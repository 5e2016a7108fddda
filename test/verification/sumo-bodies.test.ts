import path from "node:path";
import { describe, expect, test } from "vitest";
import { edgeLaneCountOf, type City } from "../../common/city";
import { buildScenarioTwin } from "../../workers/scenario";
import { parameterValues } from "../../workers/people";
import { hashArena, type Arena } from "../../workers/arena";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { openSumoScenario, readScenarioDemand } from "../../main/host/sumo-files";
import { recordsOf, type VehicleRecord } from "../support/traffic-checks";
import { hasSumo } from "./sumo-files";
import { referredScenarios } from "./sumo-runs";

/** Half an hour of each scenario: time for its junctions to fill. */
const runS = 1800;
/** Vehicle-seconds in each scenario in which two overlap on a lane, which none should: a ratchet that may only be lowered. */
const overlapsKnown = 1;
/** Cars are 1.8 m wide; a lane's middle is where they drive. Bodies nearer than this would touch, m. */
const bodyWidthM = 1.8;

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

interface Body {
  readonly connection: number;
  readonly fromM: number;
  readonly toM: number;
}

/** What of each vehicle is on a connection: front to rear, and the rear of who is on the next lane already. */
function bodiesOf({ columns, counts }: Arena, records: readonly VehicleRecord[]): Body[] {
  return records.flatMap(({ lane, positionM, trip, clears }): Body[] => {
    const lengthM = columns.typeLengthM[columns.personVehicleType[trip >> 1] ?? 0] ?? 0;
    if (lane >= counts.edgeLanes)
      return [{ connection: lane - counts.edgeLanes, fromM: Math.max(0, positionM - lengthM), toM: positionM }];
    const internal = counts.edgeLanes + clears;
    const toM = columns.laneLengthM[internal] ?? 0;
    const fromM = toM + positionM - lengthM;
    return clears < counts.connections && fromM < toM ? [{ connection: clears, fromM: Math.max(0, fromM), toM }] : [];
  });
}

/** The point of a connection's middle line so many metres from its start. */
function pointAt(city: City, connection: number, atM: number): readonly [number, number] {
  const { laneShapeStart, laneShapeX, laneShapeY, laneLengthM } = city.columns;
  const lane = edgeLaneCountOf(city) + connection;
  const points = Array.from({ length: laneShapeStart[lane + 1] - laneShapeStart[lane] }, (_, row) => {
    const at = laneShapeStart[lane] + row;
    return [laneShapeX[at], laneShapeY[at]] as const;
  });
  const parts = points.slice(1).map(([x, y], row) => Math.hypot(x - points[row][0], y - points[row][1]));
  let leftM = (atM / laneLengthM[lane]) * parts.reduce((sum, part) => sum + part, 0);
  const row = parts.findIndex((part) => (leftM -= part) <= 0);
  if (row < 0) return points[points.length - 1];
  const back = parts[row] > 0 ? -leftM / parts[row] : 0;
  const [[ax, ay], [bx, by]] = [points[row], points[row + 1]];
  return [bx + back * (ax - bx), by + back * (ay - by)];
}

const outline = (city: City, { connection, fromM, toM }: Body) =>
  Array.from({ length: Math.ceil(toM - fromM) + 1 }, (_, m) => pointAt(city, connection, Math.min(toM, fromM + m)));

/** Pairs of bodies on ways that cross, which touch. */
function touchingPairs(city: City, arena: Arena): string[] {
  const { conflictStart, conflictWith, connectionToLane } = arena.columns;
  const bodies = bodiesOf(arena, recordsOf(arena));
  return bodies.flatMap((body, row) =>
    bodies.slice(row + 1).flatMap((other) => {
      const foes = conflictWith.subarray(conflictStart[body.connection], conflictStart[body.connection + 1]);
      const isMerge = connectionToLane[body.connection] === connectionToLane[other.connection];
      if (isMerge || !foes.includes(other.connection)) return [];
      const theirs = outline(city, other);
      const touches = outline(city, body).some(([x, y]) =>
        theirs.some(([a, b]) => Math.hypot(x - a, y - b) < bodyWidthM),
      );
      return touches ? [`bodies touch on connections ${body.connection} and ${other.connection}`] : [];
    }),
  );
}

function overlaps(arena: Arena): string[] {
  const records = recordsOf(arena);
  return records.flatMap(({ lane, positionM }, row) => {
    const leader = records[row - 1];
    if (leader?.lane !== lane) return [];
    const lengthM = arena.columns.typeLengthM[arena.columns.personVehicleType[leader.trip >> 1] ?? 0] ?? 0;
    return leader.positionM - lengthM < positionM ? [`overlap on lane ${lane} at ${positionM} m`] : [];
  });
}

describe.skipIf(!hasSumo)("between any two seconds, of vehicles on SUMO's routes", () => {
  test.each(referredScenarios.map(({ configuration }) => [path.basename(path.dirname(configuration)), configuration]))(
    "in %s bodies are apart on lanes and where ways cross, and the same seed gives the same bits",
    async (_, configuration) => {
      const [one, two] = [await twinOf(configuration, 3), await twinOf(configuration, 3)];
      let waiting = 0;
      const overlapping: string[] = [];
      for (let tick = 1; tick <= runS; tick++) {
        advanceTwin(one.engine, tick);
        expect(touchingPairs(one.city, one.arena), `tick ${tick}`).toEqual([]);
        overlapping.push(...overlaps(one.arena).map((text) => `tick ${tick}: ${text}`));
        waiting += one.arena.columns.connectionWaiting.reduce((sum, count) => sum + count, 0);
      }
      console.info(`${waiting} vehicle-seconds with a place inside a junction`);
      console.info(`overlaps on lanes: ${overlapping.length}${overlapping.length > 0 ? " MISSED" : ""}`, overlapping);
      expect(overlapping.length).toBeLessThanOrEqual(overlapsKnown);
      advanceTwin(two.engine, runS);
      expect(hashArena(two.arena)).toBe(hashArena(one.arena));
    },
    300_000,
  );
});
