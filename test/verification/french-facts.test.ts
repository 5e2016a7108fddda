import { describe, expect, it } from "vitest";
import { refusalCodes } from "../../ledger/machine/refusals";
import { frenchFact } from "../../renderer/console/text/fr-facts";
import { frenchRefusals } from "../../renderer/console/text/fr-said";
import { generateTown } from "../../sim-data";

// What the console says in French of words that other rooms write in English.

describe("French words", () => {
  it("exist for every refusal of an instruction", () => {
    const known = [...refusalCodes()].filter(([, code]) => code >= 90 && code < 110).map(([name]) => name);
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((name) => frenchRefusals[name] === undefined)).toEqual([]);
  });

  it("exist for every refusal that a commuter can meet: of offers, passages, leaving, consent, a suspended licence", () => {
    const ranges = [
      [1, 7],
      [41, 81],
      [130, 133],
      [171, 172],
    ] as const;
    const isTheirs = (code: number) => ranges.some(([from, until]) => code >= from && code <= until);
    const theirs = [...refusalCodes()].filter(([, code]) => isTheirs(code)).map(([name]) => name);
    expect(theirs).toEqual(expect.arrayContaining(["passage-outside-contract", "leave-too-late", "consent-missing"]));
    expect(theirs.filter((name) => frenchRefusals[name] === undefined)).toEqual([]);
  });

  it("exist for what the bundled town says of itself", () => {
    const { synthesised } = generateTown(1).meta;
    expect(synthesised.length).toBeGreaterThan(0);
    expect(synthesised.filter((fact) => frenchFact(fact) === fact)).toEqual([]);
  });

  it("carry the figures over", () => {
    expect(frenchFact("header 594: hash, validator set and every signature")).toContain("594");
    expect(frenchFact("not connected with the largest part of the network (1.5 km)")).toContain("1,5");
  });

  it("leave alone what nobody has translated", () => {
    expect(frenchFact("an unheard-of fact")).toBe("an unheard-of fact");
  });
});
