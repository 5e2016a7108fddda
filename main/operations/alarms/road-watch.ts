import { nameOfEdge, type City } from "../../../common/city";
import type { Incident } from "../../../common/console-api";
import type { AlarmKind, AlarmPlace } from "../../../common/alarm-api";
import { placeOnEdge } from "../../../common/edge-place";
import { linkSpeedUnits, linkSpeedUnknown, queueUnits, type FrameReport } from "../../../common/frame";
import { mainRoadsOf, stretchesOf, type MainRoads } from "./main-roads";
import { alarmDefinitions } from "./definitions";
import { alarmId, type Reading } from "./state";

/**
 * Watches the main roads by the frames' report, some bytes an edge. What a road is usually like at this time of day is what
 * it was like lately: a slow exponential mean, as in incident detection by smoothing.
 * @see Cook, Cleveland 1974: Detection of freeway capacity-reducing incidents by traffic-stream measurements
 */
export interface RoadWatch {
  readonly watchedM: number;
  /** Looks at all main roads. @returns what is abnormal or nearly so, once for each disturbance */
  look(report: FrameReport, incidents: readonly Incident[]): readonly Reading[];
  /** For a save; opened with it the watch goes on. */
  save(): RoadMemory;
}

/** What the watch knows of earlier looks; columns are by row of the main roads. */
export interface RoadMemory {
  readonly lookedS: number | null;
  readonly recentSpeed: readonly number[];
  readonly usualSpeed: readonly number[];
  readonly usualFlow: readonly number[];
  readonly disturbances: readonly Disturbance[];
}

/** Something that stays about where it is: its readings are of one subject, although the head of its queue moves. */
interface Disturbance {
  readonly subject: string;
  readonly x: number;
  readonly y: number;
  readonly seenS: number;
}

/** Time constants of the means, s: one that a red light does not shake, one in which a peak comes and goes. */
const recentS = 120;
const usualS = 1800;
/** Nothing is unusual before so much was seen, s. */
const learnS = 900;
/** A road is slow when it lost so much of its limit's share against its usual, and is below this share. */
const lostShare = 0.4;
const slowShare = 0.15;
/** A queue over its road up to so near the junction before, and over so much of it, spills back. @see road-picture's spillbackShare */
const spilledTail = 0.08;
const spilledPart = 0.5;
const spilledLeastM = 30;
/** A queue whose head stands so far before the end of its road does not wait for its junction, m. */
const headlessM = 40;
/** Of the usual flow, less than this leaves a blocked road; where the usual is less than the latter, nothing is said. */
const collapsedShare = 0.1;
const usualFlowLeastVehH = 200;
/** Within this distance readings are of one disturbance, and explained by an incident, m. */
const sameM = 500;
/** A disturbance that was not seen for so long is another one, s. */
const forgottenS = 900;
/** Traffic needs so long after an incident, s. */
const recoveryS = 900;

const kindsBySeverity = ["road-blocked", "road-spillback", "road-slow"] as const satisfies readonly AlarmKind[];
type RoadKind = (typeof kindsBySeverity)[number];

interface Finding {
  readonly kind: RoadKind;
  readonly row: number;
  readonly valueM: number;
  readonly place: AlarmPlace;
}

