import type { CarPark } from "../workers/city/parking/car-parks";
import type { Ground } from "../workers/city/ground";
import type { Point } from "../workers/city/geometry/polyline";
import type { RoadGraph } from "../workers/city/roads/road-graph";
import { cos, sin } from "../workers/kernel/maths";

/** Turns a town about its market, so that not every river runs from west to east. @param angle radians, counter-clockwise */
export function turnTown(
  roads: RoadGraph,
  ground: Ground,
  carParks: readonly CarPark[],
  angle: number,
): { readonly roads: RoadGraph; readonly ground: Ground; readonly carParks: readonly CarPark[] } {
  const [c, s] = [cos(angle), sin(angle)];
  const turn = <A extends Float32Array | Float64Array>(x: A, y: A): { readonly x: A; readonly y: A } => ({
    x: x.map((east, row) => c * east - s * y[row]) as A,
    y: y.map((north, row) => s * x[row] + c * north) as A,
  });
  const turnPlace = <P extends Point>(place: P): P => ({
    ...place,
    x: c * place.x - s * place.y,
    y: s * place.x + c * place.y,
  });
  const nodes = turn(roads.nodeX, roads.nodeY);
  return {
    roads: { ...roads, nodeX: nodes.x, nodeY: nodes.y },
    ground: {
      ...ground,
      buildings: { ...ground.buildings, ...turn(ground.buildings.x, ground.buildings.y) },
      areas: { ...ground.areas, ...turn(ground.areas.x, ground.areas.y) },
      lines: { ...ground.lines, ...turn(ground.lines.x, ground.lines.y) },
      places: ground.places.map(turnPlace),
    },
    carParks: carParks.map(turnPlace),
  };
}
