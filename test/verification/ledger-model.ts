import type { InstructedAction } from "../../ledger/contracts/instruction";
import { readBalance, readContract, readInstruction, readPoolBalance, readTotals } from "../../ledger/machine/readers";
import type { State } from "../../ledger/machine/state";
import { contractIdOf } from "../../ledger/machine/state-paths";
import type { Payload } from "../../ledger/machine/transactions/payload";
import {
  bonusPoolId,
  rewardPoolId,
  signAsHolder,
  signOffer,
  signTogether,
  unsignedTransaction,
} from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { signBytesOf, encodeTransaction } from "../../ledger/machine/transactions/transaction";
import { avoidPayload, chainId, keyOf, officer, passageTransaction, termsOf } from "./ledger-chain";

/**
 * What the ledger does, written apart from its rules (`ledger/README.md`): plain numbers, and of each transaction whether it
 * is carried out. Itineraries are always 1 → 2 → 3, ten minutes each, an hour in all.
 */
export interface Model {
  readonly treasuries: bigint[];
  custody: bigint;
  rewards: bigint;
  bonuses: bigint;
  minted: bigint;
  readonly capMicro: bigint;
  readonly contracts: Map<number, ModelContract>;
  readonly instructions: ModelInstruction[];
  readonly spent: Set<string>;
  readonly officers: readonly { readonly budgetMax: bigint; readonly twoAbove: bigint | null }[];
  parameters: ModelParameters;
  /** Of the next block on. */
  agreed: ModelParameters;
}

interface ModelParameters {
  readonly challengeS: number;
  readonly passageAgeMaxS: number;
}

interface ModelContract {
  readonly startS: number;
  readonly rewardMicro: bigint;
  readonly penaltyMicro: bigint;
  readonly orders: ModelOrder[];
  readonly seen: { terminal: number; timeS: number }[];
  readonly consent: { sequence: number; withdrawn: boolean; allows: boolean; erased: boolean };
  /** What its holder has in the end. */
  wallet: bigint | null;
}

