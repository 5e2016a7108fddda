/** Colours of the map. They are custom properties of the style sheet, so that a theme changes panels and map together. */
export interface Palette {
  readonly ground: string;
  readonly water: string;
  readonly green: string;
  readonly residential: string;
  readonly commercial: string;
  readonly industrial: string;
  readonly path: string;
  readonly rail: string;
  readonly roadEdge: string;
  /** By `RoadClass`. */
  readonly roads: readonly string[];
  readonly roadSurface: string;
  readonly marking: string;
  readonly label: string;
  readonly labelStrong: string;
  readonly labelHalo: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly vehicle: string;
  readonly vehicleStanding: string;
  readonly instructed: string;
  readonly caution: string;
  readonly alarm: string;
  readonly accent: string;
  readonly beacon: string;
  readonly queue: string;
  readonly flow: string;
  /** Two ends of what is better or worse, and of what is only more or less. */
  readonly better: string;
  readonly worse: string;
  readonly more: string;
  readonly less: string;
  /** Vehicles whose driver was not asked, while answers are shown. */
  readonly unasked: string;
  readonly passage: string;
  readonly parking: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: colour("map-ground"),
    water: colour("map-water"),
    green: colour("map-green"),
    residential: colour("map-residential"),
    commercial: colour("map-commercial"),
    industrial: colour("map-industrial"),
    path: colour("map-path"),
    rail: colour("map-rail"),
    roadEdge: colour("map-road-edge"),
    roads: Array.from({ length: 8 }, (_, roadClass) => colour(`map-road-${roadClass}`)),
    roadSurface: colour("map-road-surface"),
    marking: colour("map-marking"),
    label: colour("map-label"),
    labelStrong: colour("map-label-strong"),
    labelHalo: colour("map-label-halo"),
    building: colour("map-building"),
    buildingEdge: colour("map-building-edge"),
    vehicle: colour("map-vehicle"),
    vehicleStanding: colour("map-vehicle-standing"),
    instructed: colour("map-instructed"),
    caution: colour("caution"),
    alarm: colour("alarm"),
    accent: colour("accent"),
    beacon: colour("map-beacon"),
    queue: colour("map-queue"),
    flow: colour("map-flow"),
    better: colour("map-better"),
    worse: colour("map-worse"),
    more: colour("map-more"),
    less: colour("map-less"),
    unasked: colour("map-unasked"),
    passage: colour("map-passage"),
    parking: colour("map-parking"),
  };
}

export type Rgb = readonly [red: number, green: number, blue: number];

/** "#6aa5e0" → [106, 165, 224]. @returns mid grey for anything else, so that a slip in a theme is seen and breaks nothing */
export function rgbOf(colour: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!match) return [128, 128, 128];
  return [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)];
}

/** The same in 0 … 1, for uniforms. */
export function unitRgbOf(colour: string): [number, number, number] {
  const [red, green, blue] = rgbOf(colour);
  return [red / 255, green / 255, blue / 255];
}
