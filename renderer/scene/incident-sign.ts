import type { BufferGeometry } from "three";
import { CylinderGeometry, ExtrudeGeometry, Group, Mesh, MeshBasicMaterial, Path, RingGeometry, Shape } from "three";
import type { IncidentKind } from "../../common/console-api";
import { joinGeometries } from "./joined-geometry";
import type { Palette } from "./palette";

/**
 * The incident: a warning sign on a stem over the road, with a ring on the road that pulses softly. One unit is
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

/**
 * Kinds differ by the plate's shape and its mark: a triangle for closed lanes, a disc for a speed limit, a diamond for less
 * capacity, an upright plate with three dark lamps for a signal.
 * @param draft not declared yet: the same sign in the accent's colour
 */
export function createIncidentSign(palette: Palette, draft: boolean, kind: IncidentKind = "lanes"): IncidentSign {
  const colour = draft ? palette.accent : palette.alarm;
  const group = new Group();
  const overAll = { depthTest: false, depthWrite: false, transparent: true } as const;
  const plate = new Mesh(plateGeometry(kind), new MeshBasicMaterial({ color: colour, ...overAll }));
  const rim = new Mesh(rimGeometry(kind), new MeshBasicMaterial({ color: palette.labelHalo, ...overAll }));
  const mark = new Mesh(markGeometry(kind), new MeshBasicMaterial({ color: palette.labelHalo, ...overAll }));
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

/** The plate's outline, grown by so much on every side, its middle at the origin. */
function outlineOf(kind: IncidentKind, grownPx: number): Shape {
  switch (kind) {
    case "lanes":
      return roundedTriangle(triangleRadiusPx + grownPx, 7 + grownPx / 3);
    case "speed":
      return discOf(12 + grownPx * 0.6);
    case "capacity": {
      const reach = 15 + grownPx * 0.8;
      return polygonOf([
        [0, reach],
        [reach, 0],
        [0, -reach],
        [-reach, 0],
      ]);
    }
    case "junction": {
      // Eight sides, as of a stop sign.
      const reach = 14.5 + grownPx * 0.7;
      const side = reach * (Math.SQRT2 - 1);
      return polygonOf([
        [side, reach],
        [reach, side],
        [reach, -side],
        [side, -reach],
        [-side, -reach],
        [-reach, -side],
        [-reach, side],
        [-side, reach],
      ]);
    }
    case "signal": {
      const [x, y] = [7.5 + grownPx * 0.6, 14.5 + grownPx * 0.6];
      return polygonOf([
        [-x, y],
        [x, y],
        [x, -y],
        [-x, -y],
      ]);
    }
  }
}

function polygonOf(points: readonly (readonly [number, number])[]): Shape {
  const shape = new Shape();
  points.forEach(([x, y], place) => (place === 0 ? shape.moveTo(x, y) : shape.lineTo(x, y)));
  shape.closePath();
  return shape;
}

function discOf(radius: number, x = 0, y = 0): Shape {
  const shape = new Shape();
  shape.add(new Path().absarc(x, y, radius, 0, 2 * Math.PI, false));
  return shape;
}

function plateGeometry(kind: IncidentKind): BufferGeometry {
  return upright(
    new ExtrudeGeometry(outlineOf(kind, 0), { depth: 3, bevelEnabled: false, curveSegments: 16 }),
  ).translate(0, 1.5, 0);
}

function rimGeometry(kind: IncidentKind): BufferGeometry {
  const outer = outlineOf(kind, 3.4);
  return upright(new ExtrudeGeometry(outer, { depth: 3, bevelEnabled: false, curveSegments: 16 })).translate(0, 2.5, 0);
}

/** What is on the plate, in front of it. */
function markShapes(kind: IncidentKind): readonly Shape[] {
  switch (kind) {
    case "lanes": {
      const bar = polygonOf([
        [-1.7, 6.6],
        [1.7, 6.6],
        [1.1, -1.6],
        [-1.1, -1.6],
      ]);
      return [bar, discOf(1.6, 0, -4.4)];
    }
    case "speed": {
      // A white field within a broad ring, as of a limit's sign.
      const field = discOf(8);
      return [field];
    }
    case "capacity":
      // Two lines that come together: the road narrows.
      return [-1, 1].map((side) =>
        polygonOf([
          [side * 6, -6],
          [side * 4, -6],
          [side * 1.4, 6],
          [side * 3.4, 6],
        ]),
      );
    case "signal":
      return [8.4, 0, -8.4].map((y) => discOf(3, 0, y));
    case "junction":
      // Two bars across each other: nobody passes, from whatever side.
      return [-1, 1].map((side) =>
        polygonOf([
          [side * 7.4, 5.4],
          [side * 5.4, 7.4],
          [side * -7.4, -5.4],
          [side * -5.4, -7.4],
        ]),
      );
  }
}

function markGeometry(kind: IncidentKind): BufferGeometry {
  const parts = markShapes(kind).map((shape) =>
    upright(new ExtrudeGeometry(shape, { depth: 0.4, bevelEnabled: false, curveSegments: 12 })).translate(0, -1.8, 0),
  );
  return joinGeometries(parts);
}
