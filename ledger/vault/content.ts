import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readCount,
  readText,
  writeText,
  writeWhole,
} from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { seal, unseal, type RecordSecrets } from "./secrets";
import { cellBytes, cellTextBytes, encodeCell, headerBytes, type Slot, type SlotHeader } from "./slot";

/** What a record says about a person. */
export interface RecordContent {
  /** By which somebody is recognised: names, addresses, numbers. They are looked for where they should not be. */
  readonly identifiers: readonly string[];
  readonly details: string;
}

const identifiersMax = 16;
/** Filled up to it, so that the length of a ciphertext says nothing. */
const contentBytesMax = cellTextBytes - 2;

export function encodeContent(content: RecordContent): Result<Uint8Array> {
  if (content.identifiers.length > identifiersMax)
    return fail(`more than ${identifiersMax} identifiers`, "identifiers");
  const writer = createWriter(cellTextBytes);
  writeWhole(writer, content.identifiers.length);
  for (const identifier of content.identifiers) writeText(writer, identifier);
  writeText(writer, content.details);
  const bytes = finishWriting(writer);
  return bytes.length > contentBytesMax
    ? fail(`${bytes.length} bytes, more than the ${contentBytesMax} that a record may have`, "content")
    : succeed(bytes);
}

export function decodeContent(bytes: Uint8Array): Result<RecordContent> {
  const reader = createReader(bytes);
  const count = readCount(reader, identifiersMax);
  const identifiers = Array.from({ length: count }, () => readText(reader, contentBytesMax));
  return finishReading(reader, { identifiers, details: readText(reader, contentBytesMax) });
}

/** The slot and the cell of a record's data. */
export function sealRecord(
  header: SlotHeader,
  secrets: RecordSecrets,
  data: Uint8Array,
): { readonly slot: Slot; readonly cell: Uint8Array } {
  const text = Buffer.alloc(cellTextBytes);
  text.writeUInt16BE(data.length);
  text.set(data, 2);
  const { nonce, tag, ciphertext } = seal(secrets, text, headerBytes(header));
  text.fill(0);
  return { slot: { ...header, secrets, nonce, tag }, cell: encodeCell(header.recordId, ciphertext) };
}

/** undefined when slot and cell do not belong together, or were changed. */
export function unsealRecord(slot: Slot, cell: Uint8Array): Uint8Array | undefined {
  const { secrets, nonce, tag } = slot;
  const sealed = { nonce, tag, ciphertext: cell.subarray(cellBytes - cellTextBytes) };
  const text = unseal(secrets, sealed, headerBytes(slot));
  if (text === undefined) return undefined;
  const length = (text[0] << 8) | text[1];
  return text.subarray(2, 2 + length);
}
