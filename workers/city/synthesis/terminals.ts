import { RoadClass } from "../../../common/city";
import { Decision, draw } from "../../../common/draw";
import { length } from "../../kernel/maths";
import { direction, pointAt, type Point } from "../geometry/polyline";
import { sectionOf } from "../network/directed-sections";
import type { NetworkEdge } from "../network/edges";
import type { Network } from "../network/network";
import { edgeGraph, fastestTree } from "./edge-graph";
import type { LandUse } from "./land-use";
import { chosenRow, cumulate } from "./weighted-choice";

/** Roadside beacons by edge, in the order in which they were placed. */
export interface Terminals {
  readonly edge: Uint32Array<ArrayBuffer>;
  readonly positionM: Float32Array<ArrayBuffer>;
}

const fewest = 12;
const most = 60;
/** One for so many kilometres of road. */
const kmPerTerminal = 1.2;
/** Nearer than this they say the same twice, m; not so on the two carriageways of a road, which face each other. */
const spacingM = 170;
const facingCosine = -0.5;
/** Too short to stand on, m. */
const shortestEdgeM = 20;
/** Sampled trips: destinations, and origins for each. */
const destinationCount = 30;
const originsEach = 30;
/** The last part of a trip, in which its arrival is to be seen: this share of its edges' length, at least so many metres. */
const tailShare = 0.3;
const tailM = 700;

/** What a further terminal is worth to a trip that passes so many already: two to four tell its way, six are too many. */
const worthByCount = [1.5, 1.1, 0.5, 0.2, 0, -0.3, -0.6];
const worthOfTail = 1.6;
/** Bigger roads have poles, power and a median to stand on. */
const classWorth: Readonly<Record<RoadClass, number>> = [1.2, 1.2, 1.15, 1.1, 1, 0.8, 0.6, 0.3];
/** The first so many of all stand on bridges, the longest first. */
const bridgeShare = 0.15;
/** Shorter ones span a brook or another road, m. */
const shortestBridgeM = 60;

/**
 * Places terminals where trips pass, in both directions of a road: sampled commutes there and back take their fastest
 * ways, and the edge that tells most about them comes next.
 */
export function placeTerminals(network: Network, landUse: LandUse, seed: number): Terminals {
  const { edges } = network;
  const trips = sampleTrips(network, landUse, seed);
  const roadM = edges.reduce((sum, { drivenM }) => sum + drivenM, 0);
  const wanted = Math.min(most, Math.max(fewest, Math.round(roadM / 1000 / kmPerTerminal)));
  const tripsOver: Visit[][] = edges.map(() => []);
  trips.forEach((trip, row) =>
    trip.edges.forEach((edge, index) => tripsOver[edge].push({ trip: row, isTail: index >= trip.tailFrom })),
  );
  const passed = new Uint8Array(trips.length);
  const tailSeen = new Uint8Array(trips.length);
  const placed: number[] = [];
  const opposite = oppositeEdges(edges);
  const tripWorth = (edge: number) =>
    worthOf(tripsOver[edge], passed, tailSeen) * classWorth[edges[edge].way.roadClass];
  // A bridge stands for all ways over the water, also for those that nobody takes until another bridge is closed.
  const bridgeWorth = (edge: number) =>
    isMainBridge(edges[edge]) ? edges[edge].drivenM * classWorth[edges[edge].way.roadClass] : 0;
  while (placed.length < wanted) {
    const onBridge = placed.length < wanted * bridgeShare ? bestEdge(edges, placed, opposite, bridgeWorth) : -1;
    const best = onBridge >= 0 ? onBridge : bestEdge(edges, placed, opposite, tripWorth);
    if (best < 0) break;
    for (const edge of [best, opposite[best]]) {
      if (edge < 0 || placed.length >= wanted) continue;
      placed.push(edge);
      for (const { trip, isTail } of tripsOver[edge]) {
        passed[trip]++;
        if (isTail) tailSeen[trip] = 1;
      }
    }
  }
  return {
    edge: Uint32Array.from(placed),
    positionM: Float32Array.from(placed, (edge) => edges[edge].drivenM / 2),
  };
}

