import {
  detectorApproach,
  detectorAtM,
  detectorLane,
  detectorLimitMps,
  detectorRestM,
  detectorSeenS,
  header,
  laneConnectionStart,
  laneFirst,
  laneLengthM,
  laneTailRearM,
  laneTailSpeedMps,
  laneVehicles,
  phaseDetector,
  phaseDetectorStart,
  phaseLeastS,
  phaseMostS,
  phaseServes,
  programBeganS,
  programDetectorS,
  programDetectorStart,
  programKind,
  programLeastLossS,
  programMaxGapS,
  programSwitchS,
  slotApproach,
  slotApproachLossS,
  slotApproachTick,
  typeLengthM,
} from "../../../dist/kernel/sections";
import { current } from "./buffer";
import { slotOf, typeOf, Vehicle } from "./vehicle";

// Signals that demand stretches: by the gaps between vehicles that pass a detector, or by the time that drivers lose before the line.
// Both decide as SUMO's programs of these kinds do. @see https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#actuated_traffic_lights

/** Values of programKind. */
const ACTUATED: u8 = 1;
const DELAY_BASED: u8 = 2;
/** Bits of phaseServes. */
const SERVES_GREEN: u8 = 1;
const SERVES_WAITING: u8 = 2;
/** Approaches that one vehicle is in reach of at once. The kernel's side of `reachesMost`. */
const REACHES: u32 = 4;
/** Of rounding. */
const HAIR_S: f64 = 1e-6;

/** What detectors see in this tick. @param now seconds since midnight */
export function sense(now: f64): void {
  const programs = header.programs;
  for (let program: u32 = 0; program < programs; program++) {
    const kind = programKind[program];
    if (kind == ACTUATED) {
      // Only a gap of just before is asked for.
      if (programSwitchS[program] - now > <f64>programMaxGapS[program] + 1) continue;
      const end = programDetectorStart[program + 1];
      for (let detector = programDetectorStart[program]; detector < end; detector++) notePassing(detector, now);
    } else if (kind == DELAY_BASED) {
      const end = programDetectorStart[program + 1];
      for (let detector = programDetectorStart[program]; detector < end; detector++) noteApproaching(detector);
    }
  }
}

/** When was a body last over the detector? */
function notePassing(detector: u32, now: f64): void {
  const lane = detectorLane[detector];
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  const atM = detectorAtM[detector];
  const vehicles = current();
  let row = first;
  while (row < end && vehicles[row].positionM >= atM) row++;
  if (row != first) {
    const vehicle = vehicles[row - 1];
    notePassed(detector, vehicle.positionM - typeLengthM[typeOf(vehicle)] - atM, vehicle.speedMps, now);
  }
  // Whose front has left the lane may still be over it.
  const lastWay = laneConnectionStart[lane + 1];
  for (let way = laneConnectionStart[lane]; way < lastWay; way++) {
    const internal = header.edgeLanes + way;
    if (laneVehicles[internal] == 0) continue;
    notePassed(detector, laneLengthM[lane] + laneTailRearM[internal] - atM, laneTailSpeedMps[internal], now);
  }
}

/** @param beyondM from the detector to somebody's rear, negative over it; who passed before this tick was seen then */
function notePassed(detector: u32, beyondM: f32, speedMps: f32, now: f64): void {
  const sinceS: f64 = beyondM <= 0 ? 0 : <f64>beyondM / <f64>max<f32>(speedMps, 0.01);
  if (sinceS < <f64>header.dtS) detectorSeenS[detector] = max<f64>(detectorSeenS[detector], now - sinceS);
}

/** Who is in reach of an approach for the first time begins to count what it loses there. */
function noteApproaching(detector: u32): void {
  const lane = detectorLane[detector];
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  const atM = detectorAtM[detector];
  const approach = detectorApproach[detector];
  const tick = header.tick;
  const vehicles = current();
  for (let row = first; row < end && vehicles[row].positionM >= atM; row++) {
    const vehicle = vehicles[row];
    const place = reachOf(vehicle, approach);
    const isKnown = slotApproach[place] == approach;
    // In reach of more approaches than there are accounts for, it keeps those that it has.
    if (!isKnown && slotApproachTick[place] == tick) continue;
    // Who was not seen in the tick before was elsewhere since; who has lost less than by then is another one in this slot.
    const goesOn = isKnown && slotApproachTick[place] + 1 >= tick && slotApproachLossS[place] <= vehicle.lossS;
    slotApproachTick[place] = tick;
    if (goesOn) continue;
    slotApproach[place] = approach;
    slotApproachLossS[place] = vehicle.lossS;
  }
}

