import type { IndicatorSample, TwinIndicators } from "../../common/console-api";
import type { EngineIndicators } from "../../workers/messages";
import type { Twins } from "./twins";

/** Simulated seconds between the samples that are kept for charts. */
const keptEveryS = 60;
/** Samples kept: two simulated days. */
const keptMax = 2880;

/** The indicators of both cities over the session, a sample a simulated minute. */
export interface IndicatorHistory {
  readonly samples: readonly IndicatorSample[];
  /** The newest values; kept when a minute has passed since the last kept sample. @returns true when it was kept */
  add(sample: IndicatorSample): boolean;
}

export function createIndicatorHistory(earlier: readonly IndicatorSample[] = []): IndicatorHistory {
  const samples = [...earlier];
  return {
    samples,
    add: (sample) => {
      const last = samples.at(-1);
      if (last !== undefined && Math.floor(sample.timeS / keptEveryS) <= Math.floor(last.timeS / keptEveryS))
        return false;
      samples.push(sample);
      if (samples.length > keptMax) samples.shift();
      return true;
    },
  };
}

export function sampleOf(twins: Twins, timeS: number): IndicatorSample | undefined {
  const live = twins.indicators("live");
  const doNothing = twins.indicators("doNothing");
  return live === undefined ? undefined : sampleFrom(live, doNothing, timeS);
}

export function sampleFrom(
  live: EngineIndicators,
  doNothing: EngineIndicators | undefined,
  timeS: number,
): IndicatorSample {
  return { timeS, live: forConsole(live), doNothing: doNothing === undefined ? null : forConsole(doNothing) };
}

function forConsole(indicators: EngineIndicators): TwinIndicators {
  return {
    running: indicators.running,
    waiting: indicators.waiting,
    departed: indicators.departed,
    arrived: indicators.arrived,
    delayVehH: indicators.delayS / 3600,
    meanSpeedMps: indicators.meanSpeedMps,
    longestQueueM: indicators.longestQueueM,
  };
}
