import { succeed, type Result } from "../../../common/result";
import {
  decimal,
  readXmlDocument,
  type ReadingProgress,
  type XmlAttributes,
  type XmlHandler,
} from "../files/xml-document";
import {
  addMember,
  addNode,
  addRelation,
  addWay,
  addWayNode,
  endElements,
  isOnEarth,
  MemberType,
  startElements,
  tagNode,
  tagRelation,
  tagWay,
  type ElementDraft,
  type OsmElements,
} from "./elements";

/** @see https://wiki.openstreetmap.org/wiki/OSM_XML (API 0.6) */
export function readOsmXml(
  bytes: Uint8Array,
  container: "xml" | "gzip",
  progress: ReadingProgress,
): Result<OsmElements> {
  const state: XmlState = { draft: startElements(), depth: 0, open: "none", label: "" };
  const handler: XmlHandler = {
    open(name, attributes) {
      const problem = openElement(state, name, attributes);
      return problem === null || state.label === "" ? problem : `${state.label}: ${problem}`;
    },
    close() {
      state.depth--;
      if (state.depth === 1) [state.open, state.label] = ["none", ""];
      return null;
    },
  };
  const read = readXmlDocument(bytes, container, handler, progress);
  return read.ok ? succeed(endElements(state.draft)) : read;
}

interface XmlState {
  readonly draft: ElementDraft;
  /** Open elements around the next one. */
  depth: number;
  /** The element that children belong to; "none" where they are passed over. */
  open: "none" | "node" | "way" | "relation";
  /** "node 17", for messages. */
  label: string;
}

/** @returns what is wrong with the element, or null */
function openElement(state: XmlState, name: string, attributes: XmlAttributes): string | null {
  state.depth++;
  if (state.depth === 1) return name === "osm" ? null : `not an OSM file: its outermost element is <${name}>`;
  if (state.depth === 2) return openTopElement(state, name, attributes);
  if (state.depth === 3 && state.open !== "none") return openChild(state, state.open, name, attributes);
  return null;
}

function openTopElement(state: XmlState, name: string, attributes: XmlAttributes): string | null {
  if (name !== "node" && name !== "way" && name !== "relation") return null;
  // Editors mark what the user deleted; files with history mark what is gone.
  if (attributes["action"] === "delete" || attributes["visible"] === "false") return null;
  state.label = `${name} ${attributes["id"] ?? "without id"}`;
  const id = wholeNumber(attributes["id"]);
  if (id === null) return "identifier is missing or no whole number";
  const version = wholeNumber(attributes["version"]) ?? 0;
  state.open = name;
  if (name === "way") addWay(state.draft, id, version);
  else if (name === "relation") addRelation(state.draft, id, version);
  else {
    const latitudeE7 = Math.round(decimal(attributes["lat"]) * 1e7);
    const longitudeE7 = Math.round(decimal(attributes["lon"]) * 1e7);
    if (Number.isNaN(latitudeE7) || Number.isNaN(longitudeE7)) return "coordinates are missing or no numbers";
    if (!isOnEarth(latitudeE7, longitudeE7)) return "coordinates are out of range";
    addNode(state.draft, id, latitudeE7, longitudeE7, version);
  }
  return null;
}

function openChild(
  { draft }: XmlState,
  parent: "node" | "way" | "relation",
  name: string,
  attributes: XmlAttributes,
): string | null {
  if (name === "tag") {
    const [key, value] = [attributes["k"], attributes["v"]];
    if (key === undefined || value === undefined) return "a tag has no key or no value";
    if (parent === "node") tagNode(draft, key, value);
    else if (parent === "way") tagWay(draft, key, value);
    else tagRelation(draft, key, value);
  } else if (name === "nd" && parent === "way") {
    const node = wholeNumber(attributes["ref"]);
    if (node === null) return "a reference to a node is missing or no whole number";
    addWayNode(draft, node);
  } else if (name === "member" && parent === "relation") {
    const id = wholeNumber(attributes["ref"]);
    const type = memberTypes.get(attributes["type"] ?? "");
    if (id === null || type === undefined) return "a member has no type or no reference";
    addMember(draft, type, id, attributes["role"] ?? "");
  }
  return null;
}

const memberTypes: ReadonlyMap<string, MemberType> = new Map([
  ["node", MemberType.node],
  ["way", MemberType.way],
  ["relation", MemberType.relation],
]);

function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
