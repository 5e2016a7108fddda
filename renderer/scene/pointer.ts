import type { Map as MapLibreMap, MapMouseEvent } from "maplibre-gl";
import type { Incident, TerminalPlace } from "../../common/console-api";
import type { Playback } from "../state/playback";
import { beaconHeightPx } from "./beacons";
import type { ParkingSigns } from "./parking-signs";
import { hasBuildingAt, driverAt } from "./pick";
import { toLngLat, toMetres, type Plane } from "./place";
import { nearestRoad, type RoadIndex, type RoadPlace } from "./road-index";

/** What the pointer means on the map. Coordinates are CSS px from the map's top left corner. */
export interface PointerListener {
  /** What is under the pointer changed, or the pointer moved along it: the sign of a parking, else a road. */
  readonly hovered: (road: RoadPlace | null, at: ScreenPoint, parking: number | null) => void;
  /** A road was clicked while the console waits for the place of an incident. */
  readonly roadClicked: (road: RoadPlace) => void;
  readonly terminalClicked: (terminal: number) => void;
  readonly incidentClicked: (incidentId: string) => void;
  /** A vehicle was clicked: who drives it. */
  readonly vehicleClicked: (person: number) => void;
  /** A building was clicked: the nearest road along which people live. */
  readonly homeClicked: (edge: number) => void;
}

interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export interface PointerFollower {
  setArmed(armed: boolean): void;
  close(): void;
}

/** How far from a road or a beacon the pointer may be, px. */
const reachPx = { hover: 9, armed: 22, terminal: 12, incident: 22, vehicle: 12 };
/** A house belongs to a road at most so far away, m. */
const homeReachM = 90;

export function followPointer(
  map: MapLibreMap,
  plane: Plane,
  index: () => RoadIndex,
  terminals: readonly TerminalPlace[],
  incidents: () => readonly Incident[],
  playback: Playback,
  parkingAt: ParkingSigns["at"],
  listener: PointerListener,
): PointerFollower {
  let armed = false;
  let moved: MapMouseEvent["point"] | null = null;
  let request = 0;

  function onMove({ point }: MapMouseEvent) {
    moved = point;
    look();
  }

  /** Once a picture at most: the pointer reports more often than that. */
  function look() {
    request ||= requestAnimationFrame(() => {
      request = 0;
      if (moved === null || map.isMoving()) return;
      const parking = armed ? null : parkingAt(moved);
      const road = parking === null ? roadAt(map, plane, index(), moved, armed) : null;
      const onTerminal = !armed && terminalAt(map, plane, terminals, moved) !== null;
      map.getCanvas().style.cursor = armed ? "crosshair" : onTerminal ? "pointer" : "";
      listener.hovered(road, moved, parking);
    });
  }

  function onLeave() {
    moved = null;
    listener.hovered(null, { x: 0, y: 0 }, null);
  }

  function onClick({ point }: MapMouseEvent) {
    if (armed) {
      const road = roadAt(map, plane, index(), point, true);
      if (road !== null) listener.roadClicked(road);
      return;
    }
    const terminal = terminalAt(map, plane, terminals, point);
    if (terminal !== null) {
      listener.terminalClicked(terminal);
      return;
    }
    const incident = nearestWithin(
      incidents().filter(({ active }) => active),
      reachPx.incident,
      (one) => distanceToPole(map, plane, one, point),
    );
    if (incident !== null) {
      listener.incidentClicked(incident.id);
      return;
    }
    const [x, y] = metresAt(map, plane, point);
    const person = driverAt(playback, x, y, reachAt(map, plane, point, reachPx.vehicle));
    if (person !== null) listener.vehicleClicked(person);
    else if (hasBuildingAt(index().city, x, y)) {
      const road = nearestRoad(index(), x, y, homeReachM);
      if (road !== undefined) listener.homeClicked(road.edge);
    }
  }

  /** What was under the pointer is elsewhere now; where it came to rest is looked at anew. */
  function onFlight() {
    listener.hovered(null, { x: 0, y: 0 }, null);
  }
  function onRest() {
    if (moved !== null) look();
  }

  map.on("mousemove", onMove);
  map.on("mouseout", onLeave);
  map.on("movestart", onFlight);
  map.on("moveend", onRest);
  map.on("click", onClick);
  return {
    setArmed(next) {
      armed = next;
      map.getCanvas().style.cursor = next ? "crosshair" : "";
    },
    close() {
      cancelAnimationFrame(request);
      map.off("mousemove", onMove);
      map.off("mouseout", onLeave);
      map.off("movestart", onFlight);
      map.off("moveend", onRest);
      map.off("click", onClick);
    },
  };
}

/** The road within reach of the pointer. The reach is in pixels: near the horizon it is many metres. */
function roadAt(map: MapLibreMap, plane: Plane, index: RoadIndex, at: ScreenPoint, armed: boolean): RoadPlace | null {
  const [x, y] = metresAt(map, plane, at);
  return nearestRoad(index, x, y, reachAt(map, plane, at, armed ? reachPx.armed : reachPx.hover)) ?? null;
}

/** So many pixels beside a point, in metres. */
function reachAt(map: MapLibreMap, plane: Plane, at: ScreenPoint, pixels: number): number {
  const [x, y] = metresAt(map, plane, at);
  const [besideX, besideY] = metresAt(map, plane, { x: at.x + pixels, y: at.y });
  return Math.hypot(besideX - x, besideY - y);
}

function metresAt(map: MapLibreMap, plane: Plane, { x, y }: ScreenPoint): [number, number] {
  const { lng, lat } = map.unproject([x, y]);
  return toMetres(plane, lng, lat);
}

function terminalAt(
  map: MapLibreMap,
  plane: Plane,
  terminals: readonly TerminalPlace[],
  at: ScreenPoint,
): number | null {
  return nearestWithin(terminals, reachPx.terminal, (one) => distanceToPole(map, plane, one, at))?.terminal ?? null;
}

/** Distance, px, from the pointer to something that stands upright like a beacon at this place. */
function distanceToPole(map: MapLibreMap, plane: Plane, place: ScreenPoint, at: ScreenPoint): number {
  const foot = map.project(toLngLat(plane, place.x, place.y));
  const height = beaconHeightPx * Math.sin((map.getPitch() * Math.PI) / 180);
  const up = Math.min(height, Math.max(0, foot.y - at.y));
  return Math.hypot(at.x - foot.x, at.y - (foot.y - up));
}

function nearestWithin<T>(items: readonly T[], limit: number, distanceOf: (item: T) => number): T | null {
  let nearest: T | null = null;
  let least = limit;
  for (const item of items) {
    const distance = distanceOf(item);
    if (distance > least) continue;
    nearest = item;
    least = distance;
  }
  return nearest;
}
