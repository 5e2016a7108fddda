import type { City } from "../../common/city";
import type { Incident, IncidentAmendment, IncidentDraft, IncidentKind } from "../../common/console-api";

/** What the operator typed about an incident. */
export interface IncidentForm {
  readonly kind: IncidentKind;
  readonly lanes: number;
  readonly kmh: string;
  /** Percent by which the capacity is reduced. */
  readonly percent: string;
  /** Minutes. */
  readonly duration: string;
  readonly spread: string;
}

export type IncidentField = "kmh" | "percent" | "duration" | "spread";

/** Bounds of what can be typed: whole numbers. The host has the last word. */
export const incidentBounds = {
  kmh: { least: 5, most: 130 },
  percent: { least: 5, most: 95 },
  duration: { least: 1, most: 720 },
  spread: { least: 0, most: 720 },
} as const satisfies Record<IncidentField, { readonly least: number; readonly most: number }>;

/** A form to begin with for a road of so many lanes and this signed limit. */
export function emptyIncidentForm(laneCount: number, signedMps: number): IncidentForm {
  return {
    kind: "lanes",
    lanes: Math.max(1, laneCount - 1),
    kmh: String(Math.max(incidentBounds.kmh.least, Math.round((signedMps * 3.6) / 20) * 10)),
    percent: "50",
    duration: "45",
    spread: "15",
  };
}

/** What stands at the end of a road. */
export interface RoadEnd {
  readonly hasSignal: boolean;
  readonly hasJunction: boolean;
}

/**
 * The same form for a road of so many lanes: at most all of them are closed, only a signal that is there goes dark, and only a junction
 * that is there is blocked.
 */
export function formOnRoad(form: IncidentForm, laneCount: number, { hasSignal, hasJunction }: RoadEnd): IncidentForm {
  const isThere = (form.kind !== "signal" || hasSignal) && (form.kind !== "junction" || hasJunction);
  const kind = isThere ? form.kind : "lanes";
  return { ...form, kind, lanes: Math.min(form.lanes, laneCount) };
}

/** The whole number that was typed; undefined when it is none, or out of bounds. */
export function typedNumber(field: IncidentField, typed: string): number | undefined {
  if (!/^\d{1,3}$/.test(typed.trim())) return undefined;
  const value = Number(typed);
  const { least, most } = incidentBounds[field];
  return value >= least && value <= most ? value : undefined;
}

/** Fields of the form that are used by its kind and cannot be read. */
export function incidentFaults(form: IncidentForm): readonly IncidentField[] {
  const used: IncidentField[] = [
    ...(form.kind === "speed" ? (["kmh"] as const) : []),
    ...(form.kind === "capacity" ? (["percent"] as const) : []),
    "duration",
    "spread",
  ];
  const faults = used.filter((field) => typedNumber(field, form[field]) === undefined);
  const [duration, spread] = [typedNumber("duration", form.duration), typedNumber("spread", form.spread)];
  const isLonger = duration !== undefined && spread !== undefined && spread > duration;
  return isLonger ? [...faults, "spread"] : faults;
}

/** The effect as the host takes it, of the form's kind only. */
function effectOf({ kind, lanes, kmh, percent }: IncidentForm) {
  return {
    closedLaneCount: kind === "lanes" ? lanes : 0,
    ...(kind === "speed" ? { speedMaxMps: (typedNumber("kmh", kmh) ?? 0) / 3.6 } : {}),
    ...(kind === "capacity" ? { capacityPart: 1 - (typedNumber("percent", percent) ?? 0) / 100 } : {}),
  };
}

/** undefined while a field cannot be read. */
export function draftOfForm(form: IncidentForm, edge: number, positionM: number): IncidentDraft | undefined {
  if (incidentFaults(form).length > 0) return undefined;
  const minutes = (field: "duration" | "spread") => 60 * (typedNumber(field, form[field]) ?? 0);
  return {
    ...{ edge, positionM, kind: form.kind },
    ...effectOf(form),
    ...{ durationS: minutes("duration"), spreadS: minutes("spread") },
  };
}

/** A form for an incident under way: its duration is what is left of it. */
export function formOfIncident(incident: Incident, nowS: number): IncidentForm {
  const { kind, closedLaneCount, speedMaxMps, capacityPart, endS, spreadS } = incident;
  return {
    kind,
    lanes: Math.max(1, closedLaneCount),
    kmh: String(Math.round((speedMaxMps ?? 0) * 3.6)),
    percent: String(Math.round(100 * (1 - (capacityPart ?? 1)))),
    duration: String(Math.max(1, Math.round((endS - nowS) / 60))),
    spread: String(Math.round(spreadS / 60)),
  };
}

/** undefined while a field cannot be read. */
export function amendmentOfForm(form: IncidentForm, incident: Incident, nowS: number): IncidentAmendment | undefined {
  const draft = draftOfForm(form, incident.edge, incident.positionM);
  if (draft === undefined) return undefined;
  const { durationS, spreadS = 0 } = draft;
  // What was not changed keeps its exact value.
  const untouched = formOfIncident(incident, nowS);
  return {
    incidentId: incident.id,
    ...(form.kind === "lanes" && form.lanes !== untouched.lanes ? { closedLaneCount: form.lanes } : {}),
    ...(form.kind === "speed" && form.kmh !== untouched.kmh ? { speedMaxMps: draft.speedMaxMps ?? 0 } : {}),
    ...(form.kind === "capacity" && form.percent !== untouched.percent
      ? { capacityPart: draft.capacityPart ?? 1 }
      : {}),
    ...(form.duration === untouched.duration ? {} : { endS: nowS + durationS }),
    ...(form.spread === untouched.spread ? {} : { spreadS }),
  };
}

/** Whether other roads join a road at its end. */
export const endsAtJunction = ({ columns }: City, edge: number): boolean =>
  columns.edgeTo.some((junction, other) => other !== edge && junction === columns.edgeTo[edge]);

/** Whether a road ends at a signal: one of its lanes goes on by a signalled connection. */
export function endsAtSignal({ columns }: City, edge: number): boolean {
  const [first, end] = [columns.edgeLaneStart[edge], columns.edgeLaneStart[edge + 1]];
  return columns.connectionFromLane.some(
    (lane, connection) => lane >= first && lane < end && columns.connectionSignal[connection] >= 0,
  );
}

/** Times between stamps, s; null where one of them is missing. @see FHWA: roadway clearance, incident clearance */
export function clearanceOf({ stampsS }: Pick<Incident, "stampsS">): {
  readonly roadwayS: number | null;
  readonly incidentS: number | null;
} {
  const between = (from: number, to: number) => {
    const [a, b] = [stampsS[from] ?? null, stampsS[to] ?? null];
    return a === null || b === null ? null : b - a;
  };
  return { roadwayS: between(1, 5), incidentS: between(1, 6) };
}

/** The stamps that can be given next: those after the last one, and the response's while lanes are open already. */
export function nextStamps({ stampsS, active }: Pick<Incident, "stampsS" | "active">): readonly number[] {
  const last = stampsS.reduce<number>((latest, stampS, place) => (stampS === null || place === 5 ? latest : place), 1);
  return [2, 3, 4, 5, 6, 7].filter(
    (stamp) =>
      stamp > last && stampsS[stamp] === null && (stamp !== 7 || !active) && (stamp !== 6 || last >= 3 || !active),
  );
}
