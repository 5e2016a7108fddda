import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { gunzip } from "node:zlib";
import { packCity } from "../../common/city";
import type { SavedSession } from "../../common/console-api";
import { refuseSaying, succeed, type Failure, type Result } from "../../common/result";
import { generatePopulation } from "../../workers/people";
import { populationOfDay } from "../../workers/twin";
import { openAlarmBook } from "../operations/alarms/book";
import { openSessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import type { SituationReport } from "../datex/record";
import { learnFromSettlements } from "../operations/experience";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";
import { failReading } from "./file-reading";
import { dataFolder, isWorkedIn, startSessionFolder } from "./folders";
import { openIncidentBook } from "./incidents";
import { createIndicatorHistory } from "./indicators";
import { openInstructionBook } from "./instructions";
import type { OperatorKey } from "./operator-key";
import type { Session } from "./session";
import type { SaveReport, SaveStart } from "./save-thread";
import {
  sessionColumns,
  unpackSession,
  type ReadSession,
  type SavedRun,
  type SessionColumns,
} from "./saved-session-file";
import { savedDocumentName, savedFolderOf } from "./saved-session-place";
import type { SavedDocument } from "./saved-session-schema";
import { nowOf, type SessionParts } from "./session-context";
import { workerFile } from "./worker-files";

const ledgerName = "ledger";
/** What a list of saves says of one, so that none need be unpacked for it. */
const aboutName = "about.json";
/** Ends the name of a save that is being written, after the number of the process that writes it. */
const draftSuffix = ".new";

const decompress = promisify(gunzip);
/** Nothing larger is unpacked: an arena holds at most 2 GiB, and there are two. */
const unpackedMax = 2 ** 32;

/** Saves that nobody asked for are kept so many: the newest. */
export const automaticSavesKept = 5;

/** Whether the user asked for a save, which is kept then, or the program made it: at its end, or before another city. */
export type SaveOccasion = "asked" | "automatic";

/** One save at a time is made: each holds a copy of both cities until it is written. */
let tail: Promise<unknown> = Promise.resolve();

/** Saves both cities, the books and the chain as they are between two ticks. What is there of a save is whole. */
export function saveSession(session: Session, occasion: SaveOccasion): Promise<Result<{ readonly path: string }>> {
  const saved = tail.then(() => saveNow(session, occasion));
  tail = saved.catch(() => undefined);
  return saved;
}

async function saveNow(session: Session, occasion: SaveOccasion): Promise<Result<{ readonly path: string }>> {
  const { context } = session;
  if (!context.ledger.ready) return refuseSaying({ code: "save-unready", args: {} }, "ledger");
  const { copyTo } = context.ledger.ledger;
  if (copyTo === null) return refuseSaying({ code: "save-of-network", args: {} }, "ledger");
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = path.join(dataFolder("saves"), stamp);
  const draft = `${folder}-${process.pid}${draftSuffix}`;
  try {
    await forgetDrafts();
    await mkdir(draft, { recursive: true, mode: 0o700 });
    const city = packCity(context.parts.city);
    // First what has waited, while the clock goes on; then, at rest, the little that came since.
    await context.ledger.flush(nowOf(context));
    const { about, columns } = await context.ledger.exclusively(() =>
      context.atRest(async () => {
        await context.ledger.drain(nowOf(context));
        // What was settled just now is taken out of the ledger: the city hears of it here, or never.
        learnFromSettlements(context, context.settled.splice(0));
        const twins = await context.twins.save();
        await copyTo(path.join(draft, ledgerName));
        const document = documentOf(session);
        const { cityName, timeS, savedAt } = document;
        return {
          about: { cityName, timeS, savedAt, automatic: occasion === "automatic" },
          columns: sessionColumns(document, city, twins),
        };
      }),
    );
    // The city goes on from here.
    await writeFile(path.join(draft, aboutName), JSON.stringify(about), { mode: 0o600 });
    const written = await writeColumns(path.join(draft, savedDocumentName), columns);
    if (!written.ok) {
      await rm(draft, { recursive: true, force: true });
      return written;
    }
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    return failReading(error, folder);
  }
  await forgetAutomaticSaves();
  return succeed({ path: folder });
}

/** Digests, compresses and writes on a thread of its own, which the columns go over to. */
function writeColumns(file: string, columns: SessionColumns): Promise<SaveReport> {
  return new Promise((resolve, reject) => {
    const workerData: SaveStart = { file, columns };
    const transferList = Object.values(columns).map(({ buffer }: SessionColumns["live"]) => buffer);
    const worker = new Worker(workerFile("saves.cjs"), { workerData, transferList });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that saves ended with code ${code}`)));
  });
}

/** Drafts of processes that ended while they saved. */
export async function forgetDrafts(): Promise<void> {
  const root = dataFolder("saves");
  for (const name of await readdir(root)) {
    if (!name.endsWith(draftSuffix) || isWorkedIn(name.slice(0, -draftSuffix.length))) continue;
    await rm(path.join(root, name), { recursive: true, force: true });
  }
}

/** Saves that were asked for stay, and those of before there was a mark. */
async function forgetAutomaticSaves(): Promise<void> {
  const automatic = (await listSavedSessions()).filter((save) => save.automatic);
  for (const { path: folder } of automatic.slice(automaticSavesKept)) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function documentOf({ context }: Session): SavedDocument {
  const { parts, twins, log } = context;
  // Where this session's chain lies is nobody's business elsewhere.
  const { memberSeed, directory, ...ledger } = parts.ledgerOptions;
  return {
    cityName: parts.city.meta.name,
    timeS: nowOf(context),
    savedAt: new Date().toISOString(),
    seed: parts.seed,
    tickS: parts.tickS,
    date: parts.date,
    values: parts.values,
    people: parts.population.size,
    counts: parts.twins.live.counts,
    commands: twins.log,
    branches: twins.branches,
    incidents: parts.incidents.all,
    alarms: parts.alarms.save(),
    instructions: parts.instructions.save(),
    samples: parts.history.samples,
    log,
    ledger: { ...ledger, memberSeed: Buffer.from(memberSeed).toString("hex") },
  };
}

/** Goes on where a session was saved. The save stays as it is: the resumed session works on a copy of its chain. */
export async function resumeSession(folder: string, operator: OperatorKey): Promise<Result<SessionParts>> {
  const read = await readSaved(folder);
  if (!read.ok) return read;
  const { document, run } = read.value;
  const { city, live, doNothing, branches } = run;
  const population = generatePopulation(city, document.people, document.seed, document.values);
  if (!population.ok) return population;
  const today = populationOfDay(live, population.value);
  const working = startSessionFolder("resumed");
  const ledgerOptions: SessionLedgerOptions = {
    ...document.ledger,
    memberSeed: Buffer.from(document.ledger.memberSeed, "hex"),
    directory: path.join(working, ledgerName),
  };
  const saved = await openSessionLedger({ ...ledgerOptions, directory: path.join(folder, ledgerName) });
  if (!saved.ok) return saved;
  await saved.value.copyTo?.(path.join(working, ledgerName));
  await saved.value.close();
  const ledger = await openSessionLedger(ledgerOptions);
  if (!ledger.ok) return ledger;
  return succeed({
    city,
    population: today,
    values: document.values,
    seed: document.seed,
    tickS: document.tickS,
    date: document.date,
    twins: {
      live,
      doNothing,
      log: document.commands,
      branches,
    },
    folder: working,
    contracts: writeContractBook(city, live, today, document.values),
    contractsAtS: undefined,
    earlierEvents: new Uint32Array(),
    keepWarm: () => Promise.resolve(),
    ledger: ledger.value,
    ledgerOptions,
    store: await openStore(path.join(working, "telemetry.duckdb")),
    operator,
    incidents: openIncidentBook(city, document.incidents, document.seed),
    alarms: openAlarmBook(city, document.timeS, document.alarms),
    instructions: openInstructionBook(document.instructions),
    history: createIndicatorHistory(document.samples),
    log: document.log,
  });
}

/** @param folder of the save, or the session's file in it */
export async function readSavedRun(folder: string): Promise<Result<SavedRun>> {
  const read = await readSaved(savedFolderOf(folder));
  return read.ok ? succeed(read.value.run) : read;
}

/** What a saved session has to tell others. @param folder of the save, or the session's file in it */
export async function readSavedSituations(folder: string): Promise<Result<SituationReport>> {
  const read = await readSaved(savedFolderOf(folder));
  if (!read.ok) return read;
  const { document, run } = read.value;
  const { date, timeS: nowS, incidents } = document;
  // The tick decides how many had heard of an instruction by then, which is not told to others.
  const instructions = openInstructionBook(document.instructions).reports(0, nowS);
  return succeed({ city: run.city, date, nowS, incidents, instructions });
}

async function readSaved(folder: string): Promise<Result<ReadSession>> {
  const file = path.join(folder, savedDocumentName);
  let bytes: Uint8Array;
  try {
    bytes = await decompress(await readFile(file), { maxOutputLength: unpackedMax });
  } catch (error) {
    return isZlib(error) ? refuseSaying({ code: "save-damaged", args: {} }, file) : failReading(error, file);
  }
  const session = unpackSession(bytes);
  return session.ok ? session : { ok: false, error: within(file, session.error) };
}

const isZlib = (error: unknown) =>
  error instanceof Error && "code" in error && /^(Z_|ERR_BUFFER_TOO)/.test(String(error.code));

/** A failure of something that lies in a file names the file first. */
function within(file: string, { where, ...failure }: Failure): Failure {
  return { ...failure, where: where === undefined ? file : `${file}: ${where}` };
}

/** Only what this program saved is resumed: a page may name a save, not any folder. */
export function isSavedSession(folder: string): boolean {
  return path.dirname(path.resolve(folder)) === dataFolder("saves") && !folder.endsWith(draftSuffix);
}

/** Saves of this computer, newest first. A damaged one is left out. */
export async function listSavedSessions(): Promise<readonly SavedSession[]> {
  const root = dataFolder("saves");
  const names = (await readdir(root))
    .filter((name) => !name.endsWith(draftSuffix))
    .sort()
    .reverse();
  const saves: SavedSession[] = [];
  for (const name of names) {
    const folder = path.join(root, name);
    if (!existsSync(path.join(folder, savedDocumentName))) continue;
    const about = await readFile(path.join(folder, aboutName), "utf8").then(readAbout, () => undefined);
    if (about !== undefined) saves.push({ path: folder, ...about });
  }
  return saves;
}

function readAbout(text: string): Omit<SavedSession, "path"> | undefined {
  try {
    const about = JSON.parse(text) as Partial<SavedSession> | null;
    const { cityName, timeS, savedAt, automatic = false } = about ?? {};
    if (typeof cityName !== "string" || typeof timeS !== "number" || typeof savedAt !== "string") return undefined;
    if (typeof automatic !== "boolean") return undefined;
    return { cityName, timeS, savedAt, automatic };
  } catch {
    return undefined;
  }
}
