import { createWriter, finishWriting, writeFixed, writeWhole } from "../../../common/canonical";
import { assert } from "../../../common/result";
import {
  arrivedForBonus,
  concernsContract,
  passagesPerContractMax,
  withPassage,
  type ContractPassage,
} from "../../contracts/passages";
import { noData, readTotals, writeTotals, type Execution, type Rule } from "../execution";
import { readRecord, readValue, writeValue } from "../overlay";
import { passageReachM, passageSpeedMaxMps } from "../limits";
import type { TerminalSite } from "../records/credential-record";
import { decodeTerminal } from "../records/governance-records";
import { decodeContract, encodeContract, type ContractRecord } from "../records/contract-record";
import { encodeRecord, writeIdentifier } from "../records/form";
import { refuse, type Ruling } from "../refusals";
import { contractIdOf, contractPath, passagePath, terminalPath } from "../state-paths";
import type { AttestPassagePayload } from "../transactions/payload";
import { readConsent } from "./consent-rules";
import { readInstructionRecord, writeInstruction } from "./officer-rules";

/** What a terminal's challenge is spent as: the same challenge serves one passage of one contract. */
function nullifierOf(passage: Pick<AttestPassagePayload, "terminal" | "timeS" | "challenge">): Uint8Array {
  const writer = createWriter(40);
  writeWhole(writer, passage.terminal);
  writeWhole(writer, passage.timeS);
  writeFixed(writer, passage.challenge);
  return finishWriting(writer);
}

const passageForm = 2;

/**
 * Records a passage with its contract. Terminal and phone both signed it, which was checked before. Kept besides, under
 * its nullifier, with contract, terminal, time and the number of the consent in force, so that whoever produced the data can be paid later.
 */
export const attestPassage: Rule<AttestPassagePayload> = (execution, payload) => {
  const { terminal, timeS, contractKey } = payload;
  const { passageAgeMaxS, passageAheadMaxS } = execution.parameters;
  if (timeS < execution.nowS - passageAgeMaxS) return refuse("passage-too-old");
  if (timeS > execution.nowS + passageAheadMaxS) return refuse("passage-ahead");
  const spent = passagePath(nullifierOf(payload));
  if (readValue(execution.overlay, spent) !== undefined) return refuse("nullifier-used");
  const contractId = contractIdOf(contractKey);
  const contract = readRecord(execution.overlay, contractPath(contractId), decodeContract);
  if (contract === undefined) return refuse("contract-unknown");
  if (contract.state !== "active") return refuse("contract-settled");
  const consent = readConsent(execution, contractId);
  if (consent.erasure !== null) return refuse("erasure-demanded");
  if (consent.withdrawn) return refuse("consent-missing");
  if (!concernsContract(contract.terms, timeS)) return refuse("passage-outside-contract");
  if (contract.passages.length >= passagesPerContractMax) return refuse("passages-too-many");
  const added = { terminal, timeS };
  const passages = withPassage(contract.passages, added);
  // Who was plausibly at the stops before and after was so at those farther off in time.
  const at = passages.indexOf(added);
  for (const beside of [passages[at - 1], passages[at + 1]]) {
    if (beside === undefined || isPlausible(execution, beside, added)) continue;
    return refuse("passage-implausible", `terminal ${beside.terminal}`);
  }
  const counted = countArrivals(execution, contract, passages);
  if (!counted.ok) return counted;
  writeValue(execution.overlay, contractPath(contractId), encodeContract({ ...contract, passages }));
  const kept = encodeRecord(passageForm, (writer) => {
    writeIdentifier(writer, contractId);
    writeWhole(writer, terminal);
    writeWhole(writer, timeS);
    writeWhole(writer, consent.sequence);
  });
  writeValue(execution.overlay, spent, kept);
  const totals = readTotals(execution);
  writeTotals(execution, { ...totals, passages: totals.passages + 1 });
  return { ok: true, value: noData };
};

/** Whether one vehicle can have been at both terminals at these times. Of a terminal whose place is not known, yes. */
function isPlausible(execution: Execution, a: ContractPassage, b: ContractPassage): boolean {
  if (a.terminal === b.terminal) return true;
  const [from, to] = [siteOf(execution, a.terminal), siteOf(execution, b.terminal)];
  if (from === null || to === null) return true;
  const [eastM, northM] = [to.eastM - from.eastM, to.northM - from.northM];
  const farthestM = Math.abs(b.timeS - a.timeS) * passageSpeedMaxMps + passageReachM;
  return eastM * eastM + northM * northM <= farthestM * farthestM;
}

function siteOf(execution: Execution, terminal: number): TerminalSite | null {
  return readRecord(execution.overlay, terminalPath(terminal), decodeTerminal)?.place ?? null;
}

/**
 * Keeps account, with each instruction, of the bonuses of contracts that reached their destination in time for its bonus.
 * Refused where such a bonus went back to its pool: governance let passages come later than when it was released.
 */
function countArrivals(
  execution: Execution,
  contract: ContractRecord,
  passages: ContractRecord["passages"],
): Ruling<null> {
  for (const way of contract.terms.ways) {
    if (arrivedForBonus(contract.terms, contract.passages, way)) continue;
    if (!arrivedForBonus(contract.terms, passages, way)) continue;
    const instruction = readInstructionRecord(execution, way.instructionId);
    assert(instruction !== undefined, "a contract's ways come from instructions of the state");
    if (instruction.released) return refuse("passage-after-release");
    const arrivedMicro = instruction.arrivedMicro + way.bonusMicro;
    writeInstruction(execution, way.instructionId, instruction, { ...instruction, arrivedMicro });
  }
  return { ok: true, value: null };
}
