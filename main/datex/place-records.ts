import { nameOfEdge, type City } from "../../common/city";
import type { DatexDraft, IncidentDraft } from "../../common/console-api";
import type { Said } from "../../common/said";
import { secondsPerDay } from "../../common/time";
import { projectedX, projectedY, projectionAround } from "../../workers/city";
import { bearingOf, openEdgeFinder, turnBetween, type EdgeFinder, type FoundPlace } from "./edge-finder";
import type { Coordinates, RecordLocation } from "./read-location";
import type { DroppedRecord, ReadPublication, ReadRecord } from "./read-situations";
import { edgeSystem } from "./write-location";
import { dayClock, timeOfDateTime, type DayClock } from "./times";

export interface PlacedPublication {
  readonly placed: readonly DatexDraft[];
  readonly dropped: readonly DroppedRecord[];
}

/** The city's roads and the instant at which the records are placed there. */
export interface Setting {
  readonly city: City;
  readonly date: string;
  readonly nowS: number;
}

/** A road farther from a record's place is another one. */
export const snapLimitM = 50;
/** A road that leads away from a record's direction by more is another one, degrees. */
const turnLimitDeg = 60;
/** So much of the direction's difference weighs as much as a metre, degrees. */
const turnPerMetreDeg = 10;
/** What is assumed where no end is stated: FHWA calls an incident of up to two hours intermediate; we take half. */
const durationAssumedS = 3600;
const durationLeastS = 60;

/** Puts every record on a road of the city; those that have no place or no time there are told with the reason. */
export function placeRecords({ records, dropped }: ReadPublication, setting: Setting): PlacedPublication {
  const finder = openEdgeFinder(setting.city, snapLimitM);
  const clock = dayClock(setting.date);
  const read = records.map((record) => ({ record, outcome: placeRecord(record, setting, finder, clock) }));
  return {
    placed: read.flatMap(({ outcome }) => ("placed" in outcome ? [outcome.placed] : [])),
    dropped: [
      ...dropped,
      ...read.flatMap(({ record, outcome }) =>
        "why" in outcome ? [{ recordId: record.id, reason: outcome.why }] : [],
      ),
    ],
  };
}

type Placing = { readonly placed: DatexDraft } | { readonly why: Said };

function placeRecord(record: ReadRecord, setting: Setting, finder: EdgeFinder, clock: DayClock): Placing {
  const timed = durationOf(record, setting.nowS, clock);
  if ("why" in timed) return timed;
  const found = findPlace(record.location, setting.city, finder);
  if ("why" in found) return found;
  const { edge, positionM, offM } = found.place;
  const { edgeLaneStart, edgeLengthM } = setting.city.columns;
  const laneCount = edgeLaneStart[edge + 1] - edgeLaneStart[edge];
  const effect = effectOn(record, laneCount);
  return {
    placed: {
      recordId: record.id,
      version: record.version,
      type: record.type,
      draft: {
        edge,
        positionM: Math.min(positionM, edgeLengthM[edge]),
        durationS: timed.durationS,
        spreadS: Math.min(record.endSpreadS, timed.durationS),
        ...effect.draft,
      },
      edgeName: nameOfEdge(setting.city, edge),
      laneCount,
      offM,
      notes: [...record.notes, ...timed.notes, ...found.notes, ...effect.notes],
    },
  };
}

type Timing = { readonly durationS: number; readonly notes: readonly Said[] } | { readonly why: Said };

/** From now to the stated end; a record that is over, or to come, is none of now. */
function durationOf({ start, end }: ReadRecord, nowS: number, clock: DayClock): Timing {
  const startS = timeOfDateTime(clock, start);
  if (startS === null) return { why: { code: "record-time-unreadable", args: { text: start } } };
  if (startS > nowS) return { why: { code: "record-to-come", args: { when: start } } };
  if (end === "")
    return { durationS: durationAssumedS, notes: [{ code: "end-assumed", args: { minutes: durationAssumedS / 60 } }] };
  const endS = timeOfDateTime(clock, end);
  if (endS === null) return { why: { code: "record-time-unreadable", args: { text: end } } };
  if (endS - nowS < durationLeastS) return { why: { code: "record-over", args: { when: end } } };
  if (endS - nowS > secondsPerDay)
    return { durationS: secondsPerDay, notes: [{ code: "end-cut", args: { when: end } }] };
  return { durationS: endS - nowS, notes: [] };
}

type Finding = { readonly place: FoundPlace; readonly notes: readonly Said[] } | { readonly why: Said };

