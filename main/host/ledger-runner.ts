import type { LedgerState } from "../../common/console-api";
import { saidOfFailure, type Failure, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import type { ContractOffer, Passage, SessionLedger, SettledContract } from "../ledger/session-ledger";

/**
 * Drives the session's ledger at the session's clock: one operation after the other, blocks when time has passed. What
 * happened before the contracts stood is put into blocks of its own time once they do.
 */
export interface LedgerRunner {
  readonly ledger: SessionLedger;
  readonly state: LedgerState;
  /** False until all contracts of the day are on the chain. */
  readonly ready: boolean;
  /** It failed, which was told: nothing that follows could be believed. */
  readonly stopped: boolean;
  /** Kept in the order of time. */
  passed(passage: Passage): void;
  /** Tells the session's time; makes a block when one is due. */
  tick(nowS: number): void;
  /** Puts everything that waits into blocks up to this session time, unless the contracts do not stand yet. */
  flush(nowS: number): Promise<void>;
  /** The same for whoever has the ledger to themselves already. */
  drain(nowS: number): Promise<void>;
  /** Runs after everything begun before, with the ledger to itself. Rejects once the ledger has stopped. */
  exclusively<T>(work: (ledger: SessionLedger) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Simulated seconds between blocks, and wall milliseconds at least: a terminal's passage is in a block soon. */
const blockEveryS = 15;
const blockEveryMs = 1000;
/** How often it tells how far it is while many blocks are made at once, wall milliseconds. */
const stateEveryMs = 1000;
/** Passages that may wait for a block. */
const waitingMax = 400_000;

export interface LedgerRunnerEvents {
  readonly onState: (state: LedgerState) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly onReady: (contracts: number) => void;
  readonly onSettled: (settled: readonly SettledContract[]) => void;
  /** What belongs into the shift log. */
  readonly onSaid: (said: Said) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface ContractSetUp {
  readonly offers: readonly ContractOffer[];
  readonly timeS: number;
  /** Signing keeps a core busy: it begins when this resolves. */
  readonly after: Promise<void>;
}

export function runLedger(
  ledger: SessionLedger,
  setUp: ContractSetUp | undefined,
  events: LedgerRunnerEvents,
): LedgerRunner {
  let tail: Promise<unknown> = Promise.resolve();
  let ready = setUp === undefined;
  let closed = false;
  let stopped = false;
  let busy = false;
  let blockS = -Infinity;
  let blockMs = -Infinity;
  let waiting: Passage[] = [];
  // What passed before the contracts stood is many blocks, while the session's own figures are those of now.
  let isBehind = setUp !== undefined;

  const exclusively = <T>(work: (ledger: SessionLedger) => Promise<T>): Promise<T> => {
    const result = tail.then(() => {
      if (closed) throw new Error("the ledger has stopped: nothing more is written to it");
      return work(ledger);
    });
    tail = result.catch(() => undefined);
    return result;
  };
  /** A failure of the ledger is told once and ends its work: what follows could not be believed. */
  const check = <T>(result: Result<T>): T | undefined => {
    if (result.ok) return result.value;
    closed = true;
    stopped = true;
    events.onFailure(result.error);
    return undefined;
  };

  /** Blocks up to `toS`, or to the chain's time if that is later, each with the passages of its time. */
  const advance = async (toS: number) => {
    waiting.sort((a, b) => a.timeS - b.timeS);
    // Whoever had the ledger to themselves may have made a block after the last one of here, or after this was asked for.
    const chainS = ledger.state().timeS;
    const nowS = Math.max(toS, chainS);
    blockS = Math.max(blockS, chainS);
    const [earliest] = waiting;
    if (isBehind && earliest !== undefined) {
      const args = { fromS: earliest.timeS, untilS: nowS, passages: waiting.length };
      events.onSaid({ code: "ledger-catching-up", args });
    }
    isBehind = false;
    let toldMs = performance.now();
    while (!closed) {
      const first = waiting[0]?.timeS ?? Infinity;
      const untilS = Math.min(nowS, Math.max(blockS, first) + blockEveryS);
      const due = waiting.filter(({ timeS }) => timeS <= untilS);
      waiting = waiting.slice(due.length);
      ledger.queuePassages(due);
      events.onSettled(check(await ledger.advance(untilS))?.settled ?? []);
      blockS = untilS;
      if (performance.now() >= toldMs + stateEveryMs) {
        toldMs = performance.now();
        events.onState(ledger.state());
      }
      if (untilS >= nowS || waiting.length === 0) break;
    }
    if (blockS < nowS && !closed) {
      events.onSettled(check(await ledger.advance(nowS))?.settled ?? []);
      blockS = nowS;
    }
    events.onState(ledger.state());
  };

  const drain = async (nowS: number) => {
    if (ready && !closed && (waiting.length > 0 || blockS < nowS)) await advance(nowS);
  };

  ledger.watch?.((said) => {
    if (closed) return;
    if (said !== null) events.onSaid(said);
    events.onState(ledger.state());
  });
  if (setUp !== undefined) {
    void exclusively(async () => {
      await setUp.after;
      if (closed) return;
      const ids = check(await ledger.setUpContracts(setUp.offers, setUp.timeS, events.onProgress));
      if (ids === undefined) return;
      ready = true;
      blockS = setUp.timeS;
      events.onReady(ids.length);
      events.onState(ledger.state());
    }).catch((error: unknown) => check({ ok: false, error: { message: String(error), where: "ledger" } }));
  }

  return {
    ledger,
    get state() {
      return ledger.state();
    },
    get ready() {
      return ready;
    },
    get stopped() {
      return stopped;
    },
    passed: (passage) => {
      if (closed || waiting.length >= waitingMax) return;
      waiting.push(passage);
      if (waiting.length === waitingMax) {
        check({ ok: false, error: { message: `${waitingMax} passages wait for a block`, where: "ledger" } });
      }
    },
    tick: (nowS) => {
      const nowMs = performance.now();
      if (!ready || closed || busy || nowS < blockS + blockEveryS || nowMs < blockMs + blockEveryMs) return;
      busy = true;
      blockMs = nowMs;
      exclusively(() => advance(nowS))
        .catch((error: unknown) => check({ ok: false, error: { message: String(error), where: "ledger" } }))
        .finally(() => (busy = false));
    },
    flush: (nowS) => exclusively(() => drain(nowS)),
    drain,
    exclusively,
    close: async () => {
      closed = true;
      await tail;
      await ledger.close();
    },
  };
}

export function sayLedgerStopped(failure: Failure): Said {
  return { code: "ledger-stopped", args: { reason: saidOfFailure(failure) } };
}
