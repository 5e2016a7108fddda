export interface ImportOptions {
  /** Seed of what has to be made up; default 1. */
  readonly seed?: number;
  /** Told of bytes read, of all bytes. */
  readonly progress?: (doneBytes: number, totalBytes: number) => void;
}
