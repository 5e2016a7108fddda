import {
  header,
  pendingTick,
  pendingTreeSet,
  pendingTrip,
  personTreeSet,
  tripArrivalTick,
  tripAskedVia,
  tripVia,
} from "../../../dist/kernel/sections";
import { planAgain } from "./drive";
import { NONE } from "./vehicle";

/** People whose tick has come hear what they were told about this trip and change their way; who has arrived does not. */
export function hear(): void {
  const count = header.pendingCount;
  let kept: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const trip = pendingTrip[row];
    if (pendingTick[row] <= header.tick) {
      if (tripArrivalTick[trip] != NONE) continue;
      personTreeSet[trip >> 1] = pendingTreeSet[row];
      tripVia[trip] = tripAskedVia[trip];
      tripAskedVia[trip] = 0;
      continue;
    }
    pendingTrip[kept] = trip;
    pendingTick[kept] = pendingTick[row];
    pendingTreeSet[kept] = pendingTreeSet[row];
    kept++;
  }
  header.pendingCount = kept;
  if (kept != count) planAgain(false);
}
