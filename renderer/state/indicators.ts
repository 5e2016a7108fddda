import type { IndicatorSample } from "../../common/console-api";

/** Delay per so many seconds is what the chart shows. */
export const delayWindowS = 300;
/** The chart looks back so far, s. */
export const chartSpanS = 7200;

/** Samples closer together than this, simulated, are thinned to one; the newest is always kept. */
const sampleSpacingS = 15;
/** Older than the chart looks back, one a minute is kept, as the host does: a pixel of the time strip is as long. */
const coarseSpacingS = 60;
/** As many as the host keeps: a session of a day stays well below. */
export const samplesLimit = 2880;

/** The history with one more sample. Samples that are not newer than the last are dropped: the host repeats them. */
export function withSample(samples: readonly IndicatorSample[], sample: IndicatorSample): readonly IndicatorSample[] {
  const last = samples.at(-1);
  const beforeLast = samples.at(-2);
  if (last !== undefined && sample.timeS <= last.timeS) return samples;
  const lastIsCrowded =
    last !== undefined && beforeLast !== undefined && last.timeS - beforeLast.timeS < sampleSpacingS;
  return [...(lastIsCrowded ? samples.slice(0, -1) : thinned(samples, sample.timeS)), sample].slice(-samplesLimit);
}

/** Of what the chart has left behind the first of each minute. */
function thinned(samples: readonly IndicatorSample[], nowS: number): readonly IndicatorSample[] {
  const minuteOf = ({ timeS }: IndicatorSample) => Math.floor(timeS / coarseSpacingS);
  const fineFromS = nowS - chartSpanS - delayWindowS;
  return samples.filter((sample, place) => {
    const before = samples[place - 1];
    return sample.timeS >= fineFromS || before === undefined || minuteOf(before) !== minuteOf(sample);
  });
}

/** Those that the chart draws, and a window more: its first value looks back over it. */
export function chartSamples(samples: readonly IndicatorSample[]): readonly IndicatorSample[] {
  const fromS = (samples.at(-1)?.timeS ?? 0) - chartSpanS - delayWindowS;
  return samples.filter(({ timeS }) => timeS >= fromS);
}

export interface DelaySeries {
  readonly timeS: readonly number[];
  /** Vehicle-hours of delay in the last five minutes. */
  readonly live: readonly (number | null)[];
  /** null until the cities part. */
  readonly doNothing: readonly (number | null)[];
}

/**
 * Vehicle-hours of delay per five minutes: the difference of the accumulated delay over the last `delayWindowS`,
 * interpolated between samples. While the history is shorter than that, its rate is scaled to five minutes.
 */
export function delaySeries(samples: readonly IndicatorSample[]): DelaySeries {
  const timeS = samples.map((sample) => sample.timeS);
  const live = samples.map((sample) => sample.live.delayVehH);
  // Until the cities part, the other city's past is this one's.
  const doNothing = samples.map((sample) => (sample.doNothing ?? sample.live).delayVehH);
  const parted = samples.map((sample) => sample.doNothing !== null);
  return {
    timeS,
    live: perWindow(timeS, live),
    doNothing: perWindow(timeS, doNothing).map((value, index) => (parted[index] ? value : null)),
  };
}

function perWindow(timeS: readonly number[], accumulated: readonly number[]): (number | null)[] {
  let from = 0;
  return timeS.map((now, index) => {
    const startS = Math.max(now - delayWindowS, timeS[0] ?? now);
    const spanS = now - startS;
    if (spanS < sampleSpacingS) return null;
    while (from + 1 < index && (timeS[from + 1] ?? now) <= startS) from++;
    const start = interpolated(timeS, accumulated, from, startS);
    return (((accumulated[index] ?? start) - start) * delayWindowS) / spanS;
  });
}

/** Value at time t between samples i and i + 1. */
function interpolated(timeS: readonly number[], values: readonly number[], i: number, t: number): number {
  const [t0, t1] = [timeS[i] ?? t, timeS[i + 1] ?? t];
  const [v0, v1] = [values[i] ?? 0, values[i + 1] ?? 0];
  return t1 > t0 ? v0 + ((v1 - v0) * (t - t0)) / (t1 - t0) : v0;
}

/**
 * Delay saved since an instruction was sent, vehicle-hours: how much further the do-nothing city has fallen behind the
 * live one since then. null while there is only one city.
 */
export function delaySavedSince(samples: readonly IndicatorSample[], sentS: number): number | null {
  const last = samples.at(-1);
  if (!last?.doNothing) return null;
  const atSending = samples.filter(({ timeS }) => timeS <= sentS).at(-1);
  const lead = ({ live, doNothing }: IndicatorSample) => (doNothing ? doNothing.delayVehH - live.delayVehH : 0);
  return lead(last) - (atSending ? lead(atSending) : 0);
}