interface ModelInstruction {
  /** Who answers for it. */
  officer: number;
  /** Whether two signed it. */
  two: boolean;
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
  released: boolean;
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

interface BySome {
  readonly officer: number;
  /** Signed by the other officer, too. */
  readonly two: boolean;
}

/** What is sent. Times that depend on when are those of the block that it is sent for. */
export type Act =
  | { readonly kind: "mint"; readonly by: number | "custodian"; readonly amount: number }
  | {
      readonly kind: "fund";
      readonly by: number;
      /** A pool, the custodian, or another treasury. */
      readonly to: "rewards" | "bonuses" | "custody" | number;
      readonly amount: number;
    }
  | {
      readonly kind: "offer";
      readonly holder: number;
      readonly inS: number;
      readonly reward: number;
      readonly penalty: number;
      readonly consents: boolean;
    }
  | { readonly kind: "leave"; readonly holder: number }
  | {
      readonly kind: "state";
      readonly holder: number;
      readonly says: "withdraw" | "allow" | "erase";
      readonly sequence: number;
    }
  | { readonly kind: "pass"; readonly holder: number; readonly terminal: number; readonly agoS: number }
  | InstructAct
  | AmendAct
  | ({ readonly kind: "withdraw"; readonly row: number } & BySome)
  | { readonly kind: "settle"; readonly holders: readonly number[] }
  | { readonly kind: "release"; readonly rows: readonly number[] }
  | ({ readonly kind: "agree" } & ModelParameters);

interface InstructAct extends BySome {
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

interface AmendAct extends BySome {
  readonly kind: "amend";
  readonly row: number;
  readonly untilS: number;
  readonly expiresAtS: number;
  readonly bonus: bigint;
  readonly budget: bigint;
}

/** `unsigned`: others than those who must sign did, so that no nonce is spent. */
export type Verdict = "carriedOut" | "refused" | "unsigned";

/** What a transaction comes to in a block at `nowS`; changes the model accordingly. */
export function predict(model: Model, act: Act, nowS: number): Verdict {
  if (!isSigned(model, act)) return "unsigned";
  return isCarriedOut(model, act, nowS) ? "carriedOut" : "refused";
}

function isCarriedOut(model: Model, act: Act, nowS: number): boolean {
  switch (act.kind) {
    case "mint": {
      const amount = BigInt(act.amount);
      if (act.by === "custodian" || amount === 0n || model.minted + amount > model.capMicro) return false;
      model.minted += amount;
      model.treasuries[act.by] += amount;
      return true;
    }
    case "fund": {
      const paid = BigInt(act.amount);
      if (paid === 0n || paid > model.treasuries[act.by]) return false;
      model.treasuries[act.by] -= paid;
      if (typeof act.to === "number") model.treasuries[act.to] += paid;
      else model[act.to] += paid;
      return true;
    }
    case "offer":
      return predictOffer(model, act, nowS);
    case "leave":
      return predictLeaving(model, act.holder, nowS);
    case "state":
      return predictStatement(model, act);
    case "pass":
      return predictPassage(model, act, nowS);
    case "instruct":
      return predictInstruction(model, act, nowS);
    case "amend":
      return predictAmendment(model, act, nowS);
    case "withdraw":
      return predictWithdrawal(model, act.row, nowS);
    case "settle": {
      const due = [...new Set(act.holders)].filter((holder) => isDue(model, holder, nowS));
      if (due.length === 0 || 2 * due.length < act.holders.length) return false;
      for (const holder of due) predictSettlement(model, holder);
      return true;
    }
    case "release": {
      const due = [...new Set(act.rows)].filter((row) => isReleasable(model, row, nowS));
      if (due.length === 0 || 2 * due.length < act.rows.length) return false;
      for (const row of due) predictRelease(model, row);
      return true;
    }
    case "agree":
      if (act.passageAgeMaxS > act.challengeS) return false;
      model.agreed = { challengeS: act.challengeS, passageAgeMaxS: act.passageAgeMaxS };
      return true;
  }
}

const instructionAt = (model: Model, row: number) => (row < 0 ? undefined : model.instructions.at(row));

/** What an officer's instructions may still pay, but for one of them. */
function answersFor(model: Model, officerRow: number, butRow = -1): bigint {
  return model.instructions
    .filter((one, row) => one.officer === officerRow && row !== butRow)
    .reduce((sum, { escrow }) => sum + escrow, 0n);
}

function isSigned(model: Model, act: Act): boolean {
  if (act.kind !== "instruct" && act.kind !== "amend" && act.kind !== "withdraw") return true;
  if (act.kind === "instruct" && act.byTreasury) return !act.two;
  if (act.kind === "withdraw") return act.two === (instructionAt(model, act.row)?.two ?? false);
  const { twoAbove } = model.officers[act.officer];
  const beside = answersFor(model, act.officer, act.kind === "amend" ? act.row : -1);
  return act.two === (twoAbove !== null && beside + BigInt(act.budget) > twoAbove);
}

function predictOffer(model: Model, act: Extract<Act, { kind: "offer" }>, nowS: number): boolean {
  const [reward, penalty] = [BigInt(act.reward), BigInt(act.penalty)];
  if (!act.consents || model.contracts.has(act.holder) || reward === 0n) return false;
  if (reward > 5_000_000n || penalty > 2_000_000n || reward > model.rewards || penalty > model.custody) return false;
  model.rewards -= reward;
  model.custody -= penalty;
  model.contracts.set(act.holder, {
    ...{ startS: nowS + act.inS, rewardMicro: reward, penaltyMicro: penalty },
    ...{ orders: [], seen: [], wallet: null },
    consent: { sequence: 0, withdrawn: false, allows: false, erased: false },
  });
  return true;
}

function predictLeaving(model: Model, holder: number, nowS: number): boolean {
  const contract = model.contracts.get(holder);
  if (contract?.wallet !== null || contract.seen.length > 0) return false;
  if (nowS + 3600 >= beginOf(model, contract)) return false;
  model.rewards += contract.rewardMicro;
  contract.wallet = contract.penaltyMicro;
  for (const { row, bonus } of contract.orders) {
    const instruction = model.instructions[row];
    // Nobody arrived: what was released is back already.
    if (instruction.released) continue;
    instruction.escrow -= bonus;
    model.bonuses += bonus;
  }
  return true;
}

function predictStatement(model: Model, act: Extract<Act, { kind: "state" }>): boolean {
  const consent = model.contracts.get(act.holder)?.consent;
  if (consent === undefined || consent.erased || act.sequence !== consent.sequence) return false;
  if (act.says === "withdraw" && consent.withdrawn) return false;
  if (act.says === "allow" && consent.allows) return false;
  consent.sequence++;
  consent.withdrawn = act.says !== "allow";
  consent.allows = act.says === "allow";
  consent.erased = act.says === "erase";
  return true;
}

function predictPassage(model: Model, act: Extract<Act, { kind: "pass" }>, nowS: number): boolean {
  const timeS = nowS - act.agoS;
  const contract = model.contracts.get(act.holder);
  const challenge = `${act.holder} ${act.terminal} ${timeS}`;
  if (act.agoS > model.parameters.passageAgeMaxS || act.agoS < -10) return false;
  if (model.spent.has(challenge) || contract === undefined) return false;
  if (contract.consent.withdrawn || contract.consent.erased) return false;
  if (contract.wallet !== null || timeS < beginOf(model, contract) || timeS >= endOf(model, contract)) return false;
  if (contract.seen.length === 32) return false;
  const after = { ...contract, seen: [...contract.seen, { terminal: act.terminal, timeS }] };
  const isTooLate = contract.orders.some(
    (order) =>
      model.instructions[order.row].released && !earnsBy(model, contract, order) && earnsBy(model, after, order),
  );
  if (isTooLate) return false;
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

function asksOf(act: InstructAct, nowS: number): Asks {
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

function predictInstruction(model: Model, act: InstructAct, nowS: number): boolean {
  const fromS = nowS + act.windowS;
  const [bonus, budget] = [BigInt(act.bonus), BigInt(act.budget)];
  const order: ModelInstruction = {
    ...{ officer: act.officer, two: act.two, asks: asksOf(act, nowS), terminal: act.terminal },
    ...{ fromS, untilS: fromS + 900, expiresAtS: nowS + act.lastsS },
    ...{ bonus, budget, paid: 0n, escrow: 0n, withdrawn: false, released: false },
  };
  if (act.byTreasury || bonus === 0n || budget === 0n || budget > model.bonuses) return false;
  if (answersFor(model, act.officer) + budget > model.officers[act.officer].budgetMax) return false;
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

/** An amendment of the instruction in a row, by how much; of none, when there is none in it. */
export function amendmentOf(
  model: Model,
  row: number,
  { longerS, more, budget }: { readonly longerS: number; readonly more: number; readonly budget: number },
  nowS: number,
): Omit<AmendAct, keyof BySome> {
  const order = instructionAt(model, row);
  const bonus = (order?.bonus ?? 100n) + BigInt(more);
  const [untilS, expiresAtS] = [order?.untilS ?? nowS, order?.expiresAtS ?? nowS].map((at) => at + longerS);
  return { kind: "amend", row, untilS, expiresAtS, bonus: bonus < 0n ? 0n : bonus, budget: BigInt(budget) };
}

function predictAmendment(model: Model, act: AmendAct, nowS: number): boolean {
  const order = instructionAt(model, act.row);
  if (order === undefined || order.withdrawn || order.released || nowS >= order.expiresAtS) return false;
  const { row, untilS, expiresAtS, bonus, budget } = act;
  if (untilS < order.untilS || expiresAtS < order.expiresAtS || bonus < order.bonus) return false;
  const isLonger = untilS > order.untilS || expiresAtS > order.expiresAtS;
  if (!isLonger && bonus === order.bonus && budget === order.budget) return false;
  if (answersFor(model, act.officer, row) + budget > model.officers[act.officer].budgetMax) return false;
  const next = { ...order, untilS, expiresAtS, bonus, budget };
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
  Object.assign(order, next, { escrow: order.escrow + added, officer: act.officer, two: order.two || act.two });
  model.bonuses -= added;
  return true;
}

function predictWithdrawal(model: Model, row: number, nowS: number): boolean {
  const order = instructionAt(model, row);
  if (order === undefined || order.withdrawn || order.released) return false;
  for (const contract of model.contracts.values()) {
    const held = contract.orders.findIndex((one) => one.row === row);
    const hasBegun = contract.seen.length > 0 || nowS >= beginOf(model, contract);
    if (held < 0 || contract.wallet !== null || hasBegun) continue;
    const [{ bonus }] = contract.orders.splice(held, 1);
    order.escrow -= bonus;
    model.bonuses += bonus;
  }
  order.withdrawn = true;
  return true;
}

function isDue(model: Model, holder: number, nowS: number): boolean {
  const contract = model.contracts.get(holder);
  return contract?.wallet === null && nowS >= endOf(model, contract) + model.parameters.challengeS;
}

function seenInOrder({ seen }: ModelContract): ModelContract["seen"] {
  return [...seen].sort((a, b) => a.timeS - b.timeS || a.terminal - b.terminal);
}

/** When the destination was reached as an order asks; undefined: not in time. */
function arrivalOf(model: Model, contract: ModelContract, order: ModelOrder): number | undefined {
  const { asks } = model.instructions[order.row];
  let left = seenInOrder(contract).filter((at) => at.timeS < deadlineOf(model, contract, order));
  for (const via of asks.what === "via" ? asks.terminals : []) {
    const viaAt = left.findIndex((at) => at.terminal === via);
    if (viaAt < 0) return undefined;
    left = left.slice(viaAt + 1);
  }
  return left.find((at) => at.terminal === 3)?.timeS;
}

/** Whether the arrival is in time for an order's bonus. */
function earnsBy(model: Model, contract: ModelContract, order: ModelOrder): boolean {
  return (arrivalOf(model, contract, order) ?? Infinity) < order.expiresAtS;
}

function predictSettlement(model: Model, holder: number): void {
  const contract = model.contracts.get(holder);
  if (contract === undefined) throw new Error("what is due is there");
  const seen = seenInOrder(contract);
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
  const earned = respected.filter((order) => earnsBy(model, contract, order));
  const bonus = earned.reduce((sum, order) => sum + order.bonus, 0n);
  const isRewarded = stop === 4 || respected.some((order) => arrivalOf(model, contract, order) !== undefined);
  const isUnseen = contract.consent.withdrawn || contract.consent.erased;
  const isPenalised = !isRewarded && respected.length === 0 && !isUnseen;
  contract.wallet = bonus + (isRewarded ? contract.rewardMicro : 0n) + (isPenalised ? 0n : contract.penaltyMicro);
  model.rewards += (isRewarded ? 0n : contract.rewardMicro) + (isPenalised ? contract.penaltyMicro : 0n);
  for (const order of contract.orders) {
    const instruction = model.instructions[order.row];
    // Of what was released, only the bonuses of those who arrived are there.
    if (instruction.released && !earnsBy(model, contract, order)) continue;
    instruction.escrow -= order.bonus;
    if (earned.includes(order)) instruction.paid += order.bonus;
    else model.bonuses += order.bonus;
  }
}

function isReleasable(model: Model, row: number, nowS: number): boolean {
  const order = instructionAt(model, row);
  return order !== undefined && !order.released && nowS >= order.expiresAtS + model.parameters.challengeS;
}

function predictRelease(model: Model, row: number): void {
  const instruction = model.instructions[row];
  const kept = [...model.contracts.values()]
    .filter(({ wallet }) => wallet === null)
    .flatMap((contract) => contract.orders.filter((order) => order.row === row && earnsBy(model, contract, order)))
    .reduce((sum, { bonus }) => sum + bonus, 0n);
  model.bonuses += instruction.escrow - kept;
  instruction.escrow = kept;
  instruction.released = true;
}

export const officerKeys: readonly KeyPair[] = [officer, memberKey(new Uint8Array(32).fill(9), "validator", 1)];

/** Who sends it; null: it needs no nonce. */
export function senderOf(act: Act): KeyPair | null {
  switch (act.kind) {
    case "mint":
      return act.by === "custodian" ? keyOf("custodian") : keyOf("treasury", act.by);
    case "fund":
      return keyOf("treasury", act.by);
    case "offer":
      return keyOf("custodian");
    case "instruct":
      return act.byTreasury ? keyOf("treasury") : officerKeys[act.officer];
    case "amend":
    case "withdraw":
      return officerKeys[act.officer];
    case "agree":
      return keyOf("validator");
    case "leave":
    case "state":
    case "pass":
    case "settle":
    case "release":
      return null;
  }
}

/**
 * What is sent, signed.
 * @param nonceOf the number that its sender gives it @param ids of the instructions that were carried out, by row
 */
export async function transactionOf(
  act: Act,
  nowS: number,
  nonceOf: (sender: KeyPair) => number,
  ids: readonly string[],
): Promise<Uint8Array> {
  const idOf = (row: number) => ids[row] ?? "00".repeat(31);
  const contractOf = (holder: number) => contractIdOf(keyOf("commuter", holder).publicKey);
  const sender = senderOf(act);
  const send = (payload: Payload, with_: readonly KeyPair[] = []) => {
    if (sender === null) throw new Error("nobody sends it");
    return signTogether(chainId, sender, nonceOf(sender), payload, with_);
  };
  const others = ({ two, officer: row }: BySome) => (two ? [officerKeys[1 - row]] : []);
  switch (act.kind) {
    case "mint":
      return send({ kind: "mint", amountMicro: BigInt(act.amount) });
    case "fund":
      return send({ kind: "fund", destination: destinationOf(act.to), amountMicro: BigInt(act.amount) });
    case "offer": {
      const fromS = nowS + act.inS;
      const terms = termsOf({
        departure: { fromS, untilS: fromS + 600 },
        itinerary: [1, 2, 3].map((at) => ({ terminal: at, fromS: fromS + (at - 1) * 600, untilS: fromS + at * 600 })),
        deadlineS: fromS + 3600,
        ...{ rewardMicro: BigInt(act.reward), penaltyMicro: BigInt(act.penalty) },
        ...(act.consents ? {} : { clause: { version: 1, hash: "00".repeat(32) } }),
      });
      const offer = await signOffer(chainId, keyOf("custodian").publicKey, keyOf("commuter", act.holder), terms);
      return send({ kind: "acceptOffers", offers: [offer] });
    }
    case "leave": {
      const holder = keyOf("commuter", act.holder);
      const payload = { kind: "leave", contractKey: holder.publicKey } as const;
      const signBytes = signBytesOf({ chainId, sender: null, nonce: 0, payload });
      return encodeTransaction(signBytes, [{ publicKey: holder.publicKey, signature: holder.sign(signBytes) }]);
    }
    case "state":
      return signAsHolder(chainId, keyOf("commuter", act.holder), statementOf(act));
    case "pass":
      return passageTransaction(act.holder, act.terminal, nowS - act.agoS);
    case "instruct": {
      const fromS = nowS + act.windowS;
      const payload = avoidPayload({
        scope: { terminals: [act.terminal], fromS, untilS: fromS + 900 },
        action: actionOf(act, nowS),
        ...{ expiresAtS: nowS + act.lastsS, bonusMicro: BigInt(act.bonus), budgetMicro: BigInt(act.budget) },
      });
      return send(payload, others(act));
    }
    case "amend": {
      const { untilS, expiresAtS, bonus: bonusMicro, budget: budgetMicro } = act;
      const payload = { untilS, expiresAtS, bonusMicro, budgetMicro };
      return send({ kind: "amend", instructionId: idOf(act.row), ...payload }, others(act));
    }
    case "withdraw":
      return send({ kind: "withdraw", instructionId: idOf(act.row) }, others(act));
    case "settle":
      return settling(act.holders.map(contractOf), []);
    case "release":
      return settling([], act.rows.map(idOf));
    case "agree": {
      const { challengeS, passageAgeMaxS } = act;
      const parameters = { challengeS, passageAgeMaxS, passageAheadMaxS: 10, instructionMatchesMax: 100_000 };
      return send({ kind: "govern", decision: { kind: "setParameters", parameters } });
    }
  }
}

const settling = (contractIds: readonly string[], instructionIds: readonly string[]) =>
  unsignedTransaction(chainId, { kind: "settle", contractIds, instructionIds });

function destinationOf(to: Extract<Act, { kind: "fund" }>["to"]) {
  if (to === "rewards" || to === "bonuses") {
    return { kind: "pool", poolId: to === "rewards" ? rewardPoolId : bonusPoolId } as const;
  }
  const { publicKey } = to === "custody" ? keyOf("custodian") : keyOf("treasury", to);
  return { kind: "account", publicKey } as const;
}

function statementOf({ says, sequence }: Extract<Act, { kind: "state" }>) {
  switch (says) {
    case "withdraw":
      return { kind: "withdrawConsent", sequence } as const;
    case "allow":
      return { kind: "setConsent", sequence, purposes: ["research"] } as const;
    case "erase":
      return { kind: "demandErasure", sequence } as const;
  }
}

function actionOf(act: InstructAct, nowS: number): InstructedAction {
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

/** Passes the terminal that the itinerary has for this time. */
export function driveOf(model: Model, holder: number, nowS: number): Act {
  const elapsedS = nowS - (model.contracts.get(holder)?.startS ?? nowS);
  const terminal = Math.max(1, Math.min(3, 1 + Math.floor(elapsedS / 600)));
  return { kind: "pass", holder, terminal, agoS: 0 };
}

/** The chain's purses, contracts and escrows, in the model's terms. @param ids as in `transactionOf` */
export function pursesOf(state: State, holders: readonly number[], treasuries: number, ids: readonly string[]) {
  const totals = readTotals(state);
  return {
    treasuries: Array.from({ length: treasuries }, (_, row) => readBalance(state, keyOf("treasury", row).publicKey)),
    custody: readBalance(state, keyOf("custodian").publicKey),
    rewards: readPoolBalance(state, rewardPoolId),
    bonuses: readPoolBalance(state, bonusPoolId),
    minted: totals.supplyMicro,
    contracts: totals.contracts,
    ended: totals.fulfilled + totals.defaulted + totals.excused + totals.left,
    wallets: holders.map((holder) => {
      const contract = readContract(state, contractIdOf(keyOf("commuter", holder).publicKey));
      return contract === undefined ? undefined : (contract.settlement?.walletMicro ?? null);
    }),
    escrows: ids.map((id) => readInstruction(state, id)?.escrowMicro),
  };
}

export function modelPurses(model: Model, holders: readonly number[]): ReturnType<typeof pursesOf> {
  const { treasuries, custody, rewards, bonuses, minted, contracts, instructions } = model;
  return {
    ...{ treasuries, custody, rewards, bonuses, minted, contracts: contracts.size },
    ended: [...contracts.values()].filter(({ wallet }) => wallet !== null).length,
    wallets: holders.map((holder) => contracts.get(holder)?.wallet),
    escrows: instructions.map(({ escrow }) => escrow),
  };
}
