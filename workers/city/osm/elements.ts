import { append, endColumn, gather, growColumn, type GrowingColumn } from "../geometry/growing-column";
import { isKeptKey } from "./kept-tags";
import { editionOf, newestOfEach, sortNodes } from "./repeated-elements";

/**
 * What an OSM file holds, in columns: the neutral form that every reader fills and every interpreter reads.
 *
 * No object is kept per element: 13 million nodes (about 100 MB of pbf) take 16 bytes each. Rows of nodes ascend by
 * identifier, so that a reference is found by bisection. Ragged columns are in CSR form.
 */
export interface OsmElements {
  /** Ascending, each once. Up to 2^53. */
  readonly nodeIds: Float64Array;
  /** Degrees × 10^7, OSM's own resolution. */
  readonly nodeLatitudeE7: Int32Array;
  readonly nodeLongitudeE7: Int32Array;
  /** Rows of the nodes that carry kept tags; `nodeTags` is by position in this list. */
  readonly taggedNodes: Uint32Array;
  readonly nodeTags: TagColumns;

  readonly wayIds: Float64Array;
  readonly wayNodeStart: Uint32Array;
  /** Rows of nodes, `missingNode` where the file does not hold the node. */
  readonly wayNodes: Uint32Array;
  readonly wayTags: TagColumns;

  readonly relationIds: Float64Array;
  readonly memberStart: Uint32Array;
  /** A `MemberType`. */
  readonly memberType: Uint8Array;
  /** Identifiers, not rows: members are often outside of the file. */
  readonly memberId: Float64Array;
  /** Index into `strings`. */
  readonly memberRole: Uint32Array;
  readonly relationTags: TagColumns;

  /** Elements that are not here because another of their identifier is, mere skeletons aside. */
  readonly repeatedCount: number;

  /** Keys, values and roles, each once. */
  readonly strings: readonly string[];
  readonly stringIndex: ReadonlyMap<string, number>;
}

export interface TagColumns {
  readonly start: Uint32Array;
  /** Indices into `strings`. */
  readonly key: Uint32Array;
  readonly value: Uint32Array;
}

export const missingNode = 0xffffffff;

/** Degrees × 10^7 of a place that exists. False for what is no number. */
export function isOnEarth(latitudeE7: number, longitudeE7: number): boolean {
  return Math.abs(latitudeE7) <= 90e7 && Math.abs(longitudeE7) <= 180e7;
}

export const MemberType = { node: 0, way: 1, relation: 2 } as const;
export type MemberType = (typeof MemberType)[keyof typeof MemberType];

interface GrowingTags {
  readonly start: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly key: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly value: GrowingColumn<Uint32Array<ArrayBuffer>>;
}

const growTags = (): GrowingTags => ({
  start: growColumn(Uint32Array),
  key: growColumn(Uint32Array),
  value: growColumn(Uint32Array),
});

/** Elements as a reader finds them, in the file's order. Tags, nodes and members belong to the element added last. */
export interface ElementDraft {
  readonly strings: string[];
  readonly stringIndex: Map<string, number>;
  readonly nodeIds: GrowingColumn<Float64Array<ArrayBuffer>>;
  /** By `editionOf`, as of ways and relations. */
  readonly nodeEditions: GrowingColumn<Uint16Array<ArrayBuffer>>;
  readonly latitudeE7: GrowingColumn<Int32Array<ArrayBuffer>>;
  readonly longitudeE7: GrowingColumn<Int32Array<ArrayBuffer>>;
  readonly taggedNodes: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly nodeTags: GrowingTags;
  readonly wayIds: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly wayEditions: GrowingColumn<Uint16Array<ArrayBuffer>>;
  readonly wayNodeStart: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly wayReferences: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly wayTags: GrowingTags;
  readonly relationIds: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly relationEditions: GrowingColumn<Uint16Array<ArrayBuffer>>;
  readonly memberStart: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly memberType: GrowingColumn<Uint8Array<ArrayBuffer>>;
  readonly memberId: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly memberRole: GrowingColumn<Uint32Array<ArrayBuffer>>;
  readonly relationTags: GrowingTags;
}

