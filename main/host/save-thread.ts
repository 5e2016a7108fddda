import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createGzip } from "node:zlib";
import { assert, type Result } from "../../common/result";
import { failReading } from "./file-reading";
import { sessionPieces, type SessionColumns } from "./saved-session-file";

// The thread that digests, compresses and writes a saved session, while the session that was saved goes on.

export interface SaveStart {
  readonly file: string;
  readonly columns: SessionColumns;
}

export type SaveReport = Result<void>;

/** What is compressed at once, bytes: so much is held beside the columns, not another copy of them. */
const chunkBytes = 4 * 2 ** 20;
/** Fastest: the thread shares the processor with the twins. */
const level = 1;
/** What is written at once, bytes. */
const chunkSize = 2 ** 18;

const port = parentPort;
assert(port !== null, "a session is written on a thread of its own");

function* chunksOf(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces)
    for (let from = 0; from < piece.length; from += chunkBytes) yield piece.subarray(from, from + chunkBytes);
}

/** The file is on the disk, not only with the system, when this resolves. */
async function write({ file, columns }: SaveStart): Promise<SaveReport> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      await pipeline(chunksOf(sessionPieces(columns)), createGzip({ level, chunkSize }), async (packed) => {
        for await (const bytes of packed) await handle.writeFile(bytes as Uint8Array);
      });
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { ok: true, value: undefined };
  } catch (error) {
    return failReading(error, file);
  }
}

void write(workerData as SaveStart).then((report) => port.postMessage(report));
