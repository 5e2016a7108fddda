import { describe, expect, it } from "vitest";
import { fc } from "../support/properties";
import { readBalance, readContract, readPoolBalance, readTotals } from "../../ledger/machine/readers";
import type { InstructedAction } from "../../ledger/contracts/instruction";
import { instructionIdOf } from "../../ledger/machine/state-paths";
import type { Payload } from "../../ledger/machine/transactions/payload";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import { bonusPoolId, rewardPoolId, signAsMember } from "../../ledger/solo/consortium";
import {
  avoidPayload,
  chainId,
  challengeS,
  commit,
  contractOf,
  fundedChain,
  keyOf,
  offersTransaction,
  officer,
  passageTransaction,
  settleTransaction,
  signed,
  termsOf,
  type TestChain,
} from "./ledger-chain";

/**
 * A simulated day of valid and invalid transactions, judged by a model written apart from the rules: it keeps plain
 * numbers, and says of each transaction whether it is carried out and of each purse what is in it.
 */
interface Model {
  treasury: bigint;
  custody: bigint;
  rewards: bigint;
  bonuses: bigint;
  minted: bigint;
  readonly contracts: Map<number, ModelContract>;
  readonly instructions: ModelInstruction[];
  readonly spent: Set<string>;
}
interface ModelContract {
  readonly startS: number;
  readonly rewardMicro: bigint;
  readonly penaltyMicro: bigint;
  readonly orders: ModelOrder[];
  readonly seen: { terminal: number; timeS: number }[];
  wallet: bigint | null;
}
interface ModelInstruction {
  readonly asks: Asks;
  readonly terminal: number;
  readonly fromS: number;
  untilS: number;
  expiresAtS: number;
  bonus: bigint;
  budget: bigint;
  paid: bigint;
  escrow: bigint;
  withdrawn: boolean;
}
/** What one contract holds of an instruction: amended ones reach only those who can still follow them. */
interface ModelOrder {
  readonly row: number;
  readonly untilS: number;
  readonly expiresAtS: number;
  readonly bonus: bigint;
}
type Asks =
  | { readonly what: "avoid" }
  | { readonly what: "via"; readonly terminals: readonly number[] }
  | { readonly what: "later" | "earlier"; readonly byS: number }
  | { readonly what: "hold"; readonly untilS: number };

type Action =
  | { readonly kind: "mint"; readonly amount: number; readonly byCustodian: boolean }
  | { readonly kind: "fund"; readonly to: "rewards" | "bonuses" | "custody"; readonly amount: number }
  | {
      readonly kind: "offer";
      readonly holder: number;
      readonly reward: number;
      readonly penalty: number;
      readonly consents: boolean;
    }
  | { readonly kind: "pass"; readonly holder: number; readonly terminal: number; readonly agoS: number }
  | {
      readonly kind: "instruct";
      readonly asks: Asks["what"];
      readonly byS: number;
      /** In order. */
      readonly via: readonly number[];
      readonly terminal: number;
      readonly windowS: number;
      readonly lastsS: number;
      readonly bonus: number;
      readonly budget: number;
      readonly byTreasury: boolean;
    }
  | {
      readonly kind: "amend";
      readonly back: number;
      readonly longerS: number;
      readonly more: number;
      readonly budget: number;
    }
  | { readonly kind: "withdraw"; readonly back: number }
  | { readonly kind: "settle"; readonly holders: readonly number[] }
  /** Passes the terminal that the itinerary has for this time. */
  | { readonly kind: "drive"; readonly holder: number }
  | { readonly kind: "replay"; readonly back: number }
  | { readonly kind: "forge"; readonly at: number };

