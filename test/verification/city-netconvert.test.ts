import { describe, expect, test } from "vitest";
import { edgeCountOf, edgeOfLanes, type City } from "../../common/city";
import { projectedX, projectedY, projectionAround } from "../../workers/city/projection";
import { cityOf, hasCities, readTable, referenceNames } from "./city-files";

/**
 * Against SUMO's netconvert 1.15 on the same files. Its lengths are those of edges between stop lines, without the ways
 * across junctions; ours are compared in the same measure.
 */
describe.skipIf(!hasCities).each([...referenceNames])("%s, against netconvert", (name) => {
  const city = cityOf(`${name}.osm.gz`);
  const summary = new Map(
    readTable(`reference-netconvert-1.15/${name}_summary.csv`).map((row) => [row["metric"], Number(row["value"])]),
  );

  test("kilometres of road and of lanes are within 3 %", () => {
    const { edgeLaneStart, laneLengthM } = city.columns;
    let [roadM, laneM] = [0, 0];
    for (let edge = 0; edge < edgeCountOf(city); edge++) {
      roadM += laneLengthM[edgeLaneStart[edge]];
      for (let lane = edgeLaneStart[edge]; lane < edgeLaneStart[edge + 1]; lane++) laneM += laneLengthM[lane];
    }
    expect(Math.abs(roadM / 1000 / (summary.get("directed_km") ?? 0) - 1)).toBeLessThan(0.03);
    expect(Math.abs(laneM / 1000 / (summary.get("lane_km") ?? 0) - 1)).toBeLessThan(0.03);
  });

  test("edges are no more than netconvert's, which also splits where paths and plots touch a road", () => {
    expect(edgeCountOf(city)).toBeLessThanOrEqual(summary.get("passenger_directed_edges") ?? 0);
    expect(edgeCountOf(city)).toBeGreaterThan(0.4 * (summary.get("passenger_directed_edges") ?? 0));
  });

  /**
   * The reference routes start and end on given edges, and some turn around in mid-block, where netconvert splits roads
   * and allows it: those are longer here. Others pass crossings that are one here and several there, whose inner edges
   * count there: those are shorter here.
   */
  test("six tenths of its shortest routes are within 3 %, 85 % within 10 %, and the median within 2 %", () => {
    const deviations: number[] = [];
    const network = readNetwork(city);
    for (const row of readTable(`reference-netconvert-1.15/${name}_shortest_by_length.csv`)) {
      const number = (column: string) => Number(row[column]);
      const from = findPlace(network, row["first_edge"] ?? "", number("from_lon"), number("from_lat"), true);
      const to = findPlace(network, row["last_edge"] ?? "", number("to_lon"), number("to_lat"), false);
      if (from === null || to === null) continue;
      deviations.push(shortestM(network, from, to) / number("distance_m") - 1);
    }
    deviations.sort((a, b) => a - b);
    const within = (share: number) =>
      deviations.filter((deviation) => Math.abs(deviation) <= share).length / deviations.length;
    expect(deviations.length).toBeGreaterThan(70);
    expect(Math.abs(deviations[deviations.length >> 1])).toBeLessThan(0.02);
    expect(within(0.03)).toBeGreaterThan(0.6);
    expect(within(0.1)).toBeGreaterThan(0.85);
  });
});

interface RouteNetwork {
  readonly city: City;
  readonly next: readonly ReadonlySet<number>[];
}

function readNetwork(city: City): RouteNetwork {
  const edgeOf = edgeOfLanes(city);
  const next: Set<number>[] = Array.from({ length: edgeCountOf(city) }, () => new Set());
  city.columns.connectionFromLane.forEach((lane, row) =>
    next[edgeOf[lane]].add(edgeOf[city.columns.connectionToLane[row]]),
  );
  return { city, next };
}

const drivenM = ({ columns }: City, edge: number): number => columns.laneLengthM[columns.edgeLaneStart[edge]];

interface PlaceOnEdge {
  readonly edge: number;
  /** Share of the edge behind the place. */
  readonly share: number;
}

/** The edge of the same way and direction that passes a place; null where the way's first part bears another's name. */
function findPlace(
  { city }: RouteNetwork,
  id: string,
  longitude: number,
  latitude: number,
  isStart: boolean,
): PlaceOnEdge | null {
  const projection = projectionAround(city.meta.originLongitude, city.meta.originLatitude);
  const [x, y] = [projectedX(projection, longitude, latitude), projectedY(projection, latitude)];
  let best: PlaceOnEdge | null = null;
  let bestM = 12;
  city.meta.edgeIds.forEach((edgeId, edge) => {
    if (edgeId.replace(/[#.].*/, "") !== id.replace(/#.*/, "")) return;
    const { distanceM, share } = project(city, edge, x, y);
    const leadsOn = isStart ? share < 0.97 : share > 0.03;
    if (leadsOn && distanceM < bestM) [best, bestM] = [{ edge, share }, distanceM];
  });
  return best;
}

function project({ columns: c }: City, edge: number, x: number, y: number): { distanceM: number; share: number } {
  let [distanceM, atM, alongM] = [Infinity, 0, 0];
  for (let point = c.edgeShapeStart[edge] + 1; point < c.edgeShapeStart[edge + 1]; point++) {
    const [ax, ay] = [c.edgeShapeX[point - 1], c.edgeShapeY[point - 1]];
    const [dx, dy] = [c.edgeShapeX[point] - ax, c.edgeShapeY[point] - ay];
    const segmentM = Math.hypot(dx, dy);
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (segmentM * segmentM)));
    const offM = Math.hypot(ax + t * dx - x, ay + t * dy - y);
    if (offM < distanceM) [distanceM, atM] = [offM, alongM + t * segmentM];
    alongM += segmentM;
  }
  return { distanceM, share: atM / alongM };
}

/** Plain Dijkstra with a list: small networks, and nothing shared with the code under test. */
function shortestM({ city, next }: RouteNetwork, from: PlaceOnEdge, to: PlaceOnEdge): number {
  if (from.edge === to.edge && from.share <= to.share) return (to.share - from.share) * drivenM(city, to.edge);
  const reachedM = new Map<number, number>([[from.edge, (1 - from.share) * drivenM(city, from.edge)]]);
  const done = new Set<number>();
  for (;;) {
    let [edge, edgeM] = [-1, Infinity];
    for (const [candidate, metres] of reachedM)
      if (!done.has(candidate) && metres < edgeM) [edge, edgeM] = [candidate, metres];
    if (edge === -1) return Infinity;
    if (edge === to.edge && edge !== from.edge) return edgeM - (1 - to.share) * drivenM(city, edge);
    done.add(edge);
    for (const after of next[edge]) {
      const metres = edgeM + drivenM(city, after);
      if (metres < (reachedM.get(after) ?? Infinity)) reachedM.set(after, metres);
    }
  }
}
