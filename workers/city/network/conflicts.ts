import type { Polyline } from "../geometry/polyline";
import { Turn } from "../../../common/city";
import type { Connection } from "./connections";

/** Two connections of one junction that cannot be driven side by side. Rows, the smaller first. */
export interface Conflict {
  readonly first: number;
  readonly second: number;
}

/** Middles of two cars that pass each other: a width of 1.8 m and little between them, m. */
const clearanceM = 2;

/** Pairs that merge into one lane, cross, or come too near. What starts on one lane follows itself and never conflicts. */
/** @param armCounts roads that meet at each junction */
export function findConflicts(connections: readonly Connection[], armCounts: ArrayLike<number>): Conflict[][] {
  const rowsAt: number[][] = Array.from(armCounts, () => []);
  connections.forEach(({ junction }, row) => rowsAt[junction]?.push(row));
  const boxes = connections.map(({ curve }) => boxOf(curve.line));
  return rowsAt.map((rows, junction) => {
    const isBend = armCounts[junction] === 2;
    const conflicts: Conflict[] = [];
    rows.forEach((first, index) => {
      for (const second of rows.slice(index + 1)) {
        if (doConflict(connections[first], connections[second], isBend, boxes[first], boxes[second]))
          conflicts.push({ first, second });
      }
    });
    return conflicts;
  });
}

type Box = readonly [west: number, south: number, east: number, north: number];

function boxOf({ x, y }: Polyline): Box {
  const [west, east] = rangeOf(x);
  const [south, north] = rangeOf(y);
  return [west, south, east, north];
}

/** Lines may have more points than a call takes arguments. */
function rangeOf(values: ArrayLike<number>): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) [least, most] = [Math.min(least, values[at]), Math.max(most, values[at])];
  return [least, most];
}

function doConflict(
  a: Connection | undefined,
  b: Connection | undefined,
  isBend: boolean,
  boxA?: Box,
  boxB?: Box,
): boolean {
  if (a === undefined || b === undefined || boxA === undefined || boxB === undefined) return false;
  const sameFrom = a.fromEdge === b.fromEdge;
  if (sameFrom && a.fromLane === b.fromLane) return false;
  const sameTo = a.toEdge === b.toEdge;
  if (sameTo && a.toLane === b.toLane) return true;
  // Neighbouring lanes of one road, and its two directions where it only bends or widens, keep their distance by
  // construction; only a real crossing counts between them.
  const goOn = isBend && a.turn !== Turn.uTurn && b.turn !== Turn.uTurn;
  const reachM = sameFrom || sameTo || goOn ? 0 : clearanceM;
  if (
    boxA[0] > boxB[2] + reachM ||
    boxB[0] > boxA[2] + reachM ||
    boxA[1] > boxB[3] + reachM ||
    boxB[1] > boxA[3] + reachM
  ) {
    return false;
  }
  return comeWithin(a.curve.line, b.curve.line, reachM);
}

/** Whether two polylines cross or pass within a distance. */
function comeWithin(a: Polyline, b: Polyline, reachM: number): boolean {
  for (let i = 1; i < a.x.length; i++) {
    const ax = a.x[i - 1];
    const ay = a.y[i - 1];
    const bx = a.x[i];
    const by = a.y[i];
    // A little more than the reach, so that what is left out is out of reach however it is rounded.
    const west = Math.min(ax, bx) - reachM - 0.1;
    const east = Math.max(ax, bx) + reachM + 0.1;
    const south = Math.min(ay, by) - reachM - 0.1;
    const north = Math.max(ay, by) + reachM + 0.1;
    for (let j = 1; j < b.x.length; j++) {
      const cx = b.x[j - 1];
      const cy = b.y[j - 1];
      const dx = b.x[j];
      const dy = b.y[j];
      if ((cx < west && dx < west) || (cx > east && dx > east)) continue;
      if ((cy < south && dy < south) || (cy > north && dy > north)) continue;
      if (doCross(ax, ay, bx, by, cx, cy, dx, dy)) return true;
      if (reachM === 0) continue;
      const squared = Math.min(
        squaredDistance(ax, ay, cx, cy, dx, dy),
        squaredDistance(bx, by, cx, cy, dx, dy),
        squaredDistance(cx, cy, ax, ay, bx, by),
        squaredDistance(dx, dy, ax, ay, bx, by),
      );
      if (squared < reachM * reachM) return true;
    }
  }
  return false;
}

/** Whether segments AB and CD cross, ends excluded. */
function doCross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number) =>
    (qx - px) * (ry - py) - (qy - py) * (rx - px);
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

/** From point P to segment AB, m². */
function squaredDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / squared)) : 0;
  const offX = px - ax - along * dx;
  const offY = py - ay - along * dy;
  return offX * offX + offY * offY;
}