const holderCount = 5;
const holder = fc.nat(holderCount - 1);
const amount = fc.nat(3_000_000);
const terminal = fc.integer({ min: 1, max: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mint" as const), amount, byCustodian: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fund" as const),
      to: fc.constantFrom("rewards" as const, "bonuses" as const, "custody" as const),
      amount,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("offer" as const),
      holder,
      reward: fc.integer({ min: 0, max: 5_500_000 }),
      penalty: fc.integer({ min: 0, max: 2_200_000 }),
      consents: fc.boolean(),
    }),
  },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant("drive" as const), holder }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      holder,
      terminal,
      agoS: fc.integer({ min: -20, max: 150 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("instruct" as const),
      asks: fc.constantFrom("avoid", "avoid", "via", "later", "earlier", "hold"),
      byS: fc.integer({ min: 0, max: 900 }),
      via: fc.array(terminal, { minLength: 1, maxLength: 3 }),
      terminal,
      windowS: fc.integer({ min: -600, max: 1200 }),
      lastsS: fc.integer({ min: 1, max: 3000 }),
      bonus: fc.nat(2_000_000),
      budget: fc.nat(12_000_000),
      byTreasury: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("amend" as const),
      back: fc.integer({ min: 1, max: 3 }),
      longerS: fc.integer({ min: -100, max: 900 }),
      more: fc.integer({ min: -10, max: 300_000 }),
      budget: fc.integer({ min: 4_000_000, max: 14_000_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("withdraw" as const), back: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), holders: fc.uniqueArray(holder, { minLength: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replay" as const), back: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forge" as const), at: fc.nat() }) },
);
const day = fc.array(
  fc.record({ afterS: fc.integer({ min: 1, max: 500 }), actions: fc.array(action, { maxLength: 8 }) }),
  { minLength: 15, maxLength: 30 },
);

/** After everything: all that is left is settled. */
const evening = {
  afterS: 4000,
  actions: Array.from({ length: holderCount }, (_, row): Action => ({ kind: "settle", holders: [row] })),
};

function driveOf(model: Model, row: number, nowS: number): Action {
  const elapsedS = nowS - (model.contracts.get(row)?.startS ?? nowS);
  return { kind: "pass", holder: row, terminal: Math.min(3, 1 + Math.floor(elapsedS / 600)), agoS: 0 };
}

/** Whether a transaction is carried out at `nowS`, by the model; changes the model accordingly. */
function predict(model: Model, act: Action, nowS: number): boolean {
  switch (act.kind) {
    case "mint":
      if (act.byCustodian || act.amount === 0) return false;
      model.minted += BigInt(act.amount);
      model.treasury += BigInt(act.amount);
      return true;
    case "fund": {
      const paid = BigInt(act.amount);
      if (paid === 0n || paid > model.treasury) return false;
      model.treasury -= paid;
      model[act.to] += paid;
      return true;
    }
    case "offer":
      return predictOffer(model, act, nowS);
    case "pass":
      return predictPassage(model, act, nowS);
    case "instruct":
      return predictInstruction(model, act, nowS);
    case "amend":
      return predictAmendment(model, act, nowS);
    case "withdraw":
      return predictWithdrawal(model, act, nowS);
    case "settle": {
      const due = act.holders.filter((row) => isDue(model, row, nowS));
      if (due.length === 0 || 2 * due.length < act.holders.length) return false;
      for (const row of due) predictSettlement(model, row);
      return true;
    }
    case "drive":
    case "replay":
    case "forge":
      throw new Error("made into others before");
  }
}

function predictOffer(model: Model, act: Extract<Action, { kind: "offer" }>, nowS: number): boolean {
  const [reward, penalty] = [BigInt(act.reward), BigInt(act.penalty)];
  if (!act.consents || model.contracts.has(act.holder) || reward === 0n) return false;
  if (reward > 5_000_000n || penalty > 2_000_000n || reward > model.rewards || penalty > model.custody) return false;
  model.rewards -= reward;
  model.custody -= penalty;
  model.contracts.set(act.holder, {
    ...{ startS: nowS, rewardMicro: reward, penaltyMicro: penalty },
    ...{ orders: [] as ModelOrder[], seen: [], wallet: null },
  });
  return true;
}

function predictPassage(model: Model, act: Extract<Action, { kind: "pass" }>, nowS: number): boolean {
  const timeS = nowS - act.agoS;
  const contract = model.contracts.get(act.holder);
  const challenge = `${act.holder} ${act.terminal} ${timeS}`;
  if (act.agoS > challengeS || act.agoS < -10 || model.spent.has(challenge) || contract === undefined) return false;
  if (contract.wallet !== null || timeS < beginOf(model, contract) || timeS >= endOf(model, contract)) return false;
  if (contract.seen.length === 32) return false;
  model.spent.add(challenge);
  contract.seen.push({ terminal: act.terminal, timeS });
  return true;
}

/** Leaving earlier moves the first window of ten minutes, and with it the contract's begin. */
function beginOf(model: Model, contract: ModelContract): number {
  const earlier = contract.orders.map(({ row }) => model.instructions[row].asks);
  return (
    contract.startS -
    Math.max(0, ...earlier.map((asks) => (asks.what === "earlier" ? Math.min(asks.byS, contract.startS + 600) : 0)))
  );
}

