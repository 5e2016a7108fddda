import { amountMax } from "../../common/canonical";
import { viaMax } from "../../common/itinerary";
import type { MicroTokens } from "../../common/money";
import type { Scope } from "./terms";

/**
 * What a road authority instructs when something happens on the road. It concerns the contracts whose itinerary leads
 * through the scope, whatever it asks of them.
 */
export interface Instruction {
  readonly instructionId: string;
  readonly scope: Scope;
  readonly action: InstructedAction;
  /** The bonus can be earned until then. */
  readonly expiresAtS: number;
  /** For each contract that complies. */
  readonly bonusMicro: MicroTokens;
  /** Nothing beyond it is ever paid. */
  readonly budgetMicro: MicroTokens;
}

export type InstructedAction =
  /** Do not pass the scope's terminals within its window. */
  | { readonly kind: "avoid" }
  /** As `avoid`, and pass these terminals, each once, in this order on the way to the destination. */
  | { readonly kind: "itinerary"; readonly via: readonly number[] }
  /** Leave so many seconds later than agreed, or earlier when negative. */
  | { readonly kind: "shift"; readonly shiftS: number }
  /** Do not leave before. */
  | { readonly kind: "hold"; readonly untilS: number };

export const actionKinds = ["avoid", "itinerary", "shift", "hold"] as const;

export const scopeTerminalsMax = 64;
/** The most that a departure may be moved by. */
export const shiftMaxS = 14_400;

export type InstructionFlaw =
  | "scope-empty"
  | "scope-too-large"
  | "scope-not-ascending"
  | "scope-window-empty"
  | "bonus-not-positive"
  | "budget-not-positive"
  | "instruction-amount-out-of-range"
  | "expiry-in-the-past"
  | "expiry-before-window"
  | "via-empty"
  | "via-too-long"
  | "via-in-scope"
  | "via-repeated"
  | "shift-zero"
  | "shift-too-long"
  | "hold-in-the-past"
  | "hold-too-long";

/** What is wrong with an instruction by itself, at this time, or null. Pools, roles and matches are the machine's to judge. */
export function flawOfInstruction(instruction: Instruction, nowS: number): InstructionFlaw | null {
  const { scope, expiresAtS, bonusMicro, budgetMicro } = instruction;
  if (scope.terminals.length === 0) return "scope-empty";
  if (scope.terminals.length > scopeTerminalsMax) return "scope-too-large";
  for (let index = 1; index < scope.terminals.length; index++) {
    if (scope.terminals[index] <= scope.terminals[index - 1]) return "scope-not-ascending";
  }
  if (scope.fromS >= scope.untilS) return "scope-window-empty";
  if (bonusMicro <= 0n) return "bonus-not-positive";
  if (budgetMicro <= 0n) return "budget-not-positive";
  if (bonusMicro > amountMax || budgetMicro > amountMax) return "instruction-amount-out-of-range";
  if (expiresAtS <= nowS) return "expiry-in-the-past";
  if (expiresAtS <= scope.fromS) return "expiry-before-window";
  return flawOfAction(instruction, nowS);
}

function flawOfAction({ action, scope }: Instruction, nowS: number): InstructionFlaw | null {
  switch (action.kind) {
    case "avoid":
      return null;
    case "itinerary":
      if (action.via.length === 0) return "via-empty";
      if (action.via.length > viaMax) return "via-too-long";
      if (action.via.some((terminal) => scope.terminals.includes(terminal))) return "via-in-scope";
      return new Set(action.via).size < action.via.length ? "via-repeated" : null;
    case "shift":
      if (action.shiftS === 0) return "shift-zero";
      return Math.abs(action.shiftS) > shiftMaxS ? "shift-too-long" : null;
    case "hold":
      if (action.untilS <= nowS) return "hold-in-the-past";
      return action.untilS - nowS > shiftMaxS ? "hold-too-long" : null;
  }
}

/** What a later word may change of an instruction that was given. */
export type Amendment = Pick<Instruction, "expiresAtS" | "bonusMicro" | "budgetMicro"> & {
  /** New end of the scope's window. */
  readonly untilS: number;
};

/** Whether an amendment takes back nothing that contracts were promised: what it changes only grows. The budget is the pool's matter. */
export function onlyAdds(before: Instruction, amendment: Amendment): boolean {
  return (
    amendment.untilS >= before.scope.untilS &&
    amendment.expiresAtS >= before.expiresAtS &&
    amendment.bonusMicro >= before.bonusMicro
  );
}

export function amended(before: Instruction, { untilS, ...amounts }: Amendment): Instruction {
  return { ...before, ...amounts, scope: { ...before.scope, untilS } };
}
