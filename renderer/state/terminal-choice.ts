import type { TerminalPlace } from "../../common/console-api";
import { plainLetters } from "./plain-letters";

/** The terminals whose name, or whose road's, has what was typed in it. */
export function choicesOf(terminals: readonly TerminalPlace[], typed: string): readonly TerminalPlace[] {
  const sought = soughtBy(typed);
  return terminals.filter(({ name, road }) => plainLetters(`${name} ${road ?? ""}`).includes(sought));
}

/** The one terminal that Enter adds: the only one that is offered, or else the one of that very name. */
export function meantBy(terminals: readonly TerminalPlace[], typed: string): TerminalPlace | undefined {
  const sought = soughtBy(typed);
  if (sought === "") return undefined;
  const [first, ...others] = choicesOf(terminals, typed);
  return others.length === 0 ? first : terminals.find(({ name }) => plainLetters(name) === sought);
}

const soughtBy = (typed: string) => plainLetters(typed.trim());
