import {
  edgeLaneCountOf,
  edgeOfLanes,
  ProgramKind,
  SignalLetter,
  Turn,
  VehicleClass,
  type City,
} from "../../common/city";

/** A lane, or the part of one from `atM` on, where a signal sees vehicles. */
export interface DetectorRow {
  /** Of an edge, or an internal one. */
  readonly lane: number;
  /** From the lane's start, m. */
  readonly atM: number;
  /** From the lane's end to the line, m. */
  readonly restM: number;
  /** Of the lane that ends at the line. */
  readonly limitMps: number;
  /** From 1 on: rows of one approach have one number. */
  readonly approach: number;
}

/** What a phase makes of a detector: who is seen there has green, and, or, some of them wait. */
export const Serves = { green: 1, waits: 2 } as const;

export interface Detectors {
  readonly rows: readonly DetectorRow[];
  /** CSR over rows. */
  readonly programStart: Uint32Array;
  readonly ofPhases: readonly { readonly detector: number; readonly serves: number }[];
  /** CSR over ofPhases. */
  readonly phaseStart: Uint32Array;
}

/** Is it a kind of program that demand stretches? */
export const followsDemand = (kind: number): boolean =>
  kind === ProgramKind.actuated || kind === ProgramKind.delayBased;

/** A way over the line from one lane. */
interface Link {
  readonly letter: number;
  readonly toLane: number;
  readonly isUTurn: boolean;
  /** The lane is the road's only one for motor vehicles. */
  readonly isOnlyLane: boolean;
}

/** By lane before the line. */
type Approaches = ReadonlyMap<number, readonly Link[]>;

/** Length of a waiting car and the gap before it, m, and so much of one more that the least green clears: of MSActuatedTrafficLightLogic::init. */
const [queuedM, spareCars] = [7.5, 0.5];

/**
 * Where the signals of programs that demand stretches see vehicles, and which of the places each phase asks: as in SUMO, so that the
 * same file gives the same signals. @see https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#actuated_traffic_lights
 */
export function placeDetectors(city: City): Detectors {
  const known = placedOf.get(city);
  if (known !== undefined) return known;
  const placed = place(city);
  placedOf.set(city, placed);
  return placed;
}

/** An arena's counts and its columns ask for the same. */
const placedOf = new WeakMap<City, Detectors>();

function place(city: City): Detectors {
  const { columns } = city;
  const programs = columns.programKind.length;
  const rows: DetectorRow[] = [];
  const ofPhases: { detector: number; serves: number }[] = [];
  const programStart = new Uint32Array(programs + 1);
  const phaseStart = new Uint32Array(columns.phaseDurationS.length + 1);
  const approachesOf = listApproaches(city);
  const placeRows = approachesOf.size > 0 ? placesOn(city) : undefined;
  let approach = 0;
  for (let program = 0; program < programs; program++) {
    const approaches = approachesOf.get(program);
    const placed = new Map<number, readonly number[]>();
    for (const lane of approaches?.keys() ?? []) {
      const found = placeRows?.(program, lane, approaches as Approaches, ++approach) ?? [];
      if (found.length === 0) continue;
      placed.set(
        lane,
        found.map((row) => rows.push(row) - 1),
      );
    }
    programStart[program + 1] = rows.length;
    for (let phase = columns.programPhaseStart[program]; phase < columns.programPhaseStart[program + 1]; phase++) {
      for (const [lane, detectors] of placed) {
        const serves = servesOf(city, program, phase, lane, approaches as Approaches, placed);
        if (serves === 0) continue;
        for (const detector of detectors) ofPhases.push({ detector, serves });
      }
      phaseStart[phase + 1] = ofPhases.length;
    }
  }
  return { rows, programStart, ofPhases, phaseStart };
}

