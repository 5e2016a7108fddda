import { expect, test } from "vitest";
import { atan2, cos, exp, log, pow, sin } from "./maths";

// Reference values: glibc, by way of Python 3.11.
test("elementary functions are within one unit in the last place of published values", () => {
  const cases: readonly (readonly [number, number])[] = [
    [sin(1), 0.8414709848078965],
    [cos(1), 0.5403023058681398],
    [sin(1e5), 0.03574879797201651],
    [atan2(1, -1), 2.356194490192345],
    [atan2(-0.3, 0.4), -0.6435011087932844],
    [exp(1), 2.718281828459045],
    [exp(-3.5), 0.0301973834223185],
    [log(10), 2.302585092994046],
    [pow(2, 0.5), 1.4142135623730951],
    [pow(1.1, 30), 17.44940226888645],
  ];
  for (const [ours, published] of cases) expect(Math.abs(ours / published - 1)).toBeLessThan(2.3e-16 * 2);
});
