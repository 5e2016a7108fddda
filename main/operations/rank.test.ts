import { describe, expect, test } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { parameterValues } from "../../workers/people";
import runEnsembleTask from "../../workers/ensemble";
import type { EnsemblePool } from "../host/ensemble-pool";
import { terminalsBefore } from "./addressing";
import { proposeCandidates } from "./candidates";
import { estimate } from "./intervals";
import { rankCandidates, type Candidate } from "./rank";
import { advanceStage, drawPlace, drawTimes, instantOf, openStage, type Stage } from "./stage";

/** A pool that runs its tasks here, one after the other. */
const pool: EnsemblePool = {
  run: (tasks) => Promise.resolve(tasks.map((task) => runEnsembleTask(task))),
  close: () => Promise.resolve(),
};

/** From homes in the west to jobs in the east by two ways: the north is quicker; a terminal on each, one before the jobs. */
const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [1500, 500],
    [1500, -600],
    [2500, 0],
    [3000, 0],
    [3500, 0],
  ],
  edges: [
    { from: 0, to: 1, homes: 1, jobs: 0 },
    { from: 1, to: 2, homes: 0, jobs: 0 },
    { from: 2, to: 4, homes: 0, jobs: 0 },
    { from: 1, to: 3, homes: 0, jobs: 0 },
    { from: 3, to: 4, homes: 0, jobs: 0 },
    { from: 4, to: 5, homes: 0, jobs: 0 },
    { from: 5, to: 6, homes: 0, jobs: 1 },
  ],
  terminals: [
    [2, 300],
    [4, 300],
    [5, 200],
  ],
});
const north = 2;
const values = { ...parameterValues(), contractShare: 0.6, navigatedShare: 0 };
const atS = 7 * 3600;
const incident = { edge: north, atS, durationS: 1800, positionM: 500, lanes: 1 };
const options = { seed: 1, replications: 3, horizonS: 3600, sentAfterS: 60, tokensPerEur: 2 };

async function stageAt(people: number): Promise<Stage> {
  const opened = openStage(city, { people, seed: 1, fromS: 6 * 3600, tickS: 1 }, values);
  if (!opened.ok) throw new Error(opened.error.message);
  await advanceStage(opened.value, atS);
  return opened.value;
}

describe("ranking", () => {
  test("sets doing nothing first, and counts who is matched, asked and paid by the ledger's rules", async () => {
    const stage = await stageAt(1500);
    const terminals = terminalsBefore(north, stage.book, atS);
    expect(terminals).toEqual([0]);
    const candidates = proposeCandidates({ edge: north, endS: atS + 1800 }, stage.book, atS + 60);
    const ranking = await rankCandidates(instantOf(stage, incident), candidates, options, pool, () => undefined);
    const [nothing, avoid, half] = ranking.candidates;
    expect(nothing).toMatchObject({ name: "do nothing", paidTokens: 0, eligible: 0, complied: 0, peakImportKw: null });
    expect(nothing?.delaySavedVehH).toEqual({ mean: 0, low: 0, high: 0 });
    expect(ranking.incidentVehH.mean).toBeGreaterThan(0);
    expect(avoid?.name).toBe("avoid");
    expect(avoid?.eligible).toBeGreaterThan(20);
    expect(half?.eligible).toBeLessThan(avoid?.eligible ?? 0);
    expect(avoid?.reached).toBeLessThanOrEqual(avoid?.eligible ?? 0);
    expect(avoid?.complied).toBeLessThanOrEqual(avoid?.reached ?? 0);
    expect(avoid?.complied).toBeGreaterThan(0);
    expect(avoid?.worstDistrict).toBe("all");
    expect(avoid?.worstDistrictSavedVehH).toBeCloseTo(avoid?.delaySavedVehH?.mean ?? Number.NaN, 9);
    // A bonus is two tokens: nobody is paid more than once, and nobody who was not matched.
    expect((avoid?.paidTokens ?? 0) / 2).toBeLessThanOrEqual(avoid?.eligible ?? 0);
    const eur = (avoid?.paidTokens ?? 0) / options.tokensPerEur;
    const mean = avoid?.delaySavedVehH?.mean ?? 0;
    if (mean > 0) expect(avoid?.eurPerVehH).toBeCloseTo(eur / mean, 9);
    else expect(avoid?.eurPerVehH).toBeNull();
  });

  test("is the same again", async () => {
    const run = async () => {
      const stage = await stageAt(600);
      const candidates = proposeCandidates({ edge: north, endS: atS + 1800 }, stage.book, atS + 60);
      return rankCandidates(instantOf(stage, incident), candidates, options, pool, () => undefined);
    };
    expect(await run()).toEqual(await run());
  });

  test("says why the ledger would refuse a candidate, and computes nothing of it", async () => {
    const stage = await stageAt(600);
    const [avoid] = proposeCandidates({ edge: north, endS: atS + 1800 }, stage.book, atS + 60);
    if (avoid === undefined) throw new Error("there is a candidate");
    const poor: Candidate = { ...avoid, name: "poor", instruction: { ...avoid.instruction, budgetMicro: 1n } };
    const nowhere: Candidate = {
      ...avoid,
      name: "nowhere",
      instruction: { ...avoid.instruction, scope: { ...avoid.instruction.scope, terminals: [1] } },
    };
    const late: Candidate = { ...avoid, name: "late", instruction: { ...avoid.instruction, expiresAtS: atS } };
    const ranking = await rankCandidates(
      instantOf(stage, incident),
      [poor, nowhere, late],
      options,
      pool,
      () => undefined,
    );
    expect(ranking.candidates.map(({ refusal }) => refusal)).toEqual([
      null,
      "payout-above-budget",
      "no-contract-matches",
      "expiry-in-the-past",
    ]);
    expect(ranking.candidates[1]).toMatchObject({ delaySavedVehH: null, paidTokens: null, complied: null });
    expect(ranking.best).toBe("do nothing");
  });
});

describe("drawn incidents", () => {
  test("lie on roads that carry traffic, and are the same again", async () => {
    const stage = await stageAt(1500);
    const drawn = drawTimes(20, 7, atS, atS + 3600);
    expect(drawTimes(20, 7, atS, atS + 3600)).toEqual(drawn);
    for (const time of drawn) {
      const place = drawPlace(stage, time, 7);
      if (!place.ok) throw new Error(place.error.message);
      expect(drawPlace(stage, time, 7)).toEqual(place);
      expect(stage.engine.arena.columns.edgeEntered[place.value.edge]).toBeGreaterThanOrEqual(10);
      expect(place.value.positionM).toBeGreaterThan(0);
    }
    expect(drawn.every(({ atS: at }, row) => row === 0 || at >= (drawn[row - 1]?.atS ?? 0))).toBe(true);
  });
});

describe("an interval", () => {
  test("of 90 % is Student's: for 1, 2, 3, 4, 5 it is 3 ± 2.132 · √(2.5 / 5)", () => {
    const { mean, low, high } = estimate([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(high).toBeCloseTo(3 + 2.132 * Math.sqrt(0.5), 9);
    expect(low).toBeCloseTo(3 - 2.132 * Math.sqrt(0.5), 9);
  });

  test("of one sample is not known, and of many goes to the normal one: 1.660 at 100 degrees of freedom", () => {
    expect(estimate([4])).toEqual({ mean: 4, low: null, high: null });
    const samples = Array.from({ length: 101 }, (_, row) => (row % 2 === 0 ? 1 : -1));
    const { mean, high } = estimate(samples);
    const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 100;
    expect(((high ?? 0) - mean) / Math.sqrt(variance / 101)).toBeCloseTo(1.66, 2);
  });
});
