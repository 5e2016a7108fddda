import { expect, test } from "vitest";
import { flawOfTerms } from "../../ledger/contracts/terms";
import { generateTown } from "../../sim-data";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";
import { termsOfOffer } from "./journeys";
import { writeContractBook } from "./offers";

test("every contract of a session is one that the ledger takes, of a commuter who has yet to leave", () => {
  const startS = 7 * 3600;
  const city = generateTown(1);
  const values = parameterValues();
  const population = generatePopulation(city, 800, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const twin = buildTwin(city, population.value, { seed: 1, startS, tickS: 0.5 }, values);
  if (!twin.ok) throw new Error(twin.error.message);
  const { offers } = writeContractBook(city, twin.value, population.value, values);
  const leaving = population.value.departS.filter((departS) => departS >= startS).length;
  expect(leaving).toBeLessThan(population.value.size);
  expect(offers.length).toBeLessThanOrEqual(leaving);
  expect(offers.every(({ departUntilS }) => departUntilS > startS)).toBe(true);
  expect(offers.length).toBeGreaterThan(20);
  const flaws = offers.map((offer) => flawOfTerms(termsOfOffer(offer)));
  expect(flaws.filter((flaw) => flaw !== null)).toEqual([]);
});
