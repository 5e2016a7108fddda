import { deflateSync, inflateSync } from "node:zlib";
import { varint } from "../../ledger/wire/varint";

/** What a mutation does with a text's bytes or elements, in draws of a seed. */
export type Draws = (below: number) => number;

/** Whole numbers below a limit, from one seed: the same file for the same seed, whatever ran before. */
export function drawsOf(seed: number): Draws {
  let state = seed >>> 0;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) % Math.max(1, below);
  };
}

const extremes = [
  ...["", " ", "0", "-1", "1", "-0", "0.5", "1e308", "-1e308", "1e-308", "NaN", "Infinity", "2147483648", "4294967296"],
  ...[
    "99999999999999999999",
    "true",
    "x",
    "-",
    "all",
    "none",
    "0,0",
    "0,0 1,1",
    "1,2,3 4,5,6",
    "nan,nan 1,1",
    "12:00:00",
  ],
  ...[
    "&lt;",
    "&amp;",
    "é",
    "🙂",
    "'",
    "x".repeat(70_000),
    "1 ".repeat(30_000),
    "0,0 ".repeat(20_000),
    "G".repeat(5000),
  ],
];

interface Tag {
  readonly from: number;
  readonly to: number;
}

const tagsOf = (text: string): Tag[] =>
  [...text.matchAll(/<[^!?][^>]*>/g)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
const valuesIn = (text: string) => [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)];

/** Changes a text of elements by one of the ways in which such files are wrong: values, attributes, elements, or bytes. */
export function mutateXml(text: string, draws: Draws): string {
  const tags = tagsOf(text);
  const tag = tags[draws(tags.length)];
  if (tag === undefined) return text;
  const element = text.slice(tag.from, tag.to);
  const end = endOf(text, tag);
  const whole = text.slice(tag.from, end);
  const put = (changed: string, to = tag.to) => text.slice(0, tag.from) + changed + text.slice(to);
  const values = valuesIn(element);
  const value = values[draws(values.length)];
  switch (draws(12)) {
    case 0:
    case 1:
    case 2:
      return value === undefined ? put("") : put(withValue(element, value, extremes[draws(extremes.length)] ?? ""));
    case 3:
    case 4: {
      if (value === undefined) return put(element + element);
      // What the same attribute says elsewhere: right in itself, wrong here.
      const others = [...text.matchAll(new RegExp(`\\s${value[1]}="([^"]*)"`, "g"))];
      return put(withValue(element, value, others[draws(others.length)]?.[1] ?? ""));
    }
    case 5:
      return value === undefined ? text : put(element.replace(value[0], ""));
    case 6:
      return put(whole + whole, end);
    case 7:
      return put("", end);
    case 8: {
      // Alone, without its children or its end.
      return draws(3) === 0 ? put("") : put(renamed(element, tags, text, draws));
    }
    case 9: {
      const other = tags[draws(tags.length)] ?? tag;
      return put(whole + text.slice(other.from, endOf(text, other)), end);
    }
    case 10:
      return draws(4) === 0 ? text.slice(0, draws(text.length)) : put(swapped(element, values, draws));
    default:
      return Buffer.from(mutateBytes(Buffer.from(text), draws)).toString("latin1");
  }
}

/** Two attributes of an element with each other's values. */
function swapped(element: string, values: readonly RegExpExecArray[], draws: Draws): string {
  const [first, second] = [values[draws(values.length)], values[draws(values.length)]];
  if (first === undefined || second === undefined) return element;
  return element
    .replace(first[0], `${first[1] ?? ""}="${second[2] ?? ""}"`)
    .replace(second[0], `${second[1] ?? ""}="${first[2] ?? ""}"`);
}

/** Where an element ends, with its children. */
function endOf(text: string, { from, to }: Tag): number {
  const name = /^<([\w:.-]+)/.exec(text.slice(from, to))?.[1];
  if (name === undefined || text[to - 2] === "/") return to;
  const close = text.indexOf(`</${name}>`, to);
  return close < 0 ? to : close + name.length + 3;
}