export function openRoadWatch(city: City, memory?: RoadMemory): RoadWatch {
  const roads = mainRoadsOf(city);
  const rows = roads.edges.length;
  const kept = memory?.recentSpeed.length === rows ? memory : undefined;
  const recentSpeed = Float32Array.from(kept?.recentSpeed ?? new Float32Array(rows));
  const usualSpeed = Float32Array.from(kept?.usualSpeed ?? new Float32Array(rows));
  const usualFlow = Float32Array.from(kept?.usualFlow ?? new Float32Array(rows));
  let disturbances: readonly Disturbance[] = kept?.disturbances ?? [];
  let lookedS = kept?.lookedS ?? null;
  let learnedS = kept === undefined ? 0 : learnS;
  const marked = new Uint8Array(rows);

  const learn = (report: FrameReport) => {
    const elapsedS = lookedS === null ? Infinity : Math.max(0, report.timeS - lookedS);
    if (lookedS !== null) learnedS += elapsedS;
    lookedS = report.timeS;
    const [towardsRecent, towardsUsual] = [1 - Math.exp(-elapsedS / recentS), 1 - Math.exp(-elapsedS / usualS)];
    const perHour = report.windowS > 0 ? 3600 / report.windowS : 0;
    for (let row = 0; row < rows; row++) {
      const edge = roads.edges[row];
      const byte = report.speeds[edge];
      const speed = byte === linkSpeedUnknown ? 1 : Math.min(1, byte / linkSpeedUnits);
      recentSpeed[row] += (speed - recentSpeed[row]) * towardsRecent;
      usualSpeed[row] += (speed - usualSpeed[row]) * towardsUsual;
      usualFlow[row] += (report.passed[edge] * perHour - usualFlow[row]) * towardsUsual;
    }
  };
  const isSlow = (row: number) =>
    usualSpeed[row] - recentSpeed[row] >= lostShare && recentSpeed[row] < slowShare && learnedS >= learnS;

  const findAll = (report: FrameReport): Finding[] => {
    const blocked: Finding[] = [];
    const finding = (kind: RoadKind, row: number, valueM: number): Finding => ({
      ...{ kind, row, valueM },
      place: placeOf(city, roads.edges[row], (report.queueHead[roads.edges[row]] / queueUnits) * roads.lengthM[row]),
    });
    for (let row = 0; row < rows; row++) {
      const edge = roads.edges[row];
      const [head, tail] = [report.queueHead[edge] / queueUnits, report.queueTail[edge] / queueUnits];
      const queueM = (head - tail) * roads.lengthM[row];
      marked[row] = queueM >= spilledLeastM && head - tail >= spilledPart && tail <= spilledTail ? 1 : 0;
      if (queueM <= 0) continue;
      const isHeadless = (1 - head) * roads.lengthM[row] > headlessM;
      const flowVehH = report.windowS > 0 ? (report.passed[edge] * 3600) / report.windowS : 0;
      const isCollapsed =
        learnedS >= learnS && usualFlow[row] >= usualFlowLeastVehH && flowVehH <= collapsedShare * usualFlow[row];
      if (isHeadless || isCollapsed) blocked.push(finding("road-blocked", row, queueM));
    }
    const spilled = stretchesOf(roads, marked).map(({ row, lengthM }) => finding("road-spillback", row, lengthM));
    for (let row = 0; row < rows; row++) marked[row] = isSlow(row) ? 1 : 0;
    const slow = stretchesOf(roads, marked).map(({ row, lengthM }) => finding("road-slow", row, lengthM));
    return [...blocked, ...spilled, ...slow];
  };

  return {
    watchedM: roads.lengthM.reduce((sum, lengthM) => sum + lengthM, 0),
    look: (report, incidents) => {
      learn(report);
      const found = findAll(report).filter(({ place }) => !isExplained(place, incidents, report.timeS));
      const gathered = gather(city, roads, found, disturbances, report.timeS);
      disturbances = gathered.disturbances;
      return gathered.readings;
    },
    save: () => ({
      lookedS,
      recentSpeed: Array.from(recentSpeed, rounded),
      usualSpeed: Array.from(usualSpeed, rounded),
      usualFlow: Array.from(usualFlow, rounded),
      disturbances,
    }),
  };
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

function placeOf(city: City, edge: number, positionM: number): AlarmPlace {
  const { x, y } = placeOnEdge(city, edge, positionM);
  return { edge, positionM: Math.round(positionM), x, y };
}

const distanceM = (a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }) =>
  Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2);

/** An incident that is declared there, or was until a while ago, needs no alarm to be found. */
function isExplained(place: AlarmPlace, incidents: readonly Incident[], nowS: number): boolean {
  return incidents.some(
    (incident) => (incident.active || nowS - incident.endS < recoveryS) && distanceM(place, incident) <= sameM,
  );
}

/** Puts findings to disturbances, the gravest and longest first, and reads each of them once for a kind. */
function gather(
  city: City,
  roads: MainRoads,
  found: readonly Finding[],
  before: readonly Disturbance[],
  nowS: number,
): { readonly readings: readonly Reading[]; readonly disturbances: readonly Disturbance[] } {
  const known = before.filter(({ seenS }) => nowS - seenS <= forgottenS);
  const read = new Map<string, Reading>();
  /** Disturbances of which something graver is abnormal: the rest follows from it, and needs no alarm of its own. */
  const told = new Set<string>();
  for (const kind of kindsBySeverity) {
    const { on, off } = alarmDefinitions[kind];
    const isNear = (finding: Finding) => finding.kind === kind && finding.valueM >= off;
    const abnormal: string[] = [];
    for (const { row, valueM, place } of found.filter(isNear).sort((a, b) => b.valueM - a.valueM || a.row - b.row)) {
      const subject = subjectAt(known, place, `E-${roads.edges[row]}`, nowS);
      const id = alarmId({ kind, subject });
      if (told.has(subject) || read.has(id)) continue;
      const args = { road: nameOfEdge(city, place.edge), metres: Math.round(valueM) };
      const about = { text: { code: `alarm-${kind}`, args } as const, place, incidentId: null, instructionId: null };
      read.set(id, { kind, subject, value: valueM, about });
      if (valueM >= on) abnormal.push(subject);
    }
    for (const subject of abnormal) told.add(subject);
  }
  return { readings: [...read.values()], disturbances: known };
}

/** The disturbance that is there; a new one where there is none. */
function subjectAt(known: Disturbance[], { x, y }: AlarmPlace, fresh: string, nowS: number): string {
  const at = known.findIndex((one) => distanceM(one, { x, y }) <= sameM);
  if (at < 0) {
    known.push({ subject: fresh, x, y, seenS: nowS });
    return fresh;
  }
  known[at] = { ...known[at], seenS: nowS };
  return known[at].subject;
}
