import type { RoadClass } from "../../../common/city";

/**
 * Roads for cars as a map tells them, before they become a network: points, ways along them and rules. Every source of
 * roads gives this form (OSM's importer, the generator of the bundled town); the network builder reads nothing else.
 */
export interface RoadGraph {
  /** Metres east and north of the city's origin. */
  readonly nodeX: Float64Array;
  readonly nodeY: Float64Array;
  /** Nodes without a row are ordinary. */
  readonly controls: readonly NodeControl[];
  readonly ways: readonly RoadWay[];
  readonly restrictions: readonly TurnRestriction[];
  readonly pathRestrictions: readonly PathRestriction[];
  /** Rules of the input that both kinds of restrictions stand for; one rule may name several ways. */
  readonly restrictionCount: number;
  /** Street names, each once. */
  readonly names: readonly string[];
}

/** A stretch of road with the same attributes throughout. Ways cross where they share a node. */
export interface RoadWay {
  /** Identifier in the input; edges are named after it. */
  readonly id: string;
  /** At least two rows of nodes, none twice in succession. */
  readonly nodes: Uint32Array;
  readonly roadClass: RoadClass;
  /** Slip road or ramp: joins roads of its class, and gives way to them. */
  readonly isLink: boolean;
  readonly isRoundabout: boolean;
  readonly isBridge: boolean;
  /** Index into the graph's names, -1 = nameless. */
  readonly name: number;
  /** Along the nodes; null where cars may not drive that way. */
  readonly forward: Carriageway | null;
  readonly backward: Carriageway | null;
  /** Parking at the kerbs, as seen along the nodes; null where there is none. */
  readonly leftKerb: KerbParking | null;
  readonly rightKerb: KerbParking | null;
}

/** Cars parked along one side of a way. */
export interface KerbParking {
  /** Kerb that each of them takes, m. */
  readonly spaceM: number;
  /** Spaces along the whole way where they were counted; null: by the length of the kerb. */
  readonly capacity: number | null;
}

/** One direction of a way. */
export interface Carriageway {
  /** 1 … `laneCountLimit`. */
  readonly laneCount: number;
  readonly speedMps: number;
  /** Sets of `TurnMark`, rightmost lane first, as many as lanes; null where lanes carry no arrows. */
  readonly turnMarks: readonly number[] | null;
}

export const laneCountLimit = 10;

/** Arrows on a lane: bits, ordered from right to left. */
export const TurnMark = {
  sharpRight: 1,
  right: 2,
  slightRight: 4,
  through: 8,
  slightLeft: 16,
  left: 32,
  sharpLeft: 64,
  reverse: 128,
} as const;

export interface NodeControl {
  readonly node: number;
  readonly kind: "signals" | "stop" | "giveWay";
  /** Whom it faces, by the direction of the way it stands on. */
  readonly faces: "forward" | "backward" | "both";
}

/** A rule at one node, between ways that meet there. */
export interface TurnRestriction {
  /** "no": this turn is forbidden; "only": every other turn is, for who comes from there. */
  readonly kind: "no" | "only";
  /** Rows of ways. */
  readonly fromWay: number;
  readonly viaNode: number;
  readonly toWay: number;
}

/** A rule over ways between two that need not meet: of who comes from one and drives along the path. */
export interface PathRestriction {
  /** "no": onto this way at its end is forbidden; "only": every departure from the path is, from its first node on. */
  readonly kind: "no" | "only";
  /** Rows of ways. */
  readonly fromWay: number;
  readonly toWay: number;
  /** Rows of nodes, each next to the one before on a way that may be driven so: at least two. */
  readonly nodes: readonly number[];
  /** The rule of the input that it belongs to. */
  readonly rule: number;
}
