import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import { edgeCountOf, type City } from "../../common/city";
import type { Incident, TerminalPlace } from "../../common/console-api";
import { placeOnEdge } from "../../common/edge-place";
import type { TwinName } from "../../common/frame";
import { RoadPass } from "../layers/road-shaders";
import { createRoadPicture } from "../layers/road-passes";
import type { NearVehicles } from "../layers/vehicles";
import type { AnswerList } from "../state/answers";
import type { FrameStore } from "../state/frames";
import type { LayerId, LayersState } from "../state/layers";
import type { Samples } from "../state/samples";
import { createPlayback } from "../state/playback";
import { createAnswersOnMap } from "./answers-on-map";
import { frameCity, moveFromUnder, type Covered } from "./camera";
import { personNearest, placeOfFollowed, type FollowedVehicle } from "./followed-vehicle";
import { addCityLayers, type CityLayers } from "./city-layers";
import { startDrawing } from "./drawing-loop";
import { addDetails } from "./map-details";
import { buildMapFeatures, labelFeatures, type FeatureCollection } from "./map-features";
import { buildMapStyle, firstLabelLayer, restyle, roadCasingLayer, signLabelLayer, sources } from "./map-style";
import { keepGround } from "./kept-ground";
import { createMapTexts, type MapTexts } from "./map-texts";
import { pixelRatioOf, type EmptyMap } from "./open-map";
import type { Palette } from "./palette";
import { createNearCars, type NearCars } from "./near-cars";
import { createPassagesOnMap } from "./passages-on-map";
import { createParkingSigns } from "./parking-signs";
import { planeAt, toLngLat, toMetres, type Plane } from "./place";
import { isInside } from "./polygon";
import { followPointer, type PointerListener } from "./pointer";
import { followRoads } from "./road-follower";
import { nothingNamed, type NamedTerminals } from "./named-terminals";
import { buildRoadIndex, type RoadIndex } from "./road-index";
import { createSignsLayer, signsOf } from "./signs-layer";
import { drawsInSoftware } from "./software-drawing";

/** The city in perspective. Built once for a city; everything that changes goes through these few calls. */
export interface Scene {
  showTwin(twin: TwinName): void;
  showLayers(layers: LayersState): void;
  /** Colours vehicles and homes by the answers to an instruction; null: as they are. */
  showAnswers(list: AnswerList | null): void;
  showIncidents(
    incidents: readonly Incident[],
    selectedId: string | null,
    textOf: (incident: Incident) => string,
  ): void;
  /** Terminals that the instruction in hand names. */
  showNamed(terminals: NamedTerminals): void;
  /** Terminals whose foot lies inside what was drawn on the map. @param polygon CSS px from the map's top left corner */
  terminalsWithin(polygon: readonly (readonly [x: number, y: number])[]): readonly number[];
  /** The place at which an incident is about to be declared. */
  showMark(mark: RoadMark | null): void;
  /** Moves the map if the mark is under what floats over it, unless it is another one by then. */
  keepMarkClear(covered: Covered): void;
  /** The next click on a road marks an incident. */
  setArmed(armed: boolean): void;
  frameCity(): void;
  zoomBy(levels: number): void;
  turnBy(degrees: number): void;
  pitchBy(degrees: number): void;
  /** The colours of another theme. */
  setPalette(palette: Palette): void;
  /** Keeps a person's vehicle in the middle while they drive; null lets go. */
  follow(person: number | null): void;
  /** The same with the vehicle nearest to the middle, or lets go. */
  toggleFollow(): void;
  lookAt(x: number, y: number): void;
  /** Where it is looked from, for a scene that takes this one's place. */
  camera(): Camera;
  /** What drawing costs: see `DrawingLoop`. */
  readonly scriptMs: Samples;
  readonly movedPictures: () => number;
  /** Position of the edge's middle in the window, CSS px; null while it is outside the map. */
  screenOfEdge(edge: number): { readonly x: number; readonly y: number } | null;
  close(): void;
}

