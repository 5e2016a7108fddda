import { sayInEnglish } from "../../common/said";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { draw, drawInteger } from "../../common/draw";
import { openKeyframeStore } from "../../main/host/keyframes";
import { openTimeView } from "../../main/host/time-view";
import { startTwins } from "../../main/host/twins";
import { generateTown } from "../../sim-data";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildTwin } from "../../workers/twin";

/**
 * Both twins for `hours` of the town with incidents and instructions, on threads as in a session; then earlier instants
 * are shown in a random order. Prints one JSON line: what the cities were, and what was shown. `damage`: a byte of every
 * second keyframe's file is changed before.
 */
export interface TimeViewReport {
  readonly instants: readonly {
    readonly tick: number;
    readonly was: { readonly live: string; readonly doNothing: string | null };
    readonly shown: { readonly live: string; readonly doNothing: string | null } | null;
    readonly wallMs: number;
    readonly failure: string | null;
  }[];
  readonly keyframes: number;
  readonly byteLength: number;
  readonly warnings: readonly string[];
  /** The live twins at the end, after all that was shown. */
  readonly endUnmoved: boolean;
}

const [folder = "", everyMs = "20", budgetKib = "1000000", damage = ""] = process.argv.slice(2);
const seed = 1;
const tickS = 0.5;
const endTick = 9000;
const instantTicks = 250;

async function main(): Promise<TimeViewReport> {
  const values = parameterValues();
  const city = generateTown(1);
  const population = generatePopulation(city, 3000, seed, values);
  if (!population.ok) throw new Error(population.error.message);
  const startS = 6.5 * 3600;
  const built = buildTwin(city, population.value, { seed, startS, tickS }, values);
  if (!built.ok) throw new Error(built.error.message);
  const warnings: string[] = [];
  const store = openKeyframeStore(
    path.join(folder, "keyframes"),
    Promise.resolve(),
    (failure) => warnings.push(failure.message),
    { budgetBytes: Number(budgetKib) * 1024, everyMs: Number(everyMs) },
  );
  const fail = (error: Error) => {
    throw error;
  };
  const twins = startTwins({
    ...{ live: built.value, doNothing: null, values, log: [], branches: [], keyframes: store },
    ...{ onEvents: () => undefined, onAnswers: () => undefined, onFailure: fail },
  });
  const view = openTimeView({
    ...{ twins, keyframes: store, tickS, startS },
    listener: {
      view: () => undefined,
      warn: (said) => void warnings.push(sayInEnglish(said)),
      wantsFrames: () => new Set(),
      frame: () => undefined,
      jumped: () => undefined,
    },
  });
  const holders = Array.from({ length: 3000 }, (_, person) => person).filter(
    (person) => built.value.columns.personHoldsContract[person] === 1,
  );
  const { edgeLengthM } = city.columns;
  const byLength = Array.from(edgeLengthM.keys()).sort((a, b) => edgeLengthM[b] - edgeLengthM[a]);
  const none = new Map<never, never>();
  const hashes = async () => ({
    live: (await twins.live.hash()).hash,
    doNothing: twins.doNothing === undefined ? null : (await twins.doNothing.hash()).hash,
  });
  const was: { tick: number; was: Awaited<ReturnType<typeof hashes>> }[] = [];
  let number = 0;
  for (let tick = 0; tick < endTick;) {
    const step = drawInteger(seed, tick, 3, 0, 60) + 1;
    // Now and then something happens, an instruction among it, and sometimes on the very tick that is looked at.
    const what = draw(seed, tick, 4, 0);
    const edge = byLength[drawInteger(seed, tick, 5, 0, 40)] ?? 0;
    if (what < 0.02) twins.commandBoth({ kind: "openLanes", tick, edge });
    else if (what < 0.05) {
      twins.commandBoth({ kind: "closeLanes", tick, incident: ++number, edge, positionM: 10, laneCount: 1 });
    } else if (what < 0.06) twins.commandBoth({ kind: "limitSpeed", tick, edge, speedMaxMps: 4 });
    else if (what < 0.07) twins.commandBoth({ kind: "switchSignal", tick, edge, dark: true });
    else if (what < 0.09) {
      await twins.branch((at) => ({
        ...{ kind: "instruct", tick: at, instruction: ++number, blockHeight: 1, transactionHash: "00" },
        ...{ people: holders, bonusEur: 3, avoidEdges: [edge], action: { kind: "avoid" } },
      }));
    } else if (what < 0.1 && number > 0) {
      const later = { tick: twins.tick, instruction: number, people: holders, action: { kind: "avoid" } } as const;
      if (what < 0.093) twins.commandLive({ kind: "withdraw", ...later });
      else if (what < 0.097) {
        const paid = holders.map((person) => person % 2 === 0);
        twins.commandLive({ kind: "settleBonuses", tick: twins.tick, people: holders, paid });
      } else {
        const block = { blockHeight: 2, transactionHash: "00", bonusEur: 6, avoidEdges: [edge] };
        twins.commandLive({ kind: "instruct", ...later, ...block });
      }
    }
    if (tick % instantTicks < step) was.push({ tick, was: await hashes() });
    tick = Math.min(endTick, tick + step);
    await twins.advance(tick, none);
  }
  await store.settled();
  const end = await hashes();
  if (damage !== "") damageFiles(path.join(folder, "keyframes"));
  const order = [...was].sort((a, b) => draw(seed, a.tick, 6, 0) - draw(seed, b.tick, 6, 0));
  const instants: TimeViewReport["instants"][number][] = [];
  for (const instant of order) {
    const begunMs = performance.now();
    const viewed = await view.view(startS + instant.tick * tickS);
    const wallMs = performance.now() - begunMs;
    const shown = (await view.hashes()) ?? null;
    instants.push({ ...instant, shown, wallMs, failure: viewed.ok ? null : viewed.error.message });
  }
  const report = {
    ...{ instants, keyframes: store.all.length, byteLength: store.byteLength, warnings },
    endUnmoved: JSON.stringify(end) === JSON.stringify(await hashes()),
  };
  await view.close();
  await twins.close();
  await store.close();
  return report;
}

function damageFiles(keyframes: string): void {
  for (const [row, name] of readdirSync(keyframes).sort().entries()) {
    // The first one is what everything can be reached from.
    if (row % 2 === 0) continue;
    const file = path.join(keyframes, name);
    const bytes = readFileSync(file);
    const at = drawInteger(seed, row, 7, 0, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    writeFileSync(file, bytes);
  }
}

main().then(
  (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
