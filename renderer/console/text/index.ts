import { saidOfFailure, type Failure } from "../../../common/result";
import { wordSaid, type Said } from "../../../common/said";
import { count, minuteOf } from "../figures";
import { text } from "./language";

export { text };

/** What the host said, in the window's language. */
export function say(said: Said): string {
  return wordSaid(said, text.said, { count, minute: minuteOf });
}

/** Why something was not done, with the field or file that it is about. */
export function sayFailure(failure: Failure): string {
  return say(saidOfFailure(failure));
}
