import { noteDropped, type ImportNotes } from "../import-notes";
import { describeMoment } from "../moment";
import type { PathRestriction, RoadWay, TurnRestriction } from "../roads/road-graph";
import { noteConditioned, reasonOf, tagsThen, whyNot, type Conditions } from "./conditional-tags";
import { MemberType, missingNode, rowOfId, type OsmElements } from "./elements";
import { findOldHours } from "./old-hours";
import { tagsOf, tagValue, type Tags } from "./tag-access";

/** What is looked at for all rules of a file together: far more than a country's rules need, few enough to take a second. */
const pointsMost = 4_000_000;
const pairsMost = 1_000_000;

/** What the reader of roads knows of where the file's ways and nodes went. */
export interface RoadRows {
  readonly ways: readonly RoadWay[];
  readonly nodeOf: Int32Array;
  readonly piecesOfWay: ReadonlyMap<number, readonly number[]>;
}

/** @see https://wiki.openstreetmap.org/wiki/Relation:restriction */
export function readRestrictions(
  elements: OsmElements,
  rows: RoadRows,
  conditions: Conditions,
  notes: ImportNotes,
): ReadRestrictions {
  const restrictions: TurnRestriction[] = [];
  const pathRestrictions: PathRestriction[] = [];
  let restrictionCount = 0;
  const search: Search = {
    elements,
    rows,
    waysAtTurns: waysAtTurns(elements, rows),
    pointsLeft: pointsMost,
    pairsLeft: pairsMost,
  };
  for (let relation = 0; relation < elements.relationIds.length; relation++) {
    const type = tagValue(elements, elements.relationTags, relation, "type");
    if (type?.startsWith("restriction") !== true) continue;
    const tags = tagsOf(elements, elements.relationTags, relation);
    // "restriction:hgv" and the like name their vehicle in the type.
    const kind = type === "restriction" ? kindOf(tags, conditions, notes) : forOthers;
    const turns = typeof kind === "object" ? kind : turnsOf(search, relation, kind);
    if ("dropped" in turns) noteDropped(notes, "turn restrictions", turns.dropped);
    else {
      restrictionCount++;
      for (const turn of turns.atNode) restrictions.push(turn);
      for (const path of turns.alongPath) pathRestrictions.push(path);
    }
  }
  return { restrictions, pathRestrictions, restrictionCount };
}

export interface ReadRestrictions {
  readonly restrictions: readonly TurnRestriction[];
  readonly pathRestrictions: readonly PathRestriction[];
  /** Relations that they come from. */
  readonly restrictionCount: number;
}

/** The search for the places of rules. */
interface Search {
  readonly elements: OsmElements;
  readonly rows: RoadRows;
  /** Rows of ways, by rows of the graph's nodes. */
  readonly waysAtTurns: ReadonlyMap<number, ReadonlySet<number>>;
  /** Points of ways that may still be searched for drives along them. */
  pointsLeft: number;
  /** Pairs of ways at nodes that may still become rules. */
  pairsLeft: number;
}

/** Why a relation gives no rule. */
interface Dropped {
  readonly dropped: string;
}

const forOthers: Dropped = { dropped: "they are for other vehicles than cars" };

/** Vehicles that a restriction may except and that a passenger car is one of. */
const carNames = new Set(["motorcar", "motor_vehicle", "vehicle"]);

/** What a rule says at the moment of the import. */
function kindOf(said: Tags, conditions: Conditions, notes: ImportNotes): "no" | "only" | Dropped {
  const { moment } = conditions;
  const { tags, conditioned } = tagsThen(said, ["turn"], conditions);
  const value = tags.get("restriction:motorcar") ?? tags.get("restriction:motor_vehicle") ?? tags.get("restriction");
  if (value === undefined) {
    const [why] = conditioned.flatMap(({ held }) => whyNot(held, moment));
    return why === undefined ? forOthers : { dropped: why };
  }
  noteConditioned(notes, conditions, conditioned);
  const isThen = conditioned.some(({ held }) => held.value !== null);
  // Tags from before there were conditions say when the rule itself holds.
  const hours = isThen ? "holds" : findOldHours(tags, moment);
  if (hours !== "holds") return { dropped: reasonOf(hours, moment) };
  if ((tags.get("except") ?? "").split(";").some((name) => carNames.has(name.trim())))
    return { dropped: "cars are excepted" };
  if (isThen && liftingValues.has(value)) return { dropped: `a condition lifts them at ${describeMoment(moment)}` };
  return kindOfValues(
    value.split(";").map((part) => part.trim()),
    notes,
  );
}

