import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { rowsOf } from "../../main/cli/edge-figures";
import { commuterDriver, setDriver, straightLane, type Driver } from "../support/lane-of-vehicles";
import { dataRoot } from "./city-files";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 7: real cars of NGSIM's I-80 behind real cars. The leader drives as it was recorded, the follower as the
// kernel says. Twice: each follower with parameters of its own, as in the paper that the bar comes from; and all followers of
// a platoon with one driver that was calibrated on the other platoon, which they have never seen.

const folder = path.join(dataRoot, "flow-ngsim-i80-platoons");
/** Recorded ten times a second; the kernel's finest step is as long. */
const tickS = 0.1;

export const platoonFiles: readonly string[] = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith(".csv"))
  : [];
export const hasPlatoons = platoonFiles.length >= 2;
if (!hasPlatoons && process.env["CI"] === "true")
  throw new Error(`no platoons in ${folder}, and CI=true allows no skip`);
if (!hasPlatoons) console.warn(`skipped: no platoons in ${folder} (set PENDULAIRE_TEST_DATA)`);

/** A follower and its leader, by tenth of a second. */
interface Pair {
  readonly leaderMps: Float64Array;
  /** The follower's speed at the start. */
  readonly startMps: number;
  /** From front to front. */
  readonly headwayM: Float64Array;
}

