import { describe, expect, test } from "vitest";
import { gridCity } from "../../test/support/plain-city";
import { runFor, twinOf } from "../../test/support/small-twin";
import { generatePopulation, parameterValues } from "../people";
import { createTwinEngine } from "../twin-engine";
import {
  adoptSnapshot,
  forkArena,
  hashArena,
  loadArena,
  makeRoom,
  openArena,
  saveArena,
  snapshotLength,
  takeSnapshot,
} from "./arena";
import { differingPages, pageCount, putPages, takePages } from "./pages";

function busyTwin() {
  const values = parameterValues({ departureMeanS: 6.1 * 3600, departureDeviationS: 400 });
  const people = generatePopulation(gridCity(4, 150, 2), 800, 3, values);
  if (!people.ok) throw new Error(people.error.message);
  const engine = twinOf(gridCity(4, 150, 2), people.value, 1, 3);
  runFor(engine, 300);
  return engine;
}

describe("an arena", () => {
  test("that is forked goes on to the same bits, and leaves the original alone", () => {
    const original = busyTwin();
    const before = hashArena(original.arena);
    const fork = createTwinEngine(openArena(forkArena(original.arena)), original.values);
    expect(hashArena(fork.arena)).toBe(before);
    runFor(fork, 300);
    expect(hashArena(original.arena)).toBe(before);
    runFor(original, 300);
    expect(hashArena(fork.arena)).toBe(hashArena(original.arena));
    expect(hashArena(fork.arena)).not.toBe(before);
  });

  test("forks to the same bits into room that was made for it, and into what another city leaves behind", () => {
    const original = busyTwin();
    const ahead = createTwinEngine(openArena(forkArena(original.arena)), original.values);
    runFor(ahead, 900);
    const making = makeRoom(original.arena);
    let made = making.next();
    while (made.done !== true) made = making.next();
    const rooms = [made.value, ahead.arena.memory];
    const forks = rooms.map((room) => createTwinEngine(openArena(forkArena(original.arena, room)), original.values));
    expect(forks.map(({ arena }) => arena.memory)).toEqual(rooms);
    runFor(original, 600);
    for (const fork of forks) {
      runFor(fork, 600);
      expect(hashArena(fork.arena)).toBe(hashArena(original.arena));
    }
  });

  test("does not fork into memory of another size", () => {
    const { arena } = busyTwin();
    const small = new WebAssembly.Memory({ initial: 1, maximum: 32768, shared: true });
    expect(forkArena(arena, small).memory).not.toBe(small);
  });

  test("that is saved and loaded goes on to the same bits", () => {
    const original = busyTwin();
    const loaded = loadArena(original.arena.counts, saveArena(original.arena));
    if (!loaded.ok) throw new Error(loaded.error.message);
    const resumed = createTwinEngine(loaded.value, original.values);
    runFor(original, 120);
    runFor(resumed, 120);
    expect(hashArena(resumed.arena)).toBe(hashArena(original.arena));
  });

  test("is hashed by every byte of its state", () => {
    const { arena } = busyTwin();
    const before = hashArena(arena);
    for (const flip of [
      (): void => void (arena.columns.signalLetter[0] ^= 1),
      (): void => void (arena.header.seed ^= 1),
    ]) {
      flip();
      expect(hashArena(arena)).not.toBe(before);
      flip();
      expect(hashArena(arena)).toBe(before);
    }
  });

  test("is not loaded from other bytes", () => {
    const { arena } = busyTwin();
    const saved = saveArena(arena);
    expect(loadArena(arena.counts, saved.subarray(0, saved.length - 1)).ok).toBe(false);
    expect(loadArena({ ...arena.counts, people: arena.counts.people + 64 }, saved).ok).toBe(false);
    const otherLayout = saved.slice();
    otherLayout.fill(0, 0, 2048);
    expect(loadArena(arena.counts, otherLayout).ok).toBe(false);
  });
});

describe("the pages of a snapshot", () => {
  test("that differ from an earlier one bring that one forward, to the bit, and another arena to it", () => {
    const engine = busyTwin();
    const snapshot = () => {
      const bytes = new Uint8Array(snapshotLength(engine.arena));
      takeSnapshot(engine.arena, bytes);
      return bytes;
    };
    const before = snapshot();
    runFor(engine, 60);
    const after = snapshot();
    const pages = differingPages(before, after);
    expect(pages.length).toBeGreaterThan(0);
    // The network and the trees stay as they were.
    expect(pages.length).toBeLessThan(pageCount(after.length) / 2);
    const brought = new Uint8Array(after.length);
    brought.set(before.subarray(0, after.length));
    putPages(brought, pages, takePages(after, pages));
    expect(Buffer.compare(brought, after)).toBe(0);
    expect(differingPages(after, after)).toHaveLength(0);

    const other = busyTwin();
    adoptSnapshot(other.arena, brought);
    expect(hashArena(other.arena)).toBe(hashArena(engine.arena));
    runFor(other, 60);
    runFor(engine, 60);
    expect(hashArena(other.arena)).toBe(hashArena(engine.arena));
  });
});