/** Row of the vehicle's account of the approach, or of the one that it can best do without. */
function reachOf(vehicle: Vehicle, approach: u32): u32 {
  const first = slotOf(vehicle) * REACHES;
  let oldest = first;
  for (let place = first; place < first + REACHES; place++) {
    if (slotApproach[place] == approach) return place;
    if (slotApproachTick[place] < slotApproachTick[oldest]) oldest = place;
  }
  return oldest;
}

export function hasDetectors(program: u32): bool {
  return header.detectors != 0 && programDetectorStart[program] != programDetectorStart[program + 1];
}

/** When the present phase is asked whether it ends: at whole seconds of its own by gaps, when a tick begins by loss. */
export function askedS(program: u32, now: f64): f64 {
  return programKind[program] == ACTUATED ? programSwitchS[program] : now;
}

/** So much longer than `askedAtS` the present phase lasts before it is asked again, s; 0 when it ends. @param phase its row */
export function stretchS(program: u32, phase: u32, askedAtS: f64, now: f64): f64 {
  if (phaseDetectorStart[phase] == phaseDetectorStart[phase + 1]) return 0;
  const lastedS = askedAtS - programBeganS[program];
  const moreS =
    programKind[program] == ACTUATED
      ? whileTheyCome(program, phase, lastedS, now)
      : whileTheyLose(program, phase, lastedS);
  // A hair would leave the time as it is.
  return moreS > HAIR_S ? moreS : 0;
}

/** Whoever was seen last gets to the line, up to whole seconds of green. */
function whileTheyCome(program: u32, phase: u32, lastedS: f64, now: f64): f64 {
  const mostS = <f64>phaseMostS[phase];
  if (lastedS >= mostS - HAIR_S) return 0;
  const maxGapS = <f64>programMaxGapS[program];
  let gapS = maxGapS;
  const end = phaseDetectorStart[phase + 1];
  for (let place = phaseDetectorStart[phase]; place < end; place++)
    gapS = min<f64>(gapS, now - detectorSeenS[phaseDetector[place]]);
  if (gapS >= maxGapS) return 0;
  const wishedS = lastedS + max<f64>(0, <f64>programDetectorS[program] - gapS);
  const wholeS = max<f64>(Math.ceil(wishedS - HAIR_S), Math.floor(lastedS + HAIR_S) + 1);
  return min<f64>(wholeS, mostS) - lastedS;
}

/** Whoever has lost time gets to the line if the longest green lasts; while nobody waits for another phase, the green stays. */
function whileTheyLose(program: u32, phase: u32, lastedS: f64): f64 {
  const mostS = <f64>phaseMostS[phase];
  const leastLossS = programLeastLossS[program];
  const vehicles = current();
  let moreS = <f64>phaseLeastS[phase] - lastedS;
  let somebodyWaits = false;
  const end = phaseDetectorStart[phase + 1];
  for (let place = phaseDetectorStart[phase]; place < end; place++) {
    const detector = phaseDetector[place];
    const serves = phaseServes[place];
    const lane = detectorLane[detector];
    const first = laneFirst[lane];
    const last = first + laneVehicles[lane];
    for (let row = first; row < last && vehicles[row].positionM >= detectorAtM[detector]; row++) {
      const vehicle = vehicles[row];
      if ((serves & SERVES_WAITING) != 0) somebodyWaits = true;
      if ((serves & SERVES_GREEN) == 0) break;
      const account = reachOf(vehicle, detectorApproach[detector]);
      if (slotApproach[account] != detectorApproach[detector]) continue;
      if (vehicle.lossS - slotApproachLossS[account] <= leastLossS) continue;
      const toLineM = laneLengthM[lane] - vehicle.positionM + detectorRestM[detector];
      const toLineS = <f64>(toLineM / detectorLimitMps[detector]);
      if (lastedS + toLineS <= mostS) moreS = max<f64>(moreS, toLineS);
    }
  }
  if (!somebodyWaits) moreS = max<f64>(moreS, 1);
  else if (lastedS >= mostS - HAIR_S) return 0;
  else moreS = min<f64>(moreS, mostS - lastedS);
  return moreS;
}
