import { BrowserWindow, dialog, ipcMain, MessageChannelMain, safeStorage, type UtilityProcess, type WebContents } from "electron";
import type { HostNews, HostOrder } from "./host/host";
import { channels } from "./shell-channels";

/** Gives the page one end of a channel and the host the other. Nothing of the console API passes the main process. */
export function brokerConsole(contents: WebContents, host: UtilityProcess): void {
  const { port1, port2 } = new MessageChannelMain();
  const order: HostOrder = { kind: "console" };
  host.postMessage(order, [port1]);
  contents.postMessage(channels.consolePort, null, [port2]);
}

/** What the page can ask of the shell: a dialog. */
export function registerShellBridge(): void {
  ipcMain.handle(channels.pickCityFile, async (event) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (window === null) return null;
    const picked = await dialog.showOpenDialog(window, {
      title: "Open a city",
      properties: ["openFile"],
      filters: [
        { name: "City", extensions: ["pbf", "osm", "xml", "gz", "city"] },
        { name: "All files", extensions: ["*"] },
      ],
    });
    return picked.filePaths[0] ?? null;
  });
}

/** On Linux without a keyring safeStorage is plain text: then a passphrase protects the key. */
export function keyringIsSafe(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== "linux" || safeStorage.getSelectedStorageBackend() !== "basic_text";
}

/** Encrypts or decrypts for the host. */
export function answerKeyring(news: Extract<HostNews, { kind: "keyring" }>): HostOrder {
  try {
    const bytes =
      news.operation === "encrypt"
        ? new Uint8Array(safeStorage.encryptString(Buffer.from(news.bytes).toString("hex")))
        : new Uint8Array(Buffer.from(safeStorage.decryptString(Buffer.from(news.bytes)), "hex"));
    return { kind: "keyring", id: news.id, bytes };
  } catch {
    return { kind: "keyring", id: news.id, bytes: null };
  }
}
