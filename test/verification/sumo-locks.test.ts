import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { meanOf, type RunFigures } from "../../main/cli/edge-figures";
import {
  car,
  crossing,
  drawnRunS,
  flow,
  node,
  randomFlow,
  road,
  runDrawn,
  signal,
  writeDrawn,
  type DrawnNetwork,
  type DrawnScenario,
} from "./drawn-networks";
import type { Arena } from "../../workers/arena";
import { hasSumoProgram, runSumo } from "./sumo-runs";

// Places where everybody once waited for good: rings that are full, medians shorter than a car, roads between lights that are never green
// together, one who turns left against a stream that has no gap. SUMO, which moves away whoever has stood for 300 s, runs beside us.

const seeds = [1, 2, 3];
/** Trips take so many times as long as SUMO's at most: nobody stands for minutes. */
const longest = 1.4;
const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-locks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const limitMps = 13.89;

/** Trips between any two ends but back, by the ways that `wayOf` knows. */
const betweenAll = (ends: readonly string[], perH: number, wayOf: (from: string, to: string) => string): string =>
  car +
  ends
    .flatMap((from) => ends.filter((to) => to !== from).map((to) => [from, to] as const))
    .map(([from, to]) => randomFlow(`${from}${to}`, wayOf(from, to), perH / (ends.length - 1)))
    .join("");

/** Two one-way pairs cross; between the carriageways there are `apartM` from node to node. */
function median(apartM: number): DrawnNetwork {
  const corner = [node("a", 0, 0, signal), node("b", apartM, 0, signal), node("c", apartM, apartM, signal)];
  const ends = [node("wi", -400, 0), node("eo", 400, 0), node("ei", 400, apartM), node("wo", -400, apartM)];
  const sides = [node("si", apartM, -400), node("no", apartM, 400), node("ni", 0, 400), node("so", 0, -400)];
  const way = (from: string, to: string, lanes: number) => road(`${from}-${to}`, from, to, lanes, limitMps);
  const main =
    way("wi", "a", 2) + way("a", "b", 2) + way("b", "eo", 2) + way("ei", "c", 2) + way("c", "d", 2) + way("d", "wo", 2);
  const side =
    way("si", "b", 1) + way("b", "c", 1) + way("c", "no", 1) + way("ni", "d", 1) + way("d", "a", 1) + way("a", "so", 1);
  return {
    nodes: [...corner, node("d", 0, apartM, signal), ...ends, ...sides].join(""),
    edges: main + side,
    connections: "",
  };
}

/** Along the ring of nodes a, b, c, d, which each has a way in, but for the node's own, and one out. */
function aroundMedian(from: string, to: string): string {
  const [entry, exit] = [
    { w: "a", s: "b", e: "c", n: "d" },
    { s: "a", e: "b", n: "c", w: "d" },
  ] as const;
  const ring = "abcd";
  const first = ring.indexOf(entry[from as "w"]);
  const count = (ring.indexOf(exit[to as "w"]) - first + 4) % 4;
  const nodes = [`${from}i`, ...Array.from({ length: count + 1 }, (_, step) => ring[(first + step) % 4]), `${to}o`];
  return nodes
    .slice(1)
    .map((at, step) => `${nodes[step]}-${at}`)
    .join(" ");
}

/** A one-lane ring of four signals, 20 m in radius. */
function ring(): DrawnNetwork {
  const at = (turn: number, radiusM: number): readonly [number, number] => [
    Math.round(radiusM * Math.cos((turn * Math.PI) / 2)),
    Math.round(radiusM * Math.sin((turn * Math.PI) / 2)),
  ];
  const nodes = [0, 1, 2, 3].flatMap((turn) => [
    node(`r${turn}`, ...at(turn, 20), signal),
    node(`o${turn}`, ...at(turn, 370)),
  ]);
  const edges = [0, 1, 2, 3].flatMap((turn) => {
    const shape = Array.from({ length: 7 }, (_, step) => at(turn + step / 6, 20).join(",")).join(" ");
    const part = road(`q${turn}`, `r${turn}`, `r${(turn + 1) % 4}`, 1, limitMps).replace("/>", ` shape="${shape}"/>`);
    return [
      part,
      road(`i${turn}`, `o${turn}`, `r${turn}`, 1, limitMps),
      road(`x${turn}`, `r${turn}`, `o${turn}`, 1, limitMps),
    ];
  });
  return { nodes: nodes.join(""), edges: edges.join(""), connections: "" };
}

function aroundRing(from: string, to: string): string {
  const [first, last] = [Number(from), Number(to)];
  const parts = Array.from({ length: (last - first + 4) % 4 }, (_, step) => `q${(first + step) % 4}`);
  return [`i${first}`, ...parts, `x${last}`].join(" ");
}

