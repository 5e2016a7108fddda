import {
  cityForm,
  everyVehicleClass,
  ProgramKind,
  SignalLetter,
  Turn,
  type City,
  type CityColumns,
} from "../../common/city";

/** A city for tests, drawn by hand: straight edges between points, everything else by the plainest rule. */
export interface PlainEdge {
  readonly from: number;
  readonly to: number;
  readonly lanes?: number;
  readonly speedMps?: number;
  /** Larger goes first at junctions without signals. */
  readonly priority?: number;
  readonly homes?: number;
  readonly jobs?: number;
}

export interface PlainCity {
  readonly points: readonly (readonly [number, number])[];
  readonly edges: readonly PlainEdge[];
  /** Junctions with a signal: one phase for east–west, one for north–south. */
  readonly signals?: readonly number[];
  readonly greenS?: number;
  /** Edge and position of each terminal. */
  readonly terminals?: readonly (readonly [number, number])[];
  /** Half the width of a junction: edges end so far from its point. */
  readonly marginM?: number;
}

interface Connection {
  readonly from: number;
  readonly to: number;
  readonly fromEdge: number;
  readonly toEdge: number;
  readonly junction: number;
  readonly turn: Turn;
}

export function plainCity(plan: PlainCity): City {
  const margin = plan.marginM ?? 8;
  const { points, edges } = plan;
  const laneStart = [0];
  for (const edge of edges) laneStart.push((laneStart.at(-1) ?? 0) + (edge.lanes ?? 1));
  const line = edges.map((edge) => trimmed(points[edge.from], points[edge.to], margin));
  const connections = connect(plan, laneStart);
  const shapes: { x: number; y: number }[][] = [];
  edges.forEach((edge, row) => {
    for (let lane = 0; lane < (edge.lanes ?? 1); lane++)
      shapes.push(offset(line[row], ((edge.lanes ?? 1) - lane - 0.5) * 3.2));
  });
  const speeds = edges.flatMap((edge) => Array.from({ length: edge.lanes ?? 1 }, () => edge.speedMps ?? 13.89));
  for (const { from, to, turn } of connections) {
    shapes.push([shapes[from]?.at(-1) as { x: number; y: number }, shapes[to]?.[0]]);
    speeds.push(turn === Turn.straight ? Math.min(speeds[from], speeds[to]) : 7);
  }
  const conflicts = conflictsOf(plan, connections);
  const signals = signalColumns(plan, connections);
  const columns: CityColumns = {
    junctionX: Float32Array.from(points, ([x]) => x),
    junctionY: Float32Array.from(points, ([, y]) => y),
    junctionKind: new Uint8Array(points.length),
    junctionProgram: Int32Array.from(points, (_, junction) => (plan.signals ?? []).indexOf(junction)),
    edgeFrom: Uint32Array.from(edges, (edge) => edge.from),
    edgeTo: Uint32Array.from(edges, (edge) => edge.to),
    edgeLaneStart: Uint32Array.from(laneStart),
    edgeLengthM: Float32Array.from(line, ([a, b]) => distance(a, b) + 2 * margin),
    edgeSpeedMps: Float32Array.from(edges, (edge) => edge.speedMps ?? 13.89),
    edgeClass: new Uint8Array(edges.length).fill(4),
    edgeName: new Int32Array(edges.length).fill(-1),
    edgePriority: Uint8Array.from(edges, (edge) => edge.priority ?? 1),
    edgeRoundabout: new Uint8Array(edges.length),
    edgeDistrict: new Uint16Array(edges.length),
    edgeHomes: Float32Array.from(edges, (edge) => edge.homes ?? 1),
    edgeJobs: Float32Array.from(edges, (edge) => edge.jobs ?? 1),
    ...flatten("edgeShape", line),
    laneLengthM: Float32Array.from(shapes, (shape) => Math.max(0.5, distance(first(shape), last(shape)))),
    laneSpeedMps: Float32Array.from(speeds),
    laneWidthM: new Float32Array(shapes.length).fill(3.2),
    laneClasses: new Uint32Array(shapes.length).fill(everyVehicleClass),
    laneNumber: Uint8Array.from(edges.flatMap((edge) => Array.from({ length: edge.lanes ?? 1 }, (_, lane) => lane))),
    ...flatten("laneShape", shapes),
    connectionFromLane: Uint32Array.from(connections, ({ from }) => from),
    connectionToLane: Uint32Array.from(connections, ({ to }) => to),
    connectionTurn: Uint8Array.from(connections, ({ turn }) => turn),
    connectionJunction: Uint32Array.from(connections, ({ junction }) => junction),
    connectionRule: new Uint8Array(connections.length),
    connectionWaitAtM: new Float32Array(connections.length),
    connectionKeepsClear: new Uint8Array(connections.length).fill(1),
    ...conflicts,
    ...signals,
    ...emptyGround(),
    terminalEdge: Uint32Array.from(plan.terminals ?? [], ([edge]) => edge),
    terminalPositionM: Float32Array.from(plan.terminals ?? [], ([, position]) => position),
    ...noParking(),
  };
  return {
    columns,
    meta: {
      form: cityForm,
      name: "plain city",
      source: "test",
      attribution: "",
      originLongitude: 0,
      originLatitude: 45,
      boundsM: [0, 0, 1, 1],
      synthesised: [],
      dropped: [],
      edgeIds: edges.map((_, row) => `e${row}`),
      leftOutEdgeIds: [],
      controllerIds: (plan.signals ?? []).map(String),
      programIds: (plan.signals ?? []).map(() => "0"),
      names: [],
      terminalNames: (plan.terminals ?? []).map((_, row) => `T-${row + 1}`),
      parkingNames: [],
      placeNames: [],
      districtNames: ["all"],
      restrictionCount: 0,
    },
  };
}

