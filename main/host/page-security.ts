/**
 * What a page of the console may do: its own scripts, styles, workers and images; no inline code, no eval, no network.
 * @param socketPort loopback port of the console API, where it is a socket
 */
export function contentSecurityPolicy(socketPort?: number): string {
  const rules = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    // Not every browser's `self` covers the socket of the same host, so it is named.
    socketPort === undefined ? "connect-src 'self'" : `connect-src 'self' ws://127.0.0.1:${socketPort}`,
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return rules.join("; ");
}

/** Kinds of files that are served; others are not. */
export const contentTypes: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".woff2", "font/woff2"],
  [".json", "application/json"],
]);
