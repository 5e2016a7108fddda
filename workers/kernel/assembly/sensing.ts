import {
  detectorApproach,
  detectorAtM,
  detectorLane,
  detectorRestM,
  detectorSeenS,
  header,
  laneFirst,
  laneLengthM,
  laneSpeedMps,
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
const GREEN: u8 = 1;
const WAITS: u8 = 2;
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
  if (row == first) return;
  const vehicle = vehicles[row - 1];
  const beyondM = vehicle.positionM - typeLengthM[typeOf(vehicle)] - atM;
  const sinceS: f64 = beyondM <= 0 ? 0 : <f64>beyondM / <f64>max<f32>(vehicle.speedMps, 0.01);
  // Before this tick it was seen at its time.
  if (sinceS < <f64>header.dtS) detectorSeenS[detector] = now - sinceS;
}

/** Who is in reach of an approach for the first time begins to count what it loses there. */
function noteApproaching(detector: u32): void {
  const lane = detectorLane[detector];
  const first = laneFirst[lane];
  const end = first + laneVehicles[lane];
  const atM = detectorAtM[detector];
  const approach = detectorApproach[detector];
  const vehicles = current();
  for (let row = first; row < end && vehicles[row].positionM >= atM; row++) {
    const vehicle = vehicles[row];
    const slot = slotOf(vehicle);
    // A place in frames that somebody else had before counts for nothing.
    if (slotApproach[slot] == approach && slotApproachLossS[slot] <= vehicle.lossS) continue;
    slotApproach[slot] = approach;
    slotApproachLossS[slot] = vehicle.lossS;
  }
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
  return programKind[program] == ACTUATED
    ? whileTheyCome(program, phase, lastedS, now)
    : whileTheyLose(program, phase, lastedS);
}

/** Whoever was seen last gets to the line, up to whole seconds of green. */
function whileTheyCome(program: u32, phase: u32, lastedS: f64, now: f64): f64 {
  const mostS = <f64>phaseMostS[phase];
  if (lastedS >= mostS) return 0;
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
      if ((serves & WAITS) != 0) somebodyWaits = true;
      if ((serves & GREEN) == 0) break;
      if (vehicle.lossS - slotApproachLossS[slotOf(vehicle)] <= leastLossS) continue;
      const toLineM = laneLengthM[lane] - vehicle.positionM + detectorRestM[detector];
      const toLineS = <f64>(toLineM / laneSpeedMps[lane]);
      if (lastedS + toLineS <= mostS) moreS = max<f64>(moreS, toLineS);
    }
  }
  if (!somebodyWaits) moreS = max<f64>(moreS, 1);
  else if (lastedS >= mostS) return 0;
  else moreS = min<f64>(moreS, mostS - lastedS);
  return max<f64>(moreS, 0);
}
