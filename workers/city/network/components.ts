import type { Movement, MovementsFrom } from "./movements";

/** How a directed section hangs together with the rest of the network. */
export const Reach = {
  /** Neither reached from the core nor leading to it. */
  none: 0,
  /** In the largest set of sections that all can be reached from each other. */
  core: 1,
  /** One-way into the core, as where a file's border cuts a motorway. */
  entry: 2,
  /** One-way out of it. */
  exit: 3,
} as const;
export type Reach = (typeof Reach)[keyof typeof Reach];

/** Parts that are tried as core, largest first: the very largest may be a loop off the roads that matter. */
const coreCandidates = 8;

/**
 * The strongly connected part that keeps the most road, by itself and by what leads into and out of it. All marks stay
 * `none` where no road leads back to where it began.
 * @param size number of directed sections
 */
export function findReach(size: number, movements: MovementsFrom, lengthM: (directed: number) => number): Uint8Array {
  const before = movementsTo(movements);
  const onward = (directed: number) => (movements.get(directed) ?? []).map(({ to }) => to);
  const backward = (directed: number) => before.get(directed) ?? [];
  let best = new Uint8Array(size);
  let bestM = 0;
  for (const core of largestParts(size, movements, lengthM)) {
    const reach = new Uint8Array(size);
    for (const directed of core) reach[directed] = Reach.core;
    spread(reach, core, onward, Reach.exit);
    spread(reach, core, backward, Reach.entry);
    let keptM = 0;
    reach.forEach((mark, directed) => (keptM += mark === Reach.none ? 0 : lengthM(directed)));
    if (keptM > bestM) [best, bestM] = [reach, keptM];
  }
  return best;
}

/** Strongly connected parts of more than one section, the longest first. */
function largestParts(size: number, movements: MovementsFrom, lengthM: (directed: number) => number): number[][] {
  const parts = strongParts(size, movements);
  const members = new Map<number, number[]>();
  for (const directed of movements.keys()) addTo(members, parts[directed], directed);
  return [...members.values()]
    .filter((part) => part.length > 1)
    .map((part) => ({ part, partM: part.reduce((sum, directed) => sum + lengthM(directed), 0) }))
    .sort((a, b) => b.partM - a.partM || a.part[0] - b.part[0])
    .slice(0, coreCandidates)
    .map(({ part }) => part);
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

/**
 * The strongly connected part of each directed section.
 * @see Tarjan, Depth-First Search and Linear Graph Algorithms, SIAM J. Comput. 1(2), 1972; with a stack of its own,
 * since a city is deeper than JavaScript's
 */
function strongParts(size: number, movements: MovementsFrom): Int32Array {
  const part = new Int32Array(size).fill(-1);
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const nextMovement = new Uint32Array(size);
  const open: number[] = [];
  const path: number[] = [];
  let counter = 0;
  let partCount = 0;
  const enter = (directed: number) => {
    index[directed] = low[directed] = counter++;
    open.push(directed);
    path.push(directed);
  };
  for (const root of movements.keys()) {
    if (index[root] !== -1) continue;
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const movement: Movement | undefined = movements.get(at)?.[nextMovement[at]];
      if (movement !== undefined) {
        nextMovement[at] = nextMovement[at] + 1;
        if (index[movement.to] === -1) enter(movement.to);
        else if (part[movement.to] === -1) low[at] = Math.min(low[at], index[movement.to]);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before !== undefined) low[before] = Math.min(low[before], low[at]);
      if (low[at] !== index[at]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        part[member] = partCount;
        if (member === at) break;
      }
      partCount++;
    }
  }
  return part;
}
