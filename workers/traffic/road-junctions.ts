import { edgeCountOf, isOpenToCars, junctionCountOf, type City } from "../../common/city";

/** The junctions at which cars can begin or end a way. */
export interface RoadJunctions {
  /** The nearest to a place, m east and north of the city's origin; of equally near ones the first. */
  readonly nearest: (x: number, y: number) => number;
  /** Edges open to cars that leave each junction, and those that enter it. */
  readonly leaving: readonly (readonly number[])[];
  readonly entering: readonly (readonly number[])[];
}

export function roadJunctions(city: City): RoadJunctions {
  const { columns } = city;
  const lists = (): number[][] => Array.from({ length: junctionCountOf(city) }, () => []);
  const [leaving, entering] = [lists(), lists()];
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    if (!isForCars(city, edge)) continue;
    leaving[columns.edgeFrom[edge]].push(edge);
    entering[columns.edgeTo[edge]].push(edge);
  }
  const { junctionX, junctionY } = columns;
  const sorted = Array.from(junctionX.keys())
    .filter((row) => leaving[row].length + entering[row].length > 0)
    .sort((a, b) => junctionX[a] - junctionX[b] || a - b);
  return { nearest: (x, y) => nearestOf(sorted, junctionX, junctionY, x, y), leaving, entering };
}

function isForCars(city: City, edge: number): boolean {
  const { edgeLaneStart } = city.columns;
  for (let lane = edgeLaneStart[edge]; lane < edgeLaneStart[edge + 1]; lane++)
    if (isOpenToCars(city, lane)) return true;
  return false;
}

/** Looks east and west from the place until what comes is farther away by its x alone. @param sorted rows by x */
function nearestOf(sorted: readonly number[], xs: Float32Array, ys: Float32Array, x: number, y: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[sorted[middle]] < x) low = middle + 1;
    else high = middle;
  }
  let [best, bestM2] = [-1, Infinity];
  for (const step of [-1, 1]) {
    for (let at = step < 0 ? low - 1 : low; at >= 0 && at < sorted.length; at += step) {
      const row = sorted[at];
      const [east, north] = [xs[row] - x, ys[row] - y];
      if (east * east > bestM2) break;
      const m2 = east * east + north * north;
      if (m2 > bestM2 || (m2 === bestM2 && row > best)) continue;
      [best, bestM2] = [row, m2];
    }
  }
  return best;
}
