import { succeed, type Result } from "../../common/result";
import { forkArena, openArena, type Arena } from "../../workers/arena";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import type { City } from "../../common/city";
import { startEngineThread } from "../host/engine-thread";
import { openSumoFiles, readScenarioDemand } from "../host/sumo-files";
import { atLeast, median, rounded, type BenchResult } from "./bench-result";
import type { TrafficBench } from "./bench-traffic-parts";
import { peerFigures, peerInputs, runPeer, type PeerCase, type PeerInputs, type PeerRun } from "./bench-traffic-peer";
import { accuracyBars, compareRuns, figuresOfCsv, isAccurate, type AccuracyBar } from "./edge-figures";
import { edgePeriods, tripsCsv } from "./simulation-output";

// How fast and how like SUMO's the microscopic engine runs SUMO's own routes. A speed counts only with the accuracy beside it.

const bars = { oneThread: 150, twins: 280, arrivals: 0.05 } as const;
const tickS = 1;

/** A case read and built, at its first tick: runs are forks of it. */
interface BuiltCase {
  readonly peer: PeerCase;
  readonly inputs: PeerInputs;
  readonly city: City;
  readonly arena: Arena;
  readonly readS: number;
}

async function build(peer: PeerCase, seed: number): Promise<Result<BuiltCase>> {
  const inputs = await peerInputs(peer);
  if (!inputs.ok) return inputs;
  const begunMs = performance.now();
  const { net, routes, types } = inputs.value;
  const opened = await openSumoFiles(net, [routes], [types], {});
  if (!opened.ok) return opened;
  const demand = readScenarioDemand(opened.value);
  if (!demand.ok) return demand;
  const { city } = opened.value;
  const twin = buildScenarioTwin(city, demand.value, { seed, beginS: 0, endS: peer.endS, tickS });
  if (!twin.ok) return twin;
  const readS = (performance.now() - begunMs) / 1000;
  return succeed({ peer, inputs: inputs.value, city, arena: twin.value.arena, readS });
}

const ticksOf = ({ endS }: PeerCase): number => Math.round(endS / tickS);

/** Both programs in turn on the same inputs, on one thread; and both twins on threads of their own. */
export async function measureSpeed({ seed, runs, cases, io }: TrafficBench): Promise<Result<readonly BenchResult[]>> {
  const results: BenchResult[] = [];
  const progress = io.progress("speed");
  const total = cases.length * runs;
  for (const [row, peer] of cases.entries()) {
    const built = await build(peer, seed);
    if (!built.ok) return built;
    const theirs: PeerRun[] = [];
    const ours: OwnRun[] = [];
    const twinsS: number[] = [];
    for (let run = 0; run < runs; run++) {
      const their = await runPeer(peer, built.value.inputs);
      if (!their.ok) return their;
      theirs.push(their.value);
      ours.push(runOnce(built.value));
      twinsS.push(await runTwins(built.value));
      // A run of SUMO takes minutes: whoever ends the bench early has what was measured so far.
      const [theirS, ourS, bothS] = [their.value.wallS, ours[run].wallS, twinsS[run]].map((wallS) => wallS.toFixed(2));
      io.note(`${peer.name}, run ${run + 1}: SUMO ${theirS} s, one thread ${ourS} s, two twins ${bothS} s`);
      progress(row * runs + run + 1, total);
    }
    results.push(...speedsOf(built.value, theirs, ours, twinsS));
  }
  return succeed(results);
}

interface OwnRun {
  readonly wallS: number;
  /** Processor time of the same, s. */
  readonly cpuS: number;
  readonly arrived: number;
  readonly updates: number;
}

