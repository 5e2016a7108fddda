import type { GeoJSONSource, Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import { parkingCountOf, ParkingKind, type City } from "../../common/city";
import { parkingFeatures } from "./map-features";
import { parkingLayers, sources } from "./map-style";
import type { Palette } from "./palette";
import type { Plane } from "./place";

/** Car parks and kerbs as signs with a P. Nothing of them is built before they are first shown. */
export interface ParkingSigns {
  setShown(shown: boolean): void;
  setPalette(palette: Palette): void;
  /** The row of the parking whose sign is drawn under a point of the map, px; null where none is. */
  at(point: MapMouseEvent["point"]): number | null;
}

export function createParkingSigns(map: MapLibreMap, city: City, plane: Plane, firstPalette: Palette): ParkingSigns {
  let palette = firstPalette;
  let isShown = false;
  let isBuilt = false;

  function drawSigns() {
    for (const kind of Object.keys(ParkingKind) as (keyof typeof ParkingKind)[]) {
      const id = parkingImage(kind);
      const image = drawParkingSign(kind, palette);
      if (map.hasImage(id)) map.updateImage(id, image);
      else map.addImage(id, image, { pixelRatio: signPixelRatio });
    }
  }

  return {
    setShown(next) {
      isShown = next && parkingCountOf(city) > 0;
      if (isShown && !isBuilt) {
        isBuilt = true;
        drawSigns();
        void map.getSource<GeoJSONSource>(sources.parking)?.setData(parkingFeatures(city, plane));
      }
      for (const layer of parkingLayers) map.setLayoutProperty(layer, "visibility", isShown ? "visible" : "none");
    },
    setPalette(next) {
      palette = next;
      if (isBuilt) drawSigns();
    },
    at(point) {
      if (!isShown) return null;
      const parking: unknown = map.queryRenderedFeatures(point, { layers: [...parkingLayers] })[0]?.properties[
        "parking"
      ];
      return typeof parking === "number" ? parking : null;
    },
  };
}

const parkingImage = (kind: string): string => `parking-${kind}`;

const signPixelRatio = 2;
/** Side of the sign's field, device px. */
const fieldPx = 36;

/**
 * The sign of a kind: a field under a roof for a garage, a square for a lot, a disc for a kerb; what is private is only an
 * outline. Shapes tell them apart, not colours.
 */
function drawParkingSign(kind: keyof typeof ParkingKind, palette: Palette): ImageData {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [fieldPx, fieldPx];
  const context = canvas.getContext("2d");
  if (context === null) return new ImageData(fieldPx, fieldPx);
  const isOutline = kind === "private";
  context.fillStyle = isOutline ? palette.labelHalo : palette.parking;
  context.strokeStyle = isOutline ? palette.parking : palette.labelHalo;
  context.lineWidth = isOutline ? 3 : 2;
  outlineSign(context, kind);
  context.fill();
  context.stroke();
  context.fillStyle = isOutline ? palette.parking : palette.labelHalo;
  context.font = "600 21px Inter, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("P", fieldPx / 2, fieldPx / 2 + (kind === "garage" ? 4 : 1));
  return context.getImageData(0, 0, fieldPx, fieldPx);
}

function outlineSign(context: CanvasRenderingContext2D, kind: keyof typeof ParkingKind): void {
  const [near, far] = [4, fieldPx - 4];
  context.beginPath();
  if (kind === "kerb") context.arc(fieldPx / 2, fieldPx / 2, (far - near) / 2, 0, 2 * Math.PI);
  else if (kind === "garage") {
    context.moveTo(near, near + 9);
    context.lineTo(fieldPx / 2, near - 3);
    context.lineTo(far, near + 9);
    context.lineTo(far, far);
    context.lineTo(near, far);
    context.closePath();
  } else context.roundRect(near, near, far - near, far - near, 5);
}
