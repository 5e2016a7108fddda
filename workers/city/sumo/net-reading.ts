import { everyVehicleClass } from "../../../common/city";
import { succeed, type Result } from "../../../common/result";
import type { ReadingProgress } from "../files/xml-document";
import { noteDropped, type ImportNotes } from "../import-notes";
import { readSumoDocument, type NamedFile } from "./document";
import {
  countOf,
  flagOf,
  idOf,
  notNegativeOf,
  numberOf,
  positiveOf,
  quoted,
  refuse,
  shapeOf,
  textOf,
  wordsOf,
  type Element,
} from "./element-reading";
import type {
  EdgeFunction,
  SumoConnection,
  SumoEdge,
  SumoJunction,
  SumoLocation,
  SumoNet,
  SumoRequest,
} from "./net-elements";
import { addParameter, addPhase, endProgram, startProgram, type SumoProgram } from "./signal-reading";
import { allowedClasses } from "./vehicle-classes";

/** SUMO's default, m. */
const laneWidthM = 3.2;
const lanesMax = 255;
/** No lane is longer, m. */
const laneMostM = 1_000_000;
const linksMax = 4096;

interface NetDraft {
  location: SumoLocation | null;
  readonly edges: Map<string, SumoEdge>;
  readonly laneIds: Set<string>;
  readonly junctions: Map<string, SumoJunction>;
  readonly connections: SumoConnection[];
  readonly programs: SumoProgram[];
  readonly programKeys: Set<string>;
  readonly roundaboutEdges: Set<string>;
  /** Of each connection that names a controller and none of its links, the controller. */
  readonly unlinked: string[];
  /** What children of the second level belong to. */
  open: SumoEdge | SumoJunction | SumoProgram | null;
}

/**
 * Reads a `net.xml`, plain or gzipped. Each element is checked alone here; what it refers to is checked by who uses it.
 * @see https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html
 */
export function readSumoNet(file: NamedFile, notes: ImportNotes, progress?: ReadingProgress): Result<SumoNet> {
  const draft: NetDraft = {
    location: null,
    edges: new Map(),
    laneIds: new Set(),
    junctions: new Map(),
    connections: [],
    programs: [],
    programKeys: new Set(),
    roundaboutEdges: new Set(),
    unlinked: [],
    open: null,
  };
  const read = readSumoDocument(
    file,
    ["net"],
    {
      open(element, depth) {
        if (depth === 1) openTop(draft, element, notes);
        else if (depth === 2) openChild(draft, element, notes);
      },
      close(_, depth) {
        if (depth !== 1 || draft.open === null) return;
        closeTop(draft.open);
        draft.open = null;
      },
    },
    progress,
  );
  if (!read.ok) return read;
  const strange = [...draft.roundaboutEdges].filter((id) => !draft.edges.has(id)).length;
  noteDropped(notes, "members of roundabouts", "not in the network", strange);
  // Signals of railways name a controller, and no link of it.
  const unlinked = draft.unlinked.filter((id) => !railTypes.has(draft.junctions.get(id)?.type ?? "")).length;
  noteDropped(
    notes,
    'connections\' linkIndex "-1"',
    "no signal shows for them: their junction's requests rule",
    unlinked,
  );
  const location = draft.location ?? { offsetX: 0, offsetY: 0, projection: "!", line: 1 };
  return succeed({ ...draft, location });
}

const railTypes: ReadonlySet<string> = new Set(["rail_signal", "rail_crossing"]);

/** Elements that say nothing beyond what others say: defaults of the network's maker, and what is in the matrices already. */
const saidElsewhere: ReadonlySet<string> = new Set(["type", "prohibition", "param"]);

