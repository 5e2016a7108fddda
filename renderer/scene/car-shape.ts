import { BufferAttribute, BufferGeometry } from "three";

/**
 * A car of few triangles for looking at from near: body, cabin with windows, four wheels. Origin under the front bumper,
 * x forwards, z up, metres. The colour of each corner holds its part's shade and the light on its face, so that one
 * unlit material draws it; what is to take the car's own colour is bright, windows and tyres are dark.
 */
export function buildCarGeometry(): BufferGeometry {
  const positions: number[] = [];
  const colours: number[] = [];
  const sun: Corner = [-0.37, -0.46, 0.81];

  function face(shade: number, ...corners: readonly Corner[]) {
    const [a, b] = corners;
    const d = corners[corners.length - 1];
    const normal = unit(cross(minus(b, a), minus(d, a)));
    const light = shade * (0.58 + 0.42 * Math.max(0, dot(normal, sun)));
    for (let corner = 1; corner + 1 < corners.length; corner++) {
      for (const point of [a, corners[corner], corners[corner + 1]]) {
        positions.push(...point);
        colours.push(light, light, light);
      }
    }
  }

  /** A block between two cross-sections along x: [x, half width, bottom, top] each. */
  function block(shade: number, back: Section, front: Section) {
    const ring = ([x, half, low, high]: Section): Corner[] => [
      [x, -half, low],
      [x, half, low],
      [x, half, high],
      [x, -half, high],
    ];
    const [b, f] = [ring(back), ring(front)];
    face(shade, f[0], f[1], f[2], f[3]);
    face(shade, b[1], b[0], b[3], b[2]);
    face(shade, b[3], f[3], f[2], b[2]);
    face(shade, b[0], f[0], f[3], b[3]);
    face(shade, f[1], b[1], b[2], f[2]);
  }

  const [paint, glass, tyre, lamp] = [1, 0.2, 0.1, 1.5];
  block(paint, [-4.4, 0.84, 0.28, 0.86], [-3.6, 0.9, 0.22, 0.92]);
  block(paint, [-3.6, 0.9, 0.22, 0.92], [-1.1, 0.9, 0.22, 0.88]);
  block(paint, [-1.1, 0.9, 0.22, 0.88], [0, 0.78, 0.3, 0.66]);
  // Windows all around, under a roof.
  block(glass, [-4.0, 0.8, 0.9, 0.94], [-3.5, 0.74, 0.9, 1.36]);
  block(glass, [-3.5, 0.74, 0.9, 1.36], [-2.1, 0.74, 0.88, 1.38]);
  block(glass, [-2.1, 0.74, 0.88, 1.38], [-1.25, 0.8, 0.86, 0.9]);
  block(paint, [-3.55, 0.7, 1.34, 1.42], [-2.05, 0.7, 1.36, 1.43]);
  for (const x of [-3.55, -0.85]) {
    for (const side of [-1, 1]) wheel(x, side * 0.84);
  }
  block(lamp, [-0.12, 0.7, 0.5, 0.6], [0.01, 0.7, 0.5, 0.58]);

  function wheel(x: number, y: number) {
    const [radius, half] = [0.32, 0.09];
    const rim = (side: number): Corner[] =>
      Array.from({ length: 8 }, (_, step) => {
        const turn = (side * step * Math.PI) / 4;
        return [x + radius * Math.cos(turn), y + half * Math.sign(y) * 1, radius + radius * Math.sin(turn)];
      });
    face(tyre, ...rim(Math.sign(y) * -1));
  }

  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 3));
  return geometry;
}

type Corner = readonly [x: number, y: number, z: number];
type Section = readonly [x: number, halfWidth: number, bottom: number, top: number];

const minus = (a: Corner, b: Corner): Corner => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Corner, b: Corner) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Corner, b: Corner): Corner => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Corner): Corner => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
