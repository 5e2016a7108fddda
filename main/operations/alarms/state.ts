import { alarmRateBars, alarmWindowS, type AlarmKind, type AlarmPlace } from "../../../common/alarm-api";
import type { Said } from "../../../common/said";
import { alarmDefinitions } from "./definitions";

/** What is read of one subject at one instant. Who is not read is normal. */
export interface Reading {
  readonly kind: AlarmKind;
  /** Which road, incident, instruction; empty where there is only one. */
  readonly subject: string;
  readonly value: number;
  readonly about: AlarmAbout;
}

export interface AlarmAbout {
  readonly text: Said;
  readonly place: AlarmPlace | null;
  readonly incidentId: string | null;
  readonly instructionId: string | null;
}

/** One alarm and the timers of its condition. */
export interface AlarmPoint {
  readonly id: string;
  readonly kind: AlarmKind;
  /** As it was read when it was raised last. */
  readonly about: AlarmAbout;
  /** Abnormal since, while it is not raised yet. */
  readonly abnormalS: number | null;
  /** Normal since, while it has not returned yet. */
  readonly normalS: number | null;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly raisedS: number | null;
  readonly returnedS: number | null;
  readonly shelf: { readonly untilS: number; readonly reason: string } | null;
  readonly outOfService: { readonly reason: string } | null;
}

/** All alarms of a session. Their number is bounded by main roads, open incidents and instructions. */
export interface AlarmState {
  readonly startS: number;
  readonly points: ReadonlyMap<string, AlarmPoint>;
  /** When alarms were raised within the last window. */
  readonly raisedS: readonly number[];
  /** Since the start. */
  readonly raisedCount: number;
  readonly floodSinceS: number | null;
}

/** What happened to an alarm, for the shift log. */
export type AlarmStep =
  | { readonly kind: "raised" | "returned" | "shelfEnded"; readonly point: AlarmPoint }
  | { readonly kind: "floodBegan"; readonly raised: number }
  | { readonly kind: "floodEnded" };

export interface Advanced {
  readonly state: AlarmState;
  readonly steps: readonly AlarmStep[];
}

/** A flood is over when fewer than so many were raised within a window. @see ISA-18.2, alarm flood */
const floodOverBelow = 5;

export function emptyAlarms(startS: number): AlarmState {
  return { startS, points: new Map(), raisedS: [], raisedCount: 0, floodSinceS: null };
}

export function alarmId({ kind, subject }: Pick<Reading, "kind" | "subject">): string {
  return subject === "" ? kind : `${kind} ${subject}`;
}

/** The alarms at an instant, from those before it and what is read now. Pure. */
export function advanceAlarms(before: AlarmState, readings: readonly Reading[], nowS: number): Advanced {
  const read = new Map(readings.map((reading) => [alarmId(reading), reading]));
  const points = new Map<string, AlarmPoint>();
  const steps: AlarmStep[] = [];
  let raised = 0;
  for (const id of new Set([...before.points.keys(), ...read.keys()])) {
    const point = unshelved(before.points.get(id), nowS, steps);
    const next = advancePoint(id, point, read.get(id), nowS);
    if (next === undefined) continue;
    const isQuiet = next.shelf !== null || next.outOfService !== null;
    const wasActive = point?.active === true;
    const isAgain = point !== before.points.get(id) && next.active;
    if (!isQuiet && ((next.active && !wasActive) || isAgain)) {
      raised++;
      steps.push({ kind: "raised", point: next });
    }
    if (!isQuiet && wasActive && !next.active) steps.push({ kind: "returned", point: next });
    if (isKept(next)) points.set(id, next);
  }
  const raisedS = [...before.raisedS.filter((atS) => atS > nowS - alarmWindowS), ...Array<number>(raised).fill(nowS)];
  const floodSinceS = floodAt(before.floodSinceS, raisedS.length, nowS);
  if (floodSinceS !== null && before.floodSinceS === null) steps.push({ kind: "floodBegan", raised: raisedS.length });
  if (floodSinceS === null && before.floodSinceS !== null) steps.push({ kind: "floodEnded" });
  const state = { ...before, points, raisedS, raisedCount: before.raisedCount + raised, floodSinceS };
  return { state, steps };
}

function floodAt(sinceS: number | null, raised: number, nowS: number): number | null {
  if (sinceS === null) return raised > alarmRateBars.upset ? nowS : null;
  return raised < floodOverBelow ? null : sinceS;
}

/** Whose shelf's time is over is heard of again, as if raised now when its condition stands. */
function unshelved(point: AlarmPoint | undefined, nowS: number, steps: AlarmStep[]): AlarmPoint | undefined {
  if (point === undefined || point.shelf === null || nowS < point.shelf.untilS) return point;
  steps.push({ kind: "shelfEnded", point });
  return heardAgain({ ...point, shelf: null }, nowS);
}

/** A point whose silence is over. */
export function heardAgain(point: AlarmPoint, nowS: number): AlarmPoint {
  if (point.shelf !== null || point.outOfService !== null) return point;
  return point.active
    ? { ...point, acknowledged: false, raisedS: nowS, returnedS: null }
    : { ...point, acknowledged: true };
}

function isKept({ active, acknowledged, abnormalS, shelf, outOfService }: AlarmPoint): boolean {
  return active || !acknowledged || abnormalS !== null || shelf !== null || outOfService !== null;
}

function advancePoint(
  id: string,
  before: AlarmPoint | undefined,
  reading: Reading | undefined,
  nowS: number,
): AlarmPoint | undefined {
  if (before === undefined)
    return reading === undefined ? undefined : advanceNormal(freshPoint(id, reading), reading, nowS);
  return before.active ? advanceActive(before, reading, nowS) : advanceNormal(before, reading, nowS);
}

function freshPoint(id: string, { kind, about }: Reading): AlarmPoint {
  return {
    ...{ id, kind, about, abnormalS: null, normalS: null, active: false, acknowledged: true },
    ...{ raisedS: null, returnedS: null, shelf: null, outOfService: null },
  };
}

/** Waits for the delay before it raises; falls back to normal below the dead band. */
function advanceNormal(point: AlarmPoint, reading: Reading | undefined, nowS: number): AlarmPoint {
  const { on, off, onDelayS } = alarmDefinitions[point.kind];
  const isPending = point.abnormalS !== null;
  if (reading === undefined || reading.value < (isPending ? off : on)) return { ...point, abnormalS: null };
  const abnormalS = point.abnormalS ?? nowS;
  if (nowS - abnormalS < onDelayS) return { ...point, abnormalS };
  return {
    ...point,
    ...{ about: reading.about, abnormalS: null, normalS: null, active: true },
    ...{ acknowledged: false, raisedS: nowS, returnedS: null },
  };
}

function advanceActive(point: AlarmPoint, reading: Reading | undefined, nowS: number): AlarmPoint {
  const { off, offDelayS } = alarmDefinitions[point.kind];
  if (reading !== undefined && reading.value >= off) return { ...point, normalS: null };
  const normalS = point.normalS ?? nowS;
  if (nowS - normalS < offDelayS) return { ...point, normalS };
  return { ...point, active: false, normalS: null, returnedS: nowS };
}
