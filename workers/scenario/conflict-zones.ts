import { edgeLaneCountOf, SignalLetter, type City } from "../../common/city";

/**
 * Where ways across a junction touch. Rows are those of the city's `conflictWith`: `clearM` is how far from the start of the
 * other way a rear has to be to leave this one free, m; `waits` has the bits of `ConflictWait`.
 */
interface ConflictZones {
  readonly clearM: Float32Array;
  readonly waits: Uint8Array;
  /**
   * Where on each connection who gives way waits, m: the city's waiting place, or where the ways touch that it is kept from, if that
   * comes first. A line that has no place before it is passed by nobody as long as others come.
   */
  readonly waitM: Float32Array;
}

/** A waiting place is at least so far within the junction, m: who waits there goes at the end of green. */
const leastWaitM = 1;

/** Bits of a conflict. The kernel's WAITS_FOR and WAITED_FOR. */
const ConflictWait = {
  /**
   * Who drives this way gives way to the other, and its waiting place within the junction lies before the two ways touch. Never where
   * signals do not let both go at once: who waits inside leaves before the next stream enters, which has to wait for it.
   */
  own: 1,
  /** The same of the other way. */
  other: 2,
} as const;

/** Bodies on two ways touch where these come nearer than a car's width and some air, m. */
const touchingM = 2.2;
/** Ways are looked at in steps of this, m. */
const stepM = 1;

/** Time and memory grow with the number of conflicts. */
export function conflictZonesOf(city: City): ConflictZones {
  const { conflictStart, conflictWith, conflictYields, connectionWaitAtM, connectionToLane } = city.columns;
  const clearM = new Float32Array(conflictWith.length);
  const waits = new Uint8Array(conflictWith.length);
  const waitM = connectionWaitAtM.slice();
  /** Of each row, the one that lists the same conflict from the other side; and where its way begins to touch this one. */
  const backs = new Int32Array(conflictWith.length).fill(-1);
  const fromM = new Float32Array(conflictWith.length);
  for (let connection = 0; connection + 1 < conflictStart.length; connection++) {
    for (let row = conflictStart[connection]; row < conflictStart[connection + 1]; row++) {
      const other = conflictWith[row];
      const isMerge = connectionToLane[other] === connectionToLane[connection];
      const zone = touching(city, other, connection);
      clearM[row] = isMerge ? Infinity : zone.toM;
      const back = rowOf(city, other, connection);
      if (back < 0 || conflictYields[back] === 0 || waitM[other] <= 0 || !goTogether(city, connection, other)) continue;
      backs[row] = back;
      fromM[row] = zone.fromM;
      // Ways that never come near keep nobody from its place.
      if (zone.toM !== Infinity) waitM[other] = Math.max(leastWaitM, Math.min(waitM[other], zone.fromM));
    }
  }
  for (let row = 0; row < backs.length; row++) {
    if (backs[row] < 0 || fromM[row] < waitM[conflictWith[row]]) continue;
    waits[row] |= ConflictWait.other;
    waits[backs[row]] |= ConflictWait.own;
  }
  return { clearM, waits, waitM };
}

/** Of each connection, how far on it bodies touch those who leave the same lane by another connection, m; 0 where there is none. */
export function divergencesOf(city: City): Float32Array {
  const { connectionFromLane } = city.columns;
  const apartM = new Float32Array(connectionFromLane.length);
  // Connections of a lane are neighbours.
  for (let first = 0, end = 0; first < apartM.length; first = end) {
    while (end < apartM.length && connectionFromLane[end] === connectionFromLane[first]) end++;
    for (let one = first; one < end; one++)
      for (let other = first; other < end; other++)
        if (one !== other) apartM[one] = Math.max(apartM[one], touching(city, one, other).toM);
  }
  return apartM;
}

/** Letters of a signal that let vehicles go. */
const going: ReadonlySet<number> = new Set([
  SignalLetter.greenYield,
  SignalLetter.green,
  SignalLetter.stopYield,
  SignalLetter.blinking,
  SignalLetter.off,
]);

