import { ParkingKind } from "../common/city";
import { Decision } from "../common/draw";
import { lengthOf, pointAt, type Point, type Polyline } from "../workers/city/geometry/polyline";
import type { CarPark } from "../workers/city/parking/car-parks";
import { length } from "../workers/kernel/maths";
import type { QuarterKind } from "./metropolis-plan";
import { drawBetween } from "./noise";
import { bankDistanceM, Feature, isInside, type TownPlan } from "./town-plan";

/** The middle of a quarter, where its station and its shops are. */
export interface QuarterCentre extends Point {
  readonly name: string;
  readonly kind: QuarterKind;
}

export interface CarParkSites {
  /** Around the old town. */
  readonly ring: Polyline;
  readonly bypass: Polyline;
  /** Roads out, from the inner town outwards. */
  readonly arterials: readonly Polyline[];
  readonly centres: readonly QuarterCentre[];
}

/** The public's car parks: garages at the old town's ring, one at each quarter's centre, park and ride at the roads out. */
export function layCarParks(plan: TownPlan, sites: CarParkSites): CarPark[] {
  return [...ringGarages(plan, sites.ring), ...centreCarParks(plan, sites.centres), ...parkAndRide(plan, sites)];
}

const { garage, lot } = ParkingKind;
const tens = (spaces: number): number => Math.max(1, Math.round(spaces / 10)) * 10;

/** One garage for so much of the ring, m. */
const ringSpacingM = 450;
const ringGarageSpaces = [180, 620] as const;
/** Outside of the ring's kerb, m. */
const ringOutM = 25;
const ringNames = ["Market", "Town Hall", "Mill Gate", "Castle Gate", "Theatre", "River Gate", "Guildhall", "Minster"];

function ringGarages({ seed }: TownPlan, ring: Polyline): CarPark[] {
  const ringM = lengthOf(ring);
  const count = Math.min(ringNames.length, Math.max(2, Math.round(ringM / ringSpacingM)));
  return Array.from({ length: count }, (_, row) => {
    const who = Feature.carPark + row;
    const share = (row + drawBetween(seed, who, Decision.cityParking, 0, 0.25, 0.75)) / count;
    const { x, y } = pointAt(ring, share * ringM);
    const outwards = 1 + ringOutM / length(x, y);
    const capacity = tens(drawBetween(seed, who, Decision.cityParking, 1, ...ringGarageSpaces));
    return { x: x * outwards, y: y * outwards, capacity, kind: garage, name: `${ringNames[row]} Garage` };
  });
}

/** What stands at the centre of a quarter, and how many spaces it has. The old town has its ring. */
const centreKinds: Readonly<Record<QuarterKind, readonly [kind: ParkingKind, low: number, high: number] | null>> = {
  oldTown: null,
  business: [garage, 420, 900],
  estate: [lot, 90, 180],
  villas: [lot, 20, 60],
  industry: [lot, 120, 320],
  suburb: [lot, 40, 110],
  town: [lot, 80, 220],
};

function centreCarParks(plan: TownPlan, centres: readonly QuarterCentre[]): CarPark[] {
  return centres.flatMap(({ name, kind, x, y }, row): CarPark[] => {
    const site = centreKinds[kind];
    if (site === null || bankDistanceM(plan, x, y) < 0) return [];
    const [built, low, high] = site;
    const capacity = tens(drawBetween(plan.seed, Feature.carPark + 100 + row, Decision.cityParking, 0, low, high));
    return [{ x, y, capacity, kind: built, name: `${name} ${built === garage ? "Garage" : "Car Park"}` }];
  });
}

/** Points of a road out, 40 m apart, between its park and ride and the bypass: houses end there. */
const pointsBeforeBypass = 4;
const parkAndRideAsideM = 45;
/** Spaces in a metropolis; a smaller place has fewer in proportion to its size. */
const parkAndRideSpaces = [250, 700] as const;
const fullSizeM = 6000;

function parkAndRide(plan: TownPlan, { arterials, bypass, centres }: CarParkSites): CarPark[] {
  const size = Math.min(1, plan.bypassRadiusM / fullSizeM);
  const names = new Set<string>();
  return arterials.flatMap(({ x, y }, row): CarPark[] => {
    const outside = x.findIndex((east, point) => point > 2 && !isInside(bypass, { x: east, y: y[point] }));
    const at = outside - pointsBeforeBypass;
    if (at < 1) return [];
    const [dx, dy] = [x[at] - x[at - 1], y[at] - y[at - 1]];
    const stepM = length(dx, dy);
    const place = { x: x[at] - (parkAndRideAsideM * dy) / stepM, y: y[at] + (parkAndRideAsideM * dx) / stepM };
    const spaces = drawBetween(plan.seed, Feature.carPark + 200 + row, Decision.cityParking, 0, ...parkAndRideSpaces);
    return [
      {
        ...place,
        capacity: tens(size * spaces),
        kind: lot,
        name: freeName(names, `P+R ${nearestName(centres, place)}`),
      },
    ];
  });
}

function nearestName(centres: readonly QuarterCentre[], place: Point): string {
  let [best, bestM] = ["", Infinity];
  for (const { name, x, y } of centres) {
    const distanceM = length(x - place.x, y - place.y);
    if (distanceM < bestM) [best, bestM] = [name, distanceM];
  }
  return best;
}

function freeName(used: Set<string>, wanted: string): string {
  let name = wanted;
  for (let number = 2; used.has(name); number++) name = `${wanted} ${number}`;
  used.add(name);
  return name;
}
