import { RoadClass, type City } from "../common/city";
import { assert } from "../common/result";
import { buildCity } from "../workers/city/city";
import { endGround, startGround } from "../workers/city/ground";
import { startNotes } from "../workers/city/import-notes";
import { projectionAround } from "../workers/city/projection";
import { kmhToMps } from "../workers/city/roads/road-classes";
import type { RoadWay } from "../workers/city/roads/road-graph";

export interface GridOptions {
  /** Streets in each direction, at least 2. */
  readonly streets: number;
  /** Between two streets, m. */
  readonly blockM: number;
  /** Lanes in each direction of every street. */
  readonly laneCount: number;
}

const speedKmh = 50;

/**
 * Streets in a square grid, both ways, signals at every crossing, built as any other city's: for measurements in which
 * size alone is to grow. 4 n (n − 1) directed edges for n streets.
 */
export function generateGrid(seed: number, { streets, blockM, laneCount }: GridOptions): City {
  const at = (column: number, row: number): number => row * streets + column;
  const nodes = Array.from({ length: streets * streets }, (_, node) => node);
  const middle = ((streets - 1) * blockM) / 2;
  const way = (id: string, along: readonly number[]): RoadWay => {
    const carriageway = { laneCount, speedMps: kmhToMps(speedKmh), turnMarks: null };
    return {
      ...{ id, nodes: Uint32Array.from(along), roadClass: RoadClass.secondary, name: -1 },
      ...{ isLink: false, isRoundabout: false, isBridge: false, leftKerb: null, rightKerb: null },
      ...{ forward: carriageway, backward: carriageway },
    };
  };
  const line = Array.from({ length: streets }, (_, index) => index);
  const ways = line.flatMap((street) => [
    way(
      `east-${street + 1}`,
      line.map((column) => at(column, street)),
    ),
    way(
      `north-${street + 1}`,
      line.map((row) => at(street, row)),
    ),
  ]);
  const city = buildCity(
    {
      name: `grid of ${streets} × ${streets} streets`,
      source: `generated from seed ${seed}`,
      attribution: "",
      projection: projectionAround(0, 0),
      roads: {
        nodeX: Float64Array.from(nodes, (node) => (node % streets) * blockM - middle),
        nodeY: Float64Array.from(nodes, (node) => Math.floor(node / streets) * blockM - middle),
        controls: nodes.map((node) => ({ node, kind: "signals", faces: "both" })),
        ways,
        restrictions: [],
        pathRestrictions: [],
        restrictionCount: 0,
        names: [],
      },
      ground: endGround(startGround()),
      carParks: [],
      synthesised: ["everything: this city is made up"],
    },
    seed,
    startNotes(),
  );
  assert(city.ok, "a grid is a connected network");
  return city.value;
}