/** A square grid of streets in both directions, every junction signalled. */
export function gridCity(size: number, blockM: number, lanes: number): City {
  const points = Array.from(
    { length: size * size },
    (_, i) => [(i % size) * blockM, Math.floor(i / size) * blockM] as const,
  );
  const edges: PlainEdge[] = [];
  for (let i = 0; i < size * size; i++) {
    for (const j of [i % size < size - 1 ? i + 1 : -1, i + size < size * size ? i + size : -1]) {
      if (j >= 0) edges.push({ from: i, to: j, lanes }, { from: j, to: i, lanes });
    }
  }
  return plainCity({ points, edges, signals: points.map((_, i) => i), greenS: 27 });
}

type Point = { readonly x: number; readonly y: number };
const first = (shape: readonly Point[]) => shape[0];
const last = (shape: readonly Point[]) => shape.at(-1) as Point;
const distance = (a: Point, b: Point) => Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2);

function trimmed(
  from: readonly [number, number] | undefined,
  to: readonly [number, number] | undefined,
  margin: number,
) {
  if (!from || !to) throw new Error("an edge of the plan names a point that is not there");
  const long = Math.sqrt((to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2);
  const [ux, uy] = [(to[0] - from[0]) / long, (to[1] - from[1]) / long];
  return [
    { x: from[0] + ux * margin, y: from[1] + uy * margin },
    { x: to[0] - ux * margin, y: to[1] - uy * margin },
  ] as const;
}

/** Moves a straight line to the right by so many metres. */
function offset([a, b]: readonly [Point, Point], by: number) {
  const long = distance(a, b);
  const [nx, ny] = [(b.y - a.y) / long, -(b.x - a.x) / long];
  return [
    { x: a.x + nx * by, y: a.y + ny * by },
    { x: b.x + nx * by, y: b.y + ny * by },
  ];
}

function turnBetween(plan: PlainCity, a: PlainEdge, b: PlainEdge): Turn {
  const [p, q, r] = [plan.points[a.from], plan.points[a.to], plan.points[b.to]];
  if (!p || !q || !r) throw new Error("a point is missing");
  if (b.to === a.from) return Turn.uTurn;
  const cross = (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0]);
  const dot = (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1]);
  if (Math.abs(cross) < 0.5 * Math.abs(dot)) return Turn.straight;
  return cross > 0 ? Turn.left : Turn.right;
}

