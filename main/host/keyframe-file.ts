import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { packColumns, unpackColumns } from "../../common/columns";
import { fail, succeed, type Result } from "../../common/result";
import { bytesOfPages, differingPages, pageCount, putPages, takePages } from "../../workers/arena";

/** What a keyframe's file says of itself. */
interface KeyframeMeta {
  readonly form: typeof keyframeForm;
  readonly id: number;
  /** The whole keyframe whose pages it differs from; null: it is whole itself. */
  readonly base: number | null;
  /** Bytes of the state. */
  readonly length: number;
  readonly sha256: string;
}

const keyframeForm = "pendulaire-keyframe-1";
/** Fastest: the thread shares the processor with the twins. */
const level = 1;

export interface PackedKeyframe {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pages that it holds, of all. */
  readonly share: number;
}

/** @param reference state of the keyframe `base`; undefined packs all pages */
export function packKeyframe(
  id: number,
  state: Uint8Array,
  base: { readonly id: number; readonly state: Uint8Array } | undefined,
): PackedKeyframe {
  const all = pageCount(state.byteLength);
  const pages =
    base === undefined ? Uint32Array.from({ length: all }, (_, page) => page) : differingPages(base.state, state);
  const data = new Uint8Array(deflateRawSync(takePages(state, pages), { level }));
  const about = { form: keyframeForm, id, base: base?.id ?? null, length: state.byteLength } as const;
  const meta: KeyframeMeta = { ...about, sha256: digestOf(about, pages, data) };
  return { bytes: packColumns(meta, { pages, data }), share: all === 0 ? 0 : pages.length / all };
}

/**
 * Writes the pages of a keyframe over a state, as far as that reaches: that of its base, or anything when it is whole.
 * @param expected `length` null: whatever it is, for a base is longer or shorter than what rests on it
 * @returns a failure when the file is not the keyframe that was asked for, byte for byte; the state is untouched then
 */
export function applyKeyframe(
  bytes: Uint8Array,
  expected: { readonly id: number; readonly base: number | null; readonly length: number | null },
  state: Uint8Array,
): Result<void> {
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return unpacked;
  const meta = unpacked.value.meta as Partial<KeyframeMeta> | null;
  const { pages, data } = unpacked.value.columns;
  if (meta?.form !== keyframeForm || !(pages instanceof Uint32Array) || !(data instanceof Uint8Array)) {
    return fail("not a keyframe");
  }
  const { id, base, length } = meta;
  if (id !== expected.id || base !== expected.base || (expected.length ?? length) !== length || length === undefined) {
    return fail("another keyframe");
  }
  const about = { form: keyframeForm, id, base, length } as const;
  if (digestOf(about, pages, data) !== meta.sha256) return fail("damaged: its bytes are not those that were written");
  const taken = inflateRawSync(data, { maxOutputLength: Math.max(1, bytesOfPages(pages, length)) });
  putPages(state, pages, taken);
  return succeed(undefined);
}

function digestOf(about: Omit<KeyframeMeta, "sha256">, pages: Uint32Array, data: Uint8Array): string {
  return createHash("sha256").update(JSON.stringify(about)).update(pages).update(data).digest("hex");
}
