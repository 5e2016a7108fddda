import type {
  DataDrivenPropertyValueSpecification,
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  LineLayerSpecification,
  Map as MapLibreMap,
  StyleSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";
import type { City } from "../../common/city";
import type { MapFeatures } from "./map-features";
import type { Palette } from "./palette";

/** Sources that are filled after the map stands, or change while the city stays. */
export const sources = {
  terminals: "terminals",
  labels: "incident-labels",
  figures: "road-figures",
  parking: "parking",
  markings: "markings",
  streetNames: "street-names",
} as const;

/** Zooms from which lane markings and street names are drawn. */
export const markingZoom = 16;
export const streetNameZoom = 13;

/** Signs of parking: private, at kerbs, then the public's car parks, which go first where they touch. */
export const parkingLayers = ["parking-private", "parking-kerb", "parking-public"] as const;
/** What is left out first where pictures are slow. */
export const roadCasingLayer = "road-casing";
/** deck.gl's layers go below this one: everything above is text and signs. */
export const firstLabelLayer = parkingLayers[0];
/** The signs of three.js go below this one: over all names but their own. */
export const signLabelLayer = "incident-names";

/** Layers of names that the operator can switch off; those of incidents and figures stay. */
export const nameLayers = ["street-names", "place-names", "terminal-names"] as const;

/** Local font faces; the weight is read from the name. There is no `glyphs` key: nothing is fetched. */
const fonts = { normal: ["Inter Medium"], strong: ["Inter Semibold"] };

/** Pixels a metre at zoom 20, for widths in metres: Mercator, tiles of 512 px. */
const pixelsPerMetreAt20 = (latitude: number) => (512 * 2 ** 20) / (40_075_017 * Math.cos((latitude * Math.PI) / 180));

/** The narrowest that a road of each class is drawn, px, where its metres would be less. */
const narrowestPx = [2.6, 2.4, 2.1, 1.7, 1.3, 1, 0.8, 0.4];

/**
 * Areas, lines and roads are one source: where a layer's source is another than that of the layer before, the map draws a
 * mask for every tile, in both its passes. Tiles of zoom 16 serve all zooms from there on: their points are on a grid of
 * 5 cm at latitude 48 (8192 units a tile).
 */
const groundSource = "ground";
const groundTiles = { maxzoom: 16, tolerance: 0.2 } as const;

type PaintValue = Parameters<MapLibreMap["setPaintProperty"]>[2];

/** Puts the colours of another theme on a map that stands: nothing is loaded again. */
export function restyle(map: MapLibreMap, city: City, palette: Palette): void {
  for (const { id, paint } of styleLayers(city, palette)) {
    if (map.getLayer(id) === undefined) continue;
    for (const [name, value] of Object.entries((paint ?? {}) as Record<string, PaintValue>)) {
      map.setPaintProperty(id, name as Parameters<MapLibreMap["setPaintProperty"]>[1], value, { validate: false });
    }
  }
}

function styleLayers(city: City, palette: Palette): readonly Exclude<LayerSpecification, { type: "custom" }>[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": palette.ground } },
    ...groundLayers(palette),
    ...roadLayers(city, palette),
    ...markingLayers(city, palette),
    ...labelLayers(palette),
  ];
}

export function buildMapStyle(city: City, features: MapFeatures, palette: Palette): StyleSpecification {
  const attribution = city.meta.attribution;
  const empty = (): GeoJSONSourceSpecification => ({
    type: "geojson",
    data: { type: "FeatureCollection", features: [] },
  });
  return {
    version: 8,
    sources: {
      [groundSource]: { type: "geojson", data: features.ground, attribution, ...groundTiles },
      places: { type: "geojson", data: features.places },
      [sources.markings]: { ...empty(), tolerance: 0.2 },
      [sources.streetNames]: empty(),
      [sources.terminals]: empty(),
      [sources.figures]: empty(),
      [sources.parking]: empty(),
      [sources.labels]: empty(),
    },
    layers: [...styleLayers(city, palette)],
  };
}

