/**
 * What is known of a condition at a moment: that it holds, that it does not, or why neither can be said. Logic of three values
 * (Kleene): what does not matter to the outcome may stay unknown.
 */
export type Finding = "holds" | NotHeld | Undecided;

/** It does not hold, and why. */
export type NotHeld = "otherHours" | "otherVehicles" | "someDrivers";

/** Nobody here can tell: for want of a date, of a calendar of holidays, or of understanding. */
export type Undecided = "undated" | "holidays" | "unknown";

export const isNotHeld = (finding: Finding): finding is NotHeld =>
  finding === "otherHours" || finding === "otherVehicles" || finding === "someDrivers";

/** From what is sure to what is least known. */
const certainty: readonly Finding[] = ["holds", "undated", "holidays", "unknown"];

const leastKnown = (first: Finding, second: Finding): Finding =>
  certainty.indexOf(first) >= certainty.indexOf(second) ? first : second;

export function both(first: Finding, second: Finding): Finding {
  if (isNotHeld(first)) return first;
  return isNotHeld(second) ? second : leastKnown(first, second);
}

export function either(first: Finding, second: Finding): Finding {
  if (first === "holds" || second === "holds") return "holds";
  if (isNotHeld(first)) return second;
  return isNotHeld(second) ? first : leastKnown(first, second);
}

/** What is found where `condition` decides between two. */
export function choose(condition: Finding, held: Finding, otherwise: Finding): Finding {
  if (condition === "holds") return held;
  if (isNotHeld(condition) || held === otherwise) return otherwise;
  return condition;
}
