import type { FileSource, ShellBridge } from "../../common/console-api";
import { text } from "./text";

declare global {
  interface Window {
    /** Put there by the preload script in Electron; absent in a browser. */
    readonly pendulaireShell?: ShellBridge;
  }
}

/** The largest file that is read into memory to be sent to the host. */
export const fileBytesLimit = 250 * 1024 * 1024;

/** A file that the user gave: by its path where the host can read it, else by its contents. */
export async function sourceOfFile(file: File): Promise<FileSource> {
  const path = window.pendulaireShell?.pathOfFile(file) ?? "";
  if (path !== "") return { kind: "file", path };
  return { kind: "bytes", name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

/** Asks for a file with the system's own dialog; null when there is none, or the user cancels. */
export async function pickedFile(): Promise<FileSource | null> {
  const path = (await window.pendulaireShell?.pickCityFile(text.city.pick)) ?? null;
  return path === null ? null : { kind: "file", path };
}

export const hasShell = (): boolean => window.pendulaireShell !== undefined;

/** Gives the bytes to the user as a file: the browser asks where, or puts it with the downloads. */
export function saveFile(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes.slice()], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has taken the bytes by the next turn; the address would keep them for ever.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
