import { beforeAll, describe, expect, test } from "vitest";
import { edgeCountOf, packCity, ParkingKind, RoadClass, type City } from "../common/city";
import { findBrokenInvariants, findDesignFlaws } from "../workers/city/invariants";
import { length } from "../workers/kernel/maths";
import { generateMetropolis } from "./index";

describe("the bundled metropolis", () => {
  let city: City;
  let bytes: Uint8Array;
  beforeAll(() => {
    city = generateMetropolis(1);
    bytes = packCity(city);
  });

  test("breaks nothing that holds of every city: each home and job is reached from every other", () => {
    expect([...findBrokenInvariants(city), ...findDesignFlaws(city)]).toEqual([]);
    expect(city.meta.dropped).toEqual([]);
  });

  test("has the size of a large city", () => {
    const { columns: c, meta } = city;
    expect(edgeCountOf(city)).toBeGreaterThan(5000);
    expect(edgeCountOf(city)).toBeLessThan(10_000);
    expect(c.buildingHeightM.length).toBeGreaterThan(20_000);
    expect(c.buildingHeightM.length).toBeLessThan(45_000);
    expect(c.programOffsetS.length).toBeGreaterThan(100);
    expect(c.terminalEdge.length).toBe(60);
    expect(meta.districtNames.length).toBeGreaterThanOrEqual(16);
    expect(packCity(city).byteLength).toBeLessThan(12e6);
  });

  test("has at least nine bridges over its river, no two of one road", () => {
    expect(bridgeCountOf(city)).toBeGreaterThanOrEqual(9);
  });

  test("has roads of every class from a bypass of three lanes to streets of one", () => {
    const { edgeClass, edgeLaneStart } = city.columns;
    const lanesOf = (roadClass: number) => {
      const found = new Set<number>();
      edgeClass.forEach((of, edge) => of === roadClass && found.add(edgeLaneStart[edge + 1] - edgeLaneStart[edge]));
      return [...found].sort((a, b) => a - b);
    };
    expect(lanesOf(RoadClass.trunk)).toEqual([3, 4]);
    expect(lanesOf(RoadClass.primary)).toEqual([2, 3, 4]);
    expect(lanesOf(RoadClass.secondary)).toEqual([1, 2, 3]);
    expect(lanesOf(RoadClass.tertiary)).toEqual([1]);
    expect(lanesOf(RoadClass.residential)).toEqual([1]);
  });

  test("has garages at the old town's ring, park and ride far out, kerbs along its streets and spaces at its houses", () => {
    const { columns: c, meta } = city;
    const outM = (row: number) => length(c.parkingX[row], c.parkingY[row]);
    const rowsOf = (kind: number) => [...c.parkingKind.keys()].filter((row) => c.parkingKind[row] === kind);
    const spacesOf = (kind: number) => rowsOf(kind).reduce((sum, row) => sum + c.parkingCapacity[row], 0);
    expect(rowsOf(ParkingKind.garage).filter((row) => outM(row) < 600).length).toBeGreaterThanOrEqual(4);
    const rides = rowsOf(ParkingKind.lot).filter((row) => meta.parkingNames[c.parkingName[row]]?.startsWith("P+R"));
    expect(rides.length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...rides.map(outM))).toBeGreaterThan(4500);
    expect(Math.min(...rides.map((row) => c.parkingCapacity[row]))).toBeGreaterThanOrEqual(250);
    expect(spacesOf(ParkingKind.kerb)).toBeGreaterThan(20_000);
    expect(rowsOf(ParkingKind.kerb).every((row) => c.edgeClass[c.parkingEdge[row]] >= RoadClass.tertiary)).toBe(true);
    // Most cars of a city stand on private ground, and there are not several spaces for each resident.
    const residents = c.edgeHomes.reduce((sum, homes) => sum + homes, 0);
    expect(spacesOf(ParkingKind.private)).toBeGreaterThan(0.3 * residents);
    expect(spacesOf(ParkingKind.private)).toBeLessThan(1.2 * residents);
    expect(new Set(meta.parkingNames).size).toBe(meta.parkingNames.length);
  });

  test("works in its middle and lives around it", () => {
    const { columns: c } = city;
    const share = (weights: Float32Array, fromM: number, toM: number) => {
      let [within, all] = [0, 0];
      weights.forEach((weight, edge) => {
        const outM = length(c.junctionX[c.edgeFrom[edge]], c.junctionY[c.edgeFrom[edge]]);
        all += weight;
        if (outM >= fromM && outM < toM) within += weight;
      });
      return within / all;
    };
    expect(share(c.edgeJobs, 0, 1500)).toBeGreaterThan(0.4);
    expect(share(c.edgeHomes, 0, 1500)).toBeLessThan(0.3);
    expect(share(c.edgeHomes, 6500, 12_000)).toBeGreaterThan(0.25);
    // Works out of town, too: not everybody drives inwards.
    expect(share(c.edgeJobs, 2500, 12_000)).toBeGreaterThan(0.15);
  });

  test("is high in its business centre and low outside", () => {
    const { columns: c } = city;
    let [towers, highOutside] = [0, 0];
    c.buildingHeightM.forEach((heightM, building) => {
      const corner = c.buildingStart[building];
      const outM = length(c.buildingX[corner], c.buildingY[corner]);
      if (heightM > 50 && outM < 1700) towers++;
      if (heightM > 70 && outM > 2500) highOutside++;
    });
    expect(towers).toBeGreaterThan(20);
    expect(highOutside).toBe(0);
  });

  test("is the same from its seed every time; another seed gives another one that holds together", () => {
    expect(packCity(generateMetropolis(1))).toEqual(bytes);
    const other = generateMetropolis(6);
    expect(packCity(other)).not.toEqual(bytes);
    expect([...findBrokenInvariants(other), ...findDesignFlaws(other)]).toEqual([]);
  });
});

/** Places where roads cross the river's middle; the two directions of a road, and its lanes, are one. */
function bridgeCountOf({ columns: c }: City): number {
  const bridges: { readonly x: number; readonly y: number }[] = [];
  for (let edge = 0; edge < c.edgeFrom.length; edge++) {
    for (let point = c.edgeShapeStart[edge] + 1; point < c.edgeShapeStart[edge + 1]; point++) {
      for (let water = c.lineStart[0] + 1; water < c.lineStart[1]; water++) {
        const place = crossing(
          [c.edgeShapeX[point - 1], c.edgeShapeY[point - 1], c.edgeShapeX[point], c.edgeShapeY[point]],
          [c.lineX[water - 1], c.lineY[water - 1], c.lineX[water], c.lineY[water]],
        );
        if (place !== null && bridges.every(({ x, y }) => length(x - place.x, y - place.y) > 80)) bridges.push(place);
      }
    }
  }
  return bridges.length;
}

type Segment = readonly [ax: number, ay: number, bx: number, by: number];

function crossing([ax, ay, bx, by]: Segment, [cx, cy, dx, dy]: Segment): { x: number; y: number } | null {
  const [rx, ry, sx, sy] = [bx - ax, by - ay, dx - cx, dy - cy];
  const cross = rx * sy - ry * sx;
  if (cross === 0) return null;
  const t = ((cx - ax) * sy - (cy - ay) * sx) / cross;
  const u = ((cx - ax) * ry - (cy - ay) * rx) / cross;
  return t >= 0 && t <= 1 && u >= 0 && u < 1 ? { x: ax + t * rx, y: ay + t * ry } : null;
}
