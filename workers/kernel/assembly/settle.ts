import {
  entrant,
  header,
  laneFirst,
  laneTailRearM,
  laneTailSpeedMps,
  laneVehicles,
  typeLengthM,
  vehiclesA,
  vehiclesB,
} from "../../../dist/kernel/sections";
import { clearEntrants, takeForemost } from "./entrants";
import { nextOccupied, vacate } from "./occupied";
import { copyVehicle, FAR, GONE, has, NONE, typeOf } from "./vehicle";

/**
 * Writes the next buffer: of each lane, in lane order, those who stayed and those who entered, leader first. Publishes
 * the tails that others read in the next tick.
 */
export function settle(): void {
  const lanes = header.edgeLanes + header.connections;
  const from = header.currentBuffer == 0 ? vehiclesA : vehiclesB;
  const to = header.currentBuffer == 0 ? vehiclesB : vehiclesA;
  let row: u32 = 0;
  for (let lane = nextOccupied(0, lanes); lane < lanes; lane = nextOccupied(lane + 1, lanes)) {
    const count = laneVehicles[lane];
    const first = laneFirst[lane];
    const start = row;
    let foremost = takeForemost(lane);
    for (let i: u32 = 0; i < count; i++) {
      const vehicle = from[first + i];
      if (has(vehicle, GONE)) continue;
      while (foremost != NONE && entrant[foremost].positionM > vehicle.positionM) {
        copyVehicle(to[row++], entrant[foremost]);
        foremost = takeForemost(lane);
      }
      copyVehicle(to[row++], vehicle);
    }
    while (foremost != NONE) {
      copyVehicle(to[row++], entrant[foremost]);
      foremost = takeForemost(lane);
    }
    laneFirst[lane] = start;
    laneVehicles[lane] = row - start;
    publishTail(lane, row - start, start, to == vehiclesA);
    if (row == start) vacate(lane);
  }
  clearEntrants();
  header.currentBuffer = 1 - header.currentBuffer;
}

/** What the vehicles of other lanes know of this one: where its last vehicle's rear is, and how fast it goes. */
export function publishTail(lane: u32, count: u32, first: u32, inA: bool): void {
  if (count == 0) {
    laneTailRearM[lane] = FAR;
    laneTailSpeedMps[lane] = 0;
    return;
  }
  const last = (inA ? vehiclesA : vehiclesB)[first + count - 1];
  laneTailRearM[lane] = last.positionM - typeLengthM[typeOf(last)];
  laneTailSpeedMps[lane] = last.speedMps;
}
