import type { PathRestriction, RoadGraph } from "../roads/road-graph";
import { endNodeOf, nodeAlong, sectionOf, startNodeOf, wayAtEnd, wayAtStart } from "./directed-sections";
import type { Movement, MovementsFrom } from "./movement";
import type { Section } from "./sections";

/** A restriction over ways, as the directed sections that are driven along them. */
export interface DrivenPath extends PathRestriction {
  readonly along: readonly number[];
}

interface Ground {
  readonly sections: readonly Section[];
  readonly isInner: Uint8Array;
  readonly paths: readonly DrivenPath[];
  readonly innerPaths: PathsAt;
}

/** Paths that lie within a joined junction, by the nodes where they begin and where their sections end. */
export type PathsAt = ReadonlyMap<number, readonly DrivenPath[]>;

/** Restrictions whose path is a run of whole sections; the ends of paths cut them. */
export function drivenPaths(
  { pathRestrictions }: RoadGraph,
  sections: readonly Section[],
  leaving: ReadonlyMap<number, readonly number[]>,
): DrivenPath[] {
  // Two orders from one place allow either, which no order says alone: their paths stay empty, and they are told.
  const orders = new Map<string, PathRestriction>();
  const severalAt = new Set<string>();
  const placeOf = ({ fromWay, nodes }: PathRestriction) => `${fromWay} ${nodes[0]}`;
  for (const restriction of pathRestrictions) {
    if (restriction.kind !== "only") continue;
    const place = placeOf(restriction);
    const known = orders.get(place);
    if (known === undefined) orders.set(place, restriction);
    else if (!isSameWay(known, restriction)) severalAt.add(place);
  }
  return pathRestrictions.map((restriction) => {
    const isOneOfSeveral = restriction.kind === "only" && severalAt.has(placeOf(restriction));
    return { ...restriction, along: isOneOfSeveral ? [] : sectionsAlong(restriction.nodes) };
  });

  function sectionsAlong(nodes: readonly number[]): number[] {
    const along: number[] = [];
    for (let index = 0; index < nodes.length - 1;) {
      const start = index;
      const next = leaving.get(nodes[start])?.find((directed) => {
        const { nodes: there } = sections[sectionOf(directed)];
        return there.every((_, step) => nodes[start + step] === nodeAlong(sections, directed, step));
      });
      if (next === undefined) return [];
      along.push(next);
      index += sections[sectionOf(next)].nodes.length - 1;
    }
    return along;
  }
}

/** Of two from the same way: whether they follow the same path to the same way. */
const isSameWay = (first: PathRestriction, second: PathRestriction): boolean =>
  first.toWay === second.toWay &&
  first.nodes.length === second.nodes.length &&
  first.nodes.every((node, index) => node === second.nodes[index]);

/** Each once, however often the map says it: every step within a junction looks at all that pass there. */
export function pathsWithin(ground: Pick<Ground, "sections" | "isInner" | "paths">): PathsAt {
  const { sections, paths } = ground;
  const found = new Map<number, DrivenPath[]>();
  const known = new Set<string>();
  for (const path of paths) {
    if (path.along.length === 0 || roadsOf(ground, path).length > 0) continue;
    const key = `${path.kind} ${path.fromWay} ${path.toWay} ${path.nodes.join(" ")}`;
    if (known.has(key)) continue;
    known.add(key);
    const nodes = [path.nodes[0], ...path.along.map((directed) => endNodeOf(sections, directed))];
    for (const node of new Set(nodes)) {
      const there = found.get(node);
      if (there === undefined) found.set(node, [path]);
      else there.push(path);
    }
  }
  return found;
}

/** Its sections that lie within no junction. */
const roadsOf = ({ isInner }: Pick<Ground, "isInner">, { along }: DrivenPath): number[] =>
  along.filter((directed) => isInner[sectionOf(directed)] === 0);

const comesFrom = ({ sections }: Ground, path: DrivenPath, directed: number): boolean =>
  wayAtEnd(sections, directed) === path.fromWay && endNodeOf(sections, directed) === path.nodes[0];

/**
 * Whether a rule forbids to drive on from one section to the next within a joined junction, by the sections that were
 * driven before; `cameFrom` ends at the road that leads into the junction.
 */
