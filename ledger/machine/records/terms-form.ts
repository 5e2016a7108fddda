import {
  readAmount,
  readCount,
  readWhole,
  refuseReading,
  writeAmount,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import { scopeTerminalsMax } from "../../contracts/instruction";
import {
  avoidWaysMax,
  itineraryStopsMax,
  type AvoidScope,
  type AvoidWay,
  type ContractTerms,
  type ItineraryStop,
} from "../../contracts/terms";
import { readHex, readIdentifier, writeHex, writeIdentifier } from "./form";

/** Largest sum of two read numbers that the readers let through: a time far beyond any contract's. */
const secondsMax = 0xff_ffff_ffff;

export function readSeconds(reader: ByteReader, sinceS: number): number {
  const seconds = sinceS + readWhole(reader);
  if (seconds > secondsMax) refuseReading(reader, "time beyond the year 36000");
  return reader.fault === undefined ? seconds : 0;
}

/** Times after the departure's begin are written as the seconds since it, ends of windows as their lengths. */
export function writeOffer(writer: ByteWriter, terms: ContractTerms): void {
  const { departure, itinerary } = terms;
  writeWhole(writer, itinerary.length);
  writeWhole(writer, departure.fromS);
  writeWhole(writer, departure.untilS - departure.fromS);
  for (const stop of itinerary) {
    writeWhole(writer, stop.terminal);
    writeWhole(writer, stop.fromS - departure.fromS);
    writeWhole(writer, stop.untilS - stop.fromS);
  }
  writeWhole(writer, terms.deadlineS - departure.fromS);
  writeAmount(writer, terms.rewardMicro);
  writeAmount(writer, terms.penaltyMicro);
  writeWhole(writer, terms.template.templateId);
  writeWhole(writer, terms.template.version);
  writeWhole(writer, terms.clause.version);
  writeHex(writer, terms.clause.hash, 32);
}

/** Terms as they are offered: without what instructions add. */
export function readOffer(reader: ByteReader): ContractTerms {
  const stopCount = readCount(reader, itineraryStopsMax);
  const fromS = readSeconds(reader, 0);
  const departure = { fromS, untilS: readSeconds(reader, fromS) };
  const itinerary: ItineraryStop[] = [];
  for (let stop = 0; stop < stopCount; stop++) {
    const terminal = readWhole(reader);
    const stopFromS = readSeconds(reader, fromS);
    itinerary.push({ terminal, fromS: stopFromS, untilS: readSeconds(reader, stopFromS) });
  }
  return {
    departure,
    itinerary,
    deadlineS: readSeconds(reader, fromS),
    rewardMicro: readAmount(reader),
    penaltyMicro: readAmount(reader),
    template: { templateId: readWhole(reader), version: readWhole(reader) },
    clause: { version: readWhole(reader), hash: readHex(reader, 32) },
    avoidWays: [],
  };
}

export function writeScope(writer: ByteWriter, scope: AvoidScope): void {
  writeWhole(writer, scope.fromS);
  writeWhole(writer, scope.untilS - scope.fromS);
  writeWhole(writer, scope.terminals.length);
  let last = 0;
  for (const terminal of scope.terminals) {
    writeWhole(writer, terminal - last);
    last = terminal;
  }
}

/** Terminals are written as the differences from the one before. */
export function readScope(reader: ByteReader): AvoidScope {
  const fromS = readSeconds(reader, 0);
  const untilS = readSeconds(reader, fromS);
  const count = readCount(reader, scopeTerminalsMax);
  const terminals: number[] = [];
  let last = 0;
  for (let index = 0; index < count; index++) {
    const step = readWhole(reader);
    if (step === 0 && index > 0) refuseReading(reader, "a terminal twice in one scope");
    last += step;
    terminals.push(last);
  }
  if (!Number.isSafeInteger(last)) refuseReading(reader, "terminal number exceeds 2^53 − 1");
  return { fromS, untilS, terminals };
}

export function writeAvoidWays(writer: ByteWriter, ways: readonly AvoidWay[]): void {
  writeWhole(writer, ways.length);
  for (const way of ways) {
    writeIdentifier(writer, way.instructionId);
    writeScope(writer, way);
    writeWhole(writer, way.expiresAtS);
    writeAmount(writer, way.bonusMicro);
  }
}

export function readAvoidWays(reader: ByteReader): readonly AvoidWay[] {
  const count = readCount(reader, avoidWaysMax);
  const ways: AvoidWay[] = [];
  for (let index = 0; index < count; index++) {
    const instructionId = readIdentifier(reader);
    const scope = readScope(reader);
    ways.push({ instructionId, ...scope, expiresAtS: readSeconds(reader, 0), bonusMicro: readAmount(reader) });
  }
  return ways;
}
