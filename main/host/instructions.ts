import type {
  InstructionAmendment,
  InstructionDraft,
  InstructionPrediction,
  InstructionReport,
} from "../../common/console-api";
import type { Failure } from "../../common/result";
import type { Answers } from "../../workers/messages";
import type { InstructionCounters } from "../ledger/session-ledger";

/** The ledger's counters, of which a resumed one no longer knows what was verified before. */
interface KeptCounters extends InstructionCounters {
  readonly verified: number;
}

/** What the session knows of one instruction; the console's report is made of it. */
interface Entry {
  readonly id: string;
  readonly number: number;
  /** As amended last. */
  draft: InstructionDraft;
  readonly sentS: number;
  /** When it was sent, amended or withdrawn last. */
  changedS: number;
  readonly transactionHash: string;
  matched: number;
  readonly prediction: InstructionPrediction | null;
  verifiedAfterMs: number | null;
  answers: Answers | undefined;
  /** Whose way a withdrawal took back: they heard of it, but there is nothing to comply with any more. */
  readonly freed: Set<number>;
  counters: KeptCounters | undefined;
  refusal: Failure | null;
}

/** A draft that was signed and sent. */
export type SentDraft = Pick<Entry, "id" | "draft" | "sentS" | "transactionHash" | "matched" | "prediction">;

/** All instructions of the session, in the order of sending. */
export interface InstructionBook {
  readonly count: number;
  add(sent: SentDraft): number;
  answered(answers: Answers): void;
  /** Where the ledger has verified nothing itself, what was verified before stays. */
  counted(counters: InstructionCounters): void;
  verified(id: string, afterMs: number): void;
  refused(id: string, refusal: Failure): void;
  /** The chain carries the amendment: `matched` contracts carry the instruction. */
  amended(amendment: InstructionAmendment, matched: number, nowS: number): void;
  /** The chain carries the withdrawal: of these people nothing is asked any more. */
  withdrawn(id: string, people: readonly number[], nowS: number): void;
  reports(tick: number, nowS: number): readonly InstructionReport[];
  /** One of them, as it stands now. */
  report(id: string, tick: number, nowS: number): InstructionReport | undefined;
  ids(): readonly string[];
  /** Those of these people who complied with some instruction that still asks it of them. */
  compliedOf(people: ReadonlySet<number>): ReadonlySet<number>;
  /** How those who were asked answered; undefined when there is no such instruction, `answers` before they were asked. */
  answersOf(id: string): Pick<Entry, "answers"> | undefined;
  /** For a save; `restore` of the same gives the book again. */
  save(): readonly SavedInstruction[];
}

/** One instruction as a save holds it. */
export interface SavedInstruction extends Omit<Entry, "answers" | "freed" | "counters"> {
  readonly answers: {
    readonly instruction: number;
    readonly people: readonly number[];
    readonly hearsAtTick: readonly number[];
    readonly complies: readonly number[];
  } | null;
  readonly freed: readonly number[];
  readonly counters: KeptCounters | null;
}

/** Whoever is asked again keeps what they heard and did before. */
function withEarlier(earlier: Answers | undefined, now: Answers): Answers {
  if (earlier === undefined) return now;
  const rows = new Map(Array.from(earlier.people, (person, row) => [person, row]));
  for (const person of now.people) if (!rows.has(person)) rows.set(person, rows.size);
  const hearsAtTick = new Int32Array(rows.size).fill(-1);
  const complies = new Uint8Array(rows.size);
  hearsAtTick.set(earlier.hearsAtTick);
  complies.set(earlier.complies);
  now.people.forEach((person, at) => {
    const row = rows.get(person) ?? 0;
    if (hearsAtTick[row] < 0) hearsAtTick[row] = now.hearsAtTick[at];
    complies[row] |= now.complies[at];
  });
  return { instruction: now.instruction, people: Uint32Array.from(rows.keys()), hearsAtTick, complies };
}

/** Whoever is freed complies with nothing, whenever the answer comes. */
function takeBack({ answers, freed }: Entry): void {
  answers?.people.forEach((person, row) => {
    if (freed.has(person)) answers.complies[row] = 0;
  });
}

