import { fromHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { TrustRoot } from "./follow";

/** `HEIGHT:HASH` of the command line: a header that is known from outside of the chain. */
export function parseTrust(text: string): Result<TrustRoot> {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(text);
  const hash = fromHex((match?.[2] ?? "").toLowerCase());
  if (match === null || hash === undefined) return fail("HEIGHT:HASH, a height and 64 hexadecimal digits", "--trust");
  return succeed({ height: Number(match[1]), hash });
}
