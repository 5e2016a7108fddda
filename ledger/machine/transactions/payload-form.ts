import {
  createReader,
  createWriter,
  finishReading,
  finishWriting,
  readAmount,
  readByte,
  readCount,
  readFixed,
  readFlag,
  readText,
  readWhole,
  refuseReading,
  writeAmount,
  writeByte,
  writeFixed,
  writeFlag,
  writeText,
  writeWhole,
  type ByteReader,
  type ByteWriter,
} from "../../../common/canonical";
import { unreachable, type Result } from "../../../common/result";
import { offersPerTransactionMax, releasesPerTransactionMax, settlementsPerTransactionMax } from "../limits";
import { publicKeyLength, readGrant, writeGrant } from "../records/credential-record";
import { readEndorsements, writeEndorsements } from "../records/consortium-records";
import { readIdentifier, readName, writeIdentifier, writeName } from "../records/form";
import { readTemplate, writeTemplate } from "../records/governance-records";
import { incidentIdLengthMax } from "../records/instruction-record";
import {
  readAction,
  readOffer,
  readScope,
  readSeconds,
  writeAction,
  writeOffer,
  writeScope,
} from "../records/terms-form";
import type { FundPayload, GovernDecision, Payload, PayloadKind, SignedOffer } from "./payload";
import { readSaleTerms, writeSaleTerms } from "../records/sale-records";
import { personalPayloadKinds, readPersonalPayload, writePersonalPayload } from "./personal-payloads";
import { readSalePayload, salePayloadKinds, writeSalePayload } from "./sale-payloads";

/** The number of each kind and the version of its form. A number, once given, is never used for anything else. */
export const payloadKinds = {
  enrol: { number: 1, version: 2 },
  revoke: { number: 2, version: 1 },
  mint: { number: 3, version: 1 },
  fund: { number: 4, version: 1 },
  publishTemplate: { number: 5, version: 1 },
  acceptOffers: { number: 6, version: 1 },
  attestPassage: { number: 7, version: 1 },
  instruct: { number: 8, version: 2 },
  settle: { number: 9, version: 1 },
  amend: { number: 10, version: 1 },
  withdraw: { number: 11, version: 1 },
  govern: { number: 12, version: 1 },
  setLicence: { number: 13, version: 1 },
  leave: { number: 14, version: 1 },
  ...personalPayloadKinds,
  ...salePayloadKinds,
} as const satisfies Record<PayloadKind, { number: number; version: number }>;

export const signatureLength = 64;
export const challengeLength = 16;

const kindOfForm = new Map(
  (Object.entries(payloadKinds) as [PayloadKind, { number: number; version: number }][]).map(
    ([kind, { number, version }]) => [`${number} ${version}`, kind],
  ),
);

/** The kind with this number in this version of its form, if there is one. */
export function payloadKindOf(number: number, version: number): PayloadKind | undefined {
  return kindOfForm.get(`${number} ${version}`);
}

export function encodePayload(payload: Payload): Uint8Array<ArrayBuffer> {
  const writer = createWriter(payload.kind === "acceptOffers" ? 256 * payload.offers.length : 256);
  writePayload(writer, payload);
  return finishWriting(writer);
}

