import {
  readAmount,
  readCount,
  readFixed,
  readFlag,
  readText,
  readWhole,
  refuseReading,
  writeAmount,
  writeFixed,
  writeFlag,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Result } from "../../../common/result";
import { territoryLengthMax } from "../../contracts/consent";
import type { CountQuestion } from "../../contracts/counts";
import type { TimeWindow } from "../../contracts/terms";
import { salesPerContractMax } from "../limits";
import { publicKeyLength } from "./credential-record";
import { decodeRecord, encodeRecord, readName, writeName } from "./form";
import { readSeconds } from "./terms-form";

/** On what terms the consortium has counts sold. Epsilons are in millionths, as amounts are. */
export interface SaleTerms {
  /** Whose law the data stay under, ISO 3166: where the terminals stand. */
  readonly territory: string;
  /** k: counts of fewer contracts are not released. */
  readonly countMin: number;
  /** What each contract has to give, of privacy, over all sales. */
  readonly budgetMicro: number;
  /** Of one order. */
  readonly epsilonMinMicro: number;
  /** Of one order: each costs every node a walk over all contracts. */
  readonly priceMinMicro: MicroTokens;
  /** The pool of rewards that has what does not divide into equal parts. */
  readonly remainderPoolId: number;
}

/** The terms in force, and how many sales there were. */
export interface SalesRecord {
  readonly terms: SaleTerms;
  /** Also the number of the next one. */
  readonly sales: number;
  /** Of the block with the last order; 0 before there was one. */
  readonly lastHeight: number;
}

/**
 * An order of counts, and what was answered: all that its buyer gets, by a proof of this record. So nothing here may depend
 * on how many contributed but the answer, which has its noise.
 */
export interface SaleRecord extends TimeWindow {
  readonly saleId: number;
  readonly buyer: Uint8Array;
  /** Who answers. */
  readonly custodian: Uint8Array;
  readonly question: CountQuestion;
  readonly epsilonMicro: number;
  readonly priceMicro: MicroTokens;
  /** Of the terms that were in force. */
  readonly territory: string;
  readonly countMin: number;
  readonly budgetMicro: number;
  readonly orderedAtS: number;
  /** null until it was answered. */
  readonly answer: SaleAnswer | null;
}

export interface SaleAnswer {
  readonly answeredAtS: number;
  /** With its noise; null: withheld. */
  readonly count: number | null;
}

/** Where a sale's price went. */
export interface SaleShares {
  readonly saleId: number;
  readonly contributors: number;
  /** To each of them. */
  readonly partMicro: MicroTokens;
  /** To the pool of the terms; all of it when nobody contributed. */
  readonly remainderMicro: MicroTokens;
}

/** What a contract gave and got. What it got stays here until a later kind of transaction pays it out, as wallets do. */
export interface SourceRecord {
  /** Sum of the epsilons of its sales. */
  readonly spentMicro: number;
  readonly earnedMicro: MicroTokens;
  /** Ascending, at most `salesPerContractMax`. */
  readonly saleIds: readonly number[];
}

const saleForm = 1;
const questionKinds = ["link", "originDestination"] as const satisfies CountQuestion["kind"][];

export function writeSaleTerms(writer: ByteWriter, terms: SaleTerms): void {
  writeText(writer, terms.territory);
  writeWhole(writer, terms.countMin);
  writeWhole(writer, terms.budgetMicro);
  writeWhole(writer, terms.epsilonMinMicro);
  writeAmount(writer, terms.priceMinMicro);
  writeWhole(writer, terms.remainderPoolId);
}

export function readSaleTerms(reader: ByteReader): SaleTerms {
  return {
    territory: readText(reader, territoryLengthMax),
    countMin: readWhole(reader),
    budgetMicro: readWhole(reader),
    epsilonMinMicro: readWhole(reader),
    priceMinMicro: readAmount(reader),
    remainderPoolId: readWhole(reader),
  };
}

export function writeQuestion(writer: ByteWriter, question: CountQuestion): void {
  writeName(writer, questionKinds, question.kind);
  if (question.kind === "link") {
    writeWhole(writer, question.terminal);
    return;
  }
  writeWhole(writer, question.origin);
  writeWhole(writer, question.destination);
}

export function readQuestion(reader: ByteReader): CountQuestion {
  const kind = readName(reader, questionKinds);
  return kind === "link"
    ? { kind, terminal: readWhole(reader) }
    : { kind, origin: readWhole(reader), destination: readWhole(reader) };
}

