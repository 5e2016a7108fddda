import { randomBytes } from "node:crypto";
import path from "node:path";
import { edgeCountOf, type City } from "../../common/city";
import { Decision, draw } from "../../common/draw";
import { assert, succeed, type Result } from "../../common/result";
import { generateTown } from "../../sim-data";
import { parameterValues, type Population } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { advanceTwin, collectEvents, createTwinEngine } from "../../workers/twin-engine";
import { startSessionFolder } from "../host/folders";
import { openIncidentBook } from "../host/incidents";
import { createIndicatorHistory } from "../host/indicators";
import { openInstructionBook } from "../host/instructions";
import type { OperatorKey } from "../host/operator-key";
import type { SessionParts } from "../host/session-context";
import { openAlarmBook } from "../operations/alarms/book";
import { openSessionLedger } from "../ledger/session-ledger";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";

/** How a city is filled for a measurement. */
export interface CrowdOptions {
  readonly seed: number;
  /** Vehicles on the road at once that are wanted. */
  readonly vehicles: number;
  /** From the market to the bypass of the generated town, m. */
  readonly bypassRadiusM: number;
  readonly operator: OperatorKey;
  readonly onProgress: (done: number, total: number) => void;
}

export interface CrowdedSession {
  readonly parts: SessionParts;
  /** On the road when the session begins. */
  readonly running: number;
}

const startS = 7 * 3600;
const tickS = 0.5;
/** Everybody departs within this time, s. */
const departWithinS = 180;
/** By then nearly all are on the road and hardly any has arrived, s. */
const fillS = 300;
/** More people than vehicles wanted: some wait at the kerb, some have arrived. */
const surplus = 1.25;
/** Edges that people drive to in the morning, and those they live on: each costs a tree of routes. */
const destinationCount = 400;
/** Of as many as leave from one edge within the time its kerb needs to let them go; each of those edges costs trees, too. */
const peoplePerHomeEdge = 16;

/**
 * A session of a generated town in which so many vehicles are on the road at once: commuters who all leave within three
 * minutes, from a sample of its edges to one of 400. It is for measuring frames; nobody holds a contract.
 */
export async function fillCity(options: CrowdOptions): Promise<Result<CrowdedSession>> {
  const { seed, vehicles, bypassRadiusM, operator, onProgress } = options;
  const city = generateTown(seed, { bypassRadiusM });
  const values = parameterValues();
  const population = crowdOf(city, Math.ceil(vehicles * surplus), seed);
  const built = buildTwin(city, population, { seed, startS, tickS }, values);
  if (!built.ok) return built;
  const engine = createTwinEngine(built.value, values);
  for (let filledS = 0; filledS < fillS; filledS += 10) {
    advanceTwin(engine, (filledS + 10) / tickS);
    onProgress(filledS + 10, fillS);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const folder = startSessionFolder("bench");
  const ledgerOptions = {
    directory: path.join(folder, "ledger"),
    chainId: `pendulaire-bench-${randomBytes(6).toString("hex")}`,
    date: "2026-03-02",
    startS: startS - 3600,
    memberSeed: randomBytes(32),
    terminalNames: city.meta.terminalNames,
    clause: "none",
    rewardPoolMicro: 1_000_000,
    bonusPoolMicro: 1_000_000,
  };
  const ledger = await openSessionLedger(ledgerOptions);
  if (!ledger.ok) return ledger;
  const parts: SessionParts = {
    folder,
    city,
    population,
    values,
    seed,
    tickS,
    date: ledgerOptions.date,
    twins: { live: built.value, doNothing: null, log: [], branches: [] },
    contracts: writeContractBook(city, built.value, population, values),
    contractsAtS: undefined,
    earlierEvents: collectEvents(engine),
    keepWarm: () => Promise.resolve(),
    ledger: ledger.value,
    ledgerOptions,
    store: await openStore(path.join(folder, "telemetry.duckdb")),
    operator,
    incidents: openIncidentBook(city),
    alarms: openAlarmBook(city, startS + fillS),
    instructions: openInstructionBook(),
    history: createIndicatorHistory(),
    log: [],
  };
  return succeed({ parts, running: built.value.header.vehicleCount });
}

function crowdOf(city: City, size: number, seed: number): Population {
  const edges = edgeCountOf(city);
  const homeCount = Math.ceil(size / peoplePerHomeEdge);
  assert(edges > homeCount, "a town for a crowd has many roads");
  const spread = (count: number, decision: Decision) =>
    Uint32Array.from({ length: count }, (_, row) =>
      Math.min(edges - 1, Math.floor(((row + draw(seed, row, decision, 0)) / count) * edges)),
    );
  const destinations = spread(destinationCount, Decision.job);
  const homes = spread(homeCount, Decision.home);
  const homeEdge = new Uint32Array(size);
  const workEdge = new Uint32Array(size);
  const departS = new Float32Array(size);
  for (let person = 0; person < size; person++) {
    const home = homes[Math.floor(draw(seed, person, Decision.home, 1) * homeCount)];
    const row = Math.floor(draw(seed, person, Decision.job, 1) * destinationCount);
    homeEdge[person] = home;
    workEdge[person] = destinations[destinations[row] === home ? (row + 1) % destinationCount : row];
    departS[person] = startS + departWithinS * draw(seed, person, Decision.departure, 0);
  }
  return {
    size,
    homeEdge,
    workEdge,
    departS,
    returnS: new Float32Array(size).fill(startS + 10 * 3600),
    speedFactor: new Uint8Array(size).fill(128),
    holdsContract: new Uint8Array(size),
  };
}
