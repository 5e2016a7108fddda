import { existsSync } from "node:fs";
import { fail, refuseSaying, succeed, type Result } from "../../common/result";
import { givesAgainOnTheWay, type ConsentPurpose } from "../../ledger/contracts/consent";
import { recordsPerTransactionMax } from "../../ledger/machine/limits";
import { readConsent } from "../../ledger/machine/personal-readers";
import type { RecordCommitment } from "../../ledger/machine/records/personal-records";
import type { Solo } from "../../ledger/solo/solo";
import { openVault, type NewRecord, type Vault } from "../../ledger/vault/vault";
import type { ChainWriter } from "./chain-writer";
import { carryOut } from "./contract-setup";
import type { Holders } from "./holders";
import type { KeptOfCommuters, PersonalRecord, VaultCopy } from "./session-interface";
import type { SessionMembers } from "./session-members";
import { sessionSecondsOfTime } from "./session-reports";
import { blockSecondsOf, type SessionClock } from "./session-time";

/** The custodian's desk. */
export interface PersonalDesk extends KeptOfCommuters {
  /** Erases what has fallen due behind the last block, and declares it in another. @returns what was declared erased */
  follow(timeS: number): Promise<Result<readonly string[]>>;
}

interface Desk {
  /** Of the vault, made when something is first kept; null: nothing can be kept. */
  readonly folder: string | null;
  readonly solo: Solo;
  readonly clock: SessionClock;
  readonly members: SessionMembers;
  readonly writer: ChainWriter;
  readonly holders: Holders;
  vault: Vault | undefined;
}

/** A vault that an earlier run left is opened at once: what was to be erased is erased before anything else is done. */
export function openPersonalDesk(without: Omit<Desk, "vault">): Result<PersonalDesk> {
  const desk: Desk = { ...without, vault: undefined };
  if (desk.folder !== null && existsSync(desk.folder)) {
    const opened = vaultOf(desk);
    if (!opened.ok) return opened;
  }
  return succeed({
    keep: (records, timeS) => keep(desk, records, timeS),
    state: (contractIndex, purposes, timeS) => state(desk, contractIndex, purposes, timeS),
    erase: (contractIndexes, wantedBy, timeS) => erase(desk, contractIndexes, wantedBy, timeS),
    copy: (copy) => makeCopy(desk, copy),
    follow: (timeS) => follow(desk, timeS),
  });
}

function vaultOf(desk: Desk): Result<Vault> {
  if (desk.vault !== undefined) return succeed(desk.vault);
  if (desk.folder === null) return fail("a ledger that is kept in memory keeps no records about anybody");
  const opened = openVault(desk.folder, { state: desk.solo.state, custodian: desk.members.custodianKey });
  if (opened.ok) desk.vault = opened.value;
  return opened;
}

async function keep(desk: Desk, records: readonly PersonalRecord[], timeS: number): Promise<Result<readonly string[]>> {
  const opened = vaultOf(desk);
  if (!opened.ok) return opened;
  const vault = opened.value;
  // Left by a run that ended between the disk and the chain.
  const settled = await commitOrDiscard(desk, vault, vault.uncommitted(), timeS);
  if (!settled.ok) return settled;
  const { solo, clock } = desk;
  const entries: NewRecord[] = [];
  for (const { contractIndex, territory, keepForS, identifiers, details } of records) {
    const contractId = contractOf(desk, contractIndex);
    if (!contractId.ok) return contractId;
    entries.push({
      ...{ contractId: contractId.value, territory, content: { identifiers, details } },
      expiresAtS: Math.max(solo.state.timeS, blockSecondsOf(clock, timeS)) + keepForS,
      consentSequence: readConsent(solo.state, contractId.value).sequence,
    });
  }
  const put = vault.put(entries);
  if (!put.ok) return put;
  const committed = await commitOrDiscard(desk, vault, put.value, timeS);
  return committed.ok ? succeed(put.value.map(({ recordId }) => recordId)) : committed;
}

