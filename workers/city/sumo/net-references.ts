import { ElementProblem, quoted, refuse } from "./element-reading";
import type { SumoConnection, SumoEdge, SumoLane, SumoNet } from "./net-elements";
import type { SumoProgram } from "./signal-reading";

function problemOf({ label, line }: { readonly label: string; readonly line: number }, message: string): never {
  throw new ElementProblem(`${label}: ${message}`, line);
}

/** Checks that all that a network's elements refer to is there. @throws ElementProblem */
export function checkReferences(net: SumoNet): void {
  const laneIds = new Set<string>();
  for (const edge of net.edges.values()) {
    for (const { id } of edge.lanes) laneIds.add(id);
    if (!isRoad(edge)) continue;
    for (const junction of [edge.from, edge.to]) {
      if (!net.junctions.has(junction)) problemOf(edge, `there is no junction ${quoted(junction)}`);
    }
  }
  const lettersOf = fewestLetters(net.programs);
  for (const connection of net.connections) {
    laneAt(net, connection, "from");
    laneAt(net, connection, "to");
    if (connection.via !== "" && !laneIds.has(connection.via))
      problemOf(connection, `there is no lane ${quoted(connection.via)} to go by`);
    checkSignal(net, connection, lettersOf);
  }
  for (const junction of net.junctions.values()) {
    const missing = junction.incomingLanes.find((lane) => !laneIds.has(lane));
    if (missing !== undefined) problemOf(junction, `there is no lane ${quoted(missing)}`);
    for (const { index, line, response, foes } of junction.requests) {
      if (response.length === junction.requests.length && foes.length === junction.requests.length) continue;
      const label = `${junction.label}: request "${index}"`;
      problemOf(
        { label, line },
        `response and foes must have ${junction.requests.length} places, one for each request`,
      );
    }
  }
}

export const isRoad = ({ function: purpose }: SumoEdge): boolean => purpose === "normal" || purpose === "connector";

/** The lane that a connection starts from or leads to. */
export function laneAt(net: SumoNet, connection: SumoConnection, end: "from" | "to"): SumoLane {
  const [edgeId, index] = end === "from" ? [connection.from, connection.fromLane] : [connection.to, connection.toLane];
  const edge = net.edges.get(edgeId) ?? problemOf(connection, `there is no edge ${quoted(edgeId)}`);
  return edge.lanes[index] ?? problemOf(connection, `edge ${quoted(edgeId)} has no lane ${index}`);
}

interface Letters {
  readonly count: number;
  readonly program: SumoProgram;
}

/** Of each controller, its program of fewest letters. */
function fewestLetters(programs: readonly SumoProgram[]): ReadonlyMap<string, Letters> {
  const fewest = new Map<string, Letters>();
  for (const program of programs) {
    const count = program.phases[0]?.letters.length ?? refuse(program, "has no phase");
    const known = fewest.get(program.controllerId);
    if (known === undefined || count < known.count) fewest.set(program.controllerId, { count, program });
  }
  return fewest;
}

/** Signals for trains and where roads cross their rails are run by SUMO without a program; trains are not driven here. */
function isOfRailway(net: SumoNet, { controllerId }: SumoConnection): boolean {
  const junction = net.junctions.get(controllerId);
  return junction?.type === "rail_signal" || junction?.type === "rail_crossing";
}

function checkSignal(net: SumoNet, connection: SumoConnection, lettersOf: ReadonlyMap<string, Letters>): void {
  if (connection.controllerId === "") return;
  const letters = lettersOf.get(connection.controllerId);
  if (letters === undefined && isOfRailway(net, connection)) return;
  if (letters === undefined) return problemOf(connection, `there is no tlLogic ${quoted(connection.controllerId)}`);
  if (connection.linkIndex < letters.count) return;
  const { program, count } = letters;
  const message = `link ${connection.linkIndex} of ${program.label}, whose program ${quoted(program.id)} has ${count} letters a phase`;
  problemOf(connection, message);
}
