import { JunctionKind, type City } from "../../../common/city";
import type { Result } from "../../../common/result";
import { packNetwork } from "../city";
import { endGround, startGround } from "../ground";
import type { ImportOptions } from "../import-options";
import { startNotes, type ImportNotes } from "../import-notes";
import type { CrossingRules } from "../network/crossing-rules";
import type { Network } from "../network/network";
import { noParking } from "../parking/parking-columns";
import { synthesise } from "../synthesis/synthesis";
import { readSignalPrograms } from "./additional-programs";
import { checkedIn, type NamedFile } from "./document";
import { ElementProblem } from "./element-reading";
import type { SumoJunction, SumoNet } from "./net-elements";
import { readSumoNet } from "./net-reading";
import { checkReferences } from "./net-references";
import { placementOf, type Placement } from "./placement";
import { findRequests, readRightOfWay } from "./right-of-way";
import { boundsOf, isForCars, joinRoads, readRoads, type SumoRoads } from "./roads";
import { controlSignals } from "./signal-control";
import { readWaysAcross, type WaysAcross } from "./ways-across";

/**
 * Imports a network of SUMO, `.net.xml` or `.net.xml.gz`, lane by lane as its file has it.
 * @param additional files whose signal programs come after the network's own and rule over them, as in SUMO
 * @returns the whole city or a failure that names the file, the line and the element
 */
export function importSumoNet(
  file: NamedFile,
  options: ImportOptions = {},
  additional: readonly NamedFile[] = [],
): Result<City> {
  const notes = startNotes();
  const net = readSumoNet(file, notes, options.progress);
  if (!net.ok) return net;
  const more = readSignalPrograms(additional, net.value.programs, notes);
  if (!more.ok) return more;
  const whole = { ...net.value, programs: [...net.value.programs, ...more.value] };
  return checkedIn(file.name, () => cityOf(file.name, whole, options.seed ?? 1, notes));
}

function cityOf(fileName: string, net: SumoNet, seed: number, notes: ImportNotes): City {
  checkReferences(net);
  const bounds = boundsOf(net);
  if (bounds[0] > bounds[2]) throw new ElementProblem("no edges in the network");
  const placement = placementOf(net.location, bounds, notes);
  const roads = readRoads(net, placement, notes);
  if (roads.edges.length === 0) throw new ElementProblem("no roads for motor vehicles in the network");
  const requests = findRequests(net);
  const ways = readWaysAcross(net, roads, placement, (source) => requests.get(source)?.waitsInside === true, notes);
  const elements = roads.junctionIds.map((id) => net.junctions.get(id)).filter((junction) => junction !== undefined);
  checkCrowds(ways, elements);
  const order = readRightOfWay(ways, roads.edges, elements, requests);
  const signals = controlSignals(ways, net.programs, elements.length, notes);
  const network: Network = {
    edges: joinRoads(roads.edges, ways.connections),
    connections: ways.connections,
    junctions: junctionsOf(elements, placement, roads, ways.connections, order.conflicts, signals.programOf),
  };
  const rules: CrossingRules = {
    ...signals,
    waits: order.waits,
    kindOf: (row) => kindOf(elements[row], signals.programOf[row]),
  };
  const ground = endGround(startGround());
  // People go by car: what is open to buses only is no way for them.
  const forCars = { ...network, connections: network.connections.filter((way) => isForCars(network.edges, way)) };
  const made = synthesise(forCars, ground, seed);
  const about = {
    name: fileName.replace(/^.*[\\/]/, "").replace(/\.net\.xml(\.gz)?$/i, ""),
    source: fileName,
    attribution: "",
    projection: placement.projection,
    ground,
    names: roads.names,
    restrictionCount: 0,
    leftOutEdgeIds: roads.leftOutEdgeIds,
    synthesised: [...made.synthesised, ...madeUp(placement, roads, ways, order.seenCount)],
  };
  return packNetwork(about, network, rules, made, noParking(), notes);
}

/** More ways than cross at any junction of SUMO: each is compared with every other. */
const waysMost = 1024;

function checkCrowds({ connections }: WaysAcross, elements: readonly SumoJunction[]): void {
  const counts = new Uint32Array(elements.length);
  for (const { junction } of connections) counts[junction]++;
  const crowded = counts.findIndex((count) => count > waysMost);
  if (crowded < 0) return;
  const { label, line } = elements[crowded];
  throw new ElementProblem(`${label}: ${counts[crowded]} connections cross it; at most ${waysMost} do`, line);
}

function madeUp(
  { isOnGlobe }: Placement,
  { hasClasses }: SumoRoads,
  ways: { readonly drawnCount: number; readonly turnaroundCount: number },
  seenCount: number,
): string[] {
  return [
    ...(isOnGlobe ? [] : ["place on the globe: the file states none"]),
    ...(hasClasses ? [] : ["classes of roads: by speed and lanes where the file states none"]),
    ...(ways.drawnCount === 0 ? [] : [`ways across junctions: ${ways.drawnCount} that have no internal lane`]),
    ...(ways.turnaroundCount === 0 ? [] : [`ways back where the network ends: ${ways.turnaroundCount}`]),
    ...(seenCount === 0 ? [] : [`right of way at ${seenCount} junctions without requests: by general rules`]),
  ];
}

function junctionsOf(
  elements: readonly SumoJunction[],
  { toCity }: Placement,
  { edges }: SumoRoads,
  connections: Network["connections"],
  conflicts: readonly Network["junctions"][number]["conflicts"][],
  programOf: Int32Array,
): Network["junctions"] {
  const links: number[][] = elements.map(() => []);
  connections.forEach(({ junction }, row) => links[junction].push(row));
  const arms = elements.map(() => new Set<number>());
  for (const { fromJunction, toJunction, directed } of edges) {
    arms[fromJunction].add(directed >> 1);
    arms[toJunction].add(directed >> 1);
  }
  return elements.map(({ x, y }, row) => ({
    ...toCity(x, y),
    links: links[row],
    conflicts: conflicts[row],
    hasSignals: programOf[row] >= 0,
    armCount: arms[row].size,
  }));
}

const kinds: ReadonlyMap<string, JunctionKind> = new Map([
  ["right_before_left", JunctionKind.rightBeforeLeft],
  ["dead_end", JunctionKind.deadEnd],
  ["allway_stop", JunctionKind.allWayStop],
  ["zipper", JunctionKind.zipper],
  ["unregulated", JunctionKind.unregulated],
  ["rail_crossing", JunctionKind.railCrossing],
]);

function kindOf({ type }: SumoJunction, program: number): JunctionKind {
  return program >= 0 ? JunctionKind.signal : (kinds.get(type) ?? JunctionKind.priority);
}

export const isSumoNetName = (name: string): boolean => /\.net\.xml(\.gz)?$/i.test(name);
