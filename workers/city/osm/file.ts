import { fail, type Result } from "../../../common/result";
import type { OsmElements } from "./elements";
import { inflate } from "./inflation";
import { readPbf } from "./pbf";
import { openXmlReader } from "./xml";

type Container = "pbf" | "xml" | "gzip";

const suffixes: readonly (readonly [suffix: string, container: Container])[] = [
  [".osm.pbf", "pbf"],
  [".osm.gz", "gzip"],
  [".osm.xml.gz", "gzip"],
  [".osm", "xml"],
  [".osm.xml", "xml"],
];

export const isOsmName = (name: string): boolean => suffixes.some(([suffix]) => name.toLowerCase().endsWith(suffix));

/** Reads an OSM file of any of its formats. The name's suffix and the first bytes have to agree. */
export function readOsmFile(
  name: string,
  bytes: Uint8Array,
  progress: (doneBytes: number, totalBytes: number) => void,
): Result<OsmElements> {
  const named = suffixes.find(([suffix]) => name.toLowerCase().endsWith(suffix));
  if (named === undefined) return fail(`not a name of an OSM file (${suffixes.map(([suffix]) => suffix).join(", ")})`);
  if (bytes.length === 0) return fail("file is empty");
  const found = containerOf(bytes);
  if (found === null) return fail("neither OSM XML nor gzip nor OSM pbf, by its first bytes");
  const [suffix, container] = named;
  if (found !== container) return fail(`named ${suffix}, but it is ${containerNames[found]} by its first bytes`);
  switch (container) {
    case "pbf":
      return readPbf(bytes, progress);
    case "gzip":
      return readGzippedXml(bytes, progress);
    case "xml":
      return readXml(bytes, progress);
  }
}

const containerNames = { pbf: "OSM pbf", xml: "XML", gzip: "gzip" } as const;

function containerOf(bytes: Uint8Array): Container | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  // A pbf file starts with the length of a header, at most 64 KiB, big-endian, and the header's field 1.
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[4] === 0x0a) return "pbf";
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return bytes[at] === 0x3c ? "xml" : null;
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

const pieceBytes = 1 << 18;

function readXml(bytes: Uint8Array, progress: (done: number, total: number) => void): Result<OsmElements> {
  const reader = openXmlReader();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (!reader.take(bytes.subarray(at, at + pieceBytes))) break;
    progress(Math.min(at + pieceBytes, bytes.length), bytes.length);
  }
  return reader.finish();
}

/** A planet's XML has 2 TB; nothing that fits the memory has more than this. */
const xmlLimitBytes = 64 * 1024 * 1024 * 1024;

function readGzippedXml(bytes: Uint8Array, progress: (done: number, total: number) => void): Result<OsmElements> {
  const reader = openXmlReader();
  const inflated = inflate(bytes, xmlLimitBytes, (chunk, consumedBytes) => {
    progress(consumedBytes, bytes.length);
    return reader.take(chunk);
  });
  return inflated.ok ? reader.finish() : inflated;
}
