import { existsSync } from "node:fs";
import { join } from "node:path";
import { bytesEqual } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { State } from "../machine/state";
import type { StatePath } from "../machine/tree/path";
import { createTree, rootHashOf, update, type Tree } from "../machine/tree/tree";
import type { LightBlock } from "../wire/light-block";
import type { BlockStore } from "./block-store";
import { openLmdbStore } from "./lmdb-store";
import { answerFrom, type StateAnswer } from "./solo-answers";

/** A chain in its folder, to be read: by whoever verifies it, without its keys and without going on with it. */
export interface StoredChain {
  readonly chainId: string;
  /** Height of the last block. */
  readonly height: number;
  /** Behind the last block. */
  readonly state: State;
  lightBlock(height: number): LightBlock | undefined;
  /**
   * What lies at a path, with its proof against the last header; undefined when the last block changed the state, so
   * that no header has its root yet.
   */
  query(path: StatePath): StateAnswer | undefined;
  close(): Promise<void>;
}

export async function openStoredChain(directory: string): Promise<Result<StoredChain>> {
  if (!existsSync(join(directory, "data.mdb"))) return fail("the folder holds no chain", directory);
  const opened = openLmdbStore(directory, true);
  if (!opened.ok) return opened;
  const store = opened.value;
  const state = rebuildState(store);
  const tip = store.tip();
  const last = tip === null ? undefined : store.blockAt(tip.height);
  if (!state.ok || tip === null || last === undefined) {
    await store.close();
    return state.ok ? fail("the folder holds no chain", directory) : state;
  }
  const { header } = last.block;
  const { tree } = state.value;
  return succeed({
    chainId: header.chainId,
    height: tip.height,
    state: state.value,
    lightBlock: (height) => lightBlockOf(store, height),
    query: (path) => {
      if (!bytesEqual(rootHashOf(tree), header.appHash)) return undefined;
      return { ...answerFrom(state.value, path), height: tip.height - 1 };
    },
    close: () => store.close(),
  });
}

/** What a light client needs of a height; undefined where there is no such block. */
export function lightBlockOf(store: BlockStore, height: number): LightBlock | undefined {
  if (!Number.isSafeInteger(height) || height < 1) return undefined;
  const stored = store.blockAt(height);
  const tip = store.tip();
  const commit = tip?.height === height ? tip.seenCommit : store.blockAt(height + 1)?.block.lastCommit;
  const validators = store.beginning()?.validators;
  if (stored === undefined || commit === undefined || validators === undefined) return undefined;
  return { header: stored.block.header, commit, validators, nextValidators: validators };
}

/** Leaves put into the tree at a time. */
const rebuildBatch = 50_000;

/** The state behind the last block, from its stored leaves: it must have the root that the block led to. */
export function rebuildState(store: BlockStore): Result<State> {
  const tip = store.tip();
  const header = tip === null ? undefined : store.blockAt(tip.height)?.block.header;
  if (tip === null || header === undefined) return fail("the store lacks its last block");
  const tree = treeOf(store.leaves());
  if (!bytesEqual(rootHashOf(tree), tip.appHash)) return fail("the stored state does not have the last block's root");
  return succeed({ tree, height: tip.height, timeS: header.time.seconds });
}

export function treeOf(leaves: Iterable<readonly [StatePath, Uint8Array]>): Tree {
  let tree = createTree();
  let batch = new Map<StatePath, Uint8Array>();
  for (const [path, value] of leaves) {
    batch.set(path, value);
    if (batch.size < rebuildBatch) continue;
    tree = update(tree, batch);
    batch = new Map();
  }
  return update(tree, batch);
}
