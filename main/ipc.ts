import {
  BrowserWindow,
  dialog,
  ipcMain,
  MessageChannelMain,
  safeStorage,
  type UtilityProcess,
  type WebContents,
} from "electron";
import * as v from "valibot";
import type { PickWords } from "../common/console-api";
import type { HostNews, HostOrder } from "./host/host";
import { channels } from "./shell-channels";
import { consoleOrigin } from "./windows";

/** Gives the page one end of a channel and the host the other. Nothing of the console API passes the main process. */
export function brokerConsole(contents: WebContents, host: UtilityProcess): void {
  const { port1, port2 } = new MessageChannelMain();
  const order: HostOrder = { kind: "console" };
  host.postMessage(order, [port1]);
  contents.postMessage(channels.consolePort, null, [port2]);
}

/** What the page can ask of the shell: a dialog, in the page's words. Nobody but the console's own page is answered. */
export function registerShellBridge(): void {
  ipcMain.handle(channels.pickCityFile, async (event, words: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    const isOurs = event.senderFrame === event.sender.mainFrame && event.senderFrame.url.startsWith(consoleOrigin);
    if (window === null || !isOurs || !v.is(pickWordsSchema, words)) return null;
    const picked = await dialog.showOpenDialog(window, {
      title: words.title,
      properties: ["openFile"],
      filters: [
        { name: words.known, extensions: ["pbf", "osm", "xml", "gz", "city"] },
        { name: words.all, extensions: ["*"] },
      ],
    });
    return picked.filePaths[0] ?? null;
  });
}

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const pickWordsSchema = v.strictObject({ title: word, known: word, all: word }) satisfies v.GenericSchema<PickWords>;

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
