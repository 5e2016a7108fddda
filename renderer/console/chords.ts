import { text } from "./text";

/**
 * A key with its modifiers, by the names of `aria-keyshortcuts`: "I", "Control+K", "Shift+F6", "Plus". Letters mean what
 * is printed on the key; digits their place in the row, for on a French keyboard they are typed with Shift.
 */
export type Chord = string;

type Modifier = "Control" | "Alt" | "Shift";
const signs: Readonly<Record<string, string>> = { Space: " ", Plus: "+", Minus: "-" };

/** What a keyboard event is compared by. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function isPressed(chord: Chord, press: KeyPress): boolean {
  const parts = chord.split("+");
  const key = parts.at(-1) ?? "";
  const wants = (modifier: Modifier) => parts.includes(modifier);
  if (wants("Control") !== (press.ctrlKey || press.metaKey) || wants("Alt") !== press.altKey) return false;
  const isPlainDigit = /^\d$/.test(key);
  if (isPlainDigit && wants("Alt") && wants("Shift") !== press.shiftKey) return false;
  if (isPlainDigit) return press.code === `Digit${key}` || press.code === `Numpad${key}`;
  // Signs are typed with Shift on one keyboard and without on another.
  const isSign = key in signs || (key.length === 1 && key.toLowerCase() === key.toUpperCase());
  if (!isSign && wants("Shift") !== press.shiftKey) return false;
  return press.key.toLowerCase() === (signs[key] ?? key).toLowerCase();
}

/** As it stands on the keys: "Ctrl K". */
export function printedChord(chord: Chord): string {
  const names: Readonly<Record<string, string>> = text.keyNames;
  return chord
    .split("+")
    .map((part) => names[part] ?? part)
    .join(" ");
}
