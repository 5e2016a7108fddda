import { ProgramKind, SignalLetter } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import type { RuledPhase } from "../network/crossing-rules";
import { idOf, numberOf, positiveOf, quoted, refuse, textOf, type Element } from "./element-reading";

/** A `tlLogic`: one program of one controller. */
export interface SumoProgram {
  readonly id: string;
  readonly controllerId: string;
  readonly kind: ProgramKind;
  readonly offsetS: number;
  readonly phases: RuledPhase[];
  /** Where it stands, for messages. */
  readonly line: number;
  readonly label: string;
}

const kinds: ReadonlyMap<string, ProgramKind> = new Map([
  ["static", ProgramKind.fixed],
  ["actuated", ProgramKind.actuated],
  ["delay_based", ProgramKind.delayBased],
]);

export function startProgram(element: Element, notes: ImportNotes): SumoProgram {
  const controllerId = idOf(element);
  const type = element.attributes["type"] ?? "static";
  const kind = kinds.get(type) ?? ProgramKind.other;
  if (kind === ProgramKind.other)
    noteDropped(notes, `control of signals by ${type}`, "run by the times of their phases");
  return {
    id: element.attributes["programID"] ?? "0",
    controllerId,
    kind,
    offsetS: numberOf(element, "offset", 0),
    phases: [],
    line: element.line,
    label: element.label,
  };
}

/** SUMO's letters. @see https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#signal_state_definitions */
const letters: ReadonlyMap<string, SignalLetter> = new Map([
  ["r", SignalLetter.red],
  ["y", SignalLetter.yellow],
  ["Y", SignalLetter.yellow],
  ["g", SignalLetter.greenYield],
  ["G", SignalLetter.green],
  ["u", SignalLetter.redYellow],
  ["s", SignalLetter.stopYield],
  ["o", SignalLetter.blinking],
  ["O", SignalLetter.off],
]);

export function addPhase(program: SumoProgram, element: Element, notes: ImportNotes): void {
  const place: Element = { ...element, label: `${program.label}: phase ${program.phases.length + 1}` };
  const durationS = positiveOf(place, "duration");
  const state = textOf(place, "state");
  const first = program.phases[0];
  if (state === "") refuse(place, "state is empty");
  if (first !== undefined && state.length !== first.letters.length)
    refuse(place, `state has ${state.length} letters, and the first phase has ${first.letters.length}`);
  const isStretched = program.kind !== ProgramKind.fixed;
  const leastS = isStretched ? positiveOf(place, "minDur", durationS) : durationS;
  const mostS = isStretched ? positiveOf(place, "maxDur", Math.max(leastS, durationS)) : durationS;
  if (mostS < leastS) refuse(place, `maxDur ${mostS} is less than minDur ${leastS}`);
  if (element.attributes["next"] !== undefined)
    noteDropped(notes, "orders of phases (next)", "phases follow in their order");
  program.phases.push({
    durationS,
    leastS,
    mostS,
    letters: Array.from(state, (letter) => {
      const known = letters.get(letter);
      return known ?? refuse(place, `no signal state ${quoted(letter)}`);
    }),
  });
}

/** A program that has been read whole. */
export function endProgram(program: SumoProgram): void {
  if (program.phases.length === 0) refuse(program, "has no phase");
}
