import { fail, type Result } from "../../../common/result";
import { otherEncodingOf, xmlContainerOf } from "../files/xml-document";
import type { OsmElements } from "./elements";
import { readPbf } from "./pbf";
import { readOsmXml } from "./xml";

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
  const encoding = otherEncodingOf(bytes);
  if (encoding !== null) return fail(encoding);
  const found = containerOf(bytes);
  if (found === null) return fail("neither OSM XML nor gzip nor OSM pbf, by its first bytes");
  const [suffix, container] = named;
  if (found !== container) return fail(`named ${suffix}, but it is ${containerNames[found]} by its first bytes`);
  switch (container) {
    case "pbf":
      return readPbf(bytes, progress);
    case "gzip":
    case "xml":
      return readOsmXml(bytes, container, progress);
  }
}

const containerNames = { pbf: "OSM pbf", xml: "XML", gzip: "gzip" } as const;

function containerOf(bytes: Uint8Array): Container | null {
  // A pbf file starts with the length of a header, at most 64 KiB, big-endian, and the header's field 1.
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[4] === 0x0a) return "pbf";
  return xmlContainerOf(bytes);
}
