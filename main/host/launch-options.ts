import { parseArgs } from "node:util";
import type { CitySource } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";

/** How a console is started: `[CITY] [--people N] [--seed N] [--at HH:MM] [--port N]`. */
export interface LaunchOptions {
  readonly source: CitySource;
  readonly people: number | undefined;
  readonly seed: number;
  readonly showFromS: number;
  readonly port: number;
}

const defaultShowFromS = 7 * 3600;
export const peopleMax = 500_000;

const options = {
  people: { type: "string" },
  seed: { type: "string" },
  at: { type: "string" },
  port: { type: "string" },
} as const;

/**
 * @param ignoresUnknown for Electron, whose own switches stand among the arguments
 */
export function parseLaunch(argv: readonly string[], ignoresUnknown = false): Result<LaunchOptions> {
  const names = Object.keys(options);
  const isOurs = (argument: string) =>
    names.some((name) => argument === `--${name}` || argument.startsWith(`--${name}=`));
  // Chromium's switches carry their values with "=", so what follows one is not its value.
  const args = ignoresUnknown ? argv.filter((argument) => !argument.startsWith("-") || isOurs(argument)) : [...argv];
  let parsed: { values: Partial<Record<keyof typeof options, string>>; positionals: string[] };
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), "arguments");
  }
  const { values, positionals } = parsed;
  if (positionals.length > 1) return fail("at most one city is opened", positionals[1]);
  const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
  if (people === null) return fail(`a whole number from 1 to ${peopleMax}`, "--people");
  const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
  if (seed === null) return fail("a whole number from 0 to 4294967295", "--seed");
  const showFromS = values.at === undefined ? defaultShowFromS : parseTimeOfDay(values.at);
  if (showFromS === undefined || showFromS > 23 * 3600) return fail("a time of day from 00:00 to 23:00", "--at");
  const port = wholeNumber(values.port ?? "0", 0, 65_535);
  if (port === null) return fail("a port from 0 to 65535", "--port");
  return succeed({ source: citySource(positionals[0]), people, seed, showFromS, port });
}

/** CITY of the command line: `bundled` is the metropolis, `bundled-town` the small town, all else a file or folder. */
export function citySource(city: string | undefined): CitySource {
  if (city === undefined || city === "bundled") return { kind: "bundled" };
  return city === "bundled-town" ? { kind: "bundled", size: "town" } : { kind: "file", path: city };
}

/** null when it is none, or out of range. */
export function wholeNumber(text: string, low: number, high: number): number | null {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : null;
}
