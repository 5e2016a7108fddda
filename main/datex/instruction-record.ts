import type { Incident, InstructionReport } from "../../common/console-api";
import { formatTokens } from "../../common/money";
import { unreachable } from "../../common/result";
import { incidentRecordId } from "./incident-record";
import { situationRecord, type RecordHead, type SituationReport } from "./record";
import { dateTimeOf, type DayClock } from "./times";
import { pointLocation } from "./write-location";
import { element, multilingual, writtenText, type WrittenElement } from "./write-xml";

/** An instruction as the record that its action calls for; see docs/decisions/0016-datex.md. */
export function instructionRecord(
  report: SituationReport,
  instruction: InstructionReport,
  incident: Incident,
  clock: DayClock,
): WrittenElement {
  const { sentS, changedS, expiresAtS, stage } = instruction;
  const hasEnded = stage === "withdrawn" || stage === "expired";
  const head: RecordHead = {
    id: `${incidentRecordId(report.date, incident.id)}-instruction-${instruction.number}`,
    version: instruction.revision,
    createdS: sentS,
    changedS,
    certain: true,
    severity: null,
    startS: sentS,
    endS: stage === "withdrawn" ? changedS : expiresAtS,
    active: !hasEnded,
    impact: null,
    cause: element("sit:cause", [managedCause(report.date, incident)]),
    location: scopeLocation(report, instruction.terminals),
    extension: null,
  };
  const { type, own, enhanced } = typeOf(report, instruction, clock);
  const managed: readonly (WrittenElement | null)[] = [
    element("sit:actionOrigin", "internal"),
    element("sit:actionPlanIdentifier", writtenText(instruction.id)),
    hasEnded ? null : element("sit:operatorActionStatus", statusOf(instruction)),
    element("sit:complianceOption", "advisory"),
    element("sit:_networkManagementExtension", [enhanced, instructionExtension(report, instruction, clock)]),
  ];
  return situationRecord(type, head, [...managed, ...own], clock, report.nowS);
}

function managedCause(date: string, { id, version }: Incident): WrittenElement {
  return element(
    "sit:managedCause",
    [
      element("sit:objectReference", "", {
        id: incidentRecordId(date, id),
        version: String(version),
        targetClass: "sit:SituationRecord",
      }),
    ],
    { "xsi:type": "sit:SituationRecordReference" },
  );
}

function statusOf({ stage }: InstructionReport): string {
  if (stage === "submitted") return "requested";
  return stage === "active" ? "implemented" : "beingImplemented";
}

interface TypedElements {
  readonly type: string;
  readonly own: readonly WrittenElement[];
  readonly enhanced: WrittenElement | null;
}

function typeOf(report: SituationReport, instruction: InstructionReport, clock: DayClock): TypedElements {
  const { action } = instruction;
  switch (action.kind) {
    case "avoid":
      return rerouting(report, instruction, []);
    case "itinerary":
      return rerouting(report, instruction, action.via);
    case "shift": {
      const minutes = Math.round(Math.abs(action.shiftS) / 60);
      return action.shiftS < 0 ? message(`Leave ${minutes} min earlier`) : message(`Leave ${minutes} min later`);
    }
    case "hold":
      return message(`Do not leave before ${dateTimeOf(clock, action.untilS)}`);
    default:
      return unreachable(action);
  }
}

/** Another way: the terminals to be avoided are the closed route, those to be passed the alternative one. */
function rerouting(report: SituationReport, { terminals }: InstructionReport, via: readonly number[]): TypedElements {
  const enhanced = element("sit:reroutingManagementEnhanced", [
    element("rer:type", "alternative"),
    element("rer:bindingTrafficRegulation", "false"),
    ...via.map((terminal) => terminalLocation("rer:routingThrough", report, terminal)),
    element("rer:originalRoute", [element("rer:routeClosed", "true"), itinerary(report, terminals)]),
    via.length === 0 ? null : element("rer:alternativeRoute", [itinerary(report, via)]),
  ]);
  const types = ["doNotUseIntersectionOrJunction", ...(via.length === 0 ? [] : ["useIntersectionOrJunction"])];
  const own = types.map((type) => element("sit:reroutingManagementType", type));
  return { type: "sit:ReroutingManagement", own, enhanced };
}

/** Another time: no instruction of the model says so; what it is lies in the words and in our extension. */
function message(words: string): TypedElements {
  return {
    type: "sit:GeneralInstructionOrMessageToRoadUsers",
    own: [
      element("sit:generalInstructionToRoadUsersType", "other"),
      multilingual("sit:generalMessageToRoadUsers", words),
    ],
    enhanced: null,
  };
}

function itinerary(report: SituationReport, terminals: readonly number[]): WrittenElement {
  return element(
    "rer:itinerary",
    terminals.map((terminal, place) =>
      element("loc:locationContainedInItinerary", [terminalLocation("loc:location", report, terminal)], {
        index: String(place),
      }),
    ),
    { "xsi:type": "loc:ItineraryByIndexedLocations" },
  );
}

function scopeLocation(report: SituationReport, terminals: readonly number[]): WrittenElement {
  if (terminals.length === 1) return terminalLocation("sit:locationReference", report, terminals[0]);
  return element(
    "sit:locationReference",
    terminals.map((terminal) => terminalLocation("loc:locationContainedInGroup", report, terminal)),
    { "xsi:type": "loc:LocationGroupByList" },
  );
}

function terminalLocation(name: string, { city }: SituationReport, terminal: number): WrittenElement {
  const { terminalEdge, terminalPositionM } = city.columns;
  const called = city.meta.terminalNames[terminal];
  return pointLocation(name, city, terminalEdge[terminal], terminalPositionM[terminal], called);
}

/** What the standard has no place for: whom it concerns and what it pays. */
function instructionExtension(
  { city }: SituationReport,
  instruction: InstructionReport,
  clock: DayClock,
): WrittenElement {
  const { action, terminals, fromS, untilS, expiresAtS, bonusMicro, budgetMicro, stage } = instruction;
  const named = (name: string, terminal: number) =>
    element(name, writtenText(city.meta.terminalNames[terminal] ?? ""), { row: String(terminal) });
  return element("pnd:instruction", [
    element(
      "pnd:action",
      [
        ...(action.kind === "itinerary" ? action.via.map((terminal) => named("pnd:via", terminal)) : []),
        action.kind === "shift" ? element("pnd:shift", action.shiftS) : null,
        action.kind === "hold" ? element("pnd:holdUntil", dateTimeOf(clock, action.untilS)) : null,
      ],
      { kind: action.kind },
    ),
    element(
      "pnd:scope",
      terminals.map((terminal) => named("pnd:terminal", terminal)),
    ),
    element("pnd:windowStart", dateTimeOf(clock, fromS)),
    element("pnd:windowEnd", dateTimeOf(clock, untilS)),
    element("pnd:expires", dateTimeOf(clock, expiresAtS)),
    element("pnd:bonus", formatTokens(BigInt(bonusMicro)), { unit: "token" }),
    element("pnd:budget", formatTokens(BigInt(budgetMicro)), { unit: "token" }),
    element("pnd:stage", stage),
  ]);
}
