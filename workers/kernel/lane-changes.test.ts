import { describe, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import { recordsOf, type VehicleRecord } from "../../test/support/traffic-checks";
import type { Arena } from "../arena";
import { advanceTwin } from "../twin-engine";

const limitMps = 20;
const road = plainCity({
  points: [
    [0, 0],
    [1500, 0],
    [3000, 0],
  ],
  edges: [
    { from: 0, to: 1, lanes: 3, speedMps: limitMps },
    { from: 1, to: 2, lanes: 3, speedMps: limitMps },
  ],
});

const threshold = 0.3;
const politeness = 0.3;
const safeBrakingMps2 = 3;
/** f32 in the kernel, f64 here. */
const roundingMps2 = 1e-3;

interface Car extends VehicleRecord {
  readonly wantedMps: number;
}

/** MOBIL as in Kesting, Treiber, Helbing 2007 (eq. 3 and 4) over IDM, written from the paper. */
function mobil(arena: Arena, cars: readonly Car[]) {
  const { typeLengthM, typeMinGapM, typeHeadwayS, typeAccelerationMps2, typeComfortableBrakingMps2 } = arena.columns;
  const [lengthM, minGapM, headwayS] = [typeLengthM[0], typeMinGapM[0], typeHeadwayS[0]];
  const [a, b] = [typeAccelerationMps2[0], typeComfortableBrakingMps2[0]];
  const acceleration = (car: Car, leader: Car | undefined) => {
    const free = Math.max(-1, 1 - (car.speedMps / car.wantedMps) ** 4);
    if (leader === undefined) return a * free;
    const gapM = Math.max(0.1, leader.positionM - lengthM - car.positionM);
    const closing = car.speedMps - leader.speedMps;
    const desired = minGapM + Math.max(0, car.speedMps * headwayS + (car.speedMps * closing) / (2 * Math.sqrt(a * b)));
    return a * (free - (desired / gapM) ** 2);
  };
  const onLane = (lane: number) => cars.filter((car) => car.lane === lane).sort((p, q) => q.positionM - p.positionM);
  /** @returns the incentive; -Infinity where the new follower would brake harder than is safe */
  const incentive = (car: Car, target: number) => {
    const here = onLane(car.lane);
    const row = here.findIndex(({ trip }) => trip === car.trip);
    const [leader, oldFollower] = [here[row - 1], here[row + 1]];
    const there = onLane(target);
    const ahead = there.filter(({ positionM }) => positionM >= car.positionM).at(-1);
    const newFollower = there.find(({ positionM }) => positionM < car.positionM);
    let others = 0;
    if (oldFollower !== undefined) others += acceleration(oldFollower, leader) - acceleration(oldFollower, car);
    if (newFollower !== undefined) {
      const gapM = car.positionM - lengthM - newFollower.positionM;
      if (gapM <= 0 || acceleration(newFollower, car) < -safeBrakingMps2) return -Infinity;
      others += acceleration(newFollower, car) - acceleration(newFollower, ahead);
    }
    return acceleration(car, ahead) - acceleration(car, leader) + politeness * others;
  };
  const isRoomy = (car: Car, target: number) =>
    onLane(target).every(({ positionM }) => Math.abs(positionM - car.positionM) > 60);
  return { incentive, isRoomy };
}

describe("a change of lanes for speed", () => {
  test.each([0.25, 1])("is made where MOBIL says, and nowhere else (step %s s)", (tickS) => {
    const trips = Array.from({ length: 260 }, (_, row) => ({ from: 0, to: 1, departS: row * 1.3 }));
    const { arena, ...rest } = twinOf(road, populationOf(trips), tickS, 3, 2);
    const engine = { arena, ...rest };
    // Slow and fast drivers, so that there is somebody to pass.
    arena.columns.personSpeedFactor.forEach((_, person, column) => (column[person] = 70 + ((person * 37) % 90)));
    const carsNow = (): Car[] =>
      recordsOf(arena)
        .filter(({ lane }) => lane < 3)
        .map((record) => ({
          ...record,
          wantedMps: (limitMps * (arena.columns.personSpeedFactor[record.trip >> 1] ?? 128)) / 128,
        }));
    const secondTicks = Math.round(1 / tickS);
    let [made, missed, wantedMade, kept] = [0, 0, 0, 0];
    while (arena.header.tick * tickS < 420) {
      const turn = arena.header.tick % secondTicks;
      const second = Math.floor(arena.header.tick / secondTicks);
      const cars = carsNow();
      const { incentive, isRoomy } = mobil(arena, cars);
      advanceTwin(engine, arena.header.tick + 1);
      const laneAfter = new Map(recordsOf(arena).map(({ trip, lane }) => [trip, lane]));
      const looked = cars.filter(
        ({ slot, positionM, claimed }) =>
          // Nobody here must change: everybody thinks of it every other second.
          slot % secondTicks === turn && slot % 2 === second % 2 && positionM > 50 && positionM < 1200 && !claimed,
      );
      const changed = cars.filter(({ trip, lane }) => (laneAfter.get(trip) ?? 9) < 3 && laneAfter.get(trip) !== lane);
      // Who changes after somebody else in the same tick saw another road than this one.
      if (changed.length > 1) continue;
      for (const car of looked) {
        const sides = [car.lane - 1, car.lane + 1].filter((lane) => lane >= 0 && lane < 3);
        const best = Math.max(...sides.map((lane) => incentive(car, lane)));
        const to = laneAfter.get(car.trip);
        if (to !== undefined && to < 3 && to !== car.lane) {
          expect(Math.abs(to - car.lane)).toBe(1);
          expect(incentive(car, to)).toBeGreaterThan(threshold - roundingMps2);
          made++;
          continue;
        }
        if (best < threshold) kept++;
        const roomy = sides.some((lane) => incentive(car, lane) > threshold + roundingMps2 && isRoomy(car, lane));
        if (roomy && changed.length === 0) missed++;
        wantedMade += Number(best > threshold);
      }
    }
    expect(missed).toBe(0);
    expect(made).toBeGreaterThan(20);
    expect(kept).toBeGreaterThan(1000);
    expect(wantedMade).toBeGreaterThan(0);
  });

  test("takes one lane a second on either side, however long the step is", () => {
    // From lane 0 to a turn from lane 2, and the other way round.
    for (const tickS of [0.25, 1]) {
      const trips = Array.from({ length: 40 }, (_, row) => ({ from: 0, to: 1, departS: row * 2 }));
      const engine = twinOf(road, populationOf(trips), tickS, 5, 2);
      const { arena } = engine;
      arena.columns.personSpeedFactor.forEach((_, person, column) => (column[person] = 70 + ((person * 37) % 90)));
      const secondTicks = Math.round(1 / tickS);
      let before = new Map(recordsOf(arena).map(({ trip, lane }) => [trip, lane]));
      while (arena.header.tick * tickS < 160) {
        advanceTwin(engine, arena.header.tick + secondTicks);
        const after = new Map(recordsOf(arena).map(({ trip, lane }) => [trip, lane]));
        for (const [trip, lane] of after) {
          const was = before.get(trip);
          if (was !== undefined && was < 3 && lane < 3) expect(Math.abs(lane - was)).toBeLessThanOrEqual(1);
        }
        before = after;
      }
    }
  });
});
