/** Whole numbers below a bound out of a seed, for tests of what draws in earnest from a secret source. @see Marsaglia 2003, xorshift */
export function seededDraws(seed: number): (below: number) => number {
  let state = seed | 1;
  const word = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return (below) => {
    const limit = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const drawn = word();
      if (drawn < limit) return drawn % below;
    }
  };
}
