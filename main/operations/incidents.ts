import type { Incident, IncidentAmendment, IncidentDraft } from "../../common/console-api";
import { refuseSaying, succeed, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import type { TwinCommand } from "../../workers/messages";
import { approachesOf, expectedEndS, Stamp } from "../host/incidents";
import { commandBoth, nowOf, tickAtTime, writeLog, type SessionContext } from "../host/session-context";

/** Makes an incident true in both cities, from now until it ends or is cleared. */
export function declareIncident(context: SessionContext, draft: IncidentDraft): Promise<Result<Incident>> {
  return atRest(context, () => {
    const { incidents } = context.parts;
    const declared = incidents.declare(draft, nowOf(context));
    if (!declared.ok) return declared;
    for (const command of beginningOf(context, declared.value)) commandBoth(context, command);
    writeLog(context, "incident", { code: "incident-declared", args: aboutIncident(declared.value) });
    return declared;
  });
}

export function amendIncident(context: SessionContext, amendment: IncidentAmendment): Promise<Result<Incident>> {
  return atRest(context, () => {
    const amended = context.parts.incidents.amend(amendment, nowOf(context));
    if (!amended.ok) return amended;
    const { before, after } = amended.value;
    if (!hasSameEffect(before, after)) {
      // Lanes that an earlier command closed stay closed: fewer are closed anew.
      const isFewer = after.closedLaneCount < before.closedLaneCount;
      const commands = [...(isFewer ? endingOf(context, before) : []), ...beginningOf(context, after)];
      for (const command of commands) commandBoth(context, command);
    }
    writeLog(context, "incident", { code: "incident-changed", args: aboutIncident(after) });
    return succeed(after);
  });
}

export function stampIncident(context: SessionContext, incidentId: string, stamp: number): Promise<Result<Incident>> {
  return atRest(context, () => {
    const { incidents } = context.parts;
    const isActive = incidents.find(incidentId)?.active === true;
    if (stamp === Stamp.open && isActive) return cleared(context, incidentId);
    const stamped = incidents.stamp(incidentId, stamp, nowOf(context));
    if (!stamped.ok) return stamped;
    const { id, edgeName } = stamped.value;
    writeLog(context, "incident", { code: "incident-stamped", args: { incident: id, road: edgeName, stamp } });
    return stamped;
  });
}

export function clearIncident(context: SessionContext, incidentId: string): Promise<Result<Incident>> {
  return atRest(context, () => cleared(context, incidentId));
}

/** Ends those whose time has come. Call at rest. */
export function endDueIncidents(context: SessionContext): void {
  const { incidents } = context.parts;
  const due = incidents.due(nowOf(context));
  for (const { id } of due) cleared(context, id);
  if (due.length > 0) context.listener.incidents(incidents.all);
}

/** How all incidents under way end, each when it is expected to. */
export function expectedEndings(context: SessionContext): readonly TwinCommand[] {
  const nowS = nowOf(context);
  const endTick = (incident: Incident) => tickAtTime(context, expectedEndS(incident, nowS));
  const active = context.parts.incidents.all.filter((incident) => incident.active);
  return active.flatMap((incident) => {
    const tick = endTick(incident);
    const later = active.filter((other) => endTick(other) > tick);
    return endingOf(context, incident, later).map((command) => ({ ...command, tick }));
  });
}

function atRest(context: SessionContext, work: () => Result<Incident>): Promise<Result<Incident>> {
  return context.atRest<Result<Incident>>(() => {
    const result = work();
    if (result.ok) context.listener.incidents(context.parts.incidents.all);
    return Promise.resolve(result);
  });
}

function cleared(context: SessionContext, incidentId: string): Result<Incident> {
  const incident = context.parts.incidents.close(incidentId, nowOf(context));
  if (incident === undefined) return refuseSaying({ code: "incident-not-open", args: {} }, incidentId);
  for (const command of endingOf(context, incident)) commandBoth(context, command);
  const { id, edgeName, kind } = incident;
  writeLog(context, "incident", { code: "incident-ended", args: { incident: id, road: edgeName, kind } });
  return succeed(incident);
}

function hasSameEffect(a: Incident, b: Incident): boolean {
  return (
    a.closedLaneCount === b.closedLaneCount && a.speedMaxMps === b.speedMaxMps && a.capacityPart === b.capacityPart
  );
}

function beginningOf(context: SessionContext, incident: Incident): readonly TwinCommand[] {
  const { edge, positionM, closedLaneCount, speedMaxMps, capacityPart } = incident;
  const { tick } = context.twins;
  switch (incident.kind) {
    case "lanes": {
      const laneCount = closedLaneCount;
      return [{ kind: "closeLanes", tick, incident: numberOf(context, incident), edge, positionM, laneCount }];
    }
    case "junction":
      return approachesOf(context.parts.city, edge).map((approach) => closedAtEnd(context, incident, approach));
    case "speed":
      return [{ kind: "limitSpeed", tick, edge, speedMaxMps }, ...capacityAgain(context, edge)];
    case "capacity":
      return [{ kind: "reduceCapacity", tick, edge, part: capacityPart ?? 1 }];
    case "signal":
      return [{ kind: "switchSignal", tick, edge, dark: true }];
  }
}

/** @param known those that are still active then */
function endingOf(
  context: SessionContext,
  incident: Incident,
  known = context.parts.incidents.all,
): readonly TwinCommand[] {
  const { kind, edge } = incident;
  const { tick } = context.twins;
  switch (kind) {
    case "lanes":
      return [{ kind: "openLanes", tick, edge }, ...closuresAgain(context, incident, edge, known)];
    case "junction":
      return approachesOf(context.parts.city, edge).flatMap((approach): TwinCommand[] => [
        { kind: "openLanes", tick, edge: approach },
        ...closuresAgain(context, incident, approach, known),
      ]);
    case "speed":
      return [{ kind: "limitSpeed", tick, edge, speedMaxMps: null }, ...capacityAgain(context, edge, known)];
    case "capacity":
      return [{ kind: "reduceCapacity", tick, edge, part: 1 }];
    case "signal":
      return [{ kind: "switchSignal", tick, edge, dark: false }];
  }
}

/** What commands name an incident by, whichever of its versions it is. */
const numberOf = ({ parts }: SessionContext, incident: Incident): number =>
  parts.incidents.all.findIndex(({ id }) => id === incident.id) + 1;

/** Nobody leaves an approach of a junction that is blocked. */
function closedAtEnd(context: SessionContext, incident: Incident, approach: number): TwinCommand {
  const { parts, twins } = context;
  const { edgeLaneStart, edgeLengthM } = parts.city.columns;
  const laneCount = edgeLaneStart[approach + 1] - edgeLaneStart[approach];
  const positionM = edgeLengthM[approach];
  return {
    kind: "closeLanes",
    tick: twins.tick,
    incident: numberOf(context, incident),
    edge: approach,
    positionM,
    laneCount,
  };
}

/** What else closes a road that is opened: lanes of its own, or a junction at its end. */
function closuresAgain(
  context: SessionContext,
  ended: Incident,
  edge: number,
  known: readonly Incident[],
): readonly TwinCommand[] {
  const { columns } = context.parts.city;
  return known.flatMap((incident): readonly TwinCommand[] => {
    if (!incident.active || incident.id === ended.id) return [];
    if (incident.kind === "lanes" && incident.edge === edge) return beginningOf(context, incident);
    const isBlocked = incident.kind === "junction" && columns.edgeTo[incident.edge] === columns.edgeTo[edge];
    return isBlocked ? [closedAtEnd(context, incident, edge)] : [];
  });
}

/** The gaps that leave a part of the capacity depend on the speed: where both are disturbed they are made anew. */
function capacityAgain(
  context: SessionContext,
  edge: number,
  known = context.parts.incidents.all,
): readonly TwinCommand[] {
  const reduced = known.find((incident) => incident.active && incident.kind === "capacity" && incident.edge === edge);
  return reduced === undefined
    ? []
    : [{ kind: "reduceCapacity", tick: context.twins.tick, edge, part: reduced.capacityPart ?? 1 }];
}

function aboutIncident(incident: Incident) {
  const { id, edgeName, endS, spreadS } = incident;
  const spreadMinutes = Math.round(spreadS / 60);
  return { incident: id, road: edgeName, effect: effectOf(incident), untilS: endS, spreadMinutes };
}

function effectOf({ kind, closedLaneCount, laneCount, speedMaxMps, capacityPart }: Incident): Said {
  switch (kind) {
    case "lanes":
      return { code: "effect-lanes", args: { closedLanes: closedLaneCount, lanes: laneCount } };
    case "speed":
      return { code: "effect-speed", args: { kmh: Math.round((speedMaxMps ?? 0) * 3.6) } };
    case "capacity":
      return { code: "effect-capacity", args: { percent: Math.round(100 * (1 - (capacityPart ?? 1))) } };
    case "signal":
      return { code: "effect-signal", args: {} };
    case "junction":
      return { code: "effect-junction", args: {} };
  }
}
