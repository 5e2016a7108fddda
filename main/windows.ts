import { BrowserWindow, Menu, net, protocol, session, type WebContents } from "electron";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { contentSecurityPolicy, contentTypes } from "./host/page-security";

const scheme = "app";
const host = "console";

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
    const found = await net.fetch(pathToFileURL(file).toString()).catch(() => undefined);
    if (found?.ok !== true) return new Response(null, { status: 404 });
    return new Response(found.body, {
      headers: {
        "content-type": type,
        "content-security-policy": contentSecurityPolicy(),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "x-content-type-options": "nosniff",
      },
    });
  });
  const isOurs = (url: string) => new RegExp(`^(${scheme}:|blob:${scheme}:|data:|devtools:|file:)`).test(url);
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOurs(details.url) }));
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}

/**
 * Opens the console's window. @param connect called at each load of the page, when it can be given its port
 */
export async function openWindow(preload: string, connect: (contents: WebContents) => void): Promise<BrowserWindow> {
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
      nodeIntegration: false,
      // A control room's console goes on behind other windows.
      backgroundThrottling: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: "deny" }));
  webContents.on("will-navigate", (event) => event.preventDefault());
  webContents.on("did-finish-load", () => connect(webContents));
  window.once("ready-to-show", () => window.show());
  await window.loadURL(`${scheme}://${host}/index.html`);
  return window;
}
