import { header, laneFirst, laneVehicles, measured, typeLengthM } from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { typeOf } from "./vehicle";

/** Slower than this a vehicle queues, m/s (SUMO's definition of halting: below 0.1 m/s; the HCM's of a queue: 5 mph). */
export const QUEUE_SPEED: f32 = 2.2;

/** Row of `measured`: mean speed of those on the road, m/s. */
const MEAN_SPEED = 0;
/** Row of `measured`: longest queue on one lane, from the first to the last vehicle that queues in a row, m. */
const LONGEST_QUEUE = 1;

/** Looks at every vehicle once and writes what indicators need to `measured`. */
export function measure(): void {
  const vehicles = current();
  const lanes = header.edgeLanes;
  let speedSum: f64 = 0;
  let longest: f32 = 0;
  for (let lane: u32 = 0; lane < lanes + header.connections; lane++) {
    const first = laneFirst[lane];
    const end = first + laneVehicles[lane];
    let head: f32 = -1;
    for (let row = first; row < end; row++) {
      const vehicle = vehicles[row];
      speedSum += <f64>vehicle.speedMps;
      if (lane >= lanes) continue;
      if (vehicle.speedMps >= QUEUE_SPEED) head = -1;
      else {
        if (head < 0) head = vehicle.positionM;
        longest = max<f32>(longest, head - vehicle.positionM + typeLengthM[typeOf(vehicle)]);
      }
    }
  }
  measured[MEAN_SPEED] = header.vehicleCount == 0 ? 0 : speedSum / <f64>header.vehicleCount;
  measured[LONGEST_QUEUE] = <f64>longest;
}
