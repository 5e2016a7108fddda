/** What this computer remembers of how its user likes the window: never anything of a session. */

const prefix = "pendulaire.";

export function remembered(name: string): string | null {
  try {
    return storage()?.getItem(prefix + name) ?? null;
  } catch {
    return null;
  }
}

/** A full or forbidden storage loses the preference and nothing else. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) storage()?.removeItem(prefix + name);
    else storage()?.setItem(prefix + name, value);
  } catch {
    // The window is as it was chosen, for this time.
  }
}

/** Absent outside of a window. */
function storage(): Storage | undefined {
  return (globalThis as { readonly localStorage?: Storage }).localStorage;
}
