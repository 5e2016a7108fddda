import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { packCity } from "../../common/city";
import type { InstructionDraft } from "../../common/console-api";
import { packColumns } from "../../common/columns";
import { describeFailure } from "../../common/result";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import { hashArena, saveArena } from "../../workers/arena";
import { parameterValues } from "../../workers/people";
import { digestOfColumns } from "./column-digest";
import { openAlarmBook } from "../operations/alarms/book";
import { openIncidentBook } from "./incidents";
import { openInstructionBook } from "./instructions";
import { automaticSavesKept, forgetDrafts, listSavedSessions, readSavedRun, saveSession } from "./saved-sessions";
import type { Session } from "./session";
import type { LoggedCommand } from "./twins";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-saves-"));
const home = process.env["PENDULAIRE_HOME"];
const threads = vi.hoisted(() => ({ folder: "" }));
vi.mock("./worker-files", () => ({ workerFile: (name: string) => `${threads.folder}/${name}` }));
beforeAll(() => {
  process.env["PENDULAIRE_HOME"] = folder;
  threads.folder = folder;
  buildSync({
    ...{ absWorkingDir: path.resolve(import.meta.dirname, "../.."), bundle: true, platform: "node", format: "cjs" },
    ...{ entryPoints: ["main/host/save-thread.ts"], outfile: path.join(folder, "saves.cjs"), target: "node18.15" },
    loader: { ".wasm": "binary" },
  });
});
afterAll(() => {
  if (home === undefined) delete process.env["PENDULAIRE_HOME"];
  else process.env["PENDULAIRE_HOME"] = home;
  rmSync(folder, { recursive: true });
});

const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [900, 0],
    [1300, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ],
  terminals: [[1, 100]],
});
const population = populationOf([
  { from: 0, to: 1, departS: 10, holdsContract: true },
  { from: 0, to: 1, departS: 20 },
]);
const draft: InstructionDraft = {
  ...{ incidentId: "I-0001", action: { kind: "avoid" }, terminals: [0], fromS: 0, untilS: 1800 },
  ...{ expiresAtS: 5400, bonusMicro: 2_000_000, budgetMicro: 100_000_000 },
};

/** A session of two people, as far as a save asks: the first complied, and their contract is settled as it is saved. */
function smallSession(released: () => void = () => undefined): Session {
  const { arena } = twinOf(city, population);
  const log: LoggedCommand[] = [
    {
      command: {
        ...{ kind: "instruct", tick: 0, instruction: 1, blockHeight: 3, transactionHash: "00", people: [0] },
        ...{ bonusEur: 2, avoidEdges: [1], action: { kind: "avoid" } },
      },
      liveOnly: true,
    },
  ];
  const incidents = openIncidentBook(city);
  expect(incidents.declare({ edge: 0, positionM: 5, closedLaneCount: 1, durationS: 600 }, 0).ok).toBe(true);
  const instructions = openInstructionBook();
  instructions.add({ id: "one", draft, sentS: 0, transactionHash: "00", matched: 1, prediction: null });
  const [people, hearsAtTick] = [Uint32Array.of(0), Int32Array.of(0)];
  instructions.answered({ instruction: 1, people, hearsAtTick, complies: Uint8Array.of(1) });
  const settled: object[] = [];
  const context = {
    parts: {
      ...{ city, population, values: parameterValues(), seed: 1, tickS: 0.5, date: "2026-03-02" },
      ...{ twins: { live: arena }, incidents, instructions, history: { samples: [] } },
      contracts: { personOfContract: [0] },
      alarms: openAlarmBook(city, 0),
      store: { addCommand: () => undefined },
      ledgerOptions: {
        ...{ directory: "", chainId: "c", date: "2026-03-02", startS: 0, memberSeed: new Uint8Array(32) },
        ...{ terminalNames: ["T-1"], clause: "none", rewardPoolMicro: 1, bonusPoolMicro: 1 },
      },
    },
    log: [],
    settled,
    twins: {
      ...{ tick: 0, log, branches: [{ command: 0, tick: 0 }] },
      live: { arena },
      commandLive: (command: LoggedCommand["command"]) => log.push({ command, liveOnly: true }),
      save: () => Promise.resolve({ tick: 0, live: saveArena(arena), doNothing: null }),
    },
    ledger: {
      ready: true,
      flush: () => Promise.resolve(),
      drain: () => Promise.resolve(settled.push({ contractIndex: 0, outcome: "rewardAndBonus" })),
      ledger: { copyTo: () => Promise.resolve() },
      exclusively: (work: () => Promise<void>) => work().finally(released),
    },
    atRest: (work: () => Promise<void>) => work(),
  };
  return { context } as unknown as Session;
}

