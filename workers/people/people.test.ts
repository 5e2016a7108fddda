import { describe, expect, test } from "vitest";
import { gridCity } from "../../test/support/plain-city";
import { fc } from "../../test/support/properties";
import {
  complianceProbability,
  generatePopulation,
  journeyBurdenS,
  parameters,
  parameterValues,
  respond,
  type Journey,
} from ".";

const city = gridCity(6, 200, 1);
const values = parameterValues();

function population(size: number, seed = 1) {
  const generated = generatePopulation(city, size, seed, values);
  if (!generated.ok) throw new Error(generated.error.message);
  return generated.value;
}

describe("a population", () => {
  test("keeps its first people when it grows", () => {
    const small = population(500);
    const large = population(2000);
    for (const column of ["homeEdge", "workEdge", "departS", "returnS", "speedFactor", "holdsContract"] as const) {
      expect([...large[column].subarray(0, 500)], column).toEqual([...small[column]]);
    }
  });

  test("is another one by another seed", () => {
    expect([...population(500, 1).homeEdge]).not.toEqual([...population(500, 2).homeEdge]);
  });

  test("leaves home when people do, as the US Census 2000 counts: 20 % before 6:30 and 53 % by 8:29, of 84 % before 10:00", () => {
    const { departS, size } = population(20_000);
    const share = (fromS: number, untilS: number) => departS.filter((at) => at >= fromS && at < untilS).length / size;
    expect(share(0, 6.5 * 3600)).toBeGreaterThan(0.2 / 0.84 - 0.04);
    expect(share(0, 6.5 * 3600)).toBeLessThan(0.2 / 0.84 + 0.04);
    expect(share(6.5 * 3600, 8.5 * 3600)).toBeGreaterThan(0.53 / 0.84 - 0.04);
    expect(share(6.5 * 3600, 8.5 * 3600)).toBeLessThan(0.53 / 0.84 + 0.04);
  });

  test("works elsewhere than it lives, and takes part about one in five", () => {
    const { homeEdge, workEdge, holdsContract, size } = population(20_000);
    expect(homeEdge.some((edge, person) => edge === workEdge[person])).toBe(false);
    const share = holdsContract.reduce((sum, holds) => sum + holds, 0) / size;
    expect(Math.abs(share - 0.2)).toBeLessThan(0.01);
  });

  test("needs people, homes and jobs", () => {
    expect(generatePopulation(city, 0, 1, values)).toMatchObject({ ok: false, error: { where: "people" } });
    expect(generatePopulation(city, 1.5, 1, values).ok).toBe(false);
    const empty = { ...city, columns: { ...city.columns, edgeJobs: new Float32Array(city.columns.edgeJobs.length) } };
    expect(generatePopulation(empty, 10, 1, values)).toMatchObject({ ok: false, error: { where: "jobs" } });
  });
});

describe("compliance", () => {
  test("without a bonus is what closure signs reach", () => {
    expect(complianceProbability(0, 0, values)).toBeCloseTo(0.2, 12);
  });

  test("of 3 € has three times 0.37 log-odds more, and 7 € is the most that counts", () => {
    const logOdds = (probability: number) => Math.log(probability / (1 - probability));
    expect(logOdds(complianceProbability(3, 0, values)) - logOdds(0.2)).toBeCloseTo(3 * 0.37, 9);
    expect(complianceProbability(20, 0, values)).toBe(complianceProbability(7, 0, values));
  });

  test("grows with the bonus and falls with the detour", () => {
    const eur = fc.double({ min: 0, max: 7, noNaN: true });
    const detour = fc.double({ min: -600, max: 3600, noNaN: true });
    fc.assert(
      fc.property(eur, eur, detour, detour, (a, b, near, far) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const [short, long] = near < far ? [near, far] : [far, near];
        expect(complianceProbability(more, short, values)).toBeGreaterThanOrEqual(
          complianceProbability(less, short, values),
        );
        expect(complianceProbability(less, long, values)).toBeLessThanOrEqual(
          complianceProbability(less, short, values),
        );
      }),
    );
  });

  test("over many people is its probability", () => {
    let complied = 0;
    let heard = 0;
    for (let person = 0; person < 20_000; person++) {
      const response = respond({ person, bonusEur: 2, ...journeys(120) }, 1, 7, values);
      heard += Number(response.hears);
      complied += Number(response.complies);
    }
    expect(Math.abs(heard / 20_000 - values.hears)).toBeLessThan(0.01);
    expect(Math.abs(complied / heard - complianceProbability(2, 120, values))).toBeLessThan(0.015);
  });

  test("of a person does not depend on who else is asked", () => {
    const request = { person: 42, bonusEur: 2, ...journeys(60) };
    const alone = respond(request, 3, 9, values);
    for (let person = 0; person < 40; person++) respond({ ...request, person }, 3, 9, values);
    expect(respond(request, 3, 9, values)).toEqual(alone);
  });
});

/** Nobody is early or late; to comply takes so much longer. */
function journeys(travelS: number): { readonly complying: Journey; readonly staying: Journey } {
  return { complying: { travelS, arrivalShiftS: 0 }, staying: { travelS: 0, arrivalShiftS: 0 } };
}

test("to leave later costs what it makes later: past a closure that would have cost more it is a gain", () => {
  // Vickrey 1969: α travel + γ late. Half an hour of standing, or a quarter of an hour's wait and a free road.
  const standing = { travelS: 600 + 1800, arrivalShiftS: 1800 };
  const waiting = { travelS: 600, arrivalShiftS: 900 };
  expect(journeyBurdenS(standing, values) - journeyBurdenS(waiting, values)).toBeCloseTo(
    1800 + (1800 - 900) * values.lateCost,
    6,
  );
  const answered = (complying: Journey, staying: Journey) =>
    Array.from({ length: 4000 }, (_, person) =>
      respond({ person, bonusEur: 1, complying, staying }, 1, 7, values),
    ).filter(({ complies }) => complies).length;
  expect(answered(waiting, standing)).toBeGreaterThan(answered(waiting, { travelS: 600, arrivalShiftS: 0 }));
});

test("every parameter lies in its range and names its source", () => {
  for (const [name, { value, low, high, source, unit }] of Object.entries(parameters)) {
    expect(value >= low && value <= high, name).toBe(true);
    expect(source.length > 5 && unit.length > 0, name).toBe(true);
  }
});
