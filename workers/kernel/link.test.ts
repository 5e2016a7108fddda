import { expect, test } from "vitest";
import choosing from "../../dist/kernel/kernel.wasm";
import routed from "../../dist/kernel/kernel-routed.wasm";
import { linkKernel, placeholderOf, placeholders } from "./link";

const sectionsAtLeast = 100;
const rows = Array.from({ length: 1000 }, (_, row) => row);
const addresses = rows.map((row) => 64 * (row + 1000));

/** By hand: seven bits a byte, the lowest first, all but the last with the high bit. */
const leb = (value: number): number[] =>
  [0, 7, 14, 21, 28].map((shift) => (Math.floor(value / 2 ** shift) & 0x7f) | (shift < 28 ? 0x80 : 0));

const at = (row: number): number => placeholderOf(row, placeholders);

test("an address takes a placeholder's place, wherever it lies, with what the access adds to it", () => {
  const wasm = Uint8Array.from([0x41, ...leb(at(0)), 0x28, 2, ...leb(at(2) + 12), 0xff, ...leb(at(1) - 4), 0x0b]);
  const linked = linkKernel(wasm, [64, 1 << 20, 0x7fff_ffc0]);
  expect([...linked]).toEqual([...[0x41, ...leb(64), 0x28, 2, ...leb(0x7fff_ffcc), 0xff, ...leb((1 << 20) - 4)], 0x0b]);
  expect(wasm[1], "what was compiled is as before").toBe(leb(at(0))[0]);
});

test("numbers that are no placeholders stay", () => {
  const others = [placeholders.base - 1, at(3), 0x7fff_ffff, 0].flatMap(leb);
  const wasm = Uint8Array.from([...others, 0x80, 0x80, 0x80]);
  expect([...linkKernel(wasm, [64, 128, 192])]).toEqual([...wasm]);
});

test("every kernel that is linked is valid, and linking it once more changes nothing", () => {
  for (const wasm of [choosing, routed]) {
    const linked = linkKernel(wasm, addresses);
    const changed = linked.reduce((sum, byte, index) => sum + Number(byte !== wasm[index]), 0);
    expect(changed, "bytes of addresses").toBeGreaterThan(sectionsAtLeast);
    expect(linkKernel(linked, addresses)).toEqual(linked);
    expect(() => new WebAssembly.Module(linked)).not.toThrow();
  }
});