export function encodeSales(record: SalesRecord): Uint8Array {
  return encodeRecord(saleForm, (writer) => {
    writeSaleTerms(writer, record.terms);
    writeWhole(writer, record.sales);
    writeWhole(writer, record.lastHeight);
  });
}

export function decodeSales(bytes: Uint8Array): Result<SalesRecord> {
  return decodeRecord(bytes, saleForm, (reader) => ({
    terms: readSaleTerms(reader),
    sales: readWhole(reader),
    lastHeight: readWhole(reader),
  }));
}

export function encodeSale(record: SaleRecord): Uint8Array {
  return encodeRecord(saleForm, (writer) => {
    writeWhole(writer, record.saleId);
    writeFixed(writer, record.buyer);
    writeFixed(writer, record.custodian);
    writeQuestion(writer, record.question);
    writeWhole(writer, record.fromS);
    writeWhole(writer, record.untilS - record.fromS);
    writeWhole(writer, record.epsilonMicro);
    writeAmount(writer, record.priceMicro);
    writeText(writer, record.territory);
    writeWhole(writer, record.countMin);
    writeWhole(writer, record.budgetMicro);
    writeWhole(writer, record.orderedAtS);
    writeFlag(writer, record.answer !== null);
    if (record.answer === null) return;
    writeWhole(writer, record.answer.answeredAtS);
    writeAnswer(writer, record.answer.count);
  });
}

export function decodeSale(bytes: Uint8Array): Result<SaleRecord> {
  return decodeRecord(bytes, saleForm, (reader) => {
    const saleId = readWhole(reader);
    const buyer = readFixed(reader, publicKeyLength);
    const custodian = readFixed(reader, publicKeyLength);
    const question = readQuestion(reader);
    const fromS = readSeconds(reader, 0);
    return {
      ...{ saleId, buyer, custodian, question, fromS },
      untilS: readSeconds(reader, fromS),
      epsilonMicro: readWhole(reader),
      priceMicro: readAmount(reader),
      territory: readText(reader, territoryLengthMax),
      countMin: readWhole(reader),
      budgetMicro: readWhole(reader),
      orderedAtS: readSeconds(reader, 0),
      answer: readFlag(reader) ? { answeredAtS: readSeconds(reader, 0), count: readAnswer(reader) } : null,
    };
  });
}

/** A count, or null: withheld. */
export function writeAnswer(writer: ByteWriter, count: number | null): void {
  writeFlag(writer, count !== null);
  if (count !== null) writeWhole(writer, count);
}

export function readAnswer(reader: ByteReader): number | null {
  return readFlag(reader) ? readWhole(reader) : null;
}

export function encodeSaleShares(record: SaleShares): Uint8Array {
  return encodeRecord(saleForm, (writer) => {
    writeWhole(writer, record.saleId);
    writeWhole(writer, record.contributors);
    writeAmount(writer, record.partMicro);
    writeAmount(writer, record.remainderMicro);
  });
}

export function decodeSaleShares(bytes: Uint8Array): Result<SaleShares> {
  return decodeRecord(bytes, saleForm, (reader) => ({
    saleId: readWhole(reader),
    contributors: readWhole(reader),
    partMicro: readAmount(reader),
    remainderMicro: readAmount(reader),
  }));
}

export function encodeSource(record: SourceRecord): Uint8Array {
  return encodeRecord(saleForm, (writer) => {
    writeWhole(writer, record.spentMicro);
    writeAmount(writer, record.earnedMicro);
    writeWhole(writer, record.saleIds.length);
    for (const saleId of record.saleIds) writeWhole(writer, saleId);
  });
}

export function decodeSource(bytes: Uint8Array): Result<SourceRecord> {
  return decodeRecord(bytes, saleForm, (reader) => {
    const spentMicro = readWhole(reader);
    const earnedMicro = readAmount(reader);
    const count = readCount(reader, salesPerContractMax);
    const saleIds: number[] = [];
    for (let index = 0; index < count && reader.fault === undefined; index++) {
      const saleId = readWhole(reader);
      if (index > 0 && saleId <= saleIds[index - 1]) refuseReading(reader, "sales do not ascend");
      saleIds.push(saleId);
    }
    return { spentMicro, earnedMicro, saleIds };
  });
}
