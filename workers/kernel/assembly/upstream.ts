import {
  connectionEntering,
  connectionFromLane,
  header,
  incomingConnection,
  laneFirst,
  laneIncomingStart,
  laneLengthM,
  laneSpeedMps,
  laneVehicles,
  ROUTED,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { greatest, isSafeBehind, stoppingM } from "./following";
import { hasEntrants } from "./entrants";

/**
 * May a vehicle appear on an empty stretch at the lane's start with its rear at `rearM`, without those who come over
 * the junction behind it having to brake harder than they can?
 */
export function isSafeFromUpstream(lane: u32, rearM: f32, speed: f32): bool {
  const dt = header.dtS;
  // With the rear still on the junction nobody else may be near: see below.
  if (rearM < 0.5 && !ROUTED) return false;
  if (rearM > stoppingM(laneSpeedMps[lane] * 1.3) + laneSpeedMps[lane] * 1.3 * dt + 1) return true;
  const end = laneIncomingStart[lane + 1];
  for (let row = laneIncomingStart[lane]; row < end; row++) {
    const connection = incomingConnection[row];
    const internal = header.edgeLanes + connection;
    if (hasEntrants(internal)) return false;
    if (laneVehicles[internal] != 0) {
      const first = current()[laneFirst[internal]];
      if (!isSafeBehind(laneLengthM[internal] - first.positionM + rearM, first.speedMps, speed, dt)) return false;
      continue;
    }
    const before = connectionFromLane[connection];
    if (laneVehicles[before] == 0) {
      // Somebody comes by a claim from further behind, over a lane too short to stop on.
      if (ROUTED && connectionEntering[connection] != 0) return false;
      continue;
    }
    const first = current()[laneFirst[before]];
    if (first.connection != connection) continue;
    const gap = greatest(0, laneLengthM[before] - first.positionM) + laneLengthM[internal] + rearM;
    if (!isSafeBehind(gap, first.speedMps, speed, dt)) return false;
  }
  return true;
}
