import { describe, expect, test } from "vitest";
import type { InstructionDraft } from "../../common/console-api";
import type { Answers } from "../../workers/messages";
import { openInstructionBook, type InstructionBook } from "./instructions";

const draft: InstructionDraft = {
  ...{ incidentId: "I-0001", action: { kind: "avoid" }, terminals: [1], fromS: 0, untilS: 1800 },
  ...{ expiresAtS: 5400, bonusMicro: 2_000_000, budgetMicro: 100_000_000 },
};

/** Four people were asked: 10 and 11 comply, 12 refuses, 13 never hears. */
const answers = (): Answers => ({
  instruction: 1,
  people: Uint32Array.of(10, 11, 12, 13),
  hearsAtTick: Int32Array.of(5, 6, 7, -1),
  complies: Uint8Array.of(1, 1, 0, 0),
});

function bookOfOne(): InstructionBook {
  const book = openInstructionBook();
  book.add({ id: "one", draft, sentS: 0, transactionHash: "00", matched: 4, prediction: null });
  return book;
}

const counted = (book: InstructionBook) => {
  const { reached, complied, refused } = book.report("one", 100, 50) ?? {};
  return { reached, complied, refused };
};
const complied = (book: InstructionBook) => [...book.compliedOf(new Set([10, 11, 12, 13]))];

describe("the book of instructions", () => {
  test("keeps how many contracts were verified where the ledger, opened anew, has verified none", () => {
    const book = bookOfOne();
    const counters = {
      ...{ instructionId: "one", height: 7, revision: 1, withdrawn: false, rewritten: 145, refusal: null },
      ...{ paidContracts: 0, paidMicro: 0, escrowLeftMicro: 290_000_000 },
    };
    book.counted({ ...counters, verified: 145 });
    const resumed = openInstructionBook(book.save());
    resumed.counted({ ...counters, verified: null, paidMicro: 2_000_000 });
    expect(resumed.report("one", 100, 50)).toMatchObject({ rewritten: 145, verified: 145, paidMicro: 2_000_000 });
    resumed.counted({ ...counters, verified: 0, revision: 2 });
    expect(resumed.report("one", 100, 50)).toMatchObject({ verified: 0, revision: 2 });
  });

  test("counts nobody whose way a withdrawal took back: neither as reached, nor as complying, nor as refusing", () => {
    const book = bookOfOne();
    book.answered(answers());
    expect(counted(book)).toEqual({ reached: 3, complied: 2, refused: 1 });
    book.withdrawn("one", [10, 13], 9);
    expect(counted(book)).toEqual({ reached: 2, complied: 1, refused: 1 });
    expect(complied(book)).toEqual([11]);
  });

  test("does so, too, when the answers come after the withdrawal", () => {
    const book = bookOfOne();
    book.withdrawn("one", [10], 9);
    book.answered(answers());
    expect(counted(book)).toEqual({ reached: 2, complied: 1, refused: 1 });
    expect(complied(book)).toEqual([11]);
  });

  test("has not reached more than carry it once a withdrawal, after a save, freed four of nine", () => {
    const people = Uint32Array.from({ length: 9 }, (_, person) => person);
    const counters = {
      ...{ instructionId: "one", height: 7, revision: 1, withdrawn: false, rewritten: 9, verified: 9, refusal: null },
      ...{ paidContracts: 0, paidMicro: 0, escrowLeftMicro: 18_000_000 },
    };
    const before = bookOfOne();
    before.counted(counters);
    before.answered({
      instruction: 1,
      people,
      hearsAtTick: new Int32Array(9),
      complies: Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 0, 0),
    });
    const book = openInstructionBook(before.save());
    book.counted({ ...counters, revision: 2, withdrawn: true, rewritten: 5, verified: 5 });
    book.withdrawn("one", [0, 3, 5, 7], 9);
    expect(book.report("one", 100, 50)).toMatchObject({ rewritten: 5, reached: 5, complied: 2, refused: 3 });
  });

  test("is the same again from a save", () => {
    const book = bookOfOne();
    book.answered(answers());
    book.withdrawn("one", [10], 9);
    const saved = JSON.parse(JSON.stringify(book.save())) as ReturnType<InstructionBook["save"]>;
    const again = openInstructionBook(saved);
    expect(again.report("one", 100, 50)).toEqual(book.report("one", 100, 50));
    again.answered(answers());
    expect(complied(again)).toEqual([11]);
  });
});
