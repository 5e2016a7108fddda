import type { City } from "../../../../common/city";
import { fail, succeed, type Failure, type Result } from "../../../../common/result";
import { listDropped, noteDropped, startNotes, type ImportNotes } from "../../import-notes";
import { additionalRoots } from "../additional-programs";
import { readSumoDocument, type NamedFile } from "../document";
import { idOf, quoted, refuse, secondsOf, textOf, wordsOf, type Element } from "../element-reading";
import { rowsOfCity } from "./city-rows";
import { noFlow, readDepartureRules, readFlow } from "./departure-rules";
import { growDepartures } from "./departure-table";
import { resolveDepartures } from "./resolve-departures";
import { growRoutes } from "./route-table";
import { growDetectors, growPlaces, growStops } from "./stop-table";
import {
  atBegin,
  departureLabel,
  DepartureKind,
  DetectorKind,
  droppedDepartures,
  PlaceKind,
  type SumoDemand,
  type SumoVehicleType,
} from "./sumo-demand";
import { addMember, defaultType, endChoices, growChoices, readVehicleType, startChoice } from "./vehicle-types";

/**
 * Reads additional and route files, plain or gzipped, in this order, against a city that came of their network.
 * @param ignoresRouteErrors as SUMO's option of that name: departures that cannot be made are left out, stops not made
 * @returns a failure that names file, line and element where something contradicts the city or another element
 */
export function readSumoDemand(
  city: City,
  files: readonly NamedFile[],
  ignoresRouteErrors = false,
): Result<SumoDemand> {
  const draft = startDemand(city, ignoresRouteErrors);
  for (const file of files) {
    draft.file = file.name;
    const read = readSumoDocument(file, additionalRoots, {
      open: (element, depth) => openElement(draft, element, depth),
      close: (name, depth) => closeElement(draft, name, depth),
    });
    if (!read.ok) return read;
  }
  return endDemand(draft);
}

type Draft = ReturnType<typeof startDemand>;

function startDemand(city: City, ignoresRouteErrors: boolean) {
  const rows = rowsOfCity(city);
  const notes: ImportNotes = startNotes();
  return {
    rows,
    notes,
    ignoresRouteErrors,
    /** The file that is being read. */
    file: "",
    types: [defaultType],
    typeRow: new Map<string, number>([[defaultType.id, 0]]),
    typeChoices: growChoices("vType distribution"),
    routes: growRoutes(rows),
    routeChoices: growChoices("route distribution"),
    stops: growStops(rows, notes),
    places: growPlaces(rows, notes),
    detectors: growDetectors(rows, notes),
    departures: growDepartures(),
    departureIds: new Set<string>(),
    /** The vehicle, trip or flow whose children come. */
    departing: null as Departing | null,
    /** Whose children come at the top: a route with stops, or a distribution. */
    parent: null as Element | null,
  };
}

interface Departing {
  readonly element: Element;
  readonly kind: DepartureKind;
  /** Row of its own route, -1 = none yet. */
  route: number;
  readonly stopStart: number;
  stopCount: number;
}

function openElement(draft: Draft, element: Element, depth: number): void {
  if (depth === 1) openTop(draft, element);
  else if (draft.departing !== null) openChildOfDeparture(draft, draft.departing, element, depth);
  else if (draft.parent !== null && depth === 2) openChild(draft, draft.parent, element);
  else if (draft.parent === null && departureKinds.has(element.name))
    noteDropped(draft.notes, `<${element.name}> within another element`, "not known here");
  else if (draft.parent !== null && depth === 3 && element.name !== "param")
    noteDropped(draft.notes, `<${element.name}> within a ${draft.parent.name}`, "not known here");
}

const departureKinds: ReadonlyMap<string, DepartureKind> = new Map([
  ["vehicle", DepartureKind.vehicle],
  ["trip", DepartureKind.trip],
  ["flow", DepartureKind.flow],
]);

/** Said of what this reader leaves to others, or to nobody. */
const otherElements: ReadonlyMap<string, string> = new Map([
  ["edgeData", "what is written is chosen on the command line"],
  ["laneData", "what is written is chosen on the command line"],
  ["WAUT", "programs are not switched by the clock"],
  ["wautJunction", "programs are not switched by the clock"],
  ["person", "people on foot and as passengers are not read"],
  ["personFlow", "people on foot and as passengers are not read"],
]);