interface Trip {
  readonly edges: readonly number[];
  /** First position in `edges` of the last part. */
  readonly tailFrom: number;
}

interface Visit {
  readonly trip: number;
  readonly isTail: boolean;
}

/** Half of the destinations are jobs, reached from homes, half the way back. */
function sampleTrips(network: Network, { homes, jobs }: LandUse, seed: number): Trip[] {
  const graph = edgeGraph(network);
  const sums = [cumulate(homes), cumulate(jobs)];
  const trips: Trip[] = [];
  for (let row = 0; row < destinationCount; row++) {
    const backHome = row % 2;
    const destination = chosenRow(sums[1 - backHome], draw(seed, row, Decision.terminalPlace, 0));
    if (destination < 0) continue;
    const { next } = fastestTree(graph, destination);
    for (let origin = 1; origin <= originsEach; origin++) {
      const from = chosenRow(sums[backHome], draw(seed, row, Decision.terminalPlace, origin));
      if (from >= 0 && next[from] >= 0) trips.push(tripAlong(network.edges, next, from));
    }
  }
  return trips;
}

function tripAlong(edges: readonly NetworkEdge[], next: Int32Array, from: number): Trip {
  const way: number[] = [];
  for (let edge = from; edge >= 0; edge = next[edge]) way.push(edge);
  const wayM = way.reduce((sum, edge) => sum + edges[edge].lengthM, 0);
  let left = Math.max(tailM, tailShare * wayM);
  let tailFrom = way.length;
  while (tailFrom > 0 && left > 0) left -= edges[way[--tailFrom]].lengthM;
  return { edges: way, tailFrom };
}

function worthOf(visits: readonly Visit[], passed: Uint8Array, tailSeen: Uint8Array): number {
  let worth = 0;
  for (const { trip, isTail } of visits) {
    worth += worthByCount[Math.min(passed[trip], worthByCount.length - 1)];
    if (isTail && tailSeen[trip] === 0) worth += worthOfTail;
  }
  return worth;
}

const isMainBridge = ({ way, hasBridge, drivenM }: NetworkEdge): boolean =>
  hasBridge && way.roadClass <= RoadClass.secondary && !way.isLink && drivenM >= shortestBridgeM;

/** The other direction of each edge's road, -1 where it is one-way. */
function oppositeEdges(edges: readonly NetworkEdge[]): Int32Array {
  const firstOf = new Map<number, number>();
  const opposite = new Int32Array(edges.length).fill(-1);
  edges.forEach(({ directed }, row) => {
    const other = firstOf.get(sectionOf(directed));
    if (other === undefined) firstOf.set(sectionOf(directed), row);
    else [opposite[row], opposite[other]] = [other, row];
  });
  return opposite;
}

/** The edge of most worth that is long enough and far enough from all others; -1 when none is left. */
function bestEdge(
  edges: readonly NetworkEdge[],
  placed: readonly number[],
  opposite: Int32Array,
  worth: (edge: number) => number,
): number {
  let [best, bestWorth] = [-1, 0];
  const sites = placed.map((edge) => siteOf(edges[edge]));
  edges.forEach((edge, row) => {
    if (!edge.isInCore || edge.drivenM < shortestEdgeM) return;
    const other = opposite[row] < 0 ? 0 : worth(opposite[row]);
    const total = worth(row) + other;
    if (total <= bestWorth) return;
    const here = siteOf(edge);
    if (sites.some((site) => saysTheSame(site, here))) return;
    [best, bestWorth] = [row, total];
  });
  return best;
}

interface Site {
  readonly place: Point;
  readonly towards: Point;
}

function siteOf({ shape, lengthM }: NetworkEdge): Site {
  const place = pointAt(shape, lengthM / 2);
  return { place, towards: direction(place, pointAt(shape, lengthM / 2 + 10)) };
}

function saysTheSame(a: Site, b: Site): boolean {
  if (length(a.place.x - b.place.x, a.place.y - b.place.y) >= spacingM) return false;
  return a.towards.x * b.towards.x + a.towards.y * b.towards.y > facingCosine;
}
