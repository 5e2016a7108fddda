import { ProgramKind, SignalLetter } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import { noSensing, type RuledPhase, type SignalSensing } from "../network/crossing-rules";
import {
  idOf,
  notNegativeOf,
  numberOf,
  positiveOf,
  quoted,
  refuse,
  secondsOf,
  smallest,
  textOf,
  type Element,
} from "./element-reading";

/** A `tlLogic`: one program of one controller. */
export interface SumoProgram {
  readonly id: string;
  readonly controllerId: string;
  readonly kind: ProgramKind;
  sensing: SignalSensing;
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

/** What SUMO takes where a program names nothing else. @see https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#actuated_traffic_lights */
const usualSensing: ReadonlyMap<ProgramKind, SignalSensing> = new Map([
  [ProgramKind.actuated, { ...noSensing, maxGapS: 3, detectorS: 2, passingS: 1.9 }],
  [ProgramKind.delayBased, { ...noSensing, rangeM: 100, leastLossS: 1 }],
]);

/** Parameters that say what is sensed, each in one kind of program. */
const sensingNames: ReadonlyMap<string, { readonly kind: ProgramKind; readonly field: keyof SignalSensing }> = new Map([
  ["max-gap", { kind: ProgramKind.actuated, field: "maxGapS" }],
  ["detector-gap", { kind: ProgramKind.actuated, field: "detectorS" }],
  ["passing-time", { kind: ProgramKind.actuated, field: "passingS" }],
  ["detectorRange", { kind: ProgramKind.delayBased, field: "rangeM" }],
  ["minTimeloss", { kind: ProgramKind.delayBased, field: "leastLossS" }],
]);

/** Parameters that only say what is written or drawn. */
const silentNames: ReadonlySet<string> = new Set([
  "show-detectors",
  "file",
  "freq",
  "hide-conditions",
  "show-conditions",
]);

/** Parameters that change what SUMO does; others, such as a lane with a detector of one's own, are told together. */
const unrunNames: readonly string[] = [
  ...["max-gap", "jam-threshold", "inactive-threshold", "linkMaxDur", "linkMinDur", "vTypes", "coordinated"],
  ...["detector-gap", "passing-time", "detectorRange", "minTimeloss", "detector-length", "extra-detectors"],
  ...["cycleTime", "build-all-detectors"],
];

/** A `param` of a program. */
export function addParameter(program: SumoProgram, element: Element, notes: ImportNotes): void {
  const key = element.attributes["key"] ?? "";
  if (!usualSensing.has(program.kind) || silentNames.has(key)) return;
  const known = sensingNames.get(key);
  if (known?.kind !== program.kind) {
    const named = unrunNames.find((name) => key === name || key.startsWith(`${name}:`));
    const what = named === undefined ? "other parameters of signal programs" : `param ${named} of signal programs`;
    noteDropped(notes, what, "not used here");
    return;
  }
  const place: Element = { ...element, label: `${program.label}: param ${quoted(key)}` };
  // Cars that take no time to pass need no room.
  const value = (known.field === "passingS" ? positiveOf : notNegativeOf)(place, "value");
  program.sensing = { ...program.sensing, [known.field]: value };
}

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
    sensing: usualSensing.get(kind) ?? noSensing,
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

/** Attributes of phases that tie their ends to a cycle or an expression. */
const endRules = ["earliestEnd", "latestEnd", "earlyTarget", "finalTarget"];

/** A phase of less is one of a step, in SUMO's programs that follow demand. */
const leastGreenS = 1;
/** Longer than any run, s. */
const endlessS = 1e9;

function notNegativeTimeOf(place: Element, attribute: string, otherwise?: number): number {
  const seconds = secondsOf(place, attribute, otherwise);
  return seconds >= 0 ? seconds : refuse(place, `${attribute} must not be negative, and is ${seconds}`);
}

function timeOf(place: Element, attribute: string, otherwise?: number): number {
  const seconds = notNegativeTimeOf(place, attribute, otherwise);
  return seconds >= smallest ? seconds : refuse(place, `${attribute} must be more than 0, and is ${seconds}`);
}

export function addPhase(program: SumoProgram, element: Element, notes: ImportNotes): void {
  const place: Element = { ...element, label: `${program.label}: phase ${program.phases.length + 1}` };
  const durationS = timeOf(place, "duration");
  const state = textOf(place, "state");
  const first = program.phases[0];
  if (state === "") refuse(place, "state is empty");
  if (first !== undefined && state.length !== first.letters.length)
    refuse(place, `state has ${state.length} letters, and the first phase has ${first.letters.length}`);
  const isStretched = program.kind !== ProgramKind.fixed;
  const hasLeast = element.attributes["minDur"] !== undefined;
  const leastS = isStretched && hasLeast ? Math.max(leastGreenS, notNegativeTimeOf(place, "minDur")) : durationS;
  // As in SUMO who states what it lasts at least, and not at most, sets no bound.
  const mostS = isStretched ? timeOf(place, "maxDur", hasLeast ? endlessS : Math.max(leastS, durationS)) : durationS;
  if (mostS < leastS) refuse(place, `maxDur ${mostS} is less than minDur ${leastS}`);
  if (element.attributes["next"] !== undefined)
    noteDropped(notes, "orders of phases (next)", "phases follow in their order");
  if (isStretched && endRules.some((name) => element.attributes[name] !== undefined))
    noteDropped(notes, "rules for the end of a phase", "phases end by their demand, least and longest times");
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
