import { readAmount, readFixed, readWhole, writeAmount, writeFixed, writeWhole } from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Result } from "../../../common/result";
import { publicKeyLength } from "./credential-record";
import { decodeRecord, encodeRecord, readName, writeName } from "./form";

/** Tokens that a key holds: the treasury's and custodians'. */
export interface AccountRecord {
  readonly publicKey: Uint8Array;
  readonly balanceMicro: MicroTokens;
}

const poolPurposes = ["rewards", "bonuses"] as const;
type PoolPurpose = (typeof poolPurposes)[number];

/** Tokens set aside: for contracts' rewards, or for the bonuses of one road authority. */
export interface PoolRecord {
  readonly poolId: number;
  readonly purpose: PoolPurpose;
  readonly balanceMicro: MicroTokens;
}

/** What the instructions that an officer answers for may still pay. */
export interface OutstandingRecord {
  readonly publicKey: Uint8Array;
  readonly outstandingMicro: MicroTokens;
}

/** What is minted and how many there are of everything: never more than one read away. */
export interface TotalsRecord {
  readonly supplyMicro: MicroTokens;
  /** The supply may not exceed it. */
  readonly capMicro: MicroTokens;
  readonly contracts: number;
  readonly fulfilled: number;
  readonly defaulted: number;
  readonly excused: number;
  /** By their holders, in time. */
  readonly left: number;
  readonly passages: number;
  readonly instructions: number;
}

const moneyForm = 1;
const totalsForm = 2;

export function encodeAccount(record: AccountRecord): Uint8Array {
  return encodeRecord(moneyForm, (writer) => {
    writeFixed(writer, record.publicKey);
    writeAmount(writer, record.balanceMicro);
  });
}

export function decodeAccount(bytes: Uint8Array): Result<AccountRecord> {
  return decodeRecord(bytes, moneyForm, (reader) => ({
    publicKey: readFixed(reader, publicKeyLength),
    balanceMicro: readAmount(reader),
  }));
}

export function encodeOutstanding(record: OutstandingRecord): Uint8Array {
  return encodeRecord(moneyForm, (writer) => {
    writeFixed(writer, record.publicKey);
    writeAmount(writer, record.outstandingMicro);
  });
}

export function decodeOutstanding(bytes: Uint8Array): Result<OutstandingRecord> {
  return decodeRecord(bytes, moneyForm, (reader) => ({
    publicKey: readFixed(reader, publicKeyLength),
    outstandingMicro: readAmount(reader),
  }));
}

export function encodePool(record: PoolRecord): Uint8Array {
  return encodeRecord(moneyForm, (writer) => {
    writeWhole(writer, record.poolId);
    writeName(writer, poolPurposes, record.purpose);
    writeAmount(writer, record.balanceMicro);
  });
}

export function decodePool(bytes: Uint8Array): Result<PoolRecord> {
  return decodeRecord(bytes, moneyForm, (reader) => ({
    poolId: readWhole(reader),
    purpose: readName(reader, poolPurposes),
    balanceMicro: readAmount(reader),
  }));
}

export function encodeTotals(record: TotalsRecord): Uint8Array {
  return encodeRecord(totalsForm, (writer) => {
    writeAmount(writer, record.supplyMicro);
    writeAmount(writer, record.capMicro);
    writeWhole(writer, record.contracts);
    writeWhole(writer, record.fulfilled);
    writeWhole(writer, record.defaulted);
    writeWhole(writer, record.excused);
    writeWhole(writer, record.left);
    writeWhole(writer, record.passages);
    writeWhole(writer, record.instructions);
  });
}

export function decodeTotals(bytes: Uint8Array): Result<TotalsRecord> {
  return decodeRecord(bytes, totalsForm, (reader) => ({
    supplyMicro: readAmount(reader),
    capMicro: readAmount(reader),
    contracts: readWhole(reader),
    fulfilled: readWhole(reader),
    defaulted: readWhole(reader),
    excused: readWhole(reader),
    left: readWhole(reader),
    passages: readWhole(reader),
    instructions: readWhole(reader),
  }));
}