async function savedFile(): Promise<string> {
  const saved = await saveSession(smallSession(), "asked");
  if (!saved.ok) throw new Error(describeFailure(saved.error));
  return path.join(saved.value.path, "session.pendulaire");
}

async function reasonOf(file: string): Promise<string> {
  const read = await readSavedRun(file);
  expect(read.ok).toBe(false);
  const reason = read.ok ? "" : describeFailure(read.error);
  expect(reason).not.toContain("\n");
  return reason;
}

/** The session's file with a document of somebody else's, and the digest that belongs to it. */
function foreignFile(change: (document: Record<string, never>) => void): string {
  const { arena } = twinOf(city, population);
  const document = JSON.parse(JSON.stringify(plainDocument)) as Record<string, never>;
  change(document);
  const columns = {
    document: new TextEncoder().encode(JSON.stringify(document)),
    live: saveArena(arena),
    doNothing: new Uint8Array(),
    city: packCity(city),
  };
  const form = "pendulaire-session-3";
  const parts = Object.values(columns);
  const sha256 = digestOfColumns({ form, lengths: parts.map(({ length }) => length) }, parts);
  const file = path.join(mkdtempSync(path.join(folder, "foreign-")), "session.pendulaire");
  writeFileSync(file, gzipSync(packColumns({ form, sha256 }, columns)));
  return file;
}
let plainDocument: unknown;

const saves = () => readdirSync(path.join(folder, "saves"));

describe("a save", () => {
  test("holds the city up while it is copied, not while it is packed and written", async () => {
    let whenReleased: readonly string[] | undefined;
    const saved = await saveSession(
      smallSession(() => {
        const [draft = ""] = saves().filter((name) => name.endsWith(".new"));
        whenReleased = readdirSync(path.join(folder, "saves", draft));
      }),
      "asked",
    );
    expect(saved.ok).toBe(true);
    expect(whenReleased).toEqual([]);
  });

  test("is one of the newest few where nobody asked for it, and stays where somebody did", async () => {
    for (const save of saves()) rmSync(path.join(folder, "saves", save), { recursive: true });
    const [asked, old] = [await saveSession(smallSession(), "asked"), path.join(folder, "saves", "2020")];
    // One of before there was a mark.
    mkdirSync(old);
    writeFileSync(path.join(old, "about.json"), JSON.stringify({ cityName: "", timeS: 0, savedAt: "" }));
    writeFileSync(path.join(old, "session.pendulaire"), "");
    const automatic: string[] = [];
    for (let made = 0; made < automaticSavesKept + 2; made++) {
      const saved = await saveSession(smallSession(), "automatic");
      if (saved.ok) automatic.push(saved.value.path);
    }
    const listed = await listSavedSessions();
    expect(listed.filter((one) => one.automatic).map((one) => one.path)).toEqual(
      automatic.slice(-automaticSavesKept).reverse(),
    );
    expect(listed.filter((one) => !one.automatic).map((one) => one.path)).toEqual([asked.ok && asked.value.path, old]);
    expect(saves()).toHaveLength(automaticSavesKept + 2);
  });

  test("that a process left unfinished is cleared away, and one that is being written is not", async () => {
    const drafts = [`2021-${2 ** 31 - 2}.new`, "2022.new", `2023-${process.pid}.new`];
    for (const draft of drafts) mkdirSync(path.join(folder, "saves", draft), { recursive: true });
    await forgetDrafts();
    expect(drafts.filter((draft) => existsSync(path.join(folder, "saves", draft)))).toEqual(drafts.slice(2));
    rmSync(path.join(folder, "saves", drafts[2] ?? ""), { recursive: true });
  });

  test("that cannot be written is a failure, and leaves nothing", async () => {
    const before = saves();
    threads.folder = path.join(folder, "none");
    expect((await saveSession(smallSession(), "asked")).ok).toBe(false);
    threads.folder = folder;
    expect(saves()).toEqual(before);
  });
});

