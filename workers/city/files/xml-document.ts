import { SaxesParser } from "saxes";
import { succeed, type Failure, type Result } from "../../../common/result";
import { inflate } from "./inflation";
import { openUtf8Decoder } from "./utf8";

export type XmlAttributes = Readonly<Record<string, string>>;

/** Who reads a document's elements, in the order of the text. What it returns is what is wrong with the element, or null. */
export interface XmlHandler {
  /** @param line where the element's tag begins, from 1 */
  readonly open: (name: string, attributes: XmlAttributes, line: number) => string | null;
  readonly close: (name: string) => string | null;
}

export type ReadingProgress = (doneBytes: number, totalBytes: number) => void;

/** The largest document that is inflated: a planet's XML has 2 TB; nothing that fits the memory has more than this. */
const documentBytesMax = 64 * 1024 * 1024 * 1024;

const pieceBytes = 1 << 18;

/**
 * Reads an XML document piece by piece, from plain or gzipped bytes; only what the handler keeps stays in memory.
 * @returns a failure that names the line
 */
export function readXmlDocument(
  bytes: Uint8Array,
  container: "xml" | "gzip",
  handler: XmlHandler,
  progress: ReadingProgress = () => undefined,
): Result<void> {
  const reader = openXmlReader(handler);
  if (container === "gzip") {
    const inflated = inflate(bytes, documentBytesMax, (chunk, consumedBytes) => {
      progress(consumedBytes, bytes.length);
      return reader.take(chunk);
    });
    return inflated.ok ? reader.finish() : inflated;
  }
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (!reader.take(bytes.subarray(at, at + pieceBytes))) break;
    progress(Math.min(at + pieceBytes, bytes.length), bytes.length);
  }
  return reader.finish();
}

interface XmlReader {
  /** Takes the next bytes; false once there is a failure and more is of no use. */
  readonly take: (bytes: Uint8Array) => boolean;
  /** Ends the document. */
  readonly finish: () => Result<void>;
}

function openXmlReader(handler: XmlHandler): XmlReader {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const decoder = openUtf8Decoder();
  let failure: Failure | null = null;
  let tagLine = 1;
  const stop = (message: string, line: number): void => {
    failure ??= { message, where: `line ${line}` };
  };

  parser.on("error", (error) => stop(error.message, parser.line));
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
      stop(`encoding ${encoding} is not supported`, parser.line);
  });
  // A tag may go on over lines: where it begins is where a person looks for it.
  parser.on("opentagstart", () => (tagLine = parser.line));
  parser.on("opentag", ({ name, attributes }) => {
    const problem = failure === null ? handler.open(name, attributes, tagLine) : null;
    if (problem !== null) stop(problem, tagLine);
  });
  parser.on("closetag", ({ name }) => {
    const problem = failure === null ? handler.close(name) : null;
    if (problem !== null) stop(problem, parser.line);
  });

  return {
    take(bytes) {
      const text = decoder.decode(bytes);
      // What stands before tells the line, and perhaps the encoding that there is instead.
      parser.write(text ?? decoder.before());
      if (text === null) stop("the text is not valid UTF-8", parser.line);
      return failure === null;
    },
    finish() {
      if (failure === null && !decoder.isComplete()) stop("file ends inside a character", parser.line);
      if (failure === null) parser.close();
      return failure === null ? succeed(undefined) : { ok: false, error: failure };
    },
  };
}

/** What a file in UTF-16 is refused with, by its first bytes: a mark of their order, or "<" in two bytes. */
export function otherEncodingOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const isTag = (first === 0x3c && second === 0) || (first === 0 && second === 0x3c);
  return isMarked || isTag ? "the text is UTF-16; only UTF-8 is read" : null;
}

/** How a file begins; null when it is neither. */
export function xmlContainerOf(bytes: Uint8Array): "xml" | "gzip" | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && isSpace(bytes[at])) at++;
  return bytes[at] === 0x3c ? "xml" : null;
}

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** NaN where the text is no decimal number. */
export function decimal(text: string | undefined): number {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
}
