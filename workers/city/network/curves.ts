import { length } from "../../kernel/maths";
import { direction, lengthOf, polylineOf, type Point, type Polyline } from "../geometry/polyline";

/**
 * Sideways acceleration that drivers accept in town, m/s²: side friction 0.27 at 30 km/h.
 * @see AASHTO, A Policy on Geometric Design of Highways and Streets, low-speed urban streets
 */
const lateralAccelerationMps2 = 0.27 * 9.81;

/** Turning around needs a car's turning circle ahead, m. */
const turnaroundReachM = 5;

/** Around a sharp inner corner, where lanes end almost where others start, a car swings out, m; sharper than 60°. */
const sharpReachM = 2.5;
const sharpCosine = 0.5;
const straightCosine = 0.9;
const tightChordM = 3;

/** A way across a junction. */
export interface Curve {
  readonly line: Polyline;
  readonly lengthM: number;
  /** Speed at which the sharpest part of it is comfortable, m/s. */
  readonly comfortableMps: number;
}

/**
 * A cubic Bézier curve from the end of one lane to the start of another, tangent to both. For equal distances to the
 * corner it approximates a circle: handles of 4/3 tan(δ/4) radii (Riškus, "Approximation of a cubic Bézier curve by
 * circular arcs and vice versa", 2006, eq. 9).
 */
export function curveBetween(from: Polyline, to: Polyline, isUTurn: boolean): Curve {
  const start: Point = { x: from.x.at(-1) ?? 0, y: from.y.at(-1) ?? 0 };
  const end: Point = { x: to.x[0], y: to.y[0] };
  const heading = direction({ x: from.x.at(-2) ?? 0, y: from.y.at(-2) ?? 0 }, start);
  const leaving = direction(end, { x: to.x[1], y: to.y[1] });
  const cosine = heading.x * leaving.x + heading.y * leaving.y;
  const isTight = cosine < straightCosine && length(end.x - start.x, end.y - start.y) < tightChordM;
  const least = isUTurn ? turnaroundReachM : isTight || cosine < sharpCosine ? sharpReachM : 0;
  const [startHandleM, endHandleM] = handleLengths(start, heading, end, leaving).map((handleM) =>
    Math.max(handleM, least),
  );
  const control = {
    x: [start.x, start.x + heading.x * startHandleM, end.x - leaving.x * endHandleM, end.x],
    y: [start.y, start.y + heading.y * startHandleM, end.y - leaving.y * endHandleM, end.y],
  };
  const line = sampleBezier(control, isUTurn ? 7 : segmentsFor(cosine));
  return { line, lengthM: lengthOf(line), comfortableMps: comfortableSpeed(heading, line, leaving) };
}

/** Four points for a straight way, up to eight for one that turns back. */
function segmentsFor(cosine: number): number {
  if (cosine > 0.98) return 3;
  if (cosine > 0.7) return 5;
  return cosine > -0.3 ? 6 : 7;
}

function handleLengths(start: Point, heading: Point, end: Point, leaving: Point): readonly [number, number] {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const chordM = length(dx, dy);
  const sine = heading.x * leaving.y - heading.y * leaving.x;
  const cosine = heading.x * leaving.x + heading.y * leaving.y;
  // Metres from both ends to where their tangents meet.
  const startToCorner = sine === 0 ? -1 : (dx * leaving.y - dy * leaving.x) / sine;
  const endToCorner = sine === 0 ? -1 : (heading.x * dy - heading.y * dx) / sine;
  const meets = startToCorner > 0 && endToCorner > 0 && startToCorner < 2 * chordM && endToCorner < 2 * chordM;
  // tan(δ/2) = sin δ / (1 + cos δ), and the same again for δ/4.
  const cosHalf = Math.sqrt(Math.max(0, (1 + cosine) / 2));
  const tanHalf = Math.abs(sine) / Math.max(1e-9, 1 + cosine);
  if (!meets || tanHalf < 0.05) {
    const handleM = (chordM * 2) / 3 / (1 + cosHalf);
    return [handleM, handleM];
  }
  const tanQuarter = (tanHalf * cosHalf) / (1 + cosHalf);
  const share = ((4 / 3) * tanQuarter) / tanHalf;
  return [share * startToCorner, share * endToCorner];
}

function sampleBezier(
  control: { readonly x: readonly number[]; readonly y: readonly number[] },
  segments: number,
): Polyline {
  const [x, y]: [number[], number[]] = [[], []];
  for (let index = 0; index <= segments; index++) {
    const t = index / segments;
    const u = 1 - t;
    const weights = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    x.push(weights.reduce((sum, weight, point) => sum + weight * control.x[point], 0));
    y.push(weights.reduce((sum, weight, point) => sum + weight * control.y[point], 0));
  }
  return polylineOf(x, y);
}

/** √(a r), with the radius of the circle that turns by the same angle over the same length. Unbounded when straight. */
function comfortableSpeed(heading: Point, { x, y }: Polyline, leaving: Point): number {
  let turned = 0;
  let before = heading;
  for (let index = 1; index < x.length; index++) {
    const next = direction({ x: x[index - 1], y: y[index - 1] }, { x: x[index], y: y[index] });
    turned += angleBetween(before, next);
    before = next;
  }
  turned += angleBetween(before, leaving);
  const radiusM = lengthOf({ x, y }) / Math.max(turned, 1e-6);
  return Math.sqrt(lateralAccelerationMps2 * radiusM);
}

/** Radians between unit vectors, 0 … π, by the chord: 2 asin(c/2) to 1 % up to 60°, which sampled curves stay below. */
function angleBetween(a: Point, b: Point): number {
  const chord = length(a.x - b.x, a.y - b.y);
  return chord * (1 + (chord * chord) / 24);
}