/** Leaving later moves the deadline, by as much. */
function deadlineOf(model: Model, contract: ModelContract, { row }: ModelOrder): number {
  const { asks } = model.instructions[row];
  const byS = asks.what === "later" ? asks.byS : asks.what === "hold" ? Math.max(0, asks.untilS - contract.startS) : 0;
  return contract.startS + 3600 + byS;
}

function endOf(model: Model, contract: ModelContract): number {
  return Math.max(contract.startS + 3600, ...contract.orders.map((order) => deadlineOf(model, contract, order)));
}

function asksOf(act: Extract<Action, { kind: "instruct" }>, nowS: number): Asks {
  switch (act.asks) {
    case "avoid":
      return { what: "avoid" };
    case "via":
      return { what: "via", terminals: act.via };
    case "hold":
      return { what: "hold", untilS: nowS + act.byS };
    case "later":
    case "earlier":
      return { what: act.asks, byS: act.byS };
  }
}

function predictInstruction(model: Model, act: Extract<Action, { kind: "instruct" }>, nowS: number): boolean {
  const fromS = nowS + act.windowS;
  const [bonus, budget] = [BigInt(act.bonus), BigInt(act.budget)];
  const order: ModelInstruction = {
    ...{ asks: asksOf(act, nowS), terminal: act.terminal, fromS, untilS: fromS + 900, expiresAtS: nowS + act.lastsS },
    ...{ bonus, budget, paid: 0n, escrow: 0n, withdrawn: false },
  };
  if (act.byTreasury || bonus === 0n || budget === 0n || budget > model.bonuses) return false;
  if (order.expiresAtS <= fromS) return false;
  // Nothing is moved by nothing, nor is a way over what is to be avoided another way; no terminal is named twice.
  if (act.asks !== "avoid" && act.asks !== "via" && act.byS === 0) return false;
  if (act.asks === "via" && act.via.includes(act.terminal)) return false;
  if (act.asks === "via" && act.via.some((at, row) => act.via.indexOf(at) < row)) return false;
  const concerned = [...model.contracts.values()].filter(
    (contract) => meets(contract, order) && contract.orders.length < 4 && mayFollow(contract, order, nowS),
  );
  if (BigInt(concerned.length) * bonus > budget) return false;
  const row = model.instructions.push(order) - 1;
  for (const contract of concerned) contract.orders.push(orderOf(order, row));
  order.escrow = BigInt(concerned.length) * bonus;
  model.bonuses -= order.escrow;
  return true;
}

const orderOf = ({ untilS, expiresAtS, bonus }: ModelInstruction, row: number): ModelOrder => ({
  ...{ row, untilS, expiresAtS, bonus },
});

/** Terminals 1, 2, 3 are to be passed in the first, second, third ten minutes. */
function meets(contract: ModelContract, order: ModelInstruction): boolean {
  const stopFromS = contract.startS + (order.terminal - 1) * 600;
  return stopFromS < order.untilS && order.fromS < stopFromS + 600;
}

function mayFollow(contract: ModelContract, order: ModelInstruction, nowS: number): boolean {
  const { asks } = order;
  if (contract.wallet !== null || nowS >= contract.startS + 3600) return false;
  if (asks.what === "later") return contract.seen.length === 0 && nowS < contract.startS + 600;
  if (asks.what === "earlier") return contract.seen.length === 0 && nowS < contract.startS + 600 - asks.byS;
  if (asks.what === "hold") {
    return contract.seen.length === 0 && nowS < contract.startS + 600 && contract.startS < asks.untilS;
  }
  if (contract.seen.some((at) => at.terminal === 3) || hasPassed(contract, order)) return false;
  const mustPass = order.terminal === 3 && Math.max(nowS, contract.startS) >= order.fromS;
  return !mustPass || order.untilS < contract.startS + 3600;
}

function hasPassed(contract: ModelContract, order: Pick<ModelInstruction, "terminal" | "fromS" | "untilS">): boolean {
  return contract.seen.some(
    ({ terminal: at, timeS }) => at === order.terminal && order.fromS <= timeS && timeS < order.untilS,
  );
}