/** Two crossings of a road whose lights are never green along it together; between them it is shorter than a car. */
function stub(): DrawnNetwork {
  const side = (id: string, x: number) => node(`${id}n`, x, 400) + node(`${id}s`, x, -400);
  const along =
    road("w-c", "w", "c", 1, limitMps) + road("c-d", "c", "d", 1, limitMps) + road("d-e", "d", "e", 1, limitMps);
  const across = ["c", "d"].map(
    (at) => road(`${at}n-${at}`, `${at}n`, at, 1, limitMps) + road(`${at}-${at}s`, at, `${at}s`, 1, limitMps),
  );
  const nodes = [
    node("w", -400, 0),
    node("c", 0, 0, signal),
    node("d", 12, 0, signal),
    node("e", 412, 0),
    side("c", 0),
    side("d", 12),
  ];
  return { nodes: nodes.join(""), edges: along + across.join(""), connections: "" };
}

/** Which of the two letters is the road's depends on the node: `first` has it, or `last`. */
const neverTogether = ["c", "d"]
  .map((id, row) => {
    const phases = ["GGrr", "yyrr", "rrGG", "rryy"].map(
      (state, phase) => `<phase duration="${phase % 2 === 0 ? 27 : 3}" state="${state}"/>`,
    );
    return `<tlLogic id="${id}" type="static" programID="own" offset="${row * 30}">${phases.join("")}</tlLogic>`;
  })
  .join("");

const light = (id: string): readonly string[] => ["--tls.default-type", id];

/** Everybody arrives, within ten minutes of the last departure. */
const flowing: readonly DrawnScenario[] = [
  ...["static", "actuated", "delay_based"].map((type) => ({
    ...{
      name: `${type} signals around a median of 6 m`,
      network: median(14),
      options: [...light(type), "--tls.join", "true"],
    },
    demand: betweenAll(["w", "s", "e", "n"], 120, aroundMedian),
  })),
  {
    name: "delay_based signals around a median of 6 m, not joined",
    network: median(14),
    options: light("delay_based"),
    demand: betweenAll(["w", "s", "e", "n"], 120, aroundMedian),
  },
  { name: "a ring of signals", network: ring(), demand: betweenAll(["0", "1", "2", "3"], 100, aroundRing) },
  {
    ...{ name: "a road shorter than a car between two lights", network: stub(), programs: neverTogether },
    demand:
      car + randomFlow("we", "w-c c-d d-e", 25) + randomFlow("c", "cn-c c-cs", 60) + randomFlow("d", "dn-d d-ds", 60),
  },
];

/** 2,000 vehicles an hour come the other way. */
const left: DrawnScenario = {
  ...{ name: "left turns of a one-lane road against a full stream", network: crossing(signal) },
  demand: car + flow("o", "ec cw", 2000, "best") + flow("l", "wc cn", 600, "best"),
};

/** Vehicles that came to an edge in all windows. */
const cameTo = (run: RunFigures, edge: string): number =>
  [...run.edges].reduce((sum, [key, { vehicles }]) => sum + (key.endsWith(` ${edge}`) ? vehicles : 0), 0);

describe.skipIf(!hasSumoProgram)("beside SUMO", () => {
  test.each(flowing.map((each) => [each.name, each] as const))(
    "%s: all arrive",
    async (name, each) => {
      const configuration = writeDrawn(folder, each);
      const theirs = seeds.map((seed) => runSumo(configuration, seed));
      const ours: RunFigures[] = [];
      const left: number[] = [];
      for (const seed of seeds) {
        const count = (_: unknown, { header }: Arena, second: number) => {
          if (second === drawnRunS) left.push(header.vehicleCount + header.waitingCount);
        };
        ours.push(await runDrawn(configuration, seed, 1, count));
      }
      const [own, their] = [ours, theirs].map((runs) => meanOf(runs.map(({ meanTripS }) => meanTripS)));
      console.info(
        `${name}: trips of ${own.toFixed(1)} s, SUMO ${their.toFixed(1)} s; arrived ${ours.map(({ arrived }) => arrived).join(" ")}, SUMO ${theirs.map(({ arrived }) => arrived).join(" ")}`,
      );
      expect(left).toEqual(seeds.map(() => 0));
      expect(own).toBeLessThanOrEqual(longest * their);
    },
    600_000,
  );

  test("who turns left from a one-lane road against a full stream goes when its green ends", async () => {
    const configuration = writeDrawn(folder, left);
    const theirs = seeds.map((seed) => cameTo(runSumo(configuration, seed), "cn"));
    const ours: number[] = [];
    for (const seed of seeds) ours.push(cameTo(await runDrawn(configuration, seed, 1), "cn"));
    console.info(`left turns: ${ours.join(" ")}, SUMO ${theirs.join(" ")}`);
    expect(meanOf(ours)).toBeGreaterThan(0.75 * meanOf(theirs));
  }, 600_000);
});
