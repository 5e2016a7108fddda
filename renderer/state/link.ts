/**
 * The one-time token of the link that opened this page: it comes in the address's fragment, which is then taken out of the
 * address bar, and is kept for a reload of this tab under `item`.
 */
export function takeToken(item: string): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) {
    sessionStorage.setItem(item, token);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return token ?? sessionStorage.getItem(item) ?? "";
}

/** Chosen once by this tab: the token admits whoever comes first, and from then on only who brings this key too. */
export function sessionKey(item: string): string {
  const known = sessionStorage.getItem(item);
  if (known !== null) return known;
  const chosen = crypto.randomUUID();
  sessionStorage.setItem(item, chosen);
  return chosen;
}

/** A socket's address at the host that served this page. */
export function socketUrl(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
