import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as v from "valibot";
import { toHex } from "../../common/canonical";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { readTotals, readValidators } from "../../ledger/machine/readers";
import type { State } from "../../ledger/machine/state";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { cometVersion, findComet, memberOf, startNetwork, type Network } from "../../ledger/network/network";
import { createNodeReader } from "../../ledger/network/node-reader";
import { readNodeState } from "../../ledger/network/node-state";
import { openRpc } from "../../ledger/network/rpc";
import { consentClause } from "../host/consent-clause";
import { dataFolder } from "../host/folders";
import { describeIssue } from "../host/request-schemas";
import { ledgerFile } from "../host/worker-files";
import { done, table, unusable, type CommandIo, type CommandOutcome } from "./command";
import { readJson } from "./ledger-folder";
import { writeWhole } from "./whole-files";

const settingsName = "network.json";
const settingsForm = "pendulaire-network-1";
const hexSecret = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"));
const settingsSchema = v.strictObject({
  form: v.literal(settingsForm),
  chainId: v.string(),
  timeS: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  validators: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(16)),
  terminals: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(4096)),
  /** Whoever has them can sign for every simulated member, and for every validator. */
  memberSeed: hexSecret,
  validatorSeed: hexSecret,
});
type Settings = v.InferOutput<typeof settingsSchema>;

export interface NetworkRequest {
  /** Absent: a folder among the program's own data. */
  readonly folder: string | undefined;
  /** Absent: as many as the folder's network has, or four. */
  readonly validators: number | undefined;
  readonly terminals: number;
  /** 32 bytes; absent: secrets. */
  readonly seed: Uint8Array | undefined;
}

const validatorsDefault = 4;

export const networkTerms = {
  capMicro: 1_000_000_000_000_000_000n,
  rewardMaxMicro: 1_000_000_000n,
  penaltyMaxMicro: 1_000_000_000n,
  challengeS: 120,
} as const;

/** Starts the network of a folder, or makes one there; runs until told to stop. */
export async function runNetwork(request: NetworkRequest, io: CommandIo): Promise<CommandOutcome> {
  const opened = await openNetwork(request);
  if (!opened.ok) return unusable(opened.error);
  const { network, settings, folder } = opened.value;
  try {
    for (const { name, rpc } of network.nodes) io.note(`${name}  ${rpc}`);
    const first = await firstBlock(network, io);
    if (!first.ok) return unusable(first.error);
    io.note(`chain ${settings.chainId} in ${folder}; Ctrl-C ends it`);
    await io.interrupted;
    const heights = await Promise.all(network.nodes.map(({ rpc }) => heightOf(rpc)));
    const document = {
      chainId: settings.chainId,
      folder,
      nodes: network.nodes.map(({ name, rpc }, index) => ({ name, rpc, height: heights[index] })),
    };
    return done(document, table(document.nodes.map(({ name, height }) => [name, height ?? "no answer"])));
  } finally {
    await network.stop();
  }
}

async function openNetwork(
  request: NetworkRequest,
): Promise<Result<{ readonly network: Network; readonly settings: Settings; readonly folder: string }>> {
  const cometFile = findComet();
  if (cometFile === undefined) {
    const install = `go install github.com/cometbft/cometbft/cmd/cometbft@${cometVersion}`;
    return fail(`no cometbft here: '${install}', or name its file in COMETBFT`, "ledger network");
  }
  const folder = path.resolve(
    request.folder ?? path.join(dataFolder("network"), `${request.validators ?? validatorsDefault}-validators`),
  );
  const settings = takeSettings(folder, request);
  if (!settings.ok) return settings;
  const { chainId, timeS, validators, terminals, memberSeed, validatorSeed } = settings.value;
  const network = await startNetwork({
    directory: folder,
    validators,
    seed: new Uint8Array(Buffer.from(validatorSeed, "hex")),
    genesisFor: (validatorKeys) =>
      networkGenesis(
        {
          ...{ chainId, timeS, terminalCount: terminals, clause: consentClause, ...networkTerms },
          seed: new Uint8Array(Buffer.from(memberSeed, "hex")),
        },
        validatorKeys,
      ),
    cometFile,
    applicationFile: ledgerFile("abci.cjs"),
  });
  return network.ok ? succeed({ network: network.value, settings: settings.value, folder }) : network;
}

