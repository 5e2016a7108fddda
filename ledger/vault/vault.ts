import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bytesEqual, toHex } from "../../common/canonical";
import { fail, failIn, succeed, type Result } from "../../common/result";
import { isTerritory } from "../contracts/consent";
import { erasureGroundOf, judgeHandOver, listKeptRecords, readKeptRecord } from "../machine/personal-readers";
import { readParameters } from "../machine/readers";
import type { KeptRecord, RecordCommitment } from "../machine/records/personal-records";
import { describeRefusal } from "../machine/refusals";
import type { State } from "../machine/state";
import { identifierLength } from "../machine/state-paths";
import { decodeContent, encodeContent, sealRecord, unsealRecord, type RecordContent } from "./content";
import { copyBack, copyStore, destroyCopy, eraseInCopy } from "./copies";
import { realDisk, type Disk } from "./disk";
import { writeExport } from "./export-file";
import {
  placeOf,
  readRegistry,
  registryName,
  writeRegistry,
  type CopyEntry,
  type CopyKind,
  type Registry,
} from "./registry";
import { areSecretsOf, commitmentTo, digestOf, drawSecrets, type RecordSecrets } from "./secrets";
import type { Slot } from "./slot";
import { cellsName, openSlotFiles, slotsName, type SlotFiles } from "./slot-files";

export const logName = "vault.log";

export interface VaultOptions {
  /** Behind the last block. What it says is believed: whoever shows it has verified it. */
  readonly state: State;
  /** Public key of the custodian whose vault it is. */
  readonly custodian: Uint8Array;
  readonly disk?: Disk;
}

/** A record to be kept. What is not its content goes onto the chain with its commitment. */
export interface NewRecord extends Pick<
  RecordCommitment,
  "contractId" | "territory" | "expiresAtS" | "consentSequence"
> {
  readonly content: RecordContent;
}

/** What became of the erasures that are due. */
export interface ErasureReport {
  /** Overwritten now, in the store or in a copy. */
  readonly erased: readonly string[];
  /** Gone from everywhere, and not yet declared so on the chain (`eraseRecords`). */
  readonly toDeclare: readonly string[];
  /** Copies that were not where they should be. Nothing is declared erased before they are reached, or dropped. */
  readonly unreachable: readonly string[];
}

/** A record's key, for a buyer to whom the chain lets it be given. */
export interface HandedKey {
  readonly secrets: RecordSecrets;
  /** With which the buyer checks the chain's commitment. */
  readonly data: Uint8Array;
}

/**
 * A custodian's store of records about commuters, each enciphered under a key of its own. It never reads a record that
 * the chain wants erased or that has expired: opening it, and every later state, erases them first, everywhere.
 */
export function openVault(folder: string, options: VaultOptions): Result<Vault> {
  const disk = options.disk ?? realDisk;
  const { chainId } = readParameters(options.state);
  const custodian = toHex(options.custodian);
  const read = readRegistry(folder);
  if (!read.ok) return read;
  const mislaid = read.value === null ? ownRecords(options).map(({ recordId }) => recordId) : [];
  const fresh: Registry = { chainId, custodian, mislaid, height: 0, copies: [], restoring: null };
  if (read.value === null) {
    if (existsSync(folder) && !isBarelyBegun(folder)) return fail("the folder holds no vault", folder);
    disk.makeFolder(folder);
    // The store first: a registry without a store would be a store that was lost.
    openSlotFiles(folder, disk);
    writeRegistry(folder, fresh, disk);
  }
  const registry = read.value ?? fresh;
  if (registry.chainId !== chainId) return fail(`the vault belongs to chain ${registry.chainId}`, folder);
  if (registry.custodian !== custodian) return fail("the vault is another custodian's", folder);
  const vault = new Vault(folder, registry, options, disk);
  const resumed = vault.resume();
  return resumed.ok ? succeed(vault) : resumed;
}

/** What the chain holds a custodian to, and is not declared erased. */
function ownRecords({ state, custodian }: VaultOptions): readonly KeptRecord[] {
  return listKeptRecords(state).filter(
    (record) => record.erasedAtS === null && bytesEqual(record.custodian, custodian),
  );
}

