import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { meanOf, type RunFigures } from "../../main/cli/edge-figures";
import {
  arms,
  car,
  crossing,
  node,
  randomFlow,
  road,
  runDrawn,
  signal,
  writeDrawn,
  type DrawnNetwork,
  type DrawnScenario,
} from "./drawn-networks";
import { elementsOf } from "./sumo-files";
import { hasSumoProgram, runSumo } from "./sumo-runs";

// Signals that demand stretches, which no folder of the reference data has beside SUMO's figures. SUMO runs beside us.

/**
 * Trips and arrivals as in accuracy test 4. A phase lasts as long as SUMO's to a part of itself, or to a second. By loss, whose one second
 * drivers of one model lose sooner than those of another, SUMO runs with two models, and ours lies within that part of the two.
 */
const bars = { trip: 0.1, arrivals: 0.02, phase: 0.15, phaseS: 1 } as const;
const otherModel = '<vType id="car" carFollowModel="EIDM"/>';
const seeds = [1, 2, 3, 4, 5, 6];

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-actuated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** From each arm to each other; the larger road has twice the smaller one's. */
const fromAll = (perArmPerH: number): string =>
  car +
  arms
    .flatMap((from) => arms.filter((to) => to !== from).map((to) => [from, to] as const))
    .map(([from, to]) => {
      const share = Math.hypot(from.x + to.x, from.y + to.y) === 0 ? 0.6 : 0.2;
      const perH = perArmPerH * share * (from.priority > 1 ? 1 : 0.5);
      return randomFlow(`${from.id}${to.id}`, `${from.id}c c${to.id}`, perH);
    })
    .join("");

const typed = (type: string): readonly string[] => ["--tls.default-type", type];

/** The last metres of the arm from the west are a road of their own. */
const shortArm = (lastM: number): DrawnNetwork => {
  const { nodes, edges, connections } = crossing(signal);
  return {
    nodes: `${nodes}<node id="m" x="${-lastM}" y="0"/>`,
    edges: edges.replace('id="wc" from="w" to="c"', 'id="wc" from="m" to="c"') + road("wm", "w", "m", 1, 13.89),
    connections,
  };
};

const program = (kind: string, parameters: string): string =>
  `<tlLogic id="c" type="${kind}" programID="own" offset="0">${parameters}
    <phase duration="30" minDur="8" maxDur="40" state="rrrGGgrrrGGg"/><phase duration="4" state="rrryyyrrryyy"/>
    <phase duration="20" minDur="4" maxDur="25" state="GGgrrrGGgrrr"/><phase duration="4" state="yyyrrryyyrrr"/>
  </tlLogic>`;

/** Three lanes: right and straight on, straight on, left. */
function withLeftLanes(): DrawnNetwork {
  const [ways, lanes] = [
    new Map([
      ["w", "senw"],
      ["s", "enws"],
      ["e", "nwse"],
      ["n", "wsen"],
    ]),
    3,
  ];
  const connections = arms.flatMap(({ id }) => {
    const [right, on, left] = ways.get(id) ?? "";
    const pairs = [
      [right, 0, 0],
      [on, 0, 0],
      [on, 1, 1],
      [left, 2, 2],
    ] as const;
    return pairs.map(
      ([to, fromLane, toLane]) => `<connection from="${id}c" to="c${to}" fromLane="${fromLane}" toLane="${toLane}"/>`,
    );
  });
  return { ...crossing(signal, lanes), connections: connections.join("") };
}

/** The larger road, its lefts, the smaller road, its lefts. */
const protectedLefts = (kind: string): string =>
  `<tlLogic id="c" type="${kind}" programID="own" offset="0">
    <phase duration="30" minDur="6" maxDur="40" state="rrrrGGGrrrrrGGGr"/><phase duration="3" state="rrrryyyrrrrryyyr"/>
    <phase duration="10" minDur="4" maxDur="15" state="rrrrrrrGrrrrrrrG"/><phase duration="3" state="rrrrrrryrrrrrrry"/>
    <phase duration="20" minDur="6" maxDur="30" state="GGGrrrrrGGGrrrrr"/><phase duration="3" state="yyyrrrrryyyrrrrr"/>
    <phase duration="10" minDur="4" maxDur="15" state="rrrGrrrrrrrGrrrr"/><phase duration="3" state="rrryrrrrrrryrrrr"/>
  </tlLogic>`;