/** The instruction that a later word is about: the newest, the one before, … */
const spokenOf = (model: Model, back: number): ModelInstruction | undefined =>
  model.instructions[model.instructions.length - back];

function predictAmendment(model: Model, act: Extract<Action, { kind: "amend" }>, nowS: number): boolean {
  const order = spokenOf(model, act.back);
  if (order === undefined || order.withdrawn || nowS >= order.expiresAtS) return false;
  if (act.longerS < 0 || act.more < 0) return false;
  if (act.longerS === 0 && act.more === 0 && BigInt(act.budget) === order.budget) return false;
  const row = model.instructions.indexOf(order);
  const next = {
    ...order,
    ...{ untilS: order.untilS + act.longerS, expiresAtS: order.expiresAtS + act.longerS },
    ...{ bonus: order.bonus + BigInt(act.more), budget: BigInt(act.budget) },
  };
  const reached = [...model.contracts.values()].flatMap((contract) => {
    const held = contract.orders.findIndex((one) => one.row === row);
    const isNew = held < 0 && meets(contract, next) && contract.orders.length < 4;
    if ((held < 0 && !isNew) || !mayFollow(contract, next, nowS)) return [];
    return [{ contract, held, added: next.bonus - (held < 0 ? 0n : contract.orders[held].bonus) }];
  });
  const added = reached.reduce((sum, one) => sum + one.added, 0n);
  if (order.paid + order.escrow + added > next.budget || added > model.bonuses) return false;
  for (const { contract, held } of reached) {
    if (held < 0) contract.orders.push(orderOf(next, row));
    else contract.orders[held] = orderOf(next, row);
  }
  Object.assign(order, next, { escrow: order.escrow + added });
  model.bonuses -= added;
  return true;
}

function predictWithdrawal(model: Model, act: Extract<Action, { kind: "withdraw" }>, nowS: number): boolean {
  const order = spokenOf(model, act.back);
  if (order === undefined || order.withdrawn) return false;
  const row = model.instructions.indexOf(order);
  for (const contract of model.contracts.values()) {
    const held = contract.orders.findIndex((one) => one.row === row);
    if (held < 0 || contract.wallet !== null || contract.seen.length > 0 || nowS >= contract.startS) continue;
    const [{ bonus }] = contract.orders.splice(held, 1);
    order.escrow -= bonus;
    model.bonuses += bonus;
  }
  order.withdrawn = true;
  return true;
}

function isDue(model: Model, row: number, nowS: number): boolean {
  const contract = model.contracts.get(row);
  return contract?.wallet === null && nowS >= endOf(model, contract) + challengeS;
}

function predictSettlement(model: Model, row: number): void {
  const contract = model.contracts.get(row);
  if (contract === undefined) throw new Error("what is due is there");
  const seen = [...contract.seen].sort((a, b) => a.timeS - b.timeS || a.terminal - b.terminal);
  const inWindow = (stop: number, timeS: number) =>
    timeS >= contract.startS + (stop - 1) * 600 && timeS < contract.startS + stop * 600;
  let stop = 1;
  for (const at of seen) if (at.terminal === stop && inWindow(stop, at.timeS)) stop++;
  const respected = contract.orders.filter((order) => {
    const { asks, terminal: at, fromS } = model.instructions[order.row];
    const first = seen.at(0)?.timeS;
    switch (asks.what) {
      case "avoid":
      case "via":
        return !hasPassed(contract, { terminal: at, fromS, untilS: order.untilS });
      case "later":
        return first === undefined || first >= contract.startS + asks.byS;
      case "earlier":
        return first === undefined || first < Math.max(0, contract.startS + 600 - asks.byS);
      case "hold":
        return first === undefined || first >= asks.untilS;
    }
  });
  const arrivalOf = (order: ModelOrder): number | undefined => {
    const { asks } = model.instructions[order.row];
    const inTime = seen.filter((at) => at.timeS < deadlineOf(model, contract, order));
    let left = inTime;
    for (const via of asks.what === "via" ? asks.terminals : []) {
      const viaAt = left.findIndex((at) => at.terminal === via);
      if (viaAt < 0) return undefined;
      left = left.slice(viaAt + 1);
    }
    return left.find((at) => at.terminal === 3)?.timeS;
  };
  const earned = respected.filter((order) => (arrivalOf(order) ?? Infinity) < order.expiresAtS);
  const bonus = earned.reduce((sum, order) => sum + order.bonus, 0n);
  const isRewarded = stop === 4 || respected.some((order) => arrivalOf(order) !== undefined);
  const isPenalised = !isRewarded && respected.length === 0;
  contract.wallet = bonus + (isRewarded ? contract.rewardMicro : 0n) + (isPenalised ? 0n : contract.penaltyMicro);
  model.rewards += (isRewarded ? 0n : contract.rewardMicro) + (isPenalised ? contract.penaltyMicro : 0n);
  for (const order of contract.orders) {
    const instruction = model.instructions[order.row];
    instruction.escrow -= order.bonus;
    if (earned.includes(order)) instruction.paid += order.bonus;
    else model.bonuses += order.bonus;
  }
}

