import { namespaces } from "./namespaces";

/** An element that will be written; names carry the prefix of their namespace. */
export interface WrittenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly WrittenElement[];
}

/** Text, a number, or children; absent ones are left out. */
type Content = string | number | readonly (WrittenElement | null)[];

export function element(
  name: string,
  content: Content,
  attributes: Readonly<Record<string, string>> = {},
): WrittenElement {
  if (typeof content === "number") return { name, attributes, content: String(content) };
  if (typeof content === "string") return { name, attributes, content };
  return { name, attributes, content: content.filter((child) => child !== null) };
}

/** The longest text of the model's `String` and `MultilingualString`, in characters. */
const textLengthMax = 1024;

/** A text of a person: what XML cannot carry is replaced, what the model has no room for is cut. */
export function writtenText(text: string): string {
  const characters = Array.from(text, (character) => (isXmlCharacter(character) ? character : "\uFFFD"));
  return characters.slice(0, textLengthMax).join("");
}

/** @see XML 1.0, fifth edition, production 2; half a surrogate pair is no character */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code < 0xd800 || (code >= 0xe000 && code !== 0xfffe && code !== 0xffff);
}

export function multilingual(name: string, text: string): WrittenElement {
  return element(name, [element("com:values", [element("com:value", writtenText(text), { lang: "en" })])]);
}

/** A document with all our namespaces on its outermost element, indented. */
export function writeDocument(root: WrittenElement): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => [`xmlns:${prefix}`, uri] as const);
  const attributes = { ...Object.fromEntries(declared), ...root.attributes };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write({ ...root, attributes }, "")}`;
}

function write({ name, attributes, content }: WrittenElement, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const start = `${indent}<${name}${pairs.join("")}`;
  if (content.length === 0) return `${start}/>\n`;
  if (typeof content === "string") return `${start}>${escaped(content)}</${name}>\n`;
  return `${start}>\n${content.map((child) => write(child, `${indent}  `)).join("")}${indent}</${name}>\n`;
}

const references: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };

/** Line ends and tabs as references too: a reader would change them to spaces in attributes, and CR to LF in text. */
function escaped(text: string): string {
  return text.replace(/[<>&"\t\n\r]/g, (character) => references[character] ?? `&#${character.charCodeAt(0)};`);
}
