import { decimal, type XmlAttributes } from "../files/xml-document";

/** What is wrong with an element of a file; turned into a failure that names the line where the file is read. */
export class ElementProblem extends Error {
  /** @param line where the element begins, when that is not the one being read */
  constructor(
    message: string,
    readonly line?: number,
  ) {
    super(message);
  }
}

/** Attributes of one element, by what they must be. `label` names the element in messages: `edge "e1"`. */
export interface Element {
  readonly name: string;
  readonly line: number;
  readonly label: string;
  readonly attributes: XmlAttributes;
}

export function elementOf(name: string, attributes: XmlAttributes, line: number): Element {
  const id = attributes["id"];
  return { name, line, attributes, label: id === undefined ? name : `${name} ${quoted(id)}` };
}

/** Long identifiers are cut: a message is one line. */
export const quoted = (id: string): string => `"${id.length > 80 ? `${id.slice(0, 77)}…` : id}"`;

export function refuse({ label }: Pick<Element, "label">, message: string): never {
  throw new ElementProblem(`${label}: ${message}`);
}

export function textOf(element: Element, attribute: string): string {
  return element.attributes[attribute] ?? refuse(element, `${attribute} is missing`);
}

export function idOf(element: Element): string {
  const id = textOf(element, "id");
  return id === "" ? refuse(element, "id is empty") : id;
}

/** No metre, second or speed of a network is larger, and none above 0 is smaller: columns hold 32 bits. */
const largest = 1e12;
export const smallest = 1e-12;

const isUsable = (value: number) => Math.abs(value) <= largest;

/** A number that columns can hold; `otherwise` where the attribute is missing, which is refused without it. */
export function numberOf(element: Element, attribute: string, otherwise?: number): number {
  const text = element.attributes[attribute];
  if (text === undefined && otherwise !== undefined) return otherwise;
  const value = decimal(textOf(element, attribute).trim());
  if (!Number.isFinite(value)) refuse(element, `${attribute} is no number: ${quoted(text ?? "")}`);
  return isUsable(value) ? value : refuse(element, `${attribute} is too large: ${quoted(text ?? "")}`);
}

export function positiveOf(element: Element, attribute: string, otherwise?: number): number {
  const value = numberOf(element, attribute, otherwise);
  return value >= smallest ? value : refuse(element, `${attribute} must be more than 0, and is ${value}`);
}

export function notNegativeOf(element: Element, attribute: string, otherwise?: number): number {
  const value = numberOf(element, attribute, otherwise);
  return value >= 0 ? value : refuse(element, `${attribute} must not be negative, and is ${value}`);
}

/** A whole number from 0 up to a bound. */
export function countOf(element: Element, attribute: string, most: number, otherwise?: number): number {
  const value = numberOf(element, attribute, otherwise);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  return refuse(element, `${attribute} must be a whole number from 0 to ${most}, and is ${value}`);
}

export function flagOf(element: Element, attribute: string, otherwise: boolean): boolean {
  const text = element.attributes[attribute];
  return text === undefined ? otherwise : flagIn(element, text, attribute);
}

export function flagIn(element: Element, text: string, attribute: string): boolean {
  if (/^(1|true|yes|on|t)$/i.test(text)) return true;
  return /^(0|false|no|off|f|-)$/i.test(text)
    ? false
    : refuse(element, `${attribute} is neither true nor false: ${quoted(text)}`);
}

/** Words between blanks. */
export const wordsOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : text.split(/\s+/).filter((word) => word !== "");

export interface Shape {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Points "x,y" or "x,y,z" between blanks; heights are passed over. */
export function shapeOf(element: Element, attribute: string): Shape {
  const [x, y]: [number[], number[]] = [[], []];
  for (const point of wordsOf(textOf(element, attribute))) {
    const parts = point.split(",");
    const [east, north] = [decimal(parts[0]), decimal(parts[1])];
    if (parts.length > 3 || !isUsable(east) || !isUsable(north))
      refuse(element, `${attribute} has a point that is none: ${quoted(point)}`);
    x.push(east);
    y.push(north);
  }
  return { x, y };
}

/** Seconds: a number, "HH:MM:SS" or "D:HH:MM:SS"; NaN where it is none of these. */
export function secondsIn(text: string): number {
  const parts = text.trim().split(":");
  if (parts.length === 1) return decimal(parts[0]);
  if (parts.length < 3 || parts.length > 4) return Number.NaN;
  const [seconds, minutes, hours, days = 0] = parts.map(decimal).reverse();
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

export function secondsOf(element: Element, attribute: string, otherwise?: number): number {
  const text = element.attributes[attribute];
  if (text === undefined && otherwise !== undefined) return otherwise;
  const seconds = secondsIn(textOf(element, attribute));
  return isUsable(seconds) ? seconds : refuse(element, `${attribute} is no time: ${quoted(text ?? "")}`);
}
