import { noteDropped, type ImportNotes } from "../import-notes";
import type { RoadWay, TurnRestriction } from "../roads/road-graph";
import { MemberType, missingNode, rowOfId, type OsmElements } from "./elements";
import { tagsOf, tagValue, type Tags } from "./tag-access";

/** What the reader of roads knows of where the file's ways and nodes went. */
export interface RoadRows {
  readonly ways: readonly RoadWay[];
  readonly nodeOf: Int32Array;
  readonly piecesOfWay: ReadonlyMap<number, readonly number[]>;
}

/** @see https://wiki.openstreetmap.org/wiki/Relation:restriction */
export function readRestrictions(elements: OsmElements, rows: RoadRows, notes: ImportNotes): ReadRestrictions {
  const restrictions: TurnRestriction[] = [];
  let restrictionCount = 0;
  for (let relation = 0; relation < elements.relationIds.length; relation++) {
    const type = tagValue(elements, elements.relationTags, relation, "type");
    if (type?.startsWith("restriction") !== true) continue;
    const tags = tagsOf(elements, elements.relationTags, relation);
    // "restriction:hgv" and the like name their vehicle in the type.
    const kind = type === "restriction" ? kindOf(tags) : forOthers;
    const turns = typeof kind === "object" ? kind : turnsOf(elements, rows, relation, kind);
    if ("dropped" in turns) noteDropped(notes, "turn restrictions", turns.dropped);
    else {
      restrictionCount++;
      for (const turn of turns) restrictions.push(turn);
    }
  }
  return { restrictions, restrictionCount };
}

export interface ReadRestrictions {
  readonly restrictions: readonly TurnRestriction[];
  /** Relations that they come from. */
  readonly restrictionCount: number;
}

/** Why a relation gives no rule. */
interface Dropped {
  readonly dropped: string;
}

const forOthers: Dropped = { dropped: "they are for other vehicles than cars" };

/** Vehicles that a restriction may except and that a passenger car is one of. */
const carNames = new Set(["motorcar", "motor_vehicle", "vehicle"]);

function kindOf(tags: Tags): "no" | "only" | Dropped {
  const value = tags.get("restriction:motorcar") ?? tags.get("restriction:motor_vehicle") ?? tags.get("restriction");
  if (tags.has("day_on") || tags.has("hour_on"))
    return { dropped: "they hold at certain hours only: not supported yet" };
  if (value === undefined) {
    return tags.has("restriction:conditional")
      ? { dropped: "they hold under a condition only: not supported yet" }
      : forOthers;
  }
  if ((tags.get("except") ?? "").split(";").some((name) => carNames.has(name.trim())))
    return { dropped: "cars are excepted" };
  return kindOfValues(value.split(";").map((part) => part.trim()));
}

/** Several values say several things of one turn; what is unknown beside what is known takes nothing away from it. */
function kindOfValues(values: readonly string[]): "no" | "only" | Dropped {
  const known = new Set(values.flatMap((value) => kinds.get(value) ?? []));
  const [kind] = known;
  if (kind !== undefined && known.size === 1) return kind;
  const isAtRed = values.every((value) => value.endsWith("_on_red"));
  return { dropped: isAtRed ? "they hold at red only" : "their kind is unknown" };
}

const bans = ["no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit"];
const orders = ["only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"];
const kinds: ReadonlyMap<string, "no" | "only"> = new Map([
  ...bans.map((value) => [value, "no"] as const),
  ...orders.map((value) => [value, "only"] as const),
]);

interface Members {
  readonly from: number[];
  readonly to: number[];
  readonly viaNodes: number[];
  viaWays: number;
}

function membersOf(elements: OsmElements, relation: number): Members {
  const members: Members = { from: [], to: [], viaNodes: [], viaWays: 0 };
  for (let member = elements.memberStart[relation]; member < elements.memberStart[relation + 1]; member++) {
    const id = elements.memberId[member];
    const isWay = elements.memberType[member] === MemberType.way;
    const role = elements.strings[elements.memberRole[member]];
    if (role === "from" && isWay) members.from.push(id);
    else if (role === "to" && isWay) members.to.push(id);
    else if (role === "via" && isWay) members.viaWays++;
    else if (role === "via" && elements.memberType[member] === MemberType.node) members.viaNodes.push(id);
  }
  return members;
}

function turnsOf(
  elements: OsmElements,
  { ways, nodeOf, piecesOfWay }: RoadRows,
  relation: number,
  kind: "no" | "only",
): readonly TurnRestriction[] | Dropped {
  const members = membersOf(elements, relation);
  if (members.viaWays > 0) return { dropped: "they lead over a way (via way): not supported yet" };
  const [via] = members.viaNodes;
  if (via === undefined || members.viaNodes.length > 1 || members.from.length === 0 || members.to.length === 0) {
    return { dropped: "from, via or to is missing" };
  }
  const row = rowOfId(elements.nodeIds, via, 0);
  const viaNode = row === missingNode ? -1 : nodeOf[row];
  const touching = (ids: readonly number[]) =>
    [...new Set(ids)].flatMap((id) => piecesOfWay.get(id) ?? []).filter((way) => ways[way]?.nodes.includes(viaNode));
  const from = touching(members.from);
  const to = touching(members.to);
  // "Only" onto a way that is not there would close the road.
  if (viaNode < 0 || from.length === 0 || to.length === 0) {
    return { dropped: "their ways carry no cars here or do not meet at the node" };
  }
  return from.flatMap((fromWay) => to.map((toWay) => ({ kind, fromWay, viaNode, toWay })));
}
