import { succeed, type Result } from "../../common/result";
import {
  forkArena,
  layOut,
  makeRoom,
  none,
  openArena,
  saveArena,
  type Arena,
  type ArenaCounts,
} from "../../workers/arena";
import { parameterValues } from "../../workers/people";
import { locatePeople, refreshSet, TreeSet } from "../../workers/traffic";
import { advanceTwin, createTwinEngine, type TwinEngine } from "../../workers/twin-engine";
import { atMost, median, rounded, type BenchResult } from "./bench-result";
import type { TrafficBench } from "./bench-traffic-parts";
import { fillGrid, streetsFor } from "./grid-crowd";

// What the microscopic engine costs as it grows. Everything here runs on one thread and is told in time of the processor,
// which other programs on the machine disturb less than time on the wall; forks, which are waits for memory too, by the wall.

const bars = {
  /** Dearest over cheapest vehicle-step from 10,000 vehicles on: "about flat". */
  growth: 1.5,
  twinsStepMs: 20,
  forkMs: 40,
  bytesPerPerson: 200,
  bytesPerVehicle: 64,
  reroutesS: 2,
} as const;

/** Running vehicles; with each, the network grows so that as many drive on each edge. */
const sizes = [1000, 3000, 10_000, 30_000, 100_000, 300_000] as const;
export const growthMax = 300_000;
const vehiclesPerEdge = 3;
/** Small networks fit into the processor's caches: from here on the time of a vehicle-step should be flat. */
const flatFrom = 10_000;
/** With fewer there is nothing to compare. */
export const growthMin = 30_000;
const measuredS = 30;
const destinationsMax = 1000;

const plain = (what: string, value: number, unit: string): BenchResult => ({
  ...{ what, value: rounded(value), unit },
  ...{ bar: null, ok: null },
});

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function wallMs(work: () => void): number {
  const begunMs = performance.now();
  work();
  return performance.now() - begunMs;
}

function roomFor(arena: Arena): WebAssembly.Memory {
  const making = makeRoom(arena);
  for (;;) {
    const made = making.next();
    if (made.done === true) return made.value;
  }
}

const destinationsFor = (vehicles: number): number =>
  Math.min(destinationsMax, Math.max(20, Math.round(vehicles / 100)));

/** From 1,000 to 300,000 running vehicles at 1 s steps. */
export function measureGrowth({ seed, runs, vehiclesMax, io }: TrafficBench): Promise<Result<readonly BenchResult[]>> {
  const results: BenchResult[] = [];
  const progress = io.progress("growth");
  const flat: number[] = [];
  const wanted = sizes.filter((vehicles) => vehicles <= vehiclesMax);
  for (const [row, vehicles] of wanted.entries()) {
    const filled = fillGrid({
      ...{ streets: streetsFor(vehicles / vehiclesPerEdge), vehicles, destinations: destinationsFor(vehicles) },
      ...{ tickS: 1, seed },
    });
    if (!filled.ok) return Promise.resolve(filled);
    const { engine, running } = filled.value;
    const whole = Array.from({ length: runs }, () => nsPerStep(engine, (ticks) => advance(engine, ticks)));
    const kernel = Array.from({ length: runs }, () => nsPerStep(engine, (ticks) => stepKernel(engine.arena, ticks)));
    const what = `${running} running on ${engine.arena.counts.edges} edges, 1 s steps`;
    results.push(plain(`${what}: a vehicle-step`, median(whole), "ns of a core"));
    results.push(plain("… of it traffic alone, without routes brought up to date", median(kernel), "ns of a core"));
    if (vehicles >= flatFrom) flat.push(median(whole));
    progress(row + 1, wanted.length);
  }
  const what = `growth from ${flatFrom} to ${wanted[wanted.length - 1]} running: dearest over cheapest vehicle-step`;
  results.push(atMost(what, Math.max(...flat) / Math.min(...flat), "×", bars.growth));
  return Promise.resolve(succeed(results));
}

function advance(engine: TwinEngine, ticks: number): void {
  advanceTwin(engine, engine.arena.header.tick + ticks);
  engine.events = [];
}

function stepKernel({ header, kernel }: Arena, ticks: number): void {
  for (let left = ticks; left > 0; left -= kernel.step(left)) header.eventCount = 0;
  header.eventCount = 0;
}

function nsPerStep({ arena }: TwinEngine, run: (ticks: number) => void): number {
  const before = arena.header.vehicleUpdates;
  const ms = cpuMs(() => run(Math.round(measuredS / arena.header.dtS)));
  return (1e6 * ms) / (arena.header.vehicleUpdates - before);
}

const crowdVehicles = 100_000;
const crowdTickS = 0.1;
/** A turn of the routes comes every 10 s: each of them costs. */
const crowdTicks = 100;

