import type { Incident } from "../../common/console-api";
import { linearLocation, pointLocation } from "./write-location";
import { situationRecord, type RecordHead, type Severity, type SituationReport } from "./record";
import { dateTimeOf, type DayClock } from "./times";
import { element, multilingual, type WrittenElement } from "./write-xml";

/** The place of T2 among an incident's stamps. */
const verifiedStamp = 2;

export const incidentRecordId = (date: string, incidentId: string): string => `pendulaire-${date}-${incidentId}`;

/** An incident as the record that its kind calls for; see docs/decisions/0016-datex.md. */
export function incidentRecord(report: SituationReport, incident: Incident, clock: DayClock): WrittenElement {
  const head: RecordHead = {
    id: incidentRecordId(report.date, incident.id),
    version: incident.version,
    createdS: incident.startS,
    changedS: incident.changedS,
    certain: incident.stampsS[verifiedStamp] !== null,
    severity: severityOf(incident),
    startS: incident.startS,
    endS: incident.endS,
    active: incident.active,
    impact: impactOf(incident),
    cause: causeOf(incident),
    location: locationOf(report, incident),
    extension: extensionOf(incident, clock),
  };
  const { type, own } = typeOf(incident);
  return situationRecord(type, head, own, clock, report.nowS);
}

/** What the operator perceives of it: how much of the road's width, or of its capacity, is gone. */
export function severityOf({ kind, closedLaneCount, laneCount, capacityPart }: Incident): Severity {
  switch (kind) {
    case "lanes":
      return closedLaneCount === laneCount ? "highest" : 2 * closedLaneCount >= laneCount ? "high" : "medium";
    case "speed":
      return "low";
    case "capacity":
      return (capacityPart ?? 1) < 0.5 ? "high" : "medium";
    case "signal":
      return "medium";
    case "junction":
      return "highest";
  }
}

interface TypedElements {
  readonly type: string;
  readonly own: readonly (WrittenElement | null)[];
}

function typeOf({ kind, closedLaneCount, laneCount, speedMaxMps }: Incident): TypedElements {
  const isAll = closedLaneCount === laneCount;
  switch (kind) {
    case "lanes":
      return {
        type: "sit:RoadOrCarriagewayOrLaneManagement",
        own: [
          element("sit:complianceOption", "mandatory"),
          element("sit:roadOrCarriagewayOrLaneManagementType", isAll ? "carriagewayClosures" : "laneClosures"),
        ],
      };
    case "speed":
      return {
        type: "sit:SpeedManagement",
        own: [
          element("sit:complianceOption", "mandatory"),
          element("sit:speedManagementType", "speedRestrictionInOperation"),
          element("sit:temporarySpeedLimit", rounded((speedMaxMps ?? 0) * 3.6)),
        ],
      };
    case "junction":
      return {
        type: "sit:RoadOrCarriagewayOrLaneManagement",
        own: [
          element("sit:complianceOption", "mandatory"),
          element("sit:roadOrCarriagewayOrLaneManagementType", "roadClosed"),
        ],
      };
    case "capacity":
      return {
        type: "sit:AbnormalTraffic",
        own: [element("sit:abnormalTrafficType", "unspecifiedAbnormalTraffic")],
      };
    case "signal":
      return {
        type: "sit:EquipmentOrSystemFault",
        own: [
          element("sit:equipmentOrSystemFaultType", "notWorking"),
          element("sit:faultyEquipmentOrSystemType", "trafficSignals"),
        ],
      };
  }
}

function impactOf({ kind, closedLaneCount, laneCount, capacityPart }: Incident): WrittenElement | null {
  if (kind === "capacity")
    return element("sit:impact", [element("sit:capacityRemaining", rounded(100 * (capacityPart ?? 1)))]);
  if (kind !== "lanes") return null;
  return element("sit:impact", [
    element("sit:numberOfLanesRestricted", closedLaneCount),
    element("sit:numberOfOperationalLanes", laneCount - closedLaneCount),
  ]);
}

/** The console knows what an incident does, not why; only a dark signal is its own cause. */
function causeOf({ kind }: Incident): WrittenElement {
  if (kind !== "signal") {
    return element("sit:cause", [
      multilingual("sit:causeDescription", "not stated"),
      element("sit:causeType", "other"),
    ]);
  }
  return element("sit:cause", [
    element("sit:causeType", "equipmentOrSystemFault"),
    element("sit:detailedCauseType", [element("sit:equipmentOrSystemFaultType", "notWorking")]),
  ]);
}

function locationOf({ city }: SituationReport, incident: Incident): WrittenElement {
  const { kind, edge, positionM, closedLaneCount, laneCount } = incident;
  switch (kind) {
    case "lanes":
      return linearLocation(city, edge, { fromM: positionM, positionM }, { closed: closedLaneCount, all: laneCount });
    case "speed":
    case "capacity":
      return linearLocation(city, edge, { fromM: 0, positionM }, null);
    case "junction":
    case "signal":
      return pointLocation("sit:locationReference", city, edge, positionM);
  }
}

/** The uncertainty of the end, the stamps of the handling, and that a whole junction is closed: the standard has no place for them. */
function extensionOf({ kind, spreadS, stampsS }: Incident, clock: DayClock): WrittenElement {
  return element("pnd:incident", [
    kind === "junction" ? element("pnd:closes", "junction") : null,
    element("pnd:endSpread", rounded(spreadS)),
    ...stampsS.map((stampS, place) =>
      stampS === null ? null : element("pnd:stamp", dateTimeOf(clock, stampS), { name: `T${place}` }),
    ),
  ]);
}

/** Without the noise of binary fractions: 50 km/h are 50. */
const rounded = (value: number): number => Number(value.toFixed(6));