/** Straight on from every lane to the same lane, right from the rightmost, left from the leftmost; back only at dead ends. */
function connect(plan: PlainCity, laneStart: readonly number[]): Connection[] {
  const connections: Connection[] = [];
  plan.edges.forEach((a, fromEdge) => {
    const onward = plan.edges.map((b, row) => ({ b, row })).filter(({ b }) => b.from === a.to && b.to !== a.from);
    const back = plan.edges.map((b, row) => ({ b, row })).filter(({ b }) => b.from === a.to && b.to === a.from);
    const lanes = a.lanes ?? 1;
    for (let lane = 0; lane < lanes; lane++) {
      for (const { b, row } of onward.length > 0 ? onward : back) {
        const turn = turnBetween(plan, a, b);
        const targets = b.lanes ?? 1;
        // Where nothing leads straight on, every lane may turn.
        const straight = onward.some(({ b: other }) => turnBetween(plan, a, other) === Turn.straight);
        if (straight && turn === Turn.right && lane > 0) continue;
        if (straight && turn === Turn.left && lane < lanes - 1) continue;
        const target = straight && turn === Turn.left ? targets - 1 : Math.min(lane, targets - 1);
        connections.push({
          from: (laneStart[fromEdge] ?? 0) + lane,
          to: (laneStart[row] ?? 0) + target,
          fromEdge,
          toEdge: row,
          junction: a.to,
          turn,
        });
      }
    }
  });
  return connections;
}

/** Two connections conflict when they merge, or when their straight lines come closer than 2 m. */
function conflictsOf(plan: PlainCity, connections: readonly Connection[]) {
  const lists: { other: number; yields: number }[][] = connections.map(() => []);
  connections.forEach((a, i) => {
    connections.forEach((b, j) => {
      if (i === j || a.junction !== b.junction || a.fromEdge === b.fromEdge) return;
      if (a.to !== b.to && !crosses(plan, a, b)) return;
      lists[i]?.push({ other: j, yields: yieldsTo(plan, a, b, i, j) ? 1 : 0 });
    });
  });
  const start = [0];
  for (const list of lists) start.push((start.at(-1) ?? 0) + list.length);
  return {
    conflictStart: Uint32Array.from(start),
    conflictWith: Uint32Array.from(lists.flat(), ({ other }) => other),
    conflictYields: Uint8Array.from(lists.flat(), ({ yields }) => yields),
  };
}

function yieldsTo(plan: PlainCity, a: Connection, b: Connection, i: number, j: number): boolean {
  const level = ({ fromEdge, turn }: Connection) =>
    (plan.edges[fromEdge]?.priority ?? 1) * 4 + (turn === Turn.straight ? 2 : turn === Turn.right ? 1 : 0);
  return level(a) === level(b) ? i > j : level(a) < level(b);
}

/** Do the movements cross? Opposite straight and right movements do not; everything else of different arms does. */
function crosses(plan: PlainCity, a: Connection, b: Connection): boolean {
  const [edgeA, edgeB] = [plan.edges[a.fromEdge], plan.edges[b.fromEdge]];
  if (!edgeA || !edgeB) return false;
  const opposite = turnBetween(plan, edgeA, { from: edgeB.to, to: edgeB.from }) === Turn.straight;
  if (opposite) return a.turn === Turn.left || b.turn === Turn.left ? a.turn !== b.turn : false;
  return a.turn !== Turn.right && b.turn !== Turn.right;
}

