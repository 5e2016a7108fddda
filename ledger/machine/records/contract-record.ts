import { readAmount, readCount, readWhole, writeAmount, writeWhole } from "../../../common/canonical";
import type { MicroTokens } from "../../../common/money";
import type { Result } from "../../../common/result";
import { passagesPerContractMax, type ContractPassage } from "../../contracts/passages";
import type { ContractState, OutcomeKind } from "../../contracts/settlement";
import { beginOf, type ContractTerms } from "../../contracts/terms";
import { decodeRecord, encodeRecord, readName, writeName } from "./form";
import { readWays, readOffer, readSeconds, writeWays, writeOffer } from "./terms-form";

/**
 * A commuter's contract as the state holds it. While it is active, its reward lies in its escrow and its penalty in its
 * deposit; once settled or left, both are gone and what the holder has is in the contract's wallet.
 */
export interface ContractRecord {
  readonly state: ContractState;
  /** 1 as accepted, one more with each rewriting. */
  readonly revision: number;
  readonly terms: ContractTerms;
  /** Where the reward came from, and where it goes when it is not earned. */
  readonly rewardPoolId: number;
  readonly passages: readonly ContractPassage[];
  /** null while the contract is active. */
  readonly settlement: SettlementRecord | null;
}

interface SettlementRecord {
  readonly settledAtS: number;
  readonly kind: OutcomeKind;
  /** Sum of the bonuses earned. */
  readonly bonusMicro: MicroTokens;
  /** What the holder has: the deposit less the penalty, and what was paid. */
  readonly walletMicro: MicroTokens;
}

const contractForm = 2;
const clauseHashLength = 32;
const states = ["active", "fulfilled", "defaulted", "excused", "left"] as const;
export const outcomeKinds = ["reward", "rewardAndBonus", "penalty", "excused"] as const;

export function encodeContract(record: ContractRecord): Uint8Array {
  return encodeRecord(contractForm, (writer) => {
    writeName(writer, states, record.state);
    writeOffer(writer, record.terms);
    writeWhole(writer, record.revision);
    writeWhole(writer, record.rewardPoolId);
    writeWays(writer, record.terms.ways);
    writeWhole(writer, record.passages.length);
    const beginS = beginOf(record.terms);
    for (const passage of record.passages) {
      writeWhole(writer, passage.terminal);
      writeWhole(writer, passage.timeS - beginS);
    }
    if (record.settlement !== null) {
      writeWhole(writer, record.settlement.settledAtS);
      writeName(writer, outcomeKinds, record.settlement.kind);
      writeAmount(writer, record.settlement.bonusMicro);
      writeAmount(writer, record.settlement.walletMicro);
    }
  });
}

export function decodeContract(bytes: Uint8Array): Result<ContractRecord> {
  return decodeRecord(bytes, contractForm, (reader) => {
    const state = readName(reader, states);
    const offer = readOffer(reader);
    const revision = readWhole(reader);
    const rewardPoolId = readWhole(reader);
    const terms = { ...offer, ways: readWays(reader) };
    const beginS = reader.fault === undefined && offer.itinerary.length > 0 ? beginOf(terms) : 0;
    const passageCount = readCount(reader, passagesPerContractMax);
    const passages: ContractPassage[] = [];
    for (let index = 0; index < passageCount; index++) {
      passages.push({ terminal: readWhole(reader), timeS: readSeconds(reader, beginS) });
    }
    const settlement =
      state === "active"
        ? null
        : {
            settledAtS: readSeconds(reader, 0),
            kind: readName(reader, outcomeKinds),
            bonusMicro: readAmount(reader),
            walletMicro: readAmount(reader),
          };
    return { state, revision, terms, rewardPoolId, passages, settlement };
  });
}

/** Whether an encoded contract is active. */
export function isActive(bytes: Uint8Array): boolean {
  return bytes[1] === states.indexOf("active");
}

/**
 * Whether an encoded contract's itinerary names one of these terminals: what a scan over all contracts asks first, before
 * it decodes the few that remain. Reads the beginning of the record only, and allocates nothing.
 */
export function mayConcernTerminals(bytes: Uint8Array, terminals: ReadonlySet<number>): boolean {
  if (bytes[0] !== contractForm) return false;
  const stopCount = bytes[2];
  let at = skipWhole(bytes, skipWhole(bytes, 3));
  for (let stop = 0; stop < stopCount; stop++) {
    let terminal = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++];
      terminal += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (terminals.has(terminal)) return true;
    at = skipWhole(bytes, skipWhole(bytes, at));
  }
  return false;
}

/**
 * Whether an encoded contract may hold a passage of this terminal: as above, what a scan asks before it decodes the few that do.
 * Contracts with instructed ways are left to decoding.
 */
export function mayHavePassed(bytes: Uint8Array, terminal: number): boolean {
  if (bytes[0] !== contractForm) return false;
  // Departure, stops of three numbers, deadline, two amounts, template and clause's version; the clause's hash; revision and pool.
  let at = skipWholes(bytes, 3, 2 + 3 * bytes[2] + 6);
  at = skipWholes(bytes, at + clauseHashLength, 2);
  if (bytes[at++] !== 0) return true;
  const passageCount = bytes[at++];
  for (let passage = 0; passage < passageCount; passage++) {
    let passed = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at++];
      passed += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (passed === terminal) return true;
    at = skipWhole(bytes, at);
  }
  return false;
}

/** Amounts are written as numbers are. */
function skipWholes(bytes: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let skipped = 0; skipped < count; skipped++) at = skipWhole(bytes, at);
  return at;
}

function skipWhole(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next] >= 0x80) next++;
  return next + 1;
}
