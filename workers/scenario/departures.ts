import { Decision, draw, drawNormal } from "../../common/draw";
import { fail, succeed, type Result } from "../../common/result";
import { DepartureKind, type SumoDemand } from "../city";
import { FlowRule } from "../city/sumo/demand/sumo-demand";
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

/** Vehicles that a scenario may have. */
const departureLimit = 2_000_000;

/**
 * Everybody who departs in [beginS, endS), by time, those of one time in the order of the files. As in SUMO, who would have
 * departed earlier does not travel.
 */
export function departuresOf(
  demand: SumoDemand,
  drivers: readonly ScenarioDriver[],
  { beginS, endS, seed }: { readonly beginS: number; readonly endS: number; readonly seed: number },
): Result<ScenarioDeparture[]> {
  const { departures } = demand;
  const found: ScenarioDeparture[] = [];
  for (let row = 0; row < departures.ids.length; row++) {
    const isFlow = departures.kind[row] === DepartureKind.flow;
    const times = isFlow ? timesOfFlow(demand, row, endS, seed) : succeed([departures.departS[row]]);
    if (!times.ok) return times;
    times.value.forEach((departS, number) => {
      if (departS < beginS || departS >= endS) return;
      const type = chosen(demand.typeChoices, departures.type[row], draw(seed, row, Decision.scenarioType, number));
      const route = chosen(demand.routeChoices, departures.route[row], draw(seed, row, Decision.scenarioRoute, number));
      const id = isFlow ? `${departures.ids[row]}.${number}` : departures.ids[row];
      found.push({ id, departS, row, type, route, speedFactor: speedFactorOf(drivers[type], seed, row, number) });
    });
    if (found.length > departureLimit) return fail(`more than ${departureLimit} vehicles depart`, departures.ids[row]);
  }
  // The sort is stable.
  return succeed(found.sort((first, second) => first.departS - second.departS));
}

function timesOfFlow({ departures }: SumoDemand, row: number, endS: number, seed: number): Result<number[]> {
  const from = departures.departS[row];
  const to = Math.min(departures.flowEndS[row], endS);
  const count = departures.count[row];
  const rate = departures.flowRate[row];
  const id = departures.ids[row];
  if (!Number.isFinite(to) && !(departures.flowRule[row] === FlowRule.everyS && Number.isFinite(count)))
    return fail("a flow without an end needs a scenario that ends", `flow ${id}`);
  const times: number[] = [];
  const isFull = () => times.length >= Math.min(count, departureLimit);
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
      const lastS = departures.flowEndS[row];
      if (!Number.isFinite(lastS)) return fail("a flow of a number of vehicles needs an end", `flow ${id}`);
      for (let number = 0; number < count && !isFull(); number++) times.push(from + ((lastS - from) * number) / count);
      break;
    }
    case FlowRule.none:
      break;
  }
  return succeed(times);
}

/** The row itself, or of a choice (-1 - its row) the member in whose share `part` falls, 0 ≤ part < 1. */
function chosen({ start, member, weight }: SumoDemand["typeChoices"], row: number, part: number): number {
  if (row >= 0) return row;
  const [first, end] = [start[-1 - row], start[-row]];
  let left = part * weight.subarray(first, end).reduce((sum, share) => sum + share, 0);
  for (let at = first; at < end; at++) {
    left -= weight[at];
    if (left < 0) return member[at];
  }
  return member[end - 1];
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