export function startElements(): ElementDraft {
  return {
    strings: [],
    stringIndex: new Map(),
    nodeIds: growColumn(Float64Array),
    nodeEditions: growColumn(Uint16Array),
    latitudeE7: growColumn(Int32Array),
    longitudeE7: growColumn(Int32Array),
    taggedNodes: growColumn(Uint32Array),
    nodeTags: growTags(),
    wayIds: growColumn(Float64Array),
    wayEditions: growColumn(Uint16Array),
    wayNodeStart: growColumn(Uint32Array),
    wayReferences: growColumn(Float64Array),
    wayTags: growTags(),
    relationIds: growColumn(Float64Array),
    relationEditions: growColumn(Uint16Array),
    memberStart: growColumn(Uint32Array),
    memberType: growColumn(Uint8Array),
    memberId: growColumn(Float64Array),
    memberRole: growColumn(Uint32Array),
    relationTags: growTags(),
  };
}

/** @param version 0 = not stated, as of ways and relations */
export function addNode(
  draft: ElementDraft,
  id: number,
  latitudeE7: number,
  longitudeE7: number,
  version: number,
): void {
  append(draft.nodeIds, id);
  append(draft.nodeEditions, editionOf(version));
  append(draft.latitudeE7, latitudeE7);
  append(draft.longitudeE7, longitudeE7);
}

/** Tags that are not kept, too, tell a whole element from a skeleton. */
function markTagged({ values, length }: GrowingColumn<Uint16Array<ArrayBuffer>>): void {
  values[length - 1] |= 1;
}

export function tagNode(draft: ElementDraft, key: string, value: string): void {
  markTagged(draft.nodeEditions);
  if (!isKeptKey(key)) return;
  const row = draft.nodeIds.length - 1;
  const tagged = draft.taggedNodes;
  if (tagged.length === 0 || tagged.values[tagged.length - 1] !== row) {
    append(tagged, row);
    append(draft.nodeTags.start, draft.nodeTags.key.length);
  }
  addTag(draft, draft.nodeTags, key, value);
}

export function addWay(draft: ElementDraft, id: number, version: number): void {
  append(draft.wayIds, id);
  append(draft.wayEditions, editionOf(version));
  append(draft.wayNodeStart, draft.wayReferences.length);
  append(draft.wayTags.start, draft.wayTags.key.length);
}

export function addWayNode(draft: ElementDraft, nodeId: number): void {
  append(draft.wayReferences, nodeId);
}

export function tagWay(draft: ElementDraft, key: string, value: string): void {
  markTagged(draft.wayEditions);
  if (isKeptKey(key)) addTag(draft, draft.wayTags, key, value);
}

export function addRelation(draft: ElementDraft, id: number, version: number): void {
  append(draft.relationIds, id);
  append(draft.relationEditions, editionOf(version));
  append(draft.memberStart, draft.memberId.length);
  append(draft.relationTags.start, draft.relationTags.key.length);
}

export function addMember(draft: ElementDraft, type: MemberType, id: number, role: string): void {
  append(draft.memberType, type);
  append(draft.memberId, id);
  append(draft.memberRole, intern(draft, role));
}

export function tagRelation(draft: ElementDraft, key: string, value: string): void {
  markTagged(draft.relationEditions);
  if (isKeptKey(key)) addTag(draft, draft.relationTags, key, value);
}

function addTag(draft: ElementDraft, tags: GrowingTags, key: string, value: string): void {
  append(tags.key, intern(draft, key));
  append(tags.value, intern(draft, value));
}

function intern(draft: ElementDraft, text: string): number {
  const known = draft.stringIndex.get(text);
  if (known !== undefined) return known;
  draft.strings.push(text);
  draft.stringIndex.set(text, draft.strings.length - 1);
  return draft.strings.length - 1;
}

/** Puts nodes in order of their identifiers, turns references into rows, cuts the columns to size. */
export function endElements(draft: ElementDraft): OsmElements {
  const [latitudeE7, longitudeE7] = [endColumn(draft.latitudeE7), endColumn(draft.longitudeE7)];
  const isSamePlace = (first: number, second: number) =>
    latitudeE7[first] === latitudeE7[second] && longitudeE7[first] === longitudeE7[second];
  const nodes = sortNodes(endColumn(draft.nodeIds), endColumn(draft.nodeEditions), isSamePlace);
  const tagged = endTaggedNodes(draft, nodes.newRows);
  const ways = newestOfEach(endColumn(draft.wayIds), endColumn(draft.wayEditions));
  const wayNodeStart = endStart(draft.wayNodeStart, draft.wayReferences.length);
  const wayTags = pickTags(endTags(draft.wayTags), ways.rows);
  const relations = newestOfEach(endColumn(draft.relationIds), endColumn(draft.relationEditions));
  const memberStart = endStart(draft.memberStart, draft.memberId.length);
  const members = <A extends CsrValues>(column: GrowingColumn<A>) =>
    pickRagged(memberStart, endColumn(column), relations.rows);
  return {
    nodeIds: nodes.ids,
    nodeLatitudeE7: gather(latitudeE7, nodes.order),
    nodeLongitudeE7: gather(longitudeE7, nodes.order),
    taggedNodes: tagged.rows,
    nodeTags: tagged.tags,
    wayIds: ways.ids,
    wayNodeStart: pickStart(wayNodeStart, ways.rows),
    wayNodes: resolveReferences(pickRagged(wayNodeStart, endColumn(draft.wayReferences), ways.rows), nodes.ids),
    wayTags,
    relationIds: relations.ids,
    memberStart: pickStart(memberStart, relations.rows),
    memberType: members(draft.memberType),
    memberId: members(draft.memberId),
    memberRole: members(draft.memberRole),
    relationTags: pickTags(endTags(draft.relationTags), relations.rows),
    repeatedCount: nodes.repeatedCount + ways.repeatedCount + relations.repeatedCount,
    strings: draft.strings,
    stringIndex: draft.stringIndex,
  };
}