export function forbidsNext(ground: Ground, cameFrom: ReadonlyMap<number, number>, at: number, next: number): boolean {
  const here = ground.innerPaths.get(endNodeOf(ground.sections, at)) ?? [];
  return here.some((path) => {
    const step = stepsDriven(ground, path, cameFrom, at);
    if (step === null) return false;
    const isEnd = step === path.along.length;
    const follows = isEnd ? wayAtStart(ground.sections, next) === path.toWay : path.along[step] === next;
    return path.kind === "only" ? !follows : isEnd && follows;
  });
}

/** Sections of the path driven up to and with this one, 0 at its beginning; null for who did not come along it. */
function stepsDriven(
  ground: Ground,
  path: DrivenPath,
  cameFrom: ReadonlyMap<number, number>,
  at: number,
): number | null {
  const last = path.along.indexOf(at);
  let before: number | undefined = at;
  for (let step = last; step >= 0; step--) {
    if (before === undefined || path.along[step] !== before) return null;
    before = cameFrom.get(before);
  }
  return before !== undefined && comesFrom(ground, path, before) ? last + 1 : null;
}

/**
 * Removes what rules over whole roads forbid. A movement knows nothing of the one before it, so a rule is kept where all
 * who drive along the path come from its first road; others are counted as unmet. Who sets out on the path is bound, too.
 */
export function withoutPaths(
  ground: Ground,
  movements: MovementsFrom,
): { readonly movements: MovementsFrom; readonly unmetRules: number } {
  if (ground.paths.length === 0) return { movements, unmetRules: 0 };
  const kept = new Map(movements);
  const into = new Map<number, Movement[]>();
  for (const movement of [...movements.values()].flat()) {
    const there = into.get(movement.to);
    if (there === undefined) into.set(movement.to, [movement]);
    else there.push(movement);
  }
  const removals = ground.paths.map((path) => ({
    rule: path.rule,
    removed: removedBy(ground, path, movements, into),
  }));
  // A rule over roads that names several ways is kept as a whole or not at all.
  const unmet = new Set(removals.filter(({ removed }) => removed === null).map(({ rule }) => rule));
  for (const { rule, removed } of removals) {
    if (removed === null || unmet.has(rule)) continue;
    for (const { from, to } of removed) {
      kept.set(
        from,
        (kept.get(from) ?? []).filter((movement) => movement.to !== to),
      );
    }
  }
  return { movements: kept, unmetRules: unmet.size };
}

/** Movements that a rule takes away; null where no set of them says what it says. */
function removedBy(
  ground: Ground,
  path: DrivenPath,
  movements: MovementsFrom,
  into: ReadonlyMap<number, readonly Movement[]>,
): readonly Movement[] | null {
  if (path.along.length === 0) return null;
  const roads = roadsOf(ground, path);
  const [first, last] = [roads[0], roads.at(-1)];
  // All within one junction: its paths were searched by the rule.
  if (first === undefined || last === undefined) return [];
  const isFrom = ({ from }: Movement) => comesFrom(ground, path, from);
  const end = path.nodes.at(-1);
  const isTo = ({ to }: Movement) =>
    wayAtStart(ground.sections, to) === path.toWay && startNodeOf(ground.sections, to) === end;
  const entries = into.get(first) ?? [];
  const exits = movements.get(last) ?? [];
  // Its first or last way lies within a junction: no movement names it.
  if (!entries.some(isFrom) || !exits.some(isTo)) return null;
  const onlyFrom = (road: number, index: number) =>
    (into.get(road) ?? []).every((movement) => (index === 0 ? isFrom(movement) : movement.from === roads[index - 1]));
  const onlyTo = (road: number, index: number) =>
    (movements.get(road) ?? []).every((movement) =>
      index === roads.length - 1 ? isTo(movement) : movement.to === roads[index + 1],
    );
  if (path.kind === "no") return roads.every(onlyFrom) ? exits.filter(isTo) : null;
  // All up to a road come from the first way, or none may leave the path there.
  let allFrom = true;
  const isBound = (road: number, index: number) => {
    allFrom &&= onlyFrom(road, index);
    return allFrom || onlyTo(road, index);
  };
  if (!roads.every(isBound)) return null;
  const others = entries
    .filter(isFrom)
    .flatMap(({ from }) => movements.get(from) ?? [])
    .filter(({ to }) => to !== first);
  const astray = roads.flatMap((road, index) =>
    (movements.get(road) ?? []).filter((movement) =>
      index === roads.length - 1 ? !isTo(movement) : movement.to !== roads[index + 1],
    ),
  );
  return [...others, ...astray];
}
