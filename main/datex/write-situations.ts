import type { Incident } from "../../common/console-api";
import { incidentRecord, incidentRecordId, severityOf } from "./incident-record";
import { instructionRecord } from "./instruction-record";
import type { SituationReport } from "./record";
import { dateTimeOf, dayClock, type DayClock } from "./times";
import { element, writeDocument, writtenText, type WrittenElement } from "./write-xml";

/**
 * All incidents of a session, each a situation with the instructions that answer it, as a `SituationPublication` of
 * DATEX II 3.5. The same report gives the same bytes.
 */
export function writeSituations(report: SituationReport): string {
  const clock = dayClock(report.date);
  return writeDocument(
    element(
      "d2:payload",
      [
        element("com:publicationTime", dateTimeOf(clock, report.nowS)),
        element("com:publicationCreator", [
          // ISO 3166-1 leaves ZZ to its users: a city of the console need not say in which country it lies.
          element("com:country", "ZZ"),
          element("com:nationalIdentifier", "Pendulaire"),
        ]),
        ...report.incidents.map((incident) => situation(report, incident, clock)),
      ],
      {
        "xsi:type": "sit:SituationPublication",
        lang: "en",
        modelBaseVersion: "3",
        extensionName: "Pendulaire",
        extensionVersion: "1",
      },
    ),
  );
}

/** Instructions that the ledger refused were never in force, and are no records. */
function situation(report: SituationReport, incident: Incident, clock: DayClock): WrittenElement {
  const answers = report.instructions.filter(
    ({ incidentId, stage }) => incidentId === incident.id && stage !== "refused",
  );
  const changedS = Math.max(incident.changedS, ...answers.map((answer) => answer.changedS));
  return element(
    "sit:situation",
    [
      element("sit:overallSeverity", severityOf(incident)),
      element("sit:situationVersionTime", dateTimeOf(clock, changedS)),
      // A twin's incidents are real to nobody else.
      element("sit:headerInformation", [element("com:informationStatus", "technicalExercise")]),
      incidentRecord(report, incident, clock),
      ...answers.map((answer) => instructionRecord(report, answer, incident, clock)),
    ],
    { id: writtenText(`${incidentRecordId(report.date, incident.id)}-situation`) },
  );
}
