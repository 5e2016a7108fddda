import { sayInEnglish, type Said } from "./said";

/** Outcome of an operation whose failure is expected: bad input, a refused transaction, a missing file. */
export type Result<T, E = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Why an input could not be used. `where` names the file, line, element or field. */
export interface Failure {
  readonly message: string;
  readonly where?: string;
  /** The same as `message`, for whoever has words of their own. */
  readonly said?: Said;
}

export function succeed<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail(message: string, where?: string): Result<never> {
  return { ok: false, error: where === undefined ? { message } : { message, where } };
}

/** A failure within a file or part, by the name of the whole: "name: where: message". */
export function failIn(name: string, { message, where }: Failure): Result<never> {
  return fail(message, where === undefined ? name : `${name}: ${where}`);
}

/** A refusal that a console can say in its operator's language. */
export function refuseSaying(said: Said, where?: string): Result<never> {
  return { ok: false, error: failureSaying(said, where) };
}

export function failureSaying(said: Said, where?: string): Failure {
  const failure = { message: sayInEnglish(said), said };
  return where === undefined ? failure : { ...failure, where };
}

/** What a failure says inside of another saying. */
export function saidOfFailure(failure: Failure): Said {
  const { message, where } = failure;
  const reason: Said = failure.said ?? { code: "words", args: { text: message } };
  // A refusal of the ledger carries its name already.
  return where === undefined || reason.code === "ledger-refusal" ? reason : { code: "at", args: { where, reason } };
}

/** One line for a person: "where: message". */
export function describeFailure(failure: Failure): string {
  return failure.where === undefined ? failure.message : `${failure.where}: ${failure.message}`;
}

/** What was thrown, in one text: libraries throw more than errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A broken invariant is a defect of the program, never of its input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Marks the end of an exhaustive switch over a discriminated union. */
export function unreachable(value: never): never {
  throw new Error(`broken invariant: unhandled case ${JSON.stringify(value)}`);
}
