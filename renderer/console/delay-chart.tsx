import { useCallback, useEffect, useMemo, useRef } from "react";
import { chartSamples, delaySeries } from "../state/indicators";
import { createDelayPlot, type ChartMark, type DelayPlot } from "./delay-plot";
import { Panel } from "./elements";
import { fixed, minuteOf } from "./figures";
import { useParts, useSession, type ConsoleParts } from "./parts";
import { text } from "./text";
import { useLanguage } from "./text/use-language";
import { useTheme } from "./use-theme";
import { useTimePointer } from "./time-strip";

/** Delay of both cities over time, with what happened and what was done about it. */
export function DelayChart() {
  const parts = useParts();
  const box = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  const theme = useTheme();
  const shown = useRef<DelayPlot | null>(null);
  useTimePointer(useCallback((pointedS, shownS) => shown.current?.point(pointedS, shownS), []));
  const isEmpty = useSession(({ samples }) => samples.length < 3);

  useEffect(() => {
    if (box.current === null) return undefined;
    const plot = createDelayPlot(box.current, {
      pointed: (pointedS) => parts.time.setState({ pointedS: within(parts, pointedS) }),
      picked: (timeS) => parts.scrubber.goTo(timeS),
    });
    shown.current = plot;
    const show = () => {
      const state = parts.session.getState();
      plot.show(delaySeries(chartSamples(state.samples)), marksOf(state), state.clock?.timeS ?? null);
    };
    show();
    const unfollow = parts.session.subscribe((state, before) => {
      const isNew =
        state.samples !== before.samples ||
        state.incidents !== before.incidents ||
        state.instructions !== before.instructions;
      if (isNew) show();
    });
    return () => {
      unfollow();
      shown.current = null;
      plot.close();
    };
  }, [parts, language, theme]);

  return (
    <Panel title={text.chart.title} aside={<ChartKey />} className="delay">
      <div className="delay-plot" ref={box} data-testid="delay-chart" role="img" aria-label={useSummary()} />
      {isEmpty && <p className="empty delay-empty">{text.chart.none}</p>}
    </Panel>
  );
}

/** An instant of the session: the chart has room for more. */
function within({ session }: ConsoleParts, timeS: number | null): number | null {
  const { view, clock } = session.getState();
  if (timeS === null || view === null || clock === null) return null;
  return Math.min(clock.timeS, Math.max(view.fromS, timeS));
}

function ChartKey() {
  return (
    <span className="chart-key">
      <span>
        {text.chart.live} <i className="line line-solid" aria-hidden="true" />
      </span>
      <span>
        {text.chart.doNothing} <i className="line line-dashed" aria-hidden="true" />
      </span>
    </span>
  );
}

/** The chart in words, for those who do not see it. */
function useSummary(): string {
  const samples = useSession((state) => state.samples);
  const language = useLanguage();
  return useMemo(() => {
    // A little more than the window is enough for its last value.
    const series = delaySeries(samples.slice(-40));
    const [live, other] = [series.live.at(-1) ?? 0, series.doNothing.at(-1) ?? null];
    return text.chart.summary(fixed(live, 1), other === null ? null : fixed(other, 1));
  }, [samples, language]);
}

function marksOf(state: ReturnType<ConsoleParts["session"]["getState"]>): ChartMark[] {
  return [
    ...state.incidents.map(({ startS }) => ({
      timeS: startS,
      kind: "incident" as const,
      text: text.chart.incident(minuteOf(startS)),
    })),
    ...state.instructions.map(({ sentS }) => ({
      timeS: sentS,
      kind: "instruction" as const,
      text: text.chart.instruction(minuteOf(sentS)),
    })),
  ].sort((a, b) => a.timeS - b.timeS);
}
