import { randomBytes } from "node:crypto";
import path from "node:path";
import { edgeCountOf, type City } from "../../common/city";
import type { Progress } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { parameterValues } from "../../workers/people";
import { openAlarmBook } from "../operations/alarms/book";
import { openSessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";
import { digestOfCity } from "./city-digest";
import { consentClause } from "./consent-clause";
import { startSessionFolder } from "./folders";
import { openIncidentBook } from "./incidents";
import { createIndicatorHistory } from "./indicators";
import { openInstructionBook } from "./instructions";
import type { OperatorKey } from "./operator-key";
import type { SessionParts } from "./session-context";
import { warmCity } from "./warm-city";

export interface SessionOptions {
  readonly seed: number;
  /** How many commuters; undefined: by the length of the roads. */
  readonly people: number | undefined;
  /** Session time at which the console opens, s after midnight. */
  readonly showFromS: number;
  readonly operator: OperatorKey;
  readonly onProgress: (progress: Progress) => void;
}

/** Simulated seconds a tick of a live session. */
const tickS = 0.5;
/** The roads fill for so long before the session is shown, s. */
const warmUpS = 5400;
/** The contracts of the day are signed this long before the roads fill, s. */
const contractsAheadS = 3600;
/** Commuters a kilometre of directed road when nobody says how many: about what fills Krems's morning. An assumption. */
const peoplePerKm = 75;
const peopleMax = 60_000;
/** Enough to recognise a city in names. */
const fingerprintDigits = 8;
/** A Monday. */
const date = "2026-03-02";
/** What the two pools hold at first, micro-tokens. */
const rewardPoolMicro = 1_000_000_000_000;
const bonusPoolMicro = 50_000_000_000;

/** Builds everything that a new live session of a city needs; the roads are busy and the clock stands at `showFromS`. */
export async function prepareSession(city: City, options: SessionOptions): Promise<Result<SessionParts>> {
  const { seed, showFromS, onProgress } = options;
  const values = parameterValues();
  const startS = Math.max(0, showFromS - warmUpS);
  const people = options.people ?? usualPeople(city);
  const warm = await warmCity(city, { seed, people, tickS, startS, showFromS, values, onProgress });
  if (!warm.ok) return warm;
  const { live, population } = warm.value;
  const contracts = writeContractBook(city, live, population, values);

  const fingerprint = digestOfCity(city).slice(0, fingerprintDigits);
  const folder = startSessionFolder(fingerprint);
  const ledgerOptions: SessionLedgerOptions = {
    directory: path.join(folder, "ledger"),
    // Never the same twice: what was signed for one chain is nothing on another.
    chainId: `pendulaire-${fingerprint}-${randomBytes(6).toString("hex")}`,
    date,
    startS: Math.max(0, startS - contractsAheadS),
    memberSeed: randomBytes(32),
    terminalNames: city.meta.terminalNames,
    clause: consentClause,
    rewardPoolMicro,
    bonusPoolMicro,
  };
  const ledger = await openSessionLedger(ledgerOptions);
  if (!ledger.ok) return ledger;
  const store = await openStore(path.join(folder, "telemetry.duckdb"));
  return succeed({
    city,
    population,
    values,
    seed,
    tickS,
    date,
    twins: { live, doNothing: null, log: [], branches: [] },
    folder,
    contracts,
    contractsAtS: Math.max(0, startS - contractsAheadS / 2),
    earlierEvents: warm.value.events,
    keepWarm: warm.value.keep,
    ledger: ledger.value,
    ledgerOptions,
    store,
    operator: options.operator,
    incidents: openIncidentBook(city, [], seed),
    alarms: openAlarmBook(city, showFromS),
    instructions: openInstructionBook(),
    history: createIndicatorHistory(),
    log: [],
  });
}

/** The number of commuters where none is given. */
export function usualPeople(city: City): number {
  let lengthM = 0;
  for (let edge = 0; edge < edgeCountOf(city); edge++) lengthM += city.columns.edgeLengthM[edge];
  const people = Math.round(((lengthM / 1000) * peoplePerKm) / 500) * 500;
  return Math.min(peopleMax, Math.max(500, people));
}
