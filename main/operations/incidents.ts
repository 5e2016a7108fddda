import type { Incident, IncidentDraft } from "../../common/console-api";
import { refuseSaying, succeed, type Result } from "../../common/result";
import { commandBoth, nowOf, writeLog, type SessionContext } from "../host/session-context";

/** Closes lanes in both cities, from now until the incident ends or is cleared. */
export function declareIncident(context: SessionContext, draft: IncidentDraft): Promise<Result<Incident>> {
  return context.atRest<Result<Incident>>(() => {
    const { incidents } = context.parts;
    const declared = incidents.declare(draft, nowOf(context));
    if (!declared.ok) return Promise.resolve(declared);
    commandBoth(context, {
      kind: "closeLanes",
      tick: context.twins.tick,
      incident: incidents.all.length,
      edge: draft.edge,
      positionM: draft.positionM,
      laneCount: draft.closedLaneCount,
    });
    const { id, edgeName, closedLaneCount, laneCount, endS } = declared.value;
    const args = { incident: id, road: edgeName, closedLanes: closedLaneCount, lanes: laneCount, untilS: endS };
    writeLog(context, "incident", { code: "incident-declared", args });
    context.listener.incidents(incidents.all);
    return Promise.resolve(declared);
  });
}

export function clearIncident(context: SessionContext, incidentId: string): Promise<Result<Incident>> {
  return context.atRest<Result<Incident>>(() => {
    const incident = endIncident(context, incidentId);
    return Promise.resolve(
      incident === undefined ? refuseSaying({ code: "incident-not-open", args: {} }, incidentId) : succeed(incident),
    );
  });
}

/** Opens the lanes of those whose expected end has come. Call at rest. */
export function endDueIncidents(context: SessionContext): void {
  for (const { id } of context.parts.incidents.due(nowOf(context))) endIncident(context, id);
}

function endIncident(context: SessionContext, incidentId: string): Incident | undefined {
  const { incidents } = context.parts;
  const incident = incidents.close(incidentId, nowOf(context));
  if (incident === undefined) return undefined;
  commandBoth(context, { kind: "openLanes", tick: context.twins.tick, edge: incident.edge });
  writeLog(context, "incident", { code: "incident-ended", args: { incident: incident.id, road: incident.edgeName } });
  context.listener.incidents(incidents.all);
  return incident;
}