function groundLayers(palette: Palette): LayerSpecification[] {
  const colours: readonly [kind: string, colour: string][] = [
    ["residential", palette.residential],
    ["industrial", palette.industrial],
    ["commercial", palette.commercial],
    ["green", palette.green],
    ["water", palette.water],
  ];
  const kinds = colours.map(([kind]) => kind);
  const rank: ExpressionSpecification = ["index-of", ["get", "kind"], ["literal", kinds]];
  // One layer, the later ones of the list on top: each layer costs calls for every tile of every picture.
  const areas: LayerSpecification = {
    id: "areas",
    type: "fill",
    source: groundSource,
    filter: [">=", rank, 0],
    layout: { "fill-sort-key": rank },
    paint: {
      "fill-color": ["to-color", ["at", rank, ["literal", colours.map(([, colour]) => colour)]]],
      "fill-antialias": true,
    },
  };
  const line = (kind: string, color: string, width: ExpressionSpecification, dash?: number[]): LayerSpecification => ({
    id: `line-${kind}`,
    type: "line",
    source: groundSource,
    filter: ["==", ["get", "kind"], kind],
    minzoom: kind === "path" ? 14 : 0,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    areas,
    line("river", palette.water, ["interpolate", ["exponential", 2], ["zoom"], 10, 1.5, 14, 6, 18, 60]),
    line("stream", palette.water, ["interpolate", ["linear"], ["zoom"], 11, 0.5, 16, 2.5]),
    line("path", palette.path, ["interpolate", ["linear"], ["zoom"], 14, 0.4, 18, 1.6], [2, 2]),
    line("rail", palette.rail, ["interpolate", ["linear"], ["zoom"], 11, 0.6, 17, 2.2], [6, 2]),
  ];
}

/** Round joins and caps are several times the vertices of plain ones, and cannot be seen where a road is a few pixels wide. */
const roundFromNear = {
  "line-cap": ["step", ["zoom"], "butt", 14, "round"],
  "line-join": ["step", ["zoom"], "miter", 14, "round"],
} satisfies LineLayerSpecification["layout"];

function roadLayers(city: City, palette: Palette): LayerSpecification[] {
  const scale = pixelsPerMetreAt20(city.meta.originLatitude);
  const atClass = (values: readonly number[]): ExpressionSpecification => [
    "at",
    ["get", "class"],
    ["literal", [...values]],
  ];
  const width = (extraPx: number, share: number): DataDrivenPropertyValueSpecification<number> => [
    "interpolate",
    ["exponential", 2],
    ["zoom"],
    10,
    ["+", atClass(narrowestPx.map((px) => px * share)), extraPx],
    20,
    ["+", ["*", ["get", "widthM"], scale * share], extraPx],
  ];
  const layer = (
    part: "casing" | "surface",
    color: string | ExpressionSpecification,
    lineWidth: DataDrivenPropertyValueSpecification<number>,
  ): LayerSpecification => ({
    id: part === "casing" ? roadCasingLayer : "road-surface",
    type: "line",
    source: groundSource,
    // Smaller roads come as one zooms. One layer for all classes: each costs calls for every tile of every picture.
    filter: ["all", ["has", "class"], ["<=", ["get", "class"], ["step", ["zoom"], 2, 10, 3, 11, 4, 12, 6, 14, 7]]],
    // The least important first, so that a bigger road lies over a smaller one.
    layout: { ...roundFromNear, "line-sort-key": ["-", ["get", "class"]] },
    paint: { "line-color": color, "line-width": lineWidth },
  });
  // From afar a road is a line that must be seen; from near it is a surface that carries what must be seen.
  const surface: ExpressionSpecification = [
    "interpolate",
    ["linear"],
    ["zoom"],
    13,
    ["to-color", ["at", ["get", "class"], ["literal", [...palette.roads]]]],
    16,
    palette.roadSurface,
  ];
  // Casings of all below all surfaces.
  return [layer("casing", palette.roadEdge, width(2, 1)), layer("surface", surface, width(0, 1))];
}

/** Drawn only where a lane is wide enough on the screen to be told from its neighbour. */
function markingLayers(city: City, palette: Palette): LayerSpecification[] {
  const scale = pixelsPerMetreAt20(city.meta.originLatitude);
  const pixels = (metres: ExpressionSpecification | number): ExpressionSpecification => [
    "interpolate",
    ["exponential", 2],
    ["zoom"],
    10,
    ["*", metres, scale / 2 ** 10],
    20,
    ["*", metres, scale],
  ];
  const layer = (kind: "lane" | "centre", dash?: number[]): LayerSpecification => ({
    id: `marking-${kind}`,
    type: "line",
    source: sources.markings,
    filter: ["==", ["get", "kind"], kind],
    minzoom: markingZoom,
    paint: {
      "line-color": palette.marking,
      "line-width": pixels(0.16),
      // The left border lies half a lane to the left of its middle.
      "line-offset": pixels(["*", -0.5, ["get", "widthM"]]),
      "line-opacity": ["interpolate", ["linear"], ["zoom"], 16, 0, 16.8, 1],
      ...(dash ? { "line-dasharray": dash } : {}),
    },
  });
  return [layer("lane", [18, 24]), layer("centre")];
}

function labelLayers(palette: Palette): LayerSpecification[] {
  const paint = { "text-color": palette.label, "text-halo-color": palette.labelHalo, "text-halo-width": 1.4 };
  return [
    parkingSigns(parkingLayers[0], 2, 17),
    parkingSigns(parkingLayers[1], 1, 16),
    parkingSigns(parkingLayers[2], 0, 14),
    streetNames(paint),
    placeNames(paint),
    terminalNames(paint, palette),
    roadFigures(paint, palette),
    incidentNames(paint, palette),
  ];
}

type LabelPaint = Pick<
  NonNullable<SymbolLayerSpecification["paint"]>,
  "text-color" | "text-halo-color" | "text-halo-width"
>;

/**
 * Quiet: signs give way to names and to each other, the larger car park stays. Hidden until the operator asks for them.
 * @param rank what the sign belongs to: 0 the town, 1 its street, 2 its house; seen the later the more there are of it
 */
function parkingSigns(id: string, rank: 0 | 1 | 2, minzoom: number): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: sources.parking,
    minzoom,
    filter: ["==", ["get", "rank"], rank],
    layout: {
      visibility: "none",
      "icon-image": ["concat", "parking-", ["get", "kind"]],
      "icon-size": [
        "interpolate",
        ["linear"],
        ["zoom"],
        minzoom,
        rank === 0 ? 0.85 : 0.6,
        minzoom + 2,
        rank === 0 ? 1.1 : 0.85,
      ],
      "icon-padding": 2,
      "symbol-sort-key": ["-", ["get", "capacity"]],
    },
    paint: { "icon-opacity": ["interpolate", ["linear"], ["zoom"], minzoom, 0, minzoom + 0.3, 1] },
  };
}

