/**
 * The body of a vehicle: a lower box and a narrower cabin, about a compact car (EN: 4.4 × 1.8 × 1.5 m). Origin under the
 * front bumper, x forwards, z up, metres. Triangles, not indexed, with one normal a face.
 */
export interface VehicleShape {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
}

export const vehicleLengthM = 4.4;
export const vehicleWidthM = 1.8;

type Corner = readonly [x: number, y: number, z: number];

export function buildVehicleShape(): VehicleShape {
  const positions: number[] = [];
  const normals: number[] = [];

  function quad(a: Corner, b: Corner, c: Corner, d: Corner) {
    const normal = crossOf(minus(b, a), minus(d, a));
    for (const corner of [a, b, c, a, c, d]) {
      positions.push(...corner);
      normals.push(...normal);
    }
  }

  /** A box from z0 to z1 whose top is drawn in by these lengths; without its bottom, which nobody sees. */
  function frustum(back: number, front: number, halfWidth: number, z0: number, z1: number, drawnIn: number) {
    const low = (x: number, side: number): Corner => [x, side * halfWidth, z0];
    const high = (x: number, side: number): Corner => [
      x + (x === back ? drawnIn : -drawnIn),
      side * (halfWidth - drawnIn / 3),
      z1,
    ];
    quad(high(back, -1), high(front, -1), high(front, 1), high(back, 1));
    quad(low(front, -1), low(front, 1), high(front, 1), high(front, -1));
    quad(low(back, 1), low(back, -1), high(back, -1), high(back, 1));
    quad(low(back, -1), low(front, -1), high(front, -1), high(back, -1));
    quad(low(front, 1), low(back, 1), high(back, 1), high(front, 1));
  }

  const side = vehicleWidthM / 2;
  frustum(-vehicleLengthM, 0, side, 0.15, 0.85, 0.08);
  frustum(-vehicleLengthM + 0.35, -1.15, side - 0.08, 0.85, 1.5, 0.4);
  return { positions: new Float32Array(positions), normals: new Float32Array(normals) };
}

/** The same from above, as one flat rectangle: for where a vehicle is some pixels long. */
export function buildVehicleMark(): VehicleShape {
  const half = vehicleWidthM / 2;
  const [a, b, c, d] = [
    [-vehicleLengthM, -half, 0.5],
    [0, -half, 0.5],
    [0, half, 0.5],
    [-vehicleLengthM, half, 0.5],
  ];
  return {
    positions: Float32Array.from([a, b, c, a, c, d].flat()),
    normals: Float32Array.from(Array.from({ length: 6 }, () => [0, 0, 1]).flat()),
  };
}

/** A shape so many times over, and for each of its corners which of them it belongs to. */
export function repeatShape(
  { positions, normals }: VehicleShape,
  times: number,
): VehicleShape & { readonly rows: Uint32Array } {
  const corners = positions.length / 3;
  const all = {
    positions: new Float32Array(positions.length * times),
    normals: new Float32Array(normals.length * times),
    rows: new Uint32Array(corners * times),
  };
  for (let row = 0; row < times; row++) {
    all.positions.set(positions, row * positions.length);
    all.normals.set(normals, row * normals.length);
    all.rows.fill(row, row * corners, (row + 1) * corners);
  }
  return all;
}

function minus(a: Corner, b: Corner): Corner {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function crossOf(a: Corner, b: Corner): Corner {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
