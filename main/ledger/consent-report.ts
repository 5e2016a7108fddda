import type { ConsentCounts, ConsentReport } from "../../common/commuter-api";
import { fail, succeed, type Result } from "../../common/result";
import { consentOfSigning } from "../../ledger/contracts/consent";
import { countContracts } from "../../ledger/machine/readers";
import { erasureGroundOf, listKeptRecords, visitConsents } from "../../ledger/machine/personal-readers";
import { decodeConsent } from "../../ledger/machine/records/personal-records";
import type { State } from "../../ledger/machine/state";
import { consentPath, pathOfIdentifier, StateKind } from "../../ledger/machine/state-paths";
import { sessionSecondsOf, type SessionClock } from "./session-time";
import type { VerifiedReader } from "./verified-reader";

/** What the holder of one contract agrees to, proved just now. */
export function reportConsent(reader: VerifiedReader, clock: SessionClock, contractId: string): Result<ConsentReport> {
  if (pathOfIdentifier(StateKind.contract, contractId) === undefined) return fail("no contract's id", contractId);
  const read = reader.read(consentPath(contractId), decodeConsent);
  if (!read.ok) return read;
  const { sequence, withdrawn, purposes, erasure } = read.value ?? consentOfSigning;
  return succeed({
    ...{ contractId, sequence, withdrawn, purposes, height: reader.height() },
    erasure: erasure === null ? null : { wantedBy: erasure.wantedBy, sinceS: sessionSecondsOf(clock, erasure.sinceS) },
  });
}

/** Walks once over what holders have stated and once over what is kept. */
export function countConsents(state: State): ConsentCounts {
  const byPurpose = { statistics: 0, services: 0, research: 0, counts: 0 };
  const erasures = { byHolder: 0, byDelegate: 0, recordsPending: 0, recordsDone: 0 };
  let stated = 0;
  let withdrawn = 0;
  visitConsents(state, (consent) => {
    if (consent.sequence > 0) stated++;
    if (consent.withdrawn) withdrawn++;
    for (const purpose of consent.purposes) byPurpose[purpose]++;
    if (consent.erasure?.wantedBy === "holder") erasures.byHolder++;
    if (consent.erasure?.wantedBy === "delegate") erasures.byDelegate++;
  });
  for (const record of listKeptRecords(state)) {
    const ground = erasureGroundOf(state, record);
    if (ground === "erased") erasures.recordsDone++;
    else if (ground !== null) erasures.recordsPending++;
  }
  return { contracts: countContracts(state), stated, withdrawn, byPurpose, erasures };
}
