import {
  amountMax,
  bytesEqual,
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readWhole,
  writeWhole,
} from "../../../common/canonical";
import type { Result } from "../../../common/result";
import { isTerritory, liesWithin } from "../../contracts/consent";
import { contributesTo, terminalsOf } from "../../contracts/counts";
import {
  addToPool,
  balanceOf,
  noData,
  readPool,
  requireRole,
  setBalance,
  treeToWalk,
  type Execution,
  type Rule,
} from "../execution";
import { contributorsMax, countWindowMaxS, epsilonBudgetMaxMicro, salesPerContractMax } from "../limits";
import { decodeOwn, readRecord, readValue, writeValue } from "../overlay";
import { decodeContract, isActive, mayHavePassed } from "../records/contract-record";
import { decodeSeat } from "../records/personal-records";
import {
  decodeSale,
  decodeSales,
  decodeSaleShares,
  decodeSource,
  encodeSale,
  encodeSales,
  encodeSaleShares,
  encodeSource,
  type SaleRecord,
  type SalesRecord,
  type SaleTerms,
  type SourceRecord,
} from "../records/sale-records";
import { refuse, type Ruling } from "../refusals";
import {
  identifierOfPath,
  salePath,
  saleSharesPath,
  salesPath,
  seatPath,
  sourcePath,
  StateKind,
  terminalPath,
} from "../state-paths";
import type { OrderCountsPayload, ReleaseCountsPayload } from "../transactions/sale-payloads";
import type { DecodedTransaction } from "../transactions/transaction";
import { pathAt, valueOf } from "../tree/node-store";
import { visitKind } from "../tree/tree";
import { readConsent } from "./consent-rules";

/** The consortium agrees on the sale of counts, or on other terms for it. Sales that were made keep theirs. */
export function setSaleTerms(execution: Execution, terms: SaleTerms): Ruling<Uint8Array> {
  const flaw = flawOfSaleTerms(terms);
  if (flaw !== null) return refuse("parameter-out-of-range", flaw);
  if (!isTerritory(terms.territory)) return refuse("territory-malformed");
  if (readPool(execution, terms.remainderPoolId)?.purpose !== "rewards") return refuse("destination-unknown");
  const { sales, lastHeight } = readSales(execution) ?? { sales: 0, lastHeight: 0 };
  writeValue(execution.overlay, salesPath, encodeSales({ terms, sales, lastHeight }));
  return { ok: true, value: noData };
}

/** The field that is out of range, or null. */
function flawOfSaleTerms({ countMin, budgetMicro, epsilonMinMicro, priceMinMicro }: SaleTerms): string | null {
  if (countMin < 2 || countMin > contributorsMax) return "countMin";
  if (budgetMicro < 1 || budgetMicro > epsilonBudgetMaxMicro) return "budgetMicro";
  if (epsilonMinMicro > budgetMicro || epsilonMinMicro * salesPerContractMax < budgetMicro) return "epsilonMinMicro";
  return priceMinMicro < 1n || priceMinMicro > amountMax ? "priceMinMicro" : null;
}

function readSales(execution: Execution): SalesRecord | undefined {
  return readRecord(execution.overlay, salesPath, decodeSales);
}

/**
 * Sells a count. Which contracts contribute is found in the state; each of them is debited the order's epsilon and gets an equal
 * part of the price, whatever the answer will be: neither the result nor the buyer's balance depends on how many they are, so that
 * a buyer learns nothing but the answer, which has its noise.
 * @see Ebadi, Sands, Schneider 2015, "Differential Privacy: Now it's Getting Personal", POPL: who has spent a budget of one's own is
 * left out from then on
 */
export const orderCounts: Rule<OrderCountsPayload> = (execution, payload, transaction) => {
  const judged = judgeOrderCounts(execution, payload, transaction);
  if (!judged.ok) return judged;
  const { buyer, sales } = judged.value;
  const { terms, sales: saleId } = sales;
  const contributors = findContributors(execution, payload, terms.budgetMicro);
  const { overlay } = execution;
  const { question, fromS, untilS, epsilonMicro, priceMicro, custodian } = payload;
  const partMicro = contributors.length === 0 ? 0n : priceMicro / BigInt(contributors.length);
  const remainderMicro = priceMicro - partMicro * BigInt(contributors.length);
  for (const { contractId, source } of contributors) {
    const spentMicro = source.spentMicro + epsilonMicro;
    const earnedMicro = source.earnedMicro + partMicro;
    const saleIds = [...source.saleIds, saleId];
    writeValue(overlay, sourcePath(contractId), encodeSource({ spentMicro, earnedMicro, saleIds }));
  }
  setBalance(execution, buyer, balanceOf(execution, buyer) - priceMicro);
  addToPool(execution, terms.remainderPoolId, remainderMicro);
  const { territory, countMin, budgetMicro } = terms;
  writeValue(
    overlay,
    salePath(saleId),
    encodeSale({
      ...{ saleId, buyer, custodian, question, fromS, untilS, epsilonMicro, priceMicro },
      ...{ territory, countMin, budgetMicro, orderedAtS: execution.nowS, answer: null },
    }),
  );
  const shares = { saleId, contributors: contributors.length, partMicro, remainderMicro };
  writeValue(overlay, saleSharesPath(saleId), encodeSaleShares(shares));
  writeValue(overlay, salesPath, encodeSales({ terms, sales: saleId + 1, lastHeight: execution.height }));
  return { ok: true, value: encodeSaleId(saleId) };
};

interface JudgedOrder {
  readonly buyer: Uint8Array;
  readonly sales: SalesRecord;
}

