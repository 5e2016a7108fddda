import { SaxesParser } from "saxes";
import { failureSaying, succeed, type Failure, type Result } from "../../common/result";
import { namespaces } from "./namespaces";

/** An element as it was read; comments and processing instructions are passed over. */
export interface ReadElement {
  /** Without its prefix. */
  readonly name: string;
  readonly namespace: string;
  /** By local name; those of namespaces but `xsi:type` are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The local name of `xsi:type`, "" where there is none. */
  readonly type: string;
  readonly children: ReadElement[];
  /** All characters directly in it. */
  text: string;
}

/** Nothing larger is read: bytes, elements, elements within each other. */
export const datexBytesMax = 32 * 2 ** 20;
const elementsMax = 1_000_000;
const depthMax = 100;

/**
 * Reads a whole document. Entities are never declared: a document type declaration is refused before anything of it is
 * read, so that nothing expands and nothing else is opened.
 */
export function readXml(bytes: Uint8Array): Result<ReadElement> {
  if (bytes.length > datexBytesMax) return { ok: false, error: tooLarge(bytes.length) };
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded;
  return parse(decoded.value);
}

export function tooLarge(byteLength: number): Failure {
  const args = { megabytes: Math.ceil(byteLength / 1e6), most: Math.floor(datexBytesMax / 1e6) };
  return failureSaying({ code: "file-too-large", args });
}

function decode(bytes: Uint8Array): Result<string> {
  try {
    return succeed(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, error: failureSaying({ code: "xml-encoding", args: { encoding: "" } }) };
  }
}

function parse(text: string): Result<ReadElement> {
  const parser = new SaxesParser<{ xmlns: true; position: true }>({ xmlns: true, position: true });
  const open: ReadElement[] = [];
  let root: ReadElement | undefined;
  let elementCount = 0;
  let failure: Failure | null = null;
  const stop = (said: Parameters<typeof failureSaying>[0]): void => {
    failure ??= failureSaying(said, `line ${parser.line}`);
    // The parser has no way to be stopped but this.
    throw new Stopped();
  };
  parser.on("error", (error) => stop({ code: "xml-malformed", args: { reason: withoutPlace(error.message) } }));
  parser.on("doctype", () => stop({ code: "xml-doctype", args: {} }));
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
      stop({ code: "xml-encoding", args: { encoding } });
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    if (++elementCount > elementsMax || open.length >= depthMax)
      stop({ code: "xml-too-much", args: { elements: elementsMax, depth: depthMax } });
    const plain = Object.values(attributes).filter(({ prefix }) => prefix === "");
    const typed = Object.values(attributes).find((one) => one.uri === namespaces.xsi && one.local === "type");
    const element: ReadElement = {
      name: local,
      namespace: uri,
      attributes: Object.fromEntries(plain.map((one) => [one.local, one.value])),
      type: typed?.value.trim().replace(/^.*:/, "") ?? "",
      children: [],
      text: "",
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => open.pop());
  const addText = (more: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  if (failure !== null) return { ok: false, error: failure };
  return root === undefined
    ? { ok: false, error: failureSaying({ code: "xml-malformed", args: { reason: "it is empty" } }) }
    : succeed(root);
}

class Stopped extends Error {}

/** The parser puts line and column before what it says; the failure names the line already. */
const withoutPlace = (message: string): string => message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");

/** The first child of a name. */
export function child(element: ReadElement | undefined, name: string): ReadElement | undefined {
  return element?.children.find((one) => one.name === name);
}

/** The text at the end of a path of children, "" where there is none. */
export function textAt(element: ReadElement | undefined, ...path: readonly string[]): string {
  return path.reduce(child, element)?.text.trim() ?? "";
}

/** The number at the end of a path of children, null where there is none. */
export function numberAt(element: ReadElement | undefined, ...path: readonly string[]): number | null {
  const text = textAt(element, ...path);
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : null;
}

/** All elements of a name below an element, in the document's order; those within one another once, the outer one. */
export function below(element: ReadElement, name: string): readonly ReadElement[] {
  return element.children.flatMap((one) => (one.name === name ? [one] : below(one, name)));
}
