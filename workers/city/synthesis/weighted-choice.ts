/** Running sums of weights, for draws in proportion to them. */
export function cumulate(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let row = 0; row < weights.length; row++) sums[row] = sum += weights[row];
  return sums;
}

/** The row that a uniform draw in [0, 1) falls on; -1 when all weights are zero. */
export function chosenRow(sums: Float64Array, uniform: number): number {
  const total = sums.at(-1) ?? 0;
  if (!(total > 0)) return -1;
  const target = uniform * total;
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
