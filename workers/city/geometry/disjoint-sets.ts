/** Union-find with path halving; the root of a set is its smallest member, so results do not depend on the order of unions. */
export const startSets = (size: number): Uint32Array => {
  const parents = new Uint32Array(size);
  for (let member = 0; member < size; member++) parents[member] = member;
  return parents;
};

export function rootOf(parents: Uint32Array, member: number): number {
  let at = member;
  for (;;) {
    const parent = parents[at];
    if (parent === at) return at;
    const grandparent = parents[parent];
    parents[at] = grandparent;
    at = grandparent;
  }
}

/** @returns false when both were in one set already */
export function unite(parents: Uint32Array, first: number, second: number): boolean {
  const [a, b] = [rootOf(parents, first), rootOf(parents, second)];
  if (a === b) return false;
  parents[Math.max(a, b)] = Math.min(a, b);
  return true;
}
