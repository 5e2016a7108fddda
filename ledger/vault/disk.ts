import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Bytes for a place in a file. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What a vault does to a disk. Each returns when the disk has it; a test's disk may stop at any of them. */
export interface Disk {
  /** Overwrites in place, and makes the file longer where it ends before. */
  write(file: string, pieces: readonly Piece[]): void;
  /** The whole file or nothing of it. Of what is not secret only: the earlier content's blocks are not overwritten. */
  replace(file: string, text: string): void;
  append(file: string, text: string): void;
  /** Overwrites the file before it is removed. */
  destroy(file: string): void;
  makeFolder(folder: string): void;
  /** An empty one. */
  removeFolder(folder: string): void;
}

export const realDisk: Disk = {
  write: (file, pieces) => {
    const isNew = !existsSync(file);
    withFile(file, isNew ? "wx+" : "r+", (descriptor) => {
      for (const { at, bytes } of pieces) writeWhole(descriptor, bytes, at);
    });
    if (isNew) syncFolder(dirname(file));
  },
  replace: (file, text) => {
    const draft = `${file}.new`;
    writeFileSync(draft, text, { mode: ownerOnly });
    withFile(draft, "r+", () => undefined);
    renameSync(draft, file);
    syncFolder(dirname(file));
  },
  append: (file, text) => {
    appendFileSync(file, text, { mode: ownerOnly });
  },
  destroy: (file) => {
    withFile(file, "r+", (descriptor) => {
      const { size } = fstatSync(descriptor);
      const zeros = new Uint8Array(Math.min(size, zeroBytesMax));
      for (let at = 0; at < size; at += zeros.length) {
        writeWhole(descriptor, zeros.subarray(0, Math.min(zeros.length, size - at)), at);
      }
    });
    unlinkSync(file);
    syncFolder(dirname(file));
  },
  makeFolder: (folder) => {
    if (existsSync(folder) && statSync(folder).isDirectory()) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    syncFolder(dirname(folder));
  },
  removeFolder: (folder) => {
    rmdirSync(folder);
    syncFolder(dirname(folder));
  },
};

const ownerOnly = 0o600;
const zeroBytesMax = 1 << 20;

function withFile(file: string, flags: string, use: (descriptor: number) => void): void {
  const descriptor = openSync(file, flags, ownerOnly);
  try {
    use(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  }
}

/** Names are a folder's content: without this a file that was renamed may be gone after a power cut. */
function syncFolder(folder: string): void {
  // Windows has no such call, and needs none.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
