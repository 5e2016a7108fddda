import { PbfReader } from "pbf";
import { fail, succeed, type Result } from "../../../common/result";
import {
  addMember,
  addNode,
  addRelation,
  addWay,
  addWayNode,
  tagNode,
  tagRelation,
  tagWay,
  isOnEarth,
  MemberType,
  type ElementDraft,
} from "./elements";

/**
 * Reads one PrimitiveBlock of osmformat.proto into the draft.
 * Field numbers: https://github.com/openstreetmap/OSM-binary, osmpbf/osmformat.proto.
 */
export function readPrimitiveBlock(draft: ElementDraft, content: Uint8Array): Result<void> {
  const block: Block = {
    draft,
    strings: [],
    groups: [],
    granularityNanoDegrees: 100,
    latitudeOffsetNanoDegrees: 0,
    longitudeOffsetNanoDegrees: 0,
  };
  // Granularity and offsets follow the groups in the file, so the groups wait.
  const reader = new PbfReader(content);
  reader.readFields(readBlockField, block);
  if (reader.pos !== content.length) return fail("block's fields do not fill it");
  for (const group of block.groups) {
    const result = readGroup(block, group);
    if (!result.ok) return result;
  }
  return succeed(undefined);
}

interface Block {
  readonly draft: ElementDraft;
  readonly strings: string[];
  readonly groups: Uint8Array[];
  granularityNanoDegrees: number;
  latitudeOffsetNanoDegrees: number;
  longitudeOffsetNanoDegrees: number;
}

function readBlockField(field: number, block: Block, reader: PbfReader): void {
  if (field === 1) {
    reader.readMessage((tag, strings, nested) => {
      if (tag === 1) strings.push(nested.readString());
    }, block.strings);
  } else if (field === 2) block.groups.push(reader.readBytes());
  else if (field === 17) block.granularityNanoDegrees = reader.readVarint();
  else if (field === 19) block.latitudeOffsetNanoDegrees = reader.readVarint(true);
  else if (field === 20) block.longitudeOffsetNanoDegrees = reader.readVarint(true);
}

function readGroup(block: Block, group: Uint8Array): Result<void> {
  const reader = new PbfReader(group);
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    let result: Result<void> = succeed(undefined);
    if (field === 1) result = readNode(block, reader.readBytes());
    else if (field === 2) result = readDenseNodes(block, reader.readBytes());
    else if (field === 3) result = readWay(block, reader.readBytes());
    else if (field === 4) result = readRelation(block, reader.readBytes());
    if (!result.ok) return result;
  }
  return reader.pos === group.length ? succeed(undefined) : fail("group's fields do not fill it");
}

/** Node, Way, Relation and DenseNodes share this shape: numbers by field, packed or single. */
interface ElementFields {
  id: number;
  version: number;
  latitude: number;
  longitude: number;
  ids: number[];
  versions: number[];
  keys: number[];
  values: number[];
  latitudes: number[];
  longitudes: number[];
  keysValues: number[];
  references: number[];
  roles: number[];
  types: number[];
}

const noFields = (): ElementFields => ({
  id: 0,
  version: 0,
  latitude: 0,
  longitude: 0,
  ids: [],
  versions: [],
  keys: [],
  values: [],
  latitudes: [],
  longitudes: [],
  keysValues: [],
  references: [],
  roles: [],
  types: [],
});

function readFields(
  bytes: Uint8Array,
  readField: (field: number, fields: ElementFields, reader: PbfReader) => void,
): ElementFields | null {
  const reader = new PbfReader(bytes);
  const fields = reader.readFields(readField, noFields());
  return reader.pos === bytes.length ? fields : null;
}

/** Of an Info; other fields are who changed it, and when. */
function readVersion(field: number, into: ElementFields, reader: PbfReader): void {
  if (field === 1) into.version = reader.readVarint(true);
}

/** Of a DenseInfo, which counts them all out. */
function readVersions(field: number, into: ElementFields, reader: PbfReader): void {
  if (field === 1) reader.readPackedVarint(into.versions, true);
}

function readNode(block: Block, bytes: Uint8Array): Result<void> {
  const fields = readFields(bytes, (field, into, reader) => {
    if (field === 1) into.id = reader.readSVarint();
    else if (field === 2) reader.readPackedVarint(into.keys);
    else if (field === 3) reader.readPackedVarint(into.values);
    else if (field === 4) reader.readMessage(readVersion, into);
    else if (field === 8) into.latitude = reader.readSVarint();
    else if (field === 9) into.longitude = reader.readSVarint();
  });
  if (fields === null) return fail("a node's fields do not fill it");
  const added = addCheckedNode(block, fields.id, fields.latitude, fields.longitude, fields.version);
  return added.ok ? addTags(block, "node", fields, tagNode) : added;
}

