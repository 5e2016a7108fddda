import { viaMax } from "../../common/itinerary";
import type {
  InstructionAction,
  InstructionAmendment,
  InstructionDraft,
  InstructionReport,
} from "../../common/console-api";
import { formatTokens, parseTokens } from "../../common/money";
import { formatTimeOfDay, parseTimeOfDay } from "../../common/time";

/** What is asked, as the form offers it: later and earlier are one action of the ledger. */
export const askedKinds = ["avoid", "itinerary", "later", "earlier", "hold"] as const;
export type AskedKind = (typeof askedKinds)[number];

/** An instruction as it stands in the form: what the operator typed, right or not. */
export interface DraftForm {
  readonly incidentId: string;
  readonly asked: AskedKind;
  /** Terminals to go by in this order, each once, for an itinerary. */
  readonly via: readonly number[];
  /** Whether a terminal clicked on the map is to be gone by; else it is to be avoided. */
  readonly picksVia: boolean;
  /** To leave later or earlier by. */
  readonly minutes: string;
  readonly holdUntil: string;
  readonly terminals: readonly number[];
  readonly from: string;
  readonly until: string;
  readonly expires: string;
  readonly bonus: string;
  readonly budget: string;
}

/** An amendment as it stands in the form. */
export type AmendmentForm = Pick<DraftForm, "until" | "expires" | "bonus" | "budget"> & {
  readonly instructionId: string;
};

type DraftField = "terminals" | "via" | "minutes" | "holdUntil" | "from" | "until" | "expires" | "bonus" | "budget";
export type TypedField = Exclude<DraftField, "terminals" | "via">;
/** Why a field cannot be used, a key of the text catalogue. */
export type FieldFault =
  | "noTerminal"
  | "noVia"
  | "viaAvoided"
  | "viaTooMany"
  | "notATime"
  | "notMinutes"
  | "notBeforeFrom"
  | "notBeforeUntil"
  | "notAnAmount"
  | "notPositive";
export type DraftFaults = { readonly [Field in DraftField]?: FieldFault };

export type ParsedDraft =
  { readonly ok: true; readonly draft: InstructionDraft } | { readonly ok: false; readonly faults: DraftFaults };
export type ParsedAmendment =
  | { readonly ok: true; readonly amendment: InstructionAmendment }
  | { readonly ok: false; readonly faults: DraftFaults };

/** Minutes that a departure is moved by when the operator has not said. */
const minutesUsual = 30;
const minutesMax = 240;

const minute = (seconds: number, cut: (minutes: number) => number) =>
  formatTimeOfDay(cut(seconds / 60) * 60).slice(0, 5);

/** Times are cut to minutes outwards, so that the form never promises less than the draft. */
export function formOfDraft(draft: InstructionDraft): DraftForm {
  const { action } = draft;
  const shiftS = action.kind === "shift" ? action.shiftS : minutesUsual * 60;
  return {
    incidentId: draft.incidentId,
    asked: action.kind === "shift" ? (action.shiftS < 0 ? "earlier" : "later") : action.kind,
    via: action.kind === "itinerary" ? action.via : [],
    picksVia: action.kind === "itinerary",
    minutes: String(Math.round(Math.abs(shiftS) / 60)),
    holdUntil: minute(action.kind === "hold" ? action.untilS : draft.untilS, Math.ceil),
    terminals: draft.terminals,
    from: minute(draft.fromS, Math.floor),
    until: minute(draft.untilS, Math.ceil),
    expires: minute(draft.expiresAtS, Math.ceil),
    bonus: formatTokens(BigInt(draft.bonusMicro)),
    budget: formatTokens(BigInt(draft.budgetMicro)),
  };
}

export function formOfAmendment(report: InstructionReport): AmendmentForm {
  return {
    instructionId: report.id,
    until: minute(report.untilS, Math.ceil),
    expires: minute(report.expiresAtS, Math.ceil),
    bonus: formatTokens(BigInt(report.bonusMicro)),
    budget: formatTokens(BigInt(report.budgetMicro)),
  };
}

/** Reads the form. All faults at once, each at its field. */
export function parseDraft(form: DraftForm): ParsedDraft {
  const faults: { [Field in DraftField]?: FieldFault } = {};
  const fromS = parseTimeOfDay(form.from.trim());
  if (form.terminals.length === 0) faults.terminals = "noTerminal";
  if (fromS === undefined) faults.from = "notATime";
  const action = parseAction(form, faults);
  const promised = parsePromise(form, fromS, faults);
  if (fromS === undefined || action === null || promised === null || Object.keys(faults).length > 0) {
    return { ok: false, faults };
  }
  const { incidentId, terminals } = form;
  return { ok: true, draft: { incidentId, action, terminals, fromS, ...promised } };
}

/** Reads an amendment; whether it takes back what was promised is the ledger's to say. */
export function parseAmendment(form: AmendmentForm): ParsedAmendment {
  const faults: { [Field in DraftField]?: FieldFault } = {};
  const promised = parsePromise(form, undefined, faults);
  if (promised === null || Object.keys(faults).length > 0) return { ok: false, faults };
  return { ok: true, amendment: { instructionId: form.instructionId, ...promised } };
}

