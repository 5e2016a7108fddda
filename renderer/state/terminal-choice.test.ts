import { describe, expect, it } from "vitest";
import type { TerminalPlace } from "../../common/console-api";
import { choicesOf, meantBy } from "./terminal-choice";

const place = (terminal: number, name: string, road: string | null = null): TerminalPlace => ({
  ...{ terminal, name, road, x: 0, y: 0 },
});
const terminals = [place(4, "T-5"), place(53, "T-54", "Ring"), place(54, "T-55", "Ring"), place(9, "T-9", "Quay")];
const meant = (typed: string) => meantBy(terminals, typed)?.name;

describe("a terminal that is typed", () => {
  it("is offered by its name or its road's, whatever the case", () => {
    expect(choicesOf(terminals, " ring").map(({ name }) => name)).toEqual(["T-54", "T-55"]);
    expect(choicesOf(terminals, "")).toEqual(terminals);
    expect(choicesOf([...terminals, place(7, "T-7", "Alleestraße")], "strasse").map(({ name }) => name)).toEqual([
      "T-7",
    ]);
  });

  it("is meant when nothing else is offered, or when it is its whole name", () => {
    expect(meant("T-54")).toBe("T-54");
    expect(meant("quay")).toBe("T-9");
    expect(meant("t-5 ")).toBe("T-5");
  });

  it("is not meant while several are offered, none is, or nothing was typed", () => {
    for (const typed of ["Ring", "T-", "T-77", " "]) expect(meant(typed)).toBeUndefined();
    expect(meantBy([place(1, "T-1")], "")).toBeUndefined();
  });
});
