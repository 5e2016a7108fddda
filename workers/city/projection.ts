import { cos } from "../kernel/maths";

/**
 * Metres east and north of an origin, and back: the sinusoidal projection about the origin's meridian, with the
 * radii of curvature of the WGS 84 ellipsoid at the origin.
 *
 * Distances east and north are true everywhere; shear grows with the distance east (0.1° in 10 km at 48° north), which
 * is below what lane geometry notices within 50 km. The inverse is closed, and a map in Web Mercator that places
 * metres by the local scale (deck.gl's METER_OFFSETS) agrees with it to second order.
 *
 * @see Snyder, Map Projections: A Working Manual, USGS 1395, 1987, ch. 30 and eq. 4-18, 4-20
 */
export interface Projection {
  readonly originLongitude: number;
  readonly originLatitude: number;
  /** Radius of curvature along the meridian, m. */
  readonly meridianRadiusM: number;
  /** Radius of curvature across the meridian, m. */
  readonly crossRadiusM: number;
}

const semiMajorAxisM = 6_378_137;
const eccentricitySquared = 0.006_694_379_990_14;
const radiansPerDegree = 0.017_453_292_519_943_295;

export function projectionAround(originLongitude: number, originLatitude: number): Projection {
  const sineSquared = 1 - cos(originLatitude * radiansPerDegree) * cos(originLatitude * radiansPerDegree);
  const w = 1 - eccentricitySquared * sineSquared;
  const root = Math.sqrt(w);
  return {
    originLongitude,
    originLatitude,
    meridianRadiusM: (semiMajorAxisM * (1 - eccentricitySquared)) / (w * root),
    crossRadiusM: semiMajorAxisM / root,
  };
}

/** Degrees of longitude, the short way around. */
function wrapped(degrees: number): number {
  if (degrees > 180) return degrees - 360;
  return degrees < -180 ? degrees + 360 : degrees;
}

export function projectedX(projection: Projection, longitude: number, latitude: number): number {
  const eastDegrees = wrapped(longitude - projection.originLongitude);
  return projection.crossRadiusM * cos(latitude * radiansPerDegree) * eastDegrees * radiansPerDegree;
}

export function projectedY(projection: Projection, latitude: number): number {
  return projection.meridianRadiusM * (latitude - projection.originLatitude) * radiansPerDegree;
}

/** Degrees of a place in metres. */
export function placeOf(projection: Projection, x: number, y: number): { longitude: number; latitude: number } {
  const latitude = projection.originLatitude + y / (projection.meridianRadiusM * radiansPerDegree);
  const perDegree = projection.crossRadiusM * cos(latitude * radiansPerDegree) * radiansPerDegree;
  return { longitude: wrapped(projection.originLongitude + x / perDegree), latitude };
}
