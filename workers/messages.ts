import type { ArenaHandle } from "./arena/arena";
import type { ParameterValues } from "./people/parameters";

/** What changes a twin. Every command names the tick before which it takes effect; the log of them replays the run. */
export type TwinCommand =
  | {
      readonly kind: "closeLanes";
      readonly tick: number;
      /** 1, 2, … in this session: draws are made by it. */
      readonly incident: number;
      readonly edge: number;
      readonly positionM: number;
      /** Closed from the right. */
      readonly laneCount: number;
    }
  | { readonly kind: "openLanes"; readonly tick: number; readonly edge: number }
  /** On all lanes of an edge; null: as signed. */
  | { readonly kind: "limitSpeed"; readonly tick: number; readonly edge: number; readonly speedMaxMps: number | null }
  /** Drivers keep longer gaps on all lanes of an edge. `part` of the capacity is left, 0 < part ≤ 1; 1 = all. */
  | { readonly kind: "reduceCapacity"; readonly tick: number; readonly edge: number; readonly part: number }
  /** The signal at the end of an edge. */
  | { readonly kind: "switchSignal"; readonly tick: number; readonly edge: number; readonly dark: boolean }
  | {
      readonly kind: "instruct";
      readonly tick: number;
      /** 1, 2, … in this session. */
      readonly instruction: number;
      readonly blockHeight: number;
      readonly transactionHash: string;
      /** Whose contracts were rewritten. */
      readonly people: readonly number[];
      readonly bonusEur: number;
      readonly avoidEdges: readonly number[];
      readonly action: InstructedAction;
    }
  /** What an instruction asked is not asked any more of these people, as far as they have not departed. */
  | {
      readonly kind: "withdraw";
      readonly tick: number;
      readonly instruction: number;
      readonly people: readonly number[];
      readonly action: InstructedAction;
    }
  /** Contracts of people who had complied were settled: what they learn from it about the authority's promises. */
  | {
      readonly kind: "settleBonuses";
      readonly tick: number;
      readonly people: readonly number[];
      /** Of each of them, whether the bonus was paid. */
      readonly paid: readonly boolean[];
    };

/** What those are asked whose way leads over the command's edges. */
export type InstructedAction =
  /** Another way to the same place. */
  | { readonly kind: "avoid" }
  /** Another way, over these edges in order, 1 … `viaMax` of them; each has a row among the destinations. */
  | { readonly kind: "itinerary"; readonly viaEdges: readonly number[] }
  /** Depart so many seconds later; earlier when negative. */
  | { readonly kind: "shift"; readonly shiftS: number }
  /** Do not depart before this tick. */
  | { readonly kind: "hold"; readonly untilTick: number };

/** How those who were asked answered, in the order of the command's people. */
export interface Answers {
  readonly instruction: number;
  readonly people: Uint32Array;
  /** Tick of hearing, -1 = never or no longer concerned. */
  readonly hearsAtTick: Int32Array;
  readonly complies: Uint8Array;
}

export interface EngineIndicators {
  readonly tick: number;
  readonly running: number;
  readonly waiting: number;
  readonly departed: number;
  readonly arrived: number;
  /** Σ (t − t_free), waiting at the kerb included, s. */
  readonly delayS: number;
  readonly meanSpeedMps: number;
  readonly longestQueueM: number;
}

export interface Snapshot {
  readonly tick: number;
  readonly buffer: SharedArrayBuffer;
  /** Bytes of the buffer that are the snapshot's. */
  readonly length: number;
}

/** What an engine's thread is started with. */
export interface EngineStart {
  readonly handle: ArenaHandle;
  readonly values: ParameterValues;
}

/** Whether a frame is packed, and whether with the report on edges and terminals. */
export type WantedFrame = "none" | "vehicles" | "withReport";

export type EngineRequest =
  | { readonly kind: "command"; readonly command: TwinCommand }
  /** Go on to this tick, at most for so long; then report, with a packed frame if wanted. */
  | {
      readonly kind: "advance";
      readonly toTick: number;
      readonly budgetMs: number;
      readonly wantsFrame: WantedFrame;
    }
  | { readonly kind: "save"; readonly id: number }
  /** Copies what is saved into a buffer that an earlier snapshot brought, the first time into one of its own. */
  | { readonly kind: "snapshot"; readonly id: number; readonly into: SharedArrayBuffer | undefined }
  /** Goes on from a snapshot of so many bytes, without commands. */
  | {
      readonly kind: "adopt";
      readonly id: number;
      readonly snapshot: SharedArrayBuffer;
      readonly length: number;
    }
  /** Into memory that nobody else uses, or into new memory. */
  | { readonly kind: "fork"; readonly id: number; readonly room: WebAssembly.Memory | undefined }
  | { readonly kind: "hash"; readonly id: number };

export type EngineReport =
  | {
      readonly kind: "advanced";
      readonly indicators: EngineIndicators;
      /** Four words an event: kind, trip, what, tick. */
      readonly events: Uint32Array;
      /** Slots of the frame that lies in the arena's `frame` section; -1 when none was wanted. */
      readonly frameSlots: number;
      /** Simulated seconds over which the report in the frame counts passages; -1 when the frame carries none. */
      readonly reportWindowS: number;
      /** Wall time that the ticks took, ms. */
      readonly spentMs: number;
    }
  | { readonly kind: "answers"; readonly answers: Answers }
  | { readonly kind: "saved"; readonly id: number; readonly tick: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | ({ readonly kind: "copied"; readonly id: number } & Snapshot)
  | { readonly kind: "adopted"; readonly id: number; readonly tick: number; readonly indicators: EngineIndicators }
  | { readonly kind: "forked"; readonly id: number; readonly tick: number; readonly handle: ArenaHandle }
  | { readonly kind: "hashed"; readonly id: number; readonly tick: number; readonly hash: string };

/** Kinds of events. */
export const EventKind = { passedTerminal: 1, departed: 2, arrived: 3 } as const;
export const eventWords = 4;
