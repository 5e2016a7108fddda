import { writeFileSync } from "node:fs";
import path from "node:path";
import { commuterDriver } from "../support/lane-of-vehicles";
import { roundedFigure, type AccuracyFigure } from "./traffic-accuracy";
import { edgeFigures } from "./traffic-edges";
import { equilibriumSpeedMps, flowFigures } from "./traffic-flow";
import { incidentFigures } from "./traffic-incident";
import { hasPlatoons, platoonFigures } from "./traffic-platoons";
import { drawPlot, type Plot, type PlotSeries } from "./traffic-plots";
import { ringFigures } from "./traffic-ring";
import { signalFigures } from "./traffic-signal";
import { shockFigures } from "./traffic-waves";

// For build/validation.mjs: computes the figures of one accuracy test, draws its plots into a folder, and prints the figures as
// JSON. The tests beside this file compute the same ones.

interface Evidence {
  readonly figures: readonly AccuracyFigure[];
  /** By file name, without its suffix. */
  readonly plots: Readonly<Record<string, Plot>>;
}

const parts: Readonly<Record<string, () => Evidence>> = { ring, flow, shocks, signal, edges, incident, platoons };

function ring(): Evidence {
  const { figures, crowded } = ringFigures();
  const cars = crowded.places[0].length;
  const trajectories = Array.from({ length: cars }, (_, car): PlotSeries => {
    const y = crowded.places.map((places) => places[car]);
    // A car that has come round begins a new line.
    const broken = y.map((place, row) => (row > 0 && place < y[row - 1] ? Number.NaN : place));
    return { label: "", x: y.map((_place, row) => row), y: broken, kind: "line", colour: car === 0 ? 1 : 0 };
  });
  const title = "22 cars on a ring of 230 m: two minutes of their ways";
  return {
    figures,
    plots: { ring: { title, xLabel: "time, s", yLabel: "place on the ring, m", series: trajectories } },
  };
}

function flow(): Evidence {
  const { figures, diagrams } = flowFigures();
  const densities = Array.from({ length: 151 }, (_, row) => row + 0.01);
  const analytic = densities.map((perKm) => {
    const gapM = 1000 / perKm - commuterDriver.lengthM;
    return gapM <= commuterDriver.minGapM ? 0 : 3.6 * perKm * equilibriumSpeedMps(gapM, commuterDriver);
  });
  const series: PlotSeries[] = [
    { label: "equilibrium of the model", x: densities, y: analytic, kind: "line", colour: 4 },
    ...diagrams.map(({ tickS, points }, row): PlotSeries => ({
      ...{ label: `engine, step ${tickS} s`, kind: "points", colour: row },
      x: points.map(({ densityPerKm }) => densityPerKm),
      y: points.map(({ flowPerH }) => flowPerH),
    })),
  ];
  const title = "Flow by density on a ring of one lane";
  return {
    figures,
    plots: { "fundamental-diagram": { title, xLabel: "density, veh/km", yLabel: "flow, veh/h", series } },
  };
}

function shocks(): Evidence {
  const { figures, shocks: all } = shockFigures();
  const series = all
    .filter(({ tickS }) => tickS === 0.1)
    .flatMap((shock, row): PlotSeries[] => {
      const { timesS, placesM, analyticMps } = shock;
      const few = timesS.flatMap((_, at) => (at % 5 === 0 ? [at] : []));
      const [firstS, lastS] = [timesS[0], timesS[timesS.length - 1]];
      const name = `${shock.upstreamMps} to ${shock.downstreamMps.toFixed(1)} m/s`;
      return [
        {
          ...{ label: name, kind: "points", colour: row },
          x: few.map((at) => timesS[at]),
          y: few.map((at) => placesM[at]),
        },
        {
          ...{ label: "", kind: "dashed", colour: 4, x: [firstS, lastS] },
          y: [placesM[0], placesM[0] + analyticMps * (lastS - firstS)],
        },
      ];
    });
  const title = "Where vehicles meet slower traffic; dashed: Rankine and Hugoniot";
  return { figures, plots: { shocks: { title, xLabel: "time, s", yLabel: "place, m", series } } };
}

