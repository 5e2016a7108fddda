import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import type { InstructionDraft } from "../../common/console-api";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";
import { consentPurposes, type ConsentPurpose } from "../../ledger/contracts/consent";
import { recordsPerTransactionMax } from "../../ledger/machine/limits";
import { openStoredChain } from "../../ledger/solo/stored-chain";
import { reasonOf } from "../host/file-reading";
import { openOperatorKey } from "../host/operator-key";
import { describeIssue, instructionAction } from "../host/request-schemas";
import { refusalOfDraft } from "../ledger/instruction-desk";
import type {
  ContractOffer,
  CountOrder,
  CountReport,
  Passage,
  PersonalRecord,
  SaleAgreement,
  SessionLedger,
  VaultCopy,
} from "../ledger/session-ledger";
import { chainFolderOf, readJson, readSettings } from "./ledger-folder";

const time = v.union([
  v.pipe(v.number(), v.finite(), v.minValue(0)),
  v.pipe(
    v.string(),
    v.check((text) => parseTimeOfDay(text) !== undefined, "a time of day HH:MM or HH:MM:SS"),
    v.transform((text) => parseTimeOfDay(text) ?? 0),
  ),
]);
const row = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xfffffffe));
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const stop = v.strictObject({ terminal: row, fromS: time, untilS: time });
const contractsMax = 100_000;
const submissionSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("offers"),
    at: v.optional(time),
    offers: v.pipe(
      v.array(
        v.strictObject({
          contractIndex: row,
          departFromS: time,
          departUntilS: time,
          itinerary: v.pipe(v.array(stop), v.minLength(1), v.maxLength(8)),
          deadlineS: time,
          rewardMicro: amount,
          penaltyMicro: amount,
        }),
      ),
      v.minLength(1),
      v.maxLength(contractsMax),
    ),
  }),
  v.strictObject({
    kind: v.literal("passages"),
    at: v.optional(time),
    passages: v.pipe(
      v.array(v.strictObject({ contractIndex: row, terminal: row, timeS: time })),
      v.minLength(1),
      v.maxLength(contractsMax),
    ),
  }),
  v.strictObject({
    kind: v.literal("instruct"),
    at: v.optional(time),
    incidentId: v.pipe(v.string(), v.maxLength(200)),
    action: v.union([
      v.pipe(
        v.literal("avoid"),
        v.transform(() => ({ kind: "avoid" }) as const),
      ),
      instructionAction,
    ]),
    terminals: v.pipe(v.array(row), v.maxLength(256)),
    ...{ fromS: time, untilS: time, expiresAtS: time },
    // Signs are left to the rules of the ledger, whose refusals say more.
    bonusMicro: v.pipe(v.number(), v.safeInteger()),
    budgetMicro: v.pipe(v.number(), v.safeInteger()),
  }),
  v.strictObject({
    kind: v.literal("records"),
    at: v.optional(time),
    records: v.pipe(
      v.array(
        v.strictObject({
          contractIndex: row,
          territory: v.string(),
          keepForS: amount,
          identifiers: v.array(v.string()),
          details: v.string(),
        }),
      ),
      v.minLength(1),
      v.maxLength(contractsMax),
    ),
  }),
  v.strictObject({
    kind: v.literal("consent"),
    ...{ at: v.optional(time), contractIndex: row },
    purposes: v.union([v.literal("withdrawn"), v.array(v.picklist(consentPurposes))]),
  }),
  v.strictObject({
    kind: v.literal("erasure"),
    ...{ at: v.optional(time), wantedBy: v.picklist(["holder", "delegate"]) },
    contractIndexes: v.pipe(v.array(row), v.minLength(1), v.maxLength(recordsPerTransactionMax)),
  }),
  v.strictObject({
    kind: v.literal("saleTerms"),
    ...{ at: v.optional(time), territory: v.string(), countMin: amount },
    ...{ budgetMicro: amount, epsilonMinMicro: amount, priceMinMicro: amount },
  }),
  v.strictObject({
    kind: v.literal("counts"),
    ...{ at: v.optional(time), seat: v.string() },
    question: v.variant("kind", [
      v.strictObject({ kind: v.literal("link"), terminal: row }),
      v.strictObject({ kind: v.literal("originDestination"), origin: row, destination: row }),
    ]),
    ...{ fromS: time, untilS: time, epsilonMicro: amount, priceMicro: amount },
  }),
  v.strictObject({ kind: v.literal("countAnswer"), at: v.optional(time), saleId: amount }),
  v.strictObject({ kind: v.literal("copy"), as: v.picklist(["backup", "snapshot"]), name: v.string() }),
  v.strictObject({ kind: v.literal("copy"), as: v.literal("export"), name: v.string(), contractIndex: row }),
]);