function runOnce({ peer, arena }: BuiltCase): OwnRun {
  const engine = createTwinEngine(openArena(forkArena(arena)), parameterValues());
  const cpu = process.cpuUsage();
  const begunMs = performance.now();
  advanceTwin(engine, ticksOf(peer));
  const wallS = (performance.now() - begunMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { arrivedCount, vehicleUpdates } = engine.arena.header;
  return { wallS, cpuS: (user + system) / 1e6, arrived: arrivedCount, updates: vehicleUpdates };
}

/** Wall time until both of two equal twins have come to the end, each on a thread of its own, s. */
async function runTwins({ peer, arena }: BuiltCase): Promise<number> {
  const values = parameterValues();
  let failure: Error | undefined;
  const threads = [0, 1].map(() =>
    startEngineThread(
      { handle: forkArena(arena), values },
      () => undefined,
      (error) => (failure = error),
    ),
  );
  try {
    // They answer when they are up.
    await Promise.all(threads.map((thread) => thread.hash()));
    const begunMs = performance.now();
    await Promise.all(threads.map((thread) => thread.advance(ticksOf(peer), Infinity, "none")));
    if (failure !== undefined) throw failure;
    return (performance.now() - begunMs) / 1000;
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

function speedsOf(
  { peer, readS }: BuiltCase,
  theirs: readonly PeerRun[],
  ours: readonly OwnRun[],
  twinsS: readonly number[],
): BenchResult[] {
  const theirS = median(theirs.map(({ wallS }) => wallS));
  const ourS = median(ours.map(({ wallS }) => wallS));
  const bothS = median(twinsS);
  const arrivals = ours[0].arrived / theirs[0].arrived - 1;
  const counts = Math.abs(arrivals) <= bars.arrivals;
  const what = `${peer.name}, ${peer.endS} s at ${tickS} s steps`;
  const list = (values: readonly number[]) => values.map((value) => value.toPrecision(3)).join(", ");
  const counted = (result: BenchResult): BenchResult => ({
    ...result,
    what: counts ? result.what : `${result.what}; does not count, arrivals are too far off`,
    ok: result.ok === true && counts,
  });
  const plain = (name: string, value: number, unit: string): BenchResult => ({
    ...{ what: `${what}: ${name}`, value: rounded(value), unit },
    ...{ bar: null, ok: null },
  });
  return [
    counted(atLeast(`${what}: one thread, wall time against SUMO`, theirS / ourS, "×", bars.oneThread)),
    counted(atLeast(`${what}: two twins on two threads, together`, (2 * theirS) / bothS, "×", bars.twins)),
    {
      ...{ what: `${what}: arrivals against SUMO's ${theirs[0].arrived}`, value: rounded(100 * arrivals) },
      ...{ unit: "% (bar ±5)", bar: null, ok: counts },
    },
    plain("one thread, the least of SUMO's wall times against the least of ours", leastOf(theirs) / leastOf(ours), "×"),
    plain(
      "one thread, processor time of SUMO's process, with reading, against that of our run",
      median(theirs.map(({ cpuS }) => cpuS)) / median(ours.map(({ cpuS }) => cpuS)),
      "×",
    ),
    plain("processor time of SUMO's process", median(theirs.map(({ cpuS }) => cpuS)), "s"),
    plain("processor time of our run", median(ours.map(({ cpuS }) => cpuS)), "s"),
    plain(`SUMO, median of ${list(theirs.map(({ wallS }) => wallS))}`, theirS, "s"),
    plain(`Pendulaire, median of ${list(ours.map(({ wallS }) => wallS))}`, ourS, "s"),
    plain(`two twins, median of ${list(twinsS)}`, bothS, "s"),
    plain("reading the same files and building the twin, once", readS, "s"),
    plain("vehicle-steps, SUMO", theirs[0].updates, ""),
    plain("vehicle-steps, Pendulaire", ours[0].updates, ""),
    plain("vehicle-steps a second, Pendulaire", ours[0].updates / ourS, "/s"),
    plain("teleports, SUMO", theirs[0].teleports, ""),
  ];
}

const leastOf = (runs: readonly { readonly wallS: number }[]): number => Math.min(...runs.map(({ wallS }) => wallS));

const barNames: Readonly<Record<AccuracyBar, string>> = {
  flows: "edges with GEH < 5",
  speeds: "edges with mean speed within 15 %",
  trip: "mean trip time",
  loss: "mean time loss",
  arrivals: "arrivals",
};

/** Accuracy test 4 on the inputs of the speeds: edges and trips beside SUMO's, over the whole run. */
export async function measureAccuracy({ seed, cases, io }: TrafficBench): Promise<Result<readonly BenchResult[]>> {
  const results: BenchResult[] = [];
  const progress = io.progress("accuracy");
  for (const [row, peer] of cases.entries()) {
    const built = await build(peer, seed);
    if (!built.ok) return built;
    const theirs = await peerFigures(peer, built.value.inputs);
    if (!theirs.ok) return theirs;
    const { city, arena } = built.value;
    const edges = edgePeriods(city, arena, peer.endS);
    advanceTwin(createTwinEngine(arena, parameterValues()), ticksOf(peer));
    const figures = compareRuns(figuresOfCsv(edges.csv(), tripsCsv(arena)), theirs.value, true, peer.endS);
    for (const [bar, value] of Object.entries(figures) as [AccuracyBar, number][]) {
      const isShare = bar === "flows" || bar === "speeds";
      // Of no edge, no share.
      const isKnown = !Number.isNaN(value);
      results.push({
        ...{ what: `${peer.name} beside SUMO: ${barNames[bar]}`, value: isKnown ? rounded(100 * value) : null },
        ...{ unit: isShare ? "%" : "% (bar ±)", bar: 100 * accuracyBars[bar] },
        ok: isKnown ? isAccurate(bar, value) : null,
      });
    }
    progress(row + 1, cases.length);
  }
  return succeed(results);
}
