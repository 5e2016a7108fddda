import {
  BrowserWindow,
  dialog,
  ipcMain,
  MessageChannelMain,
  safeStorage,
  type UtilityProcess,
  type WebContents,
} from "electron";
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
      title: "Open a file",
      properties: ["openFile"],
      filters: [
        { name: "City or situations", extensions: ["pbf", "osm", "xml", "gz", "city"] },
        { name: "All files", extensions: ["*"] },
      ],
    });
    return picked.filePaths[0] ?? null;
  });
}

/**
 * The keyring as old and new Electron offer it: 25 has synchronous calls only, 46 asynchronous ones only. Old ciphertexts
 * are read by both.
 */
interface AnySafeStorage {
  isEncryptionAvailable?(): boolean;
  isAsyncEncryptionAvailable?(): Promise<boolean>;
  encryptString?(text: string): Buffer;
  encryptStringAsync?(text: string): Promise<Buffer>;
  decryptString?(ciphertext: Buffer): string;
  decryptStringAsync?(ciphertext: Buffer): Promise<{ readonly result: string }>;
  getSelectedStorageBackend?(): string;
}
const keyring: AnySafeStorage = safeStorage;

/** On Linux without a keyring safeStorage is plain text: then a passphrase protects the key. */
export async function keyringIsSafe(): Promise<boolean> {
  const available = (await keyring.isAsyncEncryptionAvailable?.()) ?? keyring.isEncryptionAvailable?.() ?? false;
  return available && (process.platform !== "linux" || keyring.getSelectedStorageBackend?.() !== "basic_text");
}

/** Encrypts or decrypts for the host. */
export async function answerKeyring(news: Extract<HostNews, { kind: "keyring" }>): Promise<HostOrder> {
  try {
    const bytes = await (news.operation === "encrypt" ? encrypt(news.bytes) : decrypt(news.bytes));
    return { kind: "keyring", id: news.id, bytes: bytes ?? null };
  } catch {
    return { kind: "keyring", id: news.id, bytes: null };
  }
}

async function encrypt(secret: Uint8Array): Promise<Uint8Array | undefined> {
  const text = Buffer.from(secret).toString("hex");
  const ciphertext = (await keyring.encryptStringAsync?.(text)) ?? keyring.encryptString?.(text);
  return ciphertext === undefined ? undefined : new Uint8Array(ciphertext);
}

async function decrypt(ciphertext: Uint8Array): Promise<Uint8Array | undefined> {
  const bytes = Buffer.from(ciphertext);
  const text = (await keyring.decryptStringAsync?.(bytes))?.result ?? keyring.decryptString?.(bytes);
  return text === undefined ? undefined : new Uint8Array(Buffer.from(text, "hex"));
}