function openTop(draft: Draft, element: Element): void {
  const kind = departureKinds.get(element.name);
  if (kind !== undefined) {
    openDeparture(draft, element, kind);
    return;
  }
  switch (element.name) {
    case "vType":
      addType(draft, element);
      draft.parent = element;
      break;
    case "vTypeDistribution":
      if (draft.typeRow.has(idOf(element))) refuse(element, "a vType of this id came before");
      startChoice(draft.typeChoices, element, draft.file, "vTypes");
      draft.parent = element;
      break;
    case "route":
      if (draft.routeChoices.rows.has(idOf(element))) refuse(element, "a distribution of this id came before");
      draft.routes.add(element, wordsOf(textOf(element, "edges")), true, idOf(element));
      noteRepeats(draft, element);
      draft.routes.beginStops(draft.stops.count());
      draft.parent = element;
      break;
    case "routeDistribution":
      if (draft.routes.rowOf(idOf(element)) !== undefined) refuse(element, "a route of this id came before");
      startChoice(draft.routeChoices, element, draft.file, "routes");
      draft.parent = element;
      break;
    case "busStop":
      draft.places.add(element, PlaceKind.busStop);
      break;
    case "parkingArea":
      draft.places.add(element, PlaceKind.parkingArea);
      break;
    case "e1Detector":
    case "inductionLoop":
    case "instantInductionLoop":
      draft.detectors.add(element, DetectorKind.point);
      break;
    case "e2Detector":
    case "laneAreaDetector":
      draft.detectors.add(element, DetectorKind.area);
      break;
    // The network's import reads signal programs.
    case "tlLogic":
      break;
    default:
      noteDropped(draft.notes, `<${element.name}>`, otherElements.get(element.name) ?? "not known here");
  }
}

function noteRepeats(draft: Draft, element: Element): void {
  if (element.attributes["repeat"] !== undefined) noteDropped(draft.notes, "repeats of routes", "driven once");
}

function addType(draft: Draft, element: Element): SumoVehicleType {
  const type = readVehicleType(element, draft.notes);
  const known = draft.typeRow.get(type.id);
  const isKnown = known === 0 ? draft.types[0] !== defaultType : known !== undefined;
  if (isKnown || draft.typeChoices.rows.has(type.id)) refuse(element, "a vType of this id came before");
  // A file may say what the default is like.
  if (known === 0) draft.types[0] = type;
  else draft.typeRow.set(type.id, draft.types.push(type) - 1);
  return type;
}

function openChild(draft: Draft, parent: Element, element: Element): void {
  if (element.name === "param") return;
  if (parent.name === "route" && element.name === "stop") {
    if (draft.stops.add(element, draft.file)) draft.routes.addStop();
  } else if (parent.name === "vTypeDistribution" && element.name === "vType") {
    const { refId } = element.attributes;
    const name = refId ?? addType(draft, element).id;
    addMember(draft.typeChoices, idOf(parent), element, name);
  } else if (parent.name === "routeDistribution" && element.name === "route") {
    const { refId, edges } = element.attributes;
    const name = refId ?? element.attributes["id"] ?? `${idOf(parent)}#${element.line}`;
    if (edges !== undefined) draft.routes.add(element, wordsOf(edges), true, name);
    addMember(draft.routeChoices, idOf(parent), element, name);
  } else noteDropped(draft.notes, `<${element.name}> of a ${parent.name}`, "not known here");
}

/** Attributes that are read, that are only shown or said, and that default to what is done here. */
const readAttributes = new Set(
  "id type depart begin end number period vehsPerHour perHour probability route from to via departLane departPos departSpeed arrivalPos color line arrival".split(
    " ",
  ),
);

function openDeparture(draft: Draft, element: Element, kind: DepartureKind): void {
  const id = idOf(element);
  // A flow names its vehicles "id.0" and so on, so that its own name is no vehicle's.
  const key = kind === DepartureKind.flow ? `flow ${id}` : `vehicle ${id}`;
  if (draft.departureIds.has(key)) refuse(element, "one of this id came before");
  draft.departureIds.add(key);
  for (const name of Object.keys(element.attributes)) {
    if (!readAttributes.has(name)) noteDropped(draft.notes, `attribute ${name} of vehicles`, "not used here");
  }
  const { from, to, via } = element.attributes;
  let route = -1;
  // As in SUMO, a route that is named rules over both ends.
  if (kind !== DepartureKind.trip && element.attributes["route"] !== undefined) route = -1;
  else if (from !== undefined && to !== undefined)
    route = draft.routes.add(element, [from, via, to].flatMap(wordsOf), false, "");
  else if (kind === DepartureKind.trip) {
    refuseOtherEnds(element);
    refuse(element, `${from === undefined ? "from" : "to"} is missing`);
  }
  draft.departing = { element, kind, route, stopStart: draft.stops.count(), stopCount: 0 };
}

