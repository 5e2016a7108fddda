import { createHash } from "node:crypto";
import type { City } from "../../common/city";

/** SHA-256 of what a city is, hexadecimal: the same whether it was made just now or read from a file. */
export function digestOfCity({ meta, columns }: City): string {
  const digest = createHash("sha256").update(JSON.stringify(meta));
  for (const [name, column] of Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1))) {
    digest.update(`${name} ${column.length}\n`);
    digest.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return digest.digest("hex");
}
