import { createHash, randomBytes } from "node:crypto";
import path from "node:path";
import { edgeCountOf, packCity, type City } from "../../common/city";
import type { Progress } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, collectEvents, createTwinEngine } from "../../workers/twin-engine";
import { openSessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";
import { consentClause } from "./consent-clause";
import { startSessionFolder } from "./folders";
import { openIncidentBook } from "./incidents";
import { createIndicatorHistory } from "./indicators";
import { openInstructionBook } from "./instructions";
import type { OperatorKey } from "./operator-key";
import type { SessionParts } from "./session-context";

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
/** A Monday. */
const date = "2026-03-02";
/** What the two pools hold at first, micro-tokens. */
const rewardPoolMicro = 1_000_000_000_000;
const bonusPoolMicro = 50_000_000_000;

/** Builds everything that a new live session of a city needs; the roads are busy and the clock stands at `showFromS`. */
export async function prepareSession(city: City, options: SessionOptions): Promise<Result<SessionParts>> {
  const { seed, showFromS, onProgress } = options;
  const values = parameterValues();
  const population = generatePopulation(city, options.people ?? usualPeople(city), seed, values);
  if (!population.ok) return population;
  const startS = Math.max(0, showFromS - warmUpS);
  const built = buildTwin(city, population.value, { seed, startS, tickS }, values);
  if (!built.ok) return built;
  const live = built.value;
  const contracts = writeContractBook(city, live, population.value, values);

  const engine = createTwinEngine(live, values);
  const until = Math.round((showFromS - startS) / tickS);
  const slice = Math.max(1, Math.ceil(until / 20));
  for (let tick = 0; tick < until;) {
    tick = Math.min(until, tick + slice);
    advanceTwin(engine, tick);
    onProgress({ task: "warm-up", said: { code: "filling-roads", args: {} }, done: tick, total: until });
    await new Promise((resolve) => setImmediate(resolve));
  }

  const fingerprint = fingerprintOf(city);
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
    population: population.value,
    values,
    seed,
    tickS,
    date,
    twins: { live, doNothing: null, log: [], branches: [] },
    folder,
    contracts,
    contractsAtS: Math.max(0, startS - contractsAheadS / 2),
    earlierEvents: collectEvents(engine),
    ledger: ledger.value,
    ledgerOptions,
    store,
    operator: options.operator,
    incidents: openIncidentBook(city),
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

/** Recognises the city in names. */
function fingerprintOf(city: City): string {
  return createHash("sha256").update(packCity(city)).digest("hex").slice(0, 8);
}
