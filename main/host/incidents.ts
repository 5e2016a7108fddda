import { nameOfEdge, type City } from "../../common/city";
import {
  incidentStampCount,
  type Incident,
  type IncidentAmendment,
  type IncidentDraft,
  type IncidentKind,
} from "../../common/console-api";
import { Decision, draw } from "../../common/draw";
import { placeOnEdge } from "../../common/edge-place";
import { refuseSaying, succeed, type Failure, type Result } from "../../common/result";
import { secondsPerDay } from "../../common/time";

/** Incidents that can be open at once. */
export const openIncidentsMax = 20;
/** Nobody can be asked to drive slower; a standstill is a closed lane. */
export const speedLeastMps = 5 / 3.6;
/** Of a capacity, at least so much is left, and at most so much when it counts as reduced. */
export const capacityPartRange = [0.05, 0.95] as const;

/** Places in an incident's stamps. */
export const Stamp = { occurred: 0, detected: 1, verified: 2, sent: 3, there: 4, open: 5, gone: 6, normal: 7 } as const;

/** All incidents of the session, in the order in which they were declared. */
export interface IncidentBook {
  readonly all: readonly Incident[];
  find(id: string): Incident | undefined;
  declare(draft: IncidentDraft, nowS: number): Result<Incident>;
  /** Why the draft could not be declared as things stand; null when it could. */
  refusalOf(draft: IncidentDraft): Failure | null;
  /** @returns the incident before and after */
  amend(amendment: IncidentAmendment, nowS: number): Result<{ readonly before: Incident; readonly after: Incident }>;
  /** Stamps one of T2 … T7 with the present. */
  stamp(id: string, stamp: number, nowS: number): Result<Incident>;
  /** Marks it as over. @returns the incident as it is then, or undefined when it was over or unknown */
  close(id: string, nowS: number): Incident | undefined;
  /** Those that end now or earlier. */
  due(nowS: number): readonly Incident[];
  /** When the next one ends; Infinity when none is open. */
  nextEndS(): number;
}

/** @param seed of the session: incidents whose duration is uncertain end when it says */
export function openIncidentBook(city: City, earlier: readonly Incident[] = [], seed = 0): IncidentBook {
  const all = [...earlier];
  const trueEndS = (incident: Incident) => endOf(incident, all.indexOf(incident), seed);
  const replace = (before: Incident, change: Partial<Incident>, nowS: number): Incident => {
    const after = { ...before, ...change, version: before.version + 1, changedS: nowS };
    all[all.indexOf(before)] = after;
    return after;
  };
  const find = (id: string) => all.find((incident) => incident.id === id);
  return {
    all,
    find,
    refusalOf: (draft) => {
      const checked = checkDraft(city, draft, all);
      return checked.ok ? null : checked.error;
    },
    declare: (draft, nowS) => {
      const checked = checkDraft(city, draft, all);
      if (!checked.ok) return checked;
      const { x, y, directionX, directionY } = placeOnEdge(city, draft.edge, draft.positionM);
      const incident: Incident = {
        ...checked.value,
        ...{ x, y, heading: Math.atan2(directionY, directionX) },
        id: `I-${String(all.length + 1).padStart(4, "0")}`,
        version: 1,
        changedS: nowS,
        edgeName: nameOfEdge(city, draft.edge),
        laneCount: laneCountOf(city, draft.edge),
        startS: nowS,
        endS: nowS + draft.durationS,
        active: true,
        stampsS: Array.from({ length: incidentStampCount }, (_, place) => (place <= Stamp.detected ? nowS : null)),
      };
      all.push(incident);
      return succeed(incident);
    },
    amend: (amendment, nowS) => {
      const before = find(amendment.incidentId);
      if (before?.active !== true) {
        return refuseSaying({ code: "incident-not-open", args: {} }, amendment.incidentId);
      }
      const changed = amendedDraft(before, amendment, nowS);
      if (!changed.ok) return changed;
      const others = all.filter((incident) => incident !== before);
      const checked = checkDraft(city, changed.value, others);
      if (!checked.ok) return checked;
      return succeed({ before, after: replace(before, { ...checked.value, endS: changed.value.endS }, nowS) });
    },
    stamp: (id, stamp, nowS) => {
      const before = find(id);
      if (before === undefined) return refuseSaying({ code: "incident-unknown", args: {} }, id);
      const stamped = withStamp(before.stampsS, stamp, nowS);
      return stamped.ok ? succeed(replace(before, { stampsS: stamped.value }, nowS)) : stamped;
    },
    close: (id, nowS) => {
      const open = find(id);
      if (open?.active !== true) return undefined;
      const endS = Math.min(Math.max(trueEndS(open), open.startS), nowS);
      const stampsS = open.stampsS.map((stampS, place) => (place === Stamp.open ? (stampS ?? endS) : stampS));
      return replace(open, { active: false, endS, stampsS }, nowS);
    },
    due: (nowS) => all.filter((incident) => incident.active && trueEndS(incident) <= nowS),
    nextEndS: () =>
      all.reduce((next, incident) => (incident.active ? Math.min(next, trueEndS(incident)) : next), Infinity),
  };
}

