import {
  bytesEqual,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readFixed,
  readWhole,
  writeFixed,
  writeWhole,
} from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { State } from "../machine/state";
import type { StatePath } from "../machine/tree/path";
import { rootHashOf } from "../machine/tree/tree";
import { decodeOwn, keyOf, openEnvironment, plain } from "../solo/lmdb-environment";
import { treeOf } from "../solo/stored-chain";

/** What the application remembers: the state behind the last block that consensus told it to commit. */
export interface StateStore {
  /** null before the genesis. Reads all leaves, and compares their root with the one that was committed. */
  load(): Result<State | null>;
  /** One transaction: after a crash either the whole block is there, or nothing of it. Returns when the disk has it. */
  commit(state: State, changes: ReadonlyMap<StatePath, Uint8Array | null>): void;
  /** Puts another state in place of what there is. */
  replace(state: State, leaves: Iterable<readonly [StatePath, Uint8Array]>): void;
  close(): Promise<void>;
}

const storeForm = "pendulaire-abci-2";

export function openStateStore(directory: string, readOnly = false): Result<StateStore> {
  const opened = openEnvironment(directory, storeForm, readOnly);
  if (!opened.ok) return opened;
  const { root, meta, writeLeaves, clearLeaves, leaves } = opened.value;
  const writeTip = (state: State) => {
    meta.putSync(keyOf("form"), Buffer.from(storeForm));
    meta.putSync(keyOf("tip"), encodeTip(state));
  };
  return succeed({
    load: () => {
      const bytes = meta.get(keyOf("tip"));
      if (bytes === undefined) return succeed(null);
      const { height, timeS, appHash } = decodeOwn(decodeTip(plain(bytes)), "tip");
      const tree = treeOf(leaves());
      return bytesEqual(rootHashOf(tree), appHash)
        ? succeed({ tree, height, timeS })
        : fail("the stored state does not have the last block's root", directory);
    },
    commit: (state, changes) => {
      root.transactionSync(() => {
        writeLeaves(changes);
        writeTip(state);
      });
    },
    replace: (state, all) => {
      root.transactionSync(() => {
        clearLeaves();
        writeLeaves(new Map(all));
        writeTip(state);
      });
    },
    close: () => root.close(),
  });
}

/** In memory only: for tests, and for a machine under simulation. */
export function createMemoryStateStore(): StateStore {
  let kept: State | null = null;
  return {
    load: () => succeed(kept),
    commit: (state) => {
      kept = state;
    },
    replace: (state) => {
      kept = state;
    },
    close: () => Promise.resolve(),
  };
}

function encodeTip({ height, timeS, tree }: State): Uint8Array {
  const writer = createWriter(64);
  writeWhole(writer, height);
  writeWhole(writer, timeS);
  writeFixed(writer, rootHashOf(tree));
  return finishWriting(writer);
}

function decodeTip(
  bytes: Uint8Array,
): Result<{ readonly height: number; readonly timeS: number; readonly appHash: Uint8Array }> {
  const reader = createReader(bytes);
  return finishReading(reader, { height: readWhole(reader), timeS: readWhole(reader), appHash: readFixed(reader, 32) });
}
