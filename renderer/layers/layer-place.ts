import type { Palette } from "../scene/palette";
import type { Plane } from "../scene/place";

/** What all layers of the city share: where its metres lie, its colours, and the map's layer above them. */
export interface LayerPlace {
  readonly coordinateSystem: "meter-offsets";
  readonly coordinateOrigin: [longitude: number, latitude: number, altitude: number];
  readonly beforeId: string;
  readonly palette: Palette;
}

/**
 * How far towards the eye something on the road is drawn, as a share of the depth: not at all from near, where houses
 * stand in front of streets; from afar so far that no house hides it.
 */
export const seenFromAfarShader = /* glsl */ `
float seenFromAfar(float metresPerPixel) {
  return 0.02 * clamp(metresPerPixel - 0.9, 0.0, 1.0);
}
`;

/** Metre offsets at the origin of the city's plane; `toDeckMetres` corrects them to where the map is. */
export function layerPlace(plane: Plane, palette: Palette, beforeId: string): LayerPlace {
  const coordinateOrigin: [number, number, number] = [plane.originLongitude, plane.originLatitude, 0];
  return { coordinateSystem: "meter-offsets", coordinateOrigin, beforeId, palette };
}
