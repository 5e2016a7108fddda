import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { toHex } from "../../common/canonical";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, parseTimeOfDay, secondsPerDay } from "../../common/time";
import { countContracts, readTotals } from "../../ledger/machine/readers";
import { serveRpc } from "../../ledger/network/rpc-server";
import { openStoredChain } from "../../ledger/solo/stored-chain";
import { consentClause } from "../host/consent-clause";
import { wholeNumber } from "../host/launch-options";
import { openSessionLedger } from "../ledger/session-ledger";
import { done, readArguments, table, unusable, type Command, type CommandIo, type CommandOutcome } from "./command";
import { auditFolder } from "./ledger-audit";
import { chainFolderOf, openFolderLedger, settingsName, settingsText, writerOf } from "./ledger-folder";
import { beginNetwork, isNetworkFolder, networkStatus, runNetwork } from "./ledger-network";
import { runFolderLedger, submitToWriter } from "./ledger-run";
import { carryOutSubmission, judgeSubmission, readPassphrase, readSubmission } from "./ledger-submission";
import { checkPlace, draftOf, makeFolder, writeWhole } from "./whole-files";

const options = {
  validators: { type: "string" },
  seed: { type: "string" },
  date: { type: "string" },
  from: { type: "string" },
  terminals: { type: "string" },
  pool: { type: "string" },
  passphrase: { type: "string" },
  rpc: { type: "string" },
  identifiers: { type: "string" },
} as const;
type Values = { readonly [Name in keyof typeof options]?: string };

export const ledger: Command = {
  usage:
    "ledger init DIR [--validators N] [--date YYYY-MM-DD] [--from HH:MM] [--terminals N] [--pool TOKENS] [--seed N] | ledger run DIR [--passphrase FILE] [--rpc PORT] | ledger submit DIR FILE.json [--passphrase FILE] | ledger status DIR [--json] | ledger audit DIR [--identifiers FILE] [--json] | ledger network [DIR] [--validators 4] [--terminals N] [--seed N]",
  summary:
    "a ledger of its own, written by the embedded engine with one validator's key (no consensus engine), or by CometBFT with more of them; submit takes offers, passages, an instruction, or records about commuters with consent, erasure and copies, or orders of counts with their terms; audit proves that the books balance, that no sale of counts overdrew a privacy budget, and that nothing erased or expired is left of the personal data kept beside it; network runs a consortium of validators with CometBFT on this machine",
  run: async (argv, io) => {
    const read = readArguments(argv, options, 3);
    if (!read.ok) return unusable(read.error);
    const { values, positionals } = read.value;
    const [what, folder, file] = positionals;
    if (what === "network") return network(folder, values, io);
    if (folder === undefined)
      return unusable({ message: "ledger init|run|submit|status|audit, then a folder; or ledger network [DIR]" });
    if (file !== undefined && what !== "submit") return unusable({ message: "one argument too many", where: file });
    switch (what) {
      case "init":
        return init(folder, values, io);
      case "run":
        return run(folder, values, io);
      case "submit":
        return submit(folder, file, values);
      case "status":
        return status(folder);
      case "audit":
        return auditFolder(folder, values.identifiers);
      default:
        return unusable({ message: "there is: init, run, submit, status, audit, network", where: what ?? "ledger" });
    }
  },
};

const rewardPoolMicro = 1_000_000_000_000;
const microPerToken = 1_000_000;
const terminalsMax = 4096;