/** An element without children under another's name. */
function renamed(element: string, tags: readonly Tag[], text: string, draws: Draws): string {
  const other = tags[draws(tags.length)];
  const name = other === undefined ? undefined : /^<([\w:.-]+)/.exec(text.slice(other.from, other.to))?.[1];
  return name === undefined || !element.endsWith("/>") ? element : element.replace(/^<[\w:.-]+/, `<${name}`);
}

const withValue = (element: string, [whole, name, old]: RegExpExecArray, changed: string): string =>
  element.replace(whole, `${name}="${name === "id" && changed === old ? `${old}x` : changed}"`);

/** Flips, sets, removes, inserts or repeats some bytes. */
export function mutateBytes(bytes: Uint8Array, draws: Draws): Uint8Array {
  const changed = Array.from({ length: 1 + draws(4) }).reduce<Uint8Array>((before) => {
    const at = draws(before.length);
    const length = Math.min(before.length - at, 1 + draws(16));
    switch (draws(6)) {
      case 0:
        return Buffer.concat([before.subarray(0, at), before.subarray(at + length)]);
      case 1:
        return Buffer.concat([before.subarray(0, at + length), before.subarray(at)]);
      case 2: {
        const extreme = [0, 0x7f, 0x80, 0xff][draws(4)] ?? 0;
        const whole = Buffer.from(before);
        return whole.fill(extreme, at, at + length);
      }
      case 3:
        return Buffer.concat([
          before.subarray(0, at),
          Buffer.from(Array.from({ length }, () => draws(256))),
          before.subarray(at),
        ]);
      default: {
        const whole = Buffer.from(before);
        whole[at] = (whole[at] ?? 0) ^ (1 << draws(8));
        return whole;
      }
    }
  }, bytes);
  return new Uint8Array(changed);
}

/**
 * Changes what lies within a blob of an OSM pbf file, under the compression, where bytes from outside would not get.
 * @see https://wiki.openstreetmap.org/wiki/PBF_Format
 */
export function mutatePbf(bytes: Uint8Array, draws: Draws): Uint8Array {
  const blobs = blobsOf(bytes);
  const chosen = blobs[draws(blobs.length)];
  if (chosen === undefined || draws(4) === 0) return mutateBytes(bytes, draws);
  const parts = blobs.map((blob) => {
    if (blob !== chosen) return bytes.subarray(blob.from, blob.to);
    const raw = mutateBytes(inflateSync(blob.compressed), draws);
    const data = new Uint8Array(deflateSync(raw));
    const size = draws(8) === 0 ? blob.rawSize : raw.length;
    const body = Buffer.concat([Buffer.from([0x10, ...varint(size), 0x1a, ...varint(data.length)]), data]);
    const header = Buffer.from([0x0a, blob.type.length, ...Buffer.from(blob.type), 0x18, ...varint(body.length)]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(header.length);
    return Buffer.concat([length, header, body]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

interface Blob {
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly rawSize: number;
  readonly compressed: Uint8Array;
}

function blobsOf(bytes: Uint8Array): Blob[] {
  const buffer = Buffer.from(bytes);
  const blobs: Blob[] = [];
  for (let at = 0; at + 4 < buffer.length;) {
    const headerEnd = at + 4 + buffer.readUInt32BE(at);
    const header = fieldsOf(buffer.subarray(at + 4, headerEnd));
    const end = headerEnd + Number(header.get(3) ?? 0);
    const body = fieldsOf(buffer.subarray(headerEnd, end));
    const [type, compressed] = [header.get(1), body.get(3)];
    if (!(type instanceof Uint8Array) || !(compressed instanceof Uint8Array)) return [];
    blobs.push({
      from: at,
      to: end,
      type: Buffer.from(type).toString(),
      rawSize: Number(body.get(2) ?? 0),
      compressed,
    });
    at = end;
  }
  return blobs;
}

function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const next = (): number => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    return value;
  };
  while (at < bytes.length) {
    const key = next();
    const value = next();
    if ((key & 7) === 0) fields.set(key >> 3, value);
    else {
      fields.set(key >> 3, bytes.subarray(at, at + value));
      at += value;
    }
  }
  return fields;
}
