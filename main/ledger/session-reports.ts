import type { ContractReport, ContractWay } from "../../common/console-api";
import type { MicroTokens } from "../../common/money";
import { assert } from "../../common/result";
import type { InstructedWay } from "../../ledger/contracts/terms";
import type { ContractRecord } from "../../ledger/machine/records/contract-record";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { clauseHashOf } from "../../ledger/solo/consortium";
import type { Check, ProvedContract } from "./proof-file";
import { sessionSecondsOf, type SessionClock } from "./session-time";
import { toHex } from "../../common/canonical";

/** Micro-tokens as the console counts them. */
export function microNumberOf(amount: MicroTokens): number {
  const value = Number(amount);
  assert(Number.isSafeInteger(value), "amounts of a session are safe integers of micro-tokens");
  return value;
}

export function sessionSecondsOfTime(clock: SessionClock, { seconds, nanos }: Timestamp): number {
  return sessionSecondsOf(clock, seconds) + nanos / 1e9;
}

export interface ReportContext {
  readonly clock: SessionClock;
  readonly terminalNames: readonly string[];
  readonly clause: string;
}

/** A proved contract as the console shows it. @param byteLength of the proof file */
export function reportContract(
  context: ReportContext,
  proved: ProvedContract,
  checks: readonly Check[],
  byteLength: number,
): ContractReport {
  const { contract } = proved;
  const { terms, settlement } = contract;
  const time = (blockS: number) => sessionSecondsOf(context.clock, blockS);
  const name = (terminal: number) => context.terminalNames[terminal] ?? `terminal ${terminal}`;
  const clauseFits = clauseHashOf(context.clause) === terms.clause.hash;
  const avoided = [...new Set(terms.ways.flatMap((way) => way.avoid.terminals))].sort((a, b) => a - b);
  return {
    contractId: proved.contractId,
    version: contract.revision,
    state: contract.state,
    departFromS: time(terms.departure.fromS),
    departUntilS: time(terms.departure.untilS),
    deadlineS: time(terms.deadlineS),
    itinerary: itineraryOf(contract).map((stop) => ({
      terminal: stop.terminal,
      name: name(stop.terminal),
      fromS: time(stop.fromS),
      untilS: time(stop.untilS),
      passedAtS: stop.passedAtS === null ? null : time(stop.passedAtS),
    })),
    rewardMicro: microNumberOf(terms.rewardMicro),
    penaltyMicro: microNumberOf(terms.penaltyMicro),
    bonusMicro: microNumberOf(terms.ways.reduce((sum, way) => sum + way.bonusMicro, 0n)),
    avoids: avoided.map(name),
    ways: terms.ways.map((way) => reportWay(way, time, name)),
    instructionId: terms.ways[terms.ways.length - 1]?.instructionId ?? null,
    paidMicro: settlement === null ? 0 : microNumberOf(settlement.walletMicro - terms.penaltyMicro),
    clause: context.clause,
    proof: {
      height: proved.height,
      headerHash: toHex(proved.headerHash),
      appHash: toHex(proved.appHash),
      siblings: proved.siblings,
      byteLength,
      verdict: clauseFits ? "ok" : "the clause shown is not the one that was signed",
      checks: [...checks, { what: "the clause shown is the one that the commuter signed", ok: clauseFits }],
    },
  };
}

export function reportWay(
  way: InstructedWay,
  time: (blockS: number) => number,
  name: (terminal: number) => string,
): ContractWay {
  return {
    instructionId: way.instructionId,
    avoids: way.avoid.terminals.map(name),
    avoidFromS: time(way.avoid.fromS),
    avoidUntilS: time(way.avoid.untilS),
    via: way.via.map(name),
    notBeforeS: way.notBeforeS === null ? null : time(way.notBeforeS),
    beginsBeforeS: way.beginsBeforeS === null ? null : time(way.beginsBeforeS),
    deadlineS: time(way.deadlineS),
    expiresAtS: time(way.expiresAtS),
    bonusMicro: microNumberOf(way.bonusMicro),
  };
}

/** The itinerary's stops with the first passage of each, in order; out of its window too. */
function itineraryOf({ terms, passages }: ContractRecord) {
  let next = 0;
  return terms.itinerary.map((stop) => {
    const at = passages.findIndex((passage, index) => index >= next && passage.terminal === stop.terminal);
    if (at >= 0) next = at + 1;
    return { ...stop, passedAtS: at >= 0 ? passages[at].timeS : null };
  });
}
