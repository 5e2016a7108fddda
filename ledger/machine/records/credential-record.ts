import {
  readAmount,
  readCount,
  readFixed,
  readFlag,
  readWhole,
  refuseReading,
  writeAmount,
  writeFixed,
  writeFlag,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import { unreachable, type Result } from "../../../common/result";
import { decodeRecord, encodeRecord, readName, writeName } from "./form";
import { readSeconds } from "./terms-form";

/** What a key may be enrolled as. Commuters are not enrolled: each of their contracts has a key of its own. */
export const roles = [
  "validator",
  "endorser",
  "certificateAuthority",
  "roadAuthority",
  "supervisoryAuthority",
  "treasury",
  "terminal",
  "custodian",
  "dataBuyer",
  "prosumer",
  "parkingOwner",
  "merchant",
  "exchange",
] as const;
export type Role = (typeof roles)[number];

/** Groups of users whom endorsers stand for. Names are only ever added at the end. */
export const cohorts = ["commuters", "employers", "operators", "energyUsers", "suppliers"] as const;
export type Cohort = (typeof cohorts)[number];

/** Where a terminal stands, m from the south-west corner of the city's terminals. */
export interface TerminalSite {
  readonly eastM: number;
  readonly northM: number;
}

/** What a credential says beyond its role. */
export type Grant =
  | { readonly role: Exclude<Role, "roadAuthority" | "terminal" | "endorser"> }
  | { readonly role: "endorser"; readonly cohort: Cohort }
  | { readonly role: "terminal"; readonly terminal: number; readonly place: TerminalSite | null }
  | {
      readonly role: "roadAuthority";
      /** The authority's bonus pool; its officers share it. */
      readonly poolId: number;
      /** Largest budget of an instruction, with all that the officer's other ones may still pay. */
      readonly budgetMaxMicro: MicroTokens;
      /** Above this sum of the same, a second officer signs as well; null: never. */
      readonly twoOfficersAboveMicro: MicroTokens | null;
      /** Terminals that it may name, each once, ascending; null = all of them. */
      readonly area: readonly number[] | null;
    };

export interface CredentialRecord {
  readonly publicKey: Uint8Array;
  readonly grant: Grant;
  readonly revoked: boolean;
  /** The last second of validity, or 0 for none. */
  readonly validUntilS: number;
  /** Number of the next transaction that this key sends. */
  readonly nonce: number;
}

const credentialForm = 2;
const areaTerminalsMax = 4096;
export const publicKeyLength = 32;

export function encodeCredential(record: CredentialRecord): Uint8Array {
  return encodeRecord(credentialForm, (writer) => {
    writeFixed(writer, record.publicKey);
    writeGrant(writer, record.grant);
    writeFlag(writer, record.revoked);
    writeWhole(writer, record.validUntilS);
    writeWhole(writer, record.nonce);
  });
}

export function decodeCredential(bytes: Uint8Array): Result<CredentialRecord> {
  return decodeRecord(bytes, credentialForm, (reader) => ({
    publicKey: readFixed(reader, publicKeyLength),
    grant: readGrant(reader),
    revoked: readFlag(reader),
    validUntilS: readSeconds(reader, 0),
    nonce: readWhole(reader),
  }));
}

export function writeGrant(writer: ByteWriter, grant: Grant): void {
  writeName(writer, roles, grant.role);
  switch (grant.role) {
    case "terminal":
      writeWhole(writer, grant.terminal);
      writeSite(writer, grant.place);
      return;
    case "roadAuthority":
      writeWhole(writer, grant.poolId);
      writeAmount(writer, grant.budgetMaxMicro);
      writeFlag(writer, grant.twoOfficersAboveMicro !== null);
      if (grant.twoOfficersAboveMicro !== null) writeAmount(writer, grant.twoOfficersAboveMicro);
      writeArea(writer, grant.area);
      return;
    case "endorser":
      writeName(writer, cohorts, grant.cohort);
      return;
    case "validator":
    case "certificateAuthority":
    case "supervisoryAuthority":
    case "treasury":
    case "custodian":
    case "dataBuyer":
    case "prosumer":
    case "parkingOwner":
    case "merchant":
    case "exchange":
      return;
    default:
      unreachable(grant);
  }
}

export function readGrant(reader: ByteReader): Grant {
  const role = readName(reader, roles);
  if (role === "terminal") return { role, terminal: readWhole(reader), place: readSite(reader) };
  if (role === "endorser") return { role, cohort: readName(reader, cohorts) };
  if (role !== "roadAuthority") return { role };
  return {
    role,
    poolId: readWhole(reader),
    budgetMaxMicro: readAmount(reader),
    twoOfficersAboveMicro: readFlag(reader) ? readAmount(reader) : null,
    area: readArea(reader),
  };
}

export function writeSite(writer: ByteWriter, site: TerminalSite | null): void {
  writeFlag(writer, site !== null);
  if (site === null) return;
  writeWhole(writer, site.eastM);
  writeWhole(writer, site.northM);
}

export function readSite(reader: ByteReader): TerminalSite | null {
  return readFlag(reader) ? { eastM: readWhole(reader), northM: readWhole(reader) } : null;
}

function writeArea(writer: ByteWriter, area: readonly number[] | null): void {
  writeFlag(writer, area !== null);
  if (area === null) return;
  writeWhole(writer, area.length);
  for (const terminal of area) writeWhole(writer, terminal);
}

function readArea(reader: ByteReader): readonly number[] | null {
  if (!readFlag(reader)) return null;
  const count = readCount(reader, areaTerminalsMax);
  const area: number[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    const terminal = readWhole(reader);
    if (index > 0 && terminal <= area[index - 1]) refuseReading(reader, "an area's terminals do not ascend");
    area.push(terminal);
  }
  return area;
}