/** Of each program that demand stretches and that junctions have: the lanes that it rules. */
function listApproaches(city: City): ReadonlyMap<number, Approaches> {
  const { columns } = city;
  const found = new Map<number, Map<number, Link[]>>();
  if (!columns.programKind.some(followsDemand)) return found;
  const laneEdge = edgeOfLanes(city);
  columns.connectionFromLane.forEach((lane, row) => {
    const letter = columns.connectionSignal[row];
    const program = columns.junctionProgram[columns.connectionJunction[row]];
    if (letter < 0 || program < 0 || !followsDemand(columns.programKind[program])) return;
    const lanes = found.get(program) ?? new Map<number, Link[]>();
    found.set(program, lanes);
    const links = lanes.get(lane) ?? [];
    lanes.set(lane, links);
    links.push({
      letter,
      toLane: columns.connectionToLane[row],
      isUTurn: columns.connectionTurn[row] === Turn.uTurn,
      isOnlyLane: motorLanesOf(city, laneEdge[lane]) === 1,
    });
  });
  return found;
}

const letterIn = ({ columns }: City, phase: number, letter: number): number =>
  columns.phaseLetters[columns.phaseLetterStart[phase] + letter];

const isGreen = (letter: number): boolean => letter === SignalLetter.green || letter === SignalLetter.greenYield;

/** Does demand stretch this phase? None that has a yellow, which clears the junction. */
function isStretched(city: City, phase: number): boolean {
  const { phaseLeastS, phaseMostS } = city.columns;
  return phaseLeastS[phase] < phaseMostS[phase] && isGreenPhase(city, phase);
}

function isGreenPhase({ columns }: City, phase: number): boolean {
  const letters = columns.phaseLetters.subarray(columns.phaseLetterStart[phase], columns.phaseLetterStart[phase + 1]);
  return letters.some(isGreen) && !letters.includes(SignalLetter.yellow);
}

/** Finds the rows of one lane's detector; none where no phase would ask it. */
function placesOn(city: City) {
  const { columns } = city;
  const edgeLanes = edgeLaneCountOf(city);
  const incoming = new Map<number, number[]>();
  columns.connectionToLane.forEach((lane, row) => {
    const known = incoming.get(lane);
    if (known === undefined) incoming.set(lane, [row]);
    else known.push(row);
  });
  return (program: number, lane: number, approaches: Approaches, approach: number): DetectorRow[] => {
    if (columns.programKind[program] === ProgramKind.delayBased)
      return reach(lane, columns.programRangeM[program], approach);
    const leastS = leastGreenS(city, program, approaches.get(lane) ?? []);
    if (leastS === Infinity) return [];
    const cars = leastS / columns.programPassingS[program] + spareCars;
    return [
      pointBefore(lane, Math.min(columns.programDetectorS[program] * columns.laneSpeedMps[lane], cars * queuedM)),
    ];

    /** So far before the lane's end; on the lane before it where only one leads to it, with no signal between. */
    function pointBefore(lane: number, beforeM: number): DetectorRow {
      const seen = new Set([lane]);
      let [at, atM] = [lane, columns.laneLengthM[lane] - beforeM];
      for (;;) {
        const [way, ...others] = incoming.get(at) ?? [];
        const before = columns.connectionFromLane[way ?? 0];
        if (
          atM >= 0 ||
          way === undefined ||
          others.length > 0 ||
          columns.connectionSignal[way] >= 0 ||
          seen.has(before)
        )
          return { lane: at, atM: Math.max(0, atM), restM: 0, limitMps: columns.laneSpeedMps[lane], approach };
        seen.add(before);
        at = before;
        atM += columns.laneLengthM[at];
      }
    }
  };

  /** All lanes within `rangeM` of the line, straight back, with those within junctions. */
  function reach(lane: number, rangeM: number, approach: number): DetectorRow[] {
    const limitMps = columns.laneSpeedMps[lane];
    const rows: DetectorRow[] = [];
    const seen = new Set<number>();
    let restM = 0;
    const add = (at: number) => {
      if (restM >= rangeM) return;
      rows.push({ lane: at, atM: Math.max(0, columns.laneLengthM[at] - (rangeM - restM)), restM, limitMps, approach });
      restM += columns.laneLengthM[at];
    };
    for (let at: number | undefined = lane; at !== undefined && restM < rangeM && !seen.has(at);) {
      seen.add(at);
      add(at);
      const ways: readonly number[] = incoming.get(at) ?? [];
      const way = ways.length === 1 ? ways[0] : ways.find((row) => columns.connectionTurn[row] === Turn.straight);
      if (way !== undefined) add(edgeLanes + way);
      at = way === undefined ? undefined : columns.connectionFromLane[way];
    }
    return rows;
  }
}

