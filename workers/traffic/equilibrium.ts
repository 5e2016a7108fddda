/**
 * User equilibrium by restricted simplicial decomposition: flows are mixtures of a few all-or-nothing loadings
 * ("columns"), because a driver can only go by one of a few sets of trees. Each round adds the loading of the present
 * costs, finds the best mixture, and drops the column that is used least.
 * @see Hearn, Lawphongpanich, Ventura 1987, "Restricted simplicial decomposition: computation and extensions",
 *   Mathematical Programming Study 31; the objective is Beckmann's (Sheffi 1985, Urban Transportation Networks, ch. 3)
 *
 * Travellers fall into classes, each with shares of its own. Flows are vehicles an hour by link; a link of several periods
 * of the day is several links here.
 */
export interface EquilibriumProblem<Choice> {
  readonly links: number;
  readonly classes: number;
  /** Columns that are kept, at least 2. */
  readonly columnsMax: number;
  readonly roundsMax: number;
  /** Good enough. */
  readonly gapWanted: number;
  /** Told how many rounds are done. */
  readonly onRound?: (done: number) => void;
  /** What travels on each link whatever anybody chooses. */
  readonly fixedFlow: Float64Array;
  /** Cost of a link at a flow, not falling with it. */
  cost(link: number, flow: number): number;
  /** Everybody by the least-cost ways at these costs. */
  load(costs: Float64Array): Loading<Choice>;
}

/** Everybody loaded all or nothing. */
export interface Loading<Choice> {
  /** Σ over all travellers of the least cost at the costs that were asked about, what does not depend on flow included. */
  readonly leastCost: number;
  readonly column: Column<Choice>;
}

export interface Column<Choice> {
  /** What makes these ways, for the caller. */
  readonly choice: Choice;
  /** Flow by class and link. */
  readonly flow: readonly Float64Array[];
  /** Costs of the ways that do not depend on flow (turns), by class: Σ over travellers an hour. */
  readonly fixedCost: readonly number[];
}

export interface Equilibrium<Choice> {
  /** The first is the one that the caller began with. */
  readonly columns: readonly Column<Choice>[];
  /** Share of each column, by class. */
  readonly shares: readonly Float64Array[];
  readonly flow: Float64Array;
  /** (total cost − least cost) / total cost at the present costs, after each round. What is returned is the least. */
  readonly gaps: readonly number[];
  readonly gap: number;
}

const sweeps = 12;
const patience = 3;
const halvings = 14;
const shareMin = 1e-9;

/** @param first a column that is never dropped */
export function solveEquilibrium<Choice>(
  problem: EquilibriumProblem<Choice>,
  first: Column<Choice>,
): Equilibrium<Choice> {
  let columns: Column<Choice>[] = [first];
  let shares = Array.from({ length: problem.classes }, () => Float64Array.of(1));
  const gaps: number[] = [];
  let best: Equilibrium<Choice> | undefined;
  for (let round = 0; round < problem.roundsMax; round++) {
    const flow = flowOf(problem, columns, shares);
    const costs = flow.map((value, link) => problem.cost(link, value));
    const { leastCost, column } = problem.load(costs);
    const total = totalCost(problem, columns, shares, flow, costs);
    const gap = total > 0 ? Math.max(0, (total - leastCost) / total) : 0;
    gaps.push(gap);
    problem.onRound?.(round + 1);
    if (best === undefined || gap < best.gap) best = { columns, shares, flow, gaps, gap };
    if (gap <= problem.gapWanted || hasStalled(gaps)) break;
    columns = [...columns, column];
    shares = shares.map((share) => Float64Array.from([...share, 0]));
    mix(problem, columns, shares);
    if (columns.length > problem.columnsMax) {
      [columns, shares] = withoutColumn(columns, shares, leastUsed(problem, columns, shares));
      mix(problem, columns, shares);
    }
  }
  return best ?? { columns, shares, flow: flowOf(problem, columns, shares), gaps, gap: 0 };
}

/** With few columns the gap comes to a floor: no better than a twentieth below what was reached three rounds ago. */
function hasStalled(gaps: readonly number[]): boolean {
  const before = gaps.slice(0, -patience);
  return before.length > 0 && Math.min(...gaps.slice(-patience)) > 0.95 * Math.min(...before);
}

function flowOf<Choice>(
  { fixedFlow }: EquilibriumProblem<Choice>,
  columns: readonly Column<Choice>[],
  shares: readonly Float64Array[],
): Float64Array {
  const sum = fixedFlow.slice();
  columns.forEach(({ flow }, row) => {
    flow.forEach((ofClass, klass) => {
      const share = shares[klass]?.[row] ?? 0;
      if (share === 0) return;
      for (let link = 0; link < sum.length; link++) sum[link] += share * ofClass[link];
    });
  });
  return sum;
}

