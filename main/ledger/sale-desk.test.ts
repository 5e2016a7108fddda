import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/verification/ledger-vault";
import { readBalance, readCredential } from "../../ledger/machine/readers";
import { listUnanswered } from "../../ledger/machine/sale-readers";
import type { Payload } from "../../ledger/machine/transactions/payload";
import { consortiumGenesis, signAsMember } from "../../ledger/solo/consortium";
import { memberKey, type SimulatedRole } from "../../ledger/solo/members";
import { blockIntervalMinNanos, openSolo } from "../../ledger/solo/solo";
import { addNanos } from "../../ledger/wire/timestamp";
import { challengeDefaultS } from "./session-interface";
import { openSessionLedger, type CountOrder, type SessionLedger, type SessionLedgerOptions } from "./session-ledger";

const memberSeed = new Uint8Array(32).fill(5);
const terminalNames = ["T-1", "T-2", "T-3"];
const dayS = Date.UTC(2026, 2, 2) / 1000;
const startS = 6 * 3600;
const nineS = 9 * 3600;
const order: CountOrder = {
  ...{ seat: "FR-IDF", question: { kind: "link", terminal: 1 }, fromS: nineS - 3600, untilS: nineS },
  ...{ epsilonMicro: 1_000_000, priceMicro: 5_000 },
};

function optionsIn(directory: string): SessionLedgerOptions {
  return {
    ...{ directory, chainId: "sale-desk-1", date: "2026-03-02", startS, memberSeed, terminalNames },
    ...{ clause: "We note which terminals you pass.", rewardPoolMicro: 1_000_000, bonusPoolMicro: 1_000_000 },
  };
}

async function opened(directory: string): Promise<SessionLedger> {
  const ledger = await openSessionLedger(optionsIn(directory));
  if (!ledger.ok) throw new Error(ledger.error.message);
  return ledger.value;
}

/** Puts an order on the chain, which began as a session's does, as a run does that ends before the custodian answers. */
async function orderAndEnd(directory: string): Promise<number> {
  const { chainId, clause } = optionsIn(directory);
  const solo = openSolo({
    storage: { kind: "directory", path: join(directory, "chain") },
    genesis: consortiumGenesis({
      ...{ chainId, seed: memberSeed, timeS: dayS + startS, terminalCount: terminalNames.length, clause },
      ...{ capMicro: BigInt(Number.MAX_SAFE_INTEGER), challengeS: challengeDefaultS },
      ...{ rewardMaxMicro: 1_000_000_000n, penaltyMaxMicro: 1_000_000_000n },
    }),
    validatorKey: memberKey(memberSeed, "validator", 0),
  });
  if (!solo.ok) throw new Error(solo.error.message);
  const chain = solo.value;
  const send = (role: SimulatedRole, payload: Payload) => {
    const key = memberKey(memberSeed, role, 0);
    const nonce = readCredential(chain.state, key.publicKey)?.nonce ?? 0;
    expect(chain.submit(signAsMember(chainId, key, nonce, payload))).toMatchObject({ ok: true });
    expect(chain.commitBlock(addNanos(chain.time, blockIntervalMinNanos))).toMatchObject({ ok: true });
  };
  const { publicKey } = memberKey(memberSeed, "dataBuyer", 0);
  const custodian = memberKey(memberSeed, "custodian", 0).publicKey;
  send("treasury", { kind: "mint", amountMicro: 5_000n });
  send("treasury", { kind: "fund", destination: { kind: "account", publicKey }, amountMicro: 5_000n });
  expect(readBalance(chain.state, publicKey)).toBe(5_000n);
  const { question, epsilonMicro } = order;
  const { seconds } = chain.time;
  const asked = { question, fromS: seconds - 3600, untilS: seconds - 60, epsilonMicro, priceMicro: 5_000n };
  send("dataBuyer", { kind: "orderCounts", custodian, ...asked });
  const open = listUnanswered(chain.state, custodian).length;
  await chain.close();
  return open;
}

it("an order that an earlier run left open is answered before anything else, and its answer stays", async () => {
  const directory = temporaryFolder();
  const first = await opened(directory);
  const agreement = { territory: "FR-IDF", countMin: 2, budgetMicro: 1_000_000, epsilonMinMicro: 100_000 };
  expect(await first.sales?.agree({ ...agreement, priceMinMicro: 1 }, nineS)).toMatchObject({ ok: true });
  expect(await first.sales?.order(order, nineS + 10)).toMatchObject({ ok: true, value: { saleId: 0, count: null } });
  await first.close();
  expect(await orderAndEnd(directory)).toBe(1);
  const later = await opened(directory);
  expect(await later.sales?.answer(1, nineS + 60)).toMatchObject({ ok: true, value: { saleId: 1, count: null } });
  expect(await later.sales?.answer(1, nineS + 70)).toMatchObject({ ok: true, value: { saleId: 1, count: null } });
  expect(await later.sales?.order(order, nineS + 80)).toMatchObject({ ok: true, value: { saleId: 2 } });
  expect(await later.sales?.answer(3, nineS + 90)).toMatchObject({ ok: false });
  await later.close();
});
