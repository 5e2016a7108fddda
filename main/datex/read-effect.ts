import type { Said } from "../../common/said";
import { namespaces } from "./namespaces";
import { below, child, numberAt, textAt, type ReadElement } from "./read-xml";

/** What a record does to traffic, in the console's kinds. */
export type RecordEffect =
  /**
   * Lanes closed. `operational`: how many are left open, when that is what is said; both null: some lane, it is not said
   * how many.
   */
  | { readonly kind: "lanes"; readonly closed: number | "all" | null; readonly operational: number | null }
  | { readonly kind: "speed"; readonly speedMaxMps: number }
  | { readonly kind: "capacity"; readonly capacityPart: number }
  | { readonly kind: "signal" }
  | { readonly kind: "junction" };

type Reading = { readonly effect: RecordEffect } | { readonly why: Said };

const allClosed: RecordEffect = { kind: "lanes", closed: "all", operational: null };
const noEffect = (type: string): Reading => ({ why: { code: "record-without-effect", args: { type } } });

/** What has a counterpart; else why not. */
export function readEffect(record: ReadElement): Reading {
  const { type } = record;
  if (child(record, "forVehiclesWithCharacteristicsOf") !== undefined) {
    return { why: { code: "record-for-some-vehicles", args: {} } };
  }
  switch (type) {
    case "ReroutingManagement":
    case "GeneralInstructionOrMessageToRoadUsers":
      return { why: { code: "record-is-instruction", args: {} } };
    case "RoadOrCarriagewayOrLaneManagement":
      return readManagement(record);
    case "SpeedManagement": {
      const kmh = numberAt(record, "temporarySpeedLimit");
      return kmh === null ? noEffect(type) : { effect: { kind: "speed", speedMaxMps: kmh / 3.6 } };
    }
    case "EquipmentOrSystemFault":
      return readFault(record);
    default:
      return readImpact(record);
  }
}

function readManagement(record: ReadElement): Reading {
  switch (textAt(record, "roadOrCarriagewayOrLaneManagementType")) {
    case "carriagewayClosures":
    case "roadClosed":
      return { effect: closesJunction(record) ? { kind: "junction" } : allClosed };
    case "roadCleared":
      return noEffect(record.type);
    case "laneClosures": {
      const stated = statedLanes(record);
      return { effect: stated ?? { kind: "lanes", closed: listedLanes(record), operational: null } };
    }
    default:
      return readImpact(record);
  }
}

/** By our own extension: others read that the road is closed. */
const closesJunction = (record: ReadElement): boolean =>
  below(record, "incident").some(
    (incident) => incident.namespace === namespaces.pnd && textAt(incident, "closes") === "junction",
  );

function readFault(record: ReadElement): Reading {
  const isSignal = ["trafficSignals", "trafficLightSets"].includes(textAt(record, "faultyEquipmentOrSystemType"));
  const isDark = ["notWorking", "outOfService"].includes(textAt(record, "equipmentOrSystemFaultType"));
  return isSignal && isDark ? { effect: { kind: "signal" } } : readImpact(record);
}

/** Accidents, obstructions, works: of them only what they leave of the road matters here. */
function readImpact(record: ReadElement): Reading {
  const constriction = textAt(record, "trafficConstrictionType");
  if (constriction === "roadBlocked" || constriction === "carriagewayBlocked") return { effect: allClosed };
  const stated = statedLanes(record);
  if (stated !== null) return { effect: stated };
  if (constriction === "lanesBlocked") {
    return { effect: { kind: "lanes", closed: listedLanes(record), operational: null } };
  }
  const remaining = numberAt(record, "impact", "capacityRemaining");
  if (remaining === 0) return { effect: allClosed };
  if (remaining === null || remaining >= 100) return noEffect(record.type);
  return { effect: { kind: "capacity", capacityPart: remaining / 100 } };
}

/** Lanes by the numbers of the impact; null where it has none, or all are open. */
function statedLanes(record: ReadElement): RecordEffect | null {
  const closed = numberAt(record, "impact", "numberOfLanesRestricted");
  const operational = numberAt(record, "impact", "numberOfOperationalLanes");
  if (operational === 0) return allClosed;
  if (closed !== null && closed > 0) return { kind: "lanes", closed, operational };
  return closed === null && operational !== null ? { kind: "lanes", closed: null, operational } : null;
}

/** Lanes that the location names, each once. */
function listedLanes(record: ReadElement): number | null {
  const location = child(record, "locationReference");
  const numbers = location === undefined ? [] : below(location, "laneNumber").map(({ text }) => text.trim());
  return numbers.length === 0 ? null : new Set(numbers).size;
}