export function openInstructionBook(saved: readonly SavedInstruction[] = []): InstructionBook {
  const entries: Entry[] = saved.map(({ answers, freed, counters, ...rest }) => ({
    ...rest,
    freed: new Set(freed),
    counters: counters ?? undefined,
    answers:
      answers === null
        ? undefined
        : {
            instruction: answers.instruction,
            people: Uint32Array.from(answers.people),
            hearsAtTick: Int32Array.from(answers.hearsAtTick),
            complies: Uint8Array.from(answers.complies),
          },
  }));
  const find = (id: string) => entries.find((entry) => entry.id === id);
  return {
    get count() {
      return entries.length;
    },
    add: (sent) => {
      const number = entries.length + 1;
      entries.push({
        ...sent,
        number,
        changedS: sent.sentS,
        verifiedAfterMs: null,
        answers: undefined,
        freed: new Set(),
        counters: undefined,
        refusal: null,
      });
      return number;
    },
    answered: (answers) => {
      const entry = entries[answers.instruction - 1];
      if (entry === undefined) return;
      entry.answers = withEarlier(entry.answers, answers);
      takeBack(entry);
    },
    counted: (counters) => {
      const entry = find(counters.instructionId);
      if (entry === undefined) return;
      entry.counters = { ...counters, verified: counters.verified ?? entry.counters?.verified ?? 0 };
    },
    verified: (id, afterMs) => {
      const entry = find(id);
      if (entry !== undefined) entry.verifiedAfterMs = afterMs;
    },
    refused: (id, refusal) => {
      const entry = find(id);
      if (entry !== undefined) entry.refusal = refusal;
    },
    amended: ({ instructionId, ...changed }, matched, nowS) => {
      const entry = find(instructionId);
      if (entry === undefined) return;
      entry.draft = { ...entry.draft, ...changed };
      entry.matched = matched;
      entry.changedS = nowS;
    },
    withdrawn: (id, people, nowS) => {
      const entry = find(id);
      if (entry === undefined) return;
      entry.changedS = nowS;
      for (const person of people) entry.freed.add(person);
      takeBack(entry);
    },
    reports: (tick, nowS) => entries.map((entry) => report(entry, tick, nowS)),
    report: (id, tick, nowS) => {
      const entry = find(id);
      return entry === undefined ? undefined : report(entry, tick, nowS);
    },
    ids: () => entries.map(({ id }) => id),
    compliedOf: (people) => {
      const found = new Set<number>();
      for (const { answers } of entries) {
        answers?.people.forEach((person, row) => {
          if (answers.complies[row] === 1 && people.has(person)) found.add(person);
        });
      }
      return found;
    },
    answersOf: find,
    save: () =>
      entries.map(({ answers, freed, counters, ...rest }) => ({
        ...rest,
        freed: [...freed],
        counters: counters ?? null,
        answers:
          answers === undefined
            ? null
            : {
                instruction: answers.instruction,
                people: [...answers.people],
                hearsAtTick: [...answers.hearsAtTick],
                complies: [...answers.complies],
              },
      })),
  };
}

function report(entry: Entry, tick: number, nowS: number): InstructionReport {
  const { draft, counters, answers, freed } = entry;
  let reached = 0;
  let complied = 0;
  let refused = 0;
  answers?.hearsAtTick.forEach((hearsAt, row) => {
    if (hearsAt < 0 || hearsAt > tick || freed.has(answers.people[row])) return;
    reached++;
    if (answers.complies[row] === 1) complied++;
    else refused++;
  });
  const refusal = entry.refusal ?? counters?.refusal ?? null;
  return {
    ...draft,
    id: entry.id,
    number: entry.number,
    stage: stageOf(entry, nowS, refusal !== null),
    revision: counters?.revision ?? 1,
    changedS: entry.changedS,
    sentS: entry.sentS,
    height: counters?.height ?? null,
    transactionHash: entry.transactionHash,
    matched: entry.matched,
    rewritten: counters?.rewritten ?? 0,
    verified: counters?.verified ?? 0,
    reached,
    complied,
    refused,
    paidMicro: counters?.paidMicro ?? 0,
    escrowLeftMicro: counters?.escrowLeftMicro ?? 0,
    prediction: entry.prediction,
    verifiedAfterMs: entry.verifiedAfterMs,
    refusal,
  };
}

function stageOf(entry: Entry, nowS: number, refused: boolean): InstructionReport["stage"] {
  if (refused) return "refused";
  if ((entry.counters?.height ?? null) === null) return "submitted";
  if (entry.verifiedAfterMs === null) return "rewritten";
  if (entry.counters?.withdrawn === true) return "withdrawn";
  if (nowS >= entry.draft.expiresAtS) return "expired";
  return entry.answers === undefined ? "verified" : "active";
}
