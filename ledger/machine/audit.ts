import { toHex } from "../../common/canonical";
import { fail, succeed, type Failure, type Result } from "../../common/result";
import { decodeLicence } from "./records/consortium-records";
import { auditRecords } from "./audit-records";
import { auditSales } from "./audit-sales";
import { decodeContract } from "./records/contract-record";
import { decodeInstruction } from "./records/instruction-record";
import { decodeAccount, decodeOutstanding, decodePool, decodeTotals, type TotalsRecord } from "./records/money-records";
import { decodeSource } from "./records/sale-records";
import type { State } from "./state";
import { identifierOfPath, StateKind, totalsPath } from "./state-paths";
import { pathAt, valueOf } from "./tree/node-store";
import { visitAll } from "./tree/tree";

/** Where all tokens are, added up leaf by leaf. */
export interface Holdings {
  readonly accountsMicro: bigint;
  readonly poolsMicro: bigint;
  readonly rewardEscrowsMicro: bigint;
  readonly depositsMicro: bigint;
  readonly walletsMicro: bigint;
  readonly bonusEscrowsMicro: bigint;
  /** What sales of counts paid to contracts. */
  readonly sharesMicro: bigint;
}

/**
 * Walks the whole state and proves that every micro-token minted is in exactly one place, that every instruction's
 * escrow covers what its open contracts can still earn, that officers answer for just these escrows, and that the totals
 * count what there is; and of what custodians keep, see `auditRecords`, of what was sold, `auditSales`. Shares the records'
 * forms with the rules, and nothing else.
 */
export function audit(state: State): Result<Holdings> {
  const tally = createTally();
  let fault: Failure | undefined;
  visitAll(state.tree, (leaf) => {
    const { store } = state.tree;
    const path = pathAt(store, leaf);
    const added = addLeaf(tally, path, valueOf(store, leaf));
    if (!added.ok) fault = added.error;
    return added.ok;
  });
  if (fault !== undefined) return { ok: false, error: fault };
  const records = auditRecords(state);
  if (!records.ok) return records;
  const sales = auditSales(state);
  return sales.ok ? judge(tally) : sales;
}

interface Tally {
  accounts: bigint;
  pools: bigint;
  rewardEscrows: bigint;
  deposits: bigint;
  wallets: bigint;
  bonusEscrows: bigint;
  shares: bigint;
  totals: TotalsRecord | undefined;
  readonly counted: Record<
    "active" | "fulfilled" | "defaulted" | "excused" | "left" | "passages" | "instructions",
    number
  >;
  /** What open contracts may still earn of each instruction. */
  readonly claims: Map<string, bigint>;
  readonly escrows: Map<string, bigint>;
  readonly released: Set<string>;
  /** Of each officer, what their instructions hold in escrow, less what is written down as outstanding. */
  readonly answered: Map<string, bigint>;
  /** Contracts that the licences count. */
  licensed: number;
  /** Instructions that paid, or may pay, beyond their budget. */
  readonly overspent: string[];
}

function createTally(): Tally {
  const counted = { active: 0, fulfilled: 0, defaulted: 0, excused: 0, left: 0, passages: 0, instructions: 0 };
  const sums = { accounts: 0n, pools: 0n, rewardEscrows: 0n, deposits: 0n, wallets: 0n, bonusEscrows: 0n, shares: 0n };
  return {
    ...sums,
    counted,
    totals: undefined,
    licensed: 0,
    claims: new Map(),
    escrows: new Map(),
    released: new Set(),
    answered: new Map(),
    overspent: [],
  };
}