/** The least time of all phases that can be stretched and in which somebody from these links goes; infinite where none is. */
function leastGreenS(city: City, program: number, links: readonly Link[]): number {
  const { columns } = city;
  let leastS = Infinity;
  for (let phase = columns.programPhaseStart[program]; phase < columns.programPhaseStart[program + 1]; phase++) {
    if (!isStretched(city, phase) || !links.some(({ letter }) => isGreen(letterIn(city, phase, letter)))) continue;
    leastS = Math.min(leastS, columns.phaseLeastS[phase]);
  }
  return leastS;
}

/** Bits of `Serves`, 0 where the phase does not ask this lane's detector. */
function servesOf(
  city: City,
  program: number,
  phase: number,
  lane: number,
  approaches: Approaches,
  placed: ReadonlyMap<number, unknown>,
): number {
  const links = approaches.get(lane) ?? [];
  if (city.columns.programKind[program] === ProgramKind.delayBased) {
    if (!isGreenPhase(city, phase)) return 0;
    const green = links.filter(({ letter }) => isGreen(letterIn(city, phase, letter))).length;
    return (green > 0 ? Serves.green : 0) | (green < links.length ? Serves.waits : 0);
  }
  if (!isStretched(city, phase)) return 0;
  const flows = (of: number): boolean => {
    const all = approaches.get(of) ?? [];
    return all.every((link) => letsFlow(city, program, phase, link, all));
  };
  // Whoever is held at a second line behind this one would hold the green for nobody.
  const flowsOn = links.every(({ toLane, isUTurn }) => isUTurn || !placed.has(toLane) || flows(toLane));
  return flows(lane) && flowsOn ? Serves.green : 0;
}

/**
 * Who waits on a lane to give way, or for another phase, keeps its detector busy and the green with it. A link counts as one that
 * flows where it has the way, or gives way on a road of one lane, where it would else not be seen at all, or beside another from
 * the same lane that has the way, when it never has it itself or is a U-turn.
 */
function letsFlow(
  city: City,
  program: number,
  phase: number,
  { letter, isUTurn, isOnlyLane }: Link,
  besides: readonly Link[],
): boolean {
  const shown = letterIn(city, phase, letter);
  if (shown === SignalLetter.green) return true;
  if (shown !== SignalLetter.greenYield) return false;
  if (isOnlyLane) return true;
  const hasMajor = besides.some((other) => letterIn(city, phase, other.letter) === SignalLetter.green);
  return hasMajor && (isUTurn || !everHasWay(city, program, letter));
}

function everHasWay(city: City, program: number, letter: number): boolean {
  const { programPhaseStart } = city.columns;
  for (let phase = programPhaseStart[program]; phase < programPhaseStart[program + 1]; phase++)
    if (letterIn(city, phase, letter) === SignalLetter.green) return true;
  return false;
}

function motorLanesOf({ columns: { edgeLaneStart, laneClasses } }: City, edge: number): number {
  const lanes = laneClasses.subarray(edgeLaneStart[edge], edgeLaneStart[edge + 1]);
  return lanes.filter((classes) => (classes & ~VehicleClass.bicycle) !== 0).length;
}
