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
import { viaMax } from "../../../common/itinerary";
import { actionKinds, scopeTerminalsMax, shiftMaxS, type InstructedAction } from "../../contracts/instruction";
import {
  itineraryStopsMax,
  waysMax,
  type ContractTerms,
  type InstructedWay,
  type ItineraryStop,
  type Scope,
} from "../../contracts/terms";
import { readHex, readIdentifier, readName, writeHex, writeIdentifier, writeName } from "./form";

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
    ways: [],
  };
}

export function writeScope(writer: ByteWriter, scope: Scope): void {
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
export function readScope(reader: ByteReader): Scope {
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

/** Ways as `writeScope`; a second that is not set is written as 0, one that is as one more. */
export function writeWays(writer: ByteWriter, ways: readonly InstructedWay[]): void {
  writeWhole(writer, ways.length);
  for (const way of ways) {
    writeIdentifier(writer, way.instructionId);
    writeScope(writer, way.avoid);
    writeTerminals(writer, way.via);
    writeWhole(writer, way.notBeforeS === null ? 0 : way.notBeforeS + 1);
    writeWhole(writer, way.beginsBeforeS === null ? 0 : way.beginsBeforeS + 1);
    writeWhole(writer, way.deadlineS);
    writeWhole(writer, way.expiresAtS);
    writeAmount(writer, way.bonusMicro);
  }
}

export function readWays(reader: ByteReader): readonly InstructedWay[] {
  const count = readCount(reader, waysMax);
  const ways: InstructedWay[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    ways.push({
      instructionId: readIdentifier(reader),
      avoid: readScope(reader),
      via: readTerminals(reader),
      notBeforeS: readOptionalSecond(reader),
      beginsBeforeS: readOptionalSecond(reader),
      deadlineS: readSeconds(reader, 0),
      expiresAtS: readSeconds(reader, 0),
      bonusMicro: readAmount(reader),
    });
  }
  return ways;
}

function readOptionalSecond(reader: ByteReader): number | null {
  const written = readSeconds(reader, 0);
  return written === 0 ? null : written - 1;
}

function writeTerminals(writer: ByteWriter, terminals: readonly number[]): void {
  writeWhole(writer, terminals.length);
  for (const terminal of terminals) writeWhole(writer, terminal);
}

function readTerminals(reader: ByteReader): readonly number[] {
  const terminals: number[] = [];
  const count = readCount(reader, viaMax);
  for (let index = 0; index < count && reader.fault === undefined; index++) terminals.push(readWhole(reader));
  return terminals;
}

export function writeAction(writer: ByteWriter, action: InstructedAction): void {
  writeName(writer, actionKinds, action.kind);
  switch (action.kind) {
    case "avoid":
      return;
    case "itinerary":
      writeTerminals(writer, action.via);
      return;
    case "shift":
      // Whole numbers have no sign: what leaves later stands above the limit, what leaves earlier below it.
      writeWhole(writer, action.shiftS + shiftOrigin);
      return;
    case "hold":
      writeWhole(writer, action.untilS);
  }
}

/** Twice what may be asked for, so that what is beyond the limit can be written, and is refused by its name. */
const shiftOrigin = 2 * shiftMaxS;

export function readAction(reader: ByteReader): InstructedAction {
  const kind = readName(reader, actionKinds);
  switch (kind) {
    case "avoid":
      return { kind };
    case "itinerary":
      return { kind, via: readTerminals(reader) };
    case "shift":
      return { kind, shiftS: readSeconds(reader, 0) - shiftOrigin };
    case "hold":
      return { kind, untilS: readSeconds(reader, 0) };
  }
}
