import { projectedX, projectedY, projectionAround, type Projection } from "../projection";
import { noteDropped, type ImportNotes } from "../import-notes";
import { ElementProblem, quoted } from "./element-reading";
import type { SumoLocation } from "./net-elements";
import { transverseMercatorOf, unproject } from "./transverse-mercator";

/** From the file's metres to those of the city. */
export interface Placement {
  readonly projection: Projection;
  readonly toCity: (x: number, y: number) => { readonly x: number; readonly y: number };
  /** False where the file does not say where on the globe it lies. */
  readonly isOnGlobe: boolean;
}

/** A city wider than this is none, m. */
const largestExtentM = 330_000;

/**
 * The city's origin is the middle of the network. Coordinates are projected anew by the city's own projection; a network
 * without one lies at 0°, 0°, its metres as they are.
 */
export function placementOf(
  location: SumoLocation,
  [west, south, east, north]: readonly [number, number, number, number],
  notes: ImportNotes,
): Placement {
  const extentM = Math.max(east - west, north - south);
  if (extentM > largestExtentM) {
    const km = Math.round(extentM / 1000);
    throw new ElementProblem(`the network reaches over ${km} km; a city has at most ${largestExtentM / 1000}`);
  }
  const [middleX, middleY] = [(west + east) / 2, (south + north) / 2];
  const projected = transverseMercatorOf(location.projection);
  if (projected === null) {
    if (location.projection !== "!")
      noteDropped(notes, `projection ${quoted(location.projection)}`, "only UTM and transverse Mercator are known");
    const toCity = (x: number, y: number) => ({ x: x - middleX, y: y - middleY });
    return { projection: projectionAround(0, 0), toCity, isOnGlobe: false };
  }
  const toGlobe = (x: number, y: number) => unproject(projected, x - location.offsetX, y - location.offsetY);
  const middle = toGlobe(middleX, middleY);
  if (!(Math.abs(middle.latitude) <= 85 && Math.abs(middle.longitude) <= 180))
    throw new ElementProblem("location: netOffset and projParameter place the network beyond the globe", location.line);
  const rounded = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  const projection = projectionAround(rounded(middle.longitude), rounded(middle.latitude));
  return {
    projection,
    isOnGlobe: true,
    toCity(x, y) {
      const { longitude, latitude } = toGlobe(x, y);
      return { x: projectedX(projection, longitude, latitude), y: projectedY(projection, latitude) };
    },
  };
}
