import { numberOf, positiveOf, quoted, refuse, secondsOf, type Element } from "../element-reading";
import { FlowRule, LaneRule, PlaceRule, SpeedRule } from "./sumo-demand";

/** How a vehicle enters and leaves. @see https://sumo.dlr.de/docs/Definition_of_Vehicles,_Vehicle_Types,_and_Routes.html#vehicles_and_routes */
export interface DepartureRules {
  readonly laneRule: LaneRule;
  readonly lane: number;
  readonly positionRule: PlaceRule;
  readonly positionM: number;
  readonly speedRule: SpeedRule;
  readonly speedMps: number;
  readonly arrivalRule: PlaceRule;
  readonly arrivalM: number;
}

const laneWords: ReadonlyMap<string, LaneRule> = new Map([
  ["first", LaneRule.first],
  ["random", LaneRule.random],
  ["free", LaneRule.free],
  ["allowed", LaneRule.allowed],
  ["best", LaneRule.best],
  ["best_prob", LaneRule.best],
]);
const placeWords: ReadonlyMap<string, PlaceRule> = new Map([
  ["base", PlaceRule.base],
  ["random", PlaceRule.random],
  ["free", PlaceRule.free],
  ["random_free", PlaceRule.randomFree],
  ["last", PlaceRule.last],
  ["stop", PlaceRule.stop],
  ["splitFront", PlaceRule.base],
  ["max", PlaceRule.end],
]);
const speedWords: ReadonlyMap<string, SpeedRule> = new Map([
  ["random", SpeedRule.random],
  ["max", SpeedRule.most],
  ["desired", SpeedRule.desired],
  ["speedLimit", SpeedRule.limit],
  ["last", SpeedRule.last],
  ["avg", SpeedRule.mean],
]);

/** A word of the list, or a number. */
function ruled<Rule>(
  element: Element,
  attribute: string,
  words: ReadonlyMap<string, Rule>,
  given: Rule,
  otherwise: Rule,
): { readonly rule: Rule; readonly value: number } {
  const text = element.attributes[attribute];
  if (text === undefined) return { rule: otherwise, value: 0 };
  const rule = words.get(text);
  return rule === undefined ? { rule: given, value: numberOf(element, attribute) } : { rule, value: 0 };
}

export function readDepartureRules(element: Element): DepartureRules {
  const lane = ruled(element, "departLane", laneWords, LaneRule.numbered, LaneRule.first);
  if (!Number.isInteger(lane.value) || lane.value < 0 || lane.value > 255) refuse(element, "departLane is no lane");
  const position = ruled(element, "departPos", placeWords, PlaceRule.given, PlaceRule.base);
  const speed = ruled(element, "departSpeed", speedWords, SpeedRule.given, SpeedRule.given);
  if (speed.value < 0) refuse(element, "departSpeed must not be negative");
  const arrival = ruled(element, "arrivalPos", placeWords, PlaceRule.given, PlaceRule.end);
  return {
    laneRule: lane.rule,
    lane: lane.value,
    positionRule: position.rule,
    positionM: position.value,
    speedRule: speed.rule,
    speedMps: speed.value,
    arrivalRule: arrival.rule,
    arrivalM: arrival.value,
  };
}

export interface Flow {
  readonly rule: FlowRule;
  readonly rate: number;
  readonly endS: number;
  readonly count: number;
}

export const noFlow: Flow = { rule: FlowRule.none, rate: 0, endS: Infinity, count: 1 };

/** How a flow's vehicles follow each other. @see …#repeated_vehicles_flows */
export function readFlow(element: Element, beginS: number): Flow {
  const { attributes } = element;
  const endS = secondsOf(element, "end", Infinity);
  if (endS < beginS) refuse(element, `ends at ${endS} s, before it begins`);
  const count = attributes["number"] === undefined ? Infinity : numberOf(element, "number");
  if (count !== Infinity && (!Number.isInteger(count) || count < 0)) refuse(element, "number is no whole number");
  const given = ["period", "vehsPerHour", "perHour", "probability"].filter((name) => attributes[name] !== undefined);
  if (given.length > 1) refuse(element, `both ${given[0]} and ${given[1]} are given`);
  switch (given[0]) {
    case "period":
      return { ...periodOf(element), endS, count };
    case "vehsPerHour":
    case "perHour":
      return { rule: FlowRule.everyS, rate: 3600 / positiveOf(element, given[0]), endS, count };
    case "probability": {
      const chance = positiveOf(element, "probability");
      if (chance > 1) refuse(element, "probability is more than 1");
      return { rule: FlowRule.chancePerS, rate: chance, endS, count };
    }
    default:
      if (count === Infinity) refuse(element, "states neither a number nor how often");
      return { rule: FlowRule.spread, rate: 0, endS, count };
  }
}

/** Seconds, or "exp(rate)". */
function periodOf(element: Element): Pick<Flow, "rule" | "rate"> {
  const text = element.attributes["period"] ?? "";
  const [, rate] = /^exp\(([^)]*)\)$/.exec(text) ?? [];
  if (rate === undefined) return { rule: FlowRule.everyS, rate: positiveOf(element, "period") };
  const perS = Number(rate);
  return perS > 0 && Number.isFinite(perS)
    ? { rule: FlowRule.poissonPerS, rate: perS }
    : refuse(element, `period is no time: ${quoted(text)}`);
}
