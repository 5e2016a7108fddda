import { append, endColumn, growColumn } from "../../geometry/growing-column";
import { noteDropped, type ImportNotes } from "../../import-notes";
import {
  countOf,
  flagOf,
  idOf,
  notNegativeOf,
  numberOf,
  positiveOf,
  quoted,
  refuse,
  secondsOf,
  textOf,
  type Element,
} from "../element-reading";
import type { CityRows } from "./city-rows";
import { StopIndex } from "./stop-order";
import { DetectorKind, PlaceKind, type Detectors, type Places, type Stops } from "./sumo-demand";

/** What lies so far beyond a lane by rounding is moved onto it, m; as in SUMO, what is `friendlyPos` is moved from anywhere. */
const roundingM = 1;
/** What lengths lose in 32 bits, m: files state centimetres. */
const heldM = 0.005;

/** From a lane's start, by positions that may count from its end. */
function stretchOf(
  element: Element,
  city: CityRows,
  lane: number,
  notes: ImportNotes,
): { readonly startM: number; readonly endM: number } {
  const lengthM = city.laneLengthM(lane);
  const shown = (positionM: number) => `${Math.round(100 * positionM) / 100} m`;
  const onLane = (positionM: number) => (positionM < 0 ? positionM + lengthM : positionM);
  const statedM = onLane(numberOf(element, "endPos", lengthM));
  const isFriendly = flagOf(element, "friendlyPos", false);
  if (statedM > lengthM + roundingM && !isFriendly)
    refuse(element, `ends at ${shown(statedM)} of a lane of ${shown(lengthM)}`);
  if (statedM > lengthM + heldM && !isFriendly)
    noteDropped(
      notes,
      `endPos of <${element.name}>`,
      "up to 1 m beyond its lane's end: moved onto it, where SUMO leaves it out",
    );
  const endM = Math.min(lengthM, statedM);
  const startM = onLane(numberOf(element, "startPos", Math.max(0, endM - 0.2)));
  if (startM < 0 || startM >= endM)
    refuse(element, `lies from ${shown(startM)} to ${shown(endM)} of a lane of ${shown(lengthM)}`);
  return { startM, endM };
}

/** Bus stops and parking areas. */
export interface PlaceTable {
  readonly add: (element: Element, kind: PlaceKind) => void;
  /** Row of a place; -1 = it lies on what is left out; undefined = there is none. */
  readonly rowOf: (id: string) => number | undefined;
  readonly laneOf: (row: number) => number;
  readonly stretchOf: (row: number) => { readonly startM: number; readonly endM: number };
  readonly end: () => Places;
}

export function growPlaces(city: CityRows, notes: ImportNotes): PlaceTable {
  const rows = new Map<string, number>();
  const ids: string[] = [];
  const [kinds, lanes, capacities]: [number[], number[], number[]] = [[], [], []];
  const [starts, ends]: [number[], number[]] = [[], []];
  return {
    add(element, kind) {
      const id = idOf(element);
      if (rows.has(id)) refuse(element, "a stop of this id came before");
      const lane = city.lane(element, textOf(element, "lane"));
      if (lane < 0) {
        rows.set(id, -1);
        noteDropped(notes, `<${element.name}>`, "on a lane that is left out");
        return;
      }
      const { startM, endM } = stretchOf(element, city, lane, notes);
      rows.set(id, ids.length);
      ids.push(id);
      kinds.push(kind);
      lanes.push(lane);
      starts.push(startM);
      ends.push(endM);
      capacities.push(kind === PlaceKind.parkingArea ? countOf(element, "roadsideCapacity", 100_000, 0) : 0);
    },
    rowOf: (id) => rows.get(id),
    laneOf: (row) => lanes[row],
    stretchOf: (row) => ({ startM: starts[row], endM: ends[row] }),
    end: () => ({
      ids,
      kind: Uint8Array.from(kinds),
      lane: Uint32Array.from(lanes),
      startM: Float32Array.from(starts),
      endM: Float32Array.from(ends),
      capacity: Uint32Array.from(capacities),
    }),
  };
}

/** Stops of routes and vehicles; their places may come later in the files. */
export interface StopTable {
  /** @returns false where it is no stop for motor vehicles, or of a kind that is not known here */
  readonly add: (element: Element, file: string) => boolean;
  readonly count: () => number;
  /** @returns the table, and the row of each stop read, those dropped giving the row that follows */
  readonly end: (
    places: PlaceTable,
    fail: (element: Element, file: string, message: string) => never,
  ) => { readonly stops: Stops; readonly rowOf: (row: number) => number };
}

/** Attributes that are read, and those that are only said. */
const stopAttributes = new Set(
  "lane edge busStop parkingArea startPos endPos friendlyPos duration until parking index actType line color".split(
    " ",
  ),
);

/** No list of stops is longer: columns hold 32 bits. */
const indexMost = 0x7fffffff;

function indexOf(element: Element): number {
  const text = element.attributes["index"] ?? "end";
  if (text === "end") return StopIndex.end;
  return text === "fit" ? StopIndex.fit : countOf(element, "index", indexMost);
}

interface WaitingStop {
  readonly element: Element;
  readonly file: string;
}

