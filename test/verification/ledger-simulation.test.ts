import { RequestFinalizeBlock, RequestInfo, RequestInitChain } from "cosmjs-types/tendermint/abci/types";
import { describe, expect, it } from "vitest";
import { toHex, utf8Of } from "../../common/canonical";
import { drawBits } from "../../common/draw";
import { openApplication, type Application } from "../../ledger/abci/application";
import { genesisJson } from "../../ledger/abci/genesis-form";
import { createMemoryStateStore, type StateStore } from "../../ledger/abci/state-store";
import { audit } from "../../ledger/machine/audit";
import { initialise } from "../../ledger/machine/genesis";
import { readBalance, readTotals } from "../../ledger/machine/readers";
import type { StatePath } from "../../ledger/machine/tree/path";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { treasuryMembers } from "../../ledger/network/load";
import { validatorsOf } from "../../ledger/solo/block-builder";
import { createMemoryStore, type BlockStore } from "../../ledger/solo/block-store";
import { signAsMember } from "../../ledger/solo/consortium";
import { memberKey } from "../../ledger/solo/members";
import { Solo, type SoloOptions } from "../../ledger/solo/solo";
import { rebuildState } from "../../ledger/solo/stored-chain";
import { tellFigure } from "../support/figures";
import { chainId, genesis as plain, keyOf, memberSeed, startS } from "./ledger-genesis";
import { valueOf } from "./ledger-reference";

/**
 * Machine, embedded engine and application against a driver, a clock and stores that fail, all drawn from one seed: a
 * failing seed alone makes its run again (`PENDULAIRE_SIMULATION_SEED`). A model of money written apart from the machine judges every
 * result.
 */
const seeds = Number(process.env["PENDULAIRE_SIMULATIONS"] ?? 12);
const onlySeed = process.env["PENDULAIRE_SIMULATION_SEED"];
const blocksPerSeed = 30;
const treasuries = 3;
const genesis = { ...plain, members: [...plain.members, ...treasuryMembers(memberSeed, treasuries)] };
const keys = Array.from({ length: treasuries }, (_, row) => memberKey(memberSeed, "treasury", row + 1));
const names = keys.map(({ publicKey }) => toHex(publicKey));
/** As in `ledger-genesis.ts`. */
const capMicro = 1_000_000_000_000n;

class DiskFault extends Error {}

/** Fails before a write, or after it as a crash between disk and answer does. */
function failing<Arguments extends readonly unknown[]>(
  write: (...given: Arguments) => void,
  below: (bound: number) => number,
): (...given: Arguments) => void {
  return (...given) => {
    const fault = below(8);
    if (fault === 0) throw new DiskFault("before the write");
    write(...given);
    if (fault === 1) throw new DiskFault("after the write");
  };
}

/** The memory store, with leaves, so that it can be opened again. */
function createFailingBlockStore(below: (bound: number) => number): BlockStore {
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

type Intent =
  | { readonly kind: "mint"; readonly from: number; readonly amountMicro: bigint }
  | { readonly kind: "fund"; readonly from: number; readonly to: number; readonly amountMicro: bigint };

/** What each treasury has, and who may do what: from the rules in `ledger/README.md`, not from the machine. */
class MoneyModel {
  readonly balances = keys.map(() => 0n);
  readonly nonces = keys.map(() => 0);
  supplyMicro = 0n;

  /** @returns whether it is carried out; its nonce is spent either way */
  judge(intent: Intent): boolean {
    this.nonces[intent.from]++;
    const { from, amountMicro } = intent;
    if (intent.kind === "mint") {
      if (this.supplyMicro + amountMicro > capMicro) return false;
      this.supplyMicro += amountMicro;
      this.balances[from] += amountMicro;
      return true;
    }
    if (this.balances[from] < amountMicro) return false;
    this.balances[from] -= amountMicro;
    this.balances[intent.to] += amountMicro;
    return true;
  }
}

function simulate(seed: number): { readonly faults: number; readonly transactions: number; readonly refused: number } {
  let drawn = 0;
  const below = (bound: number) => drawBits(seed, 0, 90, drawn++) % bound;
  const model = new MoneyModel();
  const intents = new Map<string, Intent>();
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
    const next = [...model.nonces];
    for (let count = height === 1 ? 0 : below(8); count > 0; count--) {
      const [from, to] = [below(treasuries), below(treasuries)];
      // Now and then more than there is, of the cap or of a balance.
      const amountMicro = BigInt(1 + below(1000)) * (below(6) === 0 ? capMicro / 1000n : 1n);
      const intent: Intent =
        below(2) === 0 ? { kind: "mint", from, amountMicro } : { kind: "fund", from, to, amountMicro };
      const payload =
        intent.kind === "mint"
          ? ({ kind: "mint", amountMicro } as const)
          : ({ kind: "fund", destination: { kind: "account", publicKey: keys[to].publicKey }, amountMicro } as const);
      const transaction = signAsMember(chainId, keys[from], next[from], payload);
      if (below(10) === 0) {
        const forged = transaction.slice();
        forged[forged.length - 1 - below(forged.length)] ^= 1 << below(8);
        expect(solo.submit(forged).ok, `seed ${seed}: a forged transaction at ${height}`).toBe(false);
      }
      if (!solo.submit(transaction).ok) continue;
      next[from]++;
      intents.set(toHex(transaction), intent);
    }
    const seconds = solo.time.seconds + (height === 1 ? 0 : below(20) === 0 ? 86_400 : 1 + below(3));
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
      const carried = model.judge(intent);
      expect(stored.results[index].code === 0, `seed ${seed}: transaction ${index} of ${height}`).toBe(carried);
      transactions++;
      if (!carried) refused++;
    }
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
    for (const [row, name] of names.entries()) {
      expect(readBalance(solo.state, keys[row].publicKey), `seed ${seed}: ${name} at ${height}`).toBe(
        model.balances[row],
      );
    }
    expect(readTotals(solo.state).supplyMicro, `seed ${seed}: supply at ${height}`).toBe(model.supplyMicro);
    expect(audit(solo.state), `seed ${seed}: audit at ${height}`).toMatchObject({ ok: true });
  }
  return { faults, transactions, refused };
}

describe("a simulated ledger", () => {
  it(
    `does what a model of money says, with every fault of its stores (${seeds} seeds)`,
    () => {
      const all = onlySeed === undefined ? Array.from({ length: seeds }, (_, row) => row + 1) : [Number(onlySeed)];
      const runs = all.map((seed) => {
        try {
          return simulate(seed);
        } catch (error) {
          throw new Error(`PENDULAIRE_SIMULATION_SEED=${seed}: ${String(error)}`, { cause: error });
        }
      });
      const sum = (part: keyof (typeof runs)[number]) => runs.reduce((total, run) => total + run[part], 0);
      tellFigure("simulated ledgers", runs.length, `seeds of ${blocksPerSeed} blocks`);
      tellFigure("… faults of their stores", sum("faults"), "faults");
      tellFigure("… transactions judged", sum("transactions"), `transactions (${sum("refused")} refused)`);
      if (onlySeed !== undefined) return;
      expect(sum("faults")).toBeGreaterThan(runs.length);
      expect(sum("refused")).toBeGreaterThan(runs.length);
    },
    60_000 + seeds * 20_000,
  );
});
