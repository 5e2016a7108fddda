/** Links of a directed graph by the row that they leave (or, for the reversed graph, reach), in CSR form. */
export interface Adjacency {
  readonly start: Uint32Array;
  /** Rows of links. */
  readonly links: Uint32Array;
}

/** Sorts links by one of their ends; links of one row keep their order. */
export function adjacencyBy(rowCount: number, ends: ArrayLike<number>): Adjacency {
  const start = new Uint32Array(rowCount + 1);
  for (let link = 0; link < ends.length; link++) start[ends[link] + 1]++;
  for (let row = 0; row < rowCount; row++) start[row + 1] += start[row];
  const next = start.slice(0, rowCount);
  const links = new Uint32Array(ends.length);
  for (let link = 0; link < ends.length; link++) links[next[ends[link]]++] = link;
  return { start, links };
}

/**
 * The strongly connected part of each row: rows of one part all reach each other.
 * @param target row that each link leads to
 * @see Tarjan, Depth-First Search and Linear Graph Algorithms, SIAM J. Comput. 1(2), 1972; with a stack of its own,
 * since a city is deeper than JavaScript's
 */
export function strongParts(rowCount: number, { start, links }: Adjacency, target: ArrayLike<number>): Int32Array {
  const part = new Int32Array(rowCount).fill(-1);
  const index = new Int32Array(rowCount).fill(-1);
  const low = new Int32Array(rowCount);
  const nextLink = start.slice(0, rowCount);
  const open: number[] = [];
  const path: number[] = [];
  let [counter, partCount] = [0, 0];
  const enter = (row: number): void => {
    index[row] = low[row] = counter++;
    open.push(row);
    path.push(row);
  };
  for (let root = 0; root < rowCount; root++) {
    if (index[root] !== -1) continue;
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      if (nextLink[at] < start[at + 1]) {
        const other = target[links[nextLink[at]++]];
        if (index[other] === -1) enter(other);
        else if (part[other] === -1) low[at] = Math.min(low[at], index[other]);
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
