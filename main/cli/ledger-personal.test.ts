import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/verification/ledger-vault";
import { filesBelow } from "../../ledger/vault/byte-scan";
import { openSessionLedger } from "../ledger/session-ledger";
import type { CommandIo, CommandOutcome } from "./command";
import { ledger } from "./ledger";
import { openFolderLedger, readSettings } from "./ledger-folder";
import { runFolderLedger, submitToWriter } from "./ledger-run";

const io: CommandIo = {
  progress: () => () => undefined,
  note: () => undefined,
  onEnter: () => () => undefined,
  interrupted: new Promise(() => undefined),
};
const offerOf = (contractIndex: number) => ({
  ...{ contractIndex, departFromS: "07:00", departUntilS: "07:20", deadlineS: "09:30" },
  itinerary: [{ terminal: 1, fromS: "07:00", untilS: "09:00" }],
  ...{ rewardMicro: 2_000_000, penaltyMicro: 500_000 },
});
const recordOf = (contractIndex: number, keepForS: number) => ({
  ...{ contractIndex, territory: "FR-IDF", keepForS, details: "asked for a later train" },
  identifiers: [`Élodie Navette ${contractIndex}`, `elodie${contractIndex}@navette.example`],
});

/** A ledger of the command line, and what is asked of it. */
async function begin() {
  const folder = join(temporaryFolder(), "ledger");
  const file = join(temporaryFolder(), "submission.json");
  const run = (...argv: readonly string[]): Promise<CommandOutcome> => ledger.run(argv, io);
  const submit = (submission: unknown): Promise<CommandOutcome> => {
    writeFileSync(file, JSON.stringify(submission));
    return run("submit", folder, file);
  };
  const submitted = async (submission: unknown): Promise<readonly string[]> => {
    const outcome = await submit(submission);
    if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
    return (outcome.document as { ids: readonly string[] }).ids;
  };
  expect(await run("init", folder, "--seed", "5")).toMatchObject({ kind: "done" });
  await submitted({ kind: "offers", offers: [0, 1, 2].map(offerOf) });
  return { folder, file, run, submit, submitted };
}

it("keeps records beside a ledger, copies, exports and erases them on demand, on order and by their age", async () => {
  const { folder, run, submit, submitted } = await begin();
  const auditOf = async () => (await run("audit", folder)) as Extract<CommandOutcome, { document: unknown }>;
  expect(await auditOf()).toMatchObject({ kind: "done", document: { vault: null, books: "balance" } });
  expect(await submit({ kind: "copy", as: "backup", name: "early" })).toMatchObject({ kind: "unusable" });
  const ids = await submitted({ kind: "records", at: "06:10", records: [0, 1, 2].map((row) => recordOf(row, 7200)) });
  expect(await submit({ kind: "records", records: [recordOf(9, 7200)] })).toMatchObject({ kind: "unusable" });
  await submitted({ kind: "copy", as: "backup", name: "night" });
  await submitted({ kind: "copy", as: "export", name: "for-1", contractIndex: 1 });
  await submitted({ kind: "consent", contractIndex: 2, purposes: ["research"] });
  await submitted({ kind: "consent", contractIndex: 2, purposes: "withdrawn" });
  // Nothing more is kept about who withdrew: what was put on the disk for it is gone again, and nothing of the others' either.
  const late = { kind: "records", records: [recordOf(0, 7200), recordOf(2, 7200)] };
  expect(await submit(late)).toMatchObject({ kind: "unusable" });
  expect(await auditOf()).toMatchObject({ kind: "done", document: { vault: { kept: 3, erased: 0, copies: 2 } } });
  expect(existsSync(join(folder, "vault", "copies", "for-1"))).toBe(true);
  expect(await submitted({ kind: "erasure", wantedBy: "holder", contractIndexes: [1] })).toEqual([ids[1]]);
  expect(existsSync(join(folder, "vault", "copies", "for-1"))).toBe(false);
  expect(await submitted({ kind: "erasure", wantedBy: "delegate", contractIndexes: [2] })).toEqual([ids[2]]);
  expect(await auditOf()).toMatchObject({ kind: "done", document: { vault: { kept: 1, erased: 2, copies: 1 } } });
  const settings = readSettings(folder);
  if (!settings.ok) throw new Error(settings.error.message);
  const opened = await openSessionLedger(settings.value);
  if (!opened.ok) throw new Error(opened.error.message);
  expect(await opened.value.advance(9 * 3600)).toMatchObject({ ok: true });
  await opened.value.close();
  expect(await auditOf()).toMatchObject({ kind: "done", document: { vault: { kept: 0, erased: 3, absent: 0 } } });
  const bytes = Buffer.concat(filesBelow(folder).map((file) => readFileSync(file)));
  for (const row of [0, 1, 2]) {
    for (const identifier of recordOf(row, 0).identifiers) expect(bytes.includes(identifier)).toBe(false);
  }
});

it("leaves nothing readable in the folder of what was handed to whoever runs the ledger", async () => {
  const { folder, file } = await begin();
  const opened = await openFolderLedger(folder);
  if (!opened.ok) throw new Error(opened.error.message);
  let stop: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => (stop = resolve));
  mkdirSync(join(folder, "inbox"), { recursive: true });
  const running = runFolderLedger(folder, opened.value.ledger, undefined, { ...io, interrupted });
  writeFileSync(file, JSON.stringify({ kind: "records", records: [recordOf(0, 7200)] }));
  expect(await submitToWriter(folder, file)).toMatchObject({ ok: true });
  stop();
  expect(await running).toMatchObject({ ok: true });
  await opened.value.close();
  expect(await ledger.run(["audit", folder], io)).toMatchObject({ kind: "done", document: { vault: { kept: 1 } } });
});
