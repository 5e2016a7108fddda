import { laneOccupied } from "../../../dist/kernel/sections";

// A bit for each lane: most lanes are empty at any time, those within junctions above all, and the passes of a step go from one
// occupied lane to the next. Set from when somebody enters a lane until `settle` finds it empty.

export function occupy(lane: u32): void {
  const word = lane >> 5;
  laneOccupied[word] = laneOccupied[word] | ((<u32>1) << (lane & 31));
}

export function vacate(lane: u32): void {
  const word = lane >> 5;
  laneOccupied[word] = laneOccupied[word] & ~((<u32>1) << (lane & 31));
}

/** The first occupied lane from `lane` on and before `end`; `end` when there is none. */
export function nextOccupied(lane: u32, end: u32): u32 {
  if (lane >= end) return end;
  const last = (end - 1) >> 5;
  let word = lane >> 5;
  let bits = laneOccupied[word] & (0xffffffff << (lane & 31));
  while (bits == 0) {
    if (word == last) return end;
    bits = laneOccupied[++word];
  }
  return min<u32>((word << 5) + ctz<u32>(bits), end);
}
