import {
  BufferGeometry,
  CylinderGeometry,
  ExtrudeGeometry,
  Float32BufferAttribute,
  Group,
  Mesh,
  MeshBasicMaterial,
  Path,
  RingGeometry,
  Shape,
} from "three";
import type { Palette } from "./palette";

/**
 * The incident: a warning triangle on a stem over the closed lanes, with a ring on the road that pulses softly. One unit is
 * about a pixel at the middle of the map. Drawn over everything: no house may hide it.
 */
export interface IncidentSign {
  readonly group: Group;
  /** @param phase 0 … 1 of the pulse; 0.5 for those who want no motion */
  pose(metresPerPixel: number, bearingRad: number, phase: number): void;
  setSelected(selected: boolean): void;
  close(): void;
}

const heightPx = 34;
const triangleRadiusPx = 15;

/** @param draft not declared yet: the same sign in the accent's colour */
export function createIncidentSign(palette: Palette, draft: boolean): IncidentSign {
  const colour = draft ? palette.accent : palette.alarm;
  const group = new Group();
  const overAll = { depthTest: false, depthWrite: false, transparent: true } as const;
  const plate = new Mesh(plateGeometry(), new MeshBasicMaterial({ color: colour, ...overAll }));
  const rim = new Mesh(rimGeometry(), new MeshBasicMaterial({ color: palette.labelHalo, ...overAll }));
  const mark = new Mesh(markGeometry(), new MeshBasicMaterial({ color: palette.labelHalo, ...overAll }));
  const stem = new Mesh(
    new CylinderGeometry(0.8, 0.8, heightPx, 8).rotateX(Math.PI / 2).translate(0, 0, heightPx / 2),
    new MeshBasicMaterial({ color: colour, ...overAll }),
  );
  const disc = new Mesh(new RingGeometry(0, 4, 32), new MeshBasicMaterial({ color: colour, ...overAll }));
  const pulse = new Mesh(new RingGeometry(0.88, 1, 64), new MeshBasicMaterial({ color: colour, ...overAll }));
  const halo = new Mesh(
    new RingGeometry(15, 16.4, 64),
    new MeshBasicMaterial({ color: colour, opacity: 0.55, ...overAll }),
  );
  const head = new Group();
  head.add(rim, plate, mark);
  head.position.z = heightPx;
  group.add(pulse, halo, disc, stem, head);
  [pulse, halo, disc, stem, rim, plate, mark].forEach((mesh, order) => {
    mesh.renderOrder = 10 + order;
    mesh.frustumCulled = false;
  });
  let size = 1;

  return {
    group,
    pose(metresPerPixel, bearingRad, phase) {
      group.scale.setScalar(metresPerPixel * size);
      // The head faces the camera, leaning back a little less than the camera looks down.
      head.rotation.set(0, 0, -bearingRad);
      const reach = 16 + 26 * phase;
      pulse.scale.set(reach, reach, 1);
      pulse.material.opacity = 0.5 * (1 - phase);
    },
    setSelected(selected) {
      size = selected ? 1.15 : 0.9;
    },
    close() {
      for (const mesh of [plate, rim, mark, stem, disc, pulse, halo]) {
        mesh.geometry.dispose();
        mesh.material.dispose();
      }
    },
  };
}

/** A triangle with round corners, standing upright in the plane of x and z, its middle at the origin. */
function roundedTriangle(radius: number, corner: number): Shape {
  const shape = new Shape();
  const points = [90, 210, 330].map((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
  points.forEach((point, index) => {
    const before = points[(index + 2) % 3];
    const after = points[(index + 1) % 3];
    const towards = (other: { x: number; y: number }) => {
      const share = corner / Math.hypot(other.x - point.x, other.y - point.y);
      return { x: point.x + share * (other.x - point.x), y: point.y + share * (other.y - point.y) };
    };
    const [start, end] = [towards(before), towards(after)];
    if (index === 0) shape.moveTo(start.x, start.y);
    else shape.lineTo(start.x, start.y);
    shape.quadraticCurveTo(point.x, point.y, end.x, end.y);
  });
  shape.closePath();
  return shape;
}

function upright(geometry: BufferGeometry): BufferGeometry {
  return geometry.rotateX(Math.PI / 2);
}

function plateGeometry(): BufferGeometry {
  return upright(
    new ExtrudeGeometry(roundedTriangle(triangleRadiusPx, 7), { depth: 3, bevelEnabled: false, curveSegments: 8 }),
  ).translate(0, 1.5, 0);
}

function rimGeometry(): BufferGeometry {
  const outer = roundedTriangle(triangleRadiusPx + 3.4, 8);
  return upright(new ExtrudeGeometry(outer, { depth: 3, bevelEnabled: false, curveSegments: 8 })).translate(0, 2.5, 0);
}

/** The exclamation mark, in front of the plate. */
function markGeometry(): BufferGeometry {
  const bar = new Shape();
  bar.moveTo(-1.7, 6.6);
  bar.lineTo(1.7, 6.6);
  bar.lineTo(1.1, -1.6);
  bar.lineTo(-1.1, -1.6);
  bar.closePath();
  const dot = new Shape();
  dot.add(new Path().absarc(0, -4.4, 1.6, 0, 2 * Math.PI, false));
  const parts = [bar, dot].map((shape) =>
    upright(new ExtrudeGeometry(shape, { depth: 0.4, bevelEnabled: false, curveSegments: 8 })).translate(0, -1.8, 0),
  );
  return joined(parts);
}

function joined(parts: readonly BufferGeometry[]): BufferGeometry {
  const positions = parts.flatMap((part) => {
    const flat = part.index ? part.toNonIndexed() : part;
    return Array.from(flat.getAttribute("position").array);
  });
  for (const part of parts) part.dispose();
  return new BufferGeometry().setAttribute("position", new Float32BufferAttribute(positions, 3));
}
