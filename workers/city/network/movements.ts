import type { RoadGraph } from "../roads/road-graph";
import type { Clusters } from "./junction-clusters";
import {
  carriagewayOf,
  endNodeOf,
  leavingByNode,
  oppositeOf,
  sectionOf,
  wayAtEnd,
  wayAtStart,
} from "./directed-sections";
import type { Section } from "./sections";
import { drivenPaths, forbidsNext, pathsWithin, withoutPaths, type DrivenPath, type PathsAt } from "./path-rules";
import type { Movement, MovementsFrom } from "./movement";
import { turnAngles, type TurnAngles } from "./turn-angles";

/** From one one-way road into another, a sharper turn leads onto the other carriageway of the same road: cos 150°. */
const turningBackCosine = -0.866;

interface Search {
  readonly sections: readonly Section[];
  readonly leaving: ReadonlyMap<number, readonly number[]>;
  readonly isInner: Uint8Array;
  readonly acrossBorder: ReadonlyMap<number, number>;
  readonly rules: ReadonlyMap<number, readonly NodeRule[]>;
  readonly paths: readonly DrivenPath[];
  readonly innerPaths: PathsAt;
  readonly angles: TurnAngles;
}

interface FoundMovements {
  readonly movements: MovementsFrom;
  /** Rules over ways that movements from road to road cannot express. */
  readonly unmetRules: number;
}

interface NodeRule {
  readonly kind: "no" | "only";
  readonly fromWay: number;
  readonly toWay: number;
}

/**
 * All movements that roads and restrictions allow. Paths over a junction's inner sections obey the rules of every node
 * that they pass, so a joined junction allows just what its nodes allowed. Nobody turns back where the road goes on.
 */
export function findMovements(graph: RoadGraph, sections: readonly Section[], clusters: Clusters): FoundMovements {
  const leaving = leavingByNode(sections);
  const paths = drivenPaths(graph, sections, leaving);
  const search: Search = {
    sections,
    leaving,
    paths,
    innerPaths: pathsWithin({ sections, isInner: clusters.isInner, paths }),
    isInner: clusters.isInner,
    acrossBorder: clusters.acrossBorder,
    rules: rulesByNode(graph),
    angles: turnAngles(sections),
  };
  const found = new Map<number, Movement[]>();
  for (let directed = 0; directed < sections.length * 2; directed++) {
    if (carriagewayOf(sections, directed) === null || clusters.isInner[sectionOf(directed)] === 1) continue;
    found.set(directed, movementsFrom(search, directed));
  }
  const { movements, unmetRules } = withoutPaths(search, withoutTurningBack(search, found));
  const led = [...movements].map(
    ([from, list]) => [from, list.length === 0 ? turnaround(search, from) : list] as const,
  );
  return { movements: new Map(led), unmetRules };
}

function rulesByNode({ restrictions }: RoadGraph): ReadonlyMap<number, readonly NodeRule[]> {
  const rules = new Map<number, NodeRule[]>();
  const known = new Set<string>();
  for (const { viaNode, ...rule } of restrictions) {
    // Each once, however often the map says it: every turn at the node looks at all of them.
    const key = `${rule.kind} ${rule.fromWay} ${viaNode} ${rule.toWay}`;
    if (known.has(key)) continue;
    known.add(key);
    const there = rules.get(viaNode);
    if (there === undefined) rules.set(viaNode, [rule]);
    else there.push(rule);
  }
  return rules;
}

function isAllowed({ sections, rules }: Search, from: number, to: number): boolean {
  const here = rules.get(endNodeOf(sections, from));
  if (here === undefined) return true;
  const mine = here.filter(({ fromWay }) => fromWay === wayAtEnd(sections, from));
  const toWay = wayAtStart(sections, to);
  if (mine.some((rule) => rule.kind === "no" && rule.toWay === toWay)) return false;
  const only = mine.filter(({ kind }) => kind === "only");
  return only.length === 0 || only.some((rule) => rule.toWay === toWay);
}

/** Directed sections that leave a node, or the other carriageway's start where the map ends. */
function leavingFrom({ leaving, acrossBorder }: Search, node: number): readonly number[] {
  const across = acrossBorder.get(node);
  const here = leaving.get(node) ?? [];
  return across === undefined ? here : [...here, ...(leaving.get(across) ?? [])];
}

/** Shortest allowed paths over inner sections; junctions are small, so a list serves as queue. */
function movementsFrom(search: Search, from: number): Movement[] {
  const { sections, isInner } = search;
  const insideM = new Map<number, number>();
  const innerM = new Map<number, number>([[from, 0]]);
  const cameFrom = new Map<number, number>();
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const reachedM = innerM.get(at) ?? 0;
    for (const next of leavingFrom(search, endNodeOf(sections, at))) {
      if (sectionOf(next) === sectionOf(at) || next === oppositeOf(from) || !isAllowed(search, at, next)) continue;
      if (forbidsNext(search, cameFrom, at, next)) continue;
      const inner = isInner[sectionOf(next)] === 1;
      const known = (inner ? innerM : insideM).get(next);
      const nextM = reachedM + (inner ? sections[sectionOf(next)].lengthM : 0);
      if (known !== undefined && known <= nextM) continue;
      (inner ? innerM : insideM).set(next, nextM);
      if (!inner) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return [...insideM].sort(([a], [b]) => a - b).map(([to, metres]) => ({ from, to, insideM: metres, isUTurn: false }));
}

/**
 * Removes movements that lead back, unless nothing else leaves here or nothing else reaches there; adds the turnaround
 * where nothing leads on.
 */
function withoutTurningBack(search: Search, found: ReadonlyMap<number, readonly Movement[]>): MovementsFrom {
  const { sections, angles } = search;
  const isOneWay = (directed: number) => carriagewayOf(sections, oppositeOf(directed)) === null;
  const isRound = (directed: number) => sections[sectionOf(directed)].way.isRoundabout;
  // A roundabout goes on however sharply it bends over its short sections.
  const leadsBack = ({ from, to }: Movement) =>
    isOneWay(from) && isOneWay(to) && !(isRound(from) && isRound(to)) && angles.cosine(from, to) <= turningBackCosine;
  const onward = new Map<number, Movement[]>();
  const reached = new Set<number>();
  for (const [from, movements] of found) {
    const ahead = movements.filter((movement) => !leadsBack(movement));
    for (const { to } of ahead) reached.add(to);
    onward.set(from, ahead);
  }
  const kept = new Map<number, readonly Movement[]>();
  for (const [from, movements] of found) {
    const ahead = onward.get(from) ?? [];
    const back = movements.filter(leadsBack);
    const needed = back
      .filter(({ to }) => ahead.length === 0 || !reached.has(to))
      .map((movement) => ({ ...movement, isUTurn: true }));
    const all = [...ahead, ...needed];
    kept.set(from, all.length === 0 ? turnaround(search, from) : all);
  }
  return kept;
}

/** Onto the opposite direction of the same road, at its end. */
export function turnaround({ sections }: { readonly sections: readonly Section[] }, from: number): Movement[] {
  const to = oppositeOf(from);
  return carriagewayOf(sections, to) === null ? [] : [{ from, to, insideM: 0, isUTurn: true }];
}