export interface Platoon {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** Car i follows car i + 1; the headway of the last is to a car that is not recorded. */
export function readPlatoon(file: string): Platoon {
  const cars = new Map<number, { readonly mps: number[]; readonly headwayM: number[] }>();
  for (const row of rowsOf(readFileSync(path.join(folder, file), "utf8"))) {
    const index = Number(row["vehicle_index"]);
    const car = cars.get(index) ?? { mps: [], headwayM: [] };
    cars.set(index, car);
    car.mps.push(Number(row["speed_mps"]));
    car.headwayM.push(Number(row["space_headway_m"]));
  }
  const pairs = [...cars].flatMap(([index, { mps, headwayM }]): Pair[] => {
    const leader = cars.get(index + 1);
    if (leader === undefined) return [];
    return [{ leaderMps: Float64Array.from(leader.mps), startMps: mps[0], headwayM: Float64Array.from(headwayM) }];
  });
  return { name: file, pairs };
}

/** Pairs drive one behind the other on one lane, so far apart that they do not see each other, m. */
const apartM = 2000;

/** The headways that the kernel's followers keep, m. */
export function drivePlatoon({ pairs }: Platoon, driver: Driver): readonly Float64Array[] {
  const leaderM = pairs.map((_, row) => apartM * (row + 1) - apartM / 2);
  const start = pairs.flatMap(({ leaderMps, startMps, headwayM }, row) => [
    { positionM: leaderM[row], speedMps: leaderMps[0] },
    { positionM: leaderM[row] - headwayM[0], speedMps: startMps },
  ]);
  const lane = laneFor(pairs.length);
  setDriver(lane.engine.arena, driver);
  lane.place(start);
  const steps = Math.max(...pairs.map(({ headwayM }) => headwayM.length));
  const kept = pairs.map(({ headwayM }) => new Float64Array(headwayM.length));
  for (let step = 0; step < steps; step++) {
    lane.place(
      pairs.flatMap(({ leaderMps }, row) => [
        { positionM: leaderM[row], speedMps: leaderMps[Math.min(step, leaderMps.length - 1)] },
        undefined,
      ]),
    );
    const at = lane.positionsM();
    pairs.forEach(({ headwayM, leaderMps }, row) => {
      if (step >= headwayM.length) return;
      kept[row][step] = leaderM[row] - at[2 * row + 1];
      const next = leaderMps[Math.min(step + 1, leaderMps.length - 1)];
      leaderM[row] += ((leaderMps[step] + next) / 2) * tickS;
    });
    lane.step();
  }
  return kept;
}

const lanes = new Map<number, ReturnType<typeof straightLane>>();

/** A lane with two vehicles for each pair, to be used again and again. */
function laneFor(pairCount: number) {
  const known = lanes.get(pairCount);
  if (known !== undefined) return known;
  const vehicles = Array.from({ length: 2 * pairCount }, (_, row) => ({
    positionM: apartM * (Math.floor(row / 2) + 1) - apartM / 2 - (row % 2) * 20,
    speedMps: 0,
  }));
  const lane = straightLane(apartM * (pairCount + 2), commuterDriver, vehicles, tickS);
  lanes.set(pairCount, lane);
  return lane;
}

/**
 * Relative error of the gaps: the mixed measure, root of ⟨(s_sim − s)² / s⟩ / ⟨s⟩. The recorded headway is to the leader's
 * front, whose length was not kept: it is taken as the driver's. @see Kesting, Treiber 2008, eq. 7
 */
export function spacingError(pairs: readonly Pair[], kept: readonly Float64Array[], lengthM: number): number {
  let [errors, gaps] = [0, 0];
  pairs.forEach(({ headwayM }, row) => {
    headwayM.forEach((headway, step) => {
      const gapM = headway - lengthM;
      errors += (kept[row][step] - headway) ** 2 / gapM;
      gaps += gapM;
    });
  });
  return Math.sqrt(errors / gaps);
}

type Parameter = Exclude<keyof Driver, "lengthM">;
/** Where a parameter may lie: what drivers were found to have in Kesting, Treiber 2008, table 1, and somewhat beyond. */
const bounds: Readonly<Record<Parameter, readonly [number, number]>> = {
  wantedMps: [10, 40],
  headwayS: [0.3, 2.5],
  minGapM: [0.5, 5],
  accelerationMps2: [0.3, 4],
  comfortableBrakingMps2: [0.5, 6],
};
/** The driver for cities of Treiber, Kesting 2013, table 11.2, at which the search begins. */
const firstDriver: Driver = {
  ...{ lengthM: commuterDriver.lengthM, wantedMps: 15, headwayS: 1, minGapM: 2 },
  ...{ accelerationMps2: 1, comfortableBrakingMps2: 1.5 },
};
const triesMax = 250;

/** The driver that follows a platoon's leaders best. @see Hooke, Jeeves 1961: steps along each parameter, halved when none helps */
export function calibrate(platoon: Platoon): Driver {
  const errorOf = (driver: Driver) => spacingError(platoon.pairs, drivePlatoon(platoon, driver), driver.lengthM);
  let best = firstDriver;
  let least = errorOf(best);
  let part = 0.25;
  for (let tries = 1; tries < triesMax && part > 0.005;) {
    const before = least;
    for (const name of Object.keys(bounds) as Parameter[]) {
      const [low, high] = bounds[name];
      for (const sign of [1, -1]) {
        const value = Math.min(high, Math.max(low, best[name] + sign * part * (high - low)));
        const error = errorOf({ ...best, [name]: value });
        tries++;
        if (error >= least) continue;
        [best, least] = [{ ...best, [name]: value }, error];
        break;
      }
    }
    if (least === before) part /= 2;
  }
  return best;
}

export interface PlatoonScore {
  readonly platoon: Platoon;
  /** Calibrated on the other platoons. */
  readonly driver: Driver;
  readonly kept: readonly Float64Array[];
  readonly error: number;
  /** Headways with each follower's own parameters. */
  readonly ownKept: readonly Float64Array[];
}

/** Worst of what is usual where each driver has parameters of their own. @see Kesting, Treiber 2008: 11 to 29 % */
const errorMax = 0.29;
/** 65 miles an hour: the limit of that motorway, m/s. */
const limitMps = 29.06;

export function platoonFigures(): {
  readonly figures: readonly AccuracyFigure[];
  readonly scores: readonly PlatoonScore[];
} {
  const platoons = platoonFiles.map(readPlatoon);
  const scores = platoons.map((platoon): PlatoonScore => {
    const pairs = platoons.filter((other) => other !== platoon).flatMap((other) => other.pairs);
    const driver = calibrate({ name: "others", pairs });
    const kept = drivePlatoon(platoon, driver);
    const ownKept = platoon.pairs.map((pair) => {
      const alone = { name: platoon.name, pairs: [pair] };
      return drivePlatoon(alone, calibrate(alone))[0];
    });
    return { platoon, driver, kept, ownKept, error: spacingError(platoon.pairs, kept, driver.lengthM) };
  });
  const plain = (what: string, value: number): AccuracyFigure => ({
    ...{ what: `… ${what}`, value: 100 * value, unit: "%", bar: null, ok: null },
  });
  const barred = (what: string, error: number): AccuracyFigure => ({
    ...{ what, value: 100 * error, unit: "%", bar: "at most 29 %", ok: error <= errorMax },
  });
  const figures = scores.flatMap(({ platoon, kept, ownKept, error }): AccuracyFigure[] => {
    const { pairs } = platoon;
    const { lengthM } = commuterDriver;
    const each = (all: readonly Float64Array[]) => pairs.map((pair, row) => spacingError([pair], [all[row]], lengthM));
    const commuters = drivePlatoon(platoon, { ...commuterDriver, wantedMps: limitMps });
    return [
      barred(
        `gaps of ${platoon.name}, each follower's own driver, the worst of ${pairs.length}`,
        Math.max(...each(ownKept)),
      ),
      plain("the best of them", Math.min(...each(ownKept))),
      barred(`gaps of ${platoon.name}, one driver calibrated on the other platoon`, error),
      plain("the best follower", Math.min(...each(kept))),
      plain("the worst follower", Math.max(...each(kept))),
      plain("with our commuters' driver, calibrated on nothing", spacingError(pairs, commuters, lengthM)),
    ];
  });
  return { figures, scores };
}