/** Whether a folder is a network's, begun with several validators. */
export function isNetworkFolder(folder: string): boolean {
  return existsSync(path.join(folder, settingsName));
}

/** Writes what a network's chain begins with; its nodes are made when it is run. */
export async function beginNetwork(folder: string, request: NetworkRequest): Promise<CommandOutcome> {
  const settings = takeSettings(folder, request);
  return settings.ok ? networkStatus(folder) : unusable(settings.error);
}

/** The state of the first member whose application has one, as it lies on disk, whether the network runs or not. */
export async function networkStatus(folder: string): Promise<CommandOutcome> {
  const settings = readSettings(folder);
  if (!settings.ok) return unusable(settings.error);
  const { chainId, validators } = settings.value;
  let state: State | null = null;
  for (let index = 0; index < validators && state === null; index++) {
    const read = await readNodeState(memberOf(folder, index).home);
    if (!read.ok) return unusable(read.error);
    state = read.value;
  }
  const totals = state === null ? undefined : readTotals(state);
  const document = {
    chainId,
    height: state?.height ?? 0,
    appHash: state === null ? null : toHex(rootHashOf(state.tree)),
    validators: state === null ? validators : readValidators(state).length,
    contracts: totals?.contracts ?? 0,
    instructions: totals?.instructions ?? 0,
    supply: totals === undefined ? 0 : Number(totals.supplyMicro) / microPerToken,
  };
  return done(document, table(Object.entries(document).map(([name, value]) => [name, value ?? "none"])));
}

const microPerToken = 1_000_000;

/** What a folder's chain began with; a new folder's is written, and then never changed. */
function takeSettings(folder: string, request: NetworkRequest): Result<Settings> {
  const file = path.join(folder, settingsName);
  if (isNetworkFolder(folder)) {
    const settings = readSettings(folder);
    if (!settings.ok || request.validators === undefined) return settings;
    return settings.value.validators === request.validators
      ? settings
      : fail(`the network in this folder has ${settings.value.validators} validators`, folder);
  }
  const secret = () => toHex(request.seed ?? new Uint8Array(randomBytes(32)));
  const settings: Settings = {
    form: settingsForm,
    chainId: `pendulaire-${toHex(new Uint8Array(randomBytes(6)))}`,
    timeS: Math.floor(Date.now() / 1000),
    validators: request.validators ?? validatorsDefault,
    terminals: request.terminals,
    memberSeed: secret(),
    validatorSeed: secret(),
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    return fail(messageOf(error), folder);
  }
  const written = writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`, 0o600);
  return written.ok ? succeed(settings) : written;
}

function readSettings(folder: string): Result<Settings> {
  const file = path.join(folder, settingsName);
  const read = readJson(file);
  if (!read.ok) return read;
  const checked = v.safeParse(settingsSchema, read.value);
  if (checked.success) return succeed(checked.output);
  const { message, where } = describeIssue(checked.issues);
  return fail(message, `${file}: ${where}`);
}

const firstBlockPatienceMs = 60_000;

async function firstBlock(network: Network, io: CommandIo): Promise<Result<void>> {
  let interrupted = false;
  void io.interrupted.then(() => (interrupted = true));
  const untilMs = performance.now() + firstBlockPatienceMs;
  while (performance.now() < untilMs && !interrupted) {
    const stopped = network.nodes.find((node) => !node.isRunning());
    if (stopped !== undefined) return fail("ended: see its comet.log and app.log", stopped.home);
    const heights = await Promise.all(network.nodes.map(({ rpc }) => heightOf(rpc)));
    if (heights.every((height) => height !== null && height > 0)) return succeed(undefined);
    await pause(200);
  }
  return interrupted ? succeed(undefined) : fail("no first block within a minute", "ledger network");
}

async function heightOf(rpc: string): Promise<number | null> {
  const client = openRpc(rpc, 2000);
  if (!client.ok) return null;
  const height = await createNodeReader(client.value).latestHeight();
  return height.ok ? height.value : null;
}
