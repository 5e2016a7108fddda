import { describe, expect, test } from "vitest";
import { ParkingKind, type City } from "../../common/city";
import { gridCity } from "../../test/support/plain-city";
import { describeParking, parkingKinds } from "../console/parking-text";
import { createLayersStore, toggleLayer } from "../state/layers";
import { buildMapFeatures, parkingFeatures } from "./map-features";
import { buildMapStyle, firstLabelLayer, parkingLayers, sources } from "./map-style";
import type { Palette } from "./palette";
import { planeAt } from "./place";

const grid = gridCity(3, 200, 1);
/** A garage with a name, and the kerb of a street. */
const city: City = {
  meta: { ...grid.meta, parkingNames: ["Market Garage"] },
  columns: {
    ...grid.columns,
    parkingEdge: Uint32Array.of(0, 3),
    parkingPositionM: Float32Array.of(40, 90),
    parkingX: Float32Array.of(100, 205),
    parkingY: Float32Array.of(20, 100),
    parkingCapacity: Uint16Array.of(1420, 1),
    parkingKind: Uint8Array.of(ParkingKind.garage, ParkingKind.kerb),
    parkingName: Int32Array.of(0, -1),
  },
};
const plane = planeAt(city.meta);
const palette = new Proxy(
  {},
  { get: (_, name) => (name === "roads" ? Array(8).fill("#101010") : "#202020") },
) as Palette;

describe("the layer of parking", () => {
  test("is off until the operator asks for it", () => {
    const layers = createLayersStore();
    expect(layers.getState().shown.has("parking")).toBe(false);
    toggleLayer(layers, "parking");
    expect(layers.getState().shown.has("parking")).toBe(true);
  });

  test("is hidden in the map's first style and shows nothing before street level", () => {
    const { layers } = buildMapStyle(city, buildMapFeatures(city, plane), palette);
    const signs = layers.filter((layer) => "source" in layer && layer.source === sources.parking);
    expect(signs.map(({ id }) => id)).toEqual([...parkingLayers]);
    for (const { minzoom, layout } of signs) {
      expect(layout?.visibility).toBe("none");
      expect(minzoom).toBeGreaterThanOrEqual(14);
    }
    // Below all names, above what deck.gl draws.
    const ids = layers.map(({ id }) => id);
    expect(ids.indexOf(firstLabelLayer)).toBeLessThan(ids.indexOf("street-names"));
  });

  test("has a sign for every row, where it lies and of its kind", () => {
    const { features } = parkingFeatures(city, plane);
    expect(features.map(({ properties }) => properties)).toEqual([
      { parking: 0, kind: "garage", rank: 0, capacity: 1420 },
      { parking: 1, kind: "kerb", rank: 1, capacity: 1 },
    ]);
    const [[east, north], [farther]] = features.map(({ geometry }) => geometry.coordinates as [number, number]);
    expect(east).toBeGreaterThan(city.meta.originLongitude);
    expect(north).toBeGreaterThan(city.meta.originLatitude);
    expect(farther).toBeGreaterThan(east);
  });

  test("is told by name or street, kind and spaces, and nothing of how many are taken", () => {
    expect(describeParking(city, 0)).toMatch(/^Market Garage · garage · 1.420 spaces$/u);
    expect(describeParking(city, 1)).toBe("e3 · kerb · 1 space");
    expect(parkingKinds).toEqual(["garage", "lot", "kerb", "private"]);
  });
});
