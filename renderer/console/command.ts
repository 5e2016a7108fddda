import type { Chord } from "./chords";
import type { ConsoleParts } from "./parts";
import type { text } from "./text";

/** Something that the console does when it is asked by name or by key. */
export interface Command {
  readonly id: string;
  readonly group: keyof typeof text.commands.groups;
  /** @param parts of the session that it would act on; without them it is said in general */
  readonly name: (parts?: ConsoleParts) => string;
  /** The first is the one that is shown. */
  readonly keys: readonly Chord[];
  /** Why it can do nothing now, or null. */
  readonly lack?: (parts: ConsoleParts) => string | null;
  readonly run: (parts: ConsoleParts) => unknown;
}