type PersonalSubmission =
  | { readonly kind: "records"; readonly at: number | undefined; readonly records: readonly PersonalRecord[] }
  | {
      readonly kind: "consent";
      readonly at: number | undefined;
      readonly contractIndex: number;
      /** null: withdrawn */
      readonly purposes: readonly ConsentPurpose[] | null;
    }
  | {
      readonly kind: "erasure";
      readonly at: number | undefined;
      readonly wantedBy: "holder" | "delegate";
      readonly contractIndexes: readonly number[];
    }
  | { readonly kind: "copy"; readonly at: undefined; readonly copy: VaultCopy };

type SaleSubmission =
  | { readonly kind: "saleTerms"; readonly at: number | undefined; readonly agreement: SaleAgreement }
  | { readonly kind: "counts"; readonly at: number | undefined; readonly order: CountOrder }
  | { readonly kind: "countAnswer"; readonly at: number | undefined; readonly saleId: number };

/** What is to be put on the ledger; times are seconds since the day's midnight, in the file also HH:MM[:SS]. */
export type Submission =
  | PersonalSubmission
  | SaleSubmission
  | { readonly kind: "offers"; readonly at: number | undefined; readonly offers: readonly ContractOffer[] }
  | { readonly kind: "passages"; readonly at: number | undefined; readonly passages: readonly Passage[] }
  | { readonly kind: "instruct"; readonly at: number | undefined; readonly draft: InstructionDraft };

export function readSubmission(file: string): Result<Submission> {
  const read = readJson(file);
  if (!read.ok) return read;
  const checked = v.safeParse(submissionSchema, read.value);
  if (!checked.success) {
    const { message, where } = describeIssue(checked.issues);
    return fail(message, `${file}: ${where}`);
  }
  const { output } = checked;
  switch (output.kind) {
    case "offers":
      return succeed({ kind: "offers", at: output.at, offers: output.offers });
    case "passages":
      return succeed({ kind: "passages", at: output.at, passages: output.passages });
    case "instruct": {
      const { kind, at, ...draft } = output;
      return succeed({ kind, at, draft });
    }
    case "records":
    case "erasure":
      return succeed({ ...output, at: output.at });
    case "consent": {
      const purposes =
        output.purposes === "withdrawn" ? null : consentPurposes.filter((one) => output.purposes.includes(one));
      return succeed({ ...output, at: output.at, purposes });
    }
    case "saleTerms": {
      const { kind, at, ...agreement } = output;
      return succeed({ kind, at, agreement });
    }
    case "counts": {
      const { kind, at, ...order } = output;
      return succeed({ kind, at, order });
    }
    case "countAnswer":
      return succeed({ ...output, at: output.at });
    case "copy": {
      const { kind, ...copy } = output;
      return succeed({ kind, at: undefined, copy });
    }
  }
}

/** Judges an instruction by the chain as it lies there, so that one that the ledger would refuse writes nothing. */
export async function judgeSubmission(folder: string, submission: Submission, file: string): Promise<Result<void>> {
  const settings = readSettings(folder);
  if (!settings.ok) return settings;
  if (submission.kind !== "instruct") return succeed(undefined);
  const chain = await openStoredChain(chainFolderOf(folder) ?? path.join(folder, "chain"));
  if (!chain.ok) return chain;
  try {
    const { state } = chain.value;
    const refused = refusalOfDraft(state, settings.value.date, submission.draft, submission.at);
    return refused === null ? succeed(undefined) : fail(refused.message, `${file}: ${refused.where ?? "instruction"}`);
  } finally {
    await chain.value.close();
  }
}

export interface CarriedOut {
  readonly done: string;
  readonly ids: readonly string[];
  /** What a data buyer gets; of other submissions absent. */
  readonly count?: CountReport;
}