/** What else than edges SUMO's departures may go from and to. */
const otherEnds: readonly (readonly [attributes: readonly string[], what: string])[] = [
  [["fromTaz", "toTaz"], "zones (TAZ)"],
  [["fromJunction", "toJunction"], "junctions"],
  [["fromXY", "toXY", "fromLonLat", "toLonLat"], "coordinates"],
];

/** Of a departure without edges; beside a route, ends only say where it came from. */
function refuseOtherEnds(element: Element): void {
  for (const [names, what] of otherEnds) {
    const given = names.find((name) => element.attributes[name] !== undefined);
    if (given !== undefined) refuse(element, `${given}: ${what} are not supported as ends, only edges (from, to)`);
  }
}

function openChildOfDeparture(draft: Draft, departing: Departing, element: Element, depth: number): void {
  if (element.name === "param" || depth > 3) return;
  if (element.name === "route" && departing.kind !== DepartureKind.trip) {
    if (departing.route >= 0) refuse(departing.element, "has more than one route");
    const place = { ...element, label: departing.element.label };
    noteRepeats(draft, element);
    departing.route = draft.routes.add(place, wordsOf(textOf(place, "edges")), true, "");
  } else if (element.name === "stop") {
    const place = { ...element, label: `${departing.element.label}: stop` };
    if (draft.stops.add(place, draft.file)) departing.stopCount++;
  } else noteDropped(draft.notes, `<${element.name}> of a vehicle`, "not known here");
}

function closeElement(draft: Draft, name: string, depth: number): void {
  if (depth !== 1) return;
  draft.parent = null;
  const { departing } = draft;
  if (departing === null) return;
  draft.departing = null;
  const { element, kind, route, stopStart, stopCount } = departing;
  const routeName = element.attributes["route"] ?? "";
  if (route < 0 && routeName === "") {
    refuseOtherEnds(element);
    refuse(element, "has no route");
  }
  const isFlow = kind === DepartureKind.flow;
  const departS = departureTime(draft, element, isFlow ? "begin" : "depart");
  if (departS === null) return;
  draft.departures.add({
    id: element.attributes["id"] ?? name,
    kind,
    file: draft.file,
    line: element.line,
    departS,
    typeName: element.attributes["type"] ?? defaultType.id,
    routeName: route < 0 ? routeName : "",
    route,
    rules: readDepartureRules(element),
    flow: isFlow ? readFlow(element, departS) : noFlow,
    stopStart,
    stopCount,
  });
}

const whenOthersDo = new Set(["triggered", "containerTriggered", "split"]);

/** null where it departs when somebody else does something. */
function departureTime(draft: Draft, element: Element, attribute: "begin" | "depart"): number | null {
  // As in SUMO, a flow that states none begins with the run.
  if (attribute === "begin" && element.attributes["begin"] === undefined) return atBegin;
  const text = textOf(element, attribute);
  if (whenOthersDo.has(text)) {
    noteDropped(draft.notes, droppedDepartures, "depart when another does something, which is not done here");
    return null;
  }
  // As SUMO refuses it of flows.
  if (text === "begin" && attribute === "begin") refuse(element, `begin is no time: ${quoted(text)}`);
  if (text === "begin" || text === "now") return atBegin;
  const seconds = secondsOf(element, attribute, 0);
  return seconds >= 0 ? seconds : refuse(element, `${attribute} must not be negative`);
}

/** Thrown across the resolution of names, and caught where the reader ends. */
class LateFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

function failAt({ label, line }: Pick<Element, "label" | "line">, file: string, message: string): never {
  throw new LateFailure({ message: `${label}: ${message}`, where: `${file}: line ${line}` });
}

function endDemand(draft: Draft): Result<SumoDemand> {
  try {
    const { stops, rowOf } = draft.stops.end(draft.places, failAt);
    const typeChoices = endChoices(draft.typeChoices, (name) => draft.typeRow.get(name), failAt);
    const routeChoices = endChoices(draft.routeChoices, draft.routes.rowOf, failAt);
    const resolved = resolveDepartures(
      { ...draft, typeChoices, routeChoices, stops, stopRow: rowOf },
      (row, message) => {
        const { id, kind, file, line } = draft.departures.at(row);
        return failAt({ label: departureLabel(kind, id), line }, file, message);
      },
    );
    return succeed({
      types: draft.types,
      typeChoices,
      routes: draft.routes.end(rowOf),
      routeChoices,
      departures: draft.departures.end(resolved.kept, resolved.type, resolved.route, rowOf),
      stops,
      places: draft.places.end(),
      detectors: draft.detectors.end(),
      dropped: listDropped(draft.notes),
      ignoresRouteErrors: draft.ignoresRouteErrors,
    });
  } catch (error) {
    if (error instanceof LateFailure) return fail(error.failure.message, error.failure.where);
    throw error;
  }
}
