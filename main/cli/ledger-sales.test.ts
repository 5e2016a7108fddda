import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromHex } from "../../common/canonical";
import { decodeSale } from "../../ledger/machine/records/sale-records";
import { decodeProof, verifyProof } from "../../ledger/machine/tree/proof";
import { pathOfBytes } from "../../ledger/machine/tree/path";
import { openStoredChain } from "../../ledger/solo/stored-chain";
import { temporaryFolder } from "../../test/verification/ledger-vault";
import type { CountReport } from "../ledger/session-ledger";
import type { CommandIo, CommandOutcome } from "./command";
import { ledger } from "./ledger";
import { openFolderLedger } from "./ledger-folder";
import { readSubmission } from "./ledger-submission";

const io: CommandIo = {
  progress: () => () => undefined,
  note: () => undefined,
  onEnter: () => () => undefined,
  interrupted: new Promise(() => undefined),
};
const commuters = 30;
const rows = Array.from({ length: commuters }, (_, row) => row);
const offerOf = (contractIndex: number) => ({
  ...{ contractIndex, departFromS: "07:00", departUntilS: "07:20", deadlineS: "09:00" },
  itinerary: [
    { terminal: 1, fromS: "07:00", untilS: "08:00" },
    { terminal: 2, fromS: "07:30", untilS: "08:30" },
  ],
  ...{ rewardMicro: 2_000_000, penaltyMicro: 500_000 },
});
const terms = {
  ...{ kind: "saleTerms", territory: "FR-IDF", countMin: 5 },
  ...{ budgetMicro: 4_000_000, epsilonMinMicro: 500_000, priceMinMicro: 1_000 },
};
const order = {
  ...{ kind: "counts", at: "10:00", seat: "FR-IDF", fromS: "07:00", untilS: "08:30" },
  question: { kind: "originDestination", origin: 1, destination: 2 },
  ...{ epsilonMicro: 2_000_000, priceMicro: 1_000_000 },
};

/** A ledger of the command line on which everybody went from terminal 1 to 2, and consents to be counted, but the last. */
async function begin() {
  const folder = join(temporaryFolder(), "ledger");
  const file = join(temporaryFolder(), "submission.json");
  const run = (...argv: readonly string[]): Promise<CommandOutcome> => ledger.run(argv, io);
  const submit = (submission: unknown): Promise<CommandOutcome> => {
    writeFileSync(file, JSON.stringify(submission));
    return run("submit", folder, file);
  };
  expect(await run("init", folder, "--seed", "5")).toMatchObject({ kind: "done" });
  expect(await submit({ kind: "offers", offers: rows.map(offerOf) })).toMatchObject({ kind: "done" });
  const passed = (terminal: number, timeS: string) =>
    submit({
      kind: "passages",
      at: timeS,
      passages: rows.map((contractIndex) => ({ contractIndex, terminal, timeS })),
    });
  expect(await passed(1, "07:10")).toMatchObject({ kind: "done" });
  expect(await passed(2, "07:50")).toMatchObject({ kind: "done" });
  const opened = await openFolderLedger(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  for (const row of rows.slice(1)) {
    expect(await opened.value.ledger.personal.state(row, ["counts"], 8 * 3600)).toMatchObject({ ok: true });
  }
  await opened.value.close();
  const sold = async (submission: unknown): Promise<CountReport> => {
    const outcome = await submit(submission);
    if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
    return (outcome.document as { count: CountReport }).count;
  };
  const refusalOf = async (submission: unknown): Promise<string> => {
    const outcome = await submit(submission);
    return outcome.kind === "unusable" ? outcome.failure.message : outcome.kind;
  };
  return { folder, run, submit, sold, refusalOf };
}

describe("the sale of counts on the command line", () => {
  it("takes the consortium's terms, gives one answer for good with its proof, and stands the audit", async () => {
    const { folder, run, submit, sold, refusalOf } = await begin();
    expect(await refusalOf(order)).toContain("not agreed");
    expect(await submit({ ...terms, countMin: 1 })).toMatchObject({ kind: "unusable" });
    expect(await submit(terms)).toMatchObject({ kind: "done" });
    expect(await refusalOf({ ...order, seat: "CH-GE" })).toContain("CH-GE is not in FR-IDF");
    const first = await sold(order);
    expect(first).toMatchObject({ saleId: 0, territory: "FR-IDF", priceMicro: 1_000_000, fromS: 7 * 3600 });
    // 29 were counted; noise beyond 15 comes once in 10¹³.
    expect(Math.abs((first.count ?? 0) - 29)).toBeLessThan(15);
    const again = await sold({ kind: "countAnswer", saleId: 0 });
    expect(again.count).toBe(first.count);
    await provesCount(folder, again);
    // Nothing but the answer tells of anybody: the exact count and contracts are in no line of it.
    expect(Object.keys(first).sort()).toEqual(
      ["count", "epsilonMicro", "fromS", "priceMicro", "proof", "question", "saleId", "territory", "untilS"].sort(),
    );
    expect((await sold({ ...order, at: "10:05" })).saleId).toBe(1);
    // The budget of four is spent on the two: nobody is counted any more.
    expect(await sold({ ...order, at: "10:10", epsilonMicro: 500_000 })).toMatchObject({ saleId: 2, count: null });
    expect(await submit({ kind: "countAnswer", saleId: 3 })).toMatchObject({ kind: "unusable" });
    const audited = await run("audit", folder);
    expect(audited).toMatchObject({ kind: "done", document: { books: "balance", sales: 3 } });
  });

  it("takes no order of anything but counts", () => {
    const file = join(temporaryFolder(), "order.json");
    const read = (submission: unknown) => {
      writeFileSync(file, JSON.stringify(submission));
      return readSubmission(file).ok;
    };
    expect(read(order)).toBe(true);
    expect(read({ ...order, question: { kind: "trajectory", contractIndex: 1 } })).toBe(false);
    expect(read({ ...order, question: { kind: "link", terminal: 1, contractIndex: 1 } })).toBe(false);
    expect(read({ ...order, epsilonMicro: 0.5 })).toBe(false);
    expect(read({ ...order, priceMicro: -1 })).toBe(false);
  });
});

/** As a buyer would: the record's bytes under the root that the header after has. */
async function provesCount(folder: string, { count, saleId, proof }: CountReport): Promise<void> {
  const opened = await openStoredChain(join(folder, "chain"));
  if (!opened.ok) throw new Error(opened.error.message);
  const header = opened.value.lightBlock(proof.height)?.header;
  await opened.value.close();
  const [path, value, siblings] = [proof.path, proof.value, proof.siblings].map((hex) => fromHex(hex));
  if (header === undefined || path === undefined || value === undefined || siblings === undefined)
    throw new Error("hex");
  const decoded = decodeProof(siblings);
  if (!decoded.ok) throw new Error(decoded.error.message);
  expect(verifyProof(header.appHash, pathOfBytes(path), value, decoded.value)).toMatchObject({ ok: true });
  expect(verifyProof(header.appHash, pathOfBytes(path), value.subarray(1), decoded.value)).toMatchObject({ ok: false });
  const sale = decodeSale(value);
  expect(sale).toMatchObject({ ok: true, value: { saleId, answer: { count } } });
}
