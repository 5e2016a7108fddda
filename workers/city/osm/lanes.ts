import { RoadClass } from "../../../common/city";
import { laneCountLimit, TurnMark } from "../roads/road-graph";
import { roadClassDefaults } from "../roads/road-classes";
import { isOpenToCars, type HighwayKind } from "./access";
import type { Tags } from "./tag-access";

/** Which ways along its nodes a road may be driven. */
export interface Directions {
  readonly forward: boolean;
  readonly backward: boolean;
}

/** Directions that cars may drive: those of the road that no tag of access closes. */
export function directionsOf(tags: Tags, kind: HighwayKind): Directions {
  const { forward, backward } = roadDirectionsOf(tags, kind);
  return { forward: forward && isOpenToCars(tags, "forward"), backward: backward && isOpenToCars(tags, "backward") };
}

/**
 * Directions that the road's lanes are for, be it for buses only.
 * @see https://wiki.openstreetmap.org/wiki/Key:oneway, section "Implied oneway restriction"
 */
export function roadDirectionsOf(tags: Tags, { roadClass, isLink }: HighwayKind): Directions {
  const oneway = tags.get("oneway:motorcar") ?? tags.get("oneway:motor_vehicle") ?? tags.get("oneway");
  if (oneway === "-1" || oneway === "reverse") return { forward: false, backward: true };
  // The direction of a reversible road changes by a timetable that the map does not hold.
  if (oneway === "yes" || oneway === "true" || oneway === "1" || oneway === "reversible") {
    return { forward: true, backward: false };
  }
  const saysBoth = oneway === "no" || oneway === "false" || oneway === "0";
  const isMotorway = roadClass === RoadClass.motorway && !isLink;
  if (isRoundabout(tags) || (isMotorway && !saysBoth)) return { forward: true, backward: false };
  return { forward: true, backward: true };
}

export function isRoundabout(tags: Tags): boolean {
  const junction = tags.get("junction");
  return junction === "roundabout" || junction === "circular";
}

export interface LaneCounts {
  readonly forward: number;
  readonly backward: number;
  /** Keys whose values could not be used. */
  readonly absurd: readonly string[];
}

/** Lanes for cars in each direction of the road; 0 where it has none. @see https://wiki.openstreetmap.org/wiki/Key:lanes */
export function laneCountsOf(tags: Tags, kind: HighwayKind, directions: Directions): LaneCounts {
  const absurd: string[] = [];
  const read = (key: string): number | null => {
    const text = tags.get(key);
    if (text === undefined) return null;
    const count = Math.floor(Number(text));
    if (/^\d+(\.\d+)?$/.test(text) && count >= 1 && count <= laneCountLimit) return count;
    if (!(key.startsWith("lanes:") && text === "0")) absurd.push(key);
    return null;
  };
  const defaults = roadClassDefaults[kind.roadClass];
  const usual = kind.isLink ? defaults.linkLaneCount : defaults.laneCount;
  const total = read("lanes");
  const shared = read("lanes:both_ways") ?? 0;
  const forbidden = (side: string) => read(`lanes:psv${side}`) ?? read(`lanes:bus${side}`) ?? 0;

  if (!directions.forward || !directions.backward) {
    const side = directions.forward ? "forward" : "backward";
    const count = Math.max(1, (read(`lanes:${side}`) ?? total ?? usual) - forbidden("") - forbidden(`:${side}`));
    return { forward: directions.forward ? count : 0, backward: directions.backward ? count : 0, absurd };
  }
  let forward = read("lanes:forward");
  let backward = read("lanes:backward");
  const both = total === null ? null : Math.max(2, total - shared);
  if (both !== null) {
    // An odd lane belongs to one direction, which one is unknown: the way's own.
    forward ??= backward === null ? Math.ceil(both / 2) : Math.max(1, both - backward);
    backward ??= Math.max(1, both - forward);
  }
  return {
    forward: Math.max(1, (forward ?? usual) - forbidden(":forward")),
    backward: Math.max(1, (backward ?? usual) - forbidden(":backward")),
    absurd,
  };
}

const markBits: ReadonlyMap<string, number> = new Map([
  ["sharp_right", TurnMark.sharpRight],
  ["right", TurnMark.right],
  ["slight_right", TurnMark.slightRight],
  ["through", TurnMark.through],
  ["slight_left", TurnMark.slightLeft],
  ["left", TurnMark.left],
  ["sharp_left", TurnMark.sharpLeft],
  ["reverse", TurnMark.reverse],
  // A lane that ends soon leads where its neighbour does.
  ["merge_to_left", TurnMark.through],
  ["merge_to_right", TurnMark.through],
]);

/**
 * Sets of `TurnMark`, rightmost lane first; null where there are none or they do not fit the lanes.
 * @see https://wiki.openstreetmap.org/wiki/Key:turn, which lists lanes from the left
 */
export function turnMarksOf(
  tags: Tags,
  side: "forward" | "backward",
  directions: Directions,
  laneCount: number,
): { readonly marks: readonly number[] | null; readonly misfit: boolean } {
  const oneSided = !directions.forward || !directions.backward;
  const text = tags.get(`turn:lanes:${side}`) ?? (oneSided ? tags.get("turn:lanes") : undefined);
  if (text === undefined) return { marks: null, misfit: false };
  const marks = text.split("|").map((lane) => {
    let bits = 0;
    for (const mark of lane.split(";")) bits |= markBits.get(mark.trim()) ?? 0;
    return bits;
  });
  if (marks.length !== laneCount) return { marks: null, misfit: true };
  return { marks: marks.some((bits) => bits !== 0) ? marks.reverse() : null, misfit: false };
}