function parseAction(form: DraftForm, faults: { [Field in DraftField]?: FieldFault }): InstructionAction | null {
  switch (form.asked) {
    case "avoid":
      return { kind: "avoid" };
    case "itinerary":
      if (form.via.length === 0) faults.via = "noVia";
      else if (form.via.length > viaMax) faults.via = "viaTooMany";
      else if (form.via.some((terminal) => form.terminals.includes(terminal))) faults.via = "viaAvoided";
      return { kind: "itinerary", via: form.via };
    case "later":
    case "earlier": {
      const minutes = Number(form.minutes.trim());
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > minutesMax) {
        faults.minutes = "notMinutes";
        return null;
      }
      return { kind: "shift", shiftS: 60 * (form.asked === "later" ? minutes : -minutes) };
    }
    case "hold": {
      const untilS = parseTimeOfDay(form.holdUntil.trim());
      if (untilS === undefined) faults.holdUntil = "notATime";
      return untilS === undefined ? null : { kind: "hold", untilS };
    }
  }
}

type PromisedTerms = Pick<InstructionDraft, "untilS" | "expiresAtS" | "bonusMicro" | "budgetMicro">;

/** What draft and amendment have in common. */
function parsePromise(
  form: Pick<DraftForm, "until" | "expires" | "bonus" | "budget">,
  fromS: number | undefined,
  faults: { [Field in DraftField]?: FieldFault },
): PromisedTerms | null {
  const untilS = parseTimeOfDay(form.until.trim());
  const expiresAtS = parseTimeOfDay(form.expires.trim());
  const bonusMicro = positiveAmount(form.bonus);
  const budgetMicro = positiveAmount(form.budget);
  if (untilS === undefined) faults.until = "notATime";
  else if (fromS !== undefined && untilS <= fromS) faults.until = "notBeforeFrom";
  if (expiresAtS === undefined) faults.expires = "notATime";
  else if (untilS !== undefined && expiresAtS < untilS) faults.expires = "notBeforeUntil";
  if (typeof bonusMicro === "string") faults.bonus = bonusMicro;
  if (typeof budgetMicro === "string") faults.budget = budgetMicro;
  const isWhole = untilS !== undefined && expiresAtS !== undefined;
  if (!isWhole || typeof bonusMicro === "string" || typeof budgetMicro === "string") return null;
  return { untilS, expiresAtS, bonusMicro, budgetMicro };
}

/** With a point or, as in French, a comma before the decimals. */
function positiveAmount(text: string): number | FieldFault {
  const amount = parseTokens(text.replaceAll(/\s/g, "").replace(",", "."));
  if (amount === undefined) return "notAnAmount";
  const micro = Number(amount);
  return Number.isSafeInteger(micro) && micro > 0 ? micro : "notPositive";
}

/** Adds the terminal to the scope, or takes it out. */
export function toggleTerminal(form: DraftForm, terminal: number): DraftForm {
  const without = form.terminals.filter((other) => other !== terminal);
  const terminals = without.length < form.terminals.length ? without : [...form.terminals, terminal];
  return { ...form, terminals };
}

/** An instruction that stands on the ledger and says what the draft says, word for word. */
export function sentAlready(
  draft: InstructionDraft,
  instructions: readonly InstructionReport[],
): InstructionReport | undefined {
  const wordsOf = ({ incidentId, action, terminals, ...rest }: InstructionDraft) => {
    const { fromS, untilS, expiresAtS, bonusMicro, budgetMicro } = rest;
    return JSON.stringify([
      incidentId,
      action,
      [...terminals].sort((a, b) => a - b),
      fromS,
      untilS,
      expiresAtS,
      bonusMicro,
      budgetMicro,
    ]);
  };
  const wanted = wordsOf(draft);
  return instructions.find((report) => isStanding(report) && wordsOf(report) === wanted);
}

const isStanding = ({ stage }: InstructionReport) => !["refused", "withdrawn", "expired"].includes(stage);

/** Adds the terminal at the end of those to go by, or takes it out. */
export function toggleVia(form: DraftForm, terminal: number): DraftForm {
  const without = form.via.filter((other) => other !== terminal);
  return { ...form, via: without.length < form.via.length ? without : [...form.via, terminal] };
}

/** Moves a terminal to go by one place; those at an end stay there. */
export function moveVia(form: DraftForm, terminal: number, by: -1 | 1): DraftForm {
  const from = form.via.indexOf(terminal);
  const to = Math.max(0, Math.min(form.via.length - 1, from + by));
  if (from < 0 || to === from) return form;
  const via = form.via.filter((other) => other !== terminal);
  return { ...form, via: [...via.slice(0, to), terminal, ...via.slice(to)] };
}

/** Whether a click on the map means the itinerary. */
export function picksItinerary(form: DraftForm): boolean {
  return form.asked === "itinerary" && form.picksVia;
}

/** Adds all of them to the scope. */
export function addTerminals(form: DraftForm, added: readonly number[]): DraftForm {
  return { ...form, terminals: [...new Set([...form.terminals, ...added])] };
}