/** Whether nothing is in a folder but what a vault's beginning leaves that was interrupted. */
function isBarelyBegun(folder: string): boolean {
  return readdirSync(folder).every((name) => {
    const isStore = name === slotsName || name === cellsName;
    return name === `${registryName}.new` || (isStore && statSync(join(folder, name)).size === 0);
  });
}

/** Puts a backup in the place of the store, and opens that: erased is what the chain wants erased, before anything is read. */
export function restoreVault(folder: string, backup: string, options: VaultOptions): Result<Vault> {
  const registry = readRegistry(folder);
  if (!registry.ok) return registry;
  const entry = registry.value?.copies.find(({ name }) => name === backup);
  if (registry.value === null || entry === undefined || entry.kind === "export" || !entry.finished) {
    return fail("there is no such backup", backup);
  }
  writeRegistry(folder, { ...registry.value, restoring: backup }, options.disk ?? realDisk);
  return openVault(folder, options);
}

export class Vault {
  readonly #folder: string;
  readonly #custodian: Uint8Array;
  readonly #disk: Disk;
  #state: State;
  #registry: Registry;
  #store: SlotFiles | undefined;
  #report: ErasureReport = { erased: [], toDeclare: [], unreachable: [] };

  /** @internal see `openVault` */
  constructor(folder: string, registry: Registry, { state, custodian }: VaultOptions, disk: Disk) {
    this.#folder = folder;
    this.#custodian = custodian;
    this.#disk = disk;
    this.#registry = registry;
    this.#state = state;
  }