function streetNames(paint: LabelPaint): LayerSpecification {
  return {
    id: "street-names",
    type: "symbol",
    source: sources.streetNames,
    minzoom: streetNameZoom,
    filter: ["<=", ["get", "class"], ["step", ["zoom"], 2, 14, 4, 15, 5, 16, 7]],
    layout: {
      "symbol-placement": "line",
      "symbol-sort-key": ["get", "class"],
      "symbol-spacing": 460,
      "text-field": ["get", "name"],
      "text-font": fonts.normal,
      "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10, 18, 13],
      "text-padding": 6,
      "text-max-angle": 32,
      "text-pitch-alignment": "viewport",
    },
    paint,
  };
}

function placeNames(paint: LabelPaint): LayerSpecification {
  return {
    id: "place-names",
    type: "symbol",
    source: "places",
    layout: {
      "text-field": ["get", "name"],
      "text-font": fonts.strong,
      "text-size": ["step", ["get", "rank"], 17, 1, 15, 2, 13, 3, 11],
      "text-letter-spacing": 0.06,
      "symbol-sort-key": ["get", "rank"],
      "text-padding": 12,
    },
    paint: { ...paint, "text-opacity": ["interpolate", ["linear"], ["zoom"], 15.5, 1, 16.5, 0] },
  };
}

function terminalNames(paint: LabelPaint, palette: Palette): LayerSpecification {
  return {
    id: "terminal-names",
    type: "symbol",
    source: sources.terminals,
    // Those that the instruction names are named from four levels further away.
    filter: [">=", ["+", ["zoom"], ["*", 4, ["get", "isNamed"]]], 13.2],
    layout: {
      "text-field": ["get", "name"],
      "text-font": fonts.normal,
      "text-size": 11,
      "text-anchor": "left",
      "text-offset": [0.9, -2.1],
      "symbol-sort-key": ["-", 1, ["get", "isNamed"]],
      "text-optional": true,
    },
    paint: {
      ...paint,
      "text-color": [
        "case",
        ["==", ["get", "isVia"], 1],
        palette.instructed,
        ["==", ["get", "isNamed"], 1],
        palette.accent,
        palette.label,
      ],
    },
  };
}

/** The largest differences in figures: where they touch, the larger one stays. */
function roadFigures(paint: LabelPaint, palette: Palette): LayerSpecification {
  return {
    id: "road-figures",
    type: "symbol",
    source: sources.figures,
    filter: [">=", ["+", ["zoom"], ["get", "step"]], 14],
    layout: {
      "text-field": ["get", "text"],
      "text-font": fonts.strong,
      "text-size": 12,
      "symbol-sort-key": ["-", ["get", "size"]],
      "text-padding": 4,
    },
    paint: { ...paint, "text-color": palette.labelStrong, "text-halo-width": 1.6 },
  };
}

function incidentNames(paint: LabelPaint, palette: Palette): LayerSpecification {
  return {
    id: signLabelLayer,
    type: "symbol",
    source: sources.labels,
    layout: {
      "text-field": ["get", "name"],
      "text-font": fonts.strong,
      "text-size": 13,
      "text-anchor": "left",
      "text-offset": [1.7, -2.2],
      "text-max-width": 40,
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { ...paint, "text-color": palette.labelStrong, "text-halo-width": 1.6 },
  };
}
