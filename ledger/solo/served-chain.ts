import type { StatePath } from "../machine/tree/path";
import type { LightBlock } from "../wire/light-block";
import type { StoredBlock } from "./block-store";
import type { StateAnswer } from "./solo-answers";

/** A chain as its readers need it; the embedded engine is one. */
export interface ServedChain {
  readonly chainId: string;
  /** Of the last block. */
  readonly height: number;
  lightBlock(height: number): LightBlock | undefined;
  block(height: number): StoredBlock | undefined;
  /** What lies at a path behind a block, with its proof; undefined when that state is no longer kept. */
  query(path: StatePath, height: number): StateAnswer | undefined;
}
