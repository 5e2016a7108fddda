import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { assert, fail, succeed, unreachable, type Result } from "../../common/result";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { reasonOf } from "./file-reading";
import { applyKeyframe, packKeyframe } from "./keyframe-file";

// The thread that writes and reads keyframes, so that neither the host nor a twin waits for disk and compression.

export type KeyframeRequest =
  | {
      readonly kind: "write";
      readonly id: number;
      readonly snapshot: SharedArrayBuffer;
      readonly length: number;
      readonly whole: boolean;
    }
  | {
      readonly kind: "read";
      readonly id: number;
      readonly keyframe: KeyframePlace & { readonly length: number };
      /** At least that long. */
      readonly into: SharedArrayBuffer;
    }
  | { readonly kind: "remove"; readonly id: number; readonly keyframe: number };

export interface KeyframePlace {
  readonly id: number;
  readonly base: number | null;
  /** Bytes of the snapshot; null: whatever it is. */
  readonly length: number | null;
}

export type KeyframeReport =
  | {
      readonly kind: "written";
      readonly id: number;
      readonly outcome: Result<{ readonly base: number | null; readonly byteLength: number; readonly share: number }>;
    }
  /** `culprit`: the keyframe whose file failed, where one did. */
  | { readonly kind: "read"; readonly id: number; readonly outcome: Result<void>; readonly culprit: number | null }
  | { readonly kind: "removed"; readonly id: number };

/** A keyframe is whole again when more of its pages than this differ from the last whole one. */
const shareMax = 0.6;

const port = parentPort;
assert(port !== null, "keyframes are written on a thread of their own");
const { folder } = workerData as { readonly folder: string };
/** The last whole keyframe. */
let reference: { readonly id: number; readonly state: Uint8Array } | undefined;

function fileOf(id: number): string {
  return path.join(folder, `${String(id).padStart(6, "0")}.keyframe`);
}

function write(id: number, state: Uint8Array, whole: boolean): KeyframeReport & { readonly kind: "written" } {
  const base = whole ? undefined : reference;
  let packed = packKeyframe(id, state, base);
  let written = base?.id ?? null;
  if (base !== undefined && packed.share > shareMax) {
    packed = packKeyframe(id, state, undefined);
    written = null;
  }
  const file = fileOf(id);
  try {
    writeFileSync(`${file}.new`, packed.bytes, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    rmSync(`${file}.new`, { force: true });
    return { kind: "written", id, outcome: fail(reasonOf(error), file) };
  }
  if (written === null) reference = { id, state: state.slice() };
  const { byteLength } = packed.bytes;
  return { kind: "written", id, outcome: succeed({ base: written, byteLength, share: packed.share }) };
}

function read(request: KeyframeRequest & { readonly kind: "read" }): KeyframeReport {
  const { id, keyframe } = request;
  const state = new Uint8Array(request.into, 0, keyframe.length);
  // A base may be longer or shorter than what rests on it.
  const steps = keyframe.base === null ? [keyframe] : [{ id: keyframe.base, base: null, length: null }, keyframe];
  for (const step of steps) {
    const applied = apply(step, state);
    if (!applied.ok) return { kind: "read", id, outcome: applied, culprit: step.id };
  }
  return { kind: "read", id, outcome: succeed(undefined), culprit: null };
}

function apply(keyframe: KeyframePlace, state: Uint8Array): Result<void> {
  if (reference?.id === keyframe.id) {
    state.set(reference.state.subarray(0, state.byteLength));
    return succeed(undefined);
  }
  const file = fileOf(keyframe.id);
  try {
    const applied = applyKeyframe(new Uint8Array(readFileSync(file)), keyframe, state);
    return applied.ok ? applied : fail(applied.error.message, file);
  } catch (error) {
    return fail(reasonOf(error), file);
  }
}

port.on("message", (request: KeyframeRequest) => {
  const report = (message: KeyframeReport) => port.postMessage(message);
  switch (request.kind) {
    case "write":
      report(write(request.id, new Uint8Array(request.snapshot, 0, request.length), request.whole));
      return;
    case "read":
      report(read(request));
      // The buffer is another's: this thread has dropped it.
      collectDroppedMemory();
      return;
    case "remove":
      rmSync(fileOf(request.keyframe), { force: true });
      report({ kind: "removed", id: request.id });
      return;
    default:
      unreachable(request);
  }
});
