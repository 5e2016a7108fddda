import type { InstructionDraft, InstructionPrediction, InstructionReport } from "../../common/console-api";
import type { Failure } from "../../common/result";
import type { Answers } from "../../workers/messages";
import type { InstructionCounters } from "../ledger/session-ledger";

/** What the session knows of one instruction; the console's report is made of it. */
interface Entry {
  readonly id: string;
  readonly number: number;
  readonly draft: InstructionDraft;
  readonly sentS: number;
  readonly transactionHash: string;
  readonly matched: number;
  readonly prediction: InstructionPrediction | null;
  verifiedAfterMs: number | null;
  answers: Answers | undefined;
  counters: InstructionCounters | undefined;
  refusal: Failure | null;
}

/** A draft that was signed and sent. */
export type SentDraft = Pick<Entry, "id" | "draft" | "sentS" | "transactionHash" | "matched" | "prediction">;

/** All instructions of the session, in the order of sending. */
export interface InstructionBook {
  readonly count: number;
  add(sent: SentDraft): number;
  answered(answers: Answers): void;
  counted(counters: InstructionCounters): void;
  verified(id: string, afterMs: number): void;
  refused(id: string, refusal: Failure): void;
  reports(tick: number, nowS: number): readonly InstructionReport[];
  ids(): readonly string[];
  /** Undefined when there is no such instruction. */
  answersOf(id: string): Pick<Entry, "number" | "answers"> | undefined;
  /** For a save; `restore` of the same gives the book again. */
  save(): unknown;
}

interface SavedEntry extends Omit<Entry, "answers"> {
  readonly answers: { instruction: number; hearsAtTick: number[]; complies: number[] } | null;
}

export function openInstructionBook(saved: unknown = []): InstructionBook {
  const entries: Entry[] = (saved as SavedEntry[]).map(({ answers, ...rest }) => ({
    ...rest,
    answers:
      answers === null
        ? undefined
        : {
            instruction: answers.instruction,
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
        verifiedAfterMs: null,
        answers: undefined,
        counters: undefined,
        refusal: null,
      });
      return number;
    },
    answered: (answers) => {
      const entry = entries[answers.instruction - 1];
      if (entry !== undefined) entry.answers = answers;
    },
    counted: (counters) => {
      const entry = find(counters.instructionId);
      if (entry !== undefined) entry.counters = counters;
    },
    verified: (id, afterMs) => {
      const entry = find(id);
      if (entry !== undefined) entry.verifiedAfterMs = afterMs;
    },
    refused: (id, refusal) => {
      const entry = find(id);
      if (entry !== undefined) entry.refusal = refusal;
    },
    reports: (tick, nowS) => entries.map((entry) => report(entry, tick, nowS)),
    ids: () => entries.map(({ id }) => id),
    answersOf: find,
    save: () =>
      entries.map(({ answers, ...rest }) => ({
        ...rest,
        answers:
          answers === undefined
            ? null
            : {
                instruction: answers.instruction,
                hearsAtTick: [...answers.hearsAtTick],
                complies: [...answers.complies],
              },
      })),
  };
}

function report(entry: Entry, tick: number, nowS: number): InstructionReport {
  const { draft, counters, answers } = entry;
  let reached = 0;
  let complied = 0;
  answers?.hearsAtTick.forEach((hearsAt, row) => {
    if (hearsAt < 0 || hearsAt > tick) return;
    reached++;
    complied += answers.complies[row] ?? 0;
  });
  const refusal = entry.refusal ?? counters?.refusal ?? null;
  return {
    ...draft,
    id: entry.id,
    number: entry.number,
    stage: stageOf(entry, nowS, refusal !== null),
    sentS: entry.sentS,
    height: counters?.height ?? null,
    transactionHash: entry.transactionHash,
    matched: entry.matched,
    rewritten: counters?.rewritten ?? 0,
    verified: counters?.verified ?? 0,
    reached,
    complied,
    refused: reached - complied,
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
  if (nowS >= entry.draft.expiresAtS) return "expired";
  return entry.answers === undefined ? "verified" : "active";
}
