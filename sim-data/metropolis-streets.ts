import { RoadClass } from "../common/city";
import { Decision } from "../common/draw";
import type { Point } from "../workers/city/geometry/polyline";
import { length } from "../workers/kernel/maths";
import { directionField, type DirectionField, type Estate } from "./direction-field";
import { layStreets } from "./local-streets";
import type { BuiltUp } from "./built-up";
import type { MainRoads, TownRoad } from "./main-roads";
import type { MetropolisPlan, Quarter, QuarterKind } from "./metropolis-plan";
import { drawBetween } from "./noise";
import { classifyStreet, marketM, streetBankM } from "./town-streets";
import { bankDistanceM, Feature, isInside } from "./town-plan";

/** Avenues keep so far from each other and from main roads, m. */
const avenueSpacingM = 560;
const avenueBankM = 90;
const avenueRasterM = 190;
const streetRasterM = 60;
/** Streets of at least this length collect the traffic of others. */
const collectorM = 900;

/** Streets keep so far from their neighbours, by quarter, m. */
const spacingM: Readonly<Record<QuarterKind, number>> = {
  oldTown: 66,
  business: 125,
  estate: 260,
  villas: 205,
  industry: 290,
  suburb: 185,
  town: 165,
};
const coreSpacingM = 145;

/** Streets of the metropolis: first the avenues that quarters hang on, then what lies between them. */
export function layMetropolisStreets(
  plan: MetropolisPlan,
  quarters: readonly Quarter[],
  main: MainRoads,
  builtUp: BuiltUp,
): TownRoad[] {
  const field = metropolisField(plan, quarters);
  const isMarket = ({ x, y }: Point) => length(x, y) < marketM;
  const isQuarter = (place: Point) => builtUp.has(place) && !builtUp.isRibbon(place);
  const bankAt = ({ x, y }: Point) => bankDistanceM(plan, x, y);
  const avenues = layStreets(plan, field, main.roads, {
    spacingAt: () => avenueSpacingM,
    spacingMaxM: avenueSpacingM,
    mayLie: (place) => isQuarter(place) && bankAt(place) > avenueBankM && !isInside(main.ring, place),
    rasterM: avenueRasterM,
    reachM: plan.edgeM,
    classify: (line) => ({ line, roadClass: RoadClass.secondary, laneCount: 1, speedKmh: 50, naming: "avenue" }),
  });
  const streets = layStreets(plan, field, [...main.roads, ...avenues], {
    spacingAt: (place) => spacingAt(main, builtUp, place),
    spacingMaxM: spacingM.industry,
    mayLie: (place) => isQuarter(place) && bankAt(place) > streetBankM && !isMarket(place),
    rasterM: streetRasterM,
    reachM: plan.edgeM,
    classify: (line) => classifyStreet(main, line, collectorM),
  });
  return [...avenues, ...streets];
}

function spacingAt(main: MainRoads, builtUp: BuiltUp, place: Point): number {
  if (isInside(main.ring, place)) return spacingM.oldTown;
  const quarter = builtUp.quarterAt(place);
  if (quarter !== undefined) return spacingM[quarter.kind];
  return coreSpacingM;
}

/** Every quarter has been laid out at an angle of its own. */
function metropolisField({ seed, ...plan }: MetropolisPlan, quarters: readonly Quarter[]): DirectionField {
  const estates = quarters.slice(1).map(({ x, y, reachM }, row): Estate => ({
    x,
    y,
    angle: drawBetween(seed, Feature.grid + row, Decision.cityShape, 2, 0, Math.PI / 2),
    reachM: 1.15 * reachM,
  }));
  return directionField({ seed, ...plan }, estates);
}
