import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { realDisk } from "../../ledger/vault/disk";
import type { SessionLedger } from "../ledger/session-ledger";
import type { CommandIo } from "./command";
import { carryOutSubmission, readSubmission, type CarriedOut } from "./ledger-submission";
import { makeFolder, writeWhole } from "./whole-files";

/** What the process that runs a ledger answers to a submission. */
interface Answer extends CarriedOut {
  readonly height: number;
  readonly appHash: string;
}

const beatMs = 200;
/** A block a second, at the pace of the wall clock from where the chain's time stood. */
const blockEveryMs = 1000;
const answerPatienceMs = 30_000;

/** Writes blocks until interrupted: what is submitted, and what falls due. */
export async function runFolderLedger(
  folder: string,
  ledger: SessionLedger,
  passphrase: string | undefined,
  io: CommandIo,
): Promise<Result<void>> {
  const inbox = path.join(folder, "inbox");
  const made = makeFolder(inbox);
  if (!made.ok) return made;
  let stopped = false;
  void io.interrupted.then(() => (stopped = true));
  io.note(`${ledger.chainId} is run; Ctrl-C ends it`);
  const begunMs = performance.now();
  const begunS = ledger.state().timeS;
  let blockMs = begunMs;
  while (!stopped) {
    for (const name of readdirSync(inbox).sort()) {
      if (name.endsWith(".json")) await answer(folder, path.join(inbox, name), ledger, passphrase);
    }
    const nowMs = performance.now();
    if (nowMs - blockMs >= blockEveryMs) {
      blockMs = nowMs;
      const timeS = Math.max(begunS + (nowMs - begunMs) / 1000, ledger.state().timeS);
      const advanced = await ledger.advance(timeS);
      if (!advanced.ok) return advanced;
    }
    await Promise.race([setTimeout(beatMs), io.interrupted]);
  }
  return succeed(undefined);
}

/** The submission is overwritten before it is removed: it may tell who somebody is. */
async function answer(
  folder: string,
  file: string,
  ledger: SessionLedger,
  passphrase: string | undefined,
): Promise<void> {
  const submission = readSubmission(file);
  const carried = submission.ok ? await carryOutSubmission(folder, ledger, submission.value, passphrase) : submission;
  const { height, appHash } = ledger.state();
  const content = carried.ok ? { ...carried.value, height, appHash } : { refused: describeFailure(carried.error) };
  realDisk.destroy(file);
  writeWhole(`${file}.answer`, JSON.stringify(content));
}

/** Hands a file to the process that runs the ledger, and waits for its answer. */
export async function submitToWriter(folder: string, file: string): Promise<Result<Answer>> {
  const posted = path.join(folder, "inbox", `${Date.now()}-${process.pid}.json`);
  const written = writeWhole(posted, readFileSync(file));
  if (!written.ok) return written;
  const answerFile = `${posted}.answer`;
  for (let waitedMs = 0; waitedMs < answerPatienceMs; waitedMs += beatMs) {
    if (existsSync(answerFile)) {
      const read = JSON.parse(readFileSync(answerFile, "utf8")) as Answer | { readonly refused: string };
      rmSync(answerFile);
      return "refused" in read ? fail(read.refused, file) : succeed(read);
    }
    await setTimeout(beatMs);
  }
  if (existsSync(posted)) realDisk.destroy(posted);
  return fail(`whoever runs the ledger gave no answer within ${answerPatienceMs / 1000} s`, folder);
}
