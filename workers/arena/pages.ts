/**
 * The state of an arena as pages: what changed against an earlier state is told by the pages that differ, so that a
 * keyframe need not hold the network, the shapes and the trees again.
 */
export const pageBytes = 4096;
const pageWords = pageBytes / 4;

/** Pages of so many bytes, the last one cut. */
export function pageCount(byteLength: number): number {
  return Math.ceil(byteLength / pageBytes);
}

/** Rows of the pages in which a state differs from an earlier one or goes beyond it, ascending. Lengths are multiples of 4. */
export function differingPages(reference: Uint8Array, state: Uint8Array): Uint32Array<ArrayBuffer> {
  const [before, after] = [wordsOf(reference), wordsOf(state)];
  const found = new Uint32Array(pageCount(state.byteLength));
  let count = 0;
  for (let page = 0, from = 0; from < after.length; page++, from += pageWords) {
    const end = Math.min(from + pageWords, after.length);
    for (let word = from; word < end; word++) {
      if (before[word] === after[word]) continue;
      found[count++] = page;
      break;
    }
  }
  return found.slice(0, count);
}

/** The pages' bytes, one after the other. */
export function takePages(state: Uint8Array, pages: Uint32Array): Uint8Array<ArrayBuffer> {
  const taken = new Uint8Array(bytesOfPages(pages, state.byteLength));
  let at = 0;
  for (const page of pages) {
    const bytes = state.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, state.byteLength));
    taken.set(bytes, at);
    at += bytes.length;
  }
  return taken;
}

/** Writes pages over a state, as far as it reaches. @param taken as `takePages` gave them: all but the last are full */
export function putPages(state: Uint8Array, pages: Uint32Array, taken: Uint8Array): void {
  for (let row = 0; row < pages.length; row++) {
    const to = pages[row] * pageBytes;
    if (to >= state.byteLength) continue;
    const at = row * pageBytes;
    state.set(taken.subarray(at, Math.min(at + pageBytes, at + state.byteLength - to)), to);
  }
}

/** Bytes that pages of a state of this length take. */
export function bytesOfPages(pages: Uint32Array, byteLength: number): number {
  let bytes = 0;
  for (const page of pages) bytes += Math.max(0, Math.min(pageBytes, byteLength - page * pageBytes));
  return bytes;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
