import { describe, expect, test } from "vitest";
import { drawNormal } from "../../common/draw";
import { plainCity } from "../../test/support/plain-city";
import { parameterValues } from "../../workers/people";
import runEnsembleTask, { type EnsembleTask } from "../../workers/ensemble";
import type { EnsemblePool } from "../host/ensemble-pool";
import { terminalsBefore } from "./addressing";
import { proposeCandidates } from "./candidates";
import { horizonMaxS } from "./horizon";
import { estimate } from "./intervals";
import { rankCandidates, type Candidate, type RankingOptions } from "./rank";
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
const look = { horizonS: undefined, horizonLeastS: 3600 };
const options = { seed: 1, replications: 3, ...look, sentAfterS: 60, tokensPerEur: 2 };

async function stageAt(people: number): Promise<Stage> {
  const opened = openStage(city, { people, seed: 1, fromS: 6 * 3600, tickS: 1 }, values);
  if (!opened.ok) throw new Error(opened.error.message);
  await advanceStage(opened.value, atS);
  return opened.value;
}

describe("ranking", () => {
  test("sets doing nothing first, and counts who is matched, asked and paid by the ledger's rules", async () => {
    const stage = await stageAt(1500);
    const terminals = terminalsBefore([north], stage.book, atS);
    expect(terminals).toEqual([0]);
    const candidates = proposeCandidates({ edges: [north], endS: atS + 1800 }, stage.book, atS + 60);
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
      const candidates = proposeCandidates({ edges: [north], endS: atS + 1800 }, stage.book, atS + 60);
      return rankCandidates(instantOf(stage, incident), candidates, options, pool, () => undefined);
    };
    expect(await run()).toEqual(await run());
  });

  test("says why the ledger would refuse a candidate, and computes nothing of it", async () => {
    const stage = await stageAt(600);
    const [avoid] = proposeCandidates({ edges: [north], endS: atS + 1800 }, stage.book, atS + 60);
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

/** Runs in which nothing but chance decides: delays of about 100 vehicle-hours, drawn by the seed and by what is commanded. */
function chancePool(tasks: EnsembleTask[]): EnsemblePool {
  const delayS = ({ seed, commands }: EnsembleTask) => {
    const last = commands.at(-1);
    const arm = last?.kind === "instruct" ? last.people.length + Math.round(1000 * last.bonusEur) : commands.length;
    return 3600 * (100 + drawNormal(seed, arm, 77, 0));
  };
  const end = {
    tick: 0,
    running: 0,
    waiting: 0,
    departed: 0,
    arrived: 0,
    delayS: 0,
    meanSpeedMps: 0,
    longestQueueM: 0,
  };
  return {
    run: (given) => {
      tasks.push(...given);
      return Promise.resolve(
        given.map((task) => ({ ...{ delayS: delayS(task), end, complied: 1, reached: 1, counts: undefined } })),
      );
    },
    close: () => Promise.resolve(),
  };
}

describe("what is chosen", () => {
  test("is estimated with seeds that have not chosen it: where all is chance it saves nothing", async () => {
    const stage = await stageAt(600);
    const candidates = proposeCandidates({ edges: [north], endS: atS + 1800 }, stage.book, atS + 60)
      .filter(({ part }) => part === 1)
      .flatMap((candidate) =>
        [1, 2, 3].map((bonus) => ({
          ...{ ...candidate, name: `${candidate.name} ${bonus}` },
          instruction: { ...candidate.instruction, bonusMicro: BigInt(bonus * 1_000_000) },
        })),
      );
    const replications = 4;
    const rounds = 30;
    const [chosen, fresh]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= rounds; seed++) {
      const tasks: EnsembleTask[] = [];
      const given = { ...options, seed: 7919 * 100 * seed, replications, sentAfterS: 0 };
      const instant = instantOf(stage, incident);
      const { most, candidates: ranked } = await rankCandidates(
        instant,
        candidates,
        given,
        chancePool(tasks),
        () => undefined,
      );
      if (most === null) throw new Error("a candidate is chosen");
      chosen.push(ranked.find(({ name }) => name === most.name)?.delaySavedVehH?.mean ?? Number.NaN);
      fresh.push(most.delaySavedVehH.mean);
      const arms = candidates.length + 2;
      const choosing = new Set(tasks.slice(0, arms * replications).map((task) => task.seed));
      const again = tasks.slice(arms * replications).map((task) => task.seed);
      expect(choosing.size).toBe(replications);
      expect(again.length).toBeGreaterThanOrEqual(2 * replications);
      expect(again.some((one) => choosing.has(one))).toBe(false);
    }
    const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    // Differences of two draws with deviation 1, means of four replications: three standard errors over the rounds.
    const errors = 3 * Math.sqrt(2 / replications / rounds);
    expect(mean(chosen)).toBeGreaterThan(2 * errors);
    expect(Math.abs(mean(fresh))).toBeLessThan(errors);
  });
});

describe("the city without the incident", () => {
  test("is run in every replication, so that its error is in the interval", async () => {
    const tasks: EnsembleTask[] = [];
    const counting: EnsemblePool = { ...pool, run: (given, onDone) => (tasks.push(...given), pool.run(given, onDone)) };
    const { incidentVehH } = await rankCandidates(
      instantOf(await stageAt(1500), incident),
      [],
      options,
      counting,
      () => undefined,
    );
    const without = tasks.filter(({ commands }) => commands.length === 0);
    expect(new Set(without.map(({ seed }) => seed)).size).toBe(options.replications);
    const delays = without.map((task) => runEnsembleTask(task).delayS);
    // Its runs differ: there is an error to be counted.
    expect(new Set(delays).size).toBe(options.replications);
    const nothing = tasks.filter(({ commands, horizonTicks }) => commands.length > 0 && horizonTicks > 60);
    const pairs = nothing.map((task, row) => (runEnsembleTask(task).delayS - (delays[row] ?? Number.NaN)) / 3600);
    expect(incidentVehH).toEqual(estimate(pairs));
  });
});

describe("the horizon", () => {
  const ranking = async (change: Partial<RankingOptions>) => {
    const stage = await stageAt(1000);
    const candidates = proposeCandidates({ edges: [north], endS: atS + 1800 }, stage.book, atS + 60);
    return rankCandidates(instantOf(stage, incident), candidates, { ...options, ...change }, pool, () => undefined);
  };
  const of = ({ candidates }: Awaited<ReturnType<typeof ranking>>, wanted: string) =>
    candidates.find(({ name }) => name === wanted);

  test("reaches beyond the last departure that is moved, and the last bonus that can be earned", async () => {
    const ranked = await ranking({ replications: 1 });
    // Half an hour of incident, an hour to earn the bonus.
    expect(ranked.horizonS).toBeGreaterThanOrEqual(5400);
    expect(ranked.horizonS).toBeLessThanOrEqual(horizonMaxS);
    expect(ranked.candidates.map(({ refusal }) => refusal)).toEqual(ranked.candidates.map(() => null));
    expect(of(ranked, "avoid")?.paidTokens).not.toBeNull();
  });

  test("that is given and too short has what moves departures refused, and nothing said of what is paid", async () => {
    const ranked = await ranking({ replications: 1, horizonS: 2400 });
    expect(ranked.horizonS).toBe(2400);
    for (const name of ["hold until open", "leave 15 min later"]) {
      expect(of(ranked, name)).toMatchObject({ refusal: "departure-beyond-horizon", delaySavedVehH: null });
    }
    expect(of(ranked, "avoid")).toMatchObject({
      refusal: null,
      paidTokens: null,
      eurPerVehH: null,
      windfallShare: null,
    });
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
