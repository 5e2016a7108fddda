import type { ContractReport, LedgerState } from "../../common/console-api";
import { toHex } from "../../common/canonical";
import { succeed, type Result } from "../../common/result";
import { countContracts, listContractIds } from "../../ledger/machine/readers";
import { decodePool, decodeTotals } from "../../ledger/machine/records/money-records";
import { poolPath, totalsPath } from "../../ledger/machine/state-paths";
import { bonusPoolId } from "../../ledger/solo/consortium";
import { verifySignature } from "../../ledger/solo/ed25519";
import { hashHeader } from "../../ledger/wire/header";
import type { LightClient } from "./follow";
import { rewrittenBy, type InstructionDesk } from "./instruction-desk";
import { verifyProofFile } from "./proof-file";
import type { SessionChain } from "./session-chain";
import type { SessionLedger, SessionLedgerOptions } from "./session-interface";
import { microNumberOf, reportContract, sessionSecondsOfTime } from "./session-reports";
import type { SessionClock } from "./session-time";
import type { VerifiedReader } from "./verified-reader";

/** What a session says of its ledger, whichever engine it has: every figure is proved. */

export function listContracts(
  { instructionId, offset, limit }: Parameters<SessionLedger["contracts"]>[0],
  solo: SessionChain,
  desk: InstructionDesk,
): ReturnType<SessionLedger["contracts"]> {
  if (instructionId === undefined) {
    return { contractIds: listContractIds(solo.state, offset, limit), total: countContracts(solo.state) };
  }
  const rewritten = rewrittenBy(desk, instructionId);
  const ids = rewritten.ok ? rewritten.value : [];
  return { contractIds: ids.slice(offset, offset + limit), total: ids.length };
}

export function reportState(
  clock: SessionClock,
  solo: SessionChain,
  client: LightClient,
  reader: VerifiedReader,
): LedgerState {
  const latest = client.latest();
  const totals = reader.read(totalsPath, decodeTotals);
  const pool = reader.read(poolPath(bonusPoolId), decodePool);
  const fault = [totals, pool].find((read) => !read.ok);
  const counted = totals.ok ? totals.value : null;
  return {
    chainId: solo.chainId,
    height: solo.height,
    verifiedHeight: latest.header.height,
    headerHash: toHex(hashHeader(latest.header)),
    appHash: toHex(latest.header.appHash),
    validators: latest.validators.length,
    timeS: sessionSecondsOfTime(clock, latest.header.time),
    supplyMicro: microNumberOf(counted?.supplyMicro ?? 0n),
    poolMicro: microNumberOf((pool.ok ? pool.value?.balanceMicro : undefined) ?? 0n),
    contracts: counted?.contracts ?? 0,
    settled: counted === null ? 0 : counted.fulfilled + counted.defaulted + counted.excused + counted.left,
    verdict: fault === undefined || fault.ok ? "ok" : fault.error.message,
  };
}

/** A contract as it is proved by the same file, and the same checks, that anyone else could make. */
export function reportVerified(
  contractId: string,
  { terminalNames, clause, chainId }: Pick<SessionLedgerOptions, "terminalNames" | "clause" | "chainId">,
  clock: SessionClock,
  reader: VerifiedReader,
  trustedHash: string,
): Result<ContractReport> {
  const file = reader.proofFileOf(contractId);
  if (!file.ok) return file;
  const hash = Uint8Array.from(Buffer.from(trustedHash, "hex"));
  const { checks, outcome } = verifyProofFile(file.value, { chainId, kind: "header", hash }, { verifySignature });
  if (!outcome.ok) return outcome;
  return succeed(reportContract({ clock, terminalNames, clause }, outcome.value, checks, file.value.length));
}
