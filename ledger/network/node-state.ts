import { existsSync } from "node:fs";
import path from "node:path";
import { succeed, type Result } from "../../common/result";
import { openStateStore } from "../abci/state-store";
import type { State } from "../machine/state";

/**
 * The state behind the last block that a member's application committed, read from its home beside whatever runs there;
 * null before the first start.
 */
export async function readNodeState(home: string): Promise<Result<State | null>> {
  const folder = applicationFolder(home);
  if (!existsSync(path.join(folder, "data.mdb"))) return succeed(null);
  const store = openStateStore(folder, true);
  if (!store.ok) return store;
  try {
    return store.value.load();
  } finally {
    await store.value.close();
  }
}

/** Where the application of a node's home keeps its state. */
export function applicationFolder(home: string): string {
  return path.join(home, "app");
}