/** As MapLibre has it: degrees, levels of zoom. */
export interface Camera {
  readonly center: readonly [longitude: number, latitude: number];
  readonly zoom: number;
  readonly bearing: number;
  readonly pitch: number;
}

interface RoadMark {
  readonly edge: number;
  readonly positionM: number;
}

export interface SceneParts {
  /** The scene owns it from here on. */
  readonly empty: EmptyMap;
  readonly city: City;
  readonly terminals: readonly TerminalPlace[];
  readonly frames: FrameStore;
  readonly palette: Palette;
  /** null: the whole city is shown. */
  readonly camera: Camera | null;
  readonly pointer: PointerListener;
  /** A picture was done so long after its calls, ms. */
  readonly pictureTook: (ms: number) => void;
  /** Runs when vehicles have moved on the screen for the first time. */
  readonly moved: () => void;
  /** Runs when there is something to see: vehicles, before the map under them is whole. */
  readonly begun: () => void;
  /** Runs when the map is drawn as a whole for the first time. */
  readonly ready: () => void;
}

/** An incident is looked at from at least this near. */
const incidentZoom = 14.6;

export function createScene(parts: SceneParts): Scene {
  const { city, terminals, frames, palette } = parts;
  const { map, overlay } = parts.empty;
  const container = map.getContainer();
  const plane = planeAt(city.meta);
  putOnMap(parts, plane);
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  const roads = createRoadPicture(edgeCountOf(city));
  const answers = createAnswersOnMap();
  const passages = createPassagesOnMap(terminals, frames, () => reduced.matches);
  const near: NearVehicles = { x: 0, y: 0, radiusM: 0 };
  const playback = createPlayback();
  let cars: NearCars | null = null;
  const signs = createSignsLayer(
    plane,
    palette,
    () => reduced.matches,
    (placeOf) => (cars = createNearCars(palette, playback, near, answers.vehicles, placeOf)),
  );
  const followed: FollowedVehicle = { person: null, slot: -1 };
  const texts = createMapTexts(map, city, plane, terminals, roads, passages);
  const roadFollower = followRoads(city, frames, roads);
  const drawing = startDrawing({
    map,
    frames,
    playback,
    prepare(twin) {
      const place = placeOfFollowed(followed, playback);
      if (place !== null) map.jumpTo({ center: toLngLat(plane, place.x, place.y) });
      const hasRoads = roadFollower.update(twin);
      const hasPassages = passages.update(twin, performance.now());
      const hasAnswers = answers.update(playback.playheadS);
      if (hasRoads) texts.refresh();
      return hasRoads || hasPassages || hasAnswers;
    },
    isPulsing: () => signs.isMoving(),
    pictureTook: parts.pictureTook,
    moved: parts.moved,
  });
  let layers: CityLayers | null = null;
  let shownLayers: LayersState | null = null;
  const shown = createOverlays(map, city, plane, texts, signs);
  const parking = createParkingSigns(map, city, plane, palette);
  const pointer = followPointer(map, plane, roadIndexOf(city), terminals, shown.incidents, playback, parking.at, {
    ...parts.pointer,
    hovered(road, at, parkingRow) {
      roads.hoveredEdge = road?.edge ?? -1;
      map.triggerRepaint();
      parts.pointer.hovered(road, at, parkingRow);
    },
  });
  // Vehicles first: tiles, names and signs come while they move.
  map.once("style.load", () => {
    const pictures = {
      ...{ playback, roads, near, answers: answers.vehicles },
      ...{ homes: answers.homes, passages: passages.marks },
    };
    if (drawsInSoftware()) keepGround(map, firstLabelLayer);
    layers = addCityLayers(map, overlay, city, plane, palette, pictures, layersOnMap(shownLayers));
    if (shownLayers !== null) showOnMap(shownLayers);
    parts.begun();
  });
  onceDrawn(map, () => {
    addDetails(map, city, plane);
    map.addLayer(signs, signLabelLayer);
    signs.setTerminals(terminals);
    shown.arrange();
    parts.ready();
  });

  function showOnMap(next: LayersState) {
    layers?.show(layersOnMap(next));
    texts.show(next);
    parking.setShown(next.shown.has("parking"));
    showDetail(map, next.isReduced);
  }

  function lookAt(x: number, y: number) {
    map.easeTo({ center: toLngLat(plane, x, y), zoom: Math.max(map.getZoom(), incidentZoom) });
  }

  return {
    showTwin: (twin) => drawing.showTwin(twin),
    showLayers(next) {
      shownLayers = next;
      roads.passes = passesOf(next);
      passages.setShown(next.shown.has("passages"));
      cars?.setShown(next.shown.has("vehicles"));
      if (layers !== null) showOnMap(next);
      map.triggerRepaint();
    },
    showAnswers(list) {
      answers.show(list);
      map.triggerRepaint();
    },
    showIncidents: (incidents, selectedId, textOf) => shown.showIncidents(incidents, selectedId, textOf),
    showNamed: (named) => shown.showNamed(named),
    terminalsWithin: (polygon) =>
      terminals
        .filter((one) => {
          const { x, y } = map.project(toLngLat(plane, one.x, one.y));
          return isInside(x, y, polygon);
        })
        .map(({ terminal }) => terminal),
    showMark(mark) {
      roads.markedEdge = mark?.edge ?? -1;
      shown.showMark(mark);
      if (mark === null || screenOfMark(map, container, city, plane, mark) !== null) return;
      const { x, y } = placeOnEdge(city, mark.edge, mark.positionM);
      lookAt(x, y);
    },
    keepMarkClear(covered) {
      const mark = shown.mark();
      if (mark === null) return;
      const placeOf = () => (shown.mark() === mark ? screenOfMark(map, container, city, plane, mark) : null);
      moveFromUnder(map, placeOf, covered);
    },
    setArmed: (armed) => pointer.setArmed(armed),
    frameCity: () => frameCity(map, city, plane),
    zoomBy: (levels) => void map.easeTo({ zoom: map.getZoom() + levels }),
    turnBy: (degrees) => void map.easeTo({ bearing: map.getBearing() + degrees }),
    pitchBy: (degrees) => void map.easeTo({ pitch: map.getPitch() + degrees }),
    follow(person) {
      followed.person = person;
      map.triggerRepaint();
    },
    toggleFollow() {
      const { lng, lat } = map.getCenter();
      const next = playback.next;
      followed.person =
        followed.person !== null || next === null ? null : personNearest(next, ...toMetres(plane, lng, lat));
    },
    setPalette(next) {
      restyle(map, city, next);
      layers?.setPalette(next);
      signs.setPalette(next);
      parking.setPalette(next);
      map.triggerRepaint();
    },
    lookAt,
    camera() {
      const { lng, lat } = map.getCenter();
      return { center: [lng, lat], zoom: map.getZoom(), bearing: map.getBearing(), pitch: map.getPitch() };
    },
    scriptMs: drawing.scriptMs,
    movedPictures: () => drawing.movedPictures(),
    screenOfEdge: (edge) =>
      edge in city.columns.edgeLengthM
        ? screenOfMark(map, container, city, plane, { edge, positionM: city.columns.edgeLengthM[edge] / 2 })
        : null,
    close() {
      drawing.close();
      pointer.close();
      signs.close();
      map.remove();
    },
  };
}

