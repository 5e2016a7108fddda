import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBalance, readContract, readPoolBalance, readTotals } from "../../ledger/machine/readers";
import type { Payload } from "../../ledger/machine/transactions/payload";
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
  readonly orders: number[];
  readonly seen: { terminal: number; timeS: number }[];
  wallet: bigint | null;
}
interface ModelInstruction {
  readonly terminal: number;
  readonly fromS: number;
  readonly untilS: number;
  readonly expiresAtS: number;
  readonly bonus: bigint;
}

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
      readonly terminal: number;
      readonly windowS: number;
      readonly lastsS: number;
      readonly bonus: number;
      readonly budget: number;
      readonly byTreasury: boolean;
    }
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
  actions: [{ kind: "settle", holders: Array.from({ length: holderCount }, (_, row) => row) }] satisfies Action[],
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
    case "settle":
      return act.holders.map((row) => predictSettlement(model, row, nowS)).includes(true);
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
    ...{ orders: [], seen: [], wallet: null },
  });
  return true;
}

function predictPassage(model: Model, act: Extract<Action, { kind: "pass" }>, nowS: number): boolean {
  const timeS = nowS - act.agoS;
  const contract = model.contracts.get(act.holder);
  const challenge = `${act.holder} ${act.terminal} ${timeS}`;
  if (act.agoS > challengeS || act.agoS < -10 || model.spent.has(challenge) || contract === undefined) return false;
  if (contract.wallet !== null || timeS < contract.startS || timeS >= contract.startS + 3600) return false;
  if (contract.seen.length === 32) return false;
  model.spent.add(challenge);
  contract.seen.push({ terminal: act.terminal, timeS });
  return true;
}

function predictInstruction(model: Model, act: Extract<Action, { kind: "instruct" }>, nowS: number): boolean {
  const fromS = nowS + act.windowS;
  const order: ModelInstruction = {
    ...{ terminal: act.terminal, fromS, untilS: fromS + 900, expiresAtS: nowS + act.lastsS, bonus: BigInt(act.bonus) },
  };
  const budget = BigInt(act.budget);
  if (act.byTreasury || order.bonus === 0n || budget === 0n || budget > model.bonuses) return false;
  if (order.expiresAtS <= fromS) return false;
  const concerned = [...model.contracts.values()].filter((contract) => {
    // Terminals 1, 2, 3 are to be passed in the first, second, third ten minutes.
    const stopFromS = contract.startS + (act.terminal - 1) * 600;
    const meets = stopFromS < order.untilS && fromS < stopFromS + 600;
    const hasRoom = contract.wallet === null && contract.orders.length < 4 && nowS < contract.startS + 3600;
    return meets && hasRoom && !contract.seen.some((at) => at.terminal === 3) && !hasPassed(contract, order);
  });
  if (BigInt(concerned.length) * order.bonus > budget) return false;
  const row = model.instructions.push(order) - 1;
  for (const contract of concerned) contract.orders.push(row);
  model.bonuses -= BigInt(concerned.length) * order.bonus;
  return true;
}

function hasPassed(contract: ModelContract, order: ModelInstruction): boolean {
  return contract.seen.some(
    ({ terminal: at, timeS }) => at === order.terminal && order.fromS <= timeS && timeS < order.untilS,
  );
}

function predictSettlement(model: Model, row: number, nowS: number): boolean {
  const contract = model.contracts.get(row);
  if (contract === undefined || contract.wallet !== null || nowS < contract.startS + 3600 + challengeS) return false;
  const seen = [...contract.seen].sort((a, b) => a.timeS - b.timeS || a.terminal - b.terminal);
  const inWindow = (stop: number, timeS: number) =>
    timeS >= contract.startS + (stop - 1) * 600 && timeS < contract.startS + stop * 600;
  let stop = 1;
  for (const at of seen) if (at.terminal === stop && inWindow(stop, at.timeS)) stop++;
  const arrivedS = seen.find((at) => at.terminal === 3)?.timeS;
  const respected = contract.orders
    .map((order) => model.instructions[order])
    .filter((order) => !hasPassed(contract, order));
  const earned = respected.filter((order) => arrivedS !== undefined && arrivedS < order.expiresAtS);
  const bonus = earned.reduce((sum, order) => sum + order.bonus, 0n);
  const isRewarded = stop === 4 || (respected.length > 0 && arrivedS !== undefined);
  const isPenalised = !isRewarded && respected.length === 0;
  contract.wallet = bonus + (isRewarded ? contract.rewardMicro : 0n) + (isPenalised ? 0n : contract.penaltyMicro);
  model.rewards += (isRewarded ? 0n : contract.rewardMicro) + (isPenalised ? contract.penaltyMicro : 0n);
  const escrowed = contract.orders.reduce((sum, order) => sum + model.instructions[order].bonus, 0n);
  model.bonuses += escrowed - bonus;
  return true;
}

async function transactionOf(chain: TestChain, act: Action, nowS: number): Promise<Uint8Array> {
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
        ...{ expiresAtS: nowS + act.lastsS, bonusMicro: BigInt(act.bonus), budgetMicro: BigInt(act.budget) },
      });
      return signed(chain, act.byTreasury ? keyOf("treasury") : officer, payload);
    }
    case "settle":
      return settleTransaction(act.holders.map(contractOf));
    case "drive":
    case "replay":
    case "forge":
      throw new Error("made into others before");
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

describe("a day on the ledger", () => {
  it("goes as the auditor's model says, to the micro-token after every block", async () => {
    const counts = { carriedOut: 0, refused: 0 };
    const outcomes = new Map<string, number>();
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
              const bytes = await transactionOf(chain, act, nowS);
              transactions.push(bytes);
              expected.push(predict(model, act, nowS));
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
      { numRuns: 80 },
    );
    expect(counts.carriedOut).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(100);
    // The test would prove little if days ended without every kind of ending.
    expect([...outcomes.keys()].sort()).toEqual(["excused", "penalty", "reward", "rewardAndBonus"]);
  });
});
