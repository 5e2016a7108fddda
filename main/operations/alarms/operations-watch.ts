import type { Incident, InstructionReport, LedgerState } from "../../../common/console-api";
import type { AlarmKind } from "../../../common/alarm-api";
import type { Said } from "../../../common/said";
import { Stamp } from "../../host/incidents";
import type { AlarmAbout, Reading } from "./state";

/** What the host knows beside the roads, at one instant. */
export interface OperationsFacts {
  readonly nowS: number;
  readonly incidents: readonly Incident[];
  readonly instructions: readonly InstructionReport[];
  /** null until the day's contracts are on the chain. */
  readonly ledger: LedgerState | null;
  /** Whether it stopped because the light client, or the engine, failed. */
  readonly ledgerStopped: boolean;
  /** What the bonus pool held at first. */
  readonly poolMicro: number;
  /** Wall seconds for which the city has lagged behind its clock. */
  readonly lateForS: number;
  readonly keyframes: { readonly byteLength: number; readonly budgetBytes: number };
}

/** Reads incidents, instructions, ledger and the console itself. Pure; linear in what is open. */
export function readOperations(facts: OperationsFacts): readonly Reading[] {
  return [
    ...facts.incidents.flatMap((incident) => readIncident(incident, facts.nowS)),
    ...facts.instructions.flatMap((instruction) => readInstruction(instruction, facts)),
    ...(facts.ledger === null ? [] : readLedger(facts.ledger, facts)),
    reading("engine-behind", "", facts.lateForS, { code: "alarm-engine-behind", args: {} }),
    reading("keyframes-full", "", facts.keyframes.byteLength / facts.keyframes.budgetBytes, {
      code: "alarm-keyframes-full",
      args: { percent: percentOf(facts.keyframes.byteLength / facts.keyframes.budgetBytes) },
    }),
  ];
}

const percentOf = (part: number) => Math.max(0, Math.round(100 * part));

function reading(
  kind: AlarmKind,
  subject: string,
  value: number,
  text: Said,
  about: Partial<AlarmAbout> = {},
): Reading {
  return { kind, subject, value, about: { text, place: null, incidentId: null, instructionId: null, ...about } };
}

function readIncident(incident: Incident, nowS: number): readonly Reading[] {
  if (!incident.active) return [];
  const { id, edge, edgeName: road, positionM, x, y, endS, stampsS } = incident;
  const about = { incidentId: id, place: { edge, positionM, x, y } };
  const args = { incident: id, road };
  const read = (kind: AlarmKind, value: number, text: Said) => reading(kind, id, value, text, about);
  const detectedS = stampsS[Stamp.detected] ?? null;
  const verifiedS = stampsS[Stamp.verified] ?? null;
  const isSent = stampsS.some((stampS, place) => place >= Stamp.sent && stampS !== null);
  const readings = [
    read("incident-overrun", nowS - endS, { code: "alarm-incident-overrun", args: { ...args, untilS: endS } }),
  ];
  if (verifiedS !== null && !isSent) {
    readings.push(read("response-overdue", nowS - verifiedS, { code: "alarm-response-overdue", args }));
  } else if (verifiedS === null && !isSent && detectedS !== null) {
    readings.push(read("verification-overdue", nowS - detectedS, { code: "alarm-verification-overdue", args }));
  }
  return readings;
}

function readInstruction(instruction: InstructionReport, { incidents, nowS }: OperationsFacts): readonly Reading[] {
  const { id, number, stage, untilS, sentS, incidentId } = instruction;
  const about = { instructionId: id, incidentId };
  if (stage === "submitted" || stage === "rewritten") {
    const text = { code: "alarm-contracts-unverified", args: { number } } as const;
    return [reading("contracts-unverified", id, nowS - sentS, text, about)];
  }
  const isNeeded = incidents.some((incident) => incident.id === incidentId && incident.active);
  if (!isNeeded || nowS >= untilS || (stage !== "verified" && stage !== "active")) return [];
  const text = { code: "alarm-instruction-ending", args: { number, untilS } } as const;
  return [reading("instruction-ending", id, nowS - untilS, text, about)];
}

function readLedger(ledger: LedgerState, { nowS, poolMicro, ledgerStopped }: OperationsFacts): readonly Reading[] {
  const { verdict, verifiedHeight: height, timeS } = ledger;
  const bound = poolMicro > 0 ? 1 - ledger.poolMicro / poolMicro : 0;
  const isBelieved = verdict === "ok" && !ledgerStopped;
  return [
    reading("ledger-unverified", "", isBelieved ? 0 : 1, { code: "alarm-ledger-unverified", args: { height } }),
    // A ledger that stopped grows old: that is said already.
    reading("ledger-stale", "", isBelieved ? nowS - timeS : 0, { code: "alarm-ledger-stale", args: { height } }),
    reading("pool-low", "", bound, { code: "alarm-pool-low", args: { percent: percentOf(1 - bound) } }),
  ];
}
