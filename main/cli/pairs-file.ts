import { readFileSync, statSync } from "node:fs";
import { fail, succeed, type Result } from "../../common/result";
import { reasonOf } from "../host/file-reading";

/** Where a way is to begin and to end, degrees. */
export interface PlacePair {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly fromLongitude: number;
  readonly fromLatitude: number;
  readonly toLongitude: number;
  readonly toLatitude: number;
}

/** More are refused, so that the answer can be held. */
export const pairsMax = 100_000;
const bytesMax = 64 * 2 ** 20;

/** The columns that are read, and how far from 0 a value may be. */
const columns = [
  ["from_lon", 180],
  ["from_lat", 90],
  ["to_lon", 180],
  ["to_lat", 90],
] as const;

/**
 * Reads a table with the columns from_lon, from_lat, to_lon and to_lat, in any order; others are ignored.
 * @returns a failure that names the file and, where one is wrong, the line
 * @see RFC 4180
 */
export function readPairsFile(file: string): Result<PlacePair[]> {
  let bytes: Uint8Array;
  try {
    if (statSync(file).size > bytesMax) return fail(`larger than ${bytesMax / 2 ** 20} MiB`, file);
    bytes = readFileSync(file);
  } catch (error) {
    return fail(reasonOf(error), file);
  }
  // A mark of the order of bytes: spreadsheets write it.
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return fail("the text is UTF-16; only UTF-8 is read", file);
  return readPairs(new TextDecoder().decode(bytes), file);
}

/** @param file what failures call the text */
export function readPairs(text: string, file: string): Result<PlacePair[]> {
  const read = readRecords(text.replace(/^\uFEFF/, ""), file);
  if (!read.ok) return read;
  const [head, ...records] = read.value;
  if (head === undefined) return fail("is empty", file);
  const names = head.values.map((name) => name.trim());
  const places = columns.map(([name]) => names.indexOf(name));
  for (const [at, [name]] of columns.entries()) {
    const isTwice = places[at] !== names.lastIndexOf(name);
    if (places[at] < 0 || isTwice)
      return fail(`${isTwice ? "two columns" : "no column"} '${name}'`, lineOf(file, head.line));
  }
  if (records.length > pairsMax) return fail(`more than ${pairsMax} pairs`, lineOf(file, records[pairsMax].line));
  const pairs: PlacePair[] = [];
  for (const { line, values } of records) {
    if (values.length !== names.length)
      return fail(`${values.length} values in ${names.length} columns`, lineOf(file, line));
    const degrees: number[] = [];
    for (const [at, [name, most]] of columns.entries()) {
      const value = degreesOf(values[places[at]]);
      if (!(Math.abs(value) <= most))
        return fail(
          `${name} '${shortened(values[places[at]])}' is not a number from -${most} to ${most}`,
          lineOf(file, line),
        );
      degrees.push(value);
    }
    const [fromLongitude, fromLatitude, toLongitude, toLatitude] = degrees;
    pairs.push({ line, fromLongitude, fromLatitude, toLongitude, toLatitude });
  }
  return succeed(pairs);
}

const shortened = (value: string): string => (value.length > 40 ? `${value.slice(0, 39)}…` : value);

const lineOf = (file: string, line: number): string => `${file}: line ${line}`;

const degreesOf = (text: string): number =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;

/** A row of the table and the line on which it begins, from 1. */
interface TableRecord {
  readonly line: number;
  readonly values: readonly string[];
}

/** Empty lines are no records. */
function readRecords(text: string, file: string): Result<TableRecord[]> {
  const records: TableRecord[] = [];
  let line = 1;
  let begunLine = 1;
  let values: string[] = [];
  // A value, and what ends it: a comma, the line or the text.
  const value = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (value.lastIndex < text.length || values.length > 0) {
    const [whole, quoted, plain, end] = value.exec(text) ?? [];
    if (whole === undefined) return fail("a quotation mark that does not fit", lineOf(file, line));
    values.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    line += (whole.match(/\r\n|\n|\r/g) ?? []).length;
    if (end === ",") continue;
    if (values.length > 1 || values[0] !== "") records.push({ line: begunLine, values });
    values = [];
    begunLine = line;
    if (end === "") break;
  }
  return succeed(records);
}
