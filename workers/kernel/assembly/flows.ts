import { edgePassed, header, terminalPassed, terminalTotal } from "../../../dist/kernel/sections";

// Who passed where in the last minutes: a ring of counts by period, for display only. The window is the period under
// way and the whole ones before it.

/** As `flowPeriods` in workers/arena/sections.ts. */
const PERIODS: u32 = 10;

export function periodTicks(): u32 {
  return max<u32>(1, <u32>(header.linkSpeedPeriodS / header.dtS));
}

/** Row of the ring that is written in this tick. */
function period(): u32 {
  return (header.tick / periodTicks()) % PERIODS;
}

export function countPassed(edge: u32): void {
  const row = period() * header.edges + edge;
  edgePassed[row] = edgePassed[row] + 1;
}

export function countTerminal(terminal: u32): void {
  const row = period() * header.terminals + terminal;
  terminalPassed[row] = terminalPassed[row] + 1;
  terminalTotal[terminal] = terminalTotal[terminal] + 1;
}

/** A period begins: what lies in its row is of `PERIODS` periods ago. */
export function beginPeriod(): void {
  const row = period();
  const edges = header.edges;
  const terminals = header.terminals;
  memory.fill(changetype<usize>(edgePassed) + ((<usize>(row * edges)) << 1), 0, (<usize>edges) << 1);
  memory.fill(changetype<usize>(terminalPassed) + ((<usize>(row * terminals)) << 1), 0, (<usize>terminals) << 1);
}

export function passedInWindow(edge: u32): u32 {
  let sum: u32 = 0;
  for (let row: u32 = 0; row < PERIODS; row++) sum += edgePassed[row * header.edges + edge];
  return sum;
}

export function seenInWindow(terminal: u32): u32 {
  let sum: u32 = 0;
  for (let row: u32 = 0; row < PERIODS; row++) sum += terminalPassed[row * header.terminals + terminal];
  return sum;
}

/** How long the window is, s. */
export function windowS(): f32 {
  const ticks = periodTicks();
  return <f32>min<u32>(header.tick, (PERIODS - 1) * ticks + (header.tick % ticks)) * header.dtS;
}
