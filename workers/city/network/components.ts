import { adjacencyBy, strongParts } from "../geometry/directed-graph";
import type { MovementsFrom } from "./movement";

/** How a directed section hangs together with the rest of the network. */
export const Reach = {
  /** Neither reached from the core nor leading to it. */
  none: 0,
  /** In the largest set of sections that all can be reached from each other. */
  core: 1,
  /** Leads into the core, and nothing of the core leads to it. */
  entry: 2,
  /** Led to by the core, and nothing leads back. */
  exit: 3,
} as const;
export type Reach = (typeof Reach)[keyof typeof Reach];

/**
 * The largest strongly connected part, by metres of road, and what leads into and out of it. All marks stay `none` where
 * no road leads back to where it began.
 * @param size number of directed sections
 */
export function findReach(size: number, movements: MovementsFrom, lengthM: (directed: number) => number): Uint8Array {
  const before = movementsTo(movements);
  const core = largestPart(size, movements, lengthM);
  const reach = new Uint8Array(size);
  for (const directed of core) reach[directed] = Reach.core;
  spread(reach, core, (directed) => (movements.get(directed) ?? []).map(({ to }) => to), Reach.exit);
  spread(reach, core, (directed) => before.get(directed) ?? [], Reach.entry);
  return reach;
}

/** Of the strongly connected parts of more than one section the longest. */
function largestPart(size: number, movements: MovementsFrom, lengthM: (directed: number) => number): number[] {
  const all = [...movements.values()].flat();
  const target = all.map(({ to }) => to);
  const parts = strongParts(
    size,
    adjacencyBy(
      size,
      all.map(({ from }) => from),
    ),
    target,
  );
  const members = new Map<number, number[]>();
  for (const directed of movements.keys()) addTo(members, parts[directed], directed);
  let [largest, largestM]: [number[], number] = [[], 0];
  for (const part of members.values()) {
    const partM = part.length < 2 ? 0 : part.reduce((sum, directed) => sum + lengthM(directed), 0);
    if (partM > largestM) [largest, largestM] = [part, partM];
  }
  return largest;
}

function movementsTo(movements: MovementsFrom): ReadonlyMap<number, readonly number[]> {
  const before = new Map<number, number[]>();
  for (const list of movements.values()) for (const { from, to } of list) addTo(before, to, from);
  return before;
}

function addTo(map: Map<number, number[]>, key: number, value: number): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [value]);
  else there.push(value);
}

/** Marks what is reached from the core and not marked yet. */
function spread(
  reach: Uint8Array,
  core: readonly number[],
  next: (directed: number) => readonly number[],
  mark: Reach,
): void {
  const stack = [...core];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const other of next(at)) {
      if (reach[other] !== Reach.none) continue;
      reach[other] = mark;
      stack.push(other);
    }
  }
}
