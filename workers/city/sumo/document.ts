import { fail, failIn, succeed, type Result } from "../../../common/result";
import { otherEncodingOf, readXmlDocument, xmlContainerOf, type ReadingProgress } from "../files/xml-document";
import { ElementProblem, elementOf, type Element } from "./element-reading";

/** A file that was brought: the readers of this folder reach none by themselves. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Takes the elements of a document in order. Both may throw an `ElementProblem`. */
export interface ElementTaker {
  /** @param depth 1 for children of the outermost element */
  readonly open: (element: Element, depth: number) => void;
  readonly close?: (name: string, depth: number) => void;
}

/**
 * Reads one of SUMO's XML files, plain or gzipped.
 * @param outermost names that its outermost element may have
 * @returns a failure that names file, line and element
 */
export function readSumoDocument(
  { name, bytes }: NamedFile,
  outermost: readonly string[],
  taker: ElementTaker,
  progress?: ReadingProgress,
): Result<void> {
  if (bytes.length === 0) return fail("file is empty", name);
  const encoding = otherEncodingOf(bytes);
  if (encoding !== null) return fail(encoding, name);
  const container = xmlContainerOf(bytes);
  if (container === null) return fail("neither XML nor gzip, by its first bytes", name);
  let depth = -1;
  const read = readXmlDocument(
    bytes,
    container,
    {
      open(tag, attributes, line) {
        depth++;
        if (depth === 0)
          return outermost.includes(tag)
            ? null
            : `the outermost element is <${tag}>, not <${outermost.join("> or <")}>`;
        return problemIn(() => taker.open(elementOf(tag, attributes, line), depth));
      },
      close(tag) {
        const problem = problemIn(() => taker.close?.(tag, depth));
        depth--;
        return problem;
      },
    },
    progress,
  );
  return read.ok ? read : failIn(name, read.error);
}

function problemIn(take: () => void): string | null {
  try {
    take();
    return null;
  } catch (error) {
    if (error instanceof ElementProblem) return error.message;
    throw error;
  }
}

/** Does what may throw an `ElementProblem`, which becomes a failure of the named file. */
export function checkedIn<T>(name: string, make: () => T): Result<T> {
  try {
    return succeed(make());
  } catch (error) {
    if (!(error instanceof ElementProblem)) throw error;
    return fail(error.message, error.line === undefined ? name : `${name}: line ${error.line}`);
  }
}
