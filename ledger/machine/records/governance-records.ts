import {
  readAmount,
  readFixed,
  readText,
  readWhole,
  writeAmount,
  writeFixed,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Result } from "../../../common/result";
import type { ClauseReference } from "../../contracts/terms";
import { publicKeyLength, readSite, writeSite, type TerminalSite } from "./credential-record";
import { decodeRecord, encodeRecord, readHex, writeHex } from "./form";

/** What the consortium agreed on when the chain began. */
export interface ParametersRecord {
  /** 1 … 50 printable ASCII characters, as CometBFT has it. */
  readonly chainId: string;
  /** From a contract's deadline, and from an instruction's expiry, to what follows from them. */
  readonly challengeS: number;
  /** A passage is taken so long after it was attested; at most `challengeS`, so that none comes too late to count. */
  readonly passageAgeMaxS: number;
  /** How far a terminal's clock may run ahead of the block's. */
  readonly passageAheadMaxS: number;
  /** Contracts that one instruction may rewrite. */
  readonly instructionMatchesMax: number;
}

/** A kind of contract that the supervisory authority licensed. Offers name the version that is current. */
export interface TemplateRecord {
  readonly templateId: number;
  readonly version: number;
  readonly clause: ClauseReference;
  readonly rewardMaxMicro: MicroTokens;
  readonly penaltyMaxMicro: MicroTokens;
  /** The pool of which rewards are escrowed. */
  readonly rewardPoolId: number;
}

/** Which key a terminal signs with. */
export interface TerminalRecord {
  readonly terminal: number;
  readonly publicKey: Uint8Array;
  /** null: not known; what passes it is not judged by its speed. */
  readonly place: TerminalSite | null;
}

const governanceForm = 1;
export const chainIdLengthMax = 50;

export function isChainId(text: string): boolean {
  return /^[\x21-\x7e]{1,50}$/.test(text);
}

export function encodeParameters(record: ParametersRecord): Uint8Array {
  return encodeRecord(governanceForm, (writer) => {
    writeText(writer, record.chainId);
    writeWhole(writer, record.challengeS);
    writeWhole(writer, record.passageAgeMaxS);
    writeWhole(writer, record.passageAheadMaxS);
    writeWhole(writer, record.instructionMatchesMax);
  });
}

export function decodeParameters(bytes: Uint8Array): Result<ParametersRecord> {
  return decodeRecord(bytes, governanceForm, (reader) => ({
    chainId: readText(reader, chainIdLengthMax),
    challengeS: readWhole(reader),
    passageAgeMaxS: readWhole(reader),
    passageAheadMaxS: readWhole(reader),
    instructionMatchesMax: readWhole(reader),
  }));
}

export function encodeTemplate(record: TemplateRecord): Uint8Array {
  return encodeRecord(governanceForm, (writer) => {
    writeTemplate(writer, record);
  });
}

export function decodeTemplate(bytes: Uint8Array): Result<TemplateRecord> {
  return decodeRecord(bytes, governanceForm, (reader) => readTemplate(reader));
}

export function writeTemplate(writer: ByteWriter, record: TemplateRecord): void {
  writeWhole(writer, record.templateId);
  writeWhole(writer, record.version);
  writeWhole(writer, record.clause.version);
  writeHex(writer, record.clause.hash, 32);
  writeAmount(writer, record.rewardMaxMicro);
  writeAmount(writer, record.penaltyMaxMicro);
  writeWhole(writer, record.rewardPoolId);
}

export function readTemplate(reader: ByteReader): TemplateRecord {
  return {
    templateId: readWhole(reader),
    version: readWhole(reader),
    clause: { version: readWhole(reader), hash: readHex(reader, 32) },
    rewardMaxMicro: readAmount(reader),
    penaltyMaxMicro: readAmount(reader),
    rewardPoolId: readWhole(reader),
  };
}

export function encodeTerminal(record: TerminalRecord): Uint8Array {
  return encodeRecord(governanceForm, (writer) => {
    writeWhole(writer, record.terminal);
    writeFixed(writer, record.publicKey);
    writeSite(writer, record.place);
  });
}

export function decodeTerminal(bytes: Uint8Array): Result<TerminalRecord> {
  return decodeRecord(bytes, governanceForm, (reader) => ({
    terminal: readWhole(reader),
    publicKey: readFixed(reader, publicKeyLength),
    place: readSite(reader),
  }));
}
