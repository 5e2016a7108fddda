import { deflate, gzip } from "pako";
import { PbfWriter } from "pbf";
import { connectionCountOf, edgeOfLanes, type City } from "../../../common/city";

/** A map that a test writes itself, in every format that is read. */
export interface ExampleMap {
  readonly nodes: readonly ExampleNode[];
  readonly ways: readonly ExampleWay[];
  readonly relations: readonly ExampleRelation[];
}

interface ExampleNode {
  readonly id: number;
  /** Metres east and north of 48° N, 10° E, roughly. */
  readonly x: number;
  readonly y: number;
  readonly tags?: ExampleTags;
  readonly version?: number;
}

export interface ExampleWay {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly tags: ExampleTags;
  readonly version?: number;
}

export interface ExampleRelation {
  readonly id: number;
  readonly members: readonly (readonly [type: "node" | "way" | "relation", id: number, role: string])[];
  readonly tags: ExampleTags;
  readonly version?: number;
}

type ExampleTags = Readonly<Record<string, string>>;

const metresPerDegreeNorth = 111_197;
const metresPerDegreeEast = 74_629;
const latitudeE7 = ({ y }: ExampleNode): number => Math.round((48 + y / metresPerDegreeNorth) * 1e7);
const longitudeE7 = ({ x }: ExampleNode): number => Math.round((10 + x / metresPerDegreeEast) * 1e7);

export function writeXml(map: ExampleMap): Uint8Array<ArrayBuffer> {
  const tagsOf = (tags: ExampleTags = {}) =>
    Object.entries(tags).map(([key, value]) => `    <tag k="${escaped(key)}" v="${escaped(value)}"/>\n`);
  const versionOf = (version?: number) => (version === undefined ? "" : ` version="${version}"`);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="test">\n',
    ...map.nodes.flatMap((node) => [
      `  <node id="${node.id}" lat="${latitudeE7(node) / 1e7}" lon="${longitudeE7(node) / 1e7}"${versionOf(node.version)}>\n`,
      ...tagsOf(node.tags),
      "  </node>\n",
    ]),
    ...map.ways.flatMap(({ id, nodes, tags, version }) => [
      `  <way id="${id}"${versionOf(version)}>\n`,
      ...nodes.map((node) => `    <nd ref="${node}"/>\n`),
      ...tagsOf(tags),
      "  </way>\n",
    ]),
    ...map.relations.flatMap(({ id, members, tags, version }) => [
      `  <relation id="${id}"${versionOf(version)}>\n`,
      ...members.map(([type, ref, role]) => `    <member type="${type}" ref="${ref}" role="${role}"/>\n`),
      ...tagsOf(tags),
      "  </relation>\n",
    ]),
    "</osm>\n",
  ];
  return new TextEncoder().encode(lines.join(""));
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export const writeGzip = (map: ExampleMap): Uint8Array => gzip(writeXml(map));

/**
 * Field numbers as in osmpbf's fileformat.proto and osmformat.proto; nodes are dense.
 * @param deflated false leaves blobs as they are, without a checksum
 */
export function writePbf(map: ExampleMap, deflated = true): Uint8Array {
  const header = new PbfWriter();
  header.writeStringField(4, "OsmSchema-V0.6");
  header.writeStringField(4, "DenseNodes");
  return joined([writeBlob("OSMHeader", header.finish(), deflated), writeBlob("OSMData", writeBlock(map), deflated)]);
}

function writeBlob(type: string, content: Uint8Array, deflated: boolean): Uint8Array {
  const blob = new PbfWriter();
  if (deflated) {
    blob.writeVarintField(2, content.length);
    blob.writeBytesField(3, deflate(content));
  } else blob.writeBytesField(1, content);
  const body = blob.finish();
  const header = new PbfWriter();
  header.writeStringField(1, type);
  header.writeVarintField(3, body.length);
  const head = header.finish();
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return joined([length, head, body]);
}

function writeBlock(map: ExampleMap): Uint8Array {
  const strings = [""];
  const intern = (text: string): number => {
    const known = strings.indexOf(text, 1);
    return known > 0 ? known : strings.push(text) - 1;
  };
  const groups = [writeDense(map.nodes, intern), writeWays(map.ways, intern), writeRelations(map.relations, intern)];
  const block = new PbfWriter();
  block.writeMessage(
    1,
    (list: readonly string[], table) => {
      for (const text of list) table.writeStringField(1, text);
    },
    strings,
  );
  for (const group of groups) block.writeBytesField(2, group);
  return block.finish();
}

type Intern = (text: string) => number;

const steps = (values: readonly number[]): number[] => values.map((value, index) => value - (values[index - 1] ?? 0));

function writeDense(nodes: readonly ExampleNode[], intern: Intern): Uint8Array {
  const keysValues = nodes.flatMap(({ tags = {} }) => [...Object.entries(tags).flat().map(intern), 0]);
  const group = new PbfWriter();
  group.writeMessage(
    2,
    (_, dense) => {
      dense.writePackedSVarint(1, steps(nodes.map(({ id }) => id)));
      const versions = nodes.map(({ version }) => version ?? 0);
      if (versions.some((version) => version > 0))
        dense.writeMessage(5, (list: readonly number[], info) => info.writePackedVarint(1, [...list]), versions);
      dense.writePackedSVarint(8, steps(nodes.map(latitudeE7)));
      dense.writePackedSVarint(9, steps(nodes.map(longitudeE7)));
      dense.writePackedVarint(10, keysValues);
    },
    null,
  );
  return group.finish();
}

