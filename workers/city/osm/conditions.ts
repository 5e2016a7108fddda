import type { Moment } from "../moment";
import { both, isNotHeld, type Finding, type NotHeld, type Undecided } from "./findings";
import { findHours, parseHours } from "./hours";
import { findKeyword, findMeasure } from "./ordinary-car";

/** What a conditional tag says at a moment. */
export interface Held {
  /** Of the last entry whose condition holds; null where none does. */
  readonly value: string | null;
  /** Why the last entry that does not hold does not; null where that is not known of any. */
  readonly notHeld: NotHeld | null;
  /** Entries after the one that holds of which it is not known whether they do, by why: they count as not met. */
  readonly undecided: ReadonlySet<Undecided>;
}

/** How the values of a key are read. */
export interface ValueKind {
  /** Values of access: those of who has business here pass with their name. */
  readonly isAccess: boolean;
  /** What is no value of the key is not understood. */
  readonly isValue: (value: string) => boolean;
}

/**
 * Reads `value @ (condition); value @ (condition AND condition)`: of entries that hold, the last rules.
 * @see https://wiki.openstreetmap.org/wiki/Conditional_restrictions
 */
export function readConditional(text: string, kind: ValueKind, moment: Moment): Held {
  const undecided = new Set<Undecided>();
  let notHeld: NotHeld | null = null;
  const entries = splitOutside(text, ";");
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index]?.trim() ?? "";
    if (entry === "" && entries.length > 1) continue;
    const { finding, value } = findEntry(entry, kind, moment);
    if (finding === "holds") return { value, notHeld, undecided };
    if (isNotHeld(finding)) notHeld ??= finding;
    else undecided.add(finding);
  }
  // Semicolons and nothing else.
  if (notHeld === null && undecided.size === 0) undecided.add("unknown");
  return { value: null, notHeld, undecided };
}

interface FoundEntry {
  readonly finding: Finding;
  readonly value: string;
}

function findEntry(entry: string, kind: ValueKind, moment: Moment): FoundEntry {
  const at = entry.indexOf("@");
  const value = entry.slice(0, Math.max(0, at)).trim();
  const condition = entry.slice(at + 1).trim();
  if (at < 0 || !kind.isValue(value)) return { finding: "unknown", value };
  let finding: Finding = "holds";
  let purpose: string | null = null;
  for (const term of termsOf(condition)) {
    const word = term.toLowerCase();
    if (purposes.has(word)) purpose = word;
    else finding = both(finding, findTerm(term, moment));
  }
  if (purpose === null || isNotHeld(finding)) return { finding, value };
  // A road that is open to those who have business there is open to its own traffic, as with `access=destination`.
  if (kind.isAccess && opening.has(value)) return { finding, value: purpose };
  return { finding: "someDrivers", value };
}

const opening = new Set(["yes", "permissive", "designated", "official", "destination"]);

/** Conditions of who has business there. @see https://wiki.openstreetmap.org/wiki/Key:access#List_of_possible_values */
const purposes = new Set([
  "destination",
  "delivery",
  "resident",
  "residents",
  "customers",
  "permit",
  "private",
  "employees",
  "visitors",
  "guests",
  "staff",
  "loading",
  "unloading",
  "loading_unloading",
]);

/** Longer is no comparison and no word. */
const wordMost = 60;

function findTerm(term: string, moment: Moment): Finding {
  if (term.length <= wordMost) {
    const word = term.toLowerCase().replace(/\s+/g, " ");
    const found = findKeyword(word) ?? findMeasure(word);
    if (found !== null) return found;
  }
  const rules = parseHours(term);
  return rules === null ? "unknown" : findHours(rules, moment);
}

/** Parts of a condition joined by AND, without the parentheses around each. */
function termsOf(condition: string): string[] {
  return splitOutside(unwrapped(condition), "AND").map((term) => unwrapped(term.trim()));
}

/** Without a pair of parentheses around all of it. */
function unwrapped(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at++) {
    depth += depthStep(text[at]);
    if (depth === 0) return text;
  }
  return text.slice(1, -1).trim();
}

const depthStep = (character: string | undefined): number => (character === "(" ? 1 : character === ")" ? -1 : 0);

/** Splits at semicolons, or at the word AND, that stand in no parentheses. */
function splitOutside(text: string, separator: ";" | "AND"): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (const { 0: found, index } of text.matchAll(separator === ";" ? /[();]/g : /[()]|\bAND\b/gi)) {
    depth = Math.max(0, depth + depthStep(found));
    if (depth > 0 || found === "(" || found === ")") continue;
    parts.push(text.slice(from, index));
    from = index + found.length;
  }
  parts.push(text.slice(from));
  return parts;
}
