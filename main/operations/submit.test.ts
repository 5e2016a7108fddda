import { describe, expect, test } from "vitest";
import type { InstructionAction } from "../../common/console-api";
import { fail } from "../../common/result";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, twinOf } from "../../test/support/small-twin";
import { TreeSet } from "../../workers/traffic/routing";
import type { SessionContext } from "../host/session-context";
import { reviseInstruction, submitInstruction } from "./submit";

const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [900, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
  ],
  terminals: [[1, 100]],
});
const ledgerRefusal = "what the ledger says";
const scope = { incidentId: "I-0001", terminals: [0], fromS: 0, untilS: 1800, expiresAtS: 5400 };
const amounts = { bonusMicro: 2_000_000, budgetMicro: 100_000_000 };

/** A session in which people go by the ways of as many instructions as there are sets; the ledger refuses all it is asked. */
function crowdedSession(action: InstructionAction, freeSet?: number) {
  const people = 20;
  const { arena } = twinOf(city, populationOf(Array.from({ length: people }, () => ({ from: 0, to: 1, departS: 60 }))));
  for (let row = 0; row < arena.header.instructionSets; row++) {
    if (row === freeSet) continue;
    arena.columns.personTreeSet[row] = TreeSet.instructed + row;
    arena.columns.treeSetActive[TreeSet.instructed + row] = 1;
    arena.columns.treeSetInstruction[TreeSet.instructed + row] = row + 1;
  }
  const asked: string[] = [];
  const refuse = (what: string) => () => {
    asked.push(what);
    return Promise.resolve(fail(ledgerRefusal));
  };
  const chain = { sendInstruction: refuse("send"), sendRevision: refuse("revise"), carriers: () => [] };
  const report = (id: string) => ({ ...scope, ...amounts, action, number: Number(id) });
  const context = {
    parts: {
      ...{ city, operator: { signer: () => ({}) }, incidents: { find: () => ({ id: "I-0001", edge: 1 }) } },
      ...{ instructions: { count: 9, report }, tickS: 0.5, twins: { live: arena } },
    },
    ...{ twins: { tick: 0, live: { arena } }, operatorEnrolled: true },
    ledger: { ready: true, exclusively: (work: (given: unknown) => unknown) => work(chain) },
    atRest: (work: () => unknown) => work(),
  };
  return { context: context as unknown as SessionContext, asked };
}

const avoid: InstructionAction = { kind: "avoid" };
const itinerary: InstructionAction = { kind: "itinerary", via: [0] };
const shift: InstructionAction = { kind: "shift", shiftS: 600 };
const hold: InstructionAction = { kind: "hold", untilS: 30_000 };
const full = expect.stringMatching(/instructions are being followed/) as string;

describe("while every set of ways is in use", () => {
  test.each([
    [avoid, full, []],
    [itinerary, full, []],
    [shift, ledgerRefusal, ["send"]],
    [hold, ledgerRefusal, ["send"]],
  ])("%j: what needs another way is refused before the ledger is asked, another departure is not", async (...row) => {
    const [action, message, expected] = row;
    const { context, asked } = crowdedSession(action);
    expect(await submitInstruction(context, { ...scope, ...amounts, action })).toMatchObject({ error: { message } });
    expect(asked).toEqual(expected);
  });

  test.each([
    ["of one whose set is over", "9", avoid, full, []],
    ["of one whose set stands", "2", avoid, ledgerRefusal, ["revise"]],
    ["of a departure", "9", shift, ledgerRefusal, ["revise"]],
  ] as const)("an amendment %s", async (_, id, action, message, expected) => {
    const { context, asked } = crowdedSession(action);
    const amendment = { instructionId: id, untilS: 2400, expiresAtS: 6000, ...amounts };
    expect(await reviseInstruction(context, { kind: "amend", amendment })).toMatchObject({ error: { message } });
    expect(asked).toEqual(expected);
  });
});

test("with a set to spare another way goes on to the ledger", async () => {
  const { context, asked } = crowdedSession(avoid, 3);
  await submitInstruction(context, { ...scope, ...amounts, action: avoid });
  expect(asked).toEqual(["send"]);
});
