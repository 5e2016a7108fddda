import { edgeCountOf, type City } from "../../common/city";
import { edgeWidthM } from "../scene/map-features";
import { toDeckMetres, type Plane } from "../scene/place";

/** The centre lines of all edges as ribbons: two vertices for each shape point, pushed apart in the shader. */
export interface RoadRibbons {
  /** x, y in metres for deck.gl. */
  readonly places: Float32Array;
  /** Unit direction across the road times the mitre's length; the left vertex has the opposite sign of the right. */
  readonly sides: Float32Array;
  /** Row of the edge and its width, m, for each vertex. */
  readonly edges: Uint32Array;
  readonly widthsM: Float32Array;
  readonly indices: Uint32Array;
}

/** Beyond this the mitre of a hairpin is cut, times the half width. */
const longestMitre = 2;

export function buildRoadRibbons(city: City, plane: Plane): RoadRibbons {
  const { edgeShapeStart, edgeShapeX, edgeShapeY } = city.columns;
  const pointCount = edgeShapeX.length;
  const places = new Float32Array(pointCount * 4);
  const sides = new Float32Array(pointCount * 4);
  const edges = new Uint32Array(pointCount * 2);
  const widthsM = new Float32Array(pointCount * 2);
  const indices = new Uint32Array(Math.max(0, pointCount - edgeCountOf(city)) * 6);
  let index = 0;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const widthM = edgeWidthM(city, edge);
    const [first, end] = [edgeShapeStart[edge], edgeShapeStart[edge + 1]];
    for (let point = first; point < end; point++) {
      const [x, y] = toDeckMetres(plane, edgeShapeX[point], edgeShapeY[point]);
      const [across, up] = mitreAt(edgeShapeX, edgeShapeY, point, first, end);
      places.set([x, y, x, y], point * 4);
      sides.set([across, up, -across, -up], point * 4);
      edges.fill(edge, point * 2, point * 2 + 2);
      widthsM.fill(widthM, point * 2, point * 2 + 2);
      if (point + 1 === end) continue;
      const left = point * 2;
      indices.set([left, left + 1, left + 2, left + 1, left + 3, left + 2], index);
      index += 6;
    }
  }
  return { places, sides, edges, widthsM, indices };
}

function mitreAt(xs: Float32Array, ys: Float32Array, point: number, first: number, end: number): [number, number] {
  const before = directionOf(xs, ys, Math.max(first, point - 1), Math.min(end - 1, Math.max(first, point - 1) + 1));
  const after = directionOf(xs, ys, Math.min(end - 2, point), Math.min(end - 1, Math.min(end - 2, point) + 1));
  const [x, y] = [before[0] + after[0], before[1] + after[1]];
  const length = Math.hypot(x, y);
  if (length < 1e-6) return [-before[1], before[0]];
  const [across, up] = [-y / length, x / length];
  const cosine = across * -before[1] + up * before[0];
  const stretch = Math.min(longestMitre, 1 / Math.max(cosine, 1e-3));
  return [across * stretch, up * stretch];
}

function directionOf(xs: Float32Array, ys: Float32Array, from: number, to: number): [number, number] {
  const [x, y] = [xs[to] - xs[from], ys[to] - ys[from]];
  const length = Math.hypot(x, y);
  return length > 0 ? [x / length, y / length] : [1, 0];
}
