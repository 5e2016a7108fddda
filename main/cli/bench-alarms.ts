import { edgeCountOf, nameOfEdge, RoadClass, type City } from "../../common/city";
import { alarmPriorities, alarmRateBars, alarmWindowS, type AlarmPriority } from "../../common/alarm-api";
import type { Incident } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { secondsPerDay, parseTimeOfDay } from "../../common/time";
import { forkArena, openArena } from "../../workers/arena";
import { generatePopulation, parameterValues } from "../../workers/people";
import { buildDay } from "../../workers/twin";
import { advanceTwin, createTwinEngine, queueCommand, timeOf, type TwinEngine } from "../../workers/twin-engine";
import { loadCity } from "../host/city-files";
import { copyReport } from "../host/frames";
import { openIncidentBook } from "../host/incidents";
import { citySource, peopleMax, wholeNumber } from "../host/launch-options";
import { usualPeople } from "../host/usual-people";
import { openAlarmBook, type AlarmBook } from "../operations/alarms/book";
import { reported, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";

const tickS = 0.5;
const warmUpS = 5400;
const lookS = 10;
const hourS = 3600;
/** A road that is closed for the measurement is no link between two junctions, m. */
const avenueLeastM = 150;
const lanesClosed = 3;

export const benchAlarmsCommand: Bench = {
  usage: "alarms [--city CITY] [--people N] [--seed N] [--at HH:MM] [--hours H]",
  summary: "alarms: raised in a steady morning, and in the ten minutes after three lanes of an avenue are closed",
  options: ["city", "people", "seed", "at", "hours"],
  run: async (values, io) => {
    const people = values.people === undefined ? undefined : wholeNumber(values.people, 1, peopleMax);
    if (people === null) return unusable({ message: `a whole number from 1 to ${peopleMax}`, where: "--people" });
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const hours = Number(values.hours ?? "2");
    if (!(hours >= 0.5 && hours <= 12)) return unusable({ message: "hours, from 0.5 to 12", where: "--hours" });
    const fromS = parseTimeOfDay(values.at ?? "07:00");
    if (fromS === undefined || fromS < warmUpS || fromS + (hours + 1) * hourS > secondsPerDay) {
      return unusable({ message: "a time of day HH:MM with 90 minutes before it and an hour after", where: "--at" });
    }
    const city = await loadCity(citySource(values.city));
    if (!city.ok) return unusable(city.error);
    const run = { city: city.value, people: people ?? usualPeople(city.value), seed, fromS, hours };
    const measured = measure(run, io);
    return measured.ok ? reported(measured.value) : unusable(measured.error);
  },
};

interface AlarmRun {
  readonly city: City;
  readonly people: number;
  readonly seed: number;
  readonly fromS: number;
  readonly hours: number;
}

function measure({ city, people, seed, fromS, hours }: AlarmRun, io: CommandIo): Result<readonly BenchResult[]> {
  const values = parameterValues();
  const population = generatePopulation(city, people, seed, values);
  if (!population.ok) return population;
  const day = buildDay(city, population.value, { seed, startS: fromS - warmUpS, tickS }, values);
  if (!day.ok) return day;
  const engine = createTwinEngine(day.value.arena, values);
  const progress = io.progress("bench");
  const wholeS = warmUpS + hours * hourS + 2 * alarmWindowS;
  advanceTwin(engine, warmUpS / tickS);
  const steady = watchFor(engine, openAlarmBook(city, fromS), [], hours * hourS, (doneS) => {
    progress(warmUpS + doneS, wholeS);
  });
  // The upset comes in the middle of the peak that the steady morning has shown, in two forks of it.
  const avenue = busiestAvenue(city, engine);
  if (avenue === undefined) return fail("no main road is long enough to be closed", "city");
  const closed = (isDeclared: boolean) => {
    const fork = createTwinEngine(openArena(forkArena(engine.arena)), values);
    const incident = closeLanes(city, fork, avenue);
    const book = openAlarmBook(city, fromS, steady.book.save());
    return watchFor(fork, book, isDeclared ? [incident] : [], alarmWindowS, () => undefined);
  };
  const declared = closed(true);
  const undeclared = closed(false);
  progress(wholeS, wholeS);
  const worst = Math.max(...steady.windows);
  const where = `${closedLanesOf(city, avenue)} lanes of ${nameOfEdge(city, avenue)}`;
  const mean = steady.raised.length / (hours * (hourS / alarmWindowS));
  const foundS = undeclared.raised.find(({ edge }) => edge === avenue)?.afterS;
  return succeed([
    atMost(
      `${hours} h of ${city.meta.name}, ${people} people, no incident: mean of ten minutes`,
      mean,
      "alarms",
      alarmRateBars.steady,
    ),
    { what: "… the worst ten minutes of them", value: worst, unit: "alarms", bar: null, ok: null },
    { what: "… high / medium / low", value: null, unit: sharesOf(steady.raised), bar: null, ok: null },
    atMost(
      `ten minutes after ${where} were closed and declared`,
      declared.raised.length,
      "alarms",
      alarmRateBars.upset,
    ),
    atMost("the same, not declared", undeclared.raised.length, "alarms", alarmRateBars.upset),
    {
      what: "… found after",
      value: foundS ?? null,
      unit: foundS === undefined ? "within ten minutes" : "s",
      bar: null,
      ok: null,
    },
    {
      what: "a look at all main roads",
      value: Number(steady.lookMs.toFixed(2)),
      unit: "ms, mean",
      bar: null,
      ok: null,
    },
  ]);
}

function atMost(what: string, value: number, unit: string, bar: number): BenchResult {
  return { what, value: Number(value.toFixed(2)), unit, bar, ok: value <= bar };
}

interface RaisedAlarm {
  readonly priority: AlarmPriority;
  readonly afterS: number;
  readonly edge: number | undefined;
}

interface Watched {
  readonly book: AlarmBook;
  readonly raised: readonly RaisedAlarm[];
  /** Raised in each whole window. */
  readonly windows: readonly number[];
  readonly lookMs: number;
}

/** Runs a city with its alarms for so long. What is raised is acknowledged at once, so that what comes back counts again. */
function watchFor(
  engine: TwinEngine,
  book: AlarmBook,
  incidents: readonly Incident[],
  forS: number,
  onProgress: (doneS: number) => void,
): Watched {
  const { arena } = engine;
  const beganS = timeOf(arena);
  const raised: RaisedAlarm[] = [];
  let [looks, spentMs] = [0, 0];
  for (let doneS = lookS; doneS <= forS; doneS += lookS) {
    advanceTwin(engine, arena.header.tick + lookS / tickS);
    engine.events = [];
    const frameSlots = arena.kernel.packFrame(1);
    const nowS = timeOf(arena);
    const report = copyReport(arena, { frameSlots, reportWindowS: arena.kernel.windowS() }, nowS);
    if (report === undefined) continue;
    const begunMs = performance.now();
    const known = new Map(book.report(nowS).alarms.map(({ id, raisedS }) => [id, raisedS]));
    book.look(report, { ...nothingElse, nowS, incidents });
    for (const { id, priority, place, raisedS, active } of book.report(nowS).alarms) {
      if (active && raisedS === nowS && known.get(id) !== nowS) {
        raised.push({ priority, afterS: nowS - beganS, edge: place?.edge });
      }
    }
    spentMs += performance.now() - begunMs;
    looks++;
    onProgress(doneS);
  }
  const windows = Array<number>(Math.max(1, Math.floor(forS / alarmWindowS))).fill(0);
  for (const { afterS } of raised) {
    const window = Math.ceil(afterS / alarmWindowS) - 1;
    if (window < windows.length) windows[window]++;
  }
  return { book, raised, windows, lookMs: spentMs / Math.max(1, looks) };
}

/** Roads only: no ledger, no clock, no disk. */
const nothingElse = {
  instructions: [],
  ledger: null,
  ledgerStopped: false,
  poolMicro: 0,
  lateForS: 0,
  keyframes: { byteLength: 0, budgetBytes: 1 },
};

/** The main road with the most lanes that most vehicles left in the last minutes. */
function busiestAvenue(city: City, { arena }: TwinEngine): number | undefined {
  const { edgeClass, edgeLengthM } = city.columns;
  const report = copyReport(arena, { frameSlots: arena.kernel.packFrame(1), reportWindowS: 1 }, timeOf(arena));
  let best: number | undefined;
  const rank = (edge: number) => 1e6 * closedLanesOf(city, edge) + (report?.passed[edge] ?? 0);
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    if (edgeClass[edge] > RoadClass.secondary || edgeLengthM[edge] < avenueLeastM) continue;
    if (best === undefined || rank(edge) > rank(best)) best = edge;
  }
  return best;
}

function closedLanesOf({ columns: { edgeLaneStart } }: City, edge: number): number {
  return Math.min(lanesClosed, edgeLaneStart[edge + 1] - edgeLaneStart[edge]);
}

function closeLanes(city: City, engine: TwinEngine, edge: number): Incident {
  const draft = {
    ...{ edge, positionM: city.columns.edgeLengthM[edge] / 2, closedLaneCount: closedLanesOf(city, edge) },
    durationS: hourS,
  };
  const declared = openIncidentBook(city).declare(draft, timeOf(engine.arena));
  if (!declared.ok) throw new Error(declared.error.message);
  const { positionM, closedLaneCount: laneCount } = declared.value;
  queueCommand(engine, { kind: "closeLanes", tick: engine.arena.header.tick, incident: 1, edge, positionM, laneCount });
  return declared.value;
}

function sharesOf(raised: readonly RaisedAlarm[]): string {
  return alarmPriorities.map((name) => raised.filter(({ priority }) => priority === name).length).join(" / ");
}
