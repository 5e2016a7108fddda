/**
 * What this computer remembers of how its user likes the window: never anything of a session. A browser keeps its storage
 * for each port, and a console is served at another one each time: its cookies are of the host whatever the port. Pages
 * without a host, as in Electron, have storage alone.
 */

const prefix = "pendulaire.";
const keptS = 365 * 86_400;

export function remembered(name: string): string | null {
  try {
    return inCookie(prefix + name) ?? parts.localStorage?.getItem(prefix + name) ?? null;
  } catch {
    return null;
  }
}

/** A full or forbidden storage loses the preference and nothing else. */
export function remember(name: string, value: string | null): void {
  try {
    if (parts.document !== undefined) {
      const seconds = value === null ? 0 : keptS;
      const content = encodeURIComponent(value ?? "");
      parts.document.cookie = `${prefix}${name}=${content}; path=/; max-age=${String(seconds)}; samesite=strict`;
    }
    if (value === null) parts.localStorage?.removeItem(prefix + name);
    else parts.localStorage?.setItem(prefix + name, value);
  } catch {
    // The window is as it was chosen, for this time.
  }
}

function inCookie(name: string): string | undefined {
  const pairs = parts.document?.cookie.split("; ") ?? [];
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? undefined : decodeURIComponent(found.slice(name.length + 1));
}

/** Absent outside of a window. */
const parts = globalThis as { readonly localStorage?: Storage; readonly document?: Pick<Document, "cookie"> };