/** Commits to records on the chain, and has those that it did not take overwritten. */
async function commitOrDiscard(
  { solo, members, writer }: Desk,
  vault: Vault,
  records: readonly RecordCommitment[],
  timeS: number,
): Promise<Result<void>> {
  let committed: Result<void> = succeed(undefined);
  for (let at = 0; at < records.length && committed.ok; at += recordsPerTransactionMax) {
    const payload = { kind: "commitRecords", records: records.slice(at, at + recordsPerTransactionMax) } as const;
    committed = await carryOut(writer, [members.signed("custodian", payload)], timeS);
  }
  const shown = vault.follow(solo.state);
  if (!shown.ok) return shown;
  if (committed.ok) return committed;
  const discarded = vault.discard(vault.uncommitted().map(({ recordId }) => recordId));
  return discarded.ok ? committed : discarded;
}

function state(
  desk: Desk,
  contractIndex: number,
  purposes: readonly ConsentPurpose[] | null,
  timeS: number,
): Promise<Result<void>> {
  const contractId = contractOf(desk, contractIndex);
  if (!contractId.ok) return Promise.resolve(contractId);
  const consent = readConsent(desk.solo.state, contractId.value);
  if (purposes !== null && givesAgainOnTheWay(consent, purposes)) {
    return Promise.resolve(refuseSaying({ code: "consent-withdrawn", args: {} }));
  }
  const { sequence } = consent;
  const statement =
    purposes === null
      ? ({ kind: "withdrawConsent", sequence } as const)
      : ({ kind: "setConsent", sequence, purposes } as const);
  return carryOut(desk.writer, [desk.members.statement(contractIndex, statement)], timeS);
}

async function erase(
  desk: Desk,
  contractIndexes: readonly number[],
  wantedBy: "holder" | "delegate",
  timeS: number,
): Promise<Result<readonly string[]>> {
  const { members, solo } = desk;
  const contractIds: string[] = [];
  for (const contractIndex of contractIndexes) {
    const contractId = contractOf(desk, contractIndex);
    if (!contractId.ok) return contractId;
    contractIds.push(contractId.value);
  }
  const demands =
    wantedBy === "delegate"
      ? [members.signed("certificateAuthority", { kind: "orderErasure", contractIds })]
      : contractIndexes.map((contractIndex, at) => {
          const { sequence } = readConsent(solo.state, contractIds[at]);
          return members.statement(contractIndex, { kind: "demandErasure", sequence });
        });
  const carried = await carryOut(desk.writer, demands, timeS);
  return carried.ok ? follow(desk, timeS) : carried;
}

async function follow(
  { vault, solo, clock, members, writer }: Desk,
  timeS: number,
): Promise<Result<readonly string[]>> {
  if (vault === undefined) return succeed([]);
  const followed = vault.follow(solo.state);
  if (!followed.ok) return followed;
  const { toDeclare } = followed.value;
  if (toDeclare.length === 0) return succeed([]);
  for (let at = 0; at < toDeclare.length; at += recordsPerTransactionMax) {
    const recordIds = toDeclare.slice(at, at + recordsPerTransactionMax);
    const payload = { kind: "eraseRecords", recordIds } as const;
    const laterS = Math.max(timeS, sessionSecondsOfTime(clock, solo.time));
    const declared = await carryOut(writer, [members.signed("custodian", payload)], laterS);
    if (!declared.ok) return declared;
  }
  const shown = vault.follow(solo.state);
  return shown.ok ? succeed(toDeclare) : shown;
}

function makeCopy(desk: Desk, copy: VaultCopy): Result<void> {
  if (desk.vault === undefined) return fail("nothing is kept, so there is nothing to copy");
  if (copy.as !== "export") return desk.vault.copyTo(copy.as, copy.name);
  const contractId = contractOf(desk, copy.contractIndex);
  return contractId.ok ? desk.vault.exportContract(contractId.value, copy.name) : contractId;
}

function contractOf({ holders }: Desk, contractIndex: number): Result<string> {
  const contractId = holders.contractIdOf(contractIndex);
  return contractId === undefined
    ? fail("there is no contract of this row", `contractIndex ${contractIndex}`)
    : succeed(contractId);
}
