import {
  readAmount,
  readFixed,
  readWhole,
  writeAmount,
  writeFixed,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import { unreachable } from "../../../common/result";
import type { CountQuestion } from "../../contracts/counts";
import type { TimeWindow } from "../../contracts/terms";
import { publicKeyLength } from "../records/credential-record";
import { readAnswer, readQuestion, writeAnswer, writeQuestion } from "../records/sale-records";
import { readSeconds } from "../records/terms-form";

/** Payloads about the sale of counts of passages; see decision 33. */
export type SalePayload = OrderCountsPayload | ReleaseCountsPayload;

/** A data buyer orders a count, and pays. Budgets are debited and sources are paid at once, before anything is released. */
export interface OrderCountsPayload extends TimeWindow {
  readonly kind: "orderCounts";
  /** Who is to answer. */
  readonly custodian: Uint8Array;
  readonly question: CountQuestion;
  /** Of the noise, in millionths; debited from each contract that contributes. */
  readonly epsilonMicro: number;
  readonly priceMicro: MicroTokens;
}

/** The custodian answers an order, once. */
export interface ReleaseCountsPayload {
  readonly kind: "releaseCounts";
  readonly saleId: number;
  /** With its noise; null: withheld. */
  readonly count: number | null;
}

export const salePayloadKinds = {
  orderCounts: { number: 30, version: 1 },
  releaseCounts: { number: 31, version: 1 },
} as const satisfies Record<SalePayload["kind"], { number: number; version: number }>;

export function writeSalePayload(writer: ByteWriter, payload: SalePayload): void {
  switch (payload.kind) {
    case "orderCounts":
      writeFixed(writer, payload.custodian);
      writeQuestion(writer, payload.question);
      writeWhole(writer, payload.fromS);
      writeWhole(writer, payload.untilS);
      writeWhole(writer, payload.epsilonMicro);
      writeAmount(writer, payload.priceMicro);
      return;
    case "releaseCounts":
      writeWhole(writer, payload.saleId);
      writeAnswer(writer, payload.count);
      return;
    default:
      unreachable(payload);
  }
}

export function readSalePayload(kind: SalePayload["kind"], reader: ByteReader): SalePayload {
  switch (kind) {
    case "orderCounts":
      return {
        kind,
        custodian: readFixed(reader, publicKeyLength),
        question: readQuestion(reader),
        fromS: readSeconds(reader, 0),
        untilS: readSeconds(reader, 0),
        epsilonMicro: readWhole(reader),
        priceMicro: readAmount(reader),
      };
    case "releaseCounts":
      return { kind, saleId: readWhole(reader), count: readAnswer(reader) };
    default:
      return unreachable(kind);
  }
}