function addLeaf(tally: Tally, path: string, value: Uint8Array): Result<void> {
  switch (path.charCodeAt(0)) {
    case StateKind.account:
      return then(decodeAccount(value), (account) => (tally.accounts += account.balanceMicro));
    case StateKind.pool:
      return then(decodePool(value), (pool) => (tally.pools += pool.balanceMicro));
    case StateKind.contract:
      return then(decodeContract(value), (contract) => {
        tally.counted[contract.state]++;
        tally.wallets += contract.settlement?.walletMicro ?? 0n;
        if (contract.state !== "active") return;
        tally.rewardEscrows += contract.terms.rewardMicro;
        tally.deposits += contract.terms.penaltyMicro;
        const destination = contract.terms.itinerary[contract.terms.itinerary.length - 1].terminal;
        for (const way of contract.terms.ways) {
          const untilS = Math.min(way.expiresAtS, way.deadlineS);
          let wanted = [...way.via, destination];
          for (const { terminal, timeS } of contract.passages) {
            if (timeS < untilS && terminal === wanted[0]) wanted = wanted.slice(1);
          }
          const arrived = wanted.length === 0;
          const key = `${way.instructionId} ${arrived ? "arrived" : "open"}`;
          tally.claims.set(key, (tally.claims.get(key) ?? 0n) + way.bonusMicro);
        }
      });
    case StateKind.instruction:
      return then(decodeInstruction(value), (instruction) => {
        tally.counted.instructions++;
        tally.bonusEscrows += instruction.escrowMicro;
        answerFor(tally, instruction.authority, instruction.escrowMicro);
        const id = identifierOfPath(path);
        tally.escrows.set(id, instruction.escrowMicro);
        if (instruction.released) tally.released.add(id);
        if (instruction.paidMicro + instruction.escrowMicro > instruction.budgetMicro) tally.overspent.push(id);
      });
    case StateKind.outstanding:
      return then(decodeOutstanding(value), ({ publicKey, outstandingMicro }) =>
        answerFor(tally, publicKey, -outstandingMicro),
      );
    case StateKind.source:
      return then(decodeSource(value), (source) => (tally.shares += source.earnedMicro));
    case StateKind.licence:
      return then(decodeLicence(value), (licence) => (tally.licensed += licence.contracts));
    case StateKind.passage:
      tally.counted.passages++;
      return succeed(undefined);
    case StateKind.system:
      if (path === totalsPath) return then(decodeTotals(value), (totals) => (tally.totals = totals));
      return succeed(undefined);
    default:
      return succeed(undefined);
  }
}

function answerFor({ answered }: Tally, officerKey: Uint8Array, micro: bigint): void {
  const key = toHex(officerKey);
  answered.set(key, (answered.get(key) ?? 0n) + micro);
}

function then<T>(decoded: Result<T>, use: (value: T) => unknown): Result<void> {
  if (!decoded.ok) return decoded;
  use(decoded.value);
  return succeed(undefined);
}

function judge(tally: Tally): Result<Holdings> {
  const { totals, counted } = tally;
  if (totals === undefined) return fail("the state has no totals");
  const escrows = tally.rewardEscrows + tally.deposits + tally.bonusEscrows;
  const held = tally.accounts + tally.pools + escrows + tally.wallets + tally.shares;
  if (held !== totals.supplyMicro) return fail(`${held} micro-tokens are held of ${totals.supplyMicro} minted`);
  if (totals.supplyMicro > totals.capMicro) return fail("more was minted than the cap allows");
  const contracts = counted.active + counted.fulfilled + counted.defaulted + counted.excused + counted.left;
  const counts: readonly (readonly [string, number, number])[] = [
    ["contracts", contracts, totals.contracts],
    ["licensed contracts", tally.licensed, totals.contracts],
    ["fulfilled", counted.fulfilled, totals.fulfilled],
    ["defaulted", counted.defaulted, totals.defaulted],
    ["excused", counted.excused, totals.excused],
    ["left", counted.left, totals.left],
    ["passages", counted.passages, totals.passages],
    ["instructions", counted.instructions, totals.instructions],
  ];
  for (const [what, found, stated] of counts) {
    if (found !== stated) return fail(`${found} ${what} are in the state, ${stated} in the totals`);
  }
  if (tally.overspent.length > 0) return fail(`instruction ${tally.overspent[0]} exceeds its budget`);
  for (const [id, escrow] of tally.escrows) {
    const arrived = tally.claims.get(`${id} arrived`) ?? 0n;
    const open = tally.claims.get(`${id} open`) ?? 0n;
    const owed = tally.released.has(id) ? arrived : arrived + open;
    if (owed !== escrow) return fail(`instruction ${id} has ${escrow} in escrow for claims of ${owed}`);
  }
  for (const [key, difference] of tally.answered) {
    if (difference !== 0n)
      return fail(`officer ${key} answers for ${difference} micro-tokens more than is written down`);
  }
  return succeed({
    accountsMicro: tally.accounts,
    poolsMicro: tally.pools,
    rewardEscrowsMicro: tally.rewardEscrows,
    depositsMicro: tally.deposits,
    walletsMicro: tally.wallets,
    bonusEscrowsMicro: tally.bonusEscrows,
    sharesMicro: tally.shares,
  });
}
