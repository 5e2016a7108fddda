import { nameOfEdge, type City } from "../../common/city";
import type { Incident, IncidentDraft } from "../../common/console-api";
import { placeOnEdge } from "../../common/edge-place";
import { refuseSaying, succeed, type Result } from "../../common/result";
import { secondsPerDay } from "../../common/time";

/** Incidents that can be open at once. */
export const openIncidentsMax = 20;

export interface IncidentBook {
  readonly all: readonly Incident[];
  find(id: string): Incident | undefined;
  declare(draft: IncidentDraft, nowS: number): Result<Incident>;
  /** Marks it as over. @returns the incident as it is then, or undefined when it was over or unknown */
  close(id: string, nowS: number): Incident | undefined;
  /** Those whose expected end has come. */
  due(nowS: number): readonly Incident[];
}

export function openIncidentBook(city: City, earlier: readonly Incident[] = []): IncidentBook {
  const all = [...earlier];
  return {
    all,
    find: (id) => all.find((incident) => incident.id === id),
    declare: (draft, nowS) => {
      const checked = checkDraft(city, draft, all);
      if (!checked.ok) return checked;
      const { x, y, directionX, directionY } = placeOnEdge(city, draft.edge, draft.positionM);
      const incident: Incident = {
        ...draft,
        x,
        y,
        heading: Math.atan2(directionY, directionX),
        id: `I-${String(all.length + 1).padStart(4, "0")}`,
        edgeName: nameOfEdge(city, draft.edge),
        laneCount: laneCountOf(city, draft.edge),
        startS: nowS,
        endS: nowS + draft.durationS,
        active: true,
      };
      all.push(incident);
      return succeed(incident);
    },
    close: (id, nowS) => {
      const row = all.findIndex((incident) => incident.id === id && incident.active);
      const open = all[row];
      if (open === undefined) return undefined;
      const closed = { ...open, active: false, endS: Math.min(open.endS, nowS) };
      all[row] = closed;
      return closed;
    },
    due: (nowS) => all.filter((incident) => incident.active && incident.endS <= nowS),
  };
}

function laneCountOf(city: City, edge: number): number {
  const { edgeLaneStart } = city.columns;
  return edgeLaneStart[edge + 1] - edgeLaneStart[edge];
}

function checkDraft(city: City, draft: IncidentDraft, known: readonly Incident[]): Result<void> {
  const { edgeLengthM, edgeFrom } = city.columns;
  if (!Number.isInteger(draft.edge) || draft.edge < 0 || draft.edge >= edgeFrom.length)
    return refuseSaying({ code: "road-unknown", args: {} }, "edge");
  const lanes = laneCountOf(city, draft.edge);
  if (!Number.isInteger(draft.closedLaneCount) || draft.closedLaneCount < 1 || draft.closedLaneCount > lanes) {
    const args = { closedLanes: draft.closedLaneCount, lanes };
    return refuseSaying({ code: "lanes-out-of-range", args }, "closed lanes");
  }
  if (!(draft.positionM >= 0 && draft.positionM <= edgeLengthM[draft.edge])) {
    const lengthM = Math.round(edgeLengthM[draft.edge]);
    return refuseSaying({ code: "position-off-road", args: { lengthM } }, "position");
  }
  if (!(draft.durationS >= 60 && draft.durationS <= secondsPerDay)) {
    return refuseSaying({ code: "duration-out-of-range", args: {} }, "duration");
  }
  if (known.some((incident) => incident.active && incident.edge === draft.edge)) {
    return refuseSaying({ code: "incident-on-road", args: {} }, "edge");
  }
  if (known.filter((incident) => incident.active).length >= openIncidentsMax) {
    return refuseSaying({ code: "incidents-full", args: { most: openIncidentsMax } }, "incidents");
  }
  return succeed(undefined);
}
