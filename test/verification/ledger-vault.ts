import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Result } from "../../common/result";
import type { RecordContent } from "../../ledger/vault/content";
import { openVault, type NewRecord, type Vault, type VaultOptions } from "../../ledger/vault/vault";
import { contractOf, expectOutcome, signed, type TestChain } from "./ledger-chain";
import { custodian, expiresAtS, territory } from "./ledger-records";

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pendulaire-vault-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.where ?? ""}: ${result.error.message}`);
  return result.value;
}

export const optionsOf = (chain: TestChain): VaultOptions => ({ state: chain.state, custodian: custodian.publicKey });

/** A commuter as a custodian knows them. */
export function personOf(holder: number): RecordContent {
  return {
    identifiers: [`Zoé Pendler-${holder} Ñandú`, `zoe.${holder}@commuters.example`, `+33 6 00 ${10_000_000 + holder}`],
    details: `leaves home at 07:${10 + (holder % 50)} for terminal 3`,
  };
}

export function recordOf(holder: number, overrides: Partial<NewRecord> = {}): NewRecord {
  const terms = { contractId: contractOf(holder), territory, expiresAtS, consentSequence: 0 };
  return { ...terms, content: personOf(holder), ...overrides };
}

/** Puts records of holders into the vault and commits to them on the chain. @returns their identifiers */
export function keep(chain: TestChain, vault: Vault, records: readonly NewRecord[]): readonly string[] {
  const commitments = valueOf(vault.put(records));
  expectOutcome(chain, signed(chain, custodian, { kind: "commitRecords", records: commitments }), null);
  valueOf(vault.follow(chain.state));
  return commitments.map(({ recordId }) => recordId);
}

export function open(folder: string, chain: TestChain): Vault {
  const vault = openVault(folder, optionsOf(chain));
  expect(vault).toMatchObject({ ok: true });
  return valueOf(vault);
}
