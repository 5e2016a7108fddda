import type { Map as MapLibreMap } from "maplibre-gl";
import type { City } from "../../common/city";
import { toLngLat, type Plane } from "./place";

/** Towards the horizon enough to be a city, steep enough to read every street. */
const firstPitch = 50;
/** Share of the roads, by length, on each side that may lie outside the first picture: outskirts. */
const outskirts = 0.06;
/** Free margin of the first picture, px. */
const marginPx = 28;
const mostOverreach = 1.35;
const zoomBounds = { least: 9, most: 16.5 };

/** The four corners that hold nearly all roads: [x, y] in metres. */
function mainExtentM({ columns }: City): [west: number, south: number, east: number, north: number] {
  const quantiles = (values: Float32Array) => {
    const sorted = values.slice().sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return [at(outskirts), at(1 - outskirts)] as const;
  };
  const [west, east] = quantiles(columns.edgeShapeX);
  const [south, north] = quantiles(columns.edgeShapeY);
  return [west, south, Math.max(east, west + 200), Math.max(north, south + 200)];
}

/** Puts the camera so that the city fills the map in perspective, north up. */
export function frameCity(map: MapLibreMap, city: City, plane: Plane): void {
  const [west, south, east, north] = mainExtentM(city);
  const corners = [
    toLngLat(plane, west, south),
    toLngLat(plane, east, south),
    toLngLat(plane, east, north),
    toLngLat(plane, west, north),
  ];
  map.jumpTo({
    center: toLngLat(plane, (west + east) / 2, (south + north) / 2),
    zoom: 13,
    pitch: firstPitch,
    bearing: 0,
  });
  const { clientWidth, clientHeight } = map.getContainer();
  // Perspective has no closed form worth its lines: a few corrections of zoom and centre come to rest.
  for (let round = 0; round < 6; round++) {
    const points = corners.map((corner) => map.project(corner));
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const fits = [(clientWidth - 2 * marginPx) / (right - left), (clientHeight - 2 * marginPx) / (bottom - top)];
    // A long, narrow city may reach over the edges a little, rather than leave most of the map empty.
    const fit = Math.min(Math.min(...fits) * mostOverreach, Math.sqrt(fits[0] * fits[1]));
    const zoom = Math.min(zoomBounds.most, Math.max(zoomBounds.least, map.getZoom() + Math.log2(fit)));
    map.jumpTo({ center: map.unproject([(left + right) / 2, (top + bottom) / 2]), zoom });
  }
}

/** What floats over the map, CSS px in the window. */
export type Covered = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

/** Free of what covers the map by so much, px. */
const clearPx = 24;
/** Perspective moves what is far away by less: so many moves, each from where the last one led, do. */
const movesMost = 3;

/**
 * Moves the map sideways, once it stands, until a place is in the middle of what is not covered at the right.
 * @param placeOf in the window, CSS px; null: outside of the map, or of no interest any more
 */
export function moveFromUnder(
  map: MapLibreMap,
  placeOf: () => { readonly x: number; readonly y: number } | null,
  covered: Covered,
  moves = movesMost,
): void {
  if (map.isMoving()) {
    map.once("moveend", () => moveFromUnder(map, placeOf, covered, moves));
    return;
  }
  const at = placeOf();
  if (at === null || moves === 0) return;
  const { left, right, top, bottom } = covered;
  const isClear = at.x < left - clearPx || at.x > right + clearPx || at.y < top - clearPx || at.y > bottom + clearPx;
  const freePx = map.getContainer().getBoundingClientRect().right - right;
  if (isClear || freePx < 2 * clearPx) return;
  map.panBy([at.x - right - freePx / 2, 0]);
  map.once("moveend", () => moveFromUnder(map, placeOf, covered, moves - 1));
}
