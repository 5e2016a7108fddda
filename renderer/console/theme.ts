import { remember, remembered } from "../state/preferences";

/** Dark for a dimmed control room, light for a bright office. Colours stand in `styles/tokens.css`. */
export const themes = ["dark", "light"] as const;
export type Theme = (typeof themes)[number];

const preference = "theme";
const listeners = new Set<() => void>();
let current: Theme = "dark";

export const currentTheme = (): Theme => current;

export function setTheme(next: Theme): void {
  remember(preference, next);
  wear(next);
}

/** @returns stops listening */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Before the first picture: what was chosen last, else what the system prefers. */
export function startTheme(): void {
  const chosen = themes.find((theme) => theme === remembered(preference));
  wear(chosen ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"));
}

function wear(next: Theme): void {
  current = next;
  document.documentElement.dataset["theme"] = next;
  for (const listener of listeners) listener();
}
