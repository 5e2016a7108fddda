import { describe, expect, it } from "vitest";
import { describeFailure, failureSaying, saidOfFailure } from "./result";
import { isSaid, sayInEnglish, type Said } from "./said";

const wrongPassphrase: Said = { code: "passphrase-wrong", args: {} };

describe("a saying", () => {
  it("is rendered with its figures, in the singular and in the plural", () => {
    const sent = (contracts: number) =>
      sayInEnglish({ code: "instruction-verified", args: { number: 3, contracts, height: 591 } });
    expect(sent(1)).toBe("Instruction 3: 1 contract rewritten, each verified at height 591");
    expect(sent(271)).toBe("Instruction 3: 271 contracts rewritten, each verified at height 591");
  });

  it("may hold another one, with what it is about", () => {
    const reason = saidOfFailure(failureSaying(wrongPassphrase, "passphrase"));
    expect(sayInEnglish({ code: "instruction-refused", args: { number: 2, reason } })).toBe(
      "Instruction 2 refused: passphrase: wrong passphrase, or a damaged key file",
    );
  });

  it("says the same as the English message of its failure", () => {
    const failure = failureSaying(wrongPassphrase, "passphrase");
    expect(sayInEnglish(saidOfFailure(failure))).toBe(describeFailure(failure));
    expect(sayInEnglish(saidOfFailure({ message: "no roads", where: "a.osm" }))).toBe("a.osm: no roads");
  });

  it.each([
    null,
    "passphrase-wrong",
    { code: "passphrase-wrong" },
    { code: "unheard-of", args: {} },
    { code: "toString", args: {} },
    { code: "contracts-stand", args: {} },
    { code: "contracts-stand", args: { contracts: -1 } },
    { code: "contracts-stand", args: { contracts: "12" } },
    { code: "instruction-sent", args: { number: 1, terminals: ["T-01", 2] } },
    { code: "ledger-stopped", args: { reason: "words" } },
    {
      code: "incident-declared",
      args: { incident: "I", road: "R", effect: { code: "effect-signal", args: {} }, untilS: NaN, spreadMinutes: 0 },
    },
  ])("is not believed from outside when it is %j", (value) => {
    expect(isSaid(value)).toBe(false);
  });

  it("that nests without end is not believed", () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? wrongPassphrase : { code: "ledger-stopped", args: { reason: nested(depth - 1) } };
    expect(isSaid(nested(2))).toBe(true);
    expect(isSaid(nested(50))).toBe(false);
  });
});