  /** @internal Finishes what was interrupted. */
  resume(): Result<void> {
    const { restoring, copies } = this.#registry;
    for (const entry of copies.filter(({ finished }) => !finished)) this.#drop(entry);
    if (restoring !== null) {
      const entry = this.#registry.copies.find(({ name }) => name === restoring);
      const source = entry === undefined ? undefined : placeOf(this.#folder, entry);
      if (source === undefined || !existsSync(join(source, slotsName)) || !existsSync(join(source, cellsName))) {
        return fail("the backup that is being restored is not there", restoring);
      }
      copyBack(source, this.#folder, this.#disk);
      this.#keep({ ...this.#registry, restoring: null });
      this.#log(`restored ${restoring}`);
    }
    if (!existsSync(join(this.#folder, slotsName))) return fail("the store is lost: restore a backup", this.#folder);
    this.#store = openSlotFiles(this.#folder, this.#disk);
    if (this.#store.repaired > 0) this.#log(`overwrote ${this.#store.repaired} damaged slots`);
    const followed = this.follow(this.#state);
    return followed.ok ? succeed(undefined) : followed;
  }

  /** Records in the store. */
  get size(): number {
    return this.#files.headers.size;
  }

  /** What the last state that was shown made due. */
  get erasures(): ErasureReport {
    return this.#report;
  }

  get #files(): SlotFiles {
    if (this.#store === undefined) throw new Error("broken invariant: the vault is open");
    return this.#store;
  }

  /** Shows the vault a later state of the chain. Erases at once what is due by it, in the store and in every copy. */
  follow(state: State): Result<ErasureReport> {
    if (state.height < this.#registry.height) {
      return fail(`the chain is at height ${state.height}, the vault has seen ${this.#registry.height}`, this.#folder);
    }
    this.#state = state;
    if (state.height > this.#registry.height) this.#keep({ ...this.#registry, height: state.height });
    const isDue = (recordId: string, files: SlotFiles | null) => this.#isDue(recordId, files);
    const due = [...this.#files.headers.keys()].filter((recordId) => isDue(recordId, this.#files));
    this.#files.wipe(due);
    const erased = new Set(due);
    const present = new Set(this.#files.headers.keys());
    const unreachable: string[] = [];
    for (const entry of this.#registry.copies) {
      const reached = eraseInCopy(this.#folder, entry, isDue, this.#disk);
      if (!reached.ok) unreachable.push(entry.name);
      else if (reached.value.mustGo) this.#drop(entry);
      if (!reached.ok) continue;
      for (const recordId of reached.value.recordIds) present.add(recordId);
      for (const recordId of reached.value.erased) erased.add(recordId);
    }
    for (const recordId of erased) this.#log(`erased ${recordId}`);
    const toDeclare = unreachable.length > 0 ? [] : this.#toDeclare(present);
    this.#report = { erased: [...erased].sort(), toDeclare, unreachable };
    return succeed(this.#report);
  }

  #isDue(recordId: string, files: SlotFiles | null): boolean {
    const known = readKeptRecord(this.#state, recordId) ?? files?.headers.get(recordId);
    // An export of a record that neither chain nor store knows: nobody would ever ask for its erasure.
    return known === undefined || erasureGroundOf(this.#state, known) !== null;
  }

  #toDeclare(present: ReadonlySet<string>): readonly string[] {
    // A vault that was lost, and may be found again, has what is mislaid: this one cannot say that it is gone.
    const unknown = new Set([...present, ...this.#registry.mislaid]);
    return ownRecords({ state: this.#state, custodian: this.#custodian })
      .filter((record) => erasureGroundOf(this.#state, record) !== null)
      .map(({ recordId }) => recordId)
      .filter((recordId) => !unknown.has(recordId));
  }

  /**
   * Keeps records: they are on the disk when this returns. All of them or none.
   * @returns what is to be committed to on the chain (`commitRecords`), in the same order
   */
  put(records: readonly NewRecord[]): Result<readonly RecordCommitment[]> {
    const commitments: RecordCommitment[] = [];
    const sealed: ReturnType<typeof sealRecord>[] = [];
    for (const [index, { content, ...terms }] of records.entries()) {
      if (!isTerritory(terms.territory)) return fail("no code of ISO 3166", `record ${index}: territory`);
      if (terms.expiresAtS <= this.#state.timeS) return fail("has expired", `record ${index}`);
      const data = encodeContent(content);
      if (!data.ok) return failIn(`record ${index}`, data.error);
      const secrets = drawSecrets();
      const header = { ...terms, recordId: toHex(randomBytes(identifierLength)) };
      sealed.push(sealRecord(header, secrets, data.value));
      commitments.push(commit(header, secrets, data.value));
    }
    this.#files.add(sealed);
    return succeed(commitments);
  }

  /** Records that the chain does not know: their commitment was refused, or not sent yet. */
  uncommitted(): readonly RecordCommitment[] {
    return [...this.#files.headers.keys()]
      .filter((recordId) => readKeptRecord(this.#state, recordId) === undefined)
      .flatMap((recordId) => {
        const opened = this.#open(recordId);
        return opened.ok ? [commit(opened.value.slot, opened.value.slot.secrets, opened.value.data)] : [];
      });
  }

  /** Overwrites records that the chain does not know, in the store and in every copy. */
  discard(recordIds: readonly string[]): Result<void> {
    const unwanted = new Set(recordIds);
    const committed = recordIds.find((recordId) => readKeptRecord(this.#state, recordId) !== undefined);
    if (committed !== undefined) return fail("the chain holds its custodian to this record", committed);
    this.#files.wipe([...unwanted].filter((recordId) => this.#files.headers.has(recordId)));
    for (const entry of this.#registry.copies) {
      const reached = eraseInCopy(this.#folder, entry, (recordId) => unwanted.has(recordId), this.#disk);
      if (!reached.ok) return reached;
      if (reached.value.mustGo) this.#drop(entry);
    }
    return succeed(undefined);
  }

  read(recordId: string): Result<RecordContent> {
    const opened = this.#open(recordId);
    return opened.ok ? decodeContent(opened.value.data) : opened;
  }

  #open(recordId: string): Result<{ readonly slot: Slot; readonly data: Uint8Array }> {
    const header = this.#files.headers.get(recordId);
    if (header === undefined) return fail("there is no such record", recordId);
    const slot = this.#files.slotAt(header.index);
    if (slot === null || slot === undefined || slot.recordId !== recordId) return fail("the slot is damaged", recordId);
    const data = unsealRecord(slot, this.#files.cellAt(header.index));
    return data === undefined ? fail("the ciphertext does not fit its key", recordId) : succeed({ slot, data });
  }

  /** Gives a record's key to a buyer: when the chain allowed it, and would still allow it behind the last block. */
  handOver(recordId: string, buyer: Uint8Array): Result<HandedKey> {
    const judged = judgeHandOver(this.#state, this.#custodian, recordId, buyer);
    if (!judged.ok) return fail(describeRefusal(judged.error), recordId);
    const opened = this.#open(recordId);
    if (!opened.ok) return opened;
    const { slot, data } = opened.value;
    this.#log(`handed ${recordId} to ${toHex(buyer)}`);
    return succeed({ secrets: slot.secrets, data });
  }

  /** Copies the store as it is. @param place a folder that does not exist; within the vault's own when not given */
  copyTo(kind: Exclude<CopyKind, "export">, name: string, place?: string): Result<void> {
    return this.#makeCopy({ kind, name, place: place ?? join("copies", name), finished: false }, (target) => {
      copyStore(this.#files, target, this.#disk);
    });
  }

  /** What is kept about the holder of a contract, readable. An erasure of one of its records destroys it. */
  exportContract(contractId: string, name: string, place?: string): Result<void> {
    const records: { readonly recordId: string; readonly content: RecordContent }[] = [];
    for (const [recordId, header] of this.#files.headers) {
      if (header.contractId !== contractId) continue;
      const content = this.read(recordId);
      if (!content.ok) return content;
      records.push({ recordId, content: content.value });
    }
    if (records.length === 0) return fail("nothing is kept about the holder of this contract", contractId);
    return this.#makeCopy({ kind: "export", name, place: place ?? join("copies", name), finished: false }, (target) => {
      writeExport(target, records, this.#disk);
    });
  }

  #makeCopy(entry: CopyEntry, fill: (target: string) => void): Result<void> {
    const target = placeOf(this.#folder, entry);
    if (!/^[\w.-]{1,64}$/.test(entry.name))
      return fail("a name has 1 … 64 letters, digits, points and dashes", entry.name);
    if (this.#registry.copies.some(({ name }) => name === entry.name))
      return fail("there is a copy of this name", entry.name);
    if (existsSync(target)) return fail("there is something in the copy's place", target);
    this.#keep({ ...this.#registry, copies: [...this.#registry.copies, entry] });
    this.#disk.makeFolder(target);
    fill(target);
    const copies = this.#registry.copies.map((one) => (one.name === entry.name ? { ...one, finished: true } : one));
    this.#keep({ ...this.#registry, copies });
    return succeed(undefined);
  }

  /** Destroys a copy and forgets it. One that is lost for good is only forgotten: whoever drops it answers for that. */
  dropCopy(name: string): Result<void> {
    const entry = this.#registry.copies.find((one) => one.name === name);
    if (entry === undefined) return fail("there is no copy of this name", name);
    this.#drop(entry);
    this.#log(`dropped ${name}`);
    return succeed(undefined);
  }

  /** Written down as unfinished first, so that a destruction that was interrupted is gone on with. */
  #drop(entry: CopyEntry): void {
    const copies = this.#registry.copies.map((one) => (one.name === entry.name ? { ...one, finished: false } : one));
    if (entry.finished) this.#keep({ ...this.#registry, copies });
    destroyCopy(placeOf(this.#folder, entry), entry, this.#disk);
    this.#keep({ ...this.#registry, copies: this.#registry.copies.filter(({ name }) => name !== entry.name) });
  }

  #keep(registry: Registry): void {
    writeRegistry(this.#folder, registry, this.#disk);
    this.#registry = registry;
  }

  /** What was done, for whoever has to account for it: never what a record says. */
  #log(line: string): void {
    this.#disk.append(join(this.#folder, logName), `height ${this.#state.height} ${line}\n`);
  }
}

function commit(
  {
    recordId,
    contractId,
    territory,
    expiresAtS,
    consentSequence,
  }: Omit<NewRecord, "content"> & { readonly recordId: string },
  secrets: RecordSecrets,
  data: Uint8Array,
): RecordCommitment {
  return {
    ...{ recordId, contractId, territory, expiresAtS, consentSequence },
    commitment: commitmentTo(secrets, data),
    keyDigest: digestOf(secrets.key),
    saltDigest: digestOf(secrets.salt),
  };
}

/** Whether a record's secrets and data are what its custodian committed to. */
export function holds(commitment: RecordCommitment, secrets: RecordSecrets, data: Uint8Array): boolean {
  return areSecretsOf(secrets, commitment) && commitmentTo(secrets, data) === commitment.commitment;
}