const liftingValues = new Set(["none", "no"]);

/** Several values say several things of one turn; what is unknown beside what is known takes nothing away from it, and is told. */
function kindOfValues(values: readonly string[], notes: ImportNotes): "no" | "only" | Dropped {
  const known = new Set(values.flatMap((value) => kinds.get(value) ?? []));
  const [kind] = known;
  const others = values.filter((value) => !kinds.has(value));
  const atRed = others.filter((value) => value.endsWith("_on_red")).length;
  if (kind === undefined || known.size > 1) {
    return { dropped: atRed === values.length ? "they hold at red only" : "their kind is unknown" };
  }
  noteDropped(notes, "further values of turn restrictions", "they hold at red only", atRed);
  noteDropped(notes, "further values of turn restrictions", "their kind is unknown", others.length - atRed);
  return kind;
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
  readonly viaWays: number[];
}

interface Turns {
  readonly atNode: readonly TurnRestriction[];
  readonly alongPath: readonly PathRestriction[];
}

function membersOf(elements: OsmElements, relation: number): Members {
  const members: Members = { from: [], to: [], viaNodes: [], viaWays: [] };
  for (let member = elements.memberStart[relation]; member < elements.memberStart[relation + 1]; member++) {
    const id = elements.memberId[member];
    const isWay = elements.memberType[member] === MemberType.way;
    const role = elements.strings[elements.memberRole[member]];
    if (role === "from" && isWay) members.from.push(id);
    else if (role === "to" && isWay) members.to.push(id);
    else if (role === "via" && isWay) members.viaWays.push(id);
    else if (role === "via" && elements.memberType[member] === MemberType.node) members.viaNodes.push(id);
  }
  return members;
}

/** Ways at each node that some rule names as its place: found once for all, as ways may be long and rules many. */
function waysAtTurns(elements: OsmElements, { ways, nodeOf }: RoadRows): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (let member = 0; member < elements.memberId.length; member++) {
    if (elements.memberType[member] !== MemberType.node || elements.strings[elements.memberRole[member]] !== "via")
      continue;
    const row = rowOfId(elements.nodeIds, elements.memberId[member], 0);
    if (row !== missingNode && nodeOf[row] >= 0) found.set(nodeOf[row], new Set());
  }
  if (found.size === 0) return found;
  ways.forEach(({ nodes }, way) => {
    for (const node of nodes) found.get(node)?.add(way);
  });
  return found;
}

function turnsOf(search: Search, relation: number, kind: "no" | "only"): Turns | Dropped {
  const { elements, rows, waysAtTurns } = search;
  const members = membersOf(elements, relation);
  if (members.from.length === 0 || members.to.length === 0) return withoutMembers;
  if (members.viaWays.length > 0) return pathsOf(search, members, kind, relation);
  const [via] = members.viaNodes;
  if (via === undefined || members.viaNodes.length > 1) return withoutMembers;
  const row = rowOfId(elements.nodeIds, via, 0);
  const viaNode = row === missingNode ? -1 : rows.nodeOf[row];
  const here = waysAtTurns.get(viaNode);
  const touching = (ids: readonly number[]) => piecesOf(rows, ids).filter((way) => here?.has(way));
  const from = touching(members.from);
  const to = touching(members.to);
  // "Only" onto a way that is not there would close the road.
  if (viaNode < 0 || from.length === 0 || to.length === 0) {
    return { dropped: "their ways carry no cars here or do not meet at the node" };
  }
  const pairs = from.length * to.length;
  if (pairs > search.pairsLeft) return notSearched;
  search.pairsLeft -= pairs;
  return { atNode: from.flatMap((fromWay) => to.map((toWay) => ({ kind, fromWay, viaNode, toWay }))), alongPath: [] };
}

