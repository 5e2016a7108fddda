import { describe, expect, test } from "vitest";
import type { InstructionDraft, InstructionStage } from "../../common/console-api";
import type { SessionContext } from "../host/session-context";
import { describeMatch } from "./matching";

const draft: InstructionDraft = {
  ...{ incidentId: "I-0001", action: { kind: "avoid" }, terminals: [1], fromS: 0, untilS: 1800 },
  ...{ expiresAtS: 5400, bonusMicro: 2_000_000, budgetMicro: 100_000_000 },
};

/** A session whose draft concerns the contracts 0 to 9. */
function sessionWith(sent: readonly { readonly stage: InstructionStage; readonly carriers: readonly number[] }[]) {
  const ledger = {
    matchInstruction: () => ({
      match: { contracts: 10, largestPayoutMicro: 20_000_000, poolMicro: 50_000_000, refusal: null },
      contractIndexes: Uint32Array.from({ length: 10 }, (_, contract) => contract),
    }),
    carriers: (id: string) => Uint32Array.from(sent[Number(id)]?.carriers ?? []),
  };
  const reports = () => sent.map(({ stage }, row) => ({ id: String(row), stage }));
  const parts = {
    operator: { signer: () => undefined },
    instructions: { reports },
    tickS: 0.5,
    twins: { live: { header: { startS: 0 } } },
  };
  return { parts, ledger: { ledger }, twins: { tick: 0 } } as unknown as SessionContext;
}

describe("what a draft would rewrite", () => {
  test("says how many of its contracts an open instruction has rewritten already, each once", () => {
    const context = sessionWith([
      { stage: "active", carriers: [1, 2, 40] },
      { stage: "verified", carriers: [2, 3] },
    ]);
    expect(describeMatch(context, draft)).toMatchObject({ contracts: 10, instructed: 3 });
  });

  test("does not count what is over: expired, withdrawn, refused", () => {
    const over = ["expired", "withdrawn", "refused"] as const;
    const context = sessionWith(over.map((stage) => ({ stage, carriers: [1] })));
    expect(describeMatch(context, draft)).toMatchObject({ contracts: 10, instructed: 0 });
  });
});
