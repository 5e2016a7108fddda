import { JunctionKind, ProgramKind, SignalLetter } from "../../../common/city";
import type { BuiltNetwork, NetworkJunction } from "./network";
import type { SignalPlan, SignalProgram } from "./signals";

/** Who waits of two connections that conflict. */
export type Waits = "first" | "second" | "both" | "neither";

/** How a network's junctions are run. Rows of connections and junctions are the network's. */
export interface CrossingRules {
  readonly kindOf: (junction: number) => JunctionKind;
  readonly waits: (first: number, second: number) => Waits;
  readonly programs: readonly RuledProgram[];
  /** Row of each junction's program, -1 = none. */
  readonly programOf: Int32Array<ArrayBuffer>;
  /** Letter that rules each connection, -1 = none. */
  readonly letterOf: Int32Array<ArrayBuffer>;
  /** Names of what switches the programs. */
  readonly controllerIds: readonly string[];
}

export interface RuledProgram {
  readonly id: string;
  /** Row of controllerIds. */
  readonly controller: number;
  readonly kind: ProgramKind;
  readonly sensing: SignalSensing;
  readonly offsetS: number;
  readonly linkCount: number;
  readonly phases: readonly RuledPhase[];
}

/** How a program that is not fixed sees demand: the city form's columns of these names. */
export interface SignalSensing {
  readonly maxGapS: number;
  readonly detectorS: number;
  readonly passingS: number;
  readonly rangeM: number;
  readonly leastLossS: number;
}

/** Of a fixed program. */
export const noSensing: SignalSensing = { maxGapS: 0, detectorS: 0, passingS: 0, rangeM: 0, leastLossS: 0 };

export interface RuledPhase {
  readonly durationS: number;
  readonly leastS: number;
  readonly mostS: number;
  readonly letters: readonly SignalLetter[];
}

/** The rules of a network of our own making: by general right of way and planned programs. */
export function plannedRules(network: BuiltNetwork, { programs, programOf }: SignalPlan): CrossingRules {
  const letterOf = new Int32Array(network.connections.length).fill(-1);
  for (const { links } of programs) links.forEach((link, letter) => (letterOf[link] = letter));
  const meet = programs.map(greenTogether);
  return {
    kindOf: (junction) => kindOf(network, network.junctions[junction], programOf[junction]),
    waits(first, second) {
      const program = programOf[network.connections[first].junction];
      // Streams that signals keep apart have no order between them.
      if (program >= 0 && !meet[program](first, second)) return "neither";
      return network.rightOfWay(first, second).waits === 0 ? "first" : "second";
    },
    programs: programs.map(({ links, phases, offsetS }, controller) => ({
      id: "0",
      controller,
      kind: ProgramKind.fixed,
      sensing: noSensing,
      offsetS,
      linkCount: links.length,
      phases: phases.map(({ durationS, letters }) => ({ durationS, leastS: durationS, mostS: durationS, letters })),
    })),
    programOf,
    letterOf,
    controllerIds: programs.map(({ junction }) => `junction ${junction}`),
  };
}

function kindOf(
  { connections, rightOfWay }: BuiltNetwork,
  { armCount, conflicts }: NetworkJunction,
  program: number,
): JunctionKind {
  if (program >= 0) return JunctionKind.signal;
  if (armCount === 1) return JunctionKind.deadEnd;
  const between = conflicts.filter(
    ({ first, second }) => connections[first]?.fromEdge !== connections[second]?.fromEdge,
  );
  if (armCount === 2 && between.length === 0) return JunctionKind.continuation;
  const byHand = between.some(({ first, second }) => rightOfWay(first, second).reason === "left");
  return byHand ? JunctionKind.rightBeforeLeft : JunctionKind.priority;
}

function greenTogether({ links, phases }: SignalProgram): (first: number, second: number) => boolean {
  const letterOf = new Map(links.map((link, letter) => [link, letter] as const));
  const isGreen = (letter: SignalLetter | undefined) =>
    letter === SignalLetter.green || letter === SignalLetter.greenYield;
  return (first, second) => {
    const [a, b] = [letterOf.get(first) ?? -1, letterOf.get(second) ?? -1];
    return phases.some(({ letters }) => isGreen(letters[a]) && isGreen(letters[b]));
  };
}
