import { MercatorCoordinate } from "maplibre-gl";
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import { Camera, Matrix4, Scene as ThreeScene, Vector3, WebGLRenderer } from "three";
import type { Incident, IncidentKind, TerminalPlace } from "../../common/console-api";
import { createBeacons, type Beacons } from "./beacons";
import { createIncidentSign, type IncidentSign } from "./incident-sign";
import type { NamedTerminals } from "./named-terminals";
import type { Palette } from "./palette";
import type { NearCars } from "./near-cars";
import { toLngLat, toMetres, type Plane } from "./place";

/** Where a sign stands, metres of the city's plane. */
export interface SignPlace {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly selected: boolean;
  readonly kind: IncidentKind;
  /** Not declared yet. */
  readonly draft: boolean;
}

export interface SignsLayer extends CustomLayerInterface {
  setTerminals(terminals: readonly TerminalPlace[]): void;
  setNamed(named: NamedTerminals): void;
  setSigns(signs: readonly SignPlace[]): void;
  setPalette(palette: Palette): void;
  /** Whether the layer wants to be drawn again although nothing changed: a pulse is running. */
  isMoving(): boolean;
  close(): void;
}

const pulseMs = 2400;

/** Incidents and terminals, drawn by three.js in the map's own WebGL context. */
export function createSignsLayer(
  plane: Plane,
  firstPalette: Palette,
  reducedMotion: () => boolean,
  nearCarsAt: (placeOf: (x: number, y: number) => [number, number]) => NearCars,
): SignsLayer {
  const origin = MercatorCoordinate.fromLngLat([plane.originLongitude, plane.originLatitude], 0);
  const metre = origin.meterInMercatorCoordinateUnits();
  const local = new Matrix4().makeTranslation(origin.x, origin.y, 0).scale(new Vector3(metre, -metre, metre));
  const scene = new ThreeScene();
  const camera = new Camera();
  const beacons: Beacons = createBeacons(firstPalette);
  const signs = createIncidentSigns(scene, firstPalette, placeOf);
  let renderer: WebGLRenderer | null = null;
  let map: MapLibreMap | null = null;
  const cars = nearCarsAt(placeOf);
  scene.add(beacons.group, cars.group);

  /** Metres of the scene at the same place of Mercator's map. */
  function placeOf(x: number, y: number): [number, number] {
    const at = MercatorCoordinate.fromLngLat(toLngLat(plane, x, y), 0);
    return [(at.x - origin.x) / metre, (origin.y - at.y) / metre];
  }

  function pose(current: MapLibreMap) {
    const metresPerPixel = metresPerPixelAt(current);
    beacons.setMetresPerPixel(metresPerPixel);
    const phase = reducedMotion() ? 0.5 : (performance.now() % pulseMs) / pulseMs;
    const bearing = (current.getBearing() * Math.PI) / 180;
    signs.pose(metresPerPixel, bearing, phase);
    const { lng, lat } = current.getCenter();
    cars.pose(current.getZoom(), ...toMetres(plane, lng, lat));
  }

  return {
    id: "signs",
    type: "custom",
    renderingMode: "3d",
    onAdd(added, gl) {
      map = added;
      renderer = new WebGLRenderer({ canvas: added.getCanvas(), context: gl, antialias: true });
      renderer.autoClear = false;
    },
    render(_gl, { defaultProjectionData }: CustomRenderMethodInput) {
      if (renderer === null || map === null) return;
      pose(map);
      camera.projectionMatrix.fromArray(defaultProjectionData.mainMatrix).multiply(local);
      // MapLibre and deck.gl leave the context in states that three.js does not know of. What three.js leaves MapLibre
      // takes for unknown after each custom layer, and deck.gl hears of every call.
      renderer.resetState();
      renderer.render(scene, camera);
    },
    setTerminals: (terminals) => beacons.setTerminals(terminals, placeOf),
    setNamed: (named) => beacons.setNamed(named),
    setSigns: (places) => signs.show(places),
    setPalette(palette) {
      beacons.setPalette(palette);
      cars.setPalette(palette);
      signs.setPalette(palette);
    },
    isMoving: () => signs.count() > 0 && !reducedMotion(),
    close() {
      signs.show([]);
      beacons.close();
      cars.close();
      renderer?.dispose();
    },
  };
}

/** One sign for each incident; keeps those that stay. */
function createIncidentSigns(
  scene: ThreeScene,
  firstPalette: Palette,
  placeOf: (x: number, y: number) => [number, number],
) {
  const signs = new Map<string, IncidentSign>();
  let palette = firstPalette;
  let shown: readonly SignPlace[] = [];
  return {
    setPalette(next: Palette) {
      palette = next;
      const places = shown;
      this.show([]);
      this.show(places);
    },
    count: () => signs.size,
    pose(metresPerPixel: number, bearingRad: number, phase: number) {
      for (const sign of signs.values()) sign.pose(metresPerPixel, bearingRad, phase);
    },
    show(places: readonly SignPlace[]) {
      shown = places;
      const wanted = new Set(places.map(({ key }) => key));
      for (const [key, sign] of signs) {
        if (wanted.has(key)) continue;
        scene.remove(sign.group);
        sign.close();
        signs.delete(key);
      }
      for (const { key, x, y, selected, draft, kind } of places) {
        const sign = signs.get(key) ?? createIncidentSign(palette, draft, kind);
        if (!signs.has(key)) scene.add(sign.group);
        signs.set(key, sign);
        sign.group.position.set(...placeOf(x, y), 0);
        sign.setSelected(selected);
      }
    },
  };
}

/** Metres a pixel at the middle of the map. */
function metresPerPixelAt(map: MapLibreMap): number {
  const latitude = (map.getCenter().lat * Math.PI) / 180;
  return (40_075_017 * Math.cos(latitude)) / (512 * 2 ** map.getZoom());
}

/** What is written beside an incident on the map. */
export function signsOf(incidents: readonly Incident[], selectedId: string | null): SignPlace[] {
  return incidents
    .filter(({ active }) => active)
    .map(({ id, x, y, kind }) => ({ key: id, x, y, kind, selected: id === selectedId, draft: false }));
}
