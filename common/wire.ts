import { fail, succeed, type Result } from "./result";

/**
 * Messages of the console API as bytes, for transports that carry no structured clones (the browser's socket):
 * u32 length of the JSON part, the JSON part, then the bytes of the one binary field, wherever in the message it lies.
 * In the JSON that field's value is `{"$bytes": true}`.
 */
const marker = "$bytes";

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  let binary: Uint8Array | undefined;
  const json = JSON.stringify(message, function (this: Record<string, unknown>, key, value: unknown) {
    // The holder's own value: some byte arrays have turned themselves into JSON before they come here.
    const own = this[key];
    if (!(own instanceof Uint8Array)) return value;
    if (binary !== undefined) throw new Error("broken invariant: a message has at most one binary field");
    binary = own;
    return { [marker]: true };
  });
  const text = new TextEncoder().encode(json);
  const encoded = new Uint8Array(4 + text.length + (binary?.length ?? 0));
  new DataView(encoded.buffer).setUint32(0, text.length, true);
  encoded.set(text, 4);
  if (binary !== undefined) encoded.set(binary, 4 + text.length);
  return encoded;
}

/** The binary field of the result is a view into `bytes`. */
export function decodeMessage(bytes: Uint8Array): Result<unknown> {
  if (bytes.length < 4) return fail("message is shorter than its header");
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (4 + length > bytes.length) return fail("message ends inside its text");
  const binary = bytes.subarray(4 + length);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(4, 4 + length));
    return succeed(
      JSON.parse(text, (_key, value: unknown) =>
        typeof value === "object" && value !== null && marker in value ? binary : value,
      ),
    );
  } catch {
    return fail("the text of the message is not valid JSON");
  }
}