function layersOnMap(chosen: LayersState | null): ReadonlySet<LayerId> {
  if (chosen === null) return new Set(["vehicles"]);
  const shown = new Set(chosen.shown);
  if (chosen.isReduced) shown.delete("buildings");
  return shown;
}

function showDetail(map: MapLibreMap, isReduced: boolean) {
  const visibility = isReduced ? "none" : "visible";
  if ((map.getLayoutProperty(roadCasingLayer, "visibility") ?? "visible") === visibility) return;
  map.setLayoutProperty(roadCasingLayer, "visibility", visibility);
  if (map.getPixelRatio() !== pixelRatioOf(isReduced)) map.setPixelRatio(pixelRatioOf(isReduced));
}

/** Wide and calm below, narrow and urgent above. */
function passesOf({ shown, differenceOf }: LayersState): RoadPass[] {
  const passes: RoadPass[] = [];
  if (shown.has("flows")) passes.push(RoadPass.flow);
  if (shown.has("difference")) {
    passes.push(differenceOf === "speed" ? RoadPass.speedDifference : RoadPass.flowDifference);
  }
  if (shown.has("speed")) passes.push(RoadPass.speed);
  if (shown.has("queues")) passes.push(RoadPass.queue);
  return passes;
}

/** Built when the pointer first asks: not before the first picture. */
function roadIndexOf(city: City): () => RoadIndex {
  let index: RoadIndex | null = null;
  return () => (index ??= buildRoadIndex(city));
}

