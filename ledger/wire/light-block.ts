import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  type ByteReader,
  type ByteWriter,
} from "../../common/canonical";
import type { Result } from "../../common/result";
import { readCommit, readHeader, readValidators, writeCommit, writeHeader, writeValidators } from "./canonical-form";
import type { Commit } from "./commit";
import type { Header } from "./header";
import type { Validator } from "./validators";

/** What a light client needs of one height: the header, who signed it, and the set that they belong to. */
export interface LightBlock {
  readonly header: Header;
  readonly commit: Commit;
  /** The set that signs this height, in its order. */
  readonly validators: readonly Validator[];
  /** The set that signs the next height. */
  readonly nextValidators: readonly Validator[];
}

export function writeLightBlock(writer: ByteWriter, block: LightBlock): void {
  writeHeader(writer, block.header);
  writeCommit(writer, block.commit);
  writeValidators(writer, block.validators);
  writeValidators(writer, block.nextValidators);
}

export function readLightBlock(reader: ByteReader): LightBlock {
  return {
    header: readHeader(reader),
    commit: readCommit(reader),
    validators: readValidators(reader),
    nextValidators: readValidators(reader),
  };
}

export function encodeLightBlock(block: LightBlock): Uint8Array<ArrayBuffer> {
  const writer = createWriter(1024);
  writeLightBlock(writer, block);
  return finishWriting(writer);
}

export function decodeLightBlock(bytes: Uint8Array): Result<LightBlock> {
  const reader = createReader(bytes);
  return finishReading(reader, readLightBlock(reader));
}
