import { courtesyMps, courtesyRearM, courtesyUntilTick, header } from "../../../dist/kernel/sections";
import { COURTEOUS, raise, slotOf, Vehicle } from "./vehicle";

/**
 * The follower keeps behind somebody on another lane, for a second: then its turn to think of them has come again.
 * @param rearM the other one's rear, m from the start of the follower's lane @param mps the other one's speed
 */
export function keepBehind(follower: Vehicle, rearM: f32, mps: f32): void {
  const slot = slotOf(follower);
  raise(follower, COURTEOUS);
  courtesyUntilTick[slot] = header.tick + header.secondTicks;
  courtesyRearM[slot] = rearM;
  courtesyMps[slot] = mps;
}
