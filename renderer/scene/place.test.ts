import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { planeAt, toDeckMetres, toLngLat, toMetres, type Plane } from "./place";

const radians = Math.PI / 180;
const origins = fc.record({
  originLongitude: fc.double({ min: -179, max: 179, noNaN: true }),
  originLatitude: fc.double({ min: -65, max: 65, noNaN: true }),
});
const within = (metres: number) => fc.double({ min: -metres, max: metres, noNaN: true });

/** Web Mercator (EPSG:3857) on deck.gl's world of 512 units. */
function worldOf([longitude, latitude]: [number, number]): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (latitude * radians) / 2));
  return [(512 / 360) * longitude, (512 / (2 * Math.PI)) * y];
}

/** What deck.gl 9.4 makes of metre offsets: its shader `project_offset_` with the scales of `getDistanceScales`. */
function drawnByDeck(plane: Plane, [x, y]: [number, number]): [number, number] {
  const circumference = 40.03e6;
  const latitude = plane.originLatitude * radians;
  const perMetre = 512 / circumference / Math.cos(latitude);
  const perMetre2 = perMetre * ((2 * Math.PI * Math.tan(latitude)) / circumference);
  const [east, north] = worldOf([plane.originLongitude, plane.originLatitude]);
  return [east + x * (perMetre + perMetre2 * y), north + y * perMetre];
}

describe("the city's plane", () => {
  it("comes back to the same metres from degrees", () => {
    fc.assert(
      fc.property(origins, within(40_000), within(40_000), (origin, x, y) => {
        const plane = planeAt(origin);
        const [backX, backY] = toMetres(plane, ...toLngLat(plane, x, y));
        expect(backX).toBeCloseTo(x, 5);
        expect(backY).toBeCloseTo(y, 5);
      }),
    );
  });

  it("has a minute of latitude of one nautical mile at 45° north", () => {
    // 1,852 m is that by definition, within the ellipsoid's 0.3 m.
    const plane = planeAt({ originLongitude: 7, originLatitude: 45 });
    expect(toMetres(plane, 7, 45 + 1 / 60)[1]).toBeCloseTo(1852, -0.5);
  });

  it("is drawn by deck.gl where the map draws it, within 0.3 m in a city of 30 km", () => {
    fc.assert(
      fc.property(origins, within(15_000), within(15_000), (origin, x, y) => {
        const plane = planeAt(origin);
        const [mapX, mapY] = worldOf(toLngLat(plane, x, y));
        const [deckX, deckY] = drawnByDeck(plane, toDeckMetres(plane, x, y));
        const metresPerUnit = (40.03e6 * Math.cos(plane.originLatitude * radians)) / 512;
        expect(Math.hypot(mapX - deckX, mapY - deckY) * metresPerUnit).toBeLessThan(0.3);
      }),
    );
  });

  it("would be drawn 8 m off, 10 km from the origin, without the correction", () => {
    const plane = planeAt({ originLongitude: 2.35, originLatitude: 48.85 });
    const [, mapY] = worldOf(toLngLat(plane, 0, -10_000));
    const [, deckY] = drawnByDeck(plane, [0, -10_000]);
    expect((Math.abs(mapY - deckY) * 40.03e6 * Math.cos(48.85 * radians)) / 512).toBeGreaterThan(8);
  });
});
