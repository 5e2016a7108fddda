import { commuterDriver, ringLane, type Driver } from "../support/lane-of-vehicles";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 2: equilibrium flow on a ring against the model's own, which follows from its equation alone.

/** Gap at which the Intelligent Driver Model neither speeds up nor slows down, m. @see Treiber, Hennecke, Helbing 2000, eq. 4 */
export function equilibriumGapM(speedMps: number, driver: Driver): number {
  const desired = driver.minGapM + speedMps * driver.headwayS;
  return desired / Math.sqrt(1 - (speedMps / driver.wantedMps) ** 4);
}

/** The speed that belongs to a gap: the inverse of `equilibriumGapM`, by halving, m/s. */
export function equilibriumSpeedMps(gapM: number, driver: Driver): number {
  let [low, high] = [0, driver.wantedMps];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (equilibriumGapM(middle, driver) < gapM) low = middle;
    else high = middle;
  }
  return low;
}

export interface FlowPoint {
  readonly densityPerKm: number;
  readonly flowPerH: number;
  readonly analyticPerH: number;
}

const circumferenceM = 1000;
const settleS = 600;
const measureS = 120;
/** Even, so that both halves of the ring begin alike. */
const counts = [10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140];

/** How far vehicles stand out of line at the start, as a part of their distance: a wave around the ring. */
const unevenPart = 0.3;

/** Flow at each density, from standing vehicles at uneven distances, over two minutes after ten. */
export function fundamentalDiagram(tickS: number, driver: Driver = commuterDriver): FlowPoint[] {
  return counts.map((count) => {
    const spacingM = circumferenceM / count;
    // Nobody stands nearer than at a standstill.
    const uneven = Math.min(unevenPart, ((spacingM - driver.lengthM - driver.minGapM) / spacingM) * unevenPart);
    const vehicles = Array.from({ length: count }, (_, row) => ({
      positionM: (row + 0.5 + uneven * Math.sin((2 * Math.PI * row) / count)) * spacingM,
      speedMps: 0,
    }));
    const lane = ringLane(circumferenceM, driver, vehicles, tickS);
    const steps = (seconds: number) => Math.round(seconds / tickS);
    for (let step = 0; step < steps(settleS); step++) lane.step();
    let sumMps = 0;
    for (let step = 0; step < steps(measureS); step++) {
      lane.step();
      sumMps += lane.speedsMps().reduce((sum, speed) => sum + speed, 0) / count;
    }
    const densityPerM = count / circumferenceM;
    return {
      densityPerKm: 1000 * densityPerM,
      flowPerH: 3600 * densityPerM * (sumMps / steps(measureS)),
      analyticPerH: 3600 * densityPerM * equilibriumSpeedMps(spacingM - driver.lengthM, driver),
    };
  });
}

export function flowFigures(): {
  readonly figures: readonly AccuracyFigure[];
  readonly diagrams: readonly { readonly tickS: number; readonly points: readonly FlowPoint[] }[];
} {
  const diagrams = [0.1, 1].map((tickS) => ({ tickS, points: fundamentalDiagram(tickS) }));
  const figures = diagrams.map(({ tickS, points }): AccuracyFigure => {
    const worst = points.reduce((most, { flowPerH, analyticPerH }) => {
      const deviation = 100 * (flowPerH / analyticPerH - 1);
      return Math.abs(deviation) > Math.abs(most) ? deviation : most;
    }, 0);
    return {
      what: `flow at ${points[0].densityPerKm} to ${points[points.length - 1].densityPerKm} veh/km, step ${tickS} s: farthest from the model's`,
      ...{ value: worst, unit: "%", bar: "within ±2 %", ok: Math.abs(worst) <= 2 },
    };
  });
  return { figures, diagrams };
}
