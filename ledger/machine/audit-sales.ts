import { fail, succeed, type Result } from "../../common/result";
import { decodeSale, decodeSales, decodeSaleShares, decodeSource, type SaleRecord } from "./records/sale-records";
import type { State } from "./state";
import { contractPath, credentialPath, identifierOfPath, saleSharesPath, salesPath, StateKind } from "./state-paths";
import { pathAt, valueOf } from "./tree/node-store";
import { countOfKind, lookUp, visitKind } from "./tree/tree";

/** A sale with what the state says that became of its price. */
interface Sold {
  readonly sale: SaleRecord;
  readonly contributors: number;
  readonly partMicro: bigint;
  /** Contracts that name the sale. */
  named: number;
}

/**
 * Proves of the sale of counts that no contract gave more than the budget that was in force, that each got the parts of the sales it
 * gave to and nothing else, that parts and remainder are the price, and that no count of too few was released. As `audit`
 * does, from the leaves.
 */
export function auditSales(state: State): Result<void> {
  const sales: Sold[] = [];
  let fault: Result<void> = succeed(undefined);
  visitKind(state.tree, StateKind.sale, (leaf) => {
    const sold = readSold(state, valueOf(state.tree.store, leaf));
    if (sold.ok) sales.push(sold.value);
    else fault = sold;
    return sold.ok;
  });
  if (!fault.ok) return fault;
  sales.sort((a, b) => a.sale.saleId - b.sale.saleId);
  const numbered = judgeNumbers(state, sales);
  if (!numbered.ok) return numbered;
  visitKind(state.tree, StateKind.source, (leaf) => {
    const { store } = state.tree;
    const contractId = identifierOfPath(pathAt(store, leaf));
    fault = judgeSource(state, contractId, valueOf(store, leaf), sales);
    return fault.ok;
  });
  if (!fault.ok) return fault;
  const wrong = sales.find(({ named, contributors }) => named !== contributors);
  return wrong === undefined
    ? succeed(undefined)
    : fail(`${wrong.named} contracts name sale ${wrong.sale.saleId}, which counts ${wrong.contributors}`);
}

function readSold(state: State, value: Uint8Array): Result<Sold> {
  const decoded = decodeSale(value);
  if (!decoded.ok) return decoded;
  const sale = decoded.value;
  const { saleId, buyer, priceMicro, answer, countMin, untilS, orderedAtS } = sale;
  const bytes = lookUp(state.tree, saleSharesPath(saleId));
  if (bytes === undefined) return fail(`sale ${saleId} was shared out to nobody`);
  const shares = decodeSaleShares(bytes);
  if (!shares.ok) return shares;
  const { contributors, partMicro, remainderMicro } = shares.value;
  if (partMicro * BigInt(contributors) + remainderMicro !== priceMicro) {
    return fail(`the parts of sale ${saleId} are not its price`);
  }
  // All parts are equal, and as large as they can be.
  if (contributors > 0 && remainderMicro >= BigInt(contributors)) return fail(`sale ${saleId} kept too much back`);
  if (untilS > orderedAtS) return fail(`sale ${saleId} asks about what was to come`);
  if (lookUp(state.tree, credentialPath(buyer)) === undefined) return fail(`sale ${saleId} is a stranger's`);
  const released = answer?.count ?? null;
  if (released !== null && Math.min(released, contributors) < countMin) {
    return fail(`sale ${saleId} released a count of fewer than ${countMin}`);
  }
  return succeed({ sale, contributors, partMicro, named: 0 });
}

function judgeNumbers(state: State, sales: readonly Sold[]): Result<void> {
  const bytes = lookUp(state.tree, salesPath);
  const decoded = bytes === undefined ? succeed(undefined) : decodeSales(bytes);
  if (!decoded.ok) return decoded;
  const stated = decoded.value?.sales ?? 0;
  const shared = countOfKind(state.tree, StateKind.saleShares);
  const inOrder = sales.every(({ sale }, number) => sale.saleId === number);
  return inOrder && sales.length === stated && shared === stated
    ? succeed(undefined)
    : fail(`${sales.length} sales and ${shared} shares are in the state, ${stated} were counted`);
}

function judgeSource(state: State, contractId: string, value: Uint8Array, sales: readonly Sold[]): Result<void> {
  const decoded = decodeSource(value);
  if (!decoded.ok) return decoded;
  if (lookUp(state.tree, contractPath(contractId)) === undefined) return fail(`source ${contractId} is of no contract`);
  let spentMicro = 0;
  let earnedMicro = 0n;
  for (const saleId of decoded.value.saleIds) {
    const sold = sales[saleId];
    if (sold === undefined) return fail(`source ${contractId} names sale ${saleId}, which is none`);
    sold.named++;
    spentMicro += sold.sale.epsilonMicro;
    earnedMicro += sold.partMicro;
    if (spentMicro > sold.sale.budgetMicro) return fail(`source ${contractId} gave more than its privacy budget`);
  }
  if (spentMicro !== decoded.value.spentMicro) return fail(`source ${contractId} did not spend what its sales debited`);
  return earnedMicro === decoded.value.earnedMicro
    ? succeed(undefined)
    : fail(`source ${contractId} did not earn what its sales paid`);
}
