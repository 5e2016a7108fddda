import type { City } from "../../common/city";
import type { Incident, InstructionReport } from "../../common/console-api";
import { dateTimeOf, type DayClock } from "./times";
import { element, type WrittenElement } from "./write-xml";

/** What a session has to tell others. */
export interface SituationReport {
  readonly city: City;
  /** "2026-03-02": the session's day, taken as UTC. */
  readonly date: string;
  readonly nowS: number;
  readonly incidents: readonly Incident[];
  readonly instructions: readonly InstructionReport[];
}

/** What all records share; the rest depends on their type. */
export interface RecordHead {
  readonly id: string;
  readonly version: number;
  readonly createdS: number;
  readonly changedS: number;
  readonly certain: boolean;
  readonly severity: Severity | null;
  readonly startS: number;
  readonly endS: number;
  /** Whether it holds now: else its end is the true one. */
  readonly active: boolean;
  readonly impact: WrittenElement | null;
  readonly cause: WrittenElement;
  readonly location: WrittenElement;
  readonly extension: WrittenElement | null;
}

/** Levels of `SeverityEnum` that we use. */
export type Severity = "highest" | "high" | "medium" | "low";

/** A `SituationRecord` of some type; `own` are the elements that the type adds, in the schema's order. */
export function situationRecord(
  type: string,
  head: RecordHead,
  own: readonly (WrittenElement | null)[],
  clock: DayClock,
  nowS: number,
): WrittenElement {
  return element(
    "sit:situationRecord",
    [
      element("sit:situationRecordCreationTime", dateTimeOf(clock, head.createdS)),
      element("sit:situationRecordVersionTime", dateTimeOf(clock, head.changedS)),
      element("sit:probabilityOfOccurrence", head.certain ? "certain" : "probable"),
      head.severity === null ? null : element("sit:severity", head.severity),
      validity(head, clock, nowS),
      head.impact,
      head.cause,
      head.location,
      head.extension === null ? null : element("sit:_situationRecordExtension", [head.extension]),
      ...own,
    ],
    { id: head.id, version: String(head.version), "xsi:type": type },
  );
}

function validity({ startS, endS, active }: RecordHead, clock: DayClock, nowS: number): WrittenElement {
  return element("sit:validity", [
    element("com:validityStatus", active ? "active" : "definedByValidityTimeSpec"),
    active && endS < nowS ? element("com:overrunning", "true") : null,
    element("com:validityTimeSpecification", [
      element("com:overallStartTime", dateTimeOf(clock, startS)),
      element("com:overallEndTime", dateTimeOf(clock, Math.max(startS, endS))),
    ]),
  ]);
}
