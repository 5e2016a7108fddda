import { header, pendingPerson, pendingTick, pendingTreeSet, personTreeSet } from "../../../dist/kernel/sections";
import { planAgain } from "./drive";

/** People whose tick has come hear what they were told and change their way. */
export function hear(): void {
  const count = header.pendingCount;
  let kept: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    if (pendingTick[row] <= header.tick) {
      personTreeSet[pendingPerson[row]] = pendingTreeSet[row];
      continue;
    }
    pendingPerson[kept] = pendingPerson[row];
    pendingTick[kept] = pendingTick[row];
    pendingTreeSet[kept] = pendingTreeSet[row];
    kept++;
  }
  header.pendingCount = kept;
  if (kept != count) planAgain(false);
}
