import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { frameByteLength, reportByteLength, type TwinName } from "../../common/frame";
import { fail, succeed, type Result } from "../../common/result";
import { serveBrowser } from "../host/browser-server";
import { openConsoleService } from "../host/console-service";
import { openEnsemblePool } from "../host/ensemble-pool";
import { dataFolder } from "../host/folders";
import { copyFrame } from "../host/frames";
import { openOperatorKey } from "../host/operator-key";
import { rendererDirectory } from "../host/worker-files";
import { wholeNumber } from "../host/launch-options";
import { median, reported, rounded, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";
import { fillCity, type CrowdedSession } from "./crowded-session";
import { findChromium, openPage, type DebuggedPage } from "./devtools";

/**
 * From the engine to the picture: a host that serves a console to a browser, with an engine that really carries so many
 * vehicles. Each figure of the page is measured in the page; a software graphics card slows pictures down, not scripts.
 *
 * Speeds are times real time. The engine's step is half a second: at 1 × there are two states a second to send, whatever
 * the path carries, at 5 × ten, so that one state that comes late is one frame too few; at 10 × there are more than the
 * host sends.
 */
const crowds = [
  { vehicles: 20_000, bypassRadiusM: 3000 },
  { vehicles: 100_000, bypassRadiusM: 6000 },
] as const;
const usualSpeed = "10";

const bars = { framesPerS: 10, ageP95Ms: 50, scriptP50Ms: 4 } as const;
const settleMs = 5000;
const readyPatienceMs = 180_000;

interface FramesOptions {
  readonly seed: number;
  /** One of the speeds that the console offers. */
  readonly speed: number;
  /** Wall seconds measured. */
  readonly seconds: number;
  /** Only crowds up to this size. */
  readonly vehiclesMax: number;
}

export const benchFramesCommand: Bench = {
  usage: "frames [--speed X] [--seconds N] [--vehicles N] [--seed N]",
  summary: "frames: from the engine to the picture in a browser, with 20,000 and 100,000 vehicles",
  options: ["speed", "seconds", "vehicles", "seed"],
  run: async (values, io) => {
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const seconds = wholeNumber(values.seconds ?? "30", 1, 3600);
    if (seconds === null) return unusable({ message: "a whole number from 1 to 3600", where: "--seconds" });
    const vehiclesMax = wholeNumber(values.vehicles ?? "100000", 20_000, 100_000);
    if (vehiclesMax === null) return unusable({ message: "a whole number from 20000 to 100000", where: "--vehicles" });
    const speed = wholeNumber(values.speed ?? usualSpeed, 1, 60);
    if (speed === null) return unusable({ message: "a speed of the console", where: "--speed" });
    const measured = await benchFrames({ seed, speed, seconds, vehiclesMax }, io);
    return measured.ok ? reported(measured.value) : unusable(measured.error);
  },
};

async function benchFrames(options: FramesOptions, io: CommandIo): Promise<Result<readonly BenchResult[]>> {
  const chromium = findChromium();
  if (!chromium.ok) return chromium;
  const home = mkdtempSync(path.join(tmpdir(), "pendulaire-bench-home-"));
  const usualHome = process.env["PENDULAIRE_HOME"];
  process.env["PENDULAIRE_HOME"] = home;
  try {
    const results: BenchResult[] = [];
    for (const crowd of crowds) {
      if (crowd.vehicles > options.vehiclesMax) continue;
      const measured = await benchCrowd(crowd, options, chromium.value, io);
      if (!measured.ok) return measured;
      results.push(...measured.value);
    }
    return succeed(results);
  } finally {
    if (usualHome === undefined) delete process.env["PENDULAIRE_HOME"];
    else process.env["PENDULAIRE_HOME"] = usualHome;
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function benchCrowd(
  crowd: (typeof crowds)[number],
  { seed, speed, seconds }: FramesOptions,
  chromium: string,
  io: CommandIo,
): Promise<Result<readonly BenchResult[]>> {
  const operator = openOperatorKey(path.join(dataFolder("keys"), "operator.json"), undefined);
  const progress = io.progress(`filling a town with ${crowd.vehicles} vehicles`);
  const filled = await fillCity({ ...crowd, seed, operator, onProgress: progress });
  if (!filled.ok) return filled;
  const ours = measurePacking(filled.value);
  const service = openConsoleService({
    source: { kind: "bundled" },
    session: { seed, people: undefined, showFromS: 0 },
    operator,
    pool: openEnsemblePool(),
    fallsBack: false,
    prepare: () => ({
      city: Promise.resolve(succeed(filled.value.parts.city)),
      parts: Promise.resolve(succeed(filled.value.parts)),
    }),
  });
  await service.ready;
  const server = await serveBrowser(() => service, rendererDirectory(), 0);
  try {
    const page = await openPage(chromium, server.link(), { early: "", windowPx: [1440, 900] });
    try {
      const measured = await measurePage(page, speed, seconds);
      if (!measured.ok) return measured;
      return succeed(resultsOf(speed, filled.value, ours, measured.value, seconds, page.browser));
    } finally {
      await page.close();
    }
  } finally {
    await server.close();
    await service.close();
  }
}

interface Packing {
  readonly packMs: number;
  readonly reportMs: number;
  readonly copyMs: number;
  readonly frameBytes: number;
  readonly reportBytes: number;
}

/** What a frame costs on the host's side, before anybody looks. */
function measurePacking({ parts }: CrowdedSession): Packing {
  const arena = parts.twins.live;
  const runs = Array.from({ length: 31 }, (_, run) => run);
  let slots = 0;
  const packs = runs.map(() => timeMs(() => (slots = arena.kernel.packFrame(0))));
  const reports = runs.map(() => timeMs(() => arena.kernel.packFrame(1)));
  const twin: TwinName = "live";
  const copies = runs.map((sequence) =>
    timeMs(() =>
      copyFrame(arena, { frameSlots: slots, reportWindowS: -1 }, { twin, sequence, timeS: 0, sinceLastS: 0 }),
    ),
  );
  const { edges, terminals } = arena.counts;
  return {
    packMs: median(packs),
    reportMs: median(reports) - median(packs),
    copyMs: median(copies),
    frameBytes: frameByteLength(slots, 0),
    reportBytes: reportByteLength(edges, terminals),
  };
}

/** As the page's probe gives it. */
interface PageMeasures {
  readonly framesArrived: number;
  readonly lastArrivedMs: number;
  readonly framesTaken: number;
  readonly picturesDrawn: number;
  readonly ageMs: { readonly p50: number; readonly p95: number };
  readonly takenAgeMs: { readonly p50: number; readonly p95: number };
  readonly scriptMs: { readonly p50: number; readonly p95: number };
}

interface PageResult extends PageMeasures {
  /** That arrived. */
  readonly frames: number;
  /** From the arrival before the first of these to that of the last: as many intervals as frames. */
  readonly arrivedWithinS: number;
  /** That the page's thread took: all, but for those that a newer one replaced while it was busy. */
  readonly taken: number;
  readonly pictures: number;
  readonly wallS: number;
  readonly readyS: number;
}

async function measurePage(page: DebuggedPage, speed: number, seconds: number): Promise<Result<PageResult>> {
  const begunMs = performance.now();
  const isReady = `document.querySelector('[data-testid="map"]')?.dataset.ready === "true" && (window.pendulaireConsole?.framesTaken() ?? 0) > 0`;
  // Between two documents there is nothing to ask.
  while (!(await page.evaluate<boolean>(isReady).catch(() => false))) {
    if (performance.now() - begunMs > readyPatienceMs) return fail("the page drew no map", "frames");
    await pause(250);
  }
  const readyS = (performance.now() - begunMs) / 1000;
  const button = `document.querySelector('[data-testid="speed-${speed}"]')`;
  if (!(await page.evaluate<boolean>(`${button} !== null`))) return fail("not a speed of the console", "--speed");
  await page.evaluate(`${button}.click()`);
  await pause(settleMs);
  const read = async (frames: number, pictures: number) =>
    page.evaluate<PageMeasures>(`window.pendulaireConsole.measured(${frames}, ${pictures})`);
  const before = await read(1, 1);
  const fromMs = performance.now();
  await pause(seconds * 1000);
  const counted = await read(1, 1);
  const wallS = (performance.now() - fromMs) / 1000;
  const frames = counted.framesArrived - before.framesArrived;
  const arrivedWithinS = (counted.lastArrivedMs - before.lastArrivedMs) / 1000;
  const taken = counted.framesTaken - before.framesTaken;
  const pictures = counted.picturesDrawn - before.picturesDrawn;
  if (frames === 0 || taken === 0 || pictures === 0)
    return fail(`${frames} frames, ${taken} taken and ${pictures} pictures in ${seconds} s`, "frames");
  const arrived = await read(frames, pictures);
  const { takenAgeMs } = await read(taken, pictures);
  return succeed({ ...arrived, takenAgeMs, frames, arrivedWithinS, taken, pictures, wallS, readyS });
}

function resultsOf(
  speed: number,
  { parts, running }: CrowdedSession,
  packing: Packing,
  page: PageResult,
  seconds: number,
  browser: string,
): BenchResult[] {
  const what = `${running} vehicles on ${parts.twins.live.counts.edges} edges, ${speed} × real time`;
  const framesPerS = page.frames / page.arrivedWithinS;
  const unbarred = (name: string, value: number, unit: string): BenchResult => ({
    what: `${what}: ${name}`,
    value: rounded(value),
    unit,
    bar: null,
    ok: null,
  });
  return [
    {
      what: `${what}: frames that arrived in ${browser}, over ${seconds} s`,
      value: rounded(framesPerS),
      unit: "/s",
      bar: bars.framesPerS,
      ok: framesPerS >= bars.framesPerS,
    },
    {
      what: `${what}: age of a frame at its arrival, p95`,
      value: rounded(page.ageMs.p95),
      unit: "ms",
      bar: bars.ageP95Ms,
      ok: page.ageMs.p95 <= bars.ageP95Ms,
    },
    unbarred("age of a frame at its arrival, p50", page.ageMs.p50, "ms"),
    unbarred("frames that the page's thread took, the newest when it was free", page.taken / page.wallS, "/s"),
    unbarred("age of those when it took them, p95", page.takenAgeMs.p95, "ms"),
    {
      what: `${what}: script of a picture, p50`,
      value: rounded(page.scriptMs.p50),
      unit: "ms",
      bar: bars.scriptP50Ms,
      ok: page.scriptMs.p50 <= bars.scriptP50Ms,
    },
    unbarred("script of a picture, p95", page.scriptMs.p95, "ms"),
    unbarred("pictures drawn", page.pictures / page.wallS, "/s"),
    unbarred("packing a frame in the kernel, p50", packing.packMs, "ms"),
    unbarred("packing its report besides, p50", packing.reportMs, "ms"),
    unbarred("copying a frame out of the arena, p50", packing.copyMs, "ms"),
    unbarred("a frame without report", packing.frameBytes / 1000, "kB"),
    unbarred("its report, once a second", packing.reportBytes / 1000, "kB"),
    unbarred("from the browser's start to the first picture with vehicles", page.readyS, "s"),
  ];
}

function timeMs(work: () => unknown): number {
  const begunMs = performance.now();
  work();
  return performance.now() - begunMs;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
