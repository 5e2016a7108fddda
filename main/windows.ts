import { BrowserWindow, Menu, protocol, session, type WebContents } from "electron";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { contentSecurityPolicy, contentTypes } from "./host/page-security";

const scheme = "app";
const host = "console";
/** Where every page of the console begins. */
export const consoleOrigin = `${scheme}://${host}/`;

/** Before the app is ready: the console's pages have a scheme of their own, which is as good as https. */
export function registerConsoleScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the pages below one folder, and lets nothing else be requested. */
export function serveConsoleScheme(pages: string): void {
  protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    const file = path.normalize(path.join(pages, decodeURIComponent(url.pathname)));
    const type = contentTypes.get(path.extname(file));
    if (url.host !== host || !file.startsWith(pages + path.sep) || type === undefined) {
      return new Response(null, { status: 404 });
    }
    const found = await readFile(file).catch(() => undefined);
    if (found === undefined) return new Response(null, { status: 404 });
    return new Response(found, {
      headers: {
        "content-type": type,
        "content-security-policy": contentSecurityPolicy(),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "x-content-type-options": "nosniff",
      },
    });
  });
  const isOurs = (url: string) => new RegExp(`^(${scheme}:|blob:${scheme}:|data:)`).test(url);
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOurs(details.url) }));
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}

/** A page that dies again within so long of being loaded anew would go on doing so, ms. */
const reloadLeastMs = 10_000;

export interface WindowEvents {
  /** Before its page is loaded. */
  readonly created: (window: BrowserWindow) => void;
  /** At each load of the page, when it can be given its port. */
  readonly loaded: (contents: WebContents) => void;
  /** The page's process died soon after it was loaded anew. @returns whether to load it once more */
  readonly diedAgain: () => Promise<boolean>;
}

/** Opens the console's window. Its page is loaded anew when its process dies: the session lies with the host. */
export async function openWindow(preload: string, events: WindowEvents): Promise<BrowserWindow> {
  Menu.setApplicationMenu(null);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    backgroundColor: "#1b1e22",
    title: "Pendulaire",
    show: false,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      spellcheck: false,
      nodeIntegration: false,
      // A control room's console goes on behind other windows.
      backgroundThrottling: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: "deny" }));
  webContents.on("will-navigate", (event) => event.preventDefault());
  webContents.on("did-finish-load", () => events.loaded(webContents));
  let reloadedMs = -Infinity;
  webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit") return;
    process.stderr.write(`pendulaire: the console's page ended: ${reason}\n`);
    const soon = performance.now() - reloadedMs < reloadLeastMs;
    void Promise.resolve(soon ? events.diedAgain() : true).then((reloads) => {
      if (!reloads || window.isDestroyed()) return;
      reloadedMs = performance.now();
      webContents.reload();
    });
  });
  events.created(window);
  window.once("ready-to-show", () => window.show());
  await window.loadURL(`${consoleOrigin}index.html`);
  return window;
}
