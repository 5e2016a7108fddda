import { describe, expect, test } from "vitest";
import { fc } from "../../test/support/properties";
import { choiceProbabilities, chooseFromMenu, type Menu, type MenuItem } from "./choice";
import { parameterValues, type ParameterValues } from "./parameters";

const values = parameterValues();
const shifts = [-3600, -1800, -900, 0, 900, 1800, 3600];

function menuOf(rewardEur: (shiftS: number) => number, travelS: (shiftS: number) => number = () => 900): Menu {
  return {
    usualTravelS: travelS(0),
    items: shifts.map((shiftS) => ({ shiftS, travelS: travelS(shiftS), rewardEur: rewardEur(shiftS) })),
  };
}

/**
 * The same model computed another way: as the cross-nested closed form over a list, in plain exponentials and with the
 * generating function of McFadden 1978, P_j = y_j G_j / G with G = y_0 + (Σ y_j^(1/θ))^θ, from the sources' formulas.
 */
function reference(menu: Menu, { rewardSlope, rewardSlopeBeyond, ...own }: ParameterValues): number[] {
  const theta = own.nestDissimilarity;
  const eurPerS = own.valueOfTimeEurPerH / 3600;
  const y = (item: MenuItem, paid: boolean) => {
    const late = item.shiftS + item.travelS - menu.usualTravelS;
    const costS = item.travelS + (late > 0 ? own.lateCost * late : -own.earlyCost * late);
    const eur = Math.min(paid ? item.rewardEur : 0, 7);
    const reward = rewardSlope * Math.min(eur, 3) + rewardSlopeBeyond * Math.max(0, eur - 3);
    return Math.exp(reward - rewardSlope * eurPerS * costS);
  };
  const sum = (paid: boolean) => menu.items.reduce((all, item) => all + y(item, paid) ** (1 / theta), 0);
  const usual = (own.usualShareUnpaid / (1 - own.usualShareUnpaid)) * sum(false) ** theta;
  const generating = usual + sum(true) ** theta;
  return [
    usual / generating,
    ...menu.items.map((item) => (y(item, true) ** (1 / theta) * sum(true) ** (theta - 1)) / generating),
  ];
}

const anyMenu = fc
  .array(
    fc.record({
      shiftS: fc.integer({ min: -3600, max: 3600 }),
      travelS: fc.integer({ min: 60, max: 5400 }),
      rewardEur: fc.double({ min: 0, max: 10, noNaN: true }),
    }),
    { minLength: 1, maxLength: 18 },
  )
  .map((items): Menu => ({ usualTravelS: items[0]?.travelS ?? 60, items }));
const anyTheta = fc.double({ min: 0.2, max: 1, noNaN: true });

