import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import { audit } from "../../ledger/machine/audit";
import { listKeptRecords } from "../../ledger/machine/personal-readers";
import { readSales } from "../../ledger/machine/sale-readers";
import type { State } from "../../ledger/machine/state";
import { openStoredChain } from "../../ledger/solo/stored-chain";
import { describeFault, inspectVault, type Inspection } from "../../ledger/vault/inspection";
import { reasonOf } from "../host/file-reading";
import { done, table, unusable, type CommandOutcome } from "./command";
import { chainFolderOf } from "./ledger-folder";

/** The custodian's vault lies beside the chain. */
const vaultName = "vault";

/**
 * Proves of a ledger's folder as it lies there that its tokens add up and that no sale of counts took more of anybody's privacy than
 * was agreed on, and of the vault beside the chain what `inspectVault`
 * proves; all files of the folder are scanned. A vault that the chain is ahead of is judged by the chain.
 * @param identifiersFile names, addresses or numbers, one a line, that are to be found nowhere: of whoever asks for a proof
 */
export async function auditFolder(folder: string, identifiersFile: string | undefined): Promise<CommandOutcome> {
  const identifiers = readIdentifiers(identifiersFile);
  if (!identifiers.ok) return unusable(identifiers.error);
  const chain = chainFolderOf(folder);
  if (chain === undefined) return unusable({ message: "no ledger in this folder", where: folder });
  try {
    const opened = await openStoredChain(chain);
    if (!opened.ok) return unusable({ ...opened.error, where: opened.error.where ?? chain });
    const { height, state, close } = opened.value;
    await close();
    const books = audit(state);
    const vault = path.join(path.dirname(chain), vaultName);
    const inspected = inspect(folder, vault, state, identifiers.value);
    if (!inspected.ok) return unusable(inspected.error);
    const sales = readSales(state)?.sales ?? 0;
    return outcomeOf(folder, height, books.ok ? null : books.error.message, sales, inspected.value);
  } catch (error) {
    const message = messageOf(error);
    return unusable({ message: `the folder cannot be read: ${message}`, where: folder });
  }
}

/** null: no vault, and nothing on the chain that one would hold. */
function inspect(
  folder: string,
  vault: string,
  state: State,
  identifiers: readonly string[],
): Result<Inspection | null> {
  if (existsSync(vault)) return inspectVault(vault, [folder], state, identifiers);
  return listKeptRecords(state).length === 0 && identifiers.length === 0
    ? succeed(null)
    : fail("the chain has commitments to records, or identifiers are asked for, and the folder has no vault", vault);
}

function readIdentifiers(file: string | undefined): Result<readonly string[]> {
  if (file === undefined) return succeed([]);
  try {
    return succeed(
      readFileSync(file, "utf8")
        .split(/\r?\n/)
        .filter((line) => line !== ""),
    );
  } catch (error) {
    return fail(reasonOf(error), file);
  }
}

function outcomeOf(
  folder: string,
  height: number,
  books: string | null,
  sales: number,
  vault: Inspection | null,
): CommandOutcome {
  const document = { height, books: books ?? "balance", sales, vault };
  const faults = vault?.faults ?? [];
  const figures = table([
    ["height", height],
    ["books", document.books],
    ["sales of counts", sales],
    ["records kept", vault?.kept ?? 0],
    ["records erased", vault?.erased ?? 0],
    ["absent, not declared erased", vault?.absent ?? 0],
    ["copies", vault?.copies ?? 0],
    ["files scanned", vault?.files ?? 0],
    ["bytes scanned", vault?.bytes ?? 0],
    ["identifiers looked for", vault?.identifiers ?? 0],
    ["too short to look for", vault?.identifiersTooShort ?? 0],
    ["faults", faults.length],
  ]);
  const text = [figures, ...faults.map((fault) => describeFault(fault, folder))].join("\n");
  return books === null && faults.length === 0 ? done(document, text) : { kind: "checkFailed", document, text };
}
