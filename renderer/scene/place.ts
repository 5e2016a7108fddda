/**
 * The one place where metres of the city's plane become places on the map and back.
 *
 * The plane is the importer's (workers/city/projection): sinusoidal about the origin's meridian, with the radii of
 * curvature of the WGS 84 ellipsoid at the origin.
 * @see Snyder, Map Projections: A Working Manual, USGS 1395, 1987, ch. 30 and eq. 4-18, 4-20
 */
export interface Plane {
  readonly originLongitude: number;
  readonly originLatitude: number;
  /** Radius of curvature along the meridian and across it, m. */
  readonly meridianRadiusM: number;
  readonly crossRadiusM: number;
  readonly warp: DeckWarp;
}

/**
 * What turns metres of the plane into the metre offsets that deck.gl draws at the same place as the map does. deck.gl
 * takes a sphere of another circumference and neglects the curvature of Mercator's y: 9 m at 10 km in Paris.
 */
interface DeckWarp {
  readonly east: number;
  readonly north: number;
  /** 1/m: by which share y grows, per metre north. */
  readonly curve: number;
}

const semiMajorAxisM = 6_378_137;
const eccentricitySquared = 0.006_694_379_990_14;
/** deck.gl's (math.gl's `EARTH_CIRCUMFERENCE`). */
const deckCircumferenceM = 40.03e6;
const radiansPerDegree = Math.PI / 180;

export function planeAt(origin: { readonly originLongitude: number; readonly originLatitude: number }): Plane {
  const { originLongitude, originLatitude } = origin;
  const latitude = originLatitude * radiansPerDegree;
  const w = 1 - eccentricitySquared * Math.sin(latitude) ** 2;
  const meridianRadiusM = (semiMajorAxisM * (1 - eccentricitySquared)) / (w * Math.sqrt(w));
  const crossRadiusM = semiMajorAxisM / Math.sqrt(w);
  const warp = {
    east: deckCircumferenceM / (2 * Math.PI * crossRadiusM),
    north: deckCircumferenceM / (2 * Math.PI * meridianRadiusM),
    curve: Math.tan(latitude) / (2 * meridianRadiusM),
  };
  return { originLongitude, originLatitude, meridianRadiusM, crossRadiusM, warp };
}

/** @returns [longitude, latitude] in degrees */
export function toLngLat(plane: Plane, x: number, y: number): [number, number] {
  const latitude = plane.originLatitude + y / (plane.meridianRadiusM * radiansPerDegree);
  return [plane.originLongitude + x / metresPerDegreeEast(plane, latitude), latitude];
}

/** @returns [x, y] in metres of the plane */
export function toMetres(plane: Plane, longitude: number, latitude: number): [number, number] {
  return [
    (longitude - plane.originLongitude) * metresPerDegreeEast(plane, latitude),
    (latitude - plane.originLatitude) * plane.meridianRadiusM * radiansPerDegree,
  ];
}

function metresPerDegreeEast({ crossRadiusM }: Plane, latitude: number): number {
  return crossRadiusM * Math.cos(latitude * radiansPerDegree) * radiansPerDegree;
}

/**
 * @returns [x, y] for a layer with `COORDINATE_SYSTEM.METER_OFFSETS` at the plane's origin. deck.gl widens x with y as
 * the sinusoidal plane narrows it, so only scales and the curvature of y are left to correct.
 */
export function toDeckMetres({ warp }: Plane, x: number, y: number): [number, number] {
  return [warp.east * x, warp.north * y * (1 + warp.curve * y)];
}

/** The same as `toDeckMetres`, on the graphics card. `warp` is (east, north, curve). */
export const deckMetresShader = /* glsl */ `
vec2 toDeckMetres(vec2 metres, vec3 warp) {
  return warp.xy * metres * vec2(1.0, 1.0 + warp.z * metres.y);
}
`;
