import { Decision, draw } from "../../common/draw";
import { exp, log } from "../kernel/maths";
import type { ParameterValues } from "./parameters";
import { journeyBurdenS, rewardUtility } from "./response";

/** One way to travel that a contract offers for the day: when, by which way, for how much. */
export interface MenuItem {
  /** Departure against the usual one, s; earlier when negative. */
  readonly shiftS: number;
  /** Expected travel time then and there, s. */
  readonly travelS: number;
  readonly rewardEur: number;
}

/** What a contract holder chooses from the day before. Not to take part, and to travel as usual, is always possible. */
export interface Menu {
  /** Expected travel time of the usual way at the usual time, s: when the holder wants to arrive is what it leads to. */
  readonly usualTravelS: number;
  /** At least one. */
  readonly items: readonly MenuItem[];
}

/**
 * Log-odds of an item by itself: travel time and a moved arrival cost what they are worth (Vickrey 1969, Small 1982), the
 * reward adds a concave utility.
 */
function utilityOf(item: MenuItem, menu: Menu, values: ParameterValues): number {
  const arrivalShiftS = item.shiftS + item.travelS - menu.usualTravelS;
  return (
    rewardUtility(item.rewardEur, values) -
    timeUtility(journeyBurdenS({ travelS: item.travelS, arrivalShiftS }, values), values)
  );
}

/** Log-odds that so many seconds of travel cost. */
function timeUtility(travelS: number, values: ParameterValues): number {
  return values.rewardSlope * (travelS / 3600) * values.valueOfTimeEurPerH;
}

/**
 * Probabilities of a nested logit: first whether to take part, then which item of the nest "car". Row 0 is to travel as
 * usual, row 1 + i the menu's item i. The constant of the usual is such that the same menu without rewards leaves
 * `usualShareUnpaid` there.
 * @see McFadden 1978, "Modelling the choice of residential location"; Train 2009, Discrete Choice Methods with Simulation, ch. 4
 */
export function choiceProbabilities(menu: Menu, values: ParameterValues): Float64Array {
  const { nestDissimilarity: theta, usualShareUnpaid } = values;
  const unpaid = menu.items.map((item) => utilityOf({ ...item, rewardEur: 0 }, menu, values) / theta);
  const paid = menu.items.map((item) => utilityOf(item, menu, values) / theta);
  const usual = log(usualShareUnpaid / (1 - usualShareUnpaid)) + theta * logSum(unpaid);
  const nest = theta * logSum(paid);
  const takesPart = 1 / (1 + exp(usual - nest));
  const inNest = logSum(paid);
  const probabilities = new Float64Array(1 + menu.items.length);
  probabilities[0] = 1 - takesPart;
  paid.forEach((utility, row) => (probabilities[1 + row] = takesPart * exp(utility - inNest)));
  return probabilities;
}

/** ln Σ e^u, without overflow. */
function logSum(utilities: readonly number[]): number {
  const most = utilities.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + log(utilities.reduce((sum, utility) => sum + exp(utility - most), 0));
}

/** What a person chooses for a day: an item's row, or -1 to travel as usual. Drawn by (seed, person, decision, day). */
export function chooseFromMenu(menu: Menu, person: number, day: number, seed: number, values: ParameterValues): number {
  const probabilities = choiceProbabilities(menu, values);
  let left = draw(seed, person, Decision.dayBefore, day);
  for (let row = 0; row < probabilities.length - 1; row++) {
    left -= probabilities[row];
    if (left < 0) return row - 1;
  }
  return menu.items.length - 1;
}
