import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { createFrameReader, frameBytesMax, frameOf } from "./frames";

const message = fc.uint8Array({ maxLength: 400 });

describe("frames of ABCI", () => {
  it("come out as they went in, however the socket cuts them", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
        (sent, cuts) => {
          const stream = Buffer.concat(sent.map(frameOf));
          const reader = createFrameReader();
          const received: Uint8Array[] = [];
          for (let at = 0; at < stream.length;) {
            const piece = stream.subarray(at, at + Number(cuts.next().value));
            at += piece.length;
            const frames = reader.push(piece);
            if (!frames.ok) throw new Error(frames.error.message);
            received.push(...frames.value.map((frame) => frame.slice()));
          }
          expect(received.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]));
        },
      ),
    );
  });

  it.each([
    ["more bytes than a length needs", [0x80, 0x80, 0x80, 0x80, 0x01]],
    ["a length that is not in its shortest form", [0x85, 0x00]],
    ["2 GiB", [0xff, 0xff, 0xff, 0xff, 0x07]],
    ["one byte beyond the limit", [...frameOf(new Uint8Array(0))].slice(1).concat([0x81, 0x80, 0x80, 0x32])],
  ])("refuse %s, and all that comes after", (_, bytes) => {
    const reader = createFrameReader();
    expect(reader.push(Uint8Array.from(bytes)).ok).toBe(false);
    expect(reader.push(frameOf(Uint8Array.of(1))).ok).toBe(false);
  });

  it("hold no more than has arrived, whatever length is announced", () => {
    const reader = createFrameReader();
    expect(frameBytesMax).toBe(104_857_600);
    const before = process.memoryUsage().arrayBuffers;
    expect(reader.push(Uint8Array.of(0x80, 0x80, 0x80, 0x32, 1, 2, 3))).toEqual({ ok: true, value: [] });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
