import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { reasonOf } from "../host/file-reading";
import { describeIssue } from "../host/request-schemas";
import { openSessionLedger, type SessionLedger, type SessionLedgerOptions } from "../ledger/session-ledger";
import { isFolder } from "./whole-files";

/**
 * A ledger of the command line in its folder: `ledger.json` with what the chain began with, the chain, the light
 * client's trust, `operator.json` with the road authority's key, and `inbox` for whoever submits while it is run.
 */
export const settingsName = "ledger.json";
const settingsForm = "pendulaire-ledger-1";
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const settingsSchema = v.strictObject({
  form: v.literal(settingsForm),
  chainId: v.string(),
  date: v.string(),
  startS: amount,
  /** Whoever has it can sign for every simulated member: the file is for its owner only. */
  memberSeed: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")),
  terminalNames: v.array(v.string()),
  clause: v.string(),
  rewardPoolMicro: amount,
  bonusPoolMicro: amount,
});
type Settings = v.InferOutput<typeof settingsSchema>;

export function settingsText(options: Omit<SessionLedgerOptions, "directory" | "challengeS">): string {
  const settings: Settings = {
    ...{ form: settingsForm, chainId: options.chainId, date: options.date, startS: options.startS },
    memberSeed: Buffer.from(options.memberSeed).toString("hex"),
    terminalNames: [...options.terminalNames],
    clause: options.clause,
    rewardPoolMicro: options.rewardPoolMicro,
    bonusPoolMicro: options.bonusPoolMicro,
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

export function readSettings(folder: string): Result<SessionLedgerOptions> {
  const file = path.join(folder, settingsName);
  if (!isFolder(folder)) return fail("no such folder", folder);
  if (!existsSync(file)) return fail(`no ${settingsName} in this folder: begin one with 'ledger init'`, folder);
  const read = readJson(file);
  if (!read.ok) return read;
  const checked = v.safeParse(settingsSchema, read.value);
  if (!checked.success) {
    const { message, where } = describeIssue(checked.issues);
    return fail(message, `${file}: ${where}`);
  }
  const { memberSeed, ...settings } = checked.output;
  return succeed({ ...settings, memberSeed: new Uint8Array(Buffer.from(memberSeed, "hex")), directory: folder });
}

export function readJson(file: string): Result<unknown> {
  try {
    return succeed(JSON.parse(readFileSync(file, "utf8")) as unknown);
  } catch (error) {
    return fail(error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error), file);
  }
}

/** The folder of the chain itself in a ledger's folder, a session's, a save's, or the chain's own; undefined = none. */
export function chainFolderOf(folder: string): string | undefined {
  return ["", "chain", path.join("ledger", "chain")]
    .map((below) => path.join(folder, below))
    .find((candidate) => existsSync(path.join(candidate, "data.mdb")));
}

/** Opens the ledger to write blocks. Only one process may: two would write two chains. */
export async function openFolderLedger(
  folder: string,
): Promise<Result<{ readonly ledger: SessionLedger; readonly close: () => Promise<void> }>> {
  const options = readSettings(folder);
  if (!options.ok) return options;
  const lock = takeLock(folder);
  if (!lock.ok) return lock;
  try {
    const opened = await openSessionLedger(options.value);
    if (!opened.ok) {
      lock.value();
      return opened;
    }
    const ledger = opened.value;
    const close = async () => {
      await ledger.close();
      lock.value();
    };
    return succeed({ ledger, close });
  } catch (error) {
    lock.value();
    return fail(`the chain cannot be read: ${messageOf(error)}`, folder);
  }
}

const lockName = "writer";

/** The process that writes this ledger now, if one does. */
export function writerOf(folder: string): number | undefined {
  const file = path.join(folder, lockName);
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // A process of another user is one too; one that was killed is none.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}

function takeLock(folder: string): Result<() => void> {
  const file = path.join(folder, lockName);
  if (writerOf(folder) === undefined) rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return succeed(() => rmSync(file, { force: true }));
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === "EEXIST";
    return fail(taken ? `process ${writerOf(folder) ?? "?"} writes this ledger` : reasonOf(error), folder);
  }
}
