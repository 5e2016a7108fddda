import { fail, succeed, type Result } from "../../../common/result";
import { noteDropped, type ImportNotes } from "../import-notes";
import { projectedX, projectedY, type Projection } from "../projection";
import type { Carriageway, RoadGraph, RoadWay } from "../roads/road-graph";
import type { BuiltUpCells } from "./built-up-cells";
import { isBuiltUp } from "./built-up-cells";
import { missingNode, type OsmElements } from "./elements";
import { kerbOf, type KerbSide } from "./kerb-tags";
import { directionsOf, isRoundabout, laneCountsOf, roadDirectionsOf, turnMarksOf } from "./lanes";
import type { Conditions } from "./conditional-tags";
import { readControls } from "./node-controls";
import { readRestrictions } from "./restrictions";
import type { SelectedWay } from "./road-selection";
import { speedLimitOf, usualSpeedMps } from "./speeds";

/** A larger share of a file's road points missing means that the file is cut, not that a way leaves its border. */
const missingShareLimit = 0.5;

/** Turns the selected ways into a road graph: cut where points are missing or barriers stand, attributes normalised. */
export function readRoads(
  elements: OsmElements,
  selected: readonly SelectedWay[],
  projection: Projection,
  builtUp: BuiltUpCells,
  isBarrier: Uint8Array,
  conditions: Conditions,
  notes: ImportNotes,
): Result<RoadGraph> {
  const reader = openReader(elements, projection, builtUp, isBarrier, notes);
  for (const road of selected) {
    const before = reader.ways.length;
    readWay(reader, road);
    if (reader.ways.length === before) noteDropped(notes, "roads", "the file has no two different points of them");
  }
  if (reader.missingNodes > missingShareLimit * (reader.missingNodes + reader.presentNodes)) {
    return fail(
      `${reader.missingNodes} of the ${reader.missingNodes + reader.presentNodes} points of its roads are not in the file`,
    );
  }
  noteDropped(notes, "points of roads", "not in the file: the road is cut there", reader.missingNodes);
  if (reader.ways.length === 0) return fail("no roads for cars in the file");
  return succeed({
    nodeX: Float64Array.from(reader.nodeX),
    nodeY: Float64Array.from(reader.nodeY),
    controls: readControls(elements, reader.nodeOf),
    ways: reader.ways,
    ...readRestrictions(elements, reader, conditions, notes),
    names: reader.names,
  });
}

interface RoadReader {
  readonly elements: OsmElements;
  readonly projection: Projection;
  readonly builtUp: BuiltUpCells;
  readonly notes: ImportNotes;
  /** The graph's node of each of the file's, -1 where no road runs. */
  readonly nodeOf: Int32Array;
  readonly nodeX: number[];
  readonly nodeY: number[];
  /** 1 where cars cannot pass. */
  readonly isBarrier: Uint8Array;
  readonly ways: RoadWay[];
  /** Rows of `ways` that come from a way of the file, by its identifier. */
  readonly piecesOfWay: Map<number, number[]>;
  readonly names: string[];
  readonly nameIndex: Map<string, number>;
  missingNodes: number;
  presentNodes: number;
}

function openReader(
  elements: OsmElements,
  projection: Projection,
  builtUp: BuiltUpCells,
  isBarrier: Uint8Array,
  notes: ImportNotes,
): RoadReader {
  return {
    elements,
    projection,
    builtUp,
    notes,
    nodeOf: new Int32Array(elements.nodeIds.length).fill(-1),
    nodeX: [],
    nodeY: [],
    isBarrier,
    ways: [],
    piecesOfWay: new Map(),
    names: [],
    nameIndex: new Map(),
    missingNodes: 0,
    presentNodes: 0,
  };
}

