import { Decision, draw, drawNormal } from "../../common/draw";
import { succeed, type Result } from "../../common/result";
import { DepartureKind, type SumoDemand } from "../city";
import { atBegin, failDeparture, FlowRule } from "../city/sumo/demand/sumo-demand";
import { drivenClasses } from "../city/sumo/vehicle-classes";
import { log } from "../kernel/maths";
import type { ScenarioDriver } from "./drivers";

/** One vehicle that is to depart, with all that was left to chance decided. */
export interface ScenarioDeparture {
  /** As SUMO names it: of a flow, its name, a dot and a number. */
  readonly id: string;
  readonly departS: number;
  /** Row of the demand's departures, by whose rules it enters. */
  readonly row: number;
  readonly type: number;
  readonly route: number;
  /** Wanted speed over the limit. */
  readonly speedFactor: number;
}

/** A vehicle with its route. */
export interface RoutedDeparture extends ScenarioDeparture {
  readonly edges: ArrayLike<number>;
  readonly node: number;
}

/** Vehicles that a scenario may have, and one flow of it until the run ends. */
const departureLimit = 2_000_000;
/** Later than this after the run begins nobody departs, and no flow by chance lasts longer, s. */
const longestS = 366 * 86_400;

export interface ScenarioDepartures {
  /** By time, those of one time in the order of the files. */
  readonly list: readonly ScenarioDeparture[];
  /** Who would have departed before the run begins, and as in SUMO does not travel. */
  readonly earlyCount: number;
  /** Whose drawn type is of a class that is not driven here. */
  readonly otherClassCount: number;
}

/** Everybody who departs in [beginS, endS). */
export function departuresOf(
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  { beginS, endS, seed }: { readonly beginS: number; readonly endS: number; readonly seed: number },
): Result<ScenarioDepartures> {
  const { departures } = demand;
  let [earlyCount, otherClassCount] = [0, 0];
  const found: ScenarioDeparture[] = [];
  for (let row = 0; row < departures.ids.length; row++) {
    const isFlow = departures.kind[row] === DepartureKind.flow;
    const firstS = departures.departS[row] === atBegin ? beginS : departures.departS[row];
    if (isFlow && departures.flowEndS[row] < firstS)
      return failDeparture(departures, row, `ends at ${departures.flowEndS[row]} s, before the run begins`);
    const times = isFlow ? timesOfFlow(demand, row, { firstS, endS, seed }) : succeed([firstS]);
    if (!times.ok) return times;
    for (const [number, departS] of times.value.entries()) {
      if (departS < beginS) earlyCount++;
      if (departS < beginS || departS >= endS) continue;
      if (departS - beginS > longestS)
        return failDeparture(departures, row, `departs more than ${longestS / 86_400} days after the run begins`);
      const type = chosen(demand.typeChoices, departures.type[row], draw(seed, row, Decision.scenarioType, number));
      if ((drivers[type].classes & drivenClasses) === 0) {
        otherClassCount++;
        continue;
      }
      const route = chosen(demand.routeChoices, departures.route[row], draw(seed, row, Decision.scenarioRoute, number));
      const id = isFlow ? `${departures.ids[row]}.${number}` : departures.ids[row];
      found.push({ id, departS, row, type, route, speedFactor: speedFactorOf(drivers[type], seed, row, number) });
    }
    if (found.length > departureLimit)
      return failDeparture(departures, row, `with it more than ${departureLimit} vehicles depart, which is the most`);
  }
  // The sort is stable.
  return succeed({ list: found.sort((first, second) => first.departS - second.departS), earlyCount, otherClassCount });
}

function timesOfFlow(
  { departures }: SumoDemand,
  row: number,
  { firstS: from, endS, seed }: { readonly firstS: number; readonly endS: number; readonly seed: number },
): Result<number[]> {
  const to = Math.min(departures.flowEndS[row], endS);
  const count = departures.count[row];
  const rate = departures.flowRate[row];
  if (!Number.isFinite(to) && !(departures.flowRule[row] === FlowRule.everyS && Number.isFinite(count)))
    return failDeparture(departures, row, "has no end, and neither has the run: state one of them");
  // Chance is asked second by second.
  if (departures.flowRule[row] === FlowRule.chancePerS && to - from > longestS)
    return failDeparture(departures, row, `lasts more than ${longestS / 86_400} days`);
  const times: number[] = [];
  // One more than may be is enough to see that there are too many.
  const isFull = () => times.length >= Math.min(count, departureLimit + 1);
  switch (departures.flowRule[row] as FlowRule) {
    case FlowRule.everyS:
      for (let at = from; at < to && !isFull(); at += rate) times.push(at);
      break;
    case FlowRule.poissonPerS:
      for (let at = from, number = 0; !isFull(); number++) {
        at -= log(1 - draw(seed, row, Decision.scenarioFlow, number)) / rate;
        if (at >= to) break;
        times.push(at);
      }
      break;
    case FlowRule.chancePerS:
      for (let at = from; at < to && !isFull(); at++)
        if (draw(seed, row, Decision.scenarioFlow, at - from) < rate) times.push(at);
      break;
    case FlowRule.spread: {
      // As in SUMO, without an end it is the run's.
      const lastS = Number.isFinite(departures.flowEndS[row]) ? departures.flowEndS[row] : endS;
      for (let number = 0; number < count && !isFull(); number++) {
        const at = from + ((lastS - from) * number) / count;
        if (at >= endS) break;
        times.push(at);
      }
      break;
    }
    case FlowRule.none:
      break;
  }
  return times.length > departureLimit
    ? failDeparture(departures, row, `has more than ${departureLimit} vehicles before the run ends, which is the most`)
    : succeed(times);
}

/** The row itself, or of a choice (-1 - its row) the member in whose share `part` falls, 0 ≤ part < 1. */
function chosen({ start, member, weight }: SumoDemand["typeChoices"], row: number, part: number): number {
  if (row >= 0) return row;
  const [first, end] = [start[-1 - row], start[-row]];
  let left = part * weight.subarray(first, end).reduce((sum, share) => sum + share, 0);
  // Rounding may leave a rest beyond the last share; who has no share is never drawn.
  let last = first;
  for (let at = first; at < end; at++) {
    if (weight[at] === 0) continue;
    left -= weight[at];
    last = at;
    if (left < 0) break;
  }
  return member[last];
}

/** Draws until one lies within the bounds, as SUMO does; after as many as this, the nearest bound. */
const drawsMost = 16;

function speedFactorOf(driver: ScenarioDriver, seed: number, row: number, vehicle: number): number {
  const { speedFactor, speedDeviation, speedFactorLow, speedFactorHigh } = driver;
  let factor = speedFactor;
  for (let attempt = 0; attempt < drawsMost; attempt++) {
    factor = speedFactor + speedDeviation * drawNormal(seed, row, Decision.driverSpeed, vehicle * drawsMost + attempt);
    if (factor >= speedFactorLow && factor <= speedFactorHigh) return factor;
  }
  return Math.min(speedFactorHigh, Math.max(speedFactorLow, factor));
}
