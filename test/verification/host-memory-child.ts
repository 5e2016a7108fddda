import path from "node:path";
import { openEnsemblePool } from "../../main/host/ensemble-pool";
import { openKeyframeStore } from "../../main/host/keyframes";
import { openTimeView } from "../../main/host/time-view";
import { startTwins } from "../../main/host/twins";
import { generateTown } from "../../sim-data";
import { generatePopulation, parameterValues } from "../../workers/people";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { buildTwin } from "../../workers/twin";

/**
 * Does one thing of a shift over and over with a town on the threads of a session, and prints one JSON line: memory of the
 * process after the first times and after the last, and how much one city takes, bytes.
 */
export interface MemoryReport {
  readonly firstBytes: number;
  readonly lastBytes: number;
  readonly cityBytes: number;
}

export type Repeated = "forks" | "predictions" | "looks-back" | "branches";

const [folder = "", repeated = ""] = process.argv.slice(2);
const tickS = 0.5;
const startS = 7 * 3600;
/** Times before the first measure: whatever is made once has been made then. */
const firstTimes = 3;
const times = 15;
/** What was dropped is asked for within a second of it, and then takes its time, ms. */
const settleMs = 4000;

/** @returns memory of the process when the host has collected, as it does after each of these, bytes */
async function settledBytes(): Promise<number> {
  collectDroppedMemory();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return process.memoryUsage().rss;
}

async function main(): Promise<MemoryReport> {
  const values = parameterValues();
  const city = generateTown(1, { bypassRadiusM: 3500 });
  const population = generatePopulation(city, 4000, 1, values);
  if (!population.ok) throw new Error(population.error.message);
  const built = buildTwin(city, population.value, { seed: 1, startS, tickS }, values);
  if (!built.ok) throw new Error(built.error.message);
  const live = built.value;
  const fail = (error: { readonly message: string }) => {
    throw new Error(error.message);
  };
  const limits = { budgetBytes: 2 ** 32, everyMs: 1 };
  const keyframes = openKeyframeStore(path.join(folder, "keyframes"), Promise.resolve(), fail, limits);
  const twins = startTwins({
    ...{ live, doNothing: null, values, log: [], branches: [], keyframes },
    ...{ onEvents: () => undefined, onAnswers: () => undefined, onFailure: fail },
  });
  const listener = { view: () => undefined, warn: () => undefined, frame: () => undefined, jumped: () => undefined };
  const view = openTimeView({
    ...{ twins, keyframes, tickS, startS, listener: { ...listener, wantsFrames: () => new Set<never>() } },
  });
  const pool = openEnsemblePool(1);
  const once: Record<Repeated, () => Promise<unknown>> = {
    forks: () => twins.live.fork(),
    predictions: async () => {
      const { handle } = await twins.live.fork();
      await pool.run([{ handle, values, seed: 1, horizonTicks: 10, commands: [] }], () => undefined);
    },
    "looks-back": async () => {
      const viewed = await view.view(startS + 200 * tickS);
      if (!viewed.ok) fail(viewed.error);
      await view.live();
    },
    branches: () => twins.branch((tick) => ({ kind: "openLanes", tick, edge: 0 })),
  };
  for (let tick = 100; tick <= 600; tick += 100) await twins.advance(tick, new Map());
  await keyframes.settled();
  let firstBytes = 0;
  for (let time = 0; time < times; time++) {
    if (time === firstTimes) firstBytes = await settledBytes();
    await once[repeated as Repeated]();
  }
  const lastBytes = await settledBytes();
  const cityBytes = (await twins.live.save()).bytes.length;
  await view.close();
  await twins.close();
  await keyframes.close();
  await pool.close();
  return { firstBytes, lastBytes, cityBytes };
}

main().then(
  (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