/** Both twins with 100,000 running each at a step of 0.1 s, their memory, and a fork of one. */
export function measureCrowd({ seed, runs, io }: TrafficBench): Promise<Result<readonly BenchResult[]>> {
  const progress = io.progress("crowd");
  const filled = fillGrid({
    ...{ streets: streetsFor(crowdVehicles / vehiclesPerEdge), vehicles: crowdVehicles },
    ...{ destinations: destinationsFor(crowdVehicles), tickS: crowdTickS, seed },
  });
  if (!filled.ok) return Promise.resolve(filled);
  progress(1, 2);
  const live = filled.value.engine;
  const { arena } = live;
  const bytes = saveArena(arena).length;
  const forks = Math.max(5, runs);
  const coldMs = Array.from({ length: forks }, () => wallMs(() => forkArena(arena)));
  const room = roomFor(arena);
  const forksMs = Array.from({ length: forks }, () => wallMs(() => forkArena(arena, room)));
  const doNothing = createTwinEngine(openArena(forkArena(arena, room)), parameterValues());
  const stepsMs = Array.from(
    { length: runs },
    () =>
      cpuMs(() => {
        for (const twin of [live, doNothing]) advance(twin, crowdTicks);
      }) / crowdTicks,
  );
  const kernelMs =
    cpuMs(() => {
      for (const twin of [live, doNothing]) stepKernel(twin.arena, crowdTicks);
    }) / crowdTicks;
  const { header, counts } = arena;
  const megabytes = bytes / 1e6;
  const for100Mb = (samplesMs: readonly number[]) => (median(samplesMs) * 100) / megabytes;
  progress(2, 2);
  return Promise.resolve(
    succeed([
      atMost(
        `both twins, ${header.vehicleCount} and ${doNothing.arena.header.vehicleCount} running, step 0.1 s, one core`,
        median(stepsMs),
        "ms per 100 ms",
        bars.twinsStepMs,
      ),
      plain("… of it traffic alone, without routes brought up to date", kernelMs, "ms per 100 ms"),
      atMost(
        `fork of an arena into room made for it, as for 100 MB of its ${megabytes.toFixed(0)} MB, wall time`,
        for100Mb(forksMs),
        "ms",
        bars.forkMs,
      ),
      plain("… into new memory, whose pages the system gives one by one, as for 100 MB", for100Mb(coldMs), "ms"),
      ...memoryOf(counts),
    ]),
  );
}

/** What the arena takes for one more of each, by its layout. */
function memoryOf(counts: ArenaCounts): BenchResult[] {
  const many = 10_000;
  const endWith = (more: Partial<ArenaCounts>) => layOut({ ...counts, ...more }).end;
  const now = endWith({});
  const person = (endWith({ people: counts.people + many, trips: counts.trips + 2 * many }) - now) / many;
  const vehicle = (endWith({ vehicleCapacity: counts.vehicleCapacity + many }) - now) / many;
  return [
    atMost("memory of a person with both trips", person, "bytes", bars.bytesPerPerson),
    atMost("memory of a vehicle that may run at once", vehicle, "bytes", bars.bytesPerVehicle),
    plain("memory of a destination tree, an edge", 1, "byte"),
  ];
}

const reroutes = 100_000;
const rerouteEdges = 100_000;

/** 100,000 drivers under way get new ways: weights by present times, trees to all their goals, their next turn. */
export function measureReroutes({ seed, runs, io }: TrafficBench): Promise<Result<readonly BenchResult[]>> {
  const progress = io.progress("reroutes");
  const filled = fillGrid({
    ...{ streets: streetsFor(rerouteEdges), vehicles: 1.1 * reroutes, destinations: destinationsMax, tickS: 1, seed },
  });
  if (!filled.ok) return Promise.resolve(filled);
  progress(1, 2);
  const { arena } = filled.value.engine;
  const { columns, counts } = arena;
  const edgeOf = locatePeople(arena);
  const people: number[] = [];
  for (let person = 0; person < counts.people && people.length < reroutes; person++) {
    if (edgeOf[person] !== none) people.push(person);
  }
  const timesS = Array.from({ length: runs }, () => {
    // From the usual ways to those by present times.
    for (const person of people) columns.personTreeSet[person] = TreeSet.usual;
    arena.kernel.planAgain(0);
    for (const person of people) columns.personTreeSet[person] = TreeSet.navigated;
    return cpuMs(() => {
      refreshSet(arena, TreeSet.navigated);
      arena.kernel.planAgain(0);
    });
  }).map((ms) => ms / 1000);
  progress(2, 2);
  const what = `${people.length} reroutes on ${counts.edges} edges to ${counts.destinations} destinations`;
  return Promise.resolve(
    succeed([
      atMost(what, median(timesS), "s of a core", bars.reroutesS),
      plain("… a destination's tree", (1e6 * median(timesS)) / counts.destinations, "µs of a core"),
    ]),
  );
}
