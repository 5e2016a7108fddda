import { afterEach, expect, it, vi } from "vitest";
import type { LedgerState } from "../../common/console-api";
import type { Said } from "../../common/said";
import { describeFailure, type Failure, type Result } from "../../common/result";
import { openSessionLedger } from "../ledger/session-ledger";
import type { ContractOffer } from "../ledger/session-interface";
import { runLedger, type LedgerRunner } from "./ledger-runner";

const sevenS = 7 * 3600;
/** Passes one terminal between 7:10 and 7:30. */
const offer = (contractIndex: number): ContractOffer => ({
  contractIndex,
  departFromS: sevenS,
  departUntilS: sevenS + 600,
  itinerary: [{ terminal: 1, fromS: sevenS + 600, untilS: sevenS + 1800 }],
  deadlineS: sevenS + 5400,
  rewardMicro: 3_000_000,
  penaltyMicro: 1_000_000,
});

const running: LedgerRunner[] = [];
afterEach(async () => {
  for (const runner of running.splice(0)) await runner.close();
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

/** A ledger with two contracts, and what it told. */
async function startLedger() {
  const failures: Failure[] = [];
  const said: Said[] = [];
  const states: LedgerState[] = [];
  const ledger = must(
    await openSessionLedger({
      directory: null,
      chainId: "pendulaire-test-1",
      date: "2026-03-02",
      startS: 6 * 3600,
      memberSeed: new Uint8Array(32).fill(3),
      terminalNames: ["North gate", "Bridge"],
      clause: "We note which terminals you pass, to pay you.",
      rewardPoolMicro: 1_000_000_000,
      bonusPoolMicro: 100_000_000,
      challengeS: 60,
    }),
  );
  const runner = await new Promise<LedgerRunner>((resolve) => {
    const started = runLedger(
      ledger,
      { offers: [0, 1].map(offer), timeS: sevenS, after: Promise.resolve() },
      {
        onState: (state) => states.push(state),
        onProgress: () => undefined,
        onReady: () => resolve(started),
        onSettled: () => undefined,
        onSaid: (one) => said.push(one),
        onFailure: (failure) => failures.push(failure),
      },
    );
    running.push(started);
  });
  return { runner, failures, said, states };
}

it("goes on after a block that somebody else made, with passages of before it and however fast the session runs", async () => {
  const { runner, failures } = await startLedger();
  await runner.flush(sevenS + 600);
  runner.passed({ contractIndex: 0, terminal: 1, timeS: sevenS + 610 });
  // At 60 × a block of the session's clock is a minute after the one before; an instruction's lies in between.
  await runner.exclusively(async (chain) => must(await chain.advance(sevenS + 645)));
  runner.passed({ contractIndex: 1, terminal: 1, timeS: sevenS + 650 });
  await runner.flush(sevenS + 660);
  expect(failures).toEqual([]);
  expect(runner.stopped).toBe(false);
  expect(Math.floor(runner.state.timeS)).toBe(sevenS + 660);
  for (const contractIndex of [0, 1]) {
    const report = must(runner.ledger.contractReport(runner.ledger.contractIdOf(contractIndex) ?? ""));
    expect(report.itinerary.map(({ passedAtS }) => passedAtS)).toEqual([sevenS + (contractIndex === 0 ? 610 : 650)]);
  }
});

it("goes on after a block that is later than what was asked of it", async () => {
  const { runner, failures } = await startLedger();
  const earlier = runner.exclusively(async (chain) => must(await chain.advance(sevenS + 645)));
  runner.passed({ contractIndex: 0, terminal: 1, timeS: sevenS + 610 });
  await runner.flush(sevenS + 620);
  await earlier;
  expect(failures).toEqual([]);
  const report = must(runner.ledger.contractReport(runner.ledger.contractIdOf(0) ?? ""));
  expect(report.itinerary.map(({ passedAtS }) => passedAtS)).toEqual([sevenS + 610]);
});

it("says that it catches up with what passed before the contracts stood, and how far it is", async () => {
  const { runner, said, states } = await startLedger();
  // Each look at the clock is a second later.
  const clock = vi.spyOn(performance, "now").mockImplementation(() => 1000 * clock.mock.calls.length);
  for (const [contractIndex, minute] of [20, 12].entries()) {
    runner.passed({ contractIndex, terminal: 1, timeS: sevenS + minute * 60 });
  }
  states.length = 0;
  await runner.flush(sevenS + 3600);
  expect(said).toEqual([
    { code: "ledger-catching-up", args: { fromS: sevenS + 12 * 60, untilS: sevenS + 3600, passages: 2 } },
  ]);
  const minutes = states.map(({ timeS }) => Math.floor((timeS - sevenS) / 60));
  expect(minutes).toEqual([12, 20, 60]);
  // Later on it is not behind, however long nothing passes.
  runner.passed({ contractIndex: 1, terminal: 1, timeS: sevenS + 3700 });
  await runner.flush(sevenS + 7200);
  expect(said).toHaveLength(1);
  clock.mockRestore();
});
