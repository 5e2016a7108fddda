import { parseArgs } from "node:util";
import type { CitySource } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";
import type { TrustRoot } from "../ledger/follow";
import { parseTrust } from "../ledger/trust-option";
import { argumentFailure, repeatedOption } from "./argument-failure";
import { savedSessionAt } from "./saved-session-place";

/** Nodes of a network whose ledger the session works with, in place of one of its own. */
export interface LedgerNodes {
  /** `http://host:port` each: the first that answers is the primary, the others are witnesses. */
  readonly addresses: readonly string[];
  readonly trust: TrustRoot | undefined;
}

/** Nodes that are asked for every header. */
const nodesMax = 16;

/** How a console is started: `[CITY | SAVE] [--people N] [--seed N] [--at HH:MM] [--port N] [--ledger URL,… [--trust HEIGHT:HASH]]`. */
export interface LaunchOptions {
  readonly source: CitySource;
  readonly people: number | undefined;
  readonly seed: number;
  readonly showFromS: number;
  readonly port: number;
  readonly ledger: LedgerNodes | undefined;
}

const defaultShowFromS = 7 * 3600;
const showFromMaxS = 23 * 3600;
/** The whole minute of the day, UTC, s. */
const minuteNowS = () => Math.floor((Date.now() % 86_400_000) / 60_000) * 60;
export const peopleMax = 500_000;

const options = {
  people: { type: "string" },
  seed: { type: "string" },
  at: { type: "string" },
  port: { type: "string" },
  ledger: { type: "string" },
  trust: { type: "string" },
} as const;

/** What a saved session says itself. */
const saidBySave = ["people", "seed", "at", "ledger"] as const;

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
    return { ok: false, error: argumentFailure(error) };
  }
  const { values, positionals } = parsed;
  const repeated = repeatedOption(args, options);
  if (repeated !== undefined) return { ok: false, error: repeated };
  if (positionals.length > 1) return fail("at most one city is opened", positionals[1]);
  const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
  if (people === null) return fail(`a whole number from 1 to ${peopleMax}`, "--people");
  const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
  if (seed === null) return fail("a whole number from 0 to 4294967295", "--seed");
  // A network's contracts are of today: its day is shown as it is now.
  const defaultS = values.ledger === undefined ? defaultShowFromS : Math.min(minuteNowS(), showFromMaxS);
  const showFromS = values.at === undefined ? defaultS : parseTimeOfDay(values.at);
  if (showFromS === undefined || showFromS > showFromMaxS) return fail("a time of day from 00:00 to 23:00", "--at");
  const port = wholeNumber(values.port ?? "0", 0, 65_535);
  if (port === null) return fail("a port from 0 to 65535", "--port");
  const ledger = ledgerNodes(values.ledger, values.trust);
  if (!ledger.ok) return ledger;
  const source = citySource(positionals[0]);
  const isSave = source.kind === "file" && savedSessionAt(source.path) !== undefined;
  const saidTwice = isSave ? saidBySave.find((name) => values[name] !== undefined) : undefined;
  if (saidTwice !== undefined) return fail("a saved session has its own", `--${saidTwice}`);
  return succeed({ source, people, seed, showFromS, port, ledger: ledger.value });
}

function ledgerNodes(list: string | undefined, trust: string | undefined): Result<LedgerNodes | undefined> {
  if (list === undefined) {
    return trust === undefined ? succeed(undefined) : fail("only together with --ledger URL,…", "--trust");
  }
  const addresses = list.split(",").map((address) => address.trim());
  if (addresses.length > nodesMax) return fail(`at most ${nodesMax} nodes`, "--ledger");
  if (new Set(addresses).size < addresses.length) return fail("each node once", "--ledger");
  const wrong = addresses.find((address) => !/^https?:\/\/[^/]/.test(address) || !URL.canParse(address));
  if (wrong !== undefined) return fail(`not an address: http://host:port[,http://host:port…]`, `--ledger ${wrong}`);
  const root = trust === undefined ? succeed(undefined) : parseTrust(trust);
  return root.ok ? succeed({ addresses, trust: root.value }) : root;
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
