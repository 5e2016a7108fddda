import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { edgeCountOf, nameOfEdge, RoadClass, type City } from "../../common/city";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { formatTimeOfDay, parseTimeOfDay } from "../../common/time";
import type { CommandIo } from "./command";
import { findChromium, openPage, type DebuggedPage } from "./devtools";

export interface ShiftOptions {
  readonly cityArgument: string;
  readonly city: City;
  readonly people: number | undefined;
  readonly hours: number;
  /** One of the speeds that the console offers. */
  readonly speed: number;
  readonly fromS: number;
}

export interface ShiftSample {
  /** Session time. */
  readonly timeS: number;
  /** What the page's scripts hold after a collection, bytes. */
  readonly heapBytes: number;
  /** Resident memory of the page's process, after a collection in each of its threads, bytes. */
  readonly pageBytes: number;
  /** Resident memory of the host's process, bytes. */
  readonly hostBytes: number;
}

export interface ShiftFigures {
  readonly samples: readonly ShiftSample[];
  readonly wallS: number;
  readonly incidents: number;
  readonly instructions: number;
  readonly replays: number;
  /** Share of the wall time within tasks of more than 50 ms. */
  readonly longTaskShare: number;
  readonly longTasks: number;
  /** Of the gaps between two turns of the page's event loop, ms. */
  readonly gapP99Ms: number;
}

const sampleEveryMs = 10_000;
/** Samples in a row without the live city's clock, after which it is asked for again: a look back may come late. */
const clocklessMax = 3;
/** How long the host may count contracts or declare an incident, beside all that it computes, ms. */
const hostPatienceMs = 15_000;
const hourS = 3600;
const passphrase = "a passphrase for a bench";
const windowPx = [1024, 700] as const;

/** In the page, before its own scripts: long tasks, and how long the event loop lets a turn wait. */
const observer = `(() => {
  const shift = (globalThis.pendulaireShift = { long: 0, longMs: 0, gaps: new Uint32Array(2001), from: performance.now() });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) { shift.long++; shift.longMs += duration; }
  }).observe({ type: "longtask", buffered: true });
  const channel = new MessageChannel();
  let last = performance.now();
  channel.port1.onmessage = () => {
    const now = performance.now();
    shift.gaps[Math.min(2000, Math.round(now - last))]++;
    setTimeout(() => { last = performance.now(); channel.port2.postMessage(0); }, 10);
  };
  channel.port2.postMessage(0);
})()`;

/** A shift of the built console in Chromium, with an operator who marks an incident and sends an instruction each hour. */
export async function runShift(options: ShiftOptions, io: CommandIo): Promise<Result<ShiftFigures>> {
  const chromium = findChromium();
  if (!chromium.ok) return chromium;
  const home = mkdtempSync(path.join(tmpdir(), "pendulaire-shift-"));
  const people = options.people === undefined ? [] : ["--people", String(options.people)];
  const at = formatTimeOfDay(options.fromS).slice(0, 5);
  const host = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1] ?? "", "serve", options.cityArgument, ...people, "--at", at],
    { env: { ...process.env, PENDULAIRE_HOME: home }, stdio: ["ignore", "ignore", "pipe"] },
  );
  let page: DebuggedPage | undefined;
  try {
    page = await openPage(chromium.value, await addressOf(host), { early: observer, windowPx });
    return await workShift(options, page, host.pid ?? 0, io);
  } catch (error) {
    return fail(messageOf(error), "shift");
  } finally {
    await page?.close();
    if (host.exitCode === null) {
      const gone = new Promise((resolve) => host.once("exit", resolve));
      host.kill("SIGINT");
      await gone;
    }
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function addressOf(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    host.once("exit", (code) => reject(new Error(`the host ended with ${String(code)}: ${text.trim()}`)));
    host.stderr?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
      const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
  });
}

async function workShift(
  options: ShiftOptions,
  page: DebuggedPage,
  hostPid: number,
  io: CommandIo,
): Promise<Result<ShiftFigures>> {
  const drawn = await page.waitFor("globalThis.pendulaireConsole?.vehiclesDrawn() > 0", 120_000);
  if (drawn === undefined) return fail("the console showed no vehicles", "shift");
  const speedSet = await click(page, `speed-${options.speed}`);
  if (!speedSet) return fail("not a speed of the console", "--speed");
  const operator = createOperator(page, mainRoads(options.city));
  const beganS = await clockOf(page);
  if (beganS === undefined) return fail("the console shows no clock", "shift");
  const endS = beganS + options.hours * hourS;
  const begunMs = performance.now();
  const samples: ShiftSample[] = [];
  const progress = io.progress("shift");
  let nextActS = beganS + 300;
  let nowS = beganS;
  let clockless = 0;
  const work = async () => {
    while (nowS < endS) {
      if (nowS >= nextActS) {
        nextActS += hourS;
        await operator.act();
      }
      await pause(500);
    }
  };
  const watch = async () => {
    for (let nextMs = begunMs; nowS < endS; nextMs += sampleEveryMs) {
      await pause(Math.max(0, nextMs - performance.now()));
      await page.collectGarbage();
      const { usedSize } = await page.send("Runtime.getHeapUsage");
      const clockS = await clockOf(page);
      clockless = clockS === undefined ? clockless + 1 : 0;
      if (clockless % clocklessMax === clocklessMax - 1) await page.press("l");
      nowS = clockS ?? nowS;
      // A browser keeps an empty one ready beside the page's.
      const pageBytes = Math.max(...(await page.pageProcesses()).map(residentBytes));
      const hostBytes = residentBytes(hostPid);
      samples.push({ timeS: nowS - beganS, heapBytes: Number(usedSize), pageBytes, hostBytes });
      progress(Math.min(nowS, endS) - beganS, endS - beganS);
    }
  };
  await Promise.all([work(), watch()]);
  const wallS = (performance.now() - begunMs) / 1000;
  const seen = await page.evaluate<{ long: number; longMs: number; gaps: number[]; forMs: number }>(
    "({ ...pendulaireShift, gaps: [...pendulaireShift.gaps], forMs: performance.now() - pendulaireShift.from })",
  );
  return succeed({
    ...{ samples, wallS, ...operator.counts() },
    longTasks: seen.long,
    longTaskShare: seen.longMs / seen.forMs,
    gapP99Ms: quantile(seen.gaps, 0.99),
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param counts how many gaps of 0, 1, 2, … ms there were */
function quantile(counts: readonly number[], part: number): number {
  const wanted = part * counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= wanted);
}

/** As /proc says; NaN where there is none. */
function residentBytes(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib) * 1024;
  } catch {
    return Number.NaN;
  }
}

