import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, openSync, closeSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fail, succeed, type Result } from "../../common/result";
import type { Genesis } from "../machine/genesis";
import { networkKey } from "./keys";
import { applicationFolder } from "./node-state";
import { cometGenesis, defaultTimes, writeNodeFiles, type ConsensusTimes, type NodePlan } from "./node-files";

/**
 * A consortium on one machine: for each member a node of CometBFT and, as a process of its own, the application behind
 * it. They talk over the loopback as they would over a network.
 */
export interface NetworkOptions {
  readonly directory: string;
  readonly validators: number;
  /** Secret of all validators' and nodes' keys. */
  readonly seed: Uint8Array;
  /** Of these validators' public keys: each is a member. */
  readonly genesisFor: (validatorKeys: readonly Uint8Array[]) => Genesis;
  readonly cometFile: string;
  /** The bundled application, `abci.cjs`. */
  readonly applicationFile: string;
  readonly times?: ConsensusTimes;
  /** Which port of the loopback a node dials to reach another one, where it is not the other's own. */
  readonly route?: (from: string, to: string, port: number) => Promise<number>;
  readonly snapshotEveryBlocks?: number;
}

export interface NetworkNode {
  readonly name: string;
  readonly home: string;
  /** `http://127.0.0.1:…` */
  readonly rpc: string;
  /** Starts what does not run of node and application. */
  start(): Promise<Result<void>>;
  /** Ends both at once, as a power cut does. */
  kill(): Promise<void>;
  /** Ends the application only, as its own fault would. CometBFT ends with it. */
  killApplication(): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  isRunning(): boolean;
  /** Of what runs of CometBFT and application. */
  processIds(): { readonly comet: number | undefined; readonly application: number | undefined };
}

export interface Network {
  readonly nodes: readonly NetworkNode[];
  readonly genesis: Genesis;
  stop(): Promise<void>;
}

/** The name under which the pinned binary is looked for; `go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25`. */
export const cometVersion = "v0.38.25";

/** The variable COMETBFT, then `go install`'s folder, then PATH. */
export function findComet(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { COMETBFT: named, GOPATH: goPath, HOME: home, PATH: search = "" } = environment;
  const candidates = [
    named,
    goPath === undefined ? undefined : path.join(goPath, "bin", "cometbft"),
    home === undefined ? undefined : path.join(home, "go", "bin", "cometbft"),
    ...search.split(path.delimiter).map((folder) => path.join(folder, "cometbft")),
  ];
  return candidates.find((file) => file !== undefined && existsSync(file));
}

/** Name and home of a member's node in a network's folder. */
export function memberOf(directory: string, index: number): Pick<NodePlan, "name" | "home"> {
  const name = `member${index + 1}`;
  return { name, home: path.join(directory, name) };
}

/** Writes the homes of all nodes, and starts them. What an earlier run left in the folder goes on. */
export async function startNetwork(options: NetworkOptions): Promise<Result<Network>> {
  const { directory, validators, seed, times = defaultTimes } = options;
  const ports = await freePorts(validators * 2);
  const keys = Array.from({ length: validators }, (_, index) => networkKey(seed, "validator", index));
  const plans: readonly NodePlan[] = keys.map((validator, index) => {
    const { name, home } = memberOf(directory, index);
    return {
      ...{ name, home, validator, node: networkKey(seed, "node", index) },
      ...{ rpcPort: ports[index], p2pPort: ports[validators + index] },
      appAddress: `unix://${socketFileOf(home)}`,
    };
  });
  const genesis = options.genesisFor(keys.map(({ publicKey }) => publicKey));
  const file = cometGenesis(genesis, plans);
  const { route = (_from: string, _to: string, port: number) => Promise.resolve(port) } = options;
  for (const plan of plans) {
    const peers = plans.map(async (peer) => ({ ...peer, p2pPort: await route(plan.name, peer.name, peer.p2pPort) }));
    writeNodeFiles(plan, file, await Promise.all(peers), times);
  }
  const nodes = plans.map((plan) => createNode(plan, options));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  for (const node of nodes) {
    const started = await node.start();
    if (started.ok) continue;
    await stop();
    return started;
  }
  return succeed({ nodes, genesis, stop });
}

