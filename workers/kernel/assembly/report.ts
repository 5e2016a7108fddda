import {
  edgeLaneStart,
  edgeSpeedByte,
  header,
  laneFirst,
  laneLengthM,
  laneVehicles,
  terminalTotal,
  typeLengthM,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { passedInWindow, seenInWindow } from "./flows";
import { QUEUE_SPEED } from "./measures";
import { typeOf } from "./vehicle";

// The report of a frame on edges and terminals (common/frame.ts), packed about once a second.

/** Of the lane that was looked at last: its longest queue, m from the lane's start; both 0 when nobody queues. */
let headM: f32 = 0;
let tailM: f32 = 0;

export function packReport(base: usize): void {
  const edges = <usize>header.edges;
  const terminals = <usize>header.terminals;
  const seenAt = base + (edges << 1);
  const totalAt = seenAt + (terminals << 1);
  const speedsAt = totalAt + (terminals << 1);
  for (let edge: u32 = 0; edge < header.edges; edge++) {
    store<u16>(base + ((<usize>edge) << 1), <u16>min<u32>(0xffff, passedInWindow(edge)));
    packQueue(edge, speedsAt + edges + edge, speedsAt + (edges << 1) + edge);
  }
  for (let terminal: u32 = 0; terminal < header.terminals; terminal++) {
    const offset = (<usize>terminal) << 1;
    store<u16>(seenAt + offset, <u16>min<u32>(0xffff, seenInWindow(terminal)));
    store<u16>(totalAt + offset, terminalTotal[terminal]);
  }
  memory.copy(speedsAt, changetype<usize>(edgeSpeedByte), edges);
}

/** The longest queue of the edge's lanes, as a part of the lane on which it stands. */
function packQueue(edge: u32, headAt: usize, tailAt: usize): void {
  let longest: f32 = 0;
  let head: f32 = 0;
  let tail: f32 = 0;
  for (let lane = edgeLaneStart[edge]; lane < edgeLaneStart[edge + 1]; lane++) {
    if (laneVehicles[lane] == 0) continue;
    findQueue(lane);
    if (headM - tailM <= longest) continue;
    longest = headM - tailM;
    head = headM / laneLengthM[lane];
    tail = tailM / laneLengthM[lane];
  }
  store<u8>(headAt, <u8>min<f32>(255, head * 255 + 0.5));
  store<u8>(tailAt, <u8>max<f32>(0, min<f32>(255, tail * 255 + 0.5)));
}

/** As `measure` measures it: from the first to the last of those that queue in a row. */
function findQueue(lane: u32): void {
  headM = 0;
  tailM = 0;
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  let head: f32 = -1;
  for (let row = first; row < end; row++) {
    const vehicle = vehicles[row];
    if (vehicle.speedMps >= QUEUE_SPEED) {
      head = -1;
      continue;
    }
    if (head < 0) head = vehicle.positionM;
    const rear = max<f32>(0, vehicle.positionM - typeLengthM[typeOf(vehicle)]);
    if (head - rear <= headM - tailM) continue;
    headM = head;
    tailM = rear;
  }
}
