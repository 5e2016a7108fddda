import { succeed, type Result } from "../../common/result";
import {
  decodeBeginning,
  decodeStoredBlock,
  decodeTip,
  encodeBeginning,
  encodeStoredBlock,
  encodeTip,
  type BlockStore,
} from "./block-store";
import { copyEnvironment, decodeOwn, keyOf, openEnvironment, plain } from "./lmdb-environment";

const storeForm = "pendulaire-solo-2";

/** Opens or creates the store of one chain in a folder. Everything of a block is written in one transaction. */
export function openLmdbStore(directory: string, readOnly = false): Result<BlockStore> {
  const opened = openEnvironment(directory, storeForm, readOnly);
  if (!opened.ok) return opened;
  const { root, meta, table, writeLeaves, leaves } = opened.value;
  const blocks = table("blocks");
  return succeed({
    beginning: () => {
      const bytes = meta.get(keyOf("beginning"));
      return bytes === undefined ? null : decodeOwn(decodeBeginning(plain(bytes)), "beginning");
    },
    begin: (written, changes) => {
      root.transactionSync(() => {
        meta.putSync(keyOf("form"), Buffer.from(storeForm));
        meta.putSync(keyOf("beginning"), encodeBeginning(written));
        writeLeaves(changes);
      });
    },
    tip: () => {
      const bytes = meta.get(keyOf("tip"));
      return bytes === undefined ? null : decodeOwn(decodeTip(plain(bytes)), "tip");
    },
    blockAt: (height) => {
      const bytes = blocks.get(keyOfHeight(height));
      return bytes === undefined ? undefined : decodeOwn(decodeStoredBlock(plain(bytes)), `block ${height}`);
    },
    commit: ({ stored, seenCommit, appHash, changes }) => {
      const { height } = stored.block.header;
      root.transactionSync(() => {
        blocks.putSync(keyOfHeight(height), encodeStoredBlock(stored));
        writeLeaves(changes);
        meta.putSync(keyOf("tip"), encodeTip({ height, seenCommit, appHash }));
      });
    },
    leaves,
    copyTo: (target) => copyEnvironment(root, target),
    close: () => root.close(),
  });
}

/** Big-endian, so that keys ascend with heights. */
function keyOfHeight(height: number): Uint8Array {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(BigInt(height));
  return key;
}