/** Two crossings of the road from west to east, `apartM` from each other. */
function twoCrossings(apartM: number): DrawnNetwork {
  const places = [
    ["w", -500, 0],
    ["c", 0, 0, signal],
    ["d", apartM, 0, signal],
    ["e", apartM + 500, 0],
  ] as const;
  const sides = ["c", "d"].flatMap((at) =>
    [1, -1].map((side) => ({ at, id: `${at}${side > 0 ? "n" : "s"}`, y: 500 * side })),
  );
  const xOf = (at: string) => (at === "c" ? 0 : apartM);
  const both = (a: string, b: string) => road(`${a}-${b}`, a, b, 1, 13.89) + road(`${b}-${a}`, b, a, 1, 13.89);
  return {
    nodes:
      places.map(([id, x, y, type]) => node(id, x, y, type)).join("") +
      sides.map(({ at, id, y }) => node(id, xOf(at), y)).join(""),
    edges: both("w", "c") + both("c", "d") + both("d", "e") + sides.map(({ at, id }) => both(at, id)).join(""),
    connections: "",
  };
}

const alongAndAcross =
  car +
  randomFlow("we", "w-c c-d d-e", 450) +
  randomFlow("ew", "e-d d-c c-w", 450) +
  ["c", "d"].map((at) => randomFlow(`n${at}`, `${at}n-${at} ${at}-${at}s`, 200)).join("");

const cases: readonly DrawnScenario[] = [
  ...["actuated", "delay_based"].flatMap((type) => [
    ...[150, 500, 700].map((perH) => ({
      ...{ name: `${type}: ${perH} vehicles an hour on the larger arms`, options: typed(type) },
      ...{ network: crossing(signal, 2), demand: fromAll(perH) },
    })),
    {
      ...{ name: `${type}: arms of one lane`, options: typed(type) },
      ...{ network: crossing(signal), demand: fromAll(350) },
    },
    {
      ...{ name: `${type}: lefts have a lane and a phase of their own`, programs: protectedLefts(type) },
      ...{ network: withLeftLanes(), demand: fromAll(900) },
    },
    {
      ...{ name: `${type}: three lanes, lefts give way`, options: typed(type) },
      ...{ network: crossing(signal, 3), demand: fromAll(500) },
    },
    {
      ...{ name: `${type}: a road of 12 m before the line`, options: typed(type) },
      ...{ network: shortArm(12), demand: fromAll(350).replaceAll("wc c", "wm wc c") },
    },
    ...[80, 250].map((apartM) => ({
      ...{ name: `${type}: two crossings ${apartM} m apart`, options: typed(type) },
      ...{ network: twoCrossings(apartM), demand: alongAndAcross },
    })),
    {
      ...{ name: `${type}: in steps of 0.1 s`, options: typed(type), tickS: 0.1 },
      ...{ network: crossing(signal, 2), demand: fromAll(500) },
    },
  ]),
  {
    ...{ name: "actuated: gaps and detectors of its own", network: crossing(signal), demand: fromAll(350) },
    programs: program("actuated", '<param key="max-gap" value="1.8"/><param key="detector-gap" value="1"/>'),
  },
  {
    ...{ name: "actuated: detectors on the line", network: crossing(signal), demand: fromAll(350) },
    programs: program("actuated", '<param key="detector-gap" value="0"/>'),
  },
  {
    ...{ name: "actuated: no longest time", network: crossing(signal), demand: fromAll(350) },
    programs: program("actuated", "").replaceAll(/ maxDur="\d+"/g, ""),
  },
  {
    ...{ name: "delay based: range and loss of its own", network: crossing(signal), demand: fromAll(350) },
    programs: program("delay_based", '<param key="detectorRange" value="40"/><param key="minTimeloss" value="4"/>'),
  },
];

