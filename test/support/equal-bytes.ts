import { expect } from "vitest";

const bytesOf = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);

/**
 * Typed arrays of one kind with the same bytes are equal: told at once. Vitest looks at them element by element, which
 * takes it half a minute for the metropolis. Whatever differs is left to it, and to what it says of the difference.
 */
function haveEqualBytes(one: unknown, other: unknown): true | undefined {
  if (!ArrayBuffer.isView(one) || !ArrayBuffer.isView(other)) return undefined;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return undefined;
  return bytesOf(one).equals(bytesOf(other)) ? true : undefined;
}

expect.addEqualityTesters([haveEqualBytes]);
