import { expect, test } from "vitest";
import { JunctionKind, RoadClass, SignalLetter, Turn } from "../../../common/city";
import { startNotes } from "../import-notes";
import type { Carriageway, RoadGraph, RoadWay } from "../roads/road-graph";
import { buildNetwork, type BuiltNetwork } from "./network";
import { plannedRules } from "./crossing-rules";
import { planSignals } from "./signals";

interface Arm {
  readonly id: string;
  /** Metres from the crossing at the origin. */
  readonly x: number;
  readonly y: number;
  readonly roadClass?: RoadClass;
  readonly laneCount?: number;
}

/** Roads from all around to one crossing, drawn outwards. */
function crossing(arms: readonly Arm[], signals = false): BuiltNetwork {
  const ways = arms.map(({ id, roadClass = RoadClass.residential, laneCount = 1 }, row): RoadWay => {
    const carriageway: Carriageway = { laneCount, speedMps: 13.9, turnMarks: null };
    return {
      id,
      nodes: Uint32Array.of(0, row + 1),
      roadClass,
      isLink: false,
      isRoundabout: false,
      isBridge: false,
      name: -1,
      forward: carriageway,
      backward: carriageway,
      leftKerb: null,
      rightKerb: null,
    };
  });
  const graph: RoadGraph = {
    nodeX: Float64Array.of(0, ...arms.map(({ x }) => x)),
    nodeY: Float64Array.of(0, ...arms.map(({ y }) => y)),
    controls: signals ? [{ node: 0, kind: "signals", faces: "both" }] : [],
    ways,
    restrictions: [],
    pathRestrictions: [],
    restrictionCount: 0,
    names: [],
  };
  const network = buildNetwork(graph, startNotes());
  if (!network.ok) throw new Error(network.error.message);
  return network.value;
}

const [west, east, south, north] = [
  { id: "west", x: -200, y: 0 },
  { id: "east", x: 200, y: 0 },
  { id: "south", x: 0, y: -200 },
  { id: "north", x: 0, y: 200 },
];

/** Row of the connection from one arm to another. */
function connection({ edges, connections }: BuiltNetwork, from: string, to: string): number {
  return connections.findIndex(({ fromEdge, toEdge }) => edges[fromEdge].id === `-${from}` && edges[toEdge].id === to);
}

/** Who waits, "west→east" or "south→north"; null where they do not conflict. */
function waits(
  network: BuiltNetwork,
  first: readonly [string, string],
  second: readonly [string, string],
): string | null {
  const [a, b] = [connection(network, ...first), connection(network, ...second)];
  const conflict = network.junctions
    .flatMap(({ conflicts }) => conflicts)
    .find((pair) => (pair.first === a && pair.second === b) || (pair.first === b && pair.second === a));
  if (conflict === undefined) return null;
  const { waits: loser } = network.rightOfWay(a, b);
  expect(network.rightOfWay(b, a).waits, "the order of the question does not matter").toBe(1 - loser);
  return (loser === 0 ? first : second).join("→");
}

test("the smaller road waits for the bigger one, whatever it does", () => {
  const network = crossing([
    { ...west, roadClass: RoadClass.primary },
    { ...east, roadClass: RoadClass.primary },
    south,
    north,
  ]);
  expect(waits(network, ["west", "east"], ["south", "north"])).toBe("south→north");
  expect(waits(network, ["west", "north"], ["south", "north"])).toBe("south→north");
  expect(waits(network, ["north", "east"], ["west", "east"])).toBe("north→east");
});

test("between equal roads the one from the right goes first", () => {
  const network = crossing([west, east, south, north]);
  expect(waits(network, ["west", "east"], ["south", "north"])).toBe("west→east");
  expect(waits(network, ["south", "north"], ["east", "west"])).toBe("south→north");
  expect(waits(network, ["east", "west"], ["north", "south"])).toBe("east→west");
  expect(waits(network, ["north", "south"], ["west", "east"])).toBe("north→south");
});

test("who turns left waits for who comes towards them, straight on or turning right", () => {
  const network = crossing([west, east, south, north]);
  expect(waits(network, ["west", "north"], ["east", "west"])).toBe("west→north");
  expect(waits(network, ["west", "north"], ["east", "north"])).toBe("west→north");
});