function endStart(start: GrowingColumn<Uint32Array<ArrayBuffer>>, total: number): Uint32Array {
  append(start, total);
  return endColumn(start);
}

function endTags(tags: GrowingTags): TagColumns {
  return { start: endStart(tags.start, tags.key.length), key: endColumn(tags.key), value: endColumn(tags.value) };
}

type CsrValues = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** The nodes with tags, where they are now, without those whose tags do not count. */
function endTaggedNodes(draft: ElementDraft, newRows: Int32Array | null) {
  const [inFile, tags] = [endColumn(draft.taggedNodes), endTags(draft.nodeTags)];
  if (newRows === null) return { rows: inFile, tags };
  const rows = Int32Array.from(inFile, (row) => newRows[row]);
  const owners = Uint32Array.from(rows.keys()).filter((owner) => rows[owner] >= 0);
  return { rows: owners.map((owner) => rows[owner]), tags: pickTags(tags, owners) };
}

function pickStart(start: Uint32Array, rows: Uint32Array | null): Uint32Array {
  if (rows === null) return start;
  const picked = new Uint32Array(rows.length + 1);
  rows.forEach((row, at) => (picked[at + 1] = picked[at] + start[row + 1] - start[row]));
  return picked;
}

function pickRagged<A extends CsrValues>(start: Uint32Array, values: A, rows: Uint32Array | null): A {
  if (rows === null) return values;
  const picked = values.slice() as A;
  let end = 0;
  for (const row of rows) for (let at = start[row]; at < start[row + 1]; at++) picked[end++] = values[at];
  return picked.slice(0, end) as A;
}

function pickTags(tags: TagColumns, rows: Uint32Array | null): TagColumns {
  const picked = (values: Uint32Array) => pickRagged(tags.start, Uint32Array.from(values), rows);
  if (rows === null) return tags;
  return { start: pickStart(tags.start, rows), key: picked(tags.key), value: picked(tags.value) };
}

/** Neighbours on a way often are neighbours in the file, so each search starts around the row found before. */
function resolveReferences(references: Float64Array, ids: Float64Array): Uint32Array {
  const rows = new Uint32Array(references.length);
  let near = 0;
  for (let index = 0; index < references.length; index++) {
    const found = rowOfId(ids, references[index], near);
    rows[index] = found;
    if (found !== missingNode) near = found;
  }
  return rows;
}

/** Row of the identifier equal to `id`, or `missingNode`. Gallops from row `near`, then bisects. */
export function rowOfId(ids: Float64Array, id: number, near: number): number {
  let low = 0;
  let high = ids.length;
  if (near < ids.length) {
    let reach = 1;
    if (ids[near] <= id) {
      low = near;
      while (low + reach < ids.length && ids[low + reach] <= id) {
        low += reach;
        reach *= 2;
      }
      high = Math.min(low + reach, ids.length);
    } else {
      high = near;
      while (high - reach >= 0 && ids[high - reach] > id) {
        high -= reach;
        reach *= 2;
      }
      low = Math.max(high - reach, 0);
    }
  }
  // Invariant: rows below `low` are ≤ id, rows from `high` on are > id.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] <= id) low = middle + 1;
    else high = middle;
  }
  return low > 0 && ids[low - 1] === id ? low - 1 : missingNode;
}

/** Rows of all ways by identifier. */
export function rowsOfWays(elements: OsmElements): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  elements.wayIds.forEach((id, row) => rows.set(id, row));
  return rows;
}