/** Do signals let both connections of a junction go in one phase? True also where one of them has no signal. */
function goTogether({ columns }: City, one: number, other: number): boolean {
  const { connectionSignal, connectionJunction, junctionProgram, programPhaseStart, phaseLetterStart } = columns;
  const program = junctionProgram[connectionJunction[one]];
  if (program < 0 || connectionSignal[one] < 0 || connectionSignal[other] < 0) return true;
  for (let phase = programPhaseStart[program]; phase < programPhaseStart[program + 1]; phase++) {
    const letters = phaseLetterStart[phase];
    const [mine, theirs] = [connectionSignal[one], connectionSignal[other]].map(
      (link) => columns.phaseLetters[letters + link],
    );
    if (going.has(mine) && going.has(theirs)) return true;
  }
  return false;
}

function rowOf({ columns }: City, connection: number, other: number): number {
  for (let row = columns.conflictStart[connection]; row < columns.conflictStart[connection + 1]; row++)
    if (columns.conflictWith[row] === other) return row;
  return -1;
}

/** From where to where the way of `connection` is too near to that of `other`, m; all of it where the two never come near. */
function touching(city: City, connection: number, other: number): { readonly fromM: number; readonly toM: number } {
  const { laneShapeStart, laneShapeX, laneShapeY, laneLengthM } = city.columns;
  const edgeLanes = edgeLaneCountOf(city);
  const [way, across] = [edgeLanes + connection, edgeLanes + other];
  const [first, last] = [laneShapeStart[way], laneShapeStart[way + 1] - 1];
  const drawnM = lengthBetween(city, first, last);
  const scale = drawnM > 0 ? laneLengthM[way] / drawnM : 1;
  let [fromM, toM, cameM] = [Infinity, 0, 0];
  for (let point = first; point < last; point++) {
    const partM = lengthBetween(city, point, point + 1);
    const steps = Math.max(1, Math.ceil(partM / stepM));
    for (let step = 0; step <= steps; step++) {
      const part = step / steps;
      const x = laneShapeX[point] + part * (laneShapeX[point + 1] - laneShapeX[point]);
      const y = laneShapeY[point] + part * (laneShapeY[point + 1] - laneShapeY[point]);
      if (squareTo(city, across, x, y) > touchingM * touchingM) continue;
      const atM = (cameM + part * partM) * scale;
      fromM = Math.min(fromM, atM);
      toM = Math.max(toM, atM);
    }
    cameM += partM;
  }
  return fromM === Infinity ? { fromM: 0, toM: Infinity } : { fromM: Math.max(0, fromM - stepM), toM: toM + stepM };
}

function lengthBetween({ columns: { laneShapeX, laneShapeY } }: City, first: number, last: number): number {
  let lengthM = 0;
  for (let point = first; point < last; point++) {
    const [dx, dy] = [laneShapeX[point + 1] - laneShapeX[point], laneShapeY[point + 1] - laneShapeY[point]];
    lengthM += Math.sqrt(dx * dx + dy * dy);
  }
  return lengthM;
}

/** The square of the distance from a point to a lane's centre line, m². */
function squareTo({ columns }: City, lane: number, x: number, y: number): number {
  const { laneShapeStart, laneShapeX, laneShapeY } = columns;
  let best = Infinity;
  for (let point = laneShapeStart[lane]; point + 1 < laneShapeStart[lane + 1]; point++) {
    const [ax, ay] = [laneShapeX[point], laneShapeY[point]];
    const [dx, dy] = [laneShapeX[point + 1] - ax, laneShapeY[point + 1] - ay];
    const square = dx * dx + dy * dy;
    const part = square > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square)) : 0;
    const [ex, ey] = [ax + part * dx - x, ay + part * dy - y];
    best = Math.min(best, ex * ex + ey * ey);
  }
  return best;
}