test("the road that ends waits where the other goes through, from tertiary up", () => {
  const arms = [west, east, south].map((arm) => ({ ...arm, roadClass: RoadClass.tertiary }));
  const network = crossing(arms);
  expect(waits(network, ["west", "east"], ["south", "west"])).toBe("south→west");
  expect(waits(network, ["east", "south"], ["south", "west"])).toBe("south→west");
});

test("who drives in a roundabout goes before who enters it", () => {
  const lane: Carriageway = { laneCount: 1, speedMps: 8, turnMarks: null };
  const way = (id: string, nodes: number[], isRoundabout: boolean, roadClass: RoadClass): RoadWay => ({
    id,
    nodes: Uint32Array.from(nodes),
    roadClass,
    isLink: false,
    isRoundabout,
    isBridge: false,
    name: -1,
    forward: lane,
    backward: isRoundabout ? null : lane,
    leftKerb: null,
    rightKerb: null,
  });
  // Nodes 0 to 3 on the ring, counter-clockwise from east, 4 to 7 at the ends of the arms.
  const network = buildNetwork(
    {
      nodeX: Float64Array.of(20, 0, -20, 0, 200, 0, -200, 0),
      nodeY: Float64Array.of(0, 20, 0, -20, 0, 200, 0, -200),
      controls: [],
      ways: [
        way("ring", [0, 1, 2, 3, 0], true, RoadClass.residential),
        ...[0, 1, 2, 3].map((arm) => way(`arm${arm}`, [arm, arm + 4], false, RoadClass.primary)),
      ],
      restrictions: [],
      pathRestrictions: [],
      restrictionCount: 0,
      names: [],
    },
    startNotes(),
  );
  if (!network.ok) throw new Error(network.error.message);
  const { edges, connections, junctions, rightOfWay } = network.value;
  let merges = 0;
  for (const { first, second } of junctions.flatMap(({ conflicts }) => conflicts)) {
    const entering = [first, second].map((row) => edges[connections[row].fromEdge].id.startsWith("-arm"));
    if (entering[0] === entering[1]) continue;
    merges++;
    expect(entering[rightOfWay(first, second).waits]).toBe(true);
  }
  expect(merges).toBeGreaterThanOrEqual(4);
});

test("movements that stay apart do not conflict", () => {
  const network = crossing([west, east, south, north]);
  expect(waits(network, ["west", "east"], ["east", "west"])).toBeNull();
  expect(waits(network, ["west", "south"], ["east", "north"])).toBeNull();
  expect(waits(network, ["south", "east"], ["west", "north"])).toBeNull();
});

test("curves start and end on their lanes, turn the right way round and have a length", () => {
  const { connections, edges } = crossing([west, east, south, north]);
  for (const { curve, speedMps, fromEdge, fromLane, toEdge, toLane, turn } of connections) {
    const [before, after] = [edges[fromEdge].lanes[fromLane], edges[toEdge].lanes[toLane]];
    expect([curve.line.x[0], curve.line.y[0]]).toEqual([before.x.at(-1), before.y.at(-1)]);
    expect([curve.line.x.at(-1), curve.line.y.at(-1)]).toEqual([after.x[0], after.y[0]]);
    expect(curve.lengthM).toBeGreaterThan(3);
    // Sideways acceleration of 0.27 g at this speed bounds what radius it can have.
    if (turn !== Turn.straight) expect(speedMps).toBeLessThan(8);
  }
});

test("lanes lie to the right of the middle, the first one outermost", () => {
  const { edges } = crossing([west, { ...east, laneCount: 2 }, south, north]);
  const eastbound = edges.find(({ id }) => id === "east");
  expect(eastbound?.lanes.map(({ y }) => Math.round((y[0] ?? 0) * 10) / 10)).toEqual([-4.8, -1.6]);
});

const signalsOf = (network: BuiltNetwork) => planSignals(network, new Float64Array(network.edges.length), startNotes());

const lettersOf = (network: BuiltNetwork, from: string, to: string) => {
  const [program] = signalsOf(network).programs;
  const link = program.links.indexOf(connection(network, from, to));
  return program.phases.map(({ letters }) => letters[link]);
};