/** Lengths of phases, s: their sum and number by row. */
type Phases = Map<number, { sumS: number; count: number }>;

/** Takes the phase of each second in turn; the first and the last of a run are not whole. */
function phaseMeter(phases: Phases): (phase: number, second: number) => void {
  let [current, beganS] = [-1, -1];
  return (phase, second) => {
    if (phase === current) return;
    if (beganS >= 0) {
      const known = phases.get(current) ?? { sumS: 0, count: 0 };
      phases.set(current, { sumS: known.sumS + second - beganS, count: known.count + 1 });
      beganS = second;
    } else if (current >= 0) beganS = second;
    current = phase;
  };
}

function runTheirs(configuration: string, seed: number, phases: Phases): RunFigures {
  const states = path.join(folder, "states.xml");
  const figures = runSumo(configuration, seed, `<timedEvent type="SaveTLSStates" source="c" dest="${states}"/>`);
  const meter = phaseMeter(phases);
  for (const { tag, attributes } of elementsOf(states))
    if (tag === "tlsState") meter(Number(attributes["phase"]), Number(attributes["time"]));
  return figures;
}

describe.skipIf(!hasSumoProgram)("beside SUMO", () => {
  test.each(cases.map((each) => [each.name, each] as const))(
    "%s: trips take as long, as many arrive, and phases last as long",
    async (name, each) => {
      const configuration = writeDrawn(folder, each);
      const ourPhases: Phases = new Map();
      const theirPhases: Phases = new Map();
      const theirs = seeds.map((seed) => runTheirs(configuration, seed, theirPhases));
      const ours: RunFigures[] = [];
      for (const seed of seeds) {
        const meter = phaseMeter(ourPhases);
        const watch = (_: unknown, arena: { columns: { programPhase: Uint32Array } }, second: number) =>
          meter(arena.columns.programPhase.at(-1) ?? 0, second);
        ours.push(await runDrawn(configuration, seed, each.tickS ?? 1, watch));
      }
      const ratio = (of: (run: RunFigures) => number) => meanOf(ours.map(of)) / meanOf(theirs.map(of)) - 1;
      const [trip, arrivals] = [ratio(({ meanTripS }) => meanTripS), ratio(({ arrived }) => arrived)];
      const loss = ratio(({ meanTimeLossS }) => meanTimeLossS);
      const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
      const otherPhases: Phases = new Map();
      if (!name.startsWith("actuated")) {
        const other = writeDrawn(folder, {
          ...each,
          name: `${name} otherwise`,
          demand: each.demand.replace(car, otherModel),
        });
        for (const seed of seeds) runTheirs(other, seed, otherPhases);
      }
      const means = [...theirPhases.keys()].map((phase) => {
        const [own, their, other] = [ourPhases, theirPhases, otherPhases].map((of) => {
          const { sumS, count } = of.get(phase) ?? { sumS: 0, count: 0 };
          return sumS / count;
        });
        return { phase, ours: own, theirs: their, other: Number.isNaN(other) ? their : other };
      });
      const lengths = means
        .map(({ ours: own, theirs: their, other }) => `${own.toFixed(1)}/${their.toFixed(1)}/${other.toFixed(1)}`)
        .join(" ");
      console.info(
        `${name}: trip time ${percent(trip)}, lost ${percent(loss)}, arrivals ${percent(arrivals)}, phases ${lengths} s`,
      );
      expect(Math.abs(trip)).toBeLessThanOrEqual(bars.trip);
      expect(Math.abs(arrivals)).toBeLessThanOrEqual(bars.arrivals);
      for (const { phase, ours: own, theirs: their, other } of means) {
        const [least, most] = [Math.min(their, other), Math.max(their, other)];
        expect(own, `phase ${phase}`).toBeGreaterThanOrEqual(least - Math.max(bars.phaseS, bars.phase * least));
        expect(own, `phase ${phase}`).toBeLessThanOrEqual(most + Math.max(bars.phaseS, bars.phase * most));
      }
    },
    600_000,
  );
});