/** @param sentIds ids of the instructions that were carried out, as the model counts them */
async function transactionOf(
  chain: TestChain,
  act: Action,
  nowS: number,
  model: Model,
  sentIds: readonly string[],
): Promise<Uint8Array> {
  switch (act.kind) {
    case "mint":
      return signed(chain, keyOf(act.byCustodian ? "custodian" : "treasury"), {
        kind: "mint",
        amountMicro: BigInt(act.amount),
      });
    case "fund": {
      const destination =
        act.to === "custody"
          ? ({ kind: "account", publicKey: keyOf("custodian").publicKey } as const)
          : ({ kind: "pool", poolId: act.to === "rewards" ? rewardPoolId : bonusPoolId } as const);
      return signed(chain, keyOf("treasury"), { kind: "fund", destination, amountMicro: BigInt(act.amount) });
    }
    case "offer": {
      const terms = termsOf({
        departure: { fromS: nowS, untilS: nowS + 600 },
        itinerary: [1, 2, 3].map((at) => ({ terminal: at, fromS: nowS + (at - 1) * 600, untilS: nowS + at * 600 })),
        deadlineS: nowS + 3600,
        ...{ rewardMicro: BigInt(act.reward), penaltyMicro: BigInt(act.penalty) },
        ...(act.consents ? {} : { clause: { version: 1, hash: "00".repeat(32) } }),
      });
      return offersTransaction(chain, [{ holder: act.holder, terms }]);
    }
    case "pass":
      return passageTransaction(act.holder, act.terminal, nowS - act.agoS);
    case "instruct": {
      const fromS = nowS + act.windowS;
      const payload = avoidPayload({
        scope: { terminals: [act.terminal], fromS, untilS: fromS + 900 },
        action: actionOf(act, nowS),
        ...{ expiresAtS: nowS + act.lastsS, bonusMicro: BigInt(act.bonus), budgetMicro: BigInt(act.budget) },
      });
      return signed(chain, act.byTreasury ? keyOf("treasury") : officer, payload);
    }
    case "amend": {
      const order = spokenOf(model, act.back);
      const instructionId = sentIds[sentIds.length - act.back] ?? "00".repeat(31);
      const [untilS, expiresAtS] = [order?.untilS ?? nowS, order?.expiresAtS ?? nowS].map((at) => at + act.longerS);
      const bonusMicro = (order?.bonus ?? 100n) + BigInt(act.more);
      const amounts = { bonusMicro: bonusMicro < 0n ? 0n : bonusMicro, budgetMicro: BigInt(act.budget) };
      return signed(chain, officer, { kind: "amend", instructionId, untilS, expiresAtS, ...amounts });
    }
    case "withdraw": {
      const instructionId = sentIds[sentIds.length - act.back] ?? "00".repeat(31);
      return signed(chain, officer, { kind: "withdraw", instructionId });
    }
    case "settle":
      return settleTransaction(act.holders.map(contractOf));
    case "drive":
    case "replay":
    case "forge":
      throw new Error("made into others before");
  }
}

function actionOf(act: Extract<Action, { kind: "instruct" }>, nowS: number): InstructedAction {
  switch (act.asks) {
    case "avoid":
      return { kind: "avoid" };
    case "via":
      return { kind: "itinerary", via: act.via };
    case "later":
      return { kind: "shift", shiftS: act.byS };
    case "earlier":
      return { kind: "shift", shiftS: -act.byS };
    case "hold":
      return { kind: "hold", untilS: nowS + act.byS };
  }
}

