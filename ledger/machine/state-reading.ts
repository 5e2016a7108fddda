import type { Result } from "../../common/result";
import { decodeOwn } from "./overlay";
import type { State } from "./state";
import type { StatePath } from "./tree/path";
import { lookUp } from "./tree/tree";

/** The record at a path of a state; undefined where there is none. What the machine wrote, it can read. */
export function readAt<T>(state: State, path: StatePath, decode: (bytes: Uint8Array) => Result<T>): T | undefined {
  const bytes = lookUp(state.tree, path);
  return bytes === undefined ? undefined : decodeOwn(bytes, decode);
}