function writePayload(writer: ByteWriter, payload: Payload): void {
  switch (payload.kind) {
    case "enrol":
      writeFixed(writer, payload.publicKey);
      writeGrant(writer, payload.grant);
      writeWhole(writer, payload.validUntilS);
      return;
    case "revoke":
      writeFixed(writer, payload.publicKey);
      return;
    case "mint":
      writeAmount(writer, payload.amountMicro);
      return;
    case "fund":
      writeDestination(writer, payload.destination);
      writeAmount(writer, payload.amountMicro);
      return;
    case "publishTemplate":
      writeTemplate(writer, payload.template);
      return;
    case "acceptOffers":
      writeWhole(writer, payload.offers.length);
      for (const offer of payload.offers) writeSignedOffer(writer, offer);
      return;
    case "attestPassage":
      writeWhole(writer, payload.terminal);
      writeWhole(writer, payload.timeS);
      writeFixed(writer, payload.challenge);
      writeFixed(writer, payload.contractKey);
      return;
    case "instruct":
      writeText(writer, payload.incidentId);
      writeScope(writer, payload.scope);
      writeAction(writer, payload.action);
      writeWhole(writer, payload.expiresAtS);
      writeAmount(writer, payload.bonusMicro);
      writeAmount(writer, payload.budgetMicro);
      return;
    case "settle":
      writeIdentifiers(writer, payload.contractIds);
      writeIdentifiers(writer, payload.instructionIds);
      return;
    case "leave":
      writeFixed(writer, payload.contractKey);
      return;
    case "amend":
      writeIdentifier(writer, payload.instructionId);
      writeWhole(writer, payload.untilS);
      writeWhole(writer, payload.expiresAtS);
      writeAmount(writer, payload.bonusMicro);
      writeAmount(writer, payload.budgetMicro);
      return;
    case "withdraw":
      writeIdentifier(writer, payload.instructionId);
      return;
    case "govern":
      writeDecision(writer, payload.decision);
      return;
    case "setLicence":
      writeWhole(writer, payload.templateId);
      writeFlag(writer, payload.suspended);
      writeWhole(writer, payload.contractsMax);
      return;
    case "setConsent":
    case "withdrawConsent":
    case "demandErasure":
    case "orderErasure":
    case "commitRecords":
    case "eraseRecords":
    case "releaseKey":
    case "setSeat":
      writePersonalPayload(writer, payload);
      return;
    case "orderCounts":
    case "releaseCounts":
      writeSalePayload(writer, payload);
      return;
    default:
      unreachable(payload);
  }
}

export function decodePayload(kind: PayloadKind, bytes: Uint8Array): Result<Payload> {
  const reader = createReader(bytes);
  return finishReading(reader, readPayload(kind, reader));
}

function readPayload(kind: PayloadKind, reader: ByteReader): Payload {
  switch (kind) {
    case "enrol": {
      const publicKey = readFixed(reader, publicKeyLength);
      return { kind, publicKey, grant: readGrant(reader), validUntilS: readSeconds(reader, 0) };
    }
    case "revoke":
      return { kind, publicKey: readFixed(reader, publicKeyLength) };
    case "mint":
      return { kind, amountMicro: readAmount(reader) };
    case "fund":
      return { kind, destination: readDestination(reader), amountMicro: readAmount(reader) };
    case "publishTemplate":
      return { kind, template: readTemplate(reader) };
    case "acceptOffers":
      return { kind, offers: readSignedOffers(reader) };
    case "attestPassage":
      return {
        kind,
        terminal: readWhole(reader),
        timeS: readSeconds(reader, 0),
        challenge: readFixed(reader, challengeLength),
        contractKey: readFixed(reader, publicKeyLength),
      };
    case "instruct":
      return {
        kind,
        incidentId: readText(reader, incidentIdLengthMax),
        scope: readScope(reader),
        action: readAction(reader),
        expiresAtS: readSeconds(reader, 0),
        bonusMicro: readAmount(reader),
        budgetMicro: readAmount(reader),
      };
    case "settle":
      return {
        kind,
        contractIds: readIdentifiers(reader, settlementsPerTransactionMax),
        instructionIds: readIdentifiers(reader, releasesPerTransactionMax),
      };
    case "leave":
      return { kind, contractKey: readFixed(reader, publicKeyLength) };
    case "amend":
      return {
        kind,
        instructionId: readIdentifier(reader),
        untilS: readSeconds(reader, 0),
        expiresAtS: readSeconds(reader, 0),
        bonusMicro: readAmount(reader),
        budgetMicro: readAmount(reader),
      };
    case "withdraw":
      return { kind, instructionId: readIdentifier(reader) };
    case "govern":
      return { kind, decision: readDecision(reader) };
    case "setLicence":
      return {
        kind,
        templateId: readWhole(reader),
        suspended: readFlag(reader),
        contractsMax: readWhole(reader),
      };
    case "setConsent":
    case "withdrawConsent":
    case "demandErasure":
    case "orderErasure":
    case "commitRecords":
    case "eraseRecords":
    case "releaseKey":
    case "setSeat":
      return readPersonalPayload(kind, reader);
    case "orderCounts":
    case "releaseCounts":
      return readSalePayload(kind, reader);
    default:
      return unreachable(kind);
  }
}

const decisions = [
  "setValidator",
  "setCap",
  "setParameters",
  "setPolicy",
  "setSaleTerms",
] as const satisfies GovernDecision["kind"][];