export function growStops(city: CityRows, notes: ImportNotes): StopTable {
  const lane = growColumn(Int32Array);
  const start = growColumn(Float64Array);
  const end = growColumn(Float64Array);
  const duration = growColumn(Float64Array);
  const until = growColumn(Float64Array);
  const parking = growColumn(Uint8Array);
  const index = growColumn(Int32Array);
  /** By row, of those at a place. */
  const atPlace = new Map<number, WaitingStop>();
  return {
    count: () => lane.length,
    add(element, file) {
      const { busStop, parkingArea, lane: laneId, edge } = element.attributes;
      const isAtPlace = busStop !== undefined || parkingArea !== undefined;
      let [laneRow, startM, endM] = [-1, 0, 0];
      if (!isAtPlace) {
        if (laneId === undefined && edge === undefined) {
          noteDropped(notes, "<stop>", "at a place of a kind that is not known here");
          return false;
        }
        laneRow = city.lane(element, laneId ?? `${edge ?? ""}_0`);
        if (laneRow < 0) {
          noteDropped(notes, "<stop>", "on a lane that is left out");
          return false;
        }
        ({ startM, endM } = stretchOf(element, city, laneRow, notes));
      } else atPlace.set(lane.length, { element, file });
      append(lane, laneRow);
      append(start, startM);
      append(end, endM);
      const durationS = secondsOf(element, "duration", Number.NaN);
      if (durationS < 0) refuse(element, `duration must not be negative, and is ${durationS}`);
      const untilS = secondsOf(element, "until", Number.NaN);
      if (Number.isNaN(durationS) && Number.isNaN(untilS))
        noteDropped(notes, "<stop>", "states neither duration nor until: nobody is waited for");
      for (const name of Object.keys(element.attributes))
        if (!stopAttributes.has(name)) noteDropped(notes, `attribute ${name} of stops`, "not used here");
      append(duration, durationS);
      append(until, untilS);
      append(index, indexOf(element));
      append(parking, Number(parkingArea !== undefined || flagOf(element, "parking", false)));
      return true;
    },
    end(places, fail) {
      const place = new Int32Array(lane.length).fill(-1);
      const dropped = new Uint8Array(lane.length);
      for (const [row, { element, file }] of atPlace) {
        const id = element.attributes["busStop"] ?? element.attributes["parkingArea"] ?? "";
        const found = places.rowOf(id) ?? fail(element, file, `there is no stop ${quoted(id)}`);
        place[row] = found;
        if (found < 0) dropped[row] = 1;
        else {
          lane.values[row] = places.laneOf(found);
          const { startM, endM } = places.stretchOf(found);
          [start.values[row], end.values[row]] = [startM, endM];
        }
      }
      const before = new Uint32Array(lane.length + 1);
      dropped.forEach((isDropped, row) => (before[row + 1] = before[row] + 1 - isDropped));
      noteDropped(notes, "<stop>", "on a lane that is left out", lane.length - before[lane.length]);
      const isKept = (_: number, row: number) => dropped[row] === 0;
      const stops: Stops = {
        lane: Uint32Array.from(endColumn(lane).filter(isKept)),
        startM: Float32Array.from(endColumn(start).filter(isKept)),
        endM: Float32Array.from(endColumn(end).filter(isKept)),
        place: place.filter(isKept),
        durationS: endColumn(duration).filter(isKept),
        untilS: endColumn(until).filter(isKept),
        isParking: endColumn(parking).filter(isKept),
        index: endColumn(index).filter(isKept),
      };
      return { stops, rowOf: (row) => before[row] };
    },
  };
}

/** Loops and areas that count vehicles. */
export interface DetectorTable {
  readonly add: (element: Element, kind: DetectorKind) => void;
  readonly end: () => Detectors;
}

export function growDetectors(city: CityRows, notes: ImportNotes): DetectorTable {
  const known = new Set<string>();
  const rows: { id: string; kind: DetectorKind; lane: number; positionM: number; endM: number; periodS: number }[] = [];
  return {
    add(element, kind) {
      const id = idOf(element);
      if (known.has(id)) refuse(element, "a detector of this id came before");
      known.add(id);
      if (element.attributes["lane"] === undefined && element.attributes["lanes"] !== undefined) {
        noteDropped(notes, `<${element.name}>`, "over several lanes");
        return;
      }
      const lane = city.lane(element, textOf(element, "lane"));
      if (lane < 0) {
        noteDropped(notes, `<${element.name}>`, "on a lane that is left out");
        return;
      }
      const lengthM = city.laneLengthM(lane);
      const onLane = (positionM: number) => Math.min(lengthM, positionM < 0 ? positionM + lengthM : positionM);
      const areaM = element.attributes["length"] === undefined ? null : positiveOf(element, "length");
      const endM = areaM === null ? onLane(numberOf(element, "endPos", lengthM)) : null;
      const positionM = onLane(numberOf(element, "pos", endM === null || areaM === null ? 0 : endM - areaM));
      if (positionM < 0) refuse(element, `pos lies before the lane's start`);
      if (numberOf(element, "pos", 0) > lengthM + heldM && !flagOf(element, "friendlyPos", false))
        refuse(element, `pos lies beyond its lane of ${Math.round(100 * lengthM) / 100} m`);
      noteDropped(notes, `<${element.name}>`, "no output is written for it: --edges has figures of edges");
      const period = element.attributes["period"] === undefined ? "freq" : "period";
      rows.push({
        id,
        kind,
        lane,
        positionM,
        endM: kind === DetectorKind.point ? positionM : Math.max(positionM, endM ?? positionM + (areaM ?? 0)),
        periodS: notNegativeOf(element, period, Infinity),
      });
    },
    end: () => ({
      ids: rows.map(({ id }) => id),
      kind: Uint8Array.from(rows, ({ kind }) => kind),
      lane: Uint32Array.from(rows, ({ lane }) => lane),
      positionM: Float32Array.from(rows, ({ positionM }) => positionM),
      endM: Float32Array.from(rows, ({ endM }) => endM),
      periodS: Float64Array.from(rows, ({ periodS }) => periodS),
    }),
  };
}
