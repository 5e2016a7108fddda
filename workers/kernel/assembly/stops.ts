import {
  header,
  stopLane,
  stopM,
  stopTicks,
  stopUntilTick,
  tripStandsUntil,
  tripStop,
} from "../../../dist/kernel/sections";
import { greatest } from "./following";
import { FAR, Vehicle } from "./vehicle";

// Stops on the way, on the lane itself: whoever follows waits, or changes lanes.

/** So near to its place, m, and so slow, m/s, a vehicle has arrived at its stop. */
const NEAR_M: f32 = 2;
const SLOW_MPS: f32 = 1;

/** Does the vehicle stand at a stop? */
export function stands(vehicle: Vehicle): bool {
  return header.stops != 0 && tripStandsUntil[vehicle.trip] != 0;
}

/** Is the vehicle's next stop on the lane? */
export function hasStop(vehicle: Vehicle, lane: u32): bool {
  return header.stops != 0 && stopLane[tripStop[vehicle.trip]] == lane;
}

/** How far it is to the vehicle's next stop on this lane, m; FAR = there is none; -1 = it stands there in this tick. */
export function stopAhead(vehicle: Vehicle, lane: u32): f32 {
  const trip = vehicle.trip;
  const row = tripStop[trip];
  if (stopLane[row] != lane) return FAR;
  if (tripStandsUntil[trip] != 0) {
    if (header.tick < tripStandsUntil[trip]) return -1;
    tripStandsUntil[trip] = 0;
    tripStop[trip] = row + 1;
    return stopAhead(vehicle, lane);
  }
  const distance = stopM[row] - vehicle.positionM;
  // Came to the lane behind the place: driven past.
  if (distance < -NEAR_M) {
    tripStop[trip] = row + 1;
    return stopAhead(vehicle, lane);
  }
  if (distance > NEAR_M || vehicle.speedMps > SLOW_MPS) return greatest(0, distance);
  tripStandsUntil[trip] = max<u32>(header.tick + stopTicks[row], max<u32>(stopUntilTick[row], 1));
  return -1;
}

/** A tick at the stop: neither moved nor lost. */
export function stand(vehicle: Vehicle): f32 {
  vehicle.speedMps = 0;
  vehicle.standingS = 0;
  return 0;
}