/** What those travellers pay who choose: the fixed flow is nobody's choice. */
function totalCost<Choice>(
  { fixedFlow }: EquilibriumProblem<Choice>,
  columns: readonly Column<Choice>[],
  shares: readonly Float64Array[],
  flow: Float64Array,
  costs: Float64Array,
): number {
  let sum = 0;
  for (let link = 0; link < flow.length; link++) sum += (flow[link] - fixedFlow[link]) * costs[link];
  columns.forEach(({ fixedCost }, row) => {
    fixedCost.forEach((cost, klass) => (sum += (shares[klass]?.[row] ?? 0) * cost));
  });
  return sum;
}

/** Moves shares from the dearest column in use to the cheapest, class by class, as far as that lowers Beckmann's objective. */
function mix<Choice>(
  problem: EquilibriumProblem<Choice>,
  columns: readonly Column<Choice>[],
  shares: readonly Float64Array[],
): void {
  const flow = flowOf(problem, columns, shares);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = false;
    shares.forEach((share, klass) => {
      const cost = columns.map((column) => columnCost(problem, column, klass, flow));
      let cheapest = 0;
      let dearest = -1;
      for (let row = 0; row < columns.length; row++) {
        if (cost[row] < cost[cheapest]) cheapest = row;
        if (share[row] > shareMin && (dearest < 0 || cost[row] > cost[dearest])) dearest = row;
      }
      if (dearest < 0 || dearest === cheapest || cost[dearest] <= cost[cheapest]) return;
      const step = stepBetween(problem, columns[dearest], columns[cheapest], klass, flow, share[dearest]);
      if (step <= 0) return;
      share[dearest] -= step;
      share[cheapest] += step;
      const [from, to] = [columns[dearest].flow[klass], columns[cheapest].flow[klass]];
      for (let link = 0; link < flow.length; link++) flow[link] += step * (to[link] - from[link]);
      moved = true;
    });
    if (!moved) return;
  }
}

function columnCost<Choice>(
  problem: EquilibriumProblem<Choice>,
  column: Column<Choice>,
  klass: number,
  flow: Float64Array,
): number {
  const own = column.flow[klass];
  let sum = column.fixedCost[klass];
  for (let link = 0; link < own.length; link++) if (own[link] > 0) sum += own[link] * problem.cost(link, flow[link]);
  return sum;
}

/** How much of a class moves between two columns until both cost the same, at most all that is there. */
function stepBetween<Choice>(
  problem: EquilibriumProblem<Choice>,
  from: Column<Choice>,
  to: Column<Choice>,
  klass: number,
  flow: Float64Array,
  most: number,
): number {
  const [given, taken] = [from.flow[klass], to.flow[klass]];
  const changed: number[] = [];
  for (let link = 0; link < flow.length; link++) if (given[link] !== taken[link]) changed.push(link);
  const slope = (step: number) => {
    let sum = to.fixedCost[klass] - from.fixedCost[klass];
    for (const link of changed) {
      const difference = taken[link] - given[link];
      sum += difference * problem.cost(link, flow[link] + step * difference);
    }
    return sum;
  };
  if (slope(most) <= 0) return most;
  let [low, high] = [0, most];
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) high = middle;
    else low = middle;
  }
  return low;
}

/** The first column stays. */
function leastUsed<Choice>(
  { classes }: EquilibriumProblem<Choice>,
  columns: readonly Column<Choice>[],
  shares: readonly Float64Array[],
): number {
  const used = columns.map(({ flow }, row) => {
    let sum = 0;
    for (let klass = 0; klass < classes; klass++) {
      sum += shares[klass][row] * flow[klass].reduce((all, value) => all + value, 0);
    }
    return sum;
  });
  let least = 1;
  for (let row = 2; row < columns.length; row++) if (used[row] < used[least]) least = row;
  return least;
}

/** Those who went by it go by the others, in the proportion of these; by the first where there are none. */
function withoutColumn<Choice>(
  columns: readonly Column<Choice>[],
  shares: readonly Float64Array[],
  dropped: number,
): [Column<Choice>[], Float64Array<ArrayBuffer>[]] {
  const keep = (_: unknown, row: number) => row !== dropped;
  return [
    columns.filter(keep),
    shares.map((share) => {
      const kept = share.filter(keep);
      const sum = kept.reduce((all, value) => all + value, 0);
      return sum > shareMin
        ? Float64Array.from(kept, (value) => value / sum)
        : Float64Array.from(kept, (_, row) => Number(row === 0));
    }),
  ];
}