function writeTags(writer: PbfWriter, tags: ExampleTags, intern: Intern): void {
  writer.writePackedVarint(2, Object.keys(tags).map(intern));
  writer.writePackedVarint(3, Object.values(tags).map(intern));
}

function writeInfo(writer: PbfWriter, version: number | undefined): void {
  if (version !== undefined) writer.writeMessage(4, (value: number, info) => info.writeVarintField(1, value), version);
}

function writeWays(ways: readonly ExampleWay[], intern: Intern): Uint8Array {
  const group = new PbfWriter();
  for (const way of ways) {
    group.writeMessage(
      3,
      ({ id, nodes, tags, version }: ExampleWay, writer) => {
        writer.writeVarintField(1, id);
        writeTags(writer, tags, intern);
        writeInfo(writer, version);
        writer.writePackedSVarint(8, steps(nodes));
      },
      way,
    );
  }
  return group.finish();
}

function writeRelations(relations: readonly ExampleRelation[], intern: Intern): Uint8Array {
  const group = new PbfWriter();
  for (const relation of relations) {
    group.writeMessage(
      4,
      ({ id, members, tags, version }: ExampleRelation, writer) => {
        writer.writeVarintField(1, id);
        writeTags(writer, tags, intern);
        writeInfo(writer, version);
        writer.writePackedVarint(
          8,
          members.map(([, , role]) => intern(role)),
        );
        writer.writePackedSVarint(9, steps(members.map(([, ref]) => ref)));
        writer.writePackedVarint(
          10,
          members.map(([type]) => ["node", "way", "relation"].indexOf(type)),
        );
      },
      relation,
    );
  }
  return group.finish();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Four blocks around a crossing of two main streets, two-way, with houses, a park and a river:
 *
 *     1 ── 2 ── 3
 *     │    │    │
 *     4 ── 5 ── 6      200 m from node to node
 *     │    │    │
 *     7 ── 8 ── 9
 */
export const fourBlocks: ExampleMap = {
  nodes: [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((id): ExampleNode => {
      const place = { id, x: ((id - 1) % 3) * 200 - 200, y: 200 - Math.floor((id - 1) / 3) * 200 };
      return id === 5 ? { ...place, tags: { highway: "traffic_signals" } } : place;
    }),
    ...house(20, -60, 40),
    ...house(30, 40, 40),
    ...house(40, 60, -60),
    { id: 50, x: 10, y: 20, tags: { place: "suburb", name: "Brückenviertel" } },
  ],
  ways: [
    { id: 101, nodes: [1, 2, 3], tags: { highway: "residential", name: "North Street" } },
    { id: 102, nodes: [4, 5, 6], tags: { highway: "primary", name: "Main Street", lanes: "4", maxspeed: "50" } },
    { id: 103, nodes: [7, 8, 9], tags: { highway: "residential", name: "South Street", maxspeed: "30" } },
    { id: 104, nodes: [1, 4, 7], tags: { highway: "residential", name: "West Street" } },
    {
      id: 105,
      nodes: [2, 5, 8],
      tags: { highway: "secondary", name: "Cross Street", "turn:lanes:forward": "left|through" },
    },
    { id: 106, nodes: [3, 6, 9], tags: { highway: "residential", name: "East Street", oneway: "yes" } },
    { id: 107, nodes: [2, 8], tags: { waterway: "river", name: "River" } },
    { id: 120, nodes: [20, 21, 22, 23, 20], tags: { building: "yes", "building:levels": "4" } },
    { id: 130, nodes: [30, 31, 32, 33, 30], tags: { building: "apartments", height: "17.5 m" } },
    { id: 140, nodes: [40, 41, 42, 43, 40], tags: { leisure: "park" } },
  ],
  relations: [
    {
      id: 201,
      members: [
        ["way", 102, "from"],
        ["node", 5, "via"],
        ["way", 105, "to"],
      ],
      tags: { type: "restriction", restriction: "no_left_turn" },
    },
  ],
};

/** Corners of a square of 16 m, counter-clockwise. */
function house(firstId: number, x: number, y: number): ExampleNode[] {
  return [
    [0, 0],
    [16, 0],
    [16, 16],
    [0, 16],
  ].map(([dx, dy], corner) => ({ id: firstId + corner, x: x + dx, y: y + dy }));
}

/** "from → to" of all movements between edges. */
export function movementsOf(city: City): Set<string> {
  const edgeOf = edgeOfLanes(city);
  const ids = city.meta.edgeIds;
  const { connectionFromLane, connectionToLane } = city.columns;
  const rows = Array.from({ length: connectionCountOf(city) }, (_, row) => row);
  return new Set(rows.map((row) => `${ids[edgeOf[connectionFromLane[row]]]} → ${ids[edgeOf[connectionToLane[row]]]}`));
}
