import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { packCity, unpackCity, type City } from "../../common/city";
import { packColumns, unpackColumns } from "../../common/columns";
import type { IndicatorSample, LogEntry, SavedSession } from "../../common/console-api";
import { fail, refuseSaying, succeed, type Result } from "../../common/result";
import { isSaid } from "../../common/said";
import { loadArena, type Arena, type ArenaCounts } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { generatePopulation, type ParameterValues } from "../../workers/people";
import { populationOfDay } from "../../workers/twin";
import { openSessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import { writeContractBook } from "../operations/offers";
import { openStore } from "../store/store";
import { failReading } from "./file-reading";
import { dataFolder, startSessionFolder } from "./folders";
import { openIncidentBook, type SavedIncident } from "./incidents";
import { createIndicatorHistory } from "./indicators";
import { openInstructionBook } from "./instructions";
import type { OperatorKey } from "./operator-key";
import type { Session } from "./session";
import { nowOf, type SessionParts } from "./session-context";
import type { Branch } from "./twins";

/** The JSON part of a saved session; the arenas and the city are its columns. */
interface SavedDocument {
  readonly form: typeof savedForm;
  readonly cityName: string;
  readonly timeS: number;
  readonly savedAt: string;
  readonly seed: number;
  readonly tickS: number;
  readonly date: string;
  readonly values: ParameterValues;
  readonly people: number;
  readonly counts: ArenaCounts;
  readonly commands: readonly TwinCommand[];
  /** Absent in saves of earlier versions, in which every instruction branched. */
  readonly branches?: readonly Branch[];
  readonly incidents: readonly SavedIncident[];
  readonly instructions: unknown;
  readonly samples: readonly IndicatorSample[];
  readonly log: readonly LogEntry[];
  readonly ledger: SavedLedgerOptions;
}
type SavedLedgerOptions = Omit<SessionLedgerOptions, "directory" | "memberSeed"> & { readonly memberSeed: string };

const savedForm = "pendulaire-session-1";
const documentName = "session.pendulaire";
const ledgerName = "ledger";
/** What a list of saves says of one, so that none need be unpacked for it. */
const aboutName = "about.json";

const compress = promisify(gzip);
const decompress = promisify(gunzip);
/** Nothing larger is unpacked: an arena holds at most 2 GiB, and there are two. */
const unpackedMax = 2 ** 32;

/** Saves both cities, the books and the chain as they are between two ticks. What is there of a save is whole. */
export async function saveSession(session: Session): Promise<Result<{ readonly path: string }>> {
  const { context } = session;
  if (!context.ledger.ready) return refuseSaying({ code: "save-unready", args: {} }, "ledger");
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const folder = path.join(dataFolder("saves"), stamp);
  const draft = `${folder}.new`;
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 });
    // First what has waited, while the clock goes on; then, at rest, the little that came since.
    await context.ledger.flush(nowOf(context));
    await context.ledger.exclusively((chain) =>
      context.atRest(async () => {
        await context.ledger.drain(nowOf(context));
        const twins = await context.twins.save();
        const columns = {
          live: twins.live,
          ...(twins.doNothing === null ? {} : { doNothing: twins.doNothing }),
          city: packCity(context.parts.city),
        };
        const document = documentOf(session);
        const packed = await compress(packColumns(document, columns), { level: 1 });
        const { cityName, timeS, savedAt } = document;
        await writeFile(path.join(draft, aboutName), JSON.stringify({ cityName, timeS, savedAt }), { mode: 0o600 });
        await writeFile(path.join(draft, documentName), packed, { mode: 0o600 });
        await chain.copyTo(path.join(draft, ledgerName));
      }),
    );
    await rename(draft, folder);
    return succeed({ path: folder });
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    return failReading(error, folder);
  }
}

function documentOf({ context }: Session): SavedDocument {
  const { parts, twins, log } = context;
  const { memberSeed, ...ledger } = parts.ledgerOptions;
  return {
    form: savedForm,
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
  const { document } = read.value;
  const run = unpackRun(read.value);
  if (!run.ok) return run;
  const { city, live, doNothing, branches } = run.value;
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
  await saved.value.copyTo(path.join(working, ledgerName));
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
    instructions: openInstructionBook(document.instructions),
    history: createIndicatorHistory(document.samples),
    log: document.log,
  });
}

/** Where the do-nothing city was forked anew. */
function branchesOf({ branches, commands }: Pick<SavedDocument, "branches" | "commands">): readonly Branch[] {
  return branches ?? commands.flatMap(({ kind, tick }, command) => (kind === "instruct" ? [{ command, tick }] : []));
}

