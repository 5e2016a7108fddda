import { describe, expect, test } from "vitest";
import { edgeCountOf, edgeLaneCountOf, packCity, ParkingKind, RoadClass, type City } from "../common/city";
import { findBrokenInvariants, findDesignFlaws } from "../workers/city/invariants";
import { length } from "../workers/kernel/maths";
import { generateTown } from "./index";

const seeds = [1, 2, 3, 4];

describe.each(seeds)("town of seed %i", (seed) => {
  const town = generateTown(seed);
  const { columns: c, meta } = town;

  test("nothing that holds of every city is broken", () => {
    expect([...findBrokenInvariants(town), ...findDesignFlaws(town)]).toEqual([]);
  });

  test("it has the size of a small town", () => {
    expect(edgeCountOf(town)).toBeGreaterThan(300);
    expect(edgeCountOf(town)).toBeLessThan(700);
    expect(c.buildingHeightM.length).toBeGreaterThan(1500);
    expect(c.buildingHeightM.length).toBeLessThan(3000);
    expect(c.programOffsetS.length).toBeGreaterThan(5);
    expect(c.terminalEdge.length).toBeGreaterThanOrEqual(12);
    expect(c.terminalEdge.length).toBeLessThanOrEqual(60);
    expect(meta.districtNames.length).toBeGreaterThanOrEqual(6);
    expect(meta.districtNames.length).toBeLessThanOrEqual(16);
  });

  test("it says that it is made up", () => {
    expect(meta.synthesised.join()).toContain("made up");
    expect(meta.attribution).toBe("");
  });

  test("nothing was dropped: what was laid out is connected", () => {
    expect(meta.dropped).toEqual([]);
  });

  test("cars can be left at the ring, along streets and at houses", () => {
    const count = (kind: number) => c.parkingKind.filter((one) => one === kind).length;
    expect(count(ParkingKind.garage)).toBeGreaterThanOrEqual(2);
    expect(count(ParkingKind.lot)).toBeGreaterThanOrEqual(6);
    expect(count(ParkingKind.kerb)).toBeGreaterThan(200);
    expect(count(ParkingKind.private)).toBeGreaterThan(200);
  });

  test("two or three roads cross the river, one of them in the middle", () => {
    const crossings = bridgesOf(town);
    expect(crossings.size).toBeGreaterThanOrEqual(2);
    expect(crossings.size).toBeLessThanOrEqual(3);
  });

  test("houses are 6 to 40 m high, and some are towers", () => {
    const heights = [...c.buildingHeightM];
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...heights)).toBeLessThanOrEqual(40);
    expect(Math.max(...heights)).toBeGreaterThan(25);
  });

  test("no house stands on a lane", () => {
    expect(housesOnLanes(town)).toBe(0);
  });
});

test("a seed gives the same town every time, another seed another town", () => {
  const bytes = packCity(generateTown(7));
  expect(packCity(generateTown(7))).toEqual(bytes);
  expect(packCity(generateTown(8))).not.toEqual(bytes);
});

test("a larger town has more of everything and still holds together", () => {
  const town = generateTown(1, { bypassRadiusM: 1700 });
  expect([...findBrokenInvariants(town), ...findDesignFlaws(town)]).toEqual([]);
  expect(edgeCountOf(town)).toBeGreaterThan(1500);
});

/** Streets with a name that pass the river's middle. */
function bridgesOf({ columns: c }: City): Set<number> {
  const crossing = new Set<number>();
  for (let edge = 0; edge < c.edgeFrom.length; edge++) {
    for (let point = c.edgeShapeStart[edge] + 1; point < c.edgeShapeStart[edge + 1]; point++) {
      for (let water = 1; water < c.lineX.length; water++) {
        const crosses = doCross(
          [c.edgeShapeX[point - 1], c.edgeShapeY[point - 1], c.edgeShapeX[point], c.edgeShapeY[point]],
          [c.lineX[water - 1], c.lineY[water - 1], c.lineX[water], c.lineY[water]],
        );
        // The bypass crosses twice and counts for each bank's end of the river.
        if (crosses)
          crossing.add(
            c.edgeName[edge] * 10 + (c.edgeClass[edge] === RoadClass.trunk ? Number(water * 2 > c.lineX.length) : 2),
          );
      }
    }
  }
  return crossing;
}

type Segment = readonly [ax: number, ay: number, bx: number, by: number];

function doCross([ax, ay, bx, by]: Segment, [cx, cy, dx, dy]: Segment): boolean {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number) =>
    (qx - px) * (ry - py) - (qy - py) * (rx - px);
  return (
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0
  );
}

/** Houses with a corner or wall nearer to the middle of a lane than half of its width. */
function housesOnLanes(town: City): number {
  const { columns: c } = town;
  const walls: Segment[][] = [];
  for (let building = 0; building + 1 < c.buildingStart.length; building++) {
    const [from, to] = [c.buildingStart[building], c.buildingStart[building + 1]];
    walls.push(
      Array.from({ length: to - from }, (_, corner) => {
        const [a, b] = [from + corner, from + ((corner + 1) % (to - from))];
        return [c.buildingX[a], c.buildingY[a], c.buildingX[b], c.buildingY[b]] as const;
      }),
    );
  }
  let standing = 0;
  for (const wall of walls) {
    const [x, y] = [wall[0][0], wall[0][1]];
    let hit = false;
    for (let lane = 0; lane < edgeLaneCountOf(town) && !hit; lane++) {
      for (let point = c.laneShapeStart[lane] + 1; point < c.laneShapeStart[lane + 1] && !hit; point++) {
        const road: Segment = [
          c.laneShapeX[point - 1],
          c.laneShapeY[point - 1],
          c.laneShapeX[point],
          c.laneShapeY[point],
        ];
        const reachM = 100 + length(road[2] - road[0], road[3] - road[1]);
        if (Math.abs(road[0] - x) > reachM || Math.abs(road[1] - y) > reachM) continue;
        hit = wall.some((side) => doCross(side, road) || distance(side[0], side[1], road) < c.laneWidthM[lane] / 2);
      }
    }
    if (hit) standing++;
  }
  return standing;
}

function distance(x: number, y: number, [ax, ay, bx, by]: Segment): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return length(x - ax - along * dx, y - ay - along * dy);
}
