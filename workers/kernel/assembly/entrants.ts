import { entrant, entrantNext, laneFirstEntrant } from "../../../dist/kernel/sections";
import { occupy } from "./occupied";
import { copyVehicle, NONE, Vehicle } from "./vehicle";

// Vehicles that enter a lane in this tick wait in a list by lane until `settle` writes the next buffer.

let count: u32 = 0;

/** Adds a copy of the record to the lane's list and returns the copy. */
export function enter(lane: u32, vehicle: Vehicle): Vehicle {
  const row = count++;
  const copy = entrant[row];
  copyVehicle(copy, vehicle);
  entrantNext[row] = laneFirstEntrant[lane];
  laneFirstEntrant[lane] = row;
  occupy(lane);
  return copy;
}

export function hasEntrants(lane: u32): bool {
  return laneFirstEntrant[lane] != NONE;
}

/** Takes the entrant of the lane that is furthest ahead; NONE when there is no more. */
export function takeForemost(lane: u32): u32 {
  let best = laneFirstEntrant[lane];
  if (best == NONE) return NONE;
  let bestBefore = NONE;
  let before = best;
  for (let row = entrantNext[best]; row != NONE; row = entrantNext[row]) {
    if (entrant[row].positionM > entrant[best].positionM) {
      best = row;
      bestBefore = before;
    }
    before = row;
  }
  if (bestBefore == NONE) laneFirstEntrant[lane] = entrantNext[best];
  else entrantNext[bestBefore] = entrantNext[best];
  return best;
}

export function clearEntrants(): void {
  count = 0;
}
