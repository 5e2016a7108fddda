import { decodeOwn } from "./overlay";
import { decodeCredential, type CredentialRecord } from "./records/credential-record";
import type { State } from "./state";
import { StateKind } from "./state-paths";
import { valueOf } from "./tree/node-store";
import { countOfKind, visitKind } from "./tree/tree";

/** Questions to a state about who is enrolled. */

/** Members besides terminals, in the order of their paths, at most so many. Walks over all credentials. */
export function listCredentials(state: State, limit: number): readonly CredentialRecord[] {
  const records: CredentialRecord[] = [];
  visitKind(state.tree, StateKind.credential, (leaf) => {
    const record = decodeOwn(valueOf(state.tree.store, leaf), decodeCredential);
    if (record.grant.role !== "terminal") records.push(record);
    return records.length < limit;
  });
  return records;
}

/** Enrolled keys, revoked ones too, and how many of them are numbered terminals' present keys. */
export function countCredentials(state: State): { readonly all: number; readonly terminals: number } {
  return {
    all: countOfKind(state.tree, StateKind.credential),
    terminals: countOfKind(state.tree, StateKind.terminal),
  };
}
