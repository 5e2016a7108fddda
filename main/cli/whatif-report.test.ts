import { expect, it } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { parameterValues } from "../../workers/people";
import type { Estimate } from "../operations/intervals";
import { describeIncidents, describeRanking, incidentsPage, type WhatIfCase } from "./whatif-report";

const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
  ],
  edges: [{ from: 0, to: 1 }],
});
const between = (low: number, high: number): Estimate => ({ mean: (low + high) / 2, low, high });

/** A closure after which the chosen candidate saves so much. */
function caseOf(number: number, delaySavedVehH: Estimate): WhatIfCase {
  const incidentVehH = between(-0.06, -0.02);
  const ranking = {
    best: "do nothing",
    bestSavedVehH: null,
    horizonS: 3600,
    delayVehH: 9,
    candidates: [],
    incidentVehH,
  };
  return {
    number,
    incident: { edge: 0, atS: 25_200, durationS: 1800, lanes: 1, positionM: 20 },
    ranking: { ...ranking, most: { name: "avoid", delaySavedVehH } },
  };
}

it("says of the chosen candidates in how many the interval is above zero, below it, or holds it", () => {
  const cases = [between(1, 3), between(-3, -1), between(-1, 1), between(-2, 1)].map((saved, row) =>
    caseOf(row, saved),
  );
  const told = describeIncidents(city, cases, 1);
  expect(told).toContain("1 saved time (the whole interval is above zero)");
  expect(told).toContain("1 cost time (the whole interval is below zero)");
  expect(told).toContain("2 show neither (the interval holds zero)");
  expect(told).not.toContain("surely");
});

it("says in a line each what hours, intervals and windfall are", () => {
  const told = describeRanking(city, caseOf(1, between(1, 3)), 1).split("\n");
  for (const begun of [/^veh-h: /, /^m \[a, b\]: /, /^windfall: /]) {
    expect(told.filter((line) => begun.test(line))).toHaveLength(1);
  }
});

it("claims no interval of one replication", () => {
  const one = (mean: number): Estimate => ({ mean, low: null, high: null });
  const cases = [5, -5].map((mean, row) => {
    const { ranking, ...rest } = caseOf(row, one(-mean));
    return { ...rest, ranking: { ...ranking, incidentVehH: one(mean) } };
  });
  const run = { city: "a", people: 1, seed: 1, replications: 1, tokensPerEur: 1, parameters: parameterValues() };
  const texts = [describeIncidents(city, cases, 1), incidentsPage(city, run, cases, "a.osm")];
  for (const text of texts) {
    expect(text).toContain("1 of 2 closures raised delay in their one replication, which has no interval.");
    expect(text).toContain("1 saved time and 1 cost time, without an interval");
  }
  for (const text of [...texts, describeRanking(city, cases[0], 1)]) {
    expect(text).toContain("One replication has no interval");
    expect(text).not.toMatch(/90 %|whole interval/);
  }
});

it("writes no zero with a sign", () => {
  expect(describeRanking(city, caseOf(1, between(1, 3)), 1)).toContain("costs 0.0 [-0.1, 0.0] veh-h");
});
