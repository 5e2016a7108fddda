import { plainCity } from "../support/plain-city";
import { populationOf, twinOf } from "../support/small-twin";
import { recordsOf } from "../support/traffic-checks";
import { advanceTwin } from "../../workers/twin-engine";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 3, second part: a queue at a signal. Saturation headway and lost time are measured as the Highway Capacity
// Manual has it done in the field; with these, Newell's cumulative curves say when everybody passes under another demand.

const limitMps = 13.89;
const marginM = 8;
const approachM = 1500;
const green = 27;
const cycleS = 60;
/** Departure place, in 1/256 of the lane. */
const atStart = 2;

/** A signal between an approach and an exit of one lane each; the other road is empty. */
const crossing = plainCity({
  points: [
    [0, 0],
    [approachM, 0],
    [approachM + 1200, 0],
    [approachM, 600],
    [approachM, -600],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 3, to: 1 },
    { from: 1, to: 4 },
  ],
  signals: [1],
  greenS: green,
  marginM,
});

/** Seconds to cover `wayM` from `speedMps` at a steady acceleration. */
const timeFor = (wayM: number, speedMps: number, accelerationMps2: number): number =>
  (2 * wayM) / (speedMps + Math.sqrt(Math.max(0, speedMps ** 2 + 2 * accelerationMps2 * wayM)));

interface Passages {
  /** When each vehicle's front passed the line, s after the start; a green begins at every multiple of the cycle. */
  readonly timesS: readonly number[];
  /** When it would have passed an open line. */
  readonly freeS: readonly number[];
}

function passagesOf(departS: readonly number[], tickS: number, untilS: number): Passages {
  const engine = twinOf(
    crossing,
    populationOf(departS.map((each) => ({ from: 0, to: 1, departS: each }))),
    tickS,
    1,
    atStart,
  );
  const { columns, header } = engine.arena;
  const timesS: number[] = [];
  for (let tick = 1; tick * tickS <= untilS; tick++) {
    const before = recordsOf(engine.arena).filter(({ lane }) => lane === 0);
    advanceTwin(engine, tick);
    if (timesS.length === columns.edgeLeft[0]) continue;
    const after = new Map(recordsOf(engine.arena).map((record) => [record.trip, record]));
    // Leader first; who passes the line does so at a steady acceleration within the step.
    for (const { trip, positionM, speedMps } of before.slice(0, columns.edgeLeft[0] - timesS.length)) {
      const wayM = columns.laneLengthM[0] - positionM;
      const change = (after.get(trip)?.speedMps ?? speedMps) - speedMps;
      timesS.push((tick - 1) * header.dtS + timeFor(wayM, speedMps, change / header.dtS));
    }
  }
  const startM = Math.max(columns.typeLengthM[0] + 1, (columns.laneLengthM[0] * atStart) / 256);
  const travelS = (columns.laneLengthM[0] - startM) / limitMps;
  return { timesS, freeS: departS.map((each) => each + travelS) };
}

/** What a study of saturation flow finds. */
export interface SaturationStudy {
  readonly headwayS: number;
  /** At the beginning of green, s. */
  readonly startUpLostS: number;
  /** Vehicles that pass in a cycle with a queue. */
  readonly perCycle: number;
}

const studiedCycles = { from: 4, to: 24 } as const;

/**
 * A standing queue in every cycle: the headway is that of the fifth vehicle and those after it, the lost time what the first
 * four take beyond four headways. @see Highway Capacity Manual 2000, chapter 16, appendix H
 */
export function studySaturation(tickS: number): SaturationStudy {
  const count = 20 * studiedCycles.to;
  const departS = Array.from({ length: count }, (_, row) => row * 3);
  const { timesS } = passagesOf(departS, tickS, studiedCycles.to * cycleS);
  let [headwayS, lostS, passed, cycles] = [0, 0, 0, 0];
  for (let cycle = studiedCycles.from; cycle < studiedCycles.to; cycle++) {
    const own = timesS.filter((time) => time >= cycle * cycleS && time < (cycle + 1) * cycleS);
    const last = own.length - 1;
    const headway = (own[last] - own[3]) / (last - 3);
    headwayS += headway;
    lostS += own[3] - cycle * cycleS - 4 * headway;
    passed += own.length;
    cycles++;
  }
  return { headwayS: headwayS / cycles, startUpLostS: lostS / cycles, perCycle: passed / cycles };
}

