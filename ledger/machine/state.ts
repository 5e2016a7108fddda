import type { Tree } from "./tree/tree";

/**
 * The state after a block. The tree holds everything that the app hash stands for, and is never changed: a fork is a
 * copy of this record. Height and time are the block's, and in its header.
 */
export interface State {
  readonly tree: Tree;
  readonly height: number;
  /** Block time, whole seconds (cut). */
  readonly timeS: number;
}
