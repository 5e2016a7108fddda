import { fc } from "./properties";

/** What is done to a byte: flips of one bit and of many, zeroed, set, counted up and down. */
export const byteChanges: fc.Arbitrary<(byte: number) => number> = fc.oneof(
  fc.nat(7).map((bit) => (byte: number) => byte ^ (1 << bit)),
  fc.integer({ min: 1, max: 255 }).map((flip) => (byte: number) => byte ^ flip),
  fc.constantFrom<(byte: number) => number>(
    () => 0,
    () => 0xff,
    (byte) => byte + 1,
    (byte) => byte - 1,
  ),
);
