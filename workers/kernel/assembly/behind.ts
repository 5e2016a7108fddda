import {
  behindEdge,
  behindUntilM,
  edgeSampledS,
  edgeTravelledM,
  tripLengthM,
  typeLengthM,
} from "../../../dist/kernel/sections";
import { greatest } from "./following";
import { slotOf, typeOf, Vehicle } from "./vehicle";

// Edges that a vehicle's front has left and its rear has not. SUMO's edgeData counts the vehicle there until the rear is off, which on an edge
// shorter than a vehicle is most of its time and way. Of vehicles with fixed routes only, whose edges are compared with SUMO's.

/** Edges kept by slot: the kernel's side of `edgesBehindMax`. */
const BEHIND_MAX: u32 = 4;

/** The vehicle has left the edge by its front; its trip has come to the edge's end. Where too many are kept, the one that is left first is let go. */
export function leaveBehind(vehicle: Vehicle, edge: u32): void {
  const first = slotOf(vehicle) * BEHIND_MAX;
  let row = first;
  for (let other = first + 1; other < first + BEHIND_MAX; other++)
    if (behindUntilM[other] < behindUntilM[row]) row = other;
  behindEdge[row] = edge;
  behindUntilM[row] = tripLengthM[vehicle.trip] + typeLengthM[typeOf(vehicle)];
}

/** Counts the part of a step that comes after the vehicle's front has come to the edge. @param overM metres of it */
export function countEntered(vehicle: Vehicle, edge: u32, overM: f32): void {
  edgeSampledS[edge] = edgeSampledS[edge] + <f64>(overM / greatest(vehicle.speedMps, 1));
  edgeTravelledM[edge] = edgeTravelledM[edge] + <f64>overM;
}

/** Counts a step on the edges behind. @param cameM how far the trip had come before it, m; @param moved metres of the step */
export function countBehind(vehicle: Vehicle, cameM: f32, moved: f32, dt: f32): void {
  const first = slotOf(vehicle) * BEHIND_MAX;
  for (let row = first; row < first + BEHIND_MAX; row++) {
    const leftM = behindUntilM[row] - cameM;
    if (leftM <= 0) {
      behindUntilM[row] = 0;
      continue;
    }
    const part: f32 = moved > leftM ? leftM / moved : 1;
    const edge = behindEdge[row];
    edgeSampledS[edge] = edgeSampledS[edge] + <f64>(part * dt);
    edgeTravelledM[edge] = edgeTravelledM[edge] + <f64>(part * moved);
  }
}

/** A vehicle departs in the slot. */
export function forgetBehind(vehicle: Vehicle): void {
  const first = slotOf(vehicle) * BEHIND_MAX;
  for (let row = first; row < first + BEHIND_MAX; row++) behindUntilM[row] = 0;
}
