import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import {
  FrameHeader,
  FrameVehicle,
  frameByteLength,
  frameHeaderBytes,
  frameVehicleBytes,
  twinNames,
  viewFrame,
  type FrameView,
  type TwinName,
} from "../../common/frame";
import { countVehicles, createFrameStore, keptFrames, meanMovedM } from "./frames";
import { advance, createPlayback } from "./playback";

interface Vehicle {
  readonly x: number;
  readonly y: number;
}

function frame(sequence: number, timeS: number, vehicles: readonly Vehicle[], twin: TwinName = "live"): FrameView {
  const bytes = new Uint8Array(frameByteLength(vehicles.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(FrameHeader.sequence, sequence, true);
  view.setUint32(FrameHeader.twin, twinNames.indexOf(twin), true);
  view.setFloat64(FrameHeader.timeS, timeS, true);
  view.setUint32(FrameHeader.vehicleSlotCount, vehicles.length, true);
  vehicles.forEach(({ x, y }, slot) => {
    const at = frameHeaderBytes + slot * frameVehicleBytes;
    view.setFloat32(at + FrameVehicle.x, x, true);
    view.setFloat32(at + FrameVehicle.y, y, true);
  });
  const viewed = viewFrame(bytes);
  if (viewed === undefined) throw new Error("the fixture is not a frame");
  return viewed;
}

const nowhere = { x: NaN, y: NaN };

describe("the frame store", () => {
  it("keeps the newest frames of each twin apart", () => {
    const store = createFrameStore();
    for (let k = 0; k < 5; k++) store.take(frame(k, k, [nowhere]), k * 100);
    store.take(frame(0, 2, [nowhere], "doNothing"), 500);
    expect(store.kept("live").map(({ timeS }) => timeS)).toEqual([2, 3, 4]);
    expect(store.kept("live")).toHaveLength(keptFrames);
    expect(store.kept("doNothing")).toHaveLength(1);
    expect(store.takenCount()).toBe(6);
  });

  it("forgets the past when a twin is set back in time", () => {
    const store = createFrameStore();
    store.take(frame(0, 100, [nowhere]), 0);
    store.take(frame(1, 101, [nowhere]), 100);
    store.take(frame(2, 50, [nowhere]), 200);
    expect(store.kept("live").map(({ timeS }) => timeS)).toEqual([50]);
  });

  it("takes a frame of the same instant for the one that it has", () => {
    const store = createFrameStore();
    for (let k = 0; k < 4; k++) store.take(frame(k, 100, [nowhere]), k * 100);
    store.take(frame(4, 101, [nowhere]), 500);
    expect(store.kept("live").map(({ sequence }) => sequence)).toEqual([0, 4]);
    expect(store.takenCount()).toBe(5);
  });

  it("asks for no frames while they are held back, and then once for each hand-over", () => {
    const store = createFrameStore();
    let asked = 0;
    const ask = () => {
      asked++;
    };
    store.askForMore(ask);
    store.holdBack(true);
    // The second one came unasked, before the session turned.
    store.askForMore(ask);
    store.askForMore(ask);
    expect(asked).toBe(1);
    store.holdBack(false);
    store.holdBack(false);
    expect(asked).toBe(3);
  });

  it("learns the pace at which frames really arrive, and takes a pause for a pause", () => {
    const store = createFrameStore();
    for (let k = 0; k < 60; k++) store.take(frame(k, k * 0.5, [nowhere]), k * 250);
    expect(store.pace("live").periodMs).toBeCloseTo(250, 0);
    expect(store.pace("live").simulatedSPerMs).toBeCloseTo(0.002, 5);
    store.take(frame(60, 30, [nowhere]), 60_000);
    expect(store.pace("live").periodMs).toBeCloseTo(250, 0);
  });

  it("takes frames that were dropped on the way into account: they came as fast as ever", () => {
    const store = createFrameStore();
    for (let k = 0; k < 240; k += 4) store.take(frame(k, k * 0.5, [nowhere]), k * 250, 3);
    expect(store.pace("live").periodMs).toBeCloseTo(250, 0);
    expect(store.pace("live").simulatedSPerMs).toBeCloseTo(0.002, 4);
  });

  it("counts vehicles that have a place, and how far they moved", () => {
    const before = frame(0, 0, [{ x: 0, y: 0 }, nowhere, { x: 10, y: 0 }]);
    const after = frame(1, 1, [{ x: 3, y: 4 }, { x: 5, y: 5 }, nowhere]);
    expect(countVehicles(before)).toBe(2);
    expect(meanMovedM(before, after)).toBe(5);
    expect(meanMovedM(frame(0, 0, []), frame(1, 1, []))).toBe(0);
  });
});

describe("the playhead", () => {
  /** Frames of `spanS` that arrive every `periodMs`, with jitter; pictures every `pictureMs`. */
  function play(periodMs: number, spanS: number, pictureMs: number, jitter: (k: number) => number, pictures: number) {
    const store = createFrameStore();
    const playback = createPlayback();
    const heads: { readonly playheadS: number; readonly newestS: number; readonly mix: number }[] = [];
    let sent = 0;
    for (let picture = 0; picture < pictures; picture++) {
      const nowMs = picture * pictureMs;
      while (sent * periodMs + jitter(sent) <= nowMs) {
        store.take(frame(sent, sent * spanS, [nowhere]), sent * periodMs + jitter(sent));
        sent++;
      }
      advance(playback, store.kept("live"), store.pace("live"), nowMs);
      if (sent > 0) heads.push({ playheadS: playback.playheadS, newestS: (sent - 1) * spanS, mix: playback.mix });
    }
    return heads;
  }

  it("never runs back, never passes the newest frame, and mixes between 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 600 }),
        fc.double({ min: 0.05, max: 10, noNaN: true }),
        fc.integer({ min: 8, max: 250 }),
        fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 8, maxLength: 8 }),
        (periodMs, spanS, pictureMs, jitters) => {
          const heads = play(periodMs, spanS, pictureMs, (k) => jitters[k % 8] ?? 0, 200);
          heads.forEach(({ playheadS, newestS, mix }, place) => {
            expect(playheadS).toBeLessThanOrEqual(newestS + 1e-9);
            expect(playheadS).toBeGreaterThanOrEqual((heads[place - 1]?.playheadS ?? 0) - 1e-9);
            expect(mix).toBeGreaterThanOrEqual(0);
            expect(mix).toBeLessThanOrEqual(1);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it("moves evenly when frames come evenly: at 10 frames and 60 pictures a second, within a tenth", () => {
    const heads = play(100, 1, 1000 / 60, () => 0, 600).slice(120);
    const steps = heads.slice(1).map(({ playheadS }, place) => playheadS - (heads[place]?.playheadS ?? 0));
    // 10 simulated seconds a second, 60 pictures: a sixth of a second each.
    for (const step of steps) expect(Math.abs(step - 1 / 6)).toBeLessThan(1 / 60);
    for (const { playheadS, newestS } of heads) expect(newestS - playheadS).toBeLessThan(2.2);
  });

  it("says that nothing moves once it has reached the last frame of a paused city", () => {
    const store = createFrameStore();
    const playback = createPlayback();
    for (let k = 0; k < 10; k++) {
      store.take(frame(k, k, [nowhere]), k * 100);
      advance(playback, store.kept("live"), store.pace("live"), k * 100);
    }
    let moving = 0;
    for (let ms = 900; ms < 3000; ms += 16) {
      if (advance(playback, store.kept("live"), store.pace("live"), ms)) moving++;
    }
    expect(playback.playheadS).toBe(9);
    expect(playback.mix).toBe(1);
    expect(moving).toBeLessThan(40);
    expect(advance(playback, store.kept("live"), store.pace("live"), 3016)).toBe(false);
  });

  it("jumps to the other city's frames at once", () => {
    const store = createFrameStore();
    const playback = createPlayback();
    for (let k = 0; k < 5; k++) store.take(frame(k, k, [nowhere]), k * 100);
    advance(playback, store.kept("live"), store.pace("live"), 400);
    const other = [frame(0, 3, [nowhere], "doNothing"), frame(1, 4, [nowhere], "doNothing")];
    for (const one of other) store.take(one, 420);
    expect(advance(playback, store.kept("doNothing"), store.pace("doNothing"), 430)).toBe(true);
    expect(playback.next).toBe(other[0]);
    expect(playback.previous).toBe(null);
  });

  it("needs one frame it has not shown for a picture, however late the picture comes", () => {
    const store = createFrameStore();
    const playback = createPlayback();
    let shown: readonly (FrameView | null)[] = [];
    let sent = 0;
    for (let picture = 0; picture < 20; picture++) {
      const nowMs = picture * 700;
      for (; sent * 100 <= nowMs; sent++) store.take(frame(sent, sent, [nowhere]), sent * 100);
      advance(playback, store.kept("live"), store.pace("live"), nowMs);
      const wanted = [playback.previous, playback.next].filter((one) => one !== null);
      expect(wanted.filter((one) => !shown.includes(one)).length).toBeLessThanOrEqual(1);
      shown = wanted;
    }
  });

  it("moves on from the frame that it stood on after a jump towards the newest", () => {
    const store = createFrameStore();
    const playback = createPlayback();
    for (let k = 0; k < 5; k++) store.take(frame(k, k, [nowhere]), k * 100);
    advance(playback, store.kept("live"), store.pace("live"), 400);
    expect([playback.previous, playback.next?.timeS, playback.mix]).toEqual([null, 3, 1]);
    advance(playback, store.kept("live"), store.pace("live"), 416);
    expect([playback.previous?.timeS, playback.next?.timeS]).toEqual([3, 4]);
    expect(playback.mix).toBeLessThan(0.5);
  });
});
