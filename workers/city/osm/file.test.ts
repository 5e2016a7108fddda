import { expect, test } from "vitest";
import { drawInteger } from "../../../common/draw";
import { packCity } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { fourBlocks, writeGzip, writePbf, writeXml } from "./example-files";
import { importOsm } from "../index";

const ignoreProgress = () => undefined;
const formats = [
  ["a.osm.pbf", writePbf(fourBlocks)],
  ["a.osm", writeXml(fourBlocks)],
  ["a.osm.gz", writeGzip(fourBlocks)],
] as const;

function imported(name: string, bytes: Uint8Array) {
  const city = importOsm(name, bytes, { progress: ignoreProgress });
  if (!city.ok) throw new Error(describeFailure(city.error));
  return city.value;
}

function failureOf(name: string, bytes: Uint8Array): string {
  const city = importOsm(name, bytes);
  return city.ok ? "no failure" : describeFailure(city.error);
}

test("a map is the same city in XML, gzip and pbf", () => {
  const [first, ...others] = formats.map(([name, bytes]) => {
    const city = imported(name, bytes);
    return packCity({ ...city, meta: { ...city.meta, source: "" } });
  });
  expect(first.length).toBeGreaterThan(5000);
  for (const other of others) expect(other).toEqual(first);
});

test("progress ends at all bytes", () => {
  for (const [name, bytes] of formats) {
    let last: readonly number[] = [];
    importOsm(name, bytes, { progress: (...both) => (last = both) });
    expect(last).toEqual([bytes.length, bytes.length]);
  }
});

test("a suffix that does not fit the first bytes is refused by both names", () => {
  const [[, pbf], [, xml], [, gzip]] = formats;
  expect(failureOf("a.osm", pbf)).toBe("a.osm: named .osm, but it is OSM pbf by its first bytes");
  expect(failureOf("a.osm.pbf", gzip)).toBe("a.osm.pbf: named .osm.pbf, but it is gzip by its first bytes");
  expect(failureOf("a.osm.gz", xml)).toBe("a.osm.gz: named .osm.gz, but it is XML by its first bytes");
  expect(failureOf("a.osm", new Uint8Array(0))).toBe("a.osm: file is empty");
  expect(failureOf("a.osm", new TextEncoder().encode("roads"))).toContain("neither OSM XML nor gzip nor OSM pbf");
  expect(failureOf("a.txt", xml)).toContain("not a name of an OSM file");
});

test("UTF-16 is refused by its name", () => {
  const [, [, xml]] = formats;
  const utf16 = Uint8Array.from([0xff, 0xfe, ...xml].flatMap((byte, at) => (at < 2 ? [byte] : [byte, 0])));
  expect(failureOf("a.osm", utf16)).toBe("a.osm: the text is UTF-16; only UTF-8 is read");
});

test("a file cut anywhere is refused by its name and where it ends", () => {
  for (const [name, bytes] of formats) {
    for (let length = 1; length < bytes.length; length++) {
      // Line ends after the last element are no loss.
      if (name === "a.osm" && length >= bytes.length - 1) continue;
      const failure = failureOf(name, bytes.subarray(0, length));
      expect(failure, `${name} cut to ${length} bytes`).toMatch(/^a\.osm[^ ]*: /);
      if (name === "a.osm" && length > 60) expect(failure).toContain("line ");
      if (name === "a.osm.pbf" && length > 8) expect(failure).toMatch(/byte \d+|no roads/);
    }
  }
});

test("a compressed block with a wrong bit is refused by its checksum", () => {
  const bytes = writePbf(fourBlocks);
  for (let at = bytes.length - 400; at < bytes.length; at += 7) {
    const damaged = bytes.slice();
    damaged[at] ^= 0x10;
    expect(failureOf("a.osm.pbf", damaged), `bit in byte ${at}`).toContain("byte ");
  }
});

test("broken XML is refused by its line", () => {
  const text = new TextDecoder("utf-8").decode(writeXml(fourBlocks));
  const withText = (from: string, to: string) => failureOf("a.osm", new TextEncoder().encode(text.replace(from, to)));
  expect(withText("</node>", "")).toMatch(/line \d+/);
  expect(withText('lat="48.0', 'lat="98.0')).toMatch(/line 3: node 1: coordinates are out of range/);
  expect(withText(' lat="', ' alt="')).toMatch(/line 3: node 1: coordinates are missing/);
  expect(withText('<node id="1"', '<node id="one"')).toMatch(/line 3: node one: identifier/);
  expect(withText("<osm", "<osmChange").replace(/line \d+: /, "")).toContain("outermost element is <osmChange>");
  expect(withText('encoding="UTF-8"', 'encoding="UTF-16"')).toContain("encoding UTF-16 is not supported");
});

test("no mutation of a file makes the importer throw or hang", () => {
  const seed = 20260302;
  let refused = 0;
  const rounds = 1200;
  // Without compression, damage gets past the checksum and into the messages.
  const undeflated = ["a.osm.pbf", writePbf(fourBlocks, false)] as const;
  [...formats, undeflated].forEach(([name, bytes], format) => {
    for (let round = 0; round < rounds; round++) {
      const mutated = mutate(bytes, seed, format * rounds + round);
      const city = importOsm(name, mutated);
      if (city.ok) continue;
      refused++;
      expect(describeFailure(city.error), `seed ${seed}, format ${name}, round ${round}`).toMatch(/^a\.osm[^ ]*: ./);
    }
  });
  // Most damage is noticed; a changed coordinate or name is not.
  expect(refused).toBeGreaterThan(rounds);
});

/** Up to four bytes changed, a stretch cut out or doubled, or the end cut off. */
function mutate(bytes: Uint8Array, seed: number, who: number): Uint8Array {
  const upTo = (bound: number, when: number) => drawInteger(seed, who, 1, when, bound);
  const at = upTo(bytes.length, 0);
  const stretch = 1 + upTo(40, 1);
  switch (upTo(4, 2)) {
    case 0: {
      const changed = bytes.slice();
      for (let index = 0; index <= upTo(4, 3); index++) changed[upTo(bytes.length, 10 + index)] = upTo(256, 20 + index);
      return changed;
    }
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + stretch)]);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at + stretch), ...bytes.subarray(at)]);
    default:
      return bytes.slice(0, at);
  }
}
