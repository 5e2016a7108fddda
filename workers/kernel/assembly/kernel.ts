// What TypeScript calls. An instance serves the arenas of the layout that it is linked for, in one memory.

import { header } from "../../../dist/kernel/sections";
import { changeLanes } from "./lanes";
import { depart } from "./departures";
import { drive } from "./drive";
import { publishLinkSpeeds } from "./frames";
import { beginPeriod, periodTicks } from "./flows";
import { hear } from "./hearing";
import { settle } from "./settle";
import { showPhase, switchSignals } from "./signals";

export { windowS } from "./flows";
export { packFrame } from "./frames";
export { measure } from "./measures";
export { planAgain } from "./drive";
export { buildTree, costOf } from "./trees";
export { buildTrees, weighTrees } from "./tree-batches";
export { digest } from "./hash";

/** Shows the present phase of every program: when an arena is built, and when signals go dark or come back. */
export function showSignals(): void {
  const programs = header.programs;
  for (let program: u32 = 0; program < programs; program++) showPhase(program);
}

/** Advances the city by so many ticks, fewer when events fill their buffer. Returns the ticks done. */
export function step(ticks: u32): u32 {
  const nearlyFull = (header.eventCapacity / 4) * 3;
  for (let done: u32 = 0; done < ticks; done++) {
    if (header.eventCount > nearlyFull) return done;
    stepOnce();
  }
  return ticks;
}

function stepOnce(): void {
  const tick = header.tick;
  switchSignals(header.startS + <f64>tick * <f64>header.dtS);
  if (header.pendingCount != 0 && tick % header.secondTicks == 0) hear();
  changeLanes();
  drive();
  depart();
  settle();
  header.tick = tick + 1;
  if (header.tick % periodTicks() != 0) return;
  publishLinkSpeeds();
  beginPeriod();
}