/** Everything that can refuse an order before contributors are looked for. Changes nothing. */
export function judgeOrderCounts(
  execution: Execution,
  payload: OrderCountsPayload,
  { sender }: DecodedTransaction,
): Ruling<JudgedOrder> {
  const grant = requireRole(execution, sender, "dataBuyer");
  if (!grant.ok) return grant;
  if (sender === null) return refuse("sender-unknown");
  const sales = readSales(execution);
  if (sales === undefined) return refuse("sales-not-agreed");
  const { terms, lastHeight } = sales;
  const seated = judgeSeat(execution, sender, terms.territory);
  if (!seated.ok) return seated;
  if (!requireRole(execution, payload.custodian, "custodian").ok) return refuse("custodian-unknown");
  const { question, fromS, untilS, epsilonMicro, priceMicro } = payload;
  const unknown = terminalsOf(question).find(
    (terminal) => readValue(execution.overlay, terminalPath(terminal)) === undefined,
  );
  if (unknown !== undefined) return refuse("terminal-unknown", `terminal ${unknown}`);
  if (question.kind === "originDestination" && question.origin === question.destination) {
    return refuse("question-of-one-terminal");
  }
  if (fromS >= untilS || untilS - fromS > countWindowMaxS || untilS > execution.nowS) {
    return refuse("count-window-out-of-range");
  }
  if (epsilonMicro < terms.epsilonMinMicro || epsilonMicro > terms.budgetMicro) return refuse("epsilon-out-of-range");
  if (priceMicro < terms.priceMinMicro) return refuse("price-too-low");
  if (balanceOf(execution, sender) < priceMicro) return refuse("balance-too-low");
  if (lastHeight === execution.height) return refuse("sales-too-many");
  return { ok: true, value: { buyer: sender, sales } };
}

/** Data stay under the law of where they were produced. */
function judgeSeat(execution: Execution, buyer: Uint8Array, territory: string): Ruling<undefined> {
  const seat = readRecord(execution.overlay, seatPath(buyer), decodeSeat);
  if (seat === undefined) return refuse("buyer-without-seat");
  return liesWithin(seat.territory, territory)
    ? { ok: true, value: undefined }
    : refuse("outside-territory", `${seat.territory} is not in ${territory}`);
}

interface Contributor {
  readonly contractId: string;
  readonly source: SourceRecord;
}

const newSource: SourceRecord = { spentMicro: 0, earnedMicro: 0n, saleIds: [] };

/**
 * The contracts that contribute, in the order of their ids: settled, so that nothing is added to them any more; passed as the
 * question asks; consenting to it at this very place in the block; with enough left of their budget. None when they would be more
 * than `contributorsMax`: the order stands and is paid, since a refusal would let one block walk over all contracts many times.
 */
function findContributors(
  execution: Execution,
  { question, fromS, untilS, epsilonMicro }: OrderCountsPayload,
  budgetMicro: number,
): readonly Contributor[] {
  const tree = treeToWalk(execution);
  const { store } = tree;
  const [terminal] = terminalsOf(question);
  const contributors: Contributor[] = [];
  visitKind(tree, StateKind.contract, (leaf) => {
    const bytes = valueOf(store, leaf);
    if (isActive(bytes) || !mayHavePassed(bytes, terminal)) return true;
    if (!contributesTo(question, { fromS, untilS }, decodeOwn(bytes, decodeContract).passages)) return true;
    const contractId = identifierOfPath(pathAt(store, leaf));
    if (!readConsent(execution, contractId).purposes.includes("counts")) return true;
    const source = readRecord(execution.overlay, sourcePath(contractId), decodeSource) ?? newSource;
    if (source.spentMicro + epsilonMicro > budgetMicro || source.saleIds.length >= salesPerContractMax) return true;
    return contributors.push({ contractId, source }) <= contributorsMax;
  });
  return contributors.length > contributorsMax ? [] : contributors;
}

/** The custodian's answer, once. A count of too few is refused, whatever noise it has; so is one for a buyer who has left since. */
export const releaseCounts: Rule<ReleaseCountsPayload> = (execution, { saleId, count }, { sender }) => {
  const custodian = requireRole(execution, sender, "custodian");
  if (!custodian.ok) return custodian;
  const path = salePath(saleId);
  const sale = readRecord(execution.overlay, path, decodeSale);
  const shares = readRecord(execution.overlay, saleSharesPath(saleId), decodeSaleShares);
  if (sale === undefined || shares === undefined) return refuse("sale-unknown");
  if (sender === null || !bytesEqual(sale.custodian, sender)) return refuse("sale-of-others");
  if (sale.answer !== null) return refuse("sale-answered");
  if (count !== null) {
    if (shares.contributors < sale.countMin || count < sale.countMin) return refuse("count-below-threshold");
    const judged = judgeBuyer(execution, sale);
    if (!judged.ok) return judged;
  }
  writeValue(execution.overlay, path, encodeSale({ ...sale, answer: { answeredAtS: execution.nowS, count } }));
  return { ok: true, value: noData };
};

/** Whether a sale's buyer may be given a number at this place in the block. */
export function judgeBuyer(execution: Execution, { buyer, territory }: SaleRecord): Ruling<undefined> {
  if (!requireRole(execution, buyer, "dataBuyer").ok) return refuse("buyer-unknown");
  return judgeSeat(execution, buyer, territory);
}

function encodeSaleId(saleId: number): Uint8Array {
  const writer = createWriter(8);
  writeWhole(writer, saleId);
  return finishWriting(writer);
}

/** Reads the data of an `orderCounts` transaction's result. */
export function decodeSaleId(bytes: Uint8Array): Result<number> {
  const reader = createReader(bytes);
  return finishReading(reader, readWhole(reader));
}
