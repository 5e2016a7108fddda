import { describe, expect, test } from "vitest";
import { gridCity } from "../test/support/plain-city";
import { hashArena, loadArena, saveArena, type Arena } from "./arena/arena";
import { none } from "./arena/sections";
import { generatePopulation, parameterValues, type Population } from "./people";
import { learnFromTrips } from "./people/experience";
import { buildDay, buildTwin, populationOfDay } from "./twin";
import { advanceTwin, createTwinEngine, queueCommand } from "./twin-engine";

const city = gridCity(6, 200, 1);
const values = parameterValues();
const settings = { seed: 1, startS: 5 * 3600, tickS: 1 };

function populationOf(seed = 1): Population {
  const generated = generatePopulation(city, 1500, seed, values);
  if (!generated.ok) throw new Error(generated.error.message);
  return generated.value;
}

function dayOf(population: Population, changed: Partial<typeof values> = {}, seed = 1) {
  const built = buildDay(city, population, { ...settings, seed }, { ...values, ...changed });
  if (!built.ok) throw new Error(built.error.message);
  return built.value;
}

describe("the day before", () => {
  const usual = populationOf();
  const { arena, population } = dayOf(usual);
  const holders = Array.from({ length: usual.size }, (_, person) => person).filter(
    (person) => usual.holdsContract[person] === 1,
  );

  test("moves nobody without a contract", () => {
    for (let person = 0; person < usual.size; person++) {
      if (usual.holdsContract[person] === 1) continue;
      expect(population.departS[person]).toBe(usual.departS[person]);
      expect(population.holdsContract[person]).toBe(0);
      expect(population.reward?.[person]).toBe(0);
    }
  });

  test("has holders leave by a quarter hour of the menu for its reward, or as usual without a contract", () => {
    let moved = 0;
    for (const person of holders) {
      const shiftS = population.departS[person] - usual.departS[person];
      expect(Math.abs(shiftS)).toBeLessThanOrEqual(values.menuReachS);
      expect(Number.isInteger(shiftS / values.menuStepS)).toBe(true);
      const reward = population.reward?.[person] ?? -1;
      if (population.holdsContract[person] === 0) expect([shiftS, reward]).toEqual([0, 0]);
      else expect([10, 20, 30, 40]).toContain(reward);
      moved += Number(shiftS !== 0);
    }
    expect(moved).toBeGreaterThan(0.2 * holders.length);
    expect(holders.some((person) => population.holdsContract[person] === 0)).toBe(true);
  });

  test("puts the departures into the twin: it has them, and its own bits, again and again", () => {
    for (const person of holders) {
      const tick = Math.ceil(population.departS[person] - settings.startS);
      if (tick > 0) expect(arena.columns.tripDepartTick[2 * person]).toBe(tick);
    }
    expect(hashArena(dayOf(populationOf()).arena)).toBe(hashArena(arena));
    expect(hashArena(dayOf(usual, {}, 2).arena)).not.toBe(hashArena(arena));
  });

  test("with rewards has fewer holders in the busiest part of the morning than without", () => {
    const inPeak = (changed: Partial<typeof values>) => {
      const { departS } = dayOf(usual, changed).population;
      // The busiest 90 minutes around the mean departure.
      const fromS = values.departureMeanS - values.menuPeakS / 2;
      return holders.filter((person) => departS[person] >= fromS && departS[person] < fromS + values.menuPeakS).length;
    };
    const nothing = { menuRewardEur: 0, menuRewardPeakEur: 0, menuRewardWayEur: 0 };
    expect(inPeak({ menuRewardPeakEur: 0 })).toBeLessThan(inPeak(nothing));
  });

  test("is read back from a save of any later time", () => {
    const running = createTwinEngine(dayOf(usual).arena, values);
    advanceTwin(running, 1800);
    const loaded = loadArena(running.arena.counts, saveArena(running.arena));
    if (!loaded.ok) throw new Error(loaded.error.message);
    expect(populationOfDay(loaded.value, usual)).toEqual(population);
  });

  test("does not touch a twin of usual days", () => {
    const built = buildTwin(city, usual, settings, values);
    if (!built.ok) throw new Error(built.error.message);
    expect([...built.value.columns.personHoldsContract]).toEqual([...usual.holdsContract]);
    expect(built.value.columns.personReward.every((reward) => reward === 0)).toBe(true);
  });
});

describe("what people learn", () => {
  const trustOf = (arena: Arena, person: number) => arena.columns.personTrust[person];

  test("from bonuses is told by a command, to those it names", () => {
    const engine = createTwinEngine(dayOf(populationOf()).arena, values);
    queueCommand(engine, { kind: "settleBonuses", tick: 5, people: [3, 4], paid: [true, false] });
    advanceTwin(engine, 10);
    expect(trustOf(engine.arena, 3)).toBeGreaterThan(values.trustInitial);
    expect(trustOf(engine.arena, 4)).toBeLessThan(values.trustInitial);
    expect(trustOf(engine.arena, 5)).toBe(values.trustInitial);
  });

  test("from a message is learnt once, when the trip is over: right when they came no later than by the usual way", () => {
    const { arena } = dayOf(populationOf());
    const { tripExpectedTick, tripArrivalTick } = arena.columns;
    [tripExpectedTick[20], tripExpectedTick[22], tripExpectedTick[24]] = [1000, 1000, 1000];
    [tripArrivalTick[20], tripArrivalTick[22], tripArrivalTick[24]] = [900, 1100, none];
    for (const person of [10, 11, 12, 10, 11, 12]) learnFromTrips(arena, person, values);
    expect(trustOf(arena, 10)).toBeCloseTo(values.trustInitial + values.trustGain * (1 - values.trustInitial), 6);
    expect(trustOf(arena, 11)).toBeCloseTo(values.trustInitial - values.trustLoss * values.trustInitial, 6);
    expect(trustOf(arena, 12)).toBe(values.trustInitial);
    expect([tripExpectedTick[20], tripExpectedTick[24]]).toEqual([none, 1000]);
  });
});