const notSearched: Dropped = { dropped: "there are more of them, or over longer ways, than are searched" };
const withoutMembers: Dropped = { dropped: "from, via or to is missing" };

const piecesOf = ({ piecesOfWay }: RoadRows, ids: readonly number[]): number[] =>
  [...new Set(ids)].flatMap((id) => piecesOfWay.get(id) ?? []);

/** Turns of one rule, and points of its ways between: far more than any junction has, few enough to search each. */
const turnsMost = 64;
const viaNodesMost = 2000;

/** The shortest drive along the via ways, in whatever order they are named, from where each "from" meets them to where each "to" does. */
function pathsOf(search: Search, members: Members, kind: "no" | "only", rule: number): Turns | Dropped {
  const { rows } = search;
  const [from, via, to] = [members.from, members.viaWays, members.to].map((ids) => piecesOf(rows, ids));
  const [fromNodes, viaNodes, toNodes] = [from, via, to].map((ways) =>
    ways.reduce((sum, way) => sum + (rows.ways[way]?.nodes.length ?? 0), 0),
  );
  if (members.viaWays.some((id) => !rows.piecesOfWay.has(id))) return notAlong;
  if (from.length * to.length > turnsMost || viaNodes > viaNodesMost) {
    return { dropped: "they name more or longer ways than one turn has" };
  }
  // Each pair of ways is searched by itself.
  const cost = viaNodes * (1 + from.length * to.length) + fromNodes * to.length + toNodes * from.length;
  if (cost > search.pointsLeft) return notSearched;
  search.pointsLeft -= cost;
  const onward = drivesAlong(rows, via);
  const alongPath = from.flatMap((fromWay) =>
    to.flatMap((toWay): PathRestriction[] => {
      const nodes = shortestDrive(
        onward,
        nodesDriven(rows.ways[fromWay], "into"),
        nodesDriven(rows.ways[toWay], "outOf"),
      );
      return nodes === null ? [] : [{ kind, fromWay, toWay, nodes, rule }];
    }),
  );
  if (alongPath.length > 0) return { atNode: [], alongPath };
  return notAlong;
}

const notAlong: Dropped = { dropped: "their ways carry no cars here or do not meet along the ways between" };

/** Nodes of a way that cars can be driven into or out of along it. */
function nodesDriven(way: RoadWay | undefined, end: "into" | "outOf"): Uint32Array {
  if (way === undefined) return new Uint32Array();
  const isOpen = { first: way.backward, last: way.forward };
  if (end === "outOf") [isOpen.first, isOpen.last] = [way.forward, way.backward];
  return way.nodes.subarray(isOpen.first === null ? 1 : 0, way.nodes.length - (isOpen.last === null ? 1 : 0));
}

/** Nodes that follow each node along ways that may be driven so. */
function drivesAlong({ ways }: RoadRows, pieces: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const onward = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const there = onward.get(from);
    if (there === undefined) onward.set(from, [to]);
    else there.push(to);
  };
  for (const piece of pieces) {
    const way = ways[piece];
    way?.nodes.forEach((node, index) => {
      if (index === 0) return;
      if (way.forward !== null) add(way.nodes[index - 1], node);
      if (way.backward !== null) add(node, way.nodes[index - 1]);
    });
  }
  return onward;
}

/** Breadth first, by the number of nodes; null where there is none that is at least one stretch long. */
function shortestDrive(
  onward: ReadonlyMap<number, readonly number[]>,
  from: Uint32Array,
  to: Uint32Array,
): number[] | null {
  const starts = new Set([...from].filter((node) => onward.has(node)));
  const ends = new Set(to);
  const cameFrom = new Map<number, number>([...starts].map((node) => [node, -1]));
  const queue = [...starts];
  for (const at of queue) {
    for (const next of onward.get(at) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
      if (!ends.has(next)) continue;
      const drive = [next];
      for (let back = at; back !== -1; back = cameFrom.get(back) ?? -1) drive.push(back);
      return drive.reverse();
    }
  }
  return null;
}