/**
 * When an incident ends: drawn evenly around its expected end, anew for another expectation, so that nobody can know
 * it. Without uncertainty it ends as expected.
 */
function endOf({ endS, spreadS }: Incident, row: number, seed: number): number {
  return spreadS === 0 ? endS : endS + spreadS * (2 * draw(seed, row, Decision.incidentDuration, Math.round(endS)) - 1);
}

/** The mean of the ends that are still possible: what a prediction may assume. */
export function expectedEndS({ endS, spreadS }: Pick<Incident, "endS" | "spreadS">, nowS: number): number {
  const latestS = endS + spreadS;
  return latestS <= nowS ? nowS : (Math.max(nowS, endS - spreadS) + latestS) / 2;
}

function laneCountOf(city: City, edge: number): number {
  const { edgeLaneStart } = city.columns;
  return edgeLaneStart[edge + 1] - edgeLaneStart[edge];
}

/** The signed limit of the fastest lane, m/s. */
function signedLimitOf({ columns }: City, edge: number): number {
  return Math.max(...columns.laneSpeedMps.subarray(columns.edgeLaneStart[edge], columns.edgeLaneStart[edge + 1]));
}

/** The signal program at the end of an edge; -1 where there is none. */
function programOf({ columns }: City, edge: number): number {
  const program = columns.junctionProgram[columns.edgeTo[edge]];
  if (program < 0) return -1;
  const [first, end] = [columns.edgeLaneStart[edge], columns.edgeLaneStart[edge + 1]];
  const isRuled = columns.connectionFromLane.some(
    (lane, connection) => lane >= first && lane < end && columns.connectionSignal[connection] >= 0,
  );
  return isRuled ? program : -1;
}

/** The roads that come to the junction at the end of an edge, itself included. */
export function approachesOf({ columns }: City, edge: number): number[] {
  const approaches: number[] = [];
  columns.edgeTo.forEach((junction, other) => {
    if (junction === columns.edgeTo[edge]) approaches.push(other);
  });
  return approaches;
}

type CheckedDraft = Required<IncidentDraft>;

/** @returns the draft with what its kind does not use taken out */
function checkDraft(city: City, draft: IncidentDraft, known: readonly Incident[]): Result<CheckedDraft> {
  const { edgeLengthM, edgeFrom } = city.columns;
  const { edge, positionM, durationS, kind = "lanes", spreadS = 0 } = draft;
  if (!Number.isInteger(edge) || edge < 0 || edge >= edgeFrom.length) {
    return refuseSaying({ code: "road-unknown", args: {} }, "edge");
  }
  const effect = checkEffect(city, draft, kind);
  if (!effect.ok) return effect;
  if (!(positionM >= 0 && positionM <= edgeLengthM[edge])) {
    return refuseSaying({ code: "position-off-road", args: { lengthM: Math.round(edgeLengthM[edge]) } }, "position");
  }
  if (!(durationS >= 60 && durationS <= secondsPerDay)) {
    return refuseSaying({ code: "duration-out-of-range", args: {} }, "duration");
  }
  if (!(spreadS >= 0 && spreadS <= durationS)) {
    return refuseSaying({ code: "spread-out-of-range", args: {} }, "uncertainty");
  }
  const open = known.filter((incident) => incident.active);
  if (open.some((incident) => incident.edge === edge && incident.kind === kind)) {
    return refuseSaying({ code: "incident-on-road", args: {} }, "edge");
  }
  if (
    kind === "signal" &&
    open.some((one) => one.kind === kind && programOf(city, one.edge) === programOf(city, edge))
  ) {
    return refuseSaying({ code: "signal-dark-already", args: {} }, "edge");
  }
  if (
    kind === "junction" &&
    open.some((one) => one.kind === kind && city.columns.edgeTo[one.edge] === city.columns.edgeTo[edge])
  ) {
    return refuseSaying({ code: "junction-blocked-already", args: {} }, "edge");
  }
  if (open.length >= openIncidentsMax) {
    return refuseSaying({ code: "incidents-full", args: { most: openIncidentsMax } }, "incidents");
  }
  return succeed({ edge, positionM, durationS, kind, spreadS, ...effect.value });
}

