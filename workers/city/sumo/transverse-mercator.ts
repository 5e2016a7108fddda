import { cos, sin } from "../../kernel/maths";

/** A transverse Mercator projection of the WGS 84 ellipsoid; UTM's zones are some. */
export interface TransverseMercator {
  readonly centralLongitude: number;
  readonly originLatitude: number;
  readonly scale: number;
  readonly falseEastingM: number;
  readonly falseNorthingM: number;
}

/** From a PROJ string; null where it is another projection. */
export function transverseMercatorOf(text: string): TransverseMercator | null {
  const parameters = new Map(
    text.split(/\s+/).map((word) => {
      const [name, value = ""] = word.replace(/^\+/, "").split("=");
      return [name, value] as const;
    }),
  );
  const value = (name: string, otherwise: number): number => {
    const given = parameters.get(name);
    return given === undefined ? otherwise : Number(given);
  };
  const kind = parameters.get("proj");
  if (kind === "utm") {
    const zone = value("zone", 0);
    if (!Number.isInteger(zone) || zone < 1 || zone > 60) return null;
    return {
      centralLongitude: 6 * zone - 183,
      originLatitude: 0,
      scale: 0.9996,
      falseEastingM: 500_000,
      falseNorthingM: parameters.has("south") ? 10_000_000 : 0,
    };
  }
  if (kind !== "tmerc") return null;
  const projection = {
    centralLongitude: value("lon_0", 0),
    originLatitude: value("lat_0", 0),
    scale: value("k", value("k_0", 1)),
    falseEastingM: value("x_0", 0),
    falseNorthingM: value("y_0", 0),
  };
  return Object.values(projection).every(Number.isFinite) && projection.scale > 0 ? projection : null;
}

const semiMajorAxisM = 6_378_137;
const e2 = 0.006_694_379_990_14;
const radiansPerDegree = 0.017_453_292_519_943_295;

/** Distance along the meridian from the equator, m. @see Snyder 1987, eq. 3-21 */
function meridianM(latitude: number): number {
  const e4 = e2 * e2;
  const e6 = e4 * e2;
  return (
    semiMajorAxisM *
    ((1 - e2 / 4 - (3 * e4) / 64 - (5 * e6) / 256) * latitude -
      ((3 * e2) / 8 + (3 * e4) / 32 + (45 * e6) / 1024) * sin(2 * latitude) +
      ((15 * e4) / 256 + (45 * e6) / 1024) * sin(4 * latitude) -
      ((35 * e6) / 3072) * sin(6 * latitude))
  );
}

/**
 * Degrees of a place in projected metres: a centimetre within three degrees of the central meridian.
 * @see Snyder, Map Projections: A Working Manual, USGS 1395, 1987, eq. 3-24, 3-26, 7-19, 8-12, 8-17 to 8-25
 */
export function unproject(
  { centralLongitude, originLatitude, scale, falseEastingM, falseNorthingM }: TransverseMercator,
  eastingM: number,
  northingM: number,
): { longitude: number; latitude: number } {
  const along = meridianM(originLatitude * radiansPerDegree) + (northingM - falseNorthingM) / scale;
  const foot = footpointLatitude(along);
  const [sine, cosine] = [sin(foot), cos(foot)];
  const ePrime2 = e2 / (1 - e2);
  const c = ePrime2 * cosine * cosine;
  const tangent = sine / cosine;
  const t = tangent * tangent;
  const w = 1 - e2 * sine * sine;
  const crossM = semiMajorAxisM / Math.sqrt(w);
  const alongM = (semiMajorAxisM * (1 - e2)) / (w * Math.sqrt(w));
  const d = (eastingM - falseEastingM) / (crossM * scale);
  const d2 = d * d;
  const latitude =
    foot -
    ((crossM * tangent) / alongM) *
      d2 *
      (1 / 2 -
        ((5 + 3 * t + 10 * c - 4 * c * c - 9 * ePrime2) * d2) / 24 +
        ((61 + 90 * t + 298 * c + 45 * t * t - 252 * ePrime2 - 3 * c * c) * d2 * d2) / 720);
  const longitude =
    (d *
      (1 -
        ((1 + 2 * t + c) * d2) / 6 +
        ((5 - 2 * c + 28 * t - 3 * c * c + 8 * ePrime2 + 24 * t * t) * d2 * d2) / 120)) /
    cosine;
  return { longitude: centralLongitude + longitude / radiansPerDegree, latitude: latitude / radiansPerDegree };
}

/** The latitude whose meridian distance is so long, radians. */
function footpointLatitude(alongM: number): number {
  const root = Math.sqrt(1 - e2);
  const e1 = (1 - root) / (1 + root);
  const mu = alongM / (semiMajorAxisM * (1 - e2 / 4 - (3 * e2 * e2) / 64 - (5 * e2 * e2 * e2) / 256));
  return (
    mu +
    ((3 * e1) / 2 - (27 * e1 * e1 * e1) / 32) * sin(2 * mu) +
    ((21 * e1 * e1) / 16 - (55 * e1 * e1 * e1 * e1) / 32) * sin(4 * mu) +
    ((151 * e1 * e1 * e1) / 96) * sin(6 * mu) +
    ((1097 * e1 * e1 * e1 * e1) / 512) * sin(8 * mu)
  );
}
