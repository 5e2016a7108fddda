import {
  edgeSpeedByte,
  edgeSpeedPart,
  frame,
  header,
  laneFirst,
  laneShapeStart,
  laneSpeedMps,
  laneVehicles,
  personMarks,
  shapeAtM,
  shapeHeading,
  shapeX,
  shapeY,
  edgeRecentM,
  edgeRecentS,
  edgeLaneStart,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { packReport } from "./report";
import { slotOf, typeOf, Vehicle } from "./vehicle";

/** As in common/frame.ts: bytes of the header and of a vehicle's record, and the marks of a vehicle that stands, and of a way home. */
const HEADER_BYTES: usize = 64;
const STANDING: u8 = 8;
const RETURNING_SHIFT: u32 = 4;
/** Weight of the last look at link speeds in their mean: with one every 30 s, about the last five minutes count. */
const SMOOTHING: f32 = 0.2;
/** Parts of a turn in a record, in a radian. */
const HEADING_UNITS: f32 = 65536.0 / 6.283185307179586;

/** Writes the records of all vehicles after the frame's header, and the report if wanted. Returns the slots written. */
export function packFrame(withReport: bool): u32 {
  const slots = header.slotCount;
  const base = changetype<usize>(frame) + HEADER_BYTES;
  for (let slot: u32 = 0; slot < slots; slot++) store<f32>(base + ((<usize>slot) << 4), NaN);
  const lanes = header.edgeLanes + header.connections;
  for (let lane: u32 = 0; lane < lanes; lane++) {
    if (laneVehicles[lane] != 0) packLane(lane, base);
  }
  if (withReport) packReport(base + ((<usize>slots) << 4));
  return slots;
}

/** Leader first, so the point of the shape only ever goes back. */
function packLane(lane: u32, base: usize): void {
  const vehicles = current();
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  const shapeFirst = laneShapeStart[lane];
  let point = laneShapeStart[lane + 1] - 2;
  for (let row = first; row < end; row++) {
    const vehicle = vehicles[row];
    while (point > shapeFirst && shapeAtM[point] > vehicle.positionM) point--;
    packVehicle(vehicle, point, laneSpeedMps[lane], base + ((<usize>slotOf(vehicle)) << 4));
  }
}

function packVehicle(vehicle: Vehicle, point: u32, limit: f32, at: usize): void {
  const from = shapeAtM[point];
  const part = (vehicle.positionM - from) / max<f32>(shapeAtM[point + 1] - from, 0.01);
  const x = shapeX[point];
  const y = shapeY[point];
  const person = vehicle.trip >> 1;
  store<f32>(at, x + (shapeX[point + 1] - x) * part);
  store<f32>(at, y + (shapeY[point + 1] - y) * part, 4);
  store<u16>(at, <u16>(<i32>(shapeHeading[point] * HEADING_UNITS)), 8);
  const ratio = max<f32>(0, min<f32>(255, (vehicle.speedMps / limit) * 255));
  store<u8>(at, <u8>ratio, 10);
  const own: u8 = (vehicle.standingS > 0 ? STANDING : 0) | (<u8>((vehicle.trip & 1) << RETURNING_SHIFT));
  store<u8>(at, personMarks[person] | own, 11);
  store<u32>(at, (person & 0xffffff) | (typeOf(vehicle) << 24), 12);
}

/** Turns what was sampled since the last look into one byte an edge, and begins anew. */
export function publishLinkSpeeds(): void {
  const edges = header.edges;
  for (let edge: u32 = 0; edge < edges; edge++) {
    const sampled = edgeRecentS[edge];
    if (sampled <= 0) {
      edgeSpeedByte[edge] = 255;
      edgeSpeedPart[edge] = edgeSpeedPart[edge] + SMOOTHING * (1 - edgeSpeedPart[edge]);
      continue;
    }
    const ratio = edgeRecentM[edge] / sampled / laneSpeedMps[edgeLaneStart[edge]];
    edgeSpeedPart[edge] = edgeSpeedPart[edge] + SMOOTHING * (ratio - edgeSpeedPart[edge]);
    edgeSpeedByte[edge] = <u8>max<f32>(0, min<f32>(250, ratio * 250));
    edgeRecentS[edge] = 0;
    edgeRecentM[edge] = 0;
  }
}