describe("the choice of the day before", () => {
  test("has the probabilities of the closed form", () => {
    fc.assert(
      fc.property(anyMenu, anyTheta, (menu, nestDissimilarity) => {
        const with_ = { ...values, nestDissimilarity };
        const ours = choiceProbabilities(menu, with_);
        reference(menu, with_).forEach((probability, row) => expect(ours[row]).toBeCloseTo(probability, 9));
        expect(ours.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  test("does not let a third alternative change the odds of two within the nest", () => {
    fc.assert(
      fc.property(anyMenu, anyTheta, (menu, nestDissimilarity) => {
        fc.pre(menu.items.length >= 3);
        const with_ = { ...values, nestDissimilarity };
        const all = choiceProbabilities(menu, with_);
        const fewer = choiceProbabilities({ ...menu, items: menu.items.slice(0, -1) }, with_);
        const odds = (from: Float64Array) => Math.log(from[1]) - Math.log(from[2]);
        expect(odds(fewer)).toBeCloseTo(odds(all), 7);
      }),
    );
  });

  test("with dissimilarity 1 is a multinomial logit: odds to the usual depend on the item alone", () => {
    const multinomial = { ...values, nestDissimilarity: 1 };
    const menu = menuOf((shiftS) => (shiftS === 0 ? 1 : 3));
    const weights = reference(menu, multinomial);
    const ours = choiceProbabilities(menu, multinomial);
    // Σ of exponentials, nothing else: P_j / P_k = y_j / y_k, and a raised reward multiplies the odds by e^(slope · €).
    const raised = choiceProbabilities(
      menuOf((shiftS) => (shiftS === 0 || shiftS === -900 ? (shiftS === 0 ? 1 : 3) : 2)),
      multinomial,
    );
    const odds = (from: ArrayLike<number>, row: number) => Math.log(from[row]) - Math.log(from[0]);
    expect(odds(ours, 1) - odds(raised, 1)).toBeCloseTo(values.rewardSlope, 9);
    expect(odds(ours, 4) - odds(raised, 4)).toBeCloseTo(0, 9);
    weights.forEach((weight, row) => expect(ours[row]).toBeCloseTo(weight, 12));
  });

  test("leaves the usual share where nothing is paid, whatever is on the menu", () => {
    fc.assert(
      fc.property(anyMenu, (menu) => {
        const unpaid = { ...menu, items: menu.items.map((item) => ({ ...item, rewardEur: 0 })) };
        expect(choiceProbabilities(unpaid, values)[0]).toBeCloseTo(values.usualShareUnpaid, 9);
      }),
    );
  });

  test("goes more to an item the more it pays, by less and less, and not at all above 7 €", () => {
    const share = (eur: number) =>
      choiceProbabilities(
        menuOf((shiftS) => (shiftS === -1800 ? eur : 0)),
        values,
      )[2];
    for (let eur = 0; eur < 7; eur++) expect(share(eur + 1)).toBeGreaterThan(share(eur));
    expect(share(4) - share(3)).toBeLessThan((share(3) - share(2)) / 3);
    expect(share(12)).toBe(share(7));
  });

  test("prefers a shorter way, and being early to being as much too late", () => {
    const slow = choiceProbabilities(
      menuOf(
        () => 3,
        (shiftS) => (shiftS === 0 ? 1800 : 900),
      ),
      values,
    );
    const quick = choiceProbabilities(
      menuOf(() => 3),
      values,
    );
    expect(slow[4]).toBeLessThan(quick[4]);
    for (const shiftS of [900, 1800, 3600]) {
      expect(quick[1 + shifts.indexOf(-shiftS)]).toBeGreaterThan(quick[1 + shifts.indexOf(shiftS)]);
    }
  });

  test("has volunteers in the peak as published: about half of those left at 3 €, little less at 7 €", () => {
    // Usual departures of a peak of 90 minutes, off-peak departures on the menu paid; the A12 of 2006 had 50 → 25 %.
    const shareInPeak = (eur: number) => {
      let inPeak = 0;
      for (let usualS = 0; usualS < 5400; usualS += 300) {
        const steps = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((step) => step * 900);
        const isPeak = (shiftS: number) => usualS + shiftS >= 0 && usualS + shiftS < 5400;
        const items = steps.map((shiftS) => ({ shiftS, travelS: 1500, rewardEur: isPeak(shiftS) ? 0 : eur }));
        const probabilities = choiceProbabilities({ usualTravelS: 1500, items }, values);
        inPeak += probabilities[0];
        steps.forEach((shiftS, row) => (inPeak += isPeak(shiftS) ? probabilities[1 + row] : 0));
      }
      return inPeak / 18;
    };
    const odds = (share: number) => Math.log(share / (1 - share));
    // The published fall is one of log-odds by 1.1; who travels as usual is in the peak here, so the level is higher.
    const fall = odds(shareInPeak(0)) - odds(shareInPeak(3));
    expect(fall).toBeGreaterThan(0.5);
    expect(fall).toBeLessThan(1.7);
    expect(shareInPeak(3) - shareInPeak(7)).toBeLessThan((shareInPeak(0) - shareInPeak(3)) / 3);
  });

  test("is drawn by person and day: as often as its probabilities say, and the same again", () => {
    const menu = menuOf((shiftS) => (Math.abs(shiftS) >= 1800 ? 3 : 1));
    const probabilities = choiceProbabilities(menu, values);
    const counts = new Float64Array(probabilities.length);
    const people = 20_000;
    for (let person = 0; person < people; person++) counts[1 + chooseFromMenu(menu, person, 0, 5, values)]++;
    probabilities.forEach((probability, row) => {
      // Four standard errors.
      const error = 4 * Math.sqrt((probability * (1 - probability)) / people);
      expect(Math.abs(counts[row] / people - probability)).toBeLessThan(error);
    });
    const days = [0, 1, 2, 3, 4, 5, 6, 7].map((day) => chooseFromMenu(menu, 42, day, 5, values));
    expect(days).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((day) => chooseFromMenu(menu, 42, day, 5, values)));
    expect(new Set(days).size).toBeGreaterThan(1);
  });
});