function writeDecision(writer: ByteWriter, decision: GovernDecision): void {
  writeName(writer, decisions, decision.kind);
  switch (decision.kind) {
    case "setValidator":
      writeFixed(writer, decision.publicKey);
      writeAmount(writer, decision.power);
      return;
    case "setCap":
      writeAmount(writer, decision.capMicro);
      return;
    case "setParameters":
      writeWhole(writer, decision.parameters.challengeS);
      writeWhole(writer, decision.parameters.passageAgeMaxS);
      writeWhole(writer, decision.parameters.passageAheadMaxS);
      writeWhole(writer, decision.parameters.instructionMatchesMax);
      return;
    case "setPolicy":
      writeWhole(writer, payloadKinds[decision.transaction].number);
      writeEndorsements(writer, decision.endorsements);
      return;
    case "setSaleTerms":
      writeSaleTerms(writer, decision.terms);
      return;
    default:
      unreachable(decision);
  }
}

function readDecision(reader: ByteReader): GovernDecision {
  const kind = readName(reader, decisions);
  switch (kind) {
    case "setValidator":
      return { kind, publicKey: readFixed(reader, publicKeyLength), power: readAmount(reader) };
    case "setCap":
      return { kind, capMicro: readAmount(reader) };
    case "setParameters":
      return {
        kind,
        parameters: {
          challengeS: readWhole(reader),
          passageAgeMaxS: readWhole(reader),
          passageAheadMaxS: readWhole(reader),
          instructionMatchesMax: readWhole(reader),
        },
      };
    case "setPolicy": {
      const number = readWhole(reader);
      const transaction = payloadKindOfNumber(number);
      if (transaction === undefined) refuseReading(reader, `${number} is no kind of transaction`);
      return { kind, transaction: transaction ?? "enrol", endorsements: readEndorsements(reader) };
    }
    case "setSaleTerms":
      return { kind, terms: readSaleTerms(reader) };
    default:
      return unreachable(kind);
  }
}

function payloadKindOfNumber(number: number): PayloadKind | undefined {
  return (Object.keys(payloadKinds) as PayloadKind[]).find((kind) => payloadKinds[kind].number === number);
}

function writeDestination(writer: ByteWriter, destination: FundPayload["destination"]): void {
  if (destination.kind === "pool") {
    writeByte(writer, 0);
    writeWhole(writer, destination.poolId);
  } else {
    writeByte(writer, 1);
    writeFixed(writer, destination.publicKey);
  }
}

function readDestination(reader: ByteReader): FundPayload["destination"] {
  const tag = readByte(reader);
  if (tag > 1) refuseReading(reader, "destination is neither pool nor account");
  if (tag === 0) return { kind: "pool", poolId: readWhole(reader) };
  return { kind: "account", publicKey: readFixed(reader, publicKeyLength) };
}

function writeSignedOffer(writer: ByteWriter, offer: SignedOffer): void {
  writeOffer(writer, offer.terms);
  writeFixed(writer, offer.contractKey);
  writeFixed(writer, offer.signature);
}

function readSignedOffers(reader: ByteReader): readonly SignedOffer[] {
  const count = readCount(reader, offersPerTransactionMax);
  const offers: SignedOffer[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) {
    const terms = readOffer(reader);
    const contractKey = readFixed(reader, publicKeyLength);
    offers.push({ terms, contractKey, signature: readFixed(reader, signatureLength) });
  }
  return offers;
}

function writeIdentifiers(writer: ByteWriter, identifiers: readonly string[]): void {
  writeWhole(writer, identifiers.length);
  for (const identifier of identifiers) writeIdentifier(writer, identifier);
}

function readIdentifiers(reader: ByteReader, countMax: number): readonly string[] {
  const count = readCount(reader, countMax);
  const identifiers: string[] = [];
  for (let index = 0; index < count && reader.fault === undefined; index++) identifiers.push(readIdentifier(reader));
  return identifiers;
}

/** What a commuter signs to accept an offer: bound to chain, custodian, terms, clause and the contract's key. */
export function offerSignBytes(
  chainId: string,
  custodianKey: Uint8Array,
  offer: Pick<SignedOffer, "terms" | "contractKey">,
): Uint8Array<ArrayBuffer> {
  const writer = createWriter(256);
  writeText(writer, "pendulaire-offer-1");
  writeText(writer, chainId);
  writeFixed(writer, custodianKey);
  writeOffer(writer, offer.terms);
  writeFixed(writer, offer.contractKey);
  return finishWriting(writer);
}
