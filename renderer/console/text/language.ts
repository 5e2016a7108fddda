import { remember, remembered } from "../../state/preferences";
import { en, type Catalogue } from "./en";
import { fr } from "./fr";

export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

const catalogues: Readonly<Record<Language, Catalogue>> = { en, fr };
const preference = "language";
const listeners = new Set<() => void>();
let current = firstLanguage();

/**
 * The texts of the window's language. A live binding: whoever reads it while rendering has the current one, for
 * `Console` renders again when the language changes. Never keep a text in a constant of a module.
 */
export let text: Catalogue = catalogues[current];

export const currentLanguage = (): Language => current;

export function setLanguage(next: Language): void {
  if (next === current) return;
  current = next;
  text = catalogues[next];
  remember(preference, next);
  for (const listener of listeners) listener();
}

/** @returns stops listening */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Outside of a window English; in it what was chosen last, else the first language of the browser that we have. */
function firstLanguage(): Language {
  const wanted = typeof document === "undefined" ? [] : [remembered(preference), ...navigator.languages];
  for (const tag of wanted) {
    const found = languages.find((language) => tag?.toLowerCase().split("-")[0] === language);
    if (found !== undefined) return found;
  }
  return "en";
}