/** The chain's purses and contracts, in the model's terms. */
function pursesOf({ state }: TestChain) {
  const totals = readTotals(state);
  return {
    treasury: readBalance(state, keyOf("treasury").publicKey),
    custody: readBalance(state, keyOf("custodian").publicKey),
    rewards: readPoolBalance(state, rewardPoolId),
    bonuses: readPoolBalance(state, bonusPoolId),
    minted: totals.supplyMicro,
    contracts: totals.contracts,
    settled: totals.fulfilled + totals.defaulted + totals.excused,
    wallets: Array.from({ length: holderCount }, (_, row) => {
      const contract = readContract(state, contractOf(row));
      return contract === undefined ? undefined : (contract.settlement?.walletMicro ?? null);
    }),
  };
}

function modelPurses(model: Model): ReturnType<typeof pursesOf> {
  const { treasury, custody, rewards, bonuses, minted, contracts } = model;
  return {
    ...{ treasury, custody, rewards, bonuses, minted, contracts: contracts.size },
    settled: [...contracts.values()].filter(({ wallet }) => wallet !== null).length,
    wallets: Array.from({ length: holderCount }, (_, row) => contracts.get(row)?.wallet),
  };
}

function instructionIdIn(bytes: Uint8Array): string {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) throw new Error("signed by this test");
  return instructionIdOf(transaction.value.signBytes);
}

describe("a day on the ledger", () => {
  it("goes as the auditor's model says, to the micro-token after every block", async () => {
    const counts = { carriedOut: 0, refused: 0 };
    const outcomes = new Map<string, number>();
    const done = new Map<Action["kind"], number>();
    await fc.assert(
      fc.asyncProperty(day, async (blocks) => {
        const chain = fundedChain();
        const opening = pursesOf(chain);
        const model: Model = {
          treasury: opening.treasury,
          custody: opening.custody,
          rewards: opening.rewards ?? 0n,
          bonuses: opening.bonuses ?? 0n,
          minted: opening.minted,
          contracts: new Map(),
          instructions: [],
          spent: new Set(),
        };
        const sent: Uint8Array[] = [];
        const sentIds: string[] = [];
        for (const { afterS, actions } of [...blocks, evening]) {
          const nowS = chain.state.timeS + afterS;
          const transactions: Uint8Array[] = [];
          const expected: boolean[] = [];
          for (const wanted of actions) {
            const act = wanted.kind === "drive" ? driveOf(model, wanted.holder, nowS) : wanted;
            if (act.kind === "forge") {
              const payload: Payload = { kind: "mint", amountMicro: 1n };
              const treasury = keyOf("treasury");
              const bytes = signAsMember(chainId, treasury, chain.nonces.get(treasury) ?? 0, payload);
              bytes[act.at % bytes.length] ^= 1 + (act.at % 255);
              transactions.push(bytes);
              expected.push(false);
            } else if (act.kind === "replay") {
              const bytes = sent[sent.length - act.back];
              if (bytes === undefined) continue;
              transactions.push(bytes);
              expected.push(false);
            } else {
              const bytes = await transactionOf(chain, act, nowS, model, sentIds);
              transactions.push(bytes);
              const isCarriedOut = predict(model, act, nowS);
              expected.push(isCarriedOut);
              if (isCarriedOut) done.set(act.kind, (done.get(act.kind) ?? 0) + 1);
              if (isCarriedOut && act.kind === "instruct") sentIds.push(instructionIdIn(bytes));
              // A settlement may be due later: only what is signed or spent must never be taken twice.
              if (act.kind !== "settle" && act.kind !== "pass") sent.push(bytes);
              if (act.kind === "pass" && expected[expected.length - 1]) sent.push(bytes);
            }
          }
          const results = commit(chain, transactions, afterS);
          expect(results.map(({ code }) => code === 0)).toEqual(expected);
          expect(pursesOf(chain)).toEqual(modelPurses(model));
          for (const { code } of results) counts[code === 0 ? "carriedOut" : "refused"]++;
        }
        for (let row = 0; row < holderCount; row++) {
          const kind = readContract(chain.state, contractOf(row))?.settlement?.kind;
          if (kind !== undefined) outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: 100 },
    );
    expect(counts.carriedOut).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(100);
    for (const kind of ["instruct", "amend", "withdraw"] as const) expect(done.get(kind) ?? 0).toBeGreaterThan(20);
    // The test would prove little if days ended without every kind of ending.
    expect([...outcomes.keys()].sort()).toEqual(["excused", "penalty", "reward", "rewardAndBonus"]);
  });
});
