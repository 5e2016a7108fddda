import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import type { Disk } from "./disk";

export const registryName = "vault.json";
const registryForm = "pendulaire-vault-1";
const copyKinds = ["backup", "snapshot", "export"] as const;
export type CopyKind = (typeof copyKinds)[number];

/** Where else records lie: what an erasure has to reach. */
export interface CopyEntry {
  readonly name: string;
  readonly kind: CopyKind;
  /** A folder: within the vault's, or anywhere by its full name. */
  readonly place: string;
  /** false from before its first byte is written, and again before it is destroyed: the next opening destroys what is so. */
  readonly finished: boolean;
}

/** What a vault remembers that is not secret. Written whole. */
export interface Registry {
  readonly chainId: string;
  /** The custodian's public key, hexadecimal. */
  readonly custodian: string;
  /** Records that the custodian was held to before this vault began: it cannot know where they are. */
  readonly mislaid: readonly string[];
  /** Of the last state that the vault was shown: with an earlier one, which may lack erasures, it does not open. */
  readonly height: number;
  readonly copies: readonly CopyEntry[];
  /** Name of the backup that is being put in the place of the store, or null. */
  readonly restoring: string | null;
}

export function readRegistry(folder: string): Result<Registry | null> {
  const file = join(folder, registryName);
  if (!existsSync(file)) return succeed(null);
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    const registry = registryOf(read);
    return registry === undefined
      ? fail(`not the registry of a vault, or not of form ${registryForm}`, file)
      : succeed(registry);
  } catch (error) {
    return fail(`cannot be read: ${String(error)}`, file);
  }
}

export function writeRegistry(folder: string, registry: Registry, disk: Disk): void {
  disk.replace(join(folder, registryName), `${JSON.stringify({ form: registryForm, ...registry }, null, 2)}\n`);
}

export function placeOf(folder: string, { place }: CopyEntry): string {
  return isAbsolute(place) ? place : join(folder, place);
}

function registryOf(read: unknown): Registry | undefined {
  if (!isObject(read) || read["form"] !== registryForm) return undefined;
  const { chainId, custodian, mislaid, height, copies, restoring } = read;
  if (typeof chainId !== "string" || typeof custodian !== "string" || !Number.isSafeInteger(height)) return undefined;
  if (!Array.isArray(mislaid) || !mislaid.every((id): id is string => typeof id === "string")) return undefined;
  if (restoring !== null && typeof restoring !== "string") return undefined;
  if (!Array.isArray(copies) || !copies.every(isCopyEntry)) return undefined;
  return { chainId, custodian, mislaid, height: Number(height), copies, restoring };
}

function isCopyEntry(read: unknown): read is CopyEntry {
  if (!isObject(read)) return false;
  const { name, kind, place, finished } = read;
  const isKind = copyKinds.some((known) => known === kind);
  return typeof name === "string" && isKind && typeof place === "string" && typeof finished === "boolean";
}

function isObject(read: unknown): read is Readonly<Record<string, unknown>> {
  return typeof read === "object" && read !== null;
}