function signalColumns(plan: PlainCity, connections: readonly Connection[]) {
  const signals = plan.signals ?? [];
  const green = plan.greenS ?? 27;
  const durations: number[] = [];
  const letterStart: number[] = [];
  const letters: number[] = [];
  const links = new Int32Array(connections.length).fill(-1);
  const linkCounts: number[] = [];
  for (const junction of signals) {
    const own = connections
      .map((connection, row) => ({ connection, row }))
      .filter((c) => c.connection.junction === junction);
    own.forEach(({ row }, link) => (links[row] = link));
    linkCounts.push(own.length);
    const eastWest = own.map(({ connection }) => isEastWest(plan, connection));
    for (const [axis, letter, seconds] of [
      [true, 2, green],
      [true, 1, 3],
      [false, 2, green],
      [false, 1, 3],
    ] as const) {
      durations.push(seconds);
      letterStart.push(letters.length);
      own.forEach(({ connection }, link) => {
        const go =
          letter === 1
            ? SignalLetter.yellow
            : connection.turn === Turn.left
              ? SignalLetter.greenYield
              : SignalLetter.green;
        letters.push(eastWest[link] === axis ? go : SignalLetter.red);
      });
    }
  }
  return {
    connectionSignal: links,
    programPhaseStart: Uint32Array.from({ length: signals.length + 1 }, (_, row) => row * 4),
    programOffsetS: new Float32Array(signals.length),
    programController: Uint32Array.from(signals, (_, row) => row),
    programKind: new Uint8Array(signals.length).fill(ProgramKind.fixed),
    programMaxGapS: new Float32Array(signals.length),
    programDetectorS: new Float32Array(signals.length),
    programPassingS: new Float32Array(signals.length),
    programRangeM: new Float32Array(signals.length),
    programLeastLossS: new Float32Array(signals.length),
    programLinkCount: Uint32Array.from(linkCounts),
    phaseDurationS: Float32Array.from(durations),
    phaseLeastS: Float32Array.from(durations),
    phaseMostS: Float32Array.from(durations),
    phaseLetterStart: Uint32Array.from(letterStart),
    phaseLetters: Uint8Array.from(letters),
  };
}

function isEastWest(plan: PlainCity, { fromEdge }: Connection): boolean {
  const edge = plan.edges[fromEdge];
  const [a, b] = [plan.points[edge?.from ?? 0], plan.points[edge?.to ?? 0]];
  return Math.abs((a?.[0] ?? 0) - (b?.[0] ?? 0)) >= Math.abs((a?.[1] ?? 0) - (b?.[1] ?? 0));
}

function flatten<Name extends "edgeShape" | "laneShape">(name: Name, shapes: readonly (readonly Point[])[]) {
  const start = [0];
  for (const shape of shapes) start.push((start.at(-1) ?? 0) + shape.length);
  const points = shapes.flat();
  return {
    [`${name}Start`]: Uint32Array.from(start),
    [`${name}X`]: Float32Array.from(points, ({ x }) => x),
    [`${name}Y`]: Float32Array.from(points, ({ y }) => y),
  } as Record<`${Name}Start`, Uint32Array<ArrayBuffer>> & Record<`${Name}X` | `${Name}Y`, Float32Array<ArrayBuffer>>;
}

function emptyGround() {
  return {
    buildingStart: new Uint32Array(1),
    buildingX: new Float32Array(),
    buildingY: new Float32Array(),
    buildingHeightM: new Float32Array(),
    areaStart: new Uint32Array(1),
    areaX: new Float32Array(),
    areaY: new Float32Array(),
    areaKind: new Uint8Array(),
    lineStart: new Uint32Array(1),
    lineX: new Float32Array(),
    lineY: new Float32Array(),
    lineKind: new Uint8Array(),
    placeX: new Float32Array(),
    placeY: new Float32Array(),
    placeRank: new Uint8Array(),
  };
}

function noParking() {
  return {
    parkingEdge: new Uint32Array(),
    parkingPositionM: new Float32Array(),
    parkingX: new Float32Array(),
    parkingY: new Float32Array(),
    parkingCapacity: new Uint16Array(),
    parkingKind: new Uint8Array(),
    parkingName: new Int32Array(),
  };
}

/** Two roads cross in the middle, one way each, 500 m from there: edges 0 and 1 of two lanes eastward, 2 and 3 of one southward. */
export const crossingCity = (): City =>
  plainCity({
    points: [
      [0, 0],
      [500, 0],
      [1000, 0],
      [500, 500],
      [500, -500],
    ],
    edges: [
      { from: 0, to: 1, lanes: 2 },
      { from: 1, to: 2, lanes: 2 },
      { from: 3, to: 1 },
      { from: 1, to: 4 },
    ],
  });