function readDenseNodes(block: Block, bytes: Uint8Array): Result<void> {
  const fields = readFields(bytes, (field, into, reader) => {
    if (field === 1) reader.readPackedSVarint(into.ids);
    else if (field === 5) reader.readMessage(readVersions, into);
    else if (field === 8) reader.readPackedSVarint(into.latitudes);
    else if (field === 9) reader.readPackedSVarint(into.longitudes);
    else if (field === 10) reader.readPackedVarint(into.keysValues);
  });
  if (fields === null) return fail("dense nodes' fields do not fill them");
  const { ids, versions, latitudes, longitudes, keysValues } = fields;
  if (latitudes.length !== ids.length || longitudes.length !== ids.length) {
    return fail("dense nodes have columns of different lengths");
  }
  let [id, latitude, longitude, tagAt] = [0, 0, 0, 0];
  for (let index = 0; index < ids.length; index++) {
    id += ids[index];
    latitude += latitudes[index];
    longitude += longitudes[index];
    const added = addCheckedNode(block, id, latitude, longitude, versions[index] ?? 0);
    if (!added.ok) return added;
    while (tagAt < keysValues.length && keysValues[tagAt] !== 0) {
      const key = block.strings[keysValues[tagAt]];
      const value = block.strings[keysValues[tagAt + 1]];
      if (key === undefined || value === undefined) return fail("a tag is outside of the string table", `node ${id}`);
      tagNode(block.draft, key, value);
      tagAt += 2;
    }
    tagAt++;
  }
  return succeed(undefined);
}

function addCheckedNode(block: Block, id: number, latitude: number, longitude: number, version: number): Result<void> {
  const { granularityNanoDegrees, latitudeOffsetNanoDegrees, longitudeOffsetNanoDegrees } = block;
  const latitudeE7 = Math.round((latitudeOffsetNanoDegrees + granularityNanoDegrees * latitude) / 100);
  const longitudeE7 = Math.round((longitudeOffsetNanoDegrees + granularityNanoDegrees * longitude) / 100);
  if (!Number.isSafeInteger(id)) return fail("a node's identifier is beyond 2^53");
  if (!isOnEarth(latitudeE7, longitudeE7)) return fail("coordinates are out of range", `node ${id}`);
  addNode(block.draft, id, latitudeE7, longitudeE7, version);
  return succeed(undefined);
}

function readWay(block: Block, bytes: Uint8Array): Result<void> {
  const fields = readFields(bytes, (field, into, reader) => {
    if (field === 1) into.id = reader.readVarint(true);
    else if (field === 2) reader.readPackedVarint(into.keys);
    else if (field === 3) reader.readPackedVarint(into.values);
    else if (field === 4) reader.readMessage(readVersion, into);
    else if (field === 8) reader.readPackedSVarint(into.references);
  });
  if (fields === null) return fail("a way's fields do not fill it");
  if (!Number.isSafeInteger(fields.id)) return fail("a way's identifier is beyond 2^53");
  addWay(block.draft, fields.id, fields.version);
  let node = 0;
  for (const step of fields.references) {
    node += step;
    addWayNode(block.draft, node);
  }
  return addTags(block, "way", fields, tagWay);
}

function readRelation(block: Block, bytes: Uint8Array): Result<void> {
  const fields = readFields(bytes, (field, into, reader) => {
    if (field === 1) into.id = reader.readVarint(true);
    else if (field === 2) reader.readPackedVarint(into.keys);
    else if (field === 3) reader.readPackedVarint(into.values);
    else if (field === 4) reader.readMessage(readVersion, into);
    else if (field === 8) reader.readPackedVarint(into.roles);
    else if (field === 9) reader.readPackedSVarint(into.references);
    else if (field === 10) reader.readPackedVarint(into.types);
  });
  if (fields === null) return fail("a relation's fields do not fill it");
  const { id, references, roles, types } = fields;
  if (!Number.isSafeInteger(id)) return fail("a relation's identifier is beyond 2^53");
  if (roles.length !== references.length || types.length !== references.length) {
    return fail("members have columns of different lengths", `relation ${id}`);
  }
  addRelation(block.draft, id, fields.version);
  let member = 0;
  for (let index = 0; index < references.length; index++) {
    member += references[index];
    const role = block.strings[roles[index]];
    const type = memberTypes[types[index]];
    if (role === undefined || type === undefined) return fail("a member is broken", `relation ${id}`);
    addMember(block.draft, type, member, role);
  }
  return addTags(block, "relation", fields, tagRelation);
}

const memberTypes = [MemberType.node, MemberType.way, MemberType.relation];

function addTags(
  block: Block,
  what: string,
  { id, keys, values }: ElementFields,
  tag: (draft: ElementDraft, key: string, value: string) => void,
): Result<void> {
  if (keys.length !== values.length) return fail("keys and values differ in number", `${what} ${id}`);
  for (let index = 0; index < keys.length; index++) {
    const key = block.strings[keys[index]];
    const value = block.strings[values[index]];
    if (key === undefined || value === undefined) return fail("a tag is outside of the string table", `${what} ${id}`);
    tag(block.draft, key, value);
  }
  return succeed(undefined);
}
