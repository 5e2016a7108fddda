import { Worker } from "node:worker_threads";
import { assert, unreachable } from "../../common/result";
import { openArena, type Arena, type ArenaHandle } from "../../workers/arena";
import type {
  Answers,
  EngineIndicators,
  EngineReport,
  EngineRequest,
  EngineStart,
  Snapshot,
  TwinCommand,
  WantedFrame,
} from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import { workerFile } from "./worker-files";

export interface Advance {
  readonly indicators: EngineIndicators;
  /** `eventWords` words an event. */
  readonly events: Uint32Array;
  /** Vehicle slots of the frame in the arena; -1 when none was asked for. It stands until the next advance. */
  readonly frameSlots: number;
  /** Simulated seconds over which the frame's report counts passages; -1 when it carries none. */
  readonly reportWindowS: number;
  /** Wall time that the ticks took, ms. */
  readonly spentMs: number;
}

/** A twin on a thread of its own. Requests are answered in order. */
export interface EngineThread {
  /** The arena, to read what the thread published; only the thread writes. */
  readonly arena: Arena;
  readonly values: ParameterValues;
  command(command: TwinCommand): void;
  /** Goes on to a tick, for at most `budgetMs`. One at a time. */
  advance(toTick: number, budgetMs: number, wantsFrame: WantedFrame): Promise<Advance>;
  save(): Promise<{ readonly tick: number; readonly bytes: Uint8Array<ArrayBuffer> }>;
  /** Copies what a save would hold into the buffer of an earlier snapshot; undefined: into one that is ever large enough. */
  snapshot(into: SharedArrayBuffer | undefined): Promise<Snapshot>;
  /** Goes on from a snapshot of an arena with the same counts. @param length its bytes, from the buffer's start */
  adopt(
    snapshot: SharedArrayBuffer,
    length: number,
  ): Promise<{ readonly tick: number; readonly indicators: EngineIndicators }>;
  /** @param room memory that nobody else uses, of the arena's size */
  fork(room?: WebAssembly.Memory): Promise<{ readonly tick: number; readonly handle: ArenaHandle }>;
  hash(): Promise<{ readonly tick: number; readonly hash: string }>;
  close(): Promise<void>;
}

/** A report that answers one request. */
type AnswerReport = Extract<EngineReport, { readonly id: number }>;

/**
 * Starts a twin. @param onAnswers how people answered an instruction
 * @param onFailure the thread died of an error: the session cannot go on
 */
export function startEngineThread(
  start: EngineStart,
  onAnswers: (answers: Answers) => void,
  onFailure: (error: Error) => void,
): EngineThread {
  const worker = new Worker(workerFile("engine.cjs"), { workerData: start });
  const waiting = new Map<number, (report: AnswerReport) => void>();
  let onAdvanced: ((advance: Advance) => void) | undefined;
  let lastId = 0;
  let failed: Error | undefined;
  const rejections = new Set<(error: Error) => void>();

  const fail = (error: Error) => {
    failed = error;
    for (const reject of rejections) reject(error);
    rejections.clear();
    onFailure(error);
  };
  worker.on("error", fail);
  worker.on("message", (report: EngineReport) => {
    switch (report.kind) {
      case "advanced":
        onAdvanced?.(report);
        return;
      case "answers":
        onAnswers(report.answers);
        return;
      case "saved":
      case "copied":
      case "adopted":
      case "forked":
      case "hashed":
        waiting.get(report.id)?.(report);
        waiting.delete(report.id);
        return;
      default:
        unreachable(report);
    }
  });

  const send = (request: EngineRequest) => worker.postMessage(request);
  /** A promise that the thread's death rejects. */
  const answered = <T>(begin: (resolve: (value: T) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      if (failed !== undefined) {
        reject(failed);
        return;
      }
      rejections.add(reject);
      begin((value) => {
        rejections.delete(reject);
        resolve(value);
      });
    });
  const ask = (make: (id: number) => EngineRequest) =>
    answered<AnswerReport>((resolve) => {
      const id = ++lastId;
      waiting.set(id, resolve);
      send(make(id));
    });

  return {
    arena: openArena(start.handle),
    values: start.values,
    command: (command) => send({ kind: "command", command }),
    advance: (toTick, budgetMs, wantsFrame) => {
      assert(onAdvanced === undefined, "an engine is advanced by one caller at a time");
      return answered<Advance>((resolve) => {
        onAdvanced = (advance) => {
          onAdvanced = undefined;
          resolve(advance);
        };
        send({ kind: "advance", toTick, budgetMs, wantsFrame });
      });
    },
    save: async () => {
      const report = await ask((id) => ({ kind: "save", id }));
      assert(report.kind === "saved", "a save is answered by what was saved");
      return report;
    },
    snapshot: async (into) => {
      const report = await ask((id) => ({ kind: "snapshot", id, into }));
      assert(report.kind === "copied", "a snapshot is answered by what was copied");
      return report;
    },
    adopt: async (snapshot, length) => {
      const report = await ask((id) => ({ kind: "adopt", id, snapshot, length }));
      assert(report.kind === "adopted", "a state is adopted");
      return report;
    },
    fork: async (room) => {
      const report = await ask((id) => ({ kind: "fork", id, room }));
      assert(report.kind === "forked", "a fork is answered by its handle");
      return report;
    },
    hash: async () => {
      const report = await ask((id) => ({ kind: "hash", id }));
      assert(report.kind === "hashed", "a hash is answered by the hash");
      return report;
    },
    close: async () => {
      failed ??= new Error("the twin was closed");
      for (const reject of rejections) reject(failed);
      rejections.clear();
      await worker.terminate();
    },
  };
}