function signal(): Evidence {
  const { figures, curves } = signalFigures();
  const counts = (times: readonly number[]) => times.map((_, row) => row + 1);
  const curve = (label: string, x: readonly number[], kind: PlotSeries["kind"], colour: number): PlotSeries => ({
    ...{ label, x, y: counts(x), kind, colour },
  });
  const series = [
    curve("would pass an open line", curves.freeS, "line", 4),
    curve("pass in the engine", curves.measuredS, "line", 0),
    curve("pass by Newell", curves.predictedS, "dashed", 1),
  ];
  const title = "Vehicles that have passed a signal, step 0.1 s";
  return { figures, plots: { cumulative: { title, xLabel: "time, s", yLabel: "vehicles", series } } };
}

function edges(): Evidence {
  const { figures, scenarios } = edgeFigures();
  const x = scenarios.map((_, row) => row + 1);
  const shares = (label: string, bar: "flows" | "speeds", colour: number, least: number): PlotSeries[] => [
    { label, x, y: scenarios.map(({ worst }) => 100 * worst[bar]), kind: "points", colour },
    { label: "", x: [1, scenarios.length], y: [least, least], kind: "dashed", colour },
  ];
  const series = [
    ...shares("windows with GEH < 5", "flows", 0, 95),
    ...shares("edges with speed within 15 %", "speeds", 1, 75),
  ];
  const title = "Shares that agree with SUMO, the worst of three seeds; dashed: the bars";
  const xLabel = scenarios.map(({ name }, row) => `${row + 1} ${name}`).join(", ");
  return { figures, plots: { edges: { title, xLabel, yLabel: "share, %", series } } };
}

function incident(): Evidence {
  const { figures, speeds } = incidentFigures();
  const series = Object.entries(speeds).map(([label, y], row): PlotSeries => {
    const kind = label.startsWith("SUMO") ? "dashed" : "line";
    return { label, x: y.map((_, edge) => edge + 1), y, kind, colour: row % 2 };
  });
  const title = "Speeds on the corridor in the last five minutes in which edge 9 is closed";
  return {
    figures,
    plots: { incident: { title, xLabel: "edge of the corridor", yLabel: "mean speed, m/s", series } },
  };
}

function platoons(): Evidence {
  if (!hasPlatoons) throw new Error("there are no platoons: set PENDULAIRE_TEST_DATA");
  const { figures, scores } = platoonFigures();
  const plots = scores.map(({ platoon, kept, ownKept }): [string, Plot] => {
    const { headwayM } = platoon.pairs[0];
    const x = Array.from(
      headwayM.filter((_, step) => step % 3 === 0),
      (_, row) => row * 0.3,
    );
    const thin = (values: Float64Array) => values.filter((_, step) => step % 3 === 0);
    const series: PlotSeries[] = [
      { label: "recorded", x, y: thin(headwayM), kind: "line", colour: 4 },
      { label: "its own driver", x, y: thin(ownKept[0]), kind: "line", colour: 0 },
      { label: "driver of the other platoon", x, y: thin(kept[0]), kind: "dashed", colour: 1 },
    ];
    const name = platoon.name.replace(".csv", "");
    const title = `NGSIM I-80, ${name}: how far the last car keeps behind`;
    return [`platoon-${name.replace("_", "-")}`, { title, xLabel: "time, s", yLabel: "front to front, m", series }];
  });
  return { figures, plots: Object.fromEntries(plots) };
}

const [part, folder] = process.argv.slice(2);
if (!Object.hasOwn(parts, part) || folder === undefined) {
  console.error(`usage: traffic-figures ${Object.keys(parts).join("|")} FOLDER`);
  process.exit(2);
}
const { figures, plots } = parts[part]();
for (const [name, plot] of Object.entries(plots)) writeFileSync(path.join(folder, `${name}.svg`), drawPlot(plot));
console.log(JSON.stringify(figures.map((figure) => ({ ...figure, value: Number(roundedFigure(figure.value)) }))));