type Effect = Pick<CheckedDraft, "closedLaneCount" | "speedMaxMps" | "capacityPart">;
const noEffect: Effect = { closedLaneCount: 0, speedMaxMps: null, capacityPart: null };

function checkEffect(city: City, draft: IncidentDraft, kind: IncidentKind): Result<Effect> {
  const { edge, closedLaneCount } = draft;
  switch (kind) {
    case "lanes": {
      const lanes = laneCountOf(city, edge);
      return Number.isInteger(closedLaneCount) && closedLaneCount >= 1 && closedLaneCount <= lanes
        ? succeed({ ...noEffect, closedLaneCount })
        : refuseSaying({ code: "lanes-out-of-range", args: { closedLanes: closedLaneCount, lanes } }, "closed lanes");
    }
    case "speed": {
      const speedMaxMps = draft.speedMaxMps ?? NaN;
      const signedMps = signedLimitOf(city, edge);
      return speedMaxMps >= speedLeastMps - 1e-6 && speedMaxMps < signedMps
        ? succeed({ ...noEffect, speedMaxMps })
        : refuseSaying({ code: "speed-out-of-range", args: { signedKmh: Math.round(signedMps * 3.6) } }, "speed");
    }
    case "capacity": {
      const capacityPart = draft.capacityPart ?? NaN;
      const [least, most] = capacityPartRange;
      return capacityPart >= least - 1e-6 && capacityPart <= most + 1e-6
        ? succeed({ ...noEffect, capacityPart })
        : refuseSaying({ code: "capacity-out-of-range", args: {} }, "capacity");
    }
    case "signal":
      return programOf(city, edge) >= 0
        ? succeed(noEffect)
        : refuseSaying({ code: "signal-absent", args: {} }, "signal");
    case "junction":
      return approachesOf(city, edge).length > 1
        ? succeed(noEffect)
        : refuseSaying({ code: "junction-absent", args: {} }, "junction");
  }
}

/** The incident as a draft with the changes made; its duration is counted from its start. */
function amendedDraft(
  before: Incident,
  { endS = before.endS, ...changed }: Omit<IncidentAmendment, "incidentId">,
  nowS: number,
): Result<IncidentDraft & { readonly endS: number }> {
  if (endS !== before.endS && endS <= nowS) return refuseSaying({ code: "end-in-past", args: {} }, "end");
  const { edge, positionM, kind, closedLaneCount, speedMaxMps, capacityPart, spreadS } = before;
  const draft = { edge, positionM, kind, closedLaneCount, speedMaxMps, capacityPart, spreadS };
  return succeed({ ...draft, ...changed, endS, durationS: endS - before.startS });
}

/** T2 … T7 in the order of time, each once; T0 and T1 came with the declaration. */
function withStamp(
  stampsS: readonly (number | null)[],
  stamp: number,
  nowS: number,
): Result<readonly (number | null)[]> {
  const name = `T${stamp}`;
  if (!(stamp >= Stamp.verified && stamp < incidentStampCount))
    return refuseSaying({ code: "stamp-unknown", args: {} }, name);
  if (stampsS[stamp] !== null) return refuseSaying({ code: "stamp-done", args: {} }, name);
  const later = stampsS.findIndex((stampS, place) => place > stamp && stampS !== null);
  // Lanes may be open before anybody was there: a stamp of the response does not have to come before it.
  if (later >= 0 && later !== Stamp.open) return refuseSaying({ code: "stamp-late", args: { stamp: later } }, name);
  return succeed(stampsS.map((stampS, place) => (place === stamp ? nowS : stampS)));
}