function openTop(draft: NetDraft, element: Element, notes: ImportNotes): void {
  switch (element.name) {
    case "location":
      draft.location = readLocation(element);
      break;
    case "edge":
      draft.open = openEdge(draft, element);
      break;
    case "junction":
      draft.open = openJunction(draft, element, notes);
      break;
    case "connection":
      draft.connections.push(readConnection(draft, element, notes));
      break;
    case "tlLogic":
      draft.open = openProgram(draft, element, notes);
      break;
    case "roundabout":
      for (const edge of wordsOf(textOf(element, "edges"))) draft.roundaboutEdges.add(edge);
      break;
    default:
      if (!saidElsewhere.has(element.name)) noteDropped(notes, `<${element.name}> of the network`, "not used here");
  }
}

function openChild(draft: NetDraft, element: Element, notes: ImportNotes): void {
  const { open } = draft;
  if (open === null) return;
  if (element.name === "param") {
    if ("phases" in open) addParameter(open, element, notes);
    return;
  }
  if ("lanes" in open && element.name === "lane") addLane(draft, open, element);
  else if ("requests" in open && element.name === "request") open.requests.push(readRequest(open, element));
  else if ("phases" in open && element.name === "phase") addPhase(open, element, notes);
  else noteDropped(notes, `<${element.name}> of the network`, "not used here");
}

function closeTop(open: SumoEdge | SumoJunction | SumoProgram): void {
  if ("phases" in open) endProgram(open);
  if ("lanes" in open && open.lanes.length === 0) refuse(open, "has no lane");
}

function readLocation(element: Element): SumoLocation {
  const { x, y } = shapeOf(element, "netOffset");
  if (x.length !== 1) refuse(element, "netOffset is no pair of numbers");
  return {
    offsetX: x[0],
    offsetY: y[0],
    projection: element.attributes["projParameter"] ?? "!",
    line: element.line,
  };
}

const functions: ReadonlySet<string> = new Set(["normal", "connector", "internal", "crossing", "walkingarea"]);
const isFunction = (text: string): text is EdgeFunction => functions.has(text);

function openEdge(draft: NetDraft, element: Element): SumoEdge {
  const id = idOf(element);
  const purpose = element.attributes["function"] ?? "normal";
  if (!isFunction(purpose)) return refuse(element, `no function of edges: ${quoted(purpose)}`);
  if (draft.edges.has(id)) refuse(element, "an edge of this id came before");
  const isRoad = purpose === "normal" || purpose === "connector";
  const edge: SumoEdge = {
    id,
    line: element.line,
    label: element.label,
    function: purpose,
    from: isRoad ? textOf(element, "from") : "",
    to: isRoad ? textOf(element, "to") : "",
    priority: numberOf(element, "priority", -1),
    type: element.attributes["type"] ?? "",
    streetName: element.attributes["name"] ?? "",
    lanes: [],
  };
  draft.edges.set(id, edge);
  return edge;
}

function addLane(draft: NetDraft, edge: SumoEdge, element: Element): void {
  const id = idOf(element);
  if (draft.laneIds.has(id)) refuse(element, "a lane of this id came before");
  draft.laneIds.add(id);
  const index = countOf(element, "index", lanesMax - 1);
  // netconvert numbers parts of one internal edge 0 each; there, as for SUMO, the order rules.
  const isCounted = edge.function === "normal" || edge.function === "connector";
  if (isCounted && index !== edge.lanes.length)
    refuse(element, `index ${index}, where ${edge.lanes.length} comes next`);
  const shape = shapeOf(element, "shape");
  // Walking areas are drawn as polygons, and places where trains reverse may be a point; neither is driven on.
  if (shape.x.length < 2 && edge.function !== "walkingarea") refuse(element, "shape has fewer than two points");
  edge.lanes.push({
    id,
    line: element.line,
    speedMps: positiveOf(element, "speed"),
    lengthM: laneLengthOf(element),
    widthM: positiveOf(element, "width", laneWidthM),
    classes: allowedClasses(element),
    shape,
  });
}

function laneLengthOf(element: Element): number {
  const lengthM = positiveOf(element, "length");
  return lengthM <= laneMostM ? lengthM : refuse(element, `length is at most ${laneMostM} m, and is ${lengthM}`);
}

