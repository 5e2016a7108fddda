import { edgeLaneCountOf, type City } from "../../common/city";
import type { Arena } from "../../workers/arena";
import { recordsOf, type VehicleRecord } from "./traffic-checks";

/** Cars are 1.8 m wide; a lane's middle is where they drive. Bodies nearer than this would touch, m. */
const bodyWidthM = 1.8;

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

/** Pairs of bodies on ways that cross, which touch; for who may wait within a junction, where ways are not yet theirs alone. */
export function touchingPairs(city: City, arena: Arena): string[] {
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

/** So much of two bodies side by side is put down to how finely ways are measured, m. */
const besideM = 0.3;
const everyM = 0.25;

/** Pairs of bodies on ways that merge, which touch: those as far from the end of both ways, where the ways are nearer than a body is wide. */
export function touchingMerges(city: City, arena: Arena): string[] {
  const { connectionToLane, laneLengthM } = arena.columns;
  const lengthOf = (connection: number) => laneLengthM[arena.counts.edgeLanes + connection];
  const bodies = bodiesOf(arena, recordsOf(arena));
  return bodies.flatMap((body, row) =>
    bodies.slice(row + 1).flatMap((other) => {
      const [a, b] = [body.connection, other.connection];
      if (a === b || connectionToLane[a] !== connectionToLane[b]) return [];
      const fromM = Math.max(lengthOf(a) - body.toM, lengthOf(b) - other.toM);
      const toM = Math.min(lengthOf(a) - body.fromM, lengthOf(b) - other.fromM);
      let touchM = 0;
      for (let leftM = fromM; leftM <= toM; leftM += everyM) {
        const [x, y] = pointAt(city, a, lengthOf(a) - leftM);
        const [u, v] = pointAt(city, b, lengthOf(b) - leftM);
        if (Math.hypot(x - u, y - v) < bodyWidthM) touchM += everyM;
      }
      return touchM > besideM ? [`bodies touch by ${touchM} m where connections ${a} and ${b} merge`] : [];
    }),
  );
}
