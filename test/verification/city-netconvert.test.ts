import { describe, expect, test } from "vitest";
import { edgeCountOf } from "../../common/city";
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
});
