import { noteDropped, type ImportNotes } from "../import-notes";
import { describeMoment, type Moment } from "../moment";
import { conditionalKeys, type KeyKind } from "./conditional-keys";
import { readConditional, type Held, type ValueKind } from "./conditions";
import type { Finding } from "./findings";
import { parseSpeedKmh } from "./speeds";
import type { Tags } from "./tag-access";

/** The one moment of an import, and what each text of a kind was found to say then: maps repeat them. */
export interface Conditions {
  readonly moment: Moment;
  readonly known: Readonly<Record<KeyKind, Map<string, Held>>>;
}

export const startConditions = (moment: Moment): Conditions => ({
  moment,
  known: { access: new Map(), oneway: new Map(), speed: new Map(), turn: new Map() },
});

/** Tags as they are at the moment of an import. */
export interface TagsThen {
  /** With the values of conditional keys that hold in place of those of the plain keys. */
  readonly tags: Tags;
  readonly conditioned: readonly FoundKey[];
}

/** What became of a conditional key. */
export interface FoundKey {
  readonly key: string;
  readonly held: Held;
}

/**
 * Values that hold at the moment take the place of the plain key's. Which key then counts is as without conditions: what is
 * said of motor cars goes before what is said of all, and of one direction before both.
 */
export function tagsThen(tags: Tags, kinds: readonly KeyKind[], conditions: Conditions): TagsThen {
  const conditioned: FoundKey[] = [];
  let then: Map<string, string> | null = null;
  for (const [name, text] of tags) {
    const about = name.endsWith(":conditional") ? conditionalKeys.get(name) : undefined;
    if (about === undefined || !kinds.includes(about.kind)) continue;
    const held = heldOf(text, about.kind, conditions);
    conditioned.push({ key: about.key, held });
    if (held.value !== null) (then ??= new Map(tags)).set(about.key, held.value);
  }
  return { tags: then ?? tags, conditioned };
}

function heldOf(text: string, kind: KeyKind, { moment, known }: Conditions): Held {
  let held = known[kind].get(text);
  if (held === undefined) known[kind].set(text, (held = readConditional(text, valueKinds[kind], moment)));
  return held;
}

const valueKinds: Readonly<Record<KeyKind, ValueKind>> = {
  access: { isAccess: true, isValue: (value) => /^[a-z_]{1,40}$/.test(value) },
  oneway: { isAccess: false, isValue: (value) => /^(yes|no|true|false|1|0|-1|reverse|reversible)$/.test(value) },
  speed: { isAccess: false, isValue: (value) => value.length < 40 && parseSpeedKmh(value) !== null },
  turn: { isAccess: false, isValue: (value) => /^(none|no|(no|only)_[a-z_]{1,40})$/.test(value) },
};

/** Tells what holds, what does not and what nobody knows. */
export function noteConditioned(notes: ImportNotes, { moment }: Conditions, conditioned: readonly FoundKey[]): void {
  for (const { key, held } of conditioned) {
    if (held.value !== null) {
      noteDropped(
        notes,
        "other hours of conditional tags",
        `what holds at ${describeMoment(moment)} is applied all day`,
      );
    }
    for (const why of whyNot(held, moment)) noteDropped(notes, `values of ${key}:conditional`, why);
  }
}

/** Why entries of a value are not applied: all that nobody knows, else what does not hold if nothing does. */
export function whyNot({ value, notHeld, undecided }: Held, moment: Moment): string[] {
  if (undecided.size > 0) return [...undecided].map((why) => reasonOf(why, moment));
  return value === null && notHeld !== null ? [reasonOf(notHeld, moment)] : [];
}

/** Why what it is a condition of is not applied, as a note says it. */
export function reasonOf(finding: Exclude<Finding, "holds">, moment: Moment): string {
  switch (finding) {
    case "otherHours":
      return `they hold at other hours than ${describeMoment(moment)}`;
    case "otherVehicles":
      return "they hold for other vehicles, or in other weather";
    case "someDrivers":
      return "they hold for some drivers only";
    case "undated":
      return `they depend on the date, and ${describeMoment(moment)} has none`;
    case "holidays":
      return "they depend on holidays, of which there is no calendar here";
    case "unknown":
      return "their condition is not understood: it counts as never met";
  }
}
