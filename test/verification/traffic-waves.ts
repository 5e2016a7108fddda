import { commuterDriver, straightLane } from "../support/lane-of-vehicles";
import type { AccuracyFigure } from "./traffic-accuracy";
import { equilibriumGapM } from "./traffic-flow";

// Accuracy test 3, first part: where traffic at one speed meets traffic at another, the border moves at the speed that the
// conservation of vehicles asks for (Lighthill and Whitham 1955; Rankine and Hugoniot).

const followers = 110;
/** Those whose passage through the border is looked at: the first ones make it. */
const looked = { from: 20, to: 105 } as const;
const laneM = 9000;
const leaderM = 5000;
const driver = commuterDriver;
/** Wanted speeds are kept in so many parts of the limit. */
const factorParts = 128;

export interface Shock {
  readonly tickS: number;
  readonly upstreamMps: number;
  readonly downstreamMps: number;
  readonly measuredMps: number;
  readonly analyticMps: number;
  /** Where and when each looked-at vehicle passed the border. */
  readonly timesS: readonly number[];
  readonly placesM: readonly number[];
}

/** A column at equilibrium runs into a leader that slows down. @param wantedMps of the leader */
export function runShock(upstreamMps: number, wantedMps: number, tickS: number): Shock {
  const factor = Math.max(1, Math.round((factorParts * wantedMps) / driver.wantedMps)) / factorParts;
  const downstreamMps = factor * driver.wantedMps;
  const spacingM = (speedMps: number) => driver.lengthM + equilibriumGapM(speedMps, driver);
  const flow = (speedMps: number) => speedMps / spacingM(speedMps);
  const vehicles = Array.from({ length: followers + 1 }, (_, row) => ({
    positionM: leaderM - row * spacingM(upstreamMps),
    speedMps: upstreamMps,
    factor: row === 0 ? factor : 1,
  }));
  const lane = straightLane(laneM, driver, vehicles, tickS);
  const border = (upstreamMps + downstreamMps) / 2;
  const timesS: number[] = [];
  const placesM: number[] = [];
  const passed = new Set<number>();
  let [at, speed] = [lane.positionsM(), lane.speedsMps()];
  for (let step = 1; passed.size < followers && step * tickS < 1200; step++) {
    lane.step();
    const [nextAt, nextSpeed] = [lane.positionsM(), lane.speedsMps()];
    for (let row = 1; row <= followers; row++) {
      if (passed.has(row) || nextSpeed[row] > border) continue;
      passed.add(row);
      const part = (speed[row] - border) / (speed[row] - nextSpeed[row]);
      if (row < looked.from || row > looked.to) continue;
      timesS.push((step - 1 + part) * tickS);
      placesM.push(at[row] + part * (nextAt[row] - at[row]));
    }
    [at, speed] = [nextAt, nextSpeed];
  }
  const density = (speedMps: number) => 1 / spacingM(speedMps);
  return {
    ...{ tickS, upstreamMps, downstreamMps, timesS, placesM },
    measuredMps: slopeOf(timesS, placesM),
    analyticMps: (flow(downstreamMps) - flow(upstreamMps)) / (density(downstreamMps) - density(upstreamMps)),
  };
}

/** Of the line of least squares. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [above, below] = [0, 0];
  x.forEach((value, row) => {
    above += (value - meanX) * (y[row] - meanY);
    below += (value - meanX) ** 2;
  });
  return above / below;
}

const pairs = [
  [13, 8],
  [12, 4],
  [12, 0.1],
] as const;

export function shockFigures(): { readonly figures: readonly AccuracyFigure[]; readonly shocks: readonly Shock[] } {
  const shocks = pairs.flatMap(([upstreamMps, wantedMps]) =>
    [0.1, 1].map((tickS) => runShock(upstreamMps, wantedMps, tickS)),
  );
  const figures = shocks.map(({ tickS, upstreamMps, downstreamMps, measuredMps, analyticMps }): AccuracyFigure => {
    const deviation = 100 * (measuredMps / analyticMps - 1);
    const what = `border from ${upstreamMps} to ${downstreamMps.toFixed(2)} m/s, step ${tickS} s`;
    return {
      what: `${what}: ${measuredMps.toFixed(3)} m/s for ${analyticMps.toFixed(3)} m/s`,
      ...{ value: deviation, unit: "%", bar: "within ±5 %", ok: Math.abs(deviation) <= 5 },
    };
  });
  return { figures, shocks };
}
