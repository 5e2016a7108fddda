import { bytesEqual } from "../../common/canonical";
import { executionAt } from "./apply";
import { decodeOwn } from "./overlay";
import { decodeConsent } from "./records/personal-records";
import {
  decodeSale,
  decodeSales,
  decodeSource,
  type SaleRecord,
  type SalesRecord,
  type SourceRecord,
} from "./records/sale-records";
import { judgeBuyer } from "./rules/sale-rules";
import type { State } from "./state";
import { readAt } from "./state-reading";
import { consentPath, identifierOfPath, salePath, salesPath, sourcePath, StateKind } from "./state-paths";
import { pathAt, valueOf } from "./tree/node-store";
import { visitKind } from "./tree/tree";

/** Questions to a state about the sale of counts. Those about contributors are for whoever holds the state, and nobody else. */

/** The terms in force and how many sales there were; undefined where the consortium has not agreed on any. */
export function readSales(state: State): SalesRecord | undefined {
  return readAt(state, salesPath, decodeSales);
}

export function readSale(state: State, saleId: number): SaleRecord | undefined {
  return readAt(state, salePath(saleId), decodeSale);
}

/** What a contract gave and got; undefined so far as it contributed to nothing. */
export function readSource(state: State, contractId: string): SourceRecord | undefined {
  return readAt(state, sourcePath(contractId), decodeSource);
}

/** Orders that this custodian has not answered yet, oldest first. Walks over all sales. */
export function listUnanswered(state: State, custodian: Uint8Array): readonly SaleRecord[] {
  const open: SaleRecord[] = [];
  visitKind(state.tree, StateKind.sale, (leaf) => {
    const sale = decodeOwn(valueOf(state.tree.store, leaf), decodeSale);
    if (sale.answer === null && bytesEqual(sale.custodian, custodian)) open.push(sale);
    return true;
  });
  return open.sort((a, b) => a.saleId - b.saleId);
}

/**
 * How many contracts were debited for a sale and consent to it still: the exact count, which leaves the custodian's house with noise
 * only. Walks over all that ever contributed to anything.
 */
export function countContributors(state: State, saleId: number): number {
  const { store } = state.tree;
  let count = 0;
  visitKind(state.tree, StateKind.source, (leaf) => {
    if (!decodeOwn(valueOf(store, leaf), decodeSource).saleIds.includes(saleId)) return true;
    const contractId = identifierOfPath(pathAt(store, leaf));
    if (readAt(state, consentPath(contractId), decodeConsent)?.purposes.includes("counts") === true) count++;
    return true;
  });
  return count;
}

/** Whether the next block would let the sale's buyer have a number. */
export function mayAnswer(state: State, sale: SaleRecord): boolean {
  return judgeBuyer(
    executionAt(state, state.height + 1, state.timeS, () => false),
    sale,
  ).ok;
}

/** What may be told of all sales: nothing in it says how many contributed. */
export interface SalesSummary {
  readonly orders: number;
  /** Answered with a number. */
  readonly released: number;
  /** Answered without one. */
  readonly withheld: number;
  readonly paidMicro: bigint;
}

/** Walks over all sales. */
export function summariseSales(state: State): SalesSummary {
  const summary = { orders: 0, released: 0, withheld: 0, paidMicro: 0n };
  visitKind(state.tree, StateKind.sale, (leaf) => {
    const { answer, priceMicro } = decodeOwn(valueOf(state.tree.store, leaf), decodeSale);
    summary.orders++;
    summary.paidMicro += priceMicro;
    if (answer !== null && answer.count === null) summary.withheld++;
    else if (answer !== null) summary.released++;
    return true;
  });
  return summary;
}