function putOnMap({ empty: { map }, city, palette, camera }: SceneParts, plane: Plane): void {
  // map-style.test.ts validates it.
  map.setStyle(buildMapStyle(city, buildMapFeatures(city, plane), palette), { validate: false, diff: false });
  if (camera === null) frameCity(map, city, plane);
  else map.jumpTo({ ...camera, center: [...camera.center] });
}

/** Runs once all that is in sight has been loaded and drawn. MapLibre's own `load` is about the empty map. */
function onceDrawn(map: MapLibreMap, run: () => void): void {
  const look = () => {
    if (!map.loaded()) return;
    map.off("render", look);
    run();
  };
  map.on("render", look);
}

/** Signs and their texts: what changes with the session, not with each frame. Held back until the map has loaded. */
function createOverlays(
  map: MapLibreMap,
  city: City,
  plane: Plane,
  texts: MapTexts,
  signs: ReturnType<typeof createSignsLayer>,
) {
  let isLoaded = false;
  let incidents: readonly Incident[] = [];
  let selectedId: string | null = null;
  let labels: Parameters<typeof labelFeatures>[0] = [];
  let named = nothingNamed;
  let mark: RoadMark | null = null;

  function setData(source: string, data: FeatureCollection) {
    void map.getSource<GeoJSONSource>(source)?.setData(data);
  }
  function arrangeSigns() {
    if (!isLoaded) return;
    const drafts =
      mark === null
        ? []
        : [
            {
              ...placeOnEdge(city, mark.edge, mark.positionM),
              key: "draft",
              kind: "lanes" as const,
              selected: true,
              draft: true,
            },
          ];
    signs.setSigns([...signsOf(incidents, selectedId), ...drafts]);
    setData(sources.labels, labelFeatures(labels, plane));
    map.triggerRepaint();
  }
  function arrangeNamed() {
    if (!isLoaded) return;
    signs.setNamed(named);
    texts.setNamed(named);
    map.triggerRepaint();
  }
  return {
    incidents: () => incidents,
    mark: () => mark,
    arrange() {
      isLoaded = true;
      arrangeSigns();
      arrangeNamed();
    },
    showIncidents(next: readonly Incident[], nextSelectedId: string | null, textOf: (incident: Incident) => string) {
      incidents = next;
      selectedId = nextSelectedId;
      labels = next.filter(({ active }) => active).map((one) => ({ x: one.x, y: one.y, text: textOf(one) }));
      arrangeSigns();
    },
    showNamed(next: NamedTerminals) {
      named = next;
      arrangeNamed();
    },
    showMark(next: RoadMark | null) {
      mark = next;
      arrangeSigns();
    },
  };
}

/** Where a place on a road is in the window, CSS px; null while it is outside the map. */
function screenOfMark(map: MapLibreMap, container: HTMLElement, city: City, plane: Plane, mark: RoadMark) {
  const place = placeOnEdge(city, mark.edge, mark.positionM);
  const { x, y } = map.project(toLngLat(plane, place.x, place.y));
  const { left, top, width, height } = container.getBoundingClientRect();
  return x >= 0 && y >= 0 && x <= width && y <= height ? { x: left + x, y: top + y } : null;
}
