import type { Shape } from "./element-reading";
import type { SumoProgram } from "./signal-reading";

/** A `net.xml` as it stands, rows in the order of the file, every reference still a name. */
export interface SumoNet {
  readonly location: SumoLocation;
  readonly edges: ReadonlyMap<string, SumoEdge>;
  readonly junctions: ReadonlyMap<string, SumoJunction>;
  readonly connections: readonly SumoConnection[];
  readonly programs: readonly SumoProgram[];
  /** Edges of roundabouts. */
  readonly roundaboutEdges: ReadonlySet<string>;
}

/** How the file's metres lie on the globe. */
export interface SumoLocation {
  /** Added to projected coordinates to give the file's. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** A PROJ string; "!" = none. */
  readonly projection: string;
  /** Where it stands, for messages. */
  readonly line: number;
}

/** What an edge is for; connectors are driven like ordinary ones. */
export type EdgeFunction = "normal" | "connector" | "internal" | "crossing" | "walkingarea";

export interface SumoEdge {
  readonly id: string;
  readonly line: number;
  readonly label: string;
  readonly function: EdgeFunction;
  /** Empty for those within junctions. */
  readonly from: string;
  readonly to: string;
  readonly priority: number;
  readonly type: string;
  readonly streetName: string;
  /** By their index, from the right. */
  readonly lanes: SumoLane[];
}

export interface SumoLane {
  readonly id: string;
  readonly line: number;
  readonly speedMps: number;
  /** Rules over the length of the shape. */
  readonly lengthM: number;
  readonly widthM: number;
  /** Bits of `VehicleClass`. */
  readonly classes: number;
  readonly shape: Shape;
}

export interface SumoConnection {
  readonly line: number;
  readonly label: string;
  readonly from: string;
  readonly fromLane: number;
  readonly to: string;
  readonly toLane: number;
  /** The first internal lane, "" = none. */
  readonly via: string;
  /** s, r, R, l, L, t or "invalid". */
  readonly direction: string;
  /** A link state. @see https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html#plain_connections */
  readonly state: string;
  /** Controller, "" = none. */
  readonly controllerId: string;
  readonly linkIndex: number;
  readonly keepsClear: boolean;
  /** Where within the junction it waits, m; -1 = where its first internal lane ends. */
  readonly waitAtM: number;
  readonly classes: number;
  /** m/s, 0 = as its internal lanes say. */
  readonly speedMps: number;
}

export interface SumoJunction {
  readonly id: string;
  readonly line: number;
  readonly label: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly incomingLanes: readonly string[];
  readonly requests: SumoRequest[];
}

/** A row of a junction's matrices: bit b stands for the junction's link b. */
export interface SumoRequest {
  readonly line: number;
  readonly index: number;
  /** Links that this one waits for; the last character is link 0. */
  readonly response: string;
  readonly foes: string;
  /** Whether it may wait within the junction. */
  readonly waitsInside: boolean;
}
