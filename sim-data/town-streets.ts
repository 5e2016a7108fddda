import { RoadClass } from "../common/city";
import { lengthOf, type Point, type Polyline } from "../workers/city/geometry/polyline";
import { length } from "../workers/kernel/maths";
import type { DirectionField } from "./direction-field";
import { layStreets } from "./local-streets";
import type { MainRoads, TownRoad } from "./main-roads";
import { bankDistanceM, isInside, type TownPlan } from "./town-plan";

/** Streets keep so far from their neighbours, m. */
const oldTownSpacingM = 66;
const suburbSpacingM = 118;
/** Streets of at least this length collect the traffic of others. */
const collectorM = 700;
export const streetBankM = 28;
/** Streets keep inside of the bypass by this share of its radius: nothing but arterials opens onto it. */
const insideBypass = 0.95;
export const marketM = 52;
const rasterM = 45;

/**
 * The streets of the small town.
 * @param isTaken places where no street leads, such as parks
 */
export function layTownStreets(
  plan: TownPlan,
  field: DirectionField,
  main: MainRoads,
  isTaken: (place: Point) => boolean,
): TownRoad[] {
  const mayLie = (place: Point) => {
    const inner = { x: place.x / insideBypass, y: place.y / insideBypass };
    const isMarket = length(place.x, place.y) < marketM;
    return (
      !isMarket &&
      bankDistanceM(plan, place.x, place.y) > streetBankM &&
      isInside(main.bypass, inner) &&
      !isTaken(place)
    );
  };
  return layStreets(plan, field, main.roads, {
    spacingAt: (place) => (isInside(main.ring, place) ? oldTownSpacingM : suburbSpacingM),
    spacingMaxM: suburbSpacingM,
    mayLie,
    rasterM,
    reachM: plan.bypassRadiusM,
    classify: (line) => classifyStreet(main, line, collectorM),
  });
}

/**
 * Lanes in the old town, streets outside of it.
 * @param collectorM streets of at least this length collect the traffic of others, m
 */
export function classifyStreet(main: MainRoads, line: Polyline, collectorM: number): TownRoad {
  const middle = { x: line.x[line.x.length >> 1], y: line.y[line.y.length >> 1] };
  if (isInside(main.ring, middle)) {
    return { line, roadClass: RoadClass.residential, laneCount: 1, speedKmh: 30, naming: "lane" };
  }
  const collects = lengthOf(line) >= collectorM;
  const roadClass = collects ? RoadClass.tertiary : RoadClass.residential;
  return { line, roadClass, laneCount: 1, speedKmh: collects ? 50 : 30, naming: "street" };
}
