import { createHash } from "node:crypto";

/**
 * SHA-256 of what a save says and of its columns in this order, hexadecimal. The engine takes its state for granted: one
 * damaged byte of it could lead anywhere.
 */
export function digestOfColumns(about: unknown, columns: readonly Uint8Array[]): string {
  const digest = createHash("sha256").update(JSON.stringify(about));
  for (const column of columns) digest.update(column);
  return digest.digest("hex");
}
