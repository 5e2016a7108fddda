import { RequestFinalizeBlock, RequestInfo, RequestInitChain } from "cosmjs-types/tendermint/abci/types";
import { describe, expect, it } from "vitest";
import { toHex, utf8Of } from "../../common/canonical";
import { drawBits } from "../../common/draw";
import { openApplication, type Application } from "../../ledger/abci/application";
import { genesisJson } from "../../ledger/abci/genesis-form";
import { createMemoryStateStore, type StateStore } from "../../ledger/abci/state-store";
import { audit } from "../../ledger/machine/audit";
import { initialise, type Genesis } from "../../ledger/machine/genesis";
import { walksPerBlockMax } from "../../ledger/machine/limits";
import { instructionIdOf } from "../../ledger/machine/state-paths";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import type { StatePath } from "../../ledger/machine/tree/path";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { treasuryMembers } from "../../ledger/network/load";
import { validatorsOf } from "../../ledger/solo/block-builder";
import { createMemoryStore, type BlockStore } from "../../ledger/solo/block-store";
import { bonusPoolId } from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { Solo, type SoloOptions } from "../../ledger/solo/solo";
import { rebuildState } from "../../ledger/solo/stored-chain";
import { tellFigure } from "../support/figures";
import { chainId, challengeS, genesis as plain, keyOf, memberSeed, startS } from "./ledger-genesis";
import {
  amendmentOf,
  driveOf,
  modelPurses,
  officerKeys,
  predict,
  pursesOf,
  senderOf,
  transactionOf,
  type Act,
  type Model,
} from "./ledger-model";
import { valueOf } from "./ledger-reference";

/**
 * Machine, embedded engine and application against a driver, a clock and stores that fail, all drawn from one seed: a
 * failing seed alone makes its run again (`PENDULAIRE_SIMULATION_SEED`). A model written apart from the machine
 * (`ledger-model.ts`) judges what is let wait and what is carried out, every purse and every escrow.
 */
const seeds = Number(process.env["PENDULAIRE_SIMULATIONS"] ?? 12);
const onlySeed = process.env["PENDULAIRE_SIMULATION_SEED"];
const blocksPerSeed = 60;
const treasuries = 3;
const officers = [
  { budgetMax: 40_000_000n, twoAbove: 12_000_000n },
  { budgetMax: 25_000_000n, twoAbove: null },
];
const genesis: Genesis = {
  ...plain,
  members: [
    ...plain.members,
    ...treasuryMembers(memberSeed, treasuries - 1),
    ...officers.map(({ budgetMax: budgetMaxMicro, twoAbove: twoOfficersAboveMicro }, row) => ({
      publicKey: officerKeys[row].publicKey,
      grant: { role: "roadAuthority" as const, poolId: bonusPoolId, budgetMaxMicro, twoOfficersAboveMicro, area: null },
    })),
  ],
};
/** What all else is done with. */
const opening: readonly Act[] = [
  { kind: "mint", by: 0, amount: 400_000_000 },
  { kind: "fund", by: 0, to: "rewards", amount: 100_000_000 },
  { kind: "fund", by: 0, to: "bonuses", amount: 60_000_000 },
  { kind: "fund", by: 0, to: "custody", amount: 40_000_000 },
];

const kinds = [
  ...(["mint", "fund", "offer", "leave", "state", "pass"] as const),
  ...(["instruct", "amend", "withdraw", "settle", "release", "agree"] as const),
] satisfies readonly Act["kind"][];

class DiskFault extends Error {}

/** Fails before a write, or after it as a crash between disk and answer does. */
function failing<Arguments extends readonly unknown[]>(
  write: (...given: Arguments) => void,
  below: Below,
): (...given: Arguments) => void {
  return (...given) => {
    const fault = below(8);
    if (fault === 0) throw new DiskFault("before the write");
    write(...given);
    if (fault === 1) throw new DiskFault("after the write");
  };
}