test("opposite roads have green together, crossing roads never", () => {
  const network = crossing([west, east, south, north], true);
  const [first, second, third] = [
    lettersOf(network, "west", "east"),
    lettersOf(network, "east", "west"),
    lettersOf(network, "south", "north"),
  ];
  expect(first).toEqual(second);
  expect(first.some((letter, phase) => letter === SignalLetter.green && third[phase] !== SignalLetter.red)).toBe(false);
  expect(third).toContain(SignalLetter.green);
});

test("a left turn gives way on green against one lane, and has a stage of its own against two", () => {
  const narrow = crossing([west, east, south, north], true);
  expect(lettersOf(narrow, "west", "north")).toContain(SignalLetter.greenYield);
  expect(lettersOf(narrow, "west", "north")).not.toContain(SignalLetter.green);
  const oncoming = crossingWithTurnLane();
  const left = lettersOf(oncoming, "west", "north");
  const straight = lettersOf(oncoming, "east", "west");
  expect(left).toContain(SignalLetter.green);
  expect(left).not.toContain(SignalLetter.greenYield);
  expect(left.some((letter, phase) => letter === SignalLetter.green && straight[phase] === SignalLetter.green)).toBe(
    false,
  );
});

/** West and east have three lanes towards the crossing and two away from it. */
function crossingWithTurnLane(): BuiltNetwork {
  const carriageway = (laneCount: number): Carriageway => ({ laneCount, speedMps: 13.9, turnMarks: null });
  const way = (id: string, node: number, out: number, into: number): RoadWay => ({
    id,
    nodes: Uint32Array.of(0, node),
    roadClass: RoadClass.primary,
    isLink: false,
    isRoundabout: false,
    isBridge: false,
    name: -1,
    forward: carriageway(out),
    backward: carriageway(into),
    leftKerb: null,
    rightKerb: null,
  });
  const network = buildNetwork(
    {
      nodeX: Float64Array.of(0, -200, 200, 0, 0),
      nodeY: Float64Array.of(0, 0, 0, -200, 200),
      controls: [{ node: 0, kind: "signals", faces: "both" }],
      ways: [way("west", 1, 2, 3), way("east", 2, 2, 3), way("south", 3, 1, 1), way("north", 4, 1, 1)],
      restrictions: [],
      pathRestrictions: [],
      restrictionCount: 0,
      names: [],
    },
    startNotes(),
  );
  if (!network.ok) throw new Error(network.error.message);
  return network.value;
}

test("every green ends in three seconds of yellow and then in red, and cycles last 60 to 90 s", () => {
  for (const network of [
    crossing([west, east, south, north], true),
    crossing([west, east, south], true),
    crossingWithTurnLane(),
  ]) {
    const { phases, links } = signalsOf(network).programs[0];
    const cycleS = phases.reduce((sum, { durationS }) => sum + durationS, 0);
    expect(cycleS).toBeGreaterThanOrEqual(60);
    expect(cycleS).toBeLessThanOrEqual(90);
    links.forEach((_, link) => {
      phases.forEach(({ letters }, phase) => {
        const next = phases[(phase + 1) % phases.length];
        const wasGreen = letters[link] === SignalLetter.green || letters[link] === SignalLetter.greenYield;
        if (wasGreen) expect(next.letters[link]).not.toBe(SignalLetter.red);
        if (next.letters[link] === SignalLetter.yellow) expect([3, wasGreen]).toEqual([next.durationS, true]);
        if (letters[link] === SignalLetter.yellow) expect(next.letters[link]).toBe(SignalLetter.red);
      });
    });
  }
});

test("a junction says what kind it is", () => {
  const kindsOf = (network: BuiltNetwork) => {
    return plannedRules(network, signalsOf(network)).kindOf(0);
  };
  expect(kindsOf(crossing([west, east, south, north]))).toBe(JunctionKind.rightBeforeLeft);
  expect(kindsOf(crossing([west, east, south, north], true))).toBe(JunctionKind.signal);
  expect(kindsOf(crossing([west, { ...east, laneCount: 2 }]))).toBe(JunctionKind.continuation);
  const main = [west, east].map((arm) => ({ ...arm, roadClass: RoadClass.secondary }));
  expect(kindsOf(crossing([...main, south]))).toBe(JunctionKind.priority);
});
