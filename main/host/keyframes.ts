import { mkdirSync, rmSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { assert, fail, messageOf, succeed, unreachable, type Failure, type Result } from "../../common/result";
import type { Snapshot } from "../../workers/messages";
import { createKeyframeIndex, type Keyframe } from "./keyframe-index";
import type { KeyframeReport, KeyframeRequest } from "./keyframe-thread";
import { workerFile } from "./worker-files";

/** Disk that the keyframes of a session may take, bytes, unless PENDULAIRE_KEYFRAME_MIB says otherwise. */
const budgetBytes = 4 * 2 ** 30;

/** Engine time after which the next keyframe is due, ms: what reaching an instant after it costs at most. */
const keyframeEveryMs = 500;

/** Compressing a larger state keeps a core busy for seconds, bytes: it begins after the first look. */
const promptBytesMax = 32 * 2 ** 20;

export interface KeyframeLimits {
  readonly budgetBytes: number;
  readonly everyMs: number;
}

/** The keyframes of one session, in its folder, written and read on a thread of their own. */
export interface KeyframeStore {
  /** Oldest first. */
  readonly all: readonly Keyframe[];
  readonly byteLength: number;
  /** Disk that they may take. */
  readonly budgetBytes: number;
  /** A city's next keyframe is due when it has cost so much engine time since its last, ms. */
  readonly everyMs: number;
  /** Whether the next one can be taken: one at a time is written. */
  readonly idle: boolean;
  /**
   * Takes a keyframe. @param copy puts the state into the buffer and says at which tick; the city goes on as soon as it
   * has. Resolves then, the writing goes on behind.
   */
  take(about: Pick<Keyframe, "lineage" | "commands">, copy: CopyState): Promise<void>;
  /**
   * Puts the snapshot of a keyframe, `length` bytes, at the start of a buffer. One that cannot be read is forgotten, with
   * all that rest on it.
   */
  read(keyframe: Keyframe, into: SharedArrayBuffer): Promise<Result<void>>;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
  /** The files go, too. */
  close(): Promise<void>;
}

/** Into the buffer given, the first time into a new one. */
type CopyState = (into: SharedArrayBuffer | undefined) => Promise<Snapshot>;

/**
 * @param firstLook the first pictures are drawn: a large state is compressed after that
 * @param onFailure a keyframe could not be written: the session goes on without it
 */
export function openKeyframeStore(
  folder: string,
  firstLook: Promise<void>,
  onFailure: (failure: Failure) => void,
  limits: KeyframeLimits = { budgetBytes: budgetFromEnvironment(), everyMs: keyframeEveryMs },
): KeyframeStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const worker = startWorker(folder);
  const index = createKeyframeIndex();
  let lastId = 0;
  let snapshot: SharedArrayBuffer | undefined;
  let writing: Promise<void> | undefined;
  let closed = false;
  /** What the next one would rest on is lost. */
  let wantsWhole = false;
  const remove = (keyframes: readonly Keyframe[]) => {
    for (const { id } of keyframes) {
      worker.ask({ kind: "remove", id: ++lastId, keyframe: id }).catch(() => undefined);
    }
  };

  const write = async (about: Pick<Keyframe, "lineage" | "commands">, { tick, buffer, length }: Snapshot) => {
    snapshot = buffer;
    if (length > promptBytesMax) await firstLook;
    const keyframe = { ...about, id: ++lastId, tick, length };
    const report = await worker.ask({ kind: "write", id: keyframe.id, snapshot: buffer, length, whole: wantsWhole });
    wantsWhole = false;
    assert(report.kind === "written", "a write is answered by what was written");
    if (!report.outcome.ok) {
      if (!closed) onFailure(report.outcome.error);
      return;
    }
    const { base, byteLength } = report.outcome.value;
    index.add({ ...keyframe, base, byteLength });
    remove(index.thin(limits.budgetBytes));
  };

  return {
    all: index.all,
    budgetBytes: limits.budgetBytes,
    everyMs: limits.everyMs,
    get byteLength() {
      return index.byteLength;
    },
    get idle() {
      return writing === undefined && !closed;
    },
    take: async (about, copy) => {
      assert(writing === undefined, "one keyframe at a time is taken");
      const copied = copy(snapshot);
      // From here on, so that nobody else takes one while the state is being copied.
      writing = copied
        .then((taken) => write(about, taken))
        .catch((error: unknown) => {
          if (!closed) onFailure({ message: messageOf(error) });
        })
        .finally(() => (writing = undefined));
      await copied;
    },
    read: async (keyframe, into) => {
      const { id, base, length } = keyframe;
      const report = await worker.ask({
        kind: "read",
        id: ++lastId,
        keyframe: { id, base, length },
        into,
      });
      assert(report.kind === "read", "a read is answered by its outcome");
      if (report.outcome.ok) return succeed(undefined);
      const culprit = report.culprit ?? id;
      wantsWhole ||= culprit !== id || base === null;
      remove(index.drop(culprit));
      return fail(report.outcome.error.message, report.outcome.error.where);
    },
    settled: async () => writing,
    close: async () => {
      closed = true;
      await worker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function budgetFromEnvironment(): number {
  const mebibytes = Number(process.env["PENDULAIRE_KEYFRAME_MIB"] ?? "");
  return mebibytes > 0 ? mebibytes * 2 ** 20 : budgetBytes;
}

/** Requests answered in order, each by the report of its id. */
function startWorker(folder: string) {
  const worker = new Worker(workerFile("keyframes.cjs"), { workerData: { folder } });
  const waiting = new Map<number, { resolve: (report: KeyframeReport) => void; reject: (error: Error) => void }>();
  let failed: Error | undefined;
  const fail = (error: Error) => {
    failed = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("message", (report: KeyframeReport) => {
    switch (report.kind) {
      case "written":
      case "read":
      case "removed":
        waiting.get(report.id)?.resolve(report);
        waiting.delete(report.id);
        return;
      default:
        unreachable(report);
    }
  });
  return {
    ask: (request: KeyframeRequest) =>
      new Promise<KeyframeReport>((resolve, reject) => {
        if (failed !== undefined) {
          reject(failed);
          return;
        }
        waiting.set(request.id, { resolve, reject });
        worker.postMessage(request);
      }),
    close: async () => {
      fail(new Error("the session was closed"));
      await worker.terminate();
    },
  };
}
