import { amountMax } from "../../common/canonical";
import type { MicroTokens } from "../../common/money";
import type { AvoidScope } from "./terms";

/** "Do not pass these terminals within this window": what a road authority instructs when something happens on the road. */
export interface AvoidInstruction {
  readonly instructionId: string;
  readonly scope: AvoidScope;
  /** The bonus can be earned until then. */
  readonly expiresAtS: number;
  /** For each contract that complies. */
  readonly bonusMicro: MicroTokens;
  /** Nothing beyond it is ever paid. */
  readonly budgetMicro: MicroTokens;
}

export const scopeTerminalsMax = 64;

export type InstructionFlaw =
  | "scope-empty"
  | "scope-too-large"
  | "scope-not-ascending"
  | "scope-window-empty"
  | "bonus-not-positive"
  | "budget-not-positive"
  | "instruction-amount-out-of-range"
  | "expiry-in-the-past"
  | "expiry-before-window";

/** What is wrong with an instruction by itself, at this time, or null. Pools, roles and matches are the machine's to judge. */
export function flawOfInstruction(instruction: AvoidInstruction, nowS: number): InstructionFlaw | null {
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
  return null;
}