/** Vehicles a cycle, fewer and more than can pass: queues grow over several cycles and vanish. */
const demand = [6, 10, 15, 16, 14, 9, 5, 4, 8, 12, 16, 13, 7, 3, 3, 11, 9];

const roundingS = 1e-6;

/** When vehicles pass, by cumulative arrivals and the queue's discharge. @see Newell 1993, part I; Daganzo 1997, chapter 2 */
export function predictPassages(freeS: readonly number[], study: SaturationStudy): number[] {
  const { headwayS, startUpLostS, perCycle } = study;
  // The effective green's end, at which the last of a full queue passes.
  const lastS = startUpLostS + perCycle * headwayS + roundingS;
  const passed: number[] = [];
  for (const free of freeS) {
    const before = passed.length === 0 ? -Infinity : passed[passed.length - 1];
    const isBehind = before + headwayS > free;
    const earliest = Math.max(free, before + headwayS);
    let cycle = Math.floor(earliest / cycleS);
    if (earliest - cycle * cycleS > lastS) cycle++;
    // Who meets the end of red, or a queue that it made, starts with it; who comes to an open line drives over it.
    const begins = cycle * cycleS;
    const isHeld = free < begins || isBehind;
    passed.push(isHeld ? Math.max(before + headwayS, begins + startUpLostS + headwayS) : free);
  }
  return passed;
}

export interface CurvePair {
  readonly measuredS: readonly number[];
  readonly predictedS: readonly number[];
  readonly freeS: readonly number[];
  /** Largest difference of the two counts at any time. */
  readonly differs: number;
}

export function runCurves(tickS: number, study: SaturationStudy): CurvePair {
  const departS = demand.flatMap((count, cycle) =>
    Array.from({ length: count }, (_, row) => cycle * cycleS + (row * cycleS) / count),
  );
  const untilS = (demand.length + 6) * cycleS;
  const { timesS, freeS } = passagesOf(departS, tickS, untilS);
  const predictedS = predictPassages(freeS, study);
  const countAt = (times: readonly number[], atS: number) => times.filter((time) => time <= atS).length;
  let differs = 0;
  for (let atS = 0; atS <= untilS; atS++) {
    differs = Math.max(differs, Math.abs(countAt(timesS, atS) - countAt(predictedS, atS)));
  }
  return { measuredS: timesS, predictedS, freeS, differs };
}

export function signalFigures(): { readonly figures: readonly AccuracyFigure[]; readonly curves: CurvePair } {
  const studies = [0.1, 0.5, 1].map((tickS) => ({ tickS, study: studySaturation(tickS) }));
  const curves = studies.map(({ tickS, study }) => ({ tickS, pair: runCurves(tickS, study) }));
  const figures = studies.flatMap(({ tickS, study }): AccuracyFigure[] => {
    const perH = 3600 / study.headwayS;
    return [
      {
        ...{ what: `saturation flow of a lane, step ${tickS} s`, value: perH, unit: "veh/h" },
        ...{ bar: "1,900 veh/h ± 10 %", ok: Math.abs(perH / 1900 - 1) <= 0.1 },
      },
      {
        ...{ what: `start-up lost time, step ${tickS} s`, value: study.startUpLostS, unit: "s" },
        ...{ bar: "2 s ± 1 s", ok: Math.abs(study.startUpLostS - 2) <= 1 },
      },
    ];
  });
  const differences = curves.map(({ tickS, pair }): AccuracyFigure => ({
    what: `cumulative passages of ${pair.freeS.length} vehicles against Newell's curve, step ${tickS} s`,
    ...{ value: pair.differs, unit: "vehicles", bar: "within one at every second", ok: pair.differs <= 1 },
  }));
  return { figures: [...figures, ...differences], curves: curves[0].pair };
}