/** A socket's path has at most 107 bytes on Linux: a deep folder's would be cut. */
function socketFileOf(home: string): string {
  const beside = path.join(path.resolve(home), "app.sock");
  if (Buffer.byteLength(beside) <= 100) return beside;
  return path.join(tmpdir(), `pendulaire-${process.pid}-${path.basename(home)}.sock`);
}

/** MB of V8's young objects: a block's worth dies before it is copied. */
const youngSpace = "--max-semi-space-size=32";
const socketPatienceMs = 20_000;
const stopPatienceMs = 10_000;

function createNode(plan: NodePlan, options: NetworkOptions): NetworkNode {
  const { name, home, rpcPort, appAddress } = plan;
  let application: ChildProcess | undefined;
  let comet: ChildProcess | undefined;
  const alive = (child: ChildProcess | undefined) =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  const launch = (file: string, args: readonly string[], log: string): ChildProcess => {
    const descriptor = openSync(path.join(home, log), "a");
    try {
      return spawn(file, args, { stdio: ["ignore", descriptor, descriptor] });
    } finally {
      closeSync(descriptor);
    }
  };
  const end = async (child: ChildProcess | undefined, signal: NodeJS.Signals) => {
    if (child === undefined || !alive(child)) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const patience = new AbortController();
    await Promise.race([gone, pause(stopPatienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    if (!alive(child)) return;
    child.kill("SIGKILL");
    await gone;
  };
  return {
    name,
    home,
    rpc: `http://127.0.0.1:${rpcPort}`,
    start: async () => {
      mkdirSync(applicationFolder(home), { recursive: true });
      if (!alive(application)) {
        const snapshots = options.snapshotEveryBlocks;
        application = launch(
          process.execPath,
          [
            ...[youngSpace, options.applicationFile, "--home", applicationFolder(home), "--address", appAddress],
            ...(snapshots === undefined ? [] : ["--snapshots", String(snapshots)]),
          ],
          "app.log",
        );
        const began = await untilListening(appAddress.slice("unix://".length), () => alive(application));
        if (!began) return fail(`the application did not start: see ${path.join(home, "app.log")}`, name);
      }
      if (!alive(comet)) comet = launch(options.cometFile, ["start", "--home", home], "comet.log");
      return succeed(undefined);
    },
    kill: async () => {
      await Promise.all([end(comet, "SIGKILL"), end(application, "SIGKILL")]);
    },
    killApplication: () => end(application, "SIGKILL"),
    pause: () => {
      comet?.kill("SIGSTOP");
      application?.kill("SIGSTOP");
    },
    resume: () => {
      application?.kill("SIGCONT");
      comet?.kill("SIGCONT");
    },
    stop: async () => {
      await end(comet, "SIGTERM");
      await end(application, "SIGTERM");
    },
    isRunning: () => alive(comet) && alive(application),
    processIds: () => ({
      comet: alive(comet) ? comet?.pid : undefined,
      application: alive(application) ? application?.pid : undefined,
    }),
  };
}

async function untilListening(file: string, isAlive: () => boolean): Promise<boolean> {
  const untilMs = performance.now() + socketPatienceMs;
  while (performance.now() < untilMs && isAlive()) {
    if (existsSync(file)) return true;
    await pause(20);
  }
  return false;
}

/**
 * Below the ports that systems give to connections (Linux from 32768, others from 49152): one of those could be taken between
 * being found free and being listened on.
 */
const portRange = { from: 20_000, to: 32_767 } as const;

/** Ports that nobody uses at this moment, all different, from a random one on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const { from, to } = portRange;
  const size = to - from + 1;
  const first = randomInt(size);
  const held: Server[] = [];
  const ports: number[] = [];
  for (let tried = 0; tried < size && ports.length < count; tried++) {
    const port = from + ((first + tried) % size);
    const server = await listenOn(port);
    if (server === undefined) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  if (ports.length < count) throw new Error(`of the ports ${from} to ${to} only ${ports.length} are free`);
  return ports;
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