/** Puts a submission into a block, and that under a proving header. */
export async function carryOutSubmission(
  folder: string,
  ledger: SessionLedger,
  submission: Submission,
  passphrase: string | undefined,
): Promise<Result<CarriedOut>> {
  const timeS = Math.max(submission.at ?? 0, ledger.state().timeS);
  switch (submission.kind) {
    case "offers": {
      const known = submission.offers.find(({ contractIndex }) => ledger.contractIdOf(contractIndex) !== undefined);
      if (known !== undefined) return fail("there is a contract of this row", `contractIndex ${known.contractIndex}`);
      const ids = await ledger.setUpContracts(submission.offers, timeS);
      return ids.ok ? succeed({ done: `${ids.value.length} contracts in force`, ids: ids.value }) : ids;
    }
    case "passages": {
      ledger.queuePassages(submission.passages);
      const advanced = await ledger.advance(timeS);
      if (!advanced.ok) return advanced;
      const [refused] = advanced.value.refused;
      if (refused !== undefined) return { ok: false, error: refused };
      return succeed({ done: `${submission.passages.length} passages attested`, ids: [] });
    }
    case "instruct":
      return instruct(folder, ledger, submission.draft, timeS, passphrase);
    case "records":
    case "consent":
    case "erasure":
    case "copy":
      return carryOutPersonal(ledger, submission, timeS);
    case "saleTerms":
    case "counts":
    case "countAnswer":
      return carryOutSale(ledger, submission, timeS);
  }
}

async function carryOutSale(
  ledger: SessionLedger,
  submission: SaleSubmission,
  timeS: number,
): ReturnType<typeof carryOutSubmission> {
  const { sales } = ledger;
  if (sales === null) return fail("this ledger's members sell by themselves");
  if (submission.kind === "saleTerms") {
    const agreed = await sales.agree(submission.agreement, timeS);
    return agreed.ok ? succeed({ done: "the consortium agreed on the terms of sale", ids: [] }) : agreed;
  }
  if (submission.kind === "counts") {
    // Contracts that are due are settled first: only those are counted.
    const advanced = await ledger.advance(timeS);
    if (!advanced.ok) return advanced;
  }
  const answer =
    submission.kind === "counts"
      ? await sales.order(submission.order, timeS)
      : await sales.answer(submission.saleId, timeS);
  if (!answer.ok) return answer;
  const { saleId, count } = answer.value;
  const said = count === null ? "withheld" : `${count}, with its noise`;
  return succeed({ done: `sale ${saleId}: ${said}`, ids: [], count: answer.value });
}

async function carryOutPersonal(
  { personal }: SessionLedger,
  submission: PersonalSubmission,
  timeS: number,
): ReturnType<typeof carryOutSubmission> {
  switch (submission.kind) {
    case "records": {
      const kept = await personal.keep(submission.records, timeS);
      return kept.ok ? succeed({ done: `${kept.value.length} records kept and committed to`, ids: kept.value }) : kept;
    }
    case "consent": {
      const stated = await personal.state(submission.contractIndex, submission.purposes, timeS);
      return stated.ok ? succeed({ done: "the holder's statement stands", ids: [] }) : stated;
    }
    case "erasure": {
      const erased = await personal.erase(submission.contractIndexes, submission.wantedBy, timeS);
      return erased.ok
        ? succeed({ done: `${erased.value.length} records erased and declared so`, ids: erased.value })
        : erased;
    }
    case "copy": {
      const copied = personal.copy(submission.copy);
      return copied.ok ? succeed({ done: `${submission.copy.as} ${submission.copy.name} made`, ids: [] }) : copied;
    }
  }
}

async function instruct(
  folder: string,
  ledger: SessionLedger,
  draft: InstructionDraft,
  timeS: number,
  passphrase: string | undefined,
): ReturnType<typeof carryOutSubmission> {
  if (passphrase === undefined) return fail("the road authority signs: its passphrase is in --passphrase FILE", "key");
  const operator = openOperatorKey(path.join(folder, "operator.json"), undefined);
  const unlocked = await operator.unlock(passphrase);
  if (!unlocked.ok) return unlocked;
  const signer = operator.signer();
  if (signer === undefined) return fail("the operator's key is locked", "operator key");
  const enrolled = await ledger.enrolOperator(signer.publicKey);
  if (!enrolled.ok) return enrolled;
  const sent = await ledger.sendInstruction(draft, signer, timeS);
  if (!sent.ok) return sent;
  const advanced = await ledger.advance(timeS);
  if (!advanced.ok) return advanced;
  const order = await ledger.verifyInstruction(sent.value.instructionId);
  if (!order.ok) return order;
  const count = order.value.contractIndexes.length;
  return succeed({ done: `${count} contracts rewritten, each verified`, ids: [sent.value.instructionId] });
}

/** The first line of a file: the passphrase is no argument, which every user of the machine could read. */
export function readPassphrase(file: string | undefined): Result<string | undefined> {
  if (file === undefined) return succeed(undefined);
  try {
    return succeed(readFileSync(file, "utf8").split(/\r?\n/)[0]);
  } catch (error) {
    return fail(reasonOf(error), file);
  }
}