describe("a saved session", () => {
  test("holds what was settled while it was saved, told to the live city alone", async () => {
    const read = await readSavedRun(path.dirname(await savedFile()));
    if (!read.ok) throw new Error(describeFailure(read.error));
    expect(read.value.commands.at(-1)).toEqual({
      command: { kind: "settleBonuses", tick: 0, people: [0], paid: [true] },
      liveOnly: true,
    });
    expect(hashArena(read.value.live)).toBe(hashArena(twinOf(city, population).arena));
  });

  test("is refused with any byte changed, whether packed or not, and where it is cut", async () => {
    const file = await savedFile();
    const packed = readFileSync(file);
    const plain = gunzipSync(packed);
    for (const part of [0.001, 0.2, 0.5, 0.9, 0.999]) {
      const damaged = Buffer.from(plain);
      const at = Math.floor(part * damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      for (const bytes of [gzipSync(damaged), packed.subarray(0, Math.floor(part * packed.length))]) {
        writeFileSync(file, bytes);
        expect(await reasonOf(file)).toContain("session.pendulaire");
      }
    }
    writeFileSync(file, "a letter");
    expect(await reasonOf(file)).toMatch(/damaged/);
  });

  test("is refused, naming the field, where its digest is right and its document is not", async () => {
    const { context } = smallSession();
    const { parts, twins } = context;
    const { memberSeed, directory, ...ledger } = parts.ledgerOptions;
    plainDocument = {
      ...{
        cityName: "",
        timeS: 0,
        savedAt: "",
        date: parts.date,
        seed: 1,
        tickS: 0.5,
        values: parts.values,
        people: 2,
      },
      ...{ counts: parts.twins.live.counts, commands: twins.log, branches: twins.branches, samples: [], log: [] },
      ...{ incidents: parts.incidents.all, instructions: parts.instructions.save(), alarms: parts.alarms.save() },
      ledger: { ...ledger, memberSeed: Buffer.from(memberSeed).toString("hex") },
    };
    expect((await readSavedRun(foreignFile(() => undefined))).ok).toBe(true);
    const command = { tick: 0, edge: 0 };
    const logged = (given: object) => (document: Record<string, unknown>) =>
      void (document["commands"] = [{ command: given, liveOnly: false }]);
    const later = (document: Record<string, never>) => {
      logged({ ...command, kind: "openLanes", tick: 9 })(document);
      document["branches"] = [] as never;
    };
    const instruct = { ...twins.log[0]?.command, people: [0] };
    const elsewhere = (document: Record<string, never>) => {
      const asked = { ...instruct, action: { kind: "itinerary", viaEdges: [2] } };
      document["commands"] = [{ command: asked, liveOnly: true }] as never;
    };
    const wrong: readonly (readonly [change: (document: Record<string, never>) => void, reason: RegExp])[] = [
      [(document) => delete document["counts"], /counts/],
      [
        (document) => (document["counts"] = { ...(document["counts"] as object), edges: 1e9 } as never),
        /counts|expected/,
      ],
      [(document) => (document["people"] = 3 as never), /people/],
      [(document) => (document["values"] = {} as never), /values/],
      [logged({ ...command, kind: "openLanes", edge: 1e9 }), /commands\.0\.command\.edge/],
      [later, /commands\.0\.tick/],
      [logged({ ...command, kind: "explode" }), /commands\.0\.command\.kind/],
      [logged({ ...command, kind: "reduceCapacity", part: 0 }), /commands\.0\.command\.part/],
      [logged({ ...instruct, people: [2] }), /commands\.0\.command\.people/],
      [elsewhere, /viaEdges/],
      [logged({ kind: "settleBonuses", tick: 0, people: [7], paid: [true] }), /people/],
      [(document) => (document["branches"] = [{ command: 4, tick: 0 }] as never), /branches/],
      [(document) => (document["incidents"] = [{ id: 3 }] as never), /incidents/],
      [(document) => (document["instructions"] = [{ answers: 3 }] as never), /instructions/],
      [(document) => (document["log"] = [{ timeS: 0, kind: "ledger", said: { code: "who" } }] as never), /log/],
    ];
    for (const [change, reason] of wrong) expect(await reasonOf(foreignFile(change))).toMatch(reason);
  });
});
