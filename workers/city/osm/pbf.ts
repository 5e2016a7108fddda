import { PbfReader } from "pbf";
import { fail, messageOf, succeed, type Result } from "../../../common/result";
import { startElements, endElements, type OsmElements } from "./elements";
import { inflate } from "../files/inflation";
import { readPrimitiveBlock } from "./primitive-block";

/** Limits of the format: https://wiki.openstreetmap.org/wiki/PBF_Format, "File format". */
const headerLimitBytes = 64 * 1024;
const blobLimitBytes = 32 * 1024 * 1024;

const knownFeatures = new Set(["OsmSchema-V0.6", "DenseNodes"]);

interface Blob {
  readonly type: string;
  readonly content: Uint8Array;
  /** First byte after it. */
  readonly endByte: number;
}

/**
 * Reads an .osm.pbf file: a chain of blobs, each a length, a header and a protobuf message that usually is deflated.
 * @returns a failure that names the byte where the file cannot be read any further
 */
export function readPbf(
  bytes: Uint8Array,
  progress: (doneBytes: number, totalBytes: number) => void,
): Result<OsmElements> {
  const draft = startElements();
  let at = 0;
  let headerSeen = false;
  while (at < bytes.length) {
    const where = `byte ${at}`;
    const blob = decoded(where, () => readBlob(bytes, at));
    if (!blob.ok) return blob;
    if (blob.value.type === "OSMHeader") {
      const header = decoded(where, () => checkHeader(blob.value.content));
      if (!header.ok) return header;
      headerSeen = true;
    } else if (blob.value.type === "OSMData") {
      if (!headerSeen) return fail("data come before the header", where);
      const block = decoded(where, () => readPrimitiveBlock(draft, blob.value.content));
      if (!block.ok) return block;
    }
    at = blob.value.endByte;
    progress(at, bytes.length);
  }
  if (!headerSeen) return fail("no OSM header in the file");
  return succeed(endElements(draft));
}

/** The protobuf reader throws where bytes are no message; here that is an expected failure. */
function decoded<T>(where: string, decode: () => Result<T>): Result<T> {
  try {
    const result = decode();
    return result.ok || result.error.where !== undefined ? result : fail(result.error.message, where);
  } catch (error) {
    return fail(`block cannot be decoded (${messageOf(error)})`, where);
  }
}

function readBlob(bytes: Uint8Array, at: number): Result<Blob> {
  if (bytes.length - at < 4) return fail("file ends inside a block's length");
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
  if (headerLength > headerLimitBytes)
    return fail(`block header of ${headerLength} bytes, at most ${headerLimitBytes}`);
  const headerEnd = at + 4 + headerLength;
  if (headerEnd > bytes.length) return fail("file ends inside a block's header");

  const header = { type: "", dataBytes: -1 };
  const headerReader = new PbfReader(bytes.subarray(at + 4, headerEnd));
  headerReader.readFields((field, into, reader) => {
    if (field === 1) into.type = reader.readString();
    else if (field === 3) into.dataBytes = reader.readVarint();
  }, header);
  if (headerReader.pos !== headerLength || header.dataBytes < 0) return fail("block header is broken");
  if (header.dataBytes > blobLimitBytes) return fail(`block of ${header.dataBytes} bytes, at most ${blobLimitBytes}`);
  const endByte = headerEnd + header.dataBytes;
  if (endByte > bytes.length) return fail("file ends inside a block");
  if (header.type !== "OSMHeader" && header.type !== "OSMData") {
    // The format asks readers to pass over types that they do not know; a type of unprintable bytes is damage.
    if (!/^[\x20-\x7e]{1,64}$/.test(header.type)) return fail("block header is broken");
    return succeed({ type: header.type, content: new Uint8Array(0), endByte });
  }
  const content = readContent(bytes.subarray(headerEnd, endByte));
  return content.ok ? succeed({ type: header.type, content: content.value, endByte }) : content;
}

interface BlobFields {
  raw: Uint8Array | null;
  deflated: Uint8Array | null;
  rawBytes: number;
  otherCompression: boolean;
}

function readContent(blob: Uint8Array): Result<Uint8Array> {
  const fields: BlobFields = { raw: null, deflated: null, rawBytes: -1, otherCompression: false };
  const reader = new PbfReader(blob);
  reader.readFields((field, into) => {
    if (field === 1) into.raw = reader.readBytes();
    else if (field === 2) into.rawBytes = reader.readVarint();
    else if (field === 3) into.deflated = reader.readBytes();
    else if (field >= 4 && field <= 7) into.otherCompression = true;
  }, fields);
  if (reader.pos !== blob.length) return fail("block is broken");
  if (fields.raw !== null) return succeed(fields.raw);
  if (fields.deflated === null) {
    return fail(fields.otherCompression ? "block is compressed by another method than zlib" : "block is empty");
  }
  if (fields.rawBytes < 0 || fields.rawBytes > blobLimitBytes) {
    return fail(`block says that it inflates to ${fields.rawBytes} bytes, at most ${blobLimitBytes}`);
  }
  const content = new Uint8Array(fields.rawBytes);
  let filledBytes = 0;
  const inflated = inflate(fields.deflated, fields.rawBytes, (chunk) => {
    content.set(chunk, filledBytes);
    filledBytes += chunk.length;
    return true;
  });
  if (!inflated.ok) return inflated;
  if (filledBytes !== fields.rawBytes)
    return fail(`block inflates to ${filledBytes} bytes instead of ${fields.rawBytes}`);
  return succeed(content);
}

function checkHeader(content: Uint8Array): Result<void> {
  const features: string[] = [];
  const reader = new PbfReader(content);
  reader.readFields((field, into) => {
    if (field === 4) into.push(reader.readString());
  }, features);
  if (reader.pos !== content.length) return fail("file header is broken");
  const unknown = features.find((feature) => !knownFeatures.has(feature));
  return unknown === undefined ? succeed(undefined) : fail(`file needs the feature ${unknown}, which is not supported`);
}
