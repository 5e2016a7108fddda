import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { readSeat } from "../../ledger/machine/personal-readers";
import { readBalance, readCredential } from "../../ledger/machine/readers";
import { decodeSale } from "../../ledger/machine/records/sale-records";
import { listUnanswered, readSale, readSales } from "../../ledger/machine/sale-readers";
import { salePath } from "../../ledger/machine/state-paths";
import { encodeProof } from "../../ledger/machine/tree/proof";
import { bytesOfPath } from "../../ledger/machine/tree/path";
import { rewardPoolId } from "../../ledger/solo/consortium";
import type { OrderCountsPayload } from "../../ledger/machine/transactions/sale-payloads";
import type { Solo } from "../../ledger/solo/solo";
import { answerCount } from "../../ledger/vault/count-answer";
import type { ChainWriter } from "./chain-writer";
import { carryOut } from "./contract-setup";
import type { CountOrder, CountReport, SaleAgreement, SalesOfCounts } from "./session-interface";
import type { SessionMembers } from "./session-members";
import { microNumberOf } from "./session-reports";
import { blockSecondsOf, sessionSecondsOf, type SessionClock } from "./session-time";
import type { VerifiedReader } from "./verified-reader";

interface Desk {
  readonly solo: Solo;
  readonly clock: SessionClock;
  readonly members: SessionMembers;
  readonly writer: ChainWriter;
  readonly reader: VerifiedReader;
}

/**
 * The desk of the sale of counts. A number leaves it only as the chain has it, in the sale's record and by its proof: so an order
 * has one answer for good, and noise that is drawn for it again, after a run that ended too early, hides as well as before.
 */
export function createSaleDesk(desk: Desk): SalesOfCounts {
  return {
    agree: (agreement, timeS) => agree(desk, agreement, timeS),
    order: (order, timeS) => sell(desk, order, timeS),
    answer: async (saleId, timeS) => {
      const answered = await answerAll(desk, timeS);
      return answered.ok ? report(desk, saleId) : answered;
    },
  };
}

function agree({ members, writer }: Desk, agreement: SaleAgreement, timeS: number): Promise<Result<void>> {
  const priceMinMicro = BigInt(agreement.priceMinMicro);
  const terms = { ...agreement, priceMinMicro, remainderPoolId: rewardPoolId };
  const payload = { kind: "govern", decision: { kind: "setSaleTerms", terms } } as const;
  return carryOut(writer, [members.signed("validator", payload)], timeS);
}

async function sell(desk: Desk, order: CountOrder, timeS: number): Promise<Result<CountReport>> {
  const { solo, clock, members, writer } = desk;
  // Left by a run that ended between an order and its answer.
  const before = await answerAll(desk, timeS);
  if (!before.ok) return before;
  const ready = await carryOut(writer, readyBuyer(desk, order), timeS);
  if (!ready.ok) return ready;
  const saleId = readSales(solo.state)?.sales ?? 0;
  const payload: OrderCountsPayload = {
    ...{ kind: "orderCounts", custodian: members.custodianKey, question: order.question },
    ...{ fromS: blockSecondsOf(clock, order.fromS), untilS: blockSecondsOf(clock, order.untilS) },
    ...{ epsilonMicro: order.epsilonMicro, priceMicro: BigInt(order.priceMicro) },
  };
  const ordered = await carryOut(writer, [members.signed("dataBuyer", payload)], timeS);
  if (!ordered.ok) return ordered;
  const answered = await answerAll(desk, timeS);
  return answered.ok ? report(desk, saleId) : answered;
}

/** Enrols the buyer and notes its seat, and has tokens minted for what it pays in outside of the chain: what is missing of it. */
function readyBuyer({ solo, members }: Desk, { seat, priceMicro }: CountOrder): readonly Uint8Array[] {
  const publicKey = members.buyerKey;
  const transactions: Uint8Array[] = [];
  if (readCredential(solo.state, publicKey) === undefined) {
    const grant = { role: "dataBuyer" } as const;
    transactions.push(members.signed("certificateAuthority", { kind: "enrol", publicKey, grant, validUntilS: 0 }));
  }
  if (readSeat(solo.state, publicKey)?.territory !== seat) {
    transactions.push(members.signed("certificateAuthority", { kind: "setSeat", publicKey, territory: seat }));
  }
  const amountMicro = BigInt(priceMicro) - readBalance(solo.state, publicKey);
  if (amountMicro > 0n) {
    const destination = { kind: "account", publicKey } as const;
    transactions.push(members.signed("treasury", { kind: "mint", amountMicro }));
    transactions.push(members.signed("treasury", { kind: "fund", destination, amountMicro }));
  }
  return transactions;
}

/** The custodian answers what it was asked and has not answered yet. */
function answerAll({ solo, members, writer }: Desk, timeS: number): Promise<Result<void>> {
  const { state } = solo;
  const answers = listUnanswered(state, members.custodianKey).map((sale) => {
    const { saleId } = sale;
    return members.signed("custodian", { kind: "releaseCounts", saleId, count: answerCount(state, sale) });
  });
  return carryOut(writer, answers, timeS);
}

/** The sale as its buyer gets it, its proof checked. */
function report({ solo, clock, reader }: Desk, saleId: number): Result<CountReport> {
  if (readSale(solo.state, saleId) === undefined) return fail("there is no such sale", `saleId ${saleId}`);
  const path = salePath(saleId);
  const read = reader.read(path, decodeSale);
  if (!read.ok) return read;
  const height = reader.height();
  const proved = solo.query(path, height - 1);
  const sale = read.value;
  if (sale === null || proved === undefined || proved.value === null || sale.answer === null) {
    return fail("the answer is not proved yet", `saleId ${saleId}`);
  }
  const { question, fromS, untilS, epsilonMicro, priceMicro, territory, answer } = sale;
  return succeed({
    ...{ saleId, count: answer.count, question, epsilonMicro, territory, priceMicro: microNumberOf(priceMicro) },
    ...{ fromS: sessionSecondsOf(clock, fromS), untilS: sessionSecondsOf(clock, untilS) },
    proof: {
      ...{ height, path: toHex(bytesOfPath(path)), value: toHex(proved.value) },
      siblings: toHex(encodeProof(proved.proof)),
    },
  });
}
