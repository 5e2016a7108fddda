import { SignalLetter } from "../../common/city";
import type { Arena } from "../arena/arena";

/** Base saturation flow of a lane: Highway Capacity Manual 2010, chapter 18. */
const saturationVehPerH = 1900;
/** What is left of it where a lane gives way. An assumption: about the capacity of a minor stream beside 500 veh/h. */
const yieldingPart = 0.4;
/** Lost at the beginning and end of a green, s: Highway Capacity Manual 2010, chapter 18, its default. */
const lostTimeS = 4;
/** What is never gone below: a road with next to no green still lets somebody out. */
const leastPart = 0.1;

/** Capacity and delay of a road as the assignment sees it. */
export interface RoadCapacity {
  /** Vehicles an hour that can leave the edge. */
  readonly vehPerH: number;
  /** Akçelik's delay parameter J: the less regular arrivals and departures are, the more. */
  readonly delayParameter: number;
}

/** Flows are looked at over so long, h. */
const flowPeriodH = 1;
/** Delay parameters by what is at the road's end, in Akçelik's classes: freeway, interrupted arterial, interrupted secondary. */
const delayParameters = { free: 0.1, signal: 0.4, yield: 0.8 } as const;

/**
 * Time that a flow costs on a road beyond the free time, s: random queues below capacity, and above it the queue that
 * grows over the hour.
 * @see Akçelik 1991, "Travel time functions for transport planning purposes: Davidson's function, its time-dependent form
 *   and an alternative travel time function", Australian Road Research 21(3), pp. 49–59
 */
export function queueDelayS(flowVehPerH: number, { vehPerH, delayParameter }: RoadCapacity): number {
  const load = flowVehPerH / vehPerH;
  const over = load - 1;
  const hours =
    0.25 * flowPeriodH * (over + Math.sqrt(over * over + (8 * delayParameter * load) / (vehPerH * flowPeriodH)));
  return 3600 * hours;
}

/** The capacity of each edge: what its lanes may send off. */
export function capacitiesOf(arena: Arena): RoadCapacity[] {
  const { columns, counts } = arena;
  const greenPart = greenParts(arena);
  const vehPerH = new Float64Array(counts.edges);
  const delayParameter = new Float64Array(counts.edges).fill(delayParameters.free);
  for (let lane = 0; lane < counts.edgeLanes; lane++) {
    const first = columns.laneConnectionStart[lane];
    const end = columns.laneConnectionStart[lane + 1];
    const edge = columns.laneEdge[lane];
    // A lane shared by several turns sends off as many as its turns do one after the other: the mean of the times that each
    // needs (Highway Capacity Manual 2010, equation 19-67, with equal shares of the turns).
    let times = first === end ? 1 : 0;
    for (let connection = first; connection < end; connection++) {
      const signal = columns.connectionSignal[connection];
      const yields = columns.conflictYields
        .subarray(columns.conflictStart[connection], columns.conflictStart[connection + 1])
        .includes(1);
      const green = signal >= 0 ? greenPart[signal] : 1;
      times += 1 / Math.max(leastPart, green * (yields ? yieldingPart : 1)) / (end - first);
      const parameter = signal >= 0 ? delayParameters.signal : yields ? delayParameters.yield : delayParameters.free;
      delayParameter[edge] = Math.max(delayParameter[edge], parameter);
    }
    vehPerH[edge] += saturationVehPerH / times;
  }
  return Array.from(vehPerH, (value, edge) => ({ vehPerH: value, delayParameter: delayParameter[edge] }));
}

/** Of each signal link, the part of the cycle in which vehicles flow. */
function greenParts({ columns, counts }: Arena): Float64Array {
  const parts = new Float64Array(counts.signalLinks);
  for (let program = 0; program < counts.programs; program++) {
    const firstLink = columns.programLinkStart[program];
    const links = columns.programLinkStart[program + 1] - firstLink;
    const phases = columns.phaseDurationS.subarray(
      columns.programPhaseStart[program],
      columns.programPhaseStart[program + 1],
    );
    const cycleS = phases.reduce((sum, durationS) => sum + durationS, 0);
    phases.forEach((durationS, row) => {
      const letters = columns.phaseLetterStart[columns.programPhaseStart[program] + row];
      const before = columns.phaseLetterStart[columns.programPhaseStart[program] + ((row || phases.length) - 1)];
      for (let link = 0; link < links; link++) {
        if (columns.phaseLetter[letters + link] < SignalLetter.greenYield) continue;
        const begins = columns.phaseLetter[before + link] < SignalLetter.greenYield;
        parts[firstLink + link] += Math.max(0, durationS - (begins ? lostTimeS : 0)) / cycleS;
      }
    });
  }
  return parts;
}