/** Of SUMO; what is none of them is run as one with priority. @see https://sumo.dlr.de/docs/Networks/PlainXML.html#node_types */
const junctionTypes: ReadonlySet<string> = new Set(
  [
    "traffic_light traffic_light_unregulated traffic_light_right_on_red priority priority_stop unregulated district",
    "right_before_left left_before_right allway_stop zipper rail_signal rail_crossing dead_end DEAD_END internal unknown",
  ].flatMap((types) => types.split(" ")),
);

function openJunction(draft: NetDraft, element: Element, notes: ImportNotes): SumoJunction {
  const id = idOf(element);
  if (draft.junctions.has(id)) refuse(element, "a junction of this id came before");
  const junction: SumoJunction = {
    id,
    line: element.line,
    label: element.label,
    type: textOf(element, "type"),
    x: numberOf(element, "x"),
    y: numberOf(element, "y"),
    incomingLanes: wordsOf(element.attributes["incLanes"]),
    requests: [],
  };
  if (!junctionTypes.has(junction.type))
    noteDropped(notes, `junctions' type ${quoted(junction.type)}`, "not known: they are run by priority");
  draft.junctions.set(id, junction);
  return junction;
}

function readRequest(junction: SumoJunction, element: Element): SumoRequest {
  const place = { ...element, label: `${junction.label}: request ${element.attributes["index"] ?? "without index"}` };
  const index = countOf(place, "index", linksMax - 1);
  if (index !== junction.requests.length) refuse(place, `where ${junction.requests.length} comes next`);
  const [response, foes] = [textOf(place, "response"), textOf(place, "foes")];
  if (!/^[01]+$/.test(response) || !/^[01]+$/.test(foes)) refuse(place, "response or foes is no row of 0 and 1");
  return { line: element.line, index, response, foes, waitsInside: flagOf(place, "cont", false) };
}

/** @see https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html#plain_connections */
const directions: ReadonlySet<string> = new Set(["s", "r", "R", "l", "L", "t", "invalid"]);
const states: ReadonlySet<string> = new Set("Mm=sSwZz-oOuyYrgGtk");

function readConnection(draft: NetDraft, element: Element, notes: ImportNotes): SumoConnection {
  const { from = "", fromLane = "", to = "", toLane = "", via = "", tl = "", dir, state } = element.attributes;
  const place = { ...element, label: `connection ${quoted(`${from}_${fromLane} to ${to}_${toLane}`)}` };
  if (dir !== undefined && !directions.has(dir))
    noteDropped(notes, `connections' direction ${quoted(dir)}`, "not known: it is seen from how their lanes lie");
  if (state !== undefined && !states.has(state))
    noteDropped(notes, `connections' state ${quoted(state)}`, "not known: their junction's requests rule alone");
  const isRuled = tl !== "" && element.attributes["linkIndex"] !== "-1";
  if (tl !== "" && !isRuled) draft.unlinked.push(tl);
  return {
    line: element.line,
    label: place.label,
    from: textOf(place, "from"),
    fromLane: countOf(place, "fromLane", lanesMax),
    to: textOf(place, "to"),
    toLane: countOf(place, "toLane", lanesMax),
    via,
    direction: dir ?? "s",
    state: state ?? "M",
    controllerId: isRuled ? tl : "",
    linkIndex: isRuled ? countOf(place, "linkIndex", linksMax) : -1,
    keepsClear: flagOf(place, "keepClear", true),
    waitAtM: numberOf(place, "contPos", -1),
    classes: allowedClasses(place, everyVehicleClass),
    speedMps: notNegativeOf(place, "speed", 0),
  };
}

function openProgram(draft: NetDraft, element: Element, notes: ImportNotes): SumoProgram {
  const program = startProgram(element, notes);
  const key = `${program.controllerId}\n${program.id}`;
  if (draft.programKeys.has(key)) refuse(element, `a program ${quoted(program.id)} of this controller came before`);
  draft.programKeys.add(key);
  draft.programs.push(program);
  return program;
}