async function init(folder: string, values: Values, io: CommandIo): Promise<CommandOutcome> {
  const validators = validatorsOf(values, 1);
  if (!validators.ok) return unusable(validators.error);
  const terminals = wholeNumber(values.terminals ?? "16", 1, terminalsMax);
  if (terminals === null)
    return unusable({ message: `a whole number from 1 to ${terminalsMax}`, where: "--terminals" });
  const pool = wholeNumber(values.pool ?? "50000", 0, 1_000_000_000);
  if (pool === null) return unusable({ message: "whole tokens from 0 to 1000000000", where: "--pool" });
  const seed = values.seed === undefined ? undefined : wholeNumber(values.seed, 0, 0xffffffff);
  if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
  const startS = parseTimeOfDay(values.from ?? "06:00");
  if (startS === undefined || startS >= secondsPerDay)
    return unusable({ message: "a time of day HH:MM", where: "--from" });
  const place = checkEmpty(folder);
  if (!place.ok) return unusable(place.error);
  if (validators.value !== undefined && validators.value > 1) {
    return beginNetwork(folder, { folder, validators: validators.value, terminals, seed: networkSeed(seed) });
  }
  // Without a seed the members' keys are secrets; with one, anybody can make them again.
  const memberSeed = seed === undefined ? randomBytes(32) : createHash("sha256").update(`members of ${seed}`).digest();
  const draft = draftOf(folder);
  const settings = {
    chainId: `pendulaire-${toHex(createHash("sha256").update(memberSeed).digest()).slice(0, 12)}`,
    date: values.date ?? "2026-03-02",
    startS,
    memberSeed: new Uint8Array(memberSeed),
    terminalNames: Array.from({ length: terminals }, (_, row) => `T-${row + 1}`),
    clause: consentClause,
    rewardPoolMicro,
    bonusPoolMicro: pool * microPerToken,
  };
  let interrupted = false;
  void io.interrupted.then(() => (interrupted = true));
  try {
    const made = makeFolder(draft);
    if (!made.ok) return unusable({ message: made.error.message, where: folder });
    const begun = await openSessionLedger({ ...settings, directory: draft });
    if (!begun.ok) return unusable(begun.error);
    await begun.value.close();
    const written = writeWhole(path.join(draft, settingsName), settingsText(settings), 0o600);
    if (!written.ok) return unusable(written.error);
    if (interrupted) return unusable({ message: "interrupted; nothing was written" });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return status(folder);
}

const validatorsMax = 16;

async function network(folder: string | undefined, values: Values, io: CommandIo): Promise<CommandOutcome> {
  const validators = validatorsOf(values, undefined);
  if (!validators.ok) return unusable(validators.error);
  const terminals = wholeNumber(values.terminals ?? "16", 1, terminalsMax);
  if (terminals === null)
    return unusable({ message: `a whole number from 1 to ${terminalsMax}`, where: "--terminals" });
  const seed = values.seed === undefined ? undefined : wholeNumber(values.seed, 0, 0xffffffff);
  if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
  return runNetwork({ folder, validators: validators.value, terminals, seed: networkSeed(seed) }, io);
}

function validatorsOf(values: Values, instead: number | undefined): Result<number | undefined> {
  if (values.validators === undefined) return succeed(instead);
  const validators = wholeNumber(values.validators, 1, validatorsMax);
  return validators === null ? fail(`a whole number from 1 to ${validatorsMax}`, "--validators") : succeed(validators);
}

/** Without a seed the keys are secrets; with one, anybody can make them again. */
function networkSeed(seed: number | undefined): Uint8Array | undefined {
  if (seed === undefined) return undefined;
  return new Uint8Array(createHash("sha256").update(`network of ${seed}`).digest());
}

/** A new ledger takes the place of nothing, or of an empty folder. */
function checkEmpty(folder: string): Result<void> {
  if (!existsSync(folder)) return checkPlace(folder);
  try {
    return readdirSync(folder).length === 0 ? succeed(undefined) : fail("the folder is not empty", folder);
  } catch {
    return fail("is not a folder that this user may read", folder);
  }
}

/** The last header's hash and what stands behind it: read from the store, whose root must be the last block's. */
async function status(folder: string): Promise<CommandOutcome> {
  if (isNetworkFolder(folder)) return networkStatus(folder);
  const chain = chainFolderOf(folder);
  if (chain === undefined) return unusable({ message: "no ledger in this folder", where: folder });
  try {
    const opened = await openStoredChain(chain);
    if (!opened.ok) return unusable({ ...opened.error, where: opened.error.where ?? chain });
    const { chainId, height, state, lightBlock, close } = opened.value;
    const last = lightBlock(height);
    const { supplyMicro, instructions } = readTotals(state);
    const document = {
      chainId,
      height,
      appHash: last === undefined ? null : toHex(last.header.appHash),
      validators: last?.validators.length ?? null,
      contracts: countContracts(state),
      instructions,
      supply: Number(supplyMicro) / microPerToken,
      runBy: writerOf(folder) ?? null,
    };
    await close();
    return done(document, table(Object.entries(document).map(([name, value]) => [name, value ?? "none"])));
  } catch (error) {
    const message = messageOf(error);
    return unusable({ message: `the chain cannot be read: ${message}`, where: chain });
  }
}

async function run(folder: string, values: Values, io: CommandIo): Promise<CommandOutcome> {
  if (isNetworkFolder(folder)) return network(folder, values, io);
  const passphrase = readPassphrase(values.passphrase);
  if (!passphrase.ok) return unusable(passphrase.error);
  const port = values.rpc === undefined ? undefined : wholeNumber(values.rpc, 0, 65_535);
  if (port === null) return unusable({ message: "a port from 0 to 65535; 0: any that is free", where: "--rpc" });
  const opened = await openFolderLedger(folder);
  if (!opened.ok) return unusable(opened.error);
  const { ledger: chain, close } = opened.value;
  const server = port === undefined ? succeed(undefined) : await serveRpc(chain.chain, port);
  if (!server.ok) {
    await close();
    return unusable(server.error);
  }
  if (server.value !== undefined) io.note(`RPC at ${server.value.address}`);
  const stopped = await runFolderLedger(folder, chain, passphrase.value, io);
  await server.value?.close();
  await close();
  return stopped.ok ? status(folder) : unusable(stopped.error);
}

async function submit(folder: string, file: string | undefined, values: Values): Promise<CommandOutcome> {
  if (file === undefined) return unusable({ message: "a file is missing: pendulaire ledger submit DIR FILE.json" });
  if (isNetworkFolder(folder)) {
    return unusable({ message: "a network takes transactions over its nodes' RPC, not files", where: folder });
  }
  const submission = readSubmission(file);
  if (!submission.ok) return unusable(submission.error);
  const judged = await judgeSubmission(folder, submission.value, file);
  if (!judged.ok) return unusable(judged.error);
  const passphrase = readPassphrase(values.passphrase);
  if (!passphrase.ok) return unusable(passphrase.error);
  if (writerOf(folder) !== undefined) {
    const answer = await submitToWriter(folder, file);
    return answer.ok ? done(answer.value, answer.value.done) : unusable(answer.error);
  }
  if (submission.value.kind === "instruct" && passphrase.value === undefined) {
    return unusable({ message: "the road authority signs: name the file with its passphrase", where: "--passphrase" });
  }
  const opened = await openFolderLedger(folder);
  if (!opened.ok) return unusable(opened.error);
  const { ledger: chain, close } = opened.value;
  try {
    const carried = await carryOutSubmission(folder, chain, submission.value, passphrase.value);
    if (!carried.ok)
      return unusable({ message: carried.error.message, where: `${file}: ${carried.error.where ?? ""}` });
    const { height, appHash, timeS } = chain.state();
    const text = `${carried.value.done} at height ${height}, ${formatTimeOfDay(timeS)}`;
    return done({ ...carried.value, height, appHash }, text);
  } finally {
    await close();
  }
}
