import type { City } from "../../common/city";
import { toDeckMetres, type Plane } from "../scene/place";

/**
 * Many buildings as one mesh of triangles with their light baked in: one call draws them all. Walls stand on the ground,
 * roofs are flat.
 */
export interface BuildingMesh {
  /** x, y, z of each corner, metres for deck.gl. */
  readonly positions: Float32Array;
  /** Of each corner, in 1/255: light; place along the wall and up the wall; 255 for a wall, 0 for a roof. */
  readonly faces: Uint8Array;
  readonly indices: Uint32Array;
}

/** Where the light comes from, over the map: flat from the north-west, as on a relief map. Unit vector. */
const sun = { x: -0.43, y: 0.55, z: 0.715 };
const ambient = 0.55;

/** @param rows of the city's buildings */
export function buildBuildingMesh({ columns }: City, plane: Plane, rows: readonly number[]): BuildingMesh {
  const { buildingStart, buildingX, buildingY, buildingHeightM } = columns;
  let corners = 0;
  for (const row of rows) corners += buildingStart[row + 1] - buildingStart[row];
  // A wall has four corners of its own, the roof shares the ring's.
  const positions = new Float32Array(corners * 5 * 3);
  const faces = new Uint8Array(corners * 5 * 4);
  const indices = new Uint32Array(Math.max(0, corners * 6 + corners * 3 - rows.length * 6));
  let vertex = 0;
  let index = 0;
  const xs: number[] = [];
  const ys: number[] = [];

  function corner(x: number, y: number, z: number, light: number, along: number, up: number, wall: number) {
    positions[vertex * 3] = x;
    positions[vertex * 3 + 1] = y;
    positions[vertex * 3 + 2] = z;
    faces[vertex * 4] = light;
    faces[vertex * 4 + 1] = along;
    faces[vertex * 4 + 2] = up;
    faces[vertex * 4 + 3] = wall;
    vertex++;
  }

  for (const row of rows) {
    const count = buildingStart[row + 1] - buildingStart[row];
    if (count < 3) continue;
    const heightM = buildingHeightM[row];
    xs.length = 0;
    ys.length = 0;
    for (let point = buildingStart[row]; point < buildingStart[row + 1]; point++) {
      const [x, y] = toDeckMetres(plane, buildingX[point], buildingY[point]);
      xs.push(x);
      ys.push(y);
    }
    for (let from = 0; from < count; from++) {
      const to = from + 1 === count ? 0 : from + 1;
      const dx = xs[to] - xs[from];
      const dy = ys[to] - ys[from];
      const length = Math.sqrt(dx * dx + dy * dy) || 1;
      // Counter-clockwise: outside is to the right.
      const light = lightOf(dy / length, -dx / length, 0);
      const first = vertex;
      corner(xs[from], ys[from], 0, light, 0, 0, 255);
      corner(xs[to], ys[to], 0, light, 255, 0, 255);
      corner(xs[to], ys[to], heightM, light, 255, 255, 255);
      corner(xs[from], ys[from], heightM, light, 0, 255, 255);
      index = quad(indices, index, first);
    }
    const roof = vertex;
    const light = lightOf(0, 0, 1);
    for (let point = 0; point < count; point++) corner(xs[point], ys[point], heightM, light, 0, 0, 0);
    index = cutEars(xs, ys, roof, indices, index);
  }
  return {
    positions: positions.subarray(0, vertex * 3),
    faces: faces.subarray(0, vertex * 4),
    indices: indices.subarray(0, index),
  };
}

function lightOf(x: number, y: number, z: number): number {
  const light = ambient + (1 - ambient) * Math.max(0, x * sun.x + y * sun.y + z * sun.z);
  // A roof has the building's own colour.
  return Math.min(255, Math.round((255 * light) / (ambient + (1 - ambient) * sun.z)));
}

function quad(indices: Uint32Array, at: number, first: number): number {
  indices[at] = first;
  indices[at + 1] = first + 1;
  indices[at + 2] = first + 2;
  indices[at + 3] = first;
  indices[at + 4] = first + 2;
  indices[at + 5] = first + 3;
  return at + 6;
}

/**
 * Triangles of a simple ring, counter-clockwise, by cutting ears off (O'Rourke, Computational Geometry in C, 1998, ch. 1).
 * A ring that crosses itself is cut as far as it goes. @returns the place after the last index
 */
export function cutEars(
  xs: readonly number[],
  ys: readonly number[],
  firstVertex: number,
  indices: Uint32Array,
  start: number,
): number {
  let at = start;
  const left = xs.map((_, point) => point);
  let place = 0;
  let misses = 0;
  while (left.length > 3 && misses < left.length) {
    const count = left.length;
    const [a, b, c] = [left[(place + count - 1) % count], left[place % count], left[(place + 1) % count]];
    if (!isEar(xs, ys, left, a, b, c)) {
      place = (place + 1) % count;
      misses++;
      continue;
    }
    indices[at++] = firstVertex + a;
    indices[at++] = firstVertex + b;
    indices[at++] = firstVertex + c;
    left.splice(place % count, 1);
    place %= left.length;
    misses = 0;
  }
  if (left.length < 3) return at;
  // What is left of a sound ring is one triangle; of an unsound one, a fan.
  for (let point = 1; point + 1 < left.length; point++) {
    indices[at++] = firstVertex + left[0];
    indices[at++] = firstVertex + left[point];
    indices[at++] = firstVertex + left[point + 1];
  }
  return at;
}

function isEar(xs: readonly number[], ys: readonly number[], left: readonly number[], a: number, b: number, c: number) {
  if (turn(xs, ys, a, b, c) <= 0) return false;
  for (const point of left) {
    if (point === a || point === b || point === c) continue;
    if (turn(xs, ys, a, b, point) >= 0 && turn(xs, ys, b, c, point) >= 0 && turn(xs, ys, c, a, point) >= 0)
      return false;
  }
  return true;
}

/** Twice the area of the triangle, positive when it turns left. */
function turn(xs: readonly number[], ys: readonly number[], a: number, b: number, c: number): number {
  return (xs[b] - xs[a]) * (ys[c] - ys[a]) - (xs[c] - xs[a]) * (ys[b] - ys[a]);
}
