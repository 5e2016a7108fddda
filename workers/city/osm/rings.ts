/**
 * Joins the outer ways of a multipolygon to closed rings. Ways are lists of node rows; each is used once.
 * @returns closed rings without their closing point, and how many ways were left over because the ring stays open
 * @see https://wiki.openstreetmap.org/wiki/Relation:multipolygon/Algorithm (ring assignment)
 */
export function joinRings(ways: readonly Uint32Array[]): { readonly rings: Uint32Array[]; readonly leftOver: number } {
  const rings: Uint32Array[] = [];
  const waysAtEnd = new Map<number, number[]>();
  const used = new Uint8Array(ways.length);
  ways.forEach((way, row) => {
    if (way.length < 2) used[row] = 1;
    else if (isClosed(way)) {
      used[row] = 1;
      rings.push(way.subarray(0, way.length - 1));
    } else {
      for (const end of [way[0], way[way.length - 1]]) {
        const there = waysAtEnd.get(end);
        if (there === undefined) waysAtEnd.set(end, [row]);
        else there.push(row);
      }
    }
  });
  let leftOver = 0;
  ways.forEach((way, row) => {
    if (used[row] === 1) return;
    used[row] = 1;
    const ring = [...way];
    let joined = 1;
    for (let next = nextWay(waysAtEnd, used, ring); next !== -1; next = nextWay(waysAtEnd, used, ring)) {
      used[next] = 1;
      joined++;
      appendWay(ring, ways[next] ?? new Uint32Array(0));
      if (ring[0] === ring[ring.length - 1]) break;
    }
    if (ring[0] === ring[ring.length - 1]) rings.push(Uint32Array.from(ring.slice(0, -1)));
    else leftOver += joined;
  });
  return { rings, leftOver };
}

const isClosed = (way: Uint32Array): boolean => way.length >= 4 && way[0] === way[way.length - 1];

function nextWay(waysAtEnd: ReadonlyMap<number, number[]>, used: Uint8Array, ring: readonly number[]): number {
  const candidates = waysAtEnd.get(ring[ring.length - 1]) ?? [];
  return candidates.find((row) => used[row] === 0) ?? -1;
}

function appendWay(ring: number[], way: Uint32Array): void {
  const forward = way[0] === ring[ring.length - 1];
  for (let index = 1; index < way.length; index++) {
    ring.push(way[forward ? index : way.length - 1 - index]);
  }
}
