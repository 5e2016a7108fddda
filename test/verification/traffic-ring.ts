import { commuterDriver, ringLane, type Driver } from "../support/lane-of-vehicles";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 1: the ring of Sugiyama et al. 2008 (New J. Phys. 10, 033001): 22 cars on 230 m break down into a wave by
// themselves that moves back at about 20 km/h; few cars flow.

const kmh = 3.6;
const circumferenceM = 230;
/**
 * A published driver: the Intelligent Driver Model for cities of Treiber and Kesting, "Traffic Flow Dynamics" (2013), table
 * 11.2, who wants the 30 km/h that the experiment's drivers were told to keep.
 */
const bookDriver: Driver = {
  ...{ lengthM: 4.6, wantedMps: 30 / kmh, headwayS: 1, minGapM: 2 },
  ...{ accelerationMps2: 1, comfortableBrakingMps2: 1.5 },
};
/** How far the first car stands out of line at the start, m. */
const displacedM = 1;
const settleS = 900;
const watchS = 600;

export interface RingRun {
  readonly lowestKmh: number;
  readonly highestKmh: number;
  /** Of the wave, against the direction of travel negative; NaN where speeds are equal. */
  readonly waveKmh: number;
  /** The first two minutes after fifteen, when the wave has grown, every second: place on the ring, m, and speed, by car. */
  readonly places: readonly Float64Array[];
  readonly speeds: readonly Float64Array[];
}

/** @param cars even: both halves of the ring begin alike */
export function runRing(cars: number, tickS: number, driver: Driver = bookDriver): RingRun {
  const spacingM = circumferenceM / cars;
  const vehicles = Array.from({ length: cars }, (_, row) => ({
    positionM: (row + 0.5) * spacingM + (row === 0 ? displacedM : 0),
    speedMps: 0,
  }));
  const lane = ringLane(circumferenceM, driver, vehicles, tickS);
  for (let step = 0; step < Math.round(settleS / tickS); step++) lane.step();
  const secondSteps = Math.round(1 / tickS);
  const steps = Math.round(watchS / tickS);
  const [places, speeds]: [Float64Array[], Float64Array[]] = [[], []];
  let [lowest, highest, turned, before] = [Infinity, 0, 0, Number.NaN];
  for (let step = 0; step < steps; step++) {
    lane.step();
    const [at, speed] = [lane.positionsM(), lane.speedsMps()];
    lowest = Math.min(lowest, ...speed);
    highest = Math.max(highest, ...speed);
    const phase = phaseOf(at, speed);
    if (!Number.isNaN(before)) turned += wrapped(phase - before);
    before = phase;
    if (step % secondSteps === 0 && step < 120 * secondSteps) {
      places.push(at);
      speeds.push(speed);
    }
  }
  const waveMps = (turned / (2 * Math.PI)) * (circumferenceM / ((steps - 1) * tickS));
  const isWave = highest - lowest > 0.1;
  return {
    ...{ lowestKmh: lowest * kmh, highestKmh: highest * kmh, places, speeds },
    waveKmh: isWave ? waveMps * kmh : Number.NaN,
  };
}

/** Where on the ring speeds are highest: the phase of their first harmonic. Its turning is the wave's. */
function phaseOf(at: Float64Array, speed: Float64Array): number {
  const mean = speed.reduce((sum, value) => sum + value, 0) / speed.length;
  let [cosine, sine] = [0, 0];
  at.forEach((place, car) => {
    const angle = (2 * Math.PI * place) / circumferenceM;
    cosine += (speed[car] - mean) * Math.cos(angle);
    sine += (speed[car] - mean) * Math.sin(angle);
  });
  return Math.atan2(sine, cosine);
}

const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/** @returns figures of the bars, then those of other steps and of the commuters' driver, of which nothing is asked */
export function ringFigures(): { readonly figures: readonly AccuracyFigure[]; readonly crowded: RingRun } {
  const crowded = runRing(22, 0.1);
  const sparse = runRing(8, 0.1);
  const plain = (what: string, value: number): AccuracyFigure => ({ what, value, unit: "km/h", bar: null, ok: null });
  const spreadKmh = (run: RingRun) => run.highestKmh - run.lowestKmh;
  const commuters = runRing(22, 0.1, { ...commuterDriver, wantedMps: bookDriver.wantedMps });
  return {
    crowded,
    figures: [
      {
        ...{ what: "22 cars on 230 m, slowest", value: crowded.lowestKmh, unit: "km/h" },
        ...{ bar: "cars stand, below 1 km/h", ok: crowded.lowestKmh < 1 },
      },
      {
        ...{ what: "22 cars on 230 m, fastest", value: crowded.highestKmh, unit: "km/h" },
        ...{ bar: "cars go, above 20 km/h and at most 40", ok: crowded.highestKmh > 20 && crowded.highestKmh <= 40 },
      },
      {
        ...{ what: "22 cars on 230 m, speed of the wave", value: crowded.waveKmh, unit: "km/h" },
        ...{ bar: "−25 to −15 km/h", ok: crowded.waveKmh <= -15 && crowded.waveKmh >= -25 },
      },
      {
        ...{ what: "8 cars on 230 m, fastest less slowest", value: spreadKmh(sparse), unit: "km/h" },
        ...{ bar: "no wave, below 1 km/h", ok: spreadKmh(sparse) < 1 },
      },
      plain("… speed of the wave at a step of 0.5 s", runRing(22, 0.5).waveKmh),
      plain("… speed of the wave at a step of 1 s", runRing(22, 1).waveKmh),
      plain("… 22 commuters of ours instead, fastest less slowest", spreadKmh(commuters)),
    ],
  };
}
