/** Outcome of an operation whose failure is expected: bad input, a refused transaction, a missing file. */
export type Result<T, E = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Why an input could not be used. `where` names the file, line, element or field. */
export interface Failure {
  readonly message: string;
  readonly where?: string;
}

export function succeed<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail(message: string, where?: string): Result<never> {
  return { ok: false, error: where === undefined ? { message } : { message, where } };
}

/** One line for a person: "where: message". */
export function describeFailure(failure: Failure): string {
  return failure.where === undefined ? failure.message : `${failure.where}: ${failure.message}`;
}

/** A broken invariant is a defect of the program, never of its input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Marks the end of an exhaustive switch over a discriminated union. */
export function unreachable(value: never): never {
  throw new Error(`broken invariant: unhandled case ${JSON.stringify(value)}`);
}
