import { parseArgs, type ParseArgsConfig } from "node:util";
import { fail, succeed, type Failure, type Result } from "../../common/result";
import { argumentFailure, repeatedOption } from "../host/argument-failure";

/** What a command of the command line is given, and what it gives back. */
export interface Command {
  /** `simulate CITY [--people N] …`: one line for the help. */
  readonly usage: string;
  readonly summary: string;
  /** What the command's own help says beside, a line each. */
  readonly details?: readonly string[];
  run(argv: readonly string[], io: CommandIo): Promise<CommandOutcome>;
}

/** What CITY may be. */
export const cityHelp =
  "CITY: bundled (a generated metropolis), bundled-town (a small town), an OSM file (.osm.pbf, .osm, .osm.xml, .osm.gz), a network of SUMO (.net.xml, .net.xml.gz), a scenario of SUMO (.sumocfg, with the files that it names), or a folder that 'import CITY --out DIR' wrote.";

export interface CommandIo {
  /** Progress on stderr, once the work has taken longer than a second. */
  progress(what: string): (done: number, total: number) => void;
  /** A line for people, on stderr. */
  note(line: string): void;
  /** Each time the user presses Enter, at a terminal. @returns stops listening */
  onEnter(listener: () => void): () => void;
  /** Resolves when the user wants the command to end (Ctrl-C, or its parent ends it). */
  readonly interrupted: Promise<void>;
}

/** `document` is what --json prints; `text` is the same for people. A check that failed ends with code 1. */
export type CommandOutcome =
  | { readonly kind: "done"; readonly document: unknown; readonly text: string }
  | { readonly kind: "checkFailed"; readonly document: unknown; readonly text: string }
  | { readonly kind: "unusable"; readonly failure: Failure };

export function done(document: unknown, text: string): CommandOutcome {
  return { kind: "done", document, text };
}

export function unusable(failure: Failure): CommandOutcome {
  return { kind: "unusable", failure };
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<O extends Options> = { readonly [Name in keyof O]?: O[Name]["type"] extends "boolean" ? boolean : string };

/** Strict: an option that is not there is an error, and so are arguments beyond `positionalsMax`. */
export function readArguments<const O extends Options>(
  argv: readonly string[],
  options: O,
  positionalsMax: number,
): Result<{ readonly values: Values<O>; readonly positionals: readonly string[] }> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const beyond = positionals[positionalsMax];
    if (beyond !== undefined) return fail("one argument too many", beyond);
    const repeated = repeatedOption(argv, options);
    if (repeated !== undefined) return { ok: false, error: repeated };
    return succeed({ values: values, positionals });
  } catch (error) {
    return { ok: false, error: argumentFailure(error) };
  }
}

/** Figures for people: aligned names and values. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** What was measured or simulated, for people: three decimals, or three digits of what is below 1. --json has every digit. */
export const readable = (value: number): number =>
  Number(Math.abs(value) >= 1 ? value.toFixed(3) : value.toPrecision(3));