const element = (testId: string) => `document.querySelector('[data-testid="${testId}"]')`;

async function click(page: DebuggedPage, testId: string, withinMs = 10_000): Promise<boolean> {
  const there = await page.waitFor(`${element(testId)} !== null && !${element(testId)}.disabled`, withinMs);
  if (there === undefined) return false;
  await page.evaluate(`${element(testId)}.click()`);
  return true;
}

async function fill(page: DebuggedPage, testId: string, text: string): Promise<boolean> {
  if ((await page.waitFor(`${element(testId)} !== null`, 5000)) === undefined) return false;
  await page.evaluate(`(${element(testId)}.focus(), ${element(testId)}.select())`);
  await page.type(text);
  return true;
}

/** Session time of the live city, s: the clock shows an earlier one while the operator looks back. */
async function clockOf(page: DebuggedPage): Promise<number | undefined> {
  const live = `${element("clock-state")}?.dataset.state === "replay" ? undefined : ${element("clock-time")}?.innerText`;
  return parseTimeOfDay((await page.evaluate<string | undefined>(live)) ?? "");
}

/** What an operator does in an hour: mark an incident, send what is proposed, look back ten minutes. */
function createOperator(page: DebuggedPage, roads: readonly string[]) {
  const counts = { incidents: 0, instructions: 0, replays: 0 };
  let hour = 0;
  const declare = async (road: string): Promise<boolean> => {
    if (!(await click(page, "mark-incident"))) return false;
    if (!(await fill(page, "incident-road-search", road))) return false;
    await pause(500);
    await page.press("ArrowDown");
    await page.press("Enter");
    if (!(await click(page, "incident-declare"))) return false;
    // It is selected in the moment in which the form closes: until then the panel offers the one before.
    return (await page.waitFor(`${element("incident-form")} === null`, hostPatienceMs)) !== undefined;
  };
  const instruct = async (): Promise<boolean> => {
    if (!(await click(page, "instruction-prepare"))) return false;
    const canSend = `${element("send")}?.disabled === false`;
    // Where no contract leads through, no terminal is proposed and nothing is counted.
    const isVain = `${element("send")} !== null && (${element("match")} === null || ${element("refusal")} !== null)`;
    await page.waitFor(`${canSend} || ${isVain}`, hostPatienceMs);
    if (await page.evaluate<boolean>(canSend)) {
      await click(page, "send");
      if (await fill(page, "passphrase", passphrase)) {
        await fill(page, "passphrase-repeat", passphrase);
        await click(page, "passphrase-submit");
      }
      return (await page.waitFor(`${element("instruction-report")} !== null`, 30_000)) !== undefined;
    }
    await click(page, "draft-discard");
    return false;
  };
  const lookBack = async (): Promise<boolean> => {
    await page.evaluate(`${element("time-slider")}?.focus()`);
    await page.press("PageDown");
    const state = `${element("clock-state")}?.dataset.state`;
    const shown = (await page.waitFor(`${state} === "replay"`, 10_000)) !== undefined;
    // Whatever was seen, the shift goes on with the live city.
    await page.press("l");
    return shown && (await page.waitFor(`${state} === "live"`, 10_000)) !== undefined;
  };
  return {
    counts: () => counts,
    act: async () => {
      // Roads on which no contract leads are passed over.
      for (let attempt = 0; attempt < 3; attempt++) {
        const road = roads[(hour * 3 + attempt) % Math.max(1, roads.length)];
        if (road === undefined || !(await declare(road))) break;
        counts.incidents++;
        if (await instruct()) {
          counts.instructions++;
          break;
        }
      }
      if (await lookBack()) counts.replays++;
      hour++;
    },
  };
}

const mainClasses: readonly number[] = [RoadClass.trunk, RoadClass.primary, RoadClass.secondary];

/** Names of main roads, each once. */
function mainRoads(city: City): readonly string[] {
  const names = new Set<string>();
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    if (city.columns.edgeName[edge] >= 0 && mainClasses.includes(city.columns.edgeClass[edge])) {
      names.add(nameOfEdge(city, edge));
    }
  }
  return [...names];
}
