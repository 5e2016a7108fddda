import { Color, CylinderGeometry, Group, InstancedMesh, Matrix4, MeshBasicMaterial, OctahedronGeometry } from "three";
import type { BufferGeometry } from "three";
import type { TerminalPlace } from "../../common/console-api";
import { joinGeometries } from "./joined-geometry";
import { nothingNamed, type NamedTerminals } from "./named-terminals";
import type { Palette } from "./palette";

/**
 * Terminals as slim beacons: a pole with a lamp on a foot. One unit of their shapes is about a pixel at the middle of the
 * map, whatever the zoom.
 */
export interface Beacons {
  readonly group: Group;
  /** @param placeOf metres of the scene for metres of the city's plane */
  setTerminals(terminals: readonly TerminalPlace[], placeOf: (x: number, y: number) => [number, number]): void;
  /** Terminals of the instruction in hand stand taller: lit in the accent's colour to be avoided, in another to be gone by. */
  setNamed(named: NamedTerminals): void;
  setMetresPerPixel(metresPerPixel: number): void;
  setPalette(palette: Palette): void;
  close(): void;
}

export const beaconHeightPx = 20;
const namedSize = 1.35;

interface BeaconPlace {
  readonly terminal: number;
  readonly x: number;
  readonly y: number;
}

export function createBeacons(palette: Palette): Beacons {
  const group = new Group();
  const shape = beaconShape();
  const material = new MeshBasicMaterial({ transparent: true, opacity: 0.92 });
  const colours = {
    idle: new Color(palette.beacon),
    inScope: new Color(palette.accent),
    via: new Color(palette.instructed),
  };
  let places: readonly BeaconPlace[] = [];
  let named = nothingNamed;
  let metresPerPixel = 1;
  let mesh: InstancedMesh | null = null;

  function build() {
    mesh?.dispose();
    group.clear();
    mesh = places.length === 0 ? null : new InstancedMesh(shape, material, places.length);
    if (mesh !== null) {
      mesh.frustumCulled = false;
      group.add(mesh);
    }
    arrange();
  }

  function arrange() {
    if (mesh === null) return;
    const beacons = mesh;
    const matrix = new Matrix4();
    places.forEach(({ terminal, x, y }, place) => {
      const colour = named.via.includes(terminal) ? "via" : named.scope.has(terminal) ? "inScope" : "idle";
      const size = metresPerPixel * (colour === "idle" ? 1 : namedSize);
      matrix.makeScale(size, size, size).setPosition(x, y, 0);
      beacons.setMatrixAt(place, matrix);
      beacons.setColorAt(place, colours[colour]);
    });
    beacons.instanceMatrix.needsUpdate = true;
    if (beacons.instanceColor) beacons.instanceColor.needsUpdate = true;
  }

  return {
    group,
    setTerminals(terminals, placeOf) {
      places = terminals.map(({ terminal, x, y }) => placed(terminal, placeOf(x, y)));
      build();
    },
    setNamed(next) {
      named = next;
      arrange();
    },
    setMetresPerPixel(next) {
      if (Math.abs(next / metresPerPixel - 1) < 0.01) return;
      metresPerPixel = next;
      arrange();
    },
    setPalette(next) {
      colours.idle.set(next.beacon);
      colours.inScope.set(next.accent);
      colours.via.set(next.instructed);
      arrange();
    },
    close() {
      mesh?.dispose();
      shape.dispose();
      material.dispose();
    },
  };
}

function placed(terminal: number, [x, y]: [number, number]): BeaconPlace {
  return { terminal, x, y };
}

/** One shape: each more would be drawn, and each of its places uploaded, by itself. */
function beaconShape(): BufferGeometry {
  return joinGeometries([
    new CylinderGeometry(0.7, 0.7, beaconHeightPx, 6).rotateX(Math.PI / 2).translate(0, 0, beaconHeightPx / 2),
    new OctahedronGeometry(3.4).translate(0, 0, beaconHeightPx),
    new CylinderGeometry(3.2, 3.2, 0.6, 16).rotateX(Math.PI / 2),
  ]);
}
