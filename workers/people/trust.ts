import type { ParameterValues } from "./parameters";

/** What a person has been through with one instruction. */
export interface Experience {
  /** Complied and was paid the bonus, complied and was not, or did not comply: then nothing is learnt about paying. */
  readonly bonus: "paid" | "unpaid" | "none";
  /** Whether the message turned out right: the way that was told was the quicker one, or was not. */
  readonly message: "right" | "wrong" | "unknown";
}

/**
 * Trust after an experience, 0 … 1: it goes a part of the way towards 1 after what was good and towards 0 after what was
 * bad, a larger part after bad ("trust is easier to lose than to gain", Slovic 1993).
 * @see Bush and Mosteller 1955, Stochastic Models for Learning: the linear operator
 */
export function trustAfter(trust: number, { bonus, message }: Experience, values: ParameterValues): number {
  let after = trust;
  if (bonus !== "none") after = moved(after, bonus === "paid", values);
  if (message !== "unknown") after = moved(after, message === "right", values);
  return after;
}

function moved(trust: number, isGood: boolean, { trustGain, trustLoss }: ParameterValues): number {
  return isGood ? trust + trustGain * (1 - trust) : trust - trustLoss * trust;
}

/** Log-odds that trust adds to complying: none at the trust with which everybody begins. */
export function trustUtility(trust: number, { trustWeight, trustInitial }: ParameterValues): number {
  return trustWeight * (trust - trustInitial);
}
