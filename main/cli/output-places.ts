import { existsSync } from "node:fs";
import { fail, succeed, type Result } from "../../common/result";
import { checkPlace, identityOf, type WriteAccess } from "./whole-files";

/** A file that a run writes, and the option that names it. */
export interface Output {
  readonly option: string;
  readonly file: string;
}

/** The outputs that are asked for, of options that name files. */
export function outputsOf<Name extends string>(
  values: { readonly [Each in Name]?: string | undefined },
  ...names: readonly Name[]
): readonly Output[] {
  return names.flatMap((name) => {
    const file = values[name];
    return file === undefined ? [] : [{ option: `--${name}`, file }];
  });
}

/**
 * Asked before a run: each output has a place, none is one of the files that the run reads, no two are one file.
 * @param inputs paths; those that are not there are no matter
 */
export function checkOutputs(
  outputs: readonly Output[],
  inputs: readonly string[],
  mayWrite?: WriteAccess,
): Result<void> {
  const inputOf = new Map(inputs.filter((file) => existsSync(file)).map((file) => [identityOf(file), file]));
  const optionOf = new Map<string, string>();
  for (const { option, file } of outputs) {
    const where = `${option} ${file}`;
    const place = checkPlace(file, mayWrite);
    if (!place.ok) return fail(place.error.message, where);
    const identity = identityOf(file);
    const input = inputOf.get(identity);
    if (input !== undefined) return fail(`would replace ${input}, which this run reads`, where);
    const other = optionOf.get(identity);
    if (other !== undefined) return fail(`is the file of ${other} already`, where);
    optionOf.set(identity, option);
  }
  return succeed(undefined);
}