/** The road of the record: near its place, driven in its direction, and along its line where there is one. */
function findPlace(location: RecordLocation, city: City, finder: EdgeFinder): Finding {
  const line = location.line.map((point) => projected(city, point));
  const anchor = anchorOf(location, line, city);
  const near = finder.near(anchor.x, anchor.y);
  if (near.length === 0) return { why: { code: "location-far", args: { most: snapLimitM } } };
  const bearingDeg = location.bearingDeg ?? directionAt(line, anchor);
  const towards = (place: FoundPlace) => (bearingDeg === null ? 0 : turnBetween(bearingDeg, place.bearingDeg));
  const along = near.filter((place) => towards(place) <= turnLimitDeg);
  if (along.length === 0) return { why: { code: "location-against", args: {} } };
  const samples = [line[0], line[line.length >> 1], line[line.length - 1]].map(({ x, y }) => finder.near(x, y));
  const named = new Set(
    location.references
      .filter(({ system }) => system === edgeSystem(city.meta.name))
      .map(({ code }) => city.meta.edgeIds.indexOf(code)),
  );
  const cost = (place: FoundPlace): number => {
    if (named.has(place.edge)) return -1;
    const offs = samples.map((found) => found.find(({ edge }) => edge === place.edge)?.offM ?? snapLimitM);
    return place.offM + offs.reduce((sum, offM) => sum + offM, 0) / samples.length + towards(place) / turnPerMetreDeg;
  };
  const [place] = along.map((one) => ({ one, cost: cost(one) })).sort((a, b) => a.cost - b.cost);
  return {
    place: place.one,
    notes: bearingDeg === null ? [{ code: "direction-assumed", args: {} }] : [],
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function projected({ meta }: City, { longitude, latitude }: Coordinates): Point {
  const projection = projectionAround(meta.originLongitude, meta.originLatitude);
  return { x: projectedX(projection, longitude, latitude), y: projectedY(projection, latitude) };
}

/** The place to be shown where it lies on the line, else the line's middle: its ends lie on junctions. */
function anchorOf({ display, line: { length } }: RecordLocation, line: readonly Point[], city: City): Point {
  const shown = display === null ? null : projected(city, display);
  if (shown !== null && (length < 2 || nearestOn(line, shown).offM <= snapLimitM)) return shown;
  return middleOf(line);
}

function middleOf(line: readonly Point[]): Point {
  const lengths = line.slice(1).map((end, at) => distance(line[at], end));
  let leftM = lengths.reduce((sum, lengthM) => sum + lengthM, 0) / 2;
  for (const [at, lengthM] of lengths.entries()) {
    if (leftM <= lengthM && lengthM > 0) {
      const [a, b, part] = [line[at], line[at + 1], leftM / lengthM];
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    }
    leftM -= lengthM;
  }
  return line[0];
}

/** The line's direction where it passes a point; null where it has none. */
function directionAt(line: readonly Point[], point: Point): number | null {
  return line.length < 2 ? null : nearestOn(line, point).bearingDeg;
}

function nearestOn(line: readonly Point[], { x, y }: Point): { offM: number; bearingDeg: number | null } {
  let best: { offM: number; bearingDeg: number | null } = { offM: Infinity, bearingDeg: null };
  for (let at = 0; at + 1 < line.length; at++) {
    const [dx, dy] = [line[at + 1].x - line[at].x, line[at + 1].y - line[at].y];
    const squared = dx * dx + dy * dy;
    if (squared === 0) continue;
    const part = Math.min(1, Math.max(0, ((x - line[at].x) * dx + (y - line[at].y) * dy) / squared));
    const offM = distance({ x, y }, { x: line[at].x + part * dx, y: line[at].y + part * dy });
    if (offM < best.offM) best = { offM, bearingDeg: bearingOf(dx, dy) };
  }
  return best;
}

function distance(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

type DraftEffect = Pick<Required<IncidentDraft>, "kind" | "closedLaneCount" | "speedMaxMps" | "capacityPart">;
const nothing = { closedLaneCount: 0, speedMaxMps: null, capacityPart: null } as const;

/** The effect in lanes of the road that was found. */
function effectOn({ effect }: ReadRecord, laneCount: number): { draft: DraftEffect; notes: readonly Said[] } {
  switch (effect.kind) {
    case "lanes": {
      const { closed, operational } = effect;
      const stated = closed === "all" ? laneCount : (closed ?? (operational === null ? 1 : laneCount - operational));
      const closedLaneCount = Math.min(laneCount, Math.max(1, Math.round(stated)));
      const notes: Said[] = [];
      if (closed === null && operational === null) notes.push({ code: "lanes-assumed", args: {} });
      else if (closedLaneCount !== stated) {
        notes.push({ code: "lanes-fitted", args: { stated, closedLanes: closedLaneCount, lanes: laneCount } });
      }
      return { draft: { ...nothing, kind: "lanes", closedLaneCount }, notes };
    }
    case "speed":
      return { draft: { ...nothing, kind: "speed", speedMaxMps: effect.speedMaxMps }, notes: [] };
    case "capacity":
      return { draft: { ...nothing, kind: "capacity", capacityPart: effect.capacityPart }, notes: [] };
    case "signal":
    case "junction":
      return { draft: { ...nothing, kind: effect.kind }, notes: [] };
  }
}
