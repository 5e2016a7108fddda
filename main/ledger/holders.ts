import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { fromHex, toHex } from "../../common/canonical";
import { assert } from "../../common/result";
import { identifierLength } from "../../ledger/machine/state-paths";

/**
 * Which row of the session holds which contract. The chain does not know, and must not: it is the simulated custodian's
 * own book. A row is written before its contract is submitted, so a crash leaves a row too many at worst.
 *
 * It holds simulated commuters only, and nothing that the session's secret, which plays their phones, does not say as well: no
 * erasure touches it, as none could make a row unknown while that secret lies beside it. Who has a key of their own has no row.
 */
export interface Holders {
  contractIdOf(contractIndex: number): string | undefined;
  contractIndexOf(contractId: string): number | undefined;
  add(rows: readonly HolderRow[]): void;
}

interface HolderRow {
  readonly contractIndex: number;
  readonly contractId: string;
}

/** u32 little-endian, then the contract's digest. */
const rowBytes = 4 + identifierLength;

/** @param path file of rows, appended to; null keeps them in memory */
export function openHolders(path: string | null): Holders {
  const ids = new Map<number, string>();
  const indexes = new Map<string, number>();
  const remember = ({ contractIndex, contractId }: HolderRow) => {
    ids.set(contractIndex, contractId);
    indexes.set(contractId, contractIndex);
  };
  if (path !== null && existsSync(path)) readRows(readFileSync(path)).forEach(remember);
  return {
    contractIdOf: (contractIndex) => ids.get(contractIndex),
    contractIndexOf: (contractId) => indexes.get(contractId),
    add: (rows) => {
      rows.forEach(remember);
      if (path !== null) appendFileSync(path, encodeRows(rows));
    },
  };
}

function encodeRows(rows: readonly HolderRow[]): Uint8Array {
  const bytes = new Uint8Array(rows.length * rowBytes);
  const view = new DataView(bytes.buffer);
  rows.forEach(({ contractIndex, contractId }, row) => {
    const digest = fromHex(contractId);
    assert(digest?.length === identifierLength, "a contract's identifier is 62 hexadecimal digits");
    view.setUint32(row * rowBytes, contractIndex, true);
    bytes.set(digest, row * rowBytes + 4);
  });
  return bytes;
}

/** A row that was cut short by a crash is not read. */
function readRows(bytes: Uint8Array): readonly HolderRow[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, row) => ({
    contractIndex: view.getUint32(row * rowBytes, true),
    contractId: toHex(bytes.subarray(row * rowBytes + 4, (row + 1) * rowBytes)),
  }));
}