/** The memory store, with leaves, so that it can be opened again. */
function createFailingBlockStore(below: Below): BlockStore {
  const memory = createMemoryStore();
  const leaves = new Map<StatePath, Uint8Array>();
  const keep = (changes: ReadonlyMap<StatePath, Uint8Array | null>) => {
    for (const [path, value] of changes) {
      if (value === null) leaves.delete(path);
      else leaves.set(path, value.slice());
    }
  };
  return {
    ...memory,
    begin: (beginning, changes) => {
      memory.begin(beginning, changes);
      keep(changes);
    },
    commit: failing((commit) => {
      memory.commit(commit);
      keep(commit.changes);
    }, below),
    leaves: () => [...leaves].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** The destination, just before the bonus of an instruction was lost that has been released since, if there is such a one. */
function passLate(below: Below, model: Model, nowS: number): Act {
  const late = [...model.contracts].flatMap(([holder, { wallet, orders }]) =>
    wallet === null
      ? orders.filter(({ row }) => model.instructions[row].released).map(({ expiresAtS }) => ({ holder, expiresAtS }))
      : [],
  );
  const { holder, expiresAtS } = late.at(below(late.length + 1)) ?? { holder: 0, expiresAtS: nowS };
  return { kind: "pass", holder, terminal: 3, agoS: Math.max(-10, nowS - expiresAtS + 1 + below(200)) };
}

type Below = (bound: number) => number;

/** Something that somebody may want to do: mostly what makes sense, and sometimes not. */
function drawAct(below: Below, model: Model, nowS: number): Act {
  const oneOf = <const Choices extends readonly unknown[]>(...choices: Choices): Choices[number] =>
    choices[below(choices.length)];
  // Contracts of late: of earlier ones most are settled.
  const holder = Math.max(0, model.contracts.size - 1 - below(6));
  const row = model.instructions.length - 1 - below(4);
  const officer = below(2);
  const two = below(3) === 0;
  // Now and then more than there is, of the cap or of a balance.
  const amount = (1 + below(1_000_000)) * (below(6) === 0 ? 2_000_000 : 1);
  switch (below(24)) {
    case 0:
      return { kind: "mint", by: oneOf(0, 1, 2, "custodian"), amount };
    case 1:
      return { kind: "fund", by: below(treasuries), to: oneOf("rewards", "bonuses", "custody", 0, 1, 2), amount };
    case 2:
    case 3:
    case 4:
    case 5: {
      const amounts = { reward: below(5_500_000), penalty: below(2_200_000) };
      const inS = oneOf(0, 0, 300, 6000);
      return { kind: "offer", holder: model.contracts.size + below(3), inS, ...amounts, consents: below(10) > 0 };
    }
    case 6:
      return { kind: "leave", holder };
    case 7: {
      const sequence = model.contracts.get(holder)?.consent.sequence ?? 0;
      return { kind: "state", holder, says: oneOf("withdraw", "allow", "allow", "erase"), sequence };
    }
    case 8:
    case 9:
    case 10:
      return {
        ...{ kind: "instruct", officer, two, asks: oneOf("avoid", "avoid", "via", "later", "earlier", "hold") },
        ...{ byS: below(900), via: [1 + below(3)], terminal: 1 + below(3) },
        ...{ windowS: below(1800) - 600, lastsS: 1 + below(1500), bonus: below(1_500_000), budget: below(12_000_000) },
        byTreasury: below(12) === 0,
      };
    case 11: {
      const change = { longerS: below(900) - 60, more: below(300_000) - 10, budget: 4_000_000 + below(10_000_000) };
      return { ...amendmentOf(model, row, change, nowS), officer, two };
    }
    case 12:
      return { kind: "withdraw", row, officer, two };
    case 13:
    case 14:
      return { kind: "settle", holders: Array.from({ length: 1 + below(4) }, (_, at) => Math.max(0, holder - at)) };
    case 15:
    case 16:
      return { kind: "release", rows: [row, model.instructions.length - 1 - below(4)].slice(below(2)) };
    case 17: {
      const challengeS = oneOf(60, 120, 3600);
      return { kind: "agree", challengeS, passageAgeMaxS: oneOf(challengeS, challengeS, 120) };
    }
    case 18:
      return { kind: "pass", holder, terminal: 3, agoS: below(model.parameters.passageAgeMaxS + 20) - 10 };
    case 19:
    case 20:
      return passLate(below, model, nowS);
    default:
      return driveOf(model, holder, nowS);
  }
}

interface Run {
  readonly faults: number;
  readonly transactions: number;
  readonly refused: number;
  /** How often each kind was carried out. */
  readonly done: ReadonlyMap<Act["kind"], number>;
}

async function simulate(seed: number): Promise<Run> {
  let drawn = 0;
  const below: Below = (bound) => drawBits(seed, 0, 90, drawn++) % bound;
  const parameters = { challengeS, passageAgeMaxS: challengeS };
  const model: Model = {
    treasuries: Array.from({ length: treasuries }, () => 0n),
    ...{ custody: 0n, rewards: 0n, bonuses: 0n, minted: 0n, capMicro: genesis.capMicro },
    ...{ contracts: new Map(), instructions: [], spent: new Set<string>(), officers, parameters, agreed: parameters },
  };
  const nonces = new Map<KeyPair, number>();
  const nonceOf = (sender: KeyPair) => nonces.get(sender) ?? 0;
  const intents = new Map<string, { readonly act: Act; readonly nonce: number }>();
  const done = new Map<Act["kind"], number>();
  /** Of instructions, in the rows of the model. */
  const ids: string[] = [];
  /** That must never be taken again. */
  const spent: Uint8Array[] = [];
  const [blockStore, memory] = [createFailingBlockStore(below), createMemoryStateStore()];
  const stateStore: StateStore = {
    ...memory,
    commit: failing((state, changes) => memory.commit(state, changes), below),
  };
  const options: SoloOptions = { storage: { kind: "memory" }, genesis, validatorKey: keyOf("validator") };
  const initial = valueOf(initialise(genesis));
  blockStore.begin(
    { genesisHash: new Uint8Array(32), validators: validatorsOf(options.validatorKey) },
    initial.changes,
  );
  const openEngine = () => {
    const tip = blockStore.tip();
    return new Solo(options, blockStore, tip === null ? initial.state : valueOf(rebuildState(blockStore)), tip);
  };
  const openApp = () => valueOf(openApplication({ store: stateStore, nowS: () => startS }));
  let [solo, application] = [openEngine(), openApp()];
  let [faults, transactions, refused] = [0, 0, 0];
  /** What a crash of the application is: it is opened again on what its store has. */
  const surviving = (request: Parameters<Application["respond"]>[0]) => {
    try {
      return application.respond(request);
    } catch (error) {
      if (!(error instanceof DiskFault)) throw error;
      faults++;
      application = openApp();
      return undefined;
    }
  };
  const appHeight = () =>
    Number(valueOf(application.respond({ info: RequestInfo.fromPartial({}) })).info?.lastBlockHeight);
  const initChain = RequestInitChain.fromPartial({
    ...{ chainId, time: { seconds: BigInt(startS), nanos: 0 }, initialHeight: 1n },
    appStateBytes: utf8Of(JSON.stringify(genesisJson(genesis))),
    validators: [{ pubKey: { ed25519: options.validatorKey.publicKey }, power: 10n }],
  });
  while (surviving({ initChain }) === undefined);

  for (let height = 1; height <= blocksPerSeed; height++) {
    const seconds = solo.time.seconds + (height === 1 ? 0 : below(20) === 0 ? 86_400 : 1 + below(500));
    const next = new Map(nonces);
    // Never more than a block walks: the model does not count that.
    const count = height === 1 ? 0 : below(walksPerBlockMax + 1);
    for (const act of height === 2 ? opening : Array.from({ length: count }, () => drawAct(below, model, seconds))) {
      const sender = senderOf(act);
      const nonce = sender === null ? 0 : (next.get(sender) ?? 0);
      const transaction = await transactionOf(act, seconds, () => nonce, ids);
      if (below(10) === 0 && act.kind !== "settle" && act.kind !== "release") {
        const forged = transaction.slice();
        forged[forged.length - 1 - below(forged.length)] ^= 1 << below(8);
        expect(solo.submit(forged, seconds).ok, `seed ${seed}: a forged transaction at ${height}`).toBe(false);
      }
      // Whoever asks is told what the block would say, were it the only one in it.
      const alone = predict(structuredClone(model), act, seconds);
      const isAhead = sender !== null && nonce > nonceOf(sender);
      const waits = alone === "carriedOut" || (isAhead && alone === "refused");
      const isKnown = intents.has(toHex(transaction));
      const submitted = solo.submit(transaction, seconds);
      if (!isKnown) expect(submitted.ok, `seed ${seed}: ${act.kind} offered at ${height}: ${alone}`).toBe(waits);
      if (!submitted.ok) continue;
      if (sender !== null) next.set(sender, nonce + 1);
      intents.set(toHex(transaction), { act, nonce });
    }
    const again = spent.at(-1 - below(8));
    if (again !== undefined) expect(solo.submit(again, seconds).ok, `seed ${seed}: again at ${height}`).toBe(false);
    while (solo.height < height) {
      if (solo.commitBlock({ seconds, nanos: solo.height === 0 ? 0 : below(1_000_000_000) }).ok) continue;
      faults++;
      // Either the process goes on with what waits, or it is gone with it.
      if (below(2) === 0 || blockStore.tip()?.height === height) solo = openEngine();
    }
    const stored = blockStore.blockAt(height);
    expect(stored, `seed ${seed}: block ${height}`).toBeDefined();
    if (stored === undefined) continue;
    for (const [index, transaction] of stored.block.transactions.entries()) {
      const intent = intents.get(toHex(transaction));
      expect(intent, `seed ${seed}: nobody sent transaction ${index} of ${height}`).toBeDefined();
      if (intent === undefined) continue;
      const { act, nonce } = intent;
      const sender = senderOf(act);
      const isNext = sender === null || nonce === nonceOf(sender);
      const verdict = isNext ? predict(model, act, seconds) : "unsigned";
      const { code } = stored.results[index];
      expect(code === 0, `seed ${seed}: ${act.kind}, transaction ${index} of ${height}`).toBe(verdict === "carriedOut");
      if (sender !== null && verdict !== "unsigned") nonces.set(sender, nonce + 1);
      transactions++;
      if (verdict !== "carriedOut") refused++;
      else done.set(act.kind, (done.get(act.kind) ?? 0) + 1);
      if (verdict === "carriedOut" && act.kind === "instruct") ids.push(instructionIdIn(transaction));
      // Of settlements and releases, what was not due then may be due later.
      if (verdict !== "unsigned" && act.kind !== "settle" && act.kind !== "release") spent.push(transaction);
    }
    model.parameters = model.agreed;
    const { time } = stored.block.header;
    const finalizeBlock = RequestFinalizeBlock.fromPartial({
      ...{ height: BigInt(height), txs: [...stored.block.transactions] },
      time: { seconds: BigInt(time.seconds), nanos: time.nanos },
    });
    while (appHeight() < height) {
      const answer = valueOf(application.respond({ finalizeBlock })).finalizeBlock;
      expect(answer?.txResults.map(({ code }) => code)).toEqual(stored.results.map(({ code }) => code));
      expect(toHex(answer?.appHash ?? new Uint8Array(0)), `seed ${seed}: app_hash of ${height}`).toBe(
        toHex(rootHashOf(solo.state.tree)),
      );
      // A crash between the two: what was computed is gone, and is computed again.
      if (below(10) === 0) application = openApp();
      else surviving({ commit: {} });
    }
    const holders = [...model.contracts.keys()];
    const purses = pursesOf(solo.state, holders, treasuries, ids);
    expect(purses, `seed ${seed}: purses at ${height}`).toEqual(modelPurses(model, holders));
    expect(audit(solo.state), `seed ${seed}: audit at ${height}`).toMatchObject({ ok: true });
  }
  return { faults, transactions, refused, done };
}

function instructionIdIn(bytes: Uint8Array): string {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) throw new Error("signed by this test");
  return instructionIdOf(transaction.value.signBytes);
}

describe("a simulated ledger", () => {
  it(
    `does what a model says, with every fault of its stores (${seeds} seeds)`,
    async () => {
      const all = onlySeed === undefined ? Array.from({ length: seeds }, (_, row) => row + 1) : [Number(onlySeed)];
      const runs: Run[] = [];
      for (const seed of all) {
        try {
          runs.push(await simulate(seed));
        } catch (error) {
          throw new Error(`PENDULAIRE_SIMULATION_SEED=${seed}: ${String(error)}`, { cause: error });
        }
      }
      const sum = (part: "faults" | "transactions" | "refused") => runs.reduce((total, run) => total + run[part], 0);
      tellFigure("simulated ledgers", runs.length, `seeds of ${blocksPerSeed} blocks`);
      tellFigure("… faults of their stores", sum("faults"), "faults");
      tellFigure("… transactions judged", sum("transactions"), `transactions (${sum("refused")} refused)`);
      for (const kind of kinds)
        console.log(
          kind,
          runs.reduce((total, run) => total + (run.done.get(kind) ?? 0), 0),
        );
      if (onlySeed !== undefined) return;
      expect(sum("faults")).toBeGreaterThan(runs.length);
      expect(sum("refused")).toBeGreaterThan(runs.length);
      // The simulation would prove little of a kind that never came to anything.
      for (const kind of kinds) {
        const times = runs.reduce((total, run) => total + (run.done.get(kind) ?? 0), 0);
        expect(times, `${kind} carried out`).toBeGreaterThan(0);
      }
    },
    60_000 + seeds * 20_000,
  );
});
