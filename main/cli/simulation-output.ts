import type { City } from "../../common/city";
import { none, type Arena } from "../../workers/arena";

/** Collects what happened on each edge, interval by interval, as SUMO's edgeData defines it. */
export interface EdgePeriods {
  /** The tick at which the current interval ends. */
  nextTick(tick: number): number;
  /** Ends the interval when its time has come, and begins the next. */
  lookAt(tick: number): void;
  /** `begin,edge,entered,left,sampledSeconds,meanSpeedMps,occupancy`; times in seconds since midnight. */
  csv(): string;
}

export function edgePeriods(city: City, arena: Arena, periodS: number): EdgePeriods {
  const { columns, counts, header } = arena;
  const periodTicks = Math.max(1, Math.round(periodS / header.dtS));
  const lines = ["begin,edge,entered,left,sampledSeconds,meanSpeedMps,occupancy"];
  let beginTick = header.tick;
  const clear = () => {
    columns.edgeEntered.fill(0);
    columns.edgeLeft.fill(0);
    columns.edgeSampledS.fill(0);
    columns.edgeTravelledM.fill(0);
  };
  const end = (tick: number) => {
    const lengthS = (tick - beginTick) * header.dtS;
    if (lengthS <= 0) return;
    for (let edge = 0; edge < counts.edges; edge++) {
      const sampledS = columns.edgeSampledS[edge];
      const lanes = columns.edgeLaneStart[edge + 1] - columns.edgeLaneStart[edge];
      const laneM = columns.laneLengthM[columns.edgeLaneStart[edge]] * lanes;
      const occupancy = (100 * sampledS * columns.typeLengthM[0]) / (lengthS * laneM);
      lines.push(
        [
          header.startS + beginTick * header.dtS,
          csvField(city.meta.edgeIds[edge]),
          columns.edgeEntered[edge],
          columns.edgeLeft[edge],
          sampledS.toFixed(1),
          sampledS > 0 ? (columns.edgeTravelledM[edge] / sampledS).toFixed(3) : "",
          occupancy.toFixed(4),
        ].join(","),
      );
    }
    clear();
    beginTick = tick;
  };
  return {
    nextTick: () => beginTick + periodTicks,
    lookAt: (tick) => {
      if (tick >= beginTick + periodTicks) end(tick);
    },
    csv: () => {
      end(header.tick);
      return `${lines.join("\n")}\n`;
    },
  };
}

/** A name as a table holds it. @see RFC 4180, 2.6 and 2.7 */
const csvField = (name: string | number): string | number =>
  typeof name === "string" && /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/** `trip,person,depart,arrive,lengthM,timeLossS` of the trips that were begun; the last three are empty while under way. */
export function tripsCsv(arena: Arena, nameOf: (person: number) => string | number = (person) => person): string {
  const { columns, counts, header } = arena;
  const lines = ["trip,person,depart,arrive,lengthM,timeLossS"];
  const time = (tick: number) => (header.startS + tick * header.dtS).toFixed(1);
  for (let trip = 0; trip < counts.trips; trip++) {
    const startTick = columns.tripStartTick[trip];
    const arrivalTick = columns.tripArrivalTick[trip];
    if (startTick === none || startTick === arrivalTick) continue;
    const arrived = arrivalTick !== none;
    const outcome = arrived
      ? [time(arrivalTick), columns.tripLengthM[trip].toFixed(1), columns.tripLossS[trip].toFixed(1)]
      : ["", "", ""];
    lines.push([trip, csvField(nameOf(trip >> 1)), time(startTick), ...outcome].join(","));
  }
  return `${lines.join("\n")}\n`;
}
