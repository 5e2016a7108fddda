import { accuracyBars, compareRuns, isAccurate, type AccuracyBar } from "../../main/cli/edge-figures";
import { nameOf, ownRunOf, referredScenarios, runSumo } from "./sumo-runs";
import type { AccuracyFigure } from "./traffic-accuracy";

// Accuracy test 4 for the page: all scenarios with all seeds beside SUMO run here. sumo-traffic.test.ts holds a ratchet of it.

/** Of our draws; SUMO's is 42. */
const seeds = [1, 2, 3] as const;

const names: Readonly<Record<AccuracyBar, { readonly what: string; readonly bar: string }>> = {
  flows: { what: "windows with GEH < 5", bar: "at least 95 %" },
  speeds: { what: "edges with mean speed within 15 %", bar: "at least 75 %" },
  trip: { what: "mean trip time", bar: "within ±10 %" },
  loss: { what: "mean time loss", bar: "within ±15 %" },
  arrivals: { what: "arrivals", bar: "within ±2 %" },
};
const isShare = (bar: AccuracyBar): boolean => bar === "flows" || bar === "speeds";

export interface ScenarioEdges {
  readonly name: string;
  /** The worst of all seeds. */
  readonly worst: Readonly<Record<AccuracyBar, number>>;
}

export function edgeFigures(): {
  readonly figures: readonly AccuracyFigure[];
  readonly scenarios: readonly ScenarioEdges[];
} {
  const scenarios = referredScenarios.map(({ configuration }): ScenarioEdges => {
    const theirs = runSumo(configuration, 42);
    const all = seeds.map((seed) => compareRuns(ownRunOf(configuration, seed), theirs, true));
    const worst = (bar: AccuracyBar): number => {
      const values = all.map((each) => each[bar] ?? Number.NaN);
      if (isShare(bar)) return Math.min(...values);
      return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most));
    };
    const bars = (Object.keys(accuracyBars) as AccuracyBar[]).map((bar) => [bar, worst(bar)] as const);
    return { name: nameOf(configuration), worst: Object.fromEntries(bars) as ScenarioEdges["worst"] };
  });
  const figures = scenarios.flatMap(({ name, worst }) =>
    (Object.entries(worst) as [AccuracyBar, number][]).map(([bar, value]): AccuracyFigure => ({
      ...{ what: `${name}: ${names[bar].what}, the worst of ${seeds.length} seeds`, value: 100 * value, unit: "%" },
      ...{ bar: names[bar].bar, ok: isAccurate(bar, value) },
    })),
  );
  return { figures, scenarios };
}
