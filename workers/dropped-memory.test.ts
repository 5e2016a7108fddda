import { expect, test } from "vitest";
import { collectDroppedMemory } from "./dropped-memory";

const drop = () => new WeakRef(new WebAssembly.Memory({ initial: 160, maximum: 32768, shared: true }));
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the memory of a dropped arena is collected, though nothing else asks for it", async () => {
  const dropped = Array.from({ length: 4 }, drop);
  await later(50);
  expect(dropped.filter((one) => one.deref() !== undefined).length).toBeGreaterThan(0);
  collectDroppedMemory();
  collectDroppedMemory();
  await expect.poll(() => dropped.filter((one) => one.deref() !== undefined).length, { timeout: 10_000 }).toBe(0);
});