function readWay(reader: RoadReader, road: SelectedWay): void {
  const { elements, isBarrier } = reader;
  const start = elements.wayNodeStart[road.way];
  let piece: number[] = [];
  for (let index = road.firstNode; index <= road.lastNode; index++) {
    const node = elements.wayNodes[start + index];
    if (node === missingNode) {
      reader.missingNodes++;
      addPiece(reader, road, piece);
      piece = [];
      continue;
    }
    reader.presentNodes++;
    if (isBarrier[node] === 1) {
      // Both sides end at the barrier, each at a node of its own.
      if (piece.length > 0) {
        noteDropped(
          reader.notes,
          "passages at barriers",
          "bollards, blocks or closed gates: the road ends on both sides",
        );
        addPiece(reader, road, [...piece, addNode(reader, node)]);
      }
      piece = [addNode(reader, node)];
      continue;
    }
    const known = reader.nodeOf[node];
    const graphNode = known >= 0 ? known : addNode(reader, node);
    reader.nodeOf[node] = graphNode;
    if (piece[piece.length - 1] !== graphNode) piece.push(graphNode);
  }
  addPiece(reader, road, piece);
}

function addNode({ elements, projection, nodeX, nodeY }: RoadReader, node: number): number {
  const latitude = elements.nodeLatitudeE7[node] / 1e7;
  nodeX.push(projectedX(projection, elements.nodeLongitudeE7[node] / 1e7, latitude));
  nodeY.push(projectedY(projection, latitude));
  return nodeX.length - 1;
}

function addPiece(reader: RoadReader, road: SelectedWay, nodes: readonly number[]): void {
  if (nodes.length < 2) return;
  const { way, tags, kind } = road;
  const id = reader.elements.wayIds[way];
  const pieces = reader.piecesOfWay.get(id) ?? [];
  // Pieces of a cut way share its identifier; edges must not.
  const edgeId = pieces.length === 0 ? String(id) : `${id}.${pieces.length}`;
  if (pieces.length === 0) reader.piecesOfWay.set(id, pieces);
  pieces.push(reader.ways.length);
  const [forward, backward] = readCarriageways(reader, road, nodes);
  const bridge = tags.get("bridge");
  reader.ways.push({
    id: edgeId,
    nodes: Uint32Array.from(nodes),
    ...kind,
    isRoundabout: isRoundabout(tags),
    isBridge: bridge !== undefined && bridge !== "no",
    name: internName(reader, tags.get("name") ?? tags.get("ref")),
    forward,
    backward,
    leftKerb: readKerb(reader, road, "left", nodes.length),
    rightKerb: readKerb(reader, road, "right", nodes.length),
  });
}

function readKerb({ elements, notes }: RoadReader, { way, tags }: SelectedWay, side: KerbSide, nodeCount: number) {
  const { kerb, absurd } = kerbOf(tags, side);
  for (const key of absurd) noteDropped(notes, `values of ${key}`, "nothing that is known: they count as not tagged");
  const isWhole = nodeCount === elements.wayNodeStart[way + 1] - elements.wayNodeStart[way];
  // What was counted along the whole way says nothing of a piece.
  return kerb === null || isWhole ? kerb : { ...kerb, capacity: null };
}

function readCarriageways(
  reader: RoadReader,
  { tags, kind }: SelectedWay,
  nodes: readonly number[],
): [Carriageway | null, Carriageway | null] {
  const directions = roadDirectionsOf(tags, kind);
  const isOpen = directionsOf(tags, kind);
  const lanes = laneCountsOf(tags, kind, directions);
  const noteAbsurd = (key: string) =>
    noteDropped(reader.notes, `values of ${key}`, "no such number is possible: the class decides instead");
  lanes.absurd.forEach(noteAbsurd);
  const read = (side: "forward" | "backward"): Carriageway | null => {
    if (!isOpen[side]) return null;
    const laneCount = lanes[side];
    const limit = speedLimitOf(tags, side);
    limit.absurd.forEach(noteAbsurd);
    const turns = turnMarksOf(tags, side, directions, laneCount);
    if (turns.misfit) noteDropped(reader.notes, "values of turn:lanes", "they do not fit the number of lanes");
    const usual = () => usualSpeedMps(kind, isBuiltUp(reader.builtUp, reader.nodeX, reader.nodeY, nodes));
    return { laneCount, speedMps: limit.speedMps ?? usual(), turnMarks: turns.marks };
  };
  return [read("forward"), read("backward")];
}

function internName({ names, nameIndex }: RoadReader, name: string | undefined): number {
  if (name === undefined || name === "") return -1;
  const known = nameIndex.get(name);
  if (known !== undefined) return known;
  names.push(name);
  nameIndex.set(name, names.length - 1);
  return names.length - 1;
}
