import { edgeCountOf, type City } from "../../common/city";
import { edgeWidthM } from "../scene/map-features";
import { toDeckMetres, type Plane } from "../scene/place";

/** The centre lines of all edges as ribbons: two vertices for each shape point, pushed apart in the shader. */
export interface RoadRibbons {
  /** x, y in metres for deck.gl. */
  readonly places: Float32Array;
  /** Unit direction across the road times the mitre's length; the left vertex has the opposite sign of the right. */
  readonly sides: Float32Array;
  /** Row of the edge for each vertex. */
  readonly edges: Uint32Array;
  /** Of each vertex: the edge's width, m; metres from its start; the same as a part of its lanes (below 0 or above 1 inside junctions). */
  readonly measures: Float32Array;
  /**
   * Of one triangle strip: each edge's ribbon begins and ends with a vertex twice, so that any of them can follow another
   * with nothing but triangles without area in between. Half the bytes of triangles by themselves; a strip that is begun
   * anew by the restart index would be a draw call each where the processor draws.
   */
  readonly indices: Uint32Array;
  /** Those of edge e are `indexStart[e]` … `indexStart[e + 1]` - 1. */
  readonly indexStart: Uint32Array;
}

/** Floats of a vertex in `measures`. */
export const ribbonMeasures = 3;
/** Beyond this the mitre of a hairpin is cut, times the half width. */
const longestMitre = 2;

/** Hot for a large city: allocates its result and little else. */
export function buildRoadRibbons(city: City, plane: Plane): RoadRibbons {
  const { edgeShapeStart, edgeShapeX: xs, edgeShapeY: ys } = city.columns;
  const pointCount = xs.length;
  const places = new Float32Array(pointCount * 4);
  const sides = new Float32Array(pointCount * 4);
  const edges = new Uint32Array(pointCount * 2);
  const measures = new Float32Array(pointCount * 2 * ribbonMeasures);
  const indices = new Uint32Array(2 * (pointCount + edgeCountOf(city)));
  const indexStart = new Uint32Array(edgeCountOf(city) + 1);
  const mitre = new Float64Array(2);
  let index = 0;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const widthM = edgeWidthM(city, edge);
    const first = edgeShapeStart[edge];
    const end = edgeShapeStart[edge + 1];
    const lane = laneExtent(city, edge);
    let alongM = 0;
    for (let point = first; point < end; point++) {
      if (point > first) alongM += length(xs[point] - xs[point - 1], ys[point] - ys[point - 1]);
      writeMitre(xs, ys, point, first, end, mitre);
      const [x, y] = toDeckMetres(plane, xs[point], ys[point]);
      const share = (alongM - lane.startM) / lane.lengthM;
      for (let side = 0; side < 2; side++) {
        const vertex = point * 2 + side;
        const sign = side === 0 ? 1 : -1;
        places[vertex * 2] = x;
        places[vertex * 2 + 1] = y;
        sides[vertex * 2] = sign * mitre[0];
        sides[vertex * 2 + 1] = sign * mitre[1];
        edges[vertex] = edge;
        measures[vertex * ribbonMeasures] = widthM;
        measures[vertex * ribbonMeasures + 1] = alongM;
        measures[vertex * ribbonMeasures + 2] = share;
      }
      const left = point * 2;
      if (point === first) indices[index++] = left;
      indices[index++] = left;
      indices[index++] = left + 1;
      if (point + 1 === end) indices[index++] = left + 1;
    }
    indexStart[edge + 1] = index;
  }
  return { places, sides, edges, measures, indices, indexStart };
}

/** Where on the edge's centre line its lanes begin, and how long they are: junctions cut both ends off. */
function laneExtent({ columns }: City, edge: number): { readonly startM: number; readonly lengthM: number } {
  const {
    edgeShapeStart,
    edgeShapeX: xs,
    edgeShapeY: ys,
    edgeLaneStart,
    laneShapeStart,
    laneShapeX,
    laneShapeY,
  } = columns;
  const lane = edgeLaneStart[edge];
  const first = edgeShapeStart[edge];
  const at = laneShapeStart[lane];
  const [x, y] = [xs[first + 1] - xs[first], ys[first + 1] - ys[first]];
  const segmentM = Math.max(length(x, y), 1e-6);
  const startM = ((laneShapeX[at] - xs[first]) * x + (laneShapeY[at] - ys[first]) * y) / segmentM;
  return { startM: Math.max(0, startM), lengthM: Math.max(columns.laneLengthM[lane], 0.1) };
}

function writeMitre(xs: Float32Array, ys: Float32Array, point: number, first: number, end: number, out: Float64Array) {
  const into = Math.max(first, point - 1);
  const from = Math.min(end - 2, point);
  const beforeM = length(xs[into + 1] - xs[into], ys[into + 1] - ys[into]);
  const afterM = length(xs[from + 1] - xs[from], ys[from + 1] - ys[from]);
  const beforeX = beforeM > 0 ? (xs[into + 1] - xs[into]) / beforeM : 1;
  const beforeY = beforeM > 0 ? (ys[into + 1] - ys[into]) / beforeM : 0;
  const x = beforeX + (afterM > 0 ? (xs[from + 1] - xs[from]) / afterM : 1);
  const y = beforeY + (afterM > 0 ? (ys[from + 1] - ys[from]) / afterM : 0);
  const sumM = length(x, y);
  if (sumM < 1e-6) {
    out[0] = -beforeY;
    out[1] = beforeX;
    return;
  }
  const across = -y / sumM;
  const up = x / sumM;
  const stretch = Math.min(longestMitre, 1 / Math.max(across * -beforeY + up * beforeX, 1e-3));
  out[0] = across * stretch;
  out[1] = up * stretch;
}

/** `Math.hypot` is several times slower. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
