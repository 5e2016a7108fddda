import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { City } from "../../common/city";
import type { CitySource, Progress } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import { terminalPlaces } from "../../common/terminal-places";
import { parameterValues, type ParameterValues } from "../../workers/people";
import { openAlarmBook } from "../operations/alarms/book";
import { openNetworkLedger } from "../ledger/network-ledger";
import { openSessionLedger, type SessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import { openTrustStore } from "../ledger/trust-store";
import type { LedgerNodes } from "./launch-options";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";
import { consentClause } from "./consent-clause";
import { dataFolder, startSessionFolder } from "./folders";
import { openIncidentBook } from "./incidents";
import { createIndicatorHistory } from "./indicators";
import { openInstructionBook } from "./instructions";
import type { OperatorKey } from "./operator-key";
import { prepareCity, type Preparation } from "./preparation";
import type { SessionParts } from "./session-context";

export interface SessionOptions {
  readonly seed: number;
  /** How many commuters; undefined: by the length of the roads. */
  readonly people: number | undefined;
  /** Session time at which the console opens, s after midnight. */
  readonly showFromS: number;
  /** Absent: a ledger of the session's own. */
  readonly ledger?: LedgerNodes | undefined;
  readonly operator: OperatorKey;
  readonly onProgress: (progress: Progress) => void;
}

/** Simulated seconds a tick of a live session. */
const tickS = 0.5;
/** The roads fill for so long before the session is shown, s. */
const warmUpS = 5400;
/** The contracts of the day are signed this long before the roads fill, s. */
const contractsAheadS = 3600;
/** Enough to recognise a city in names. */
const fingerprintDigits = 8;
/** A Monday. */
const date = "2026-03-02";
/** What the two pools hold at first, micro-tokens. */
const rewardPoolMicro = 1_000_000_000_000;
const bonusPoolMicro = 50_000_000_000;

/** Everything that a new live session of a city needs: the roads are busy and the clock stands at `showFromS`. */
export interface SessionOpening {
  /** As soon as it is known: long before the rest. */
  readonly city: Promise<Result<City>>;
  readonly parts: Promise<Result<SessionParts>>;
}

/** @param signal gives it up */
export function openSession(source: CitySource, options: SessionOptions, signal: AbortSignal): SessionOpening {
  const { seed, people, showFromS } = options;
  const startS = Math.max(0, showFromS - warmUpS);
  const values = parameterValues();
  const preparation = prepareCity(
    { source, seed, people, tickS, startS, showFromS, values },
    options.onProgress,
    signal,
  );
  return {
    city: preparation.city.then((prepared) => (prepared.ok ? succeed(prepared.value.city) : prepared)),
    parts: prepareParts(preparation, options, startS, values),
  };
}

async function prepareParts(
  preparation: Preparation,
  { seed, showFromS, operator, ledger: nodes, onProgress }: SessionOptions,
  startS: number,
  values: ParameterValues,
): Promise<Result<SessionParts>> {
  const prepared = await preparation.city;
  if (!prepared.ok) return prepared;
  const { city, digest } = prepared.value;
  // First, as nothing can be done without it.
  const attached = nodes === undefined ? undefined : await attachLedger(nodes, city, onProgress);
  if (attached?.ok === false) return attached;
  const fingerprint = digest.slice(0, fingerprintDigits);
  const folder = startSessionFolder(fingerprint);
  const ledgerOptions: SessionLedgerOptions = {
    directory: path.join(folder, "ledger"),
    // Never the same twice: what was signed for one chain is nothing on another.
    chainId: `pendulaire-${fingerprint}-${randomBytes(6).toString("hex")}`,
    date,
    startS: Math.max(0, startS - contractsAheadS),
    memberSeed: randomBytes(32),
    terminalNames: city.meta.terminalNames,
    terminalSites: terminalSites(city),
    clause: consentClause,
    rewardPoolMicro,
    bonusPoolMicro,
  };
  // While the roads fill on their thread: neither needs to know who drives.
  const opening = Promise.all([
    attached ?? openSessionLedger(ledgerOptions),
    openStore(path.join(folder, "telemetry.duckdb")),
  ]);
  // Whoever waits for the twin first hears of it below.
  opening.catch(() => undefined);
  const twin = await preparation.twin;
  const [ledger, store] = await opening;
  const discard = async () => {
    await Promise.all([store.close(), ledger.ok ? ledger.value.close() : undefined]);
    await rm(folder, { recursive: true, force: true });
  };
  if (!twin.ok) {
    await discard();
    return twin;
  }
  if (!ledger.ok) {
    await discard();
    await twin.value.keep();
    return ledger;
  }
  const { live, population } = twin.value;
  const contracts = writeContractBook(city, live, population, values);
  return succeed({
    city,
    population,
    values,
    seed,
    tickS,
    date: attached === undefined ? date : today(),
    twins: { live, doNothing: null, log: [], branches: [] },
    folder,
    contracts,
    contractsAtS: attached === undefined ? Math.max(0, startS - contractsAheadS / 2) : undefined,
    earlierEvents: twin.value.events,
    keepWarm: twin.value.keep,
    ledger: ledger.value,
    ledgerOptions,
    store,
    operator,
    incidents: openIncidentBook(city, [], seed),
    alarms: openAlarmBook(city, showFromS),
    instructions: openInstructionBook(),
    history: createIndicatorHistory(),
    log: [],
  });
}

/** "2026-03-02", UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function attachLedger(
  { addresses, trust }: LedgerNodes,
  city: City,
  onProgress: SessionOptions["onProgress"],
): Promise<Result<SessionLedger>> {
  return openNetworkLedger({
    ...{ addresses, trust, date: today(), terminalNames: city.meta.terminalNames, clause: consentClause },
    openStore: (chainId) => openTrustStore(path.join(dataFolder("trust"), encodeURIComponent(chainId))),
    onProgress: (done, total) =>
      onProgress({ task: "ledger", said: { code: "following-ledger", args: {} }, done, total }),
  });
}

/** To the metre, from the south-west corner of them all. */
function terminalSites(city: City): NonNullable<SessionLedgerOptions["terminalSites"]> {
  const places = terminalPlaces(city);
  const west = Math.min(...places.map(({ x }) => x));
  const south = Math.min(...places.map(({ y }) => y));
  return places.map(({ x, y }) => ({ eastM: Math.round(x - west), northM: Math.round(y - south) }));
}