/** How the twins of a saved session came to be, and what they were when it was saved. */
export interface SavedRun {
  readonly city: City;
  readonly people: number;
  readonly seed: number;
  readonly startS: number;
  readonly tickS: number;
  readonly values: ParameterValues;
  readonly commands: readonly TwinCommand[];
  readonly branches: readonly Branch[];
  readonly live: Arena;
  readonly doNothing: Arena | null;
}

/** @param folder of the save, or the session's file in it */
export async function readSavedRun(folder: string): Promise<Result<SavedRun>> {
  const read = await readSaved(path.basename(folder) === documentName ? path.dirname(folder) : folder);
  return read.ok ? unpackRun(read.value) : read;
}

function unpackRun({ document, columns }: ReadSave): Result<SavedRun> {
  const city = unpackCity(columns["city"] as Uint8Array);
  if (!city.ok) return city;
  const live = loadArena(document.counts, columns["live"] as Uint8Array);
  if (!live.ok) return live;
  const other = columns["doNothing"];
  const doNothing = other === undefined ? undefined : loadArena(document.counts, other as Uint8Array);
  if (doNothing?.ok === false) return doNothing;
  const { people, seed, tickS, values, commands } = document;
  return succeed({
    ...{ city: city.value, people, seed, tickS, values, commands },
    startS: live.value.header.startS,
    branches: branchesOf(document),
    live: live.value,
    doNothing: doNothing?.value ?? null,
  });
}

interface ReadSave {
  readonly document: SavedDocument;
  readonly columns: Readonly<Record<string, unknown>>;
}

async function readSaved(folder: string): Promise<Result<ReadSave>> {
  const file = path.join(folder, documentName);
  let bytes: Uint8Array;
  try {
    bytes = await decompress(await readFile(file), { maxOutputLength: unpackedMax });
  } catch (error) {
    return failReading(error, file);
  }
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return fail(unpacked.error.message, file);
  const document = unpacked.value.meta as Partial<SavedDocument> | null;
  if (document?.form !== savedForm) return refuseSaying({ code: "save-form-unknown", args: { form: savedForm } }, file);
  const { columns } = unpacked.value;
  if (!(columns["live"] instanceof Uint8Array) || !(columns["city"] instanceof Uint8Array)) {
    return fail("the saved session lacks its city", file);
  }
  const log = readLog(document.log);
  if (log === undefined) return refuseSaying({ code: "save-log-unknown", args: {} }, file);
  return succeed({ document: { ...(document as SavedDocument), log }, columns });
}

/** The shift log of a save; of those from before sayings had codes, the English sentences. */
function readLog(entries: unknown): readonly LogEntry[] | undefined {
  if (!Array.isArray(entries)) return undefined;
  const log = (entries as readonly (Partial<LogEntry> & { readonly text?: unknown })[]).map(
    ({ timeS, kind, said, text }) =>
      typeof text === "string" ? { timeS, kind, said: { code: "words", args: { text } } } : { timeS, kind, said },
  );
  return log.every(({ said }) => isSaid(said)) ? (log as readonly LogEntry[]) : undefined;
}

/** Only what this program saved is resumed: a page may name a save, not any folder. */
export function isSavedSession(folder: string): boolean {
  return path.dirname(path.resolve(folder)) === dataFolder("saves") && !folder.endsWith(".new");
}

/** Saves of this computer, newest first. A damaged one is left out. */
export async function listSavedSessions(): Promise<readonly SavedSession[]> {
  const root = dataFolder("saves");
  const names = (await readdir(root))
    .filter((name) => !name.endsWith(".new"))
    .sort()
    .reverse();
  const saves: SavedSession[] = [];
  for (const name of names) {
    const folder = path.join(root, name);
    if (!existsSync(path.join(folder, documentName))) continue;
    const about = await readFile(path.join(folder, aboutName), "utf8").then(readAbout, () => undefined);
    if (about !== undefined) saves.push({ path: folder, ...about });
  }
  return saves;
}

function readAbout(text: string): Omit<SavedSession, "path"> | undefined {
  try {
    const about = JSON.parse(text) as Partial<SavedSession> | null;
    const { cityName, timeS, savedAt } = about ?? {};
    if (typeof cityName !== "string" || typeof timeS !== "number" || typeof savedAt !== "string") return undefined;
    return { cityName, timeS, savedAt };
  } catch {
    return undefined;
  }
}
