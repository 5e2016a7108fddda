import type { InstructionDraft } from "../../common/console-api";
import { formatTokens, parseTokens } from "../../common/money";
import { formatTimeOfDay, parseTimeOfDay } from "../../common/time";

/** An instruction as it stands in the form: what the operator typed, right or not. */
export interface DraftForm {
  readonly incidentId: string;
  readonly terminals: readonly number[];
  readonly from: string;
  readonly until: string;
  readonly expires: string;
  readonly bonus: string;
  readonly budget: string;
}

type DraftField = "terminals" | "from" | "until" | "expires" | "bonus" | "budget";
export type TypedField = Exclude<DraftField, "terminals">;
/** Why a field cannot be used, a key of the text catalogue. */
export type FieldFault = "noTerminal" | "notATime" | "notBeforeFrom" | "notBeforeUntil" | "notAnAmount" | "notPositive";
export type DraftFaults = { readonly [Field in DraftField]?: FieldFault };

export type ParsedDraft =
  { readonly ok: true; readonly draft: InstructionDraft } | { readonly ok: false; readonly faults: DraftFaults };

/** Times are cut to minutes outwards, so that the form never promises less than the draft. */
export function formOfDraft(draft: InstructionDraft): DraftForm {
  const minute = (seconds: number, cut: (minutes: number) => number) =>
    formatTimeOfDay(cut(seconds / 60) * 60).slice(0, 5);
  return {
    incidentId: draft.incidentId,
    terminals: draft.terminals,
    from: minute(draft.fromS, Math.floor),
    until: minute(draft.untilS, Math.ceil),
    expires: minute(draft.expiresAtS, Math.ceil),
    bonus: formatTokens(BigInt(draft.bonusMicro)),
    budget: formatTokens(BigInt(draft.budgetMicro)),
  };
}

/** Reads the form. All faults at once, each at its field. */
export function parseDraft(form: DraftForm): ParsedDraft {
  const faults: { [Field in DraftField]?: FieldFault } = {};
  const fromS = parseTimeOfDay(form.from.trim());
  const untilS = parseTimeOfDay(form.until.trim());
  const expiresAtS = parseTimeOfDay(form.expires.trim());
  const bonusMicro = positiveAmount(form.bonus);
  const budgetMicro = positiveAmount(form.budget);
  if (form.terminals.length === 0) faults.terminals = "noTerminal";
  if (fromS === undefined) faults.from = "notATime";
  if (untilS === undefined) faults.until = "notATime";
  else if (fromS !== undefined && untilS <= fromS) faults.until = "notBeforeFrom";
  if (expiresAtS === undefined) faults.expires = "notATime";
  else if (untilS !== undefined && expiresAtS < untilS) faults.expires = "notBeforeUntil";
  if (typeof bonusMicro === "string") faults.bonus = bonusMicro;
  if (typeof budgetMicro === "string") faults.budget = budgetMicro;
  const isWhole = fromS !== undefined && untilS !== undefined && expiresAtS !== undefined;
  if (!isWhole || typeof bonusMicro === "string" || typeof budgetMicro === "string" || Object.keys(faults).length > 0) {
    return { ok: false, faults };
  }
  const { incidentId, terminals } = form;
  return {
    ok: true,
    draft: { incidentId, action: "avoid", terminals, fromS, untilS, expiresAtS, bonusMicro, budgetMicro },
  };
}

function positiveAmount(text: string): number | FieldFault {
  const amount = parseTokens(text.replaceAll(/\s/g, ""));
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
