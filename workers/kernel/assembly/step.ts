import {
  courtesyMps,
  courtesyRearM,
  courtesyUntilTick,
  header,
  typeAccelerationMps2,
  typeDawdlingMps,
  typeHeadwayS,
  typeInteraction,
  typeMinGapM,
  typeSpeedMaxMps,
} from "../../../dist/kernel/sections";
import { BRAKING, freeTerm, greatest, interactionTerm, least, safeSpeed } from "./following";
import { COURTEOUS, factorOf, FAR, has, lower, slotOf, Vehicle } from "./vehicle";

/** The interaction term that courtesy reaches at most: it brakes no harder than the comfortable 2 m/s². */
const POLITE_TERM: f32 = 2;
/** How far short of a line a driver stops, m. */
const LINE_GAP: f32 = 0.5;

/** A second ends with this tick: those who stand count it. */
let secondEnds = false;

export function beginSteps(): void {
  secondEnds = header.secondTicks == 1 || header.tick % header.secondTicks == 0;
}

/** The accounts of a tick in which the vehicle stands. */
export function keepStanding(vehicle: Vehicle): void {
  countLoss(vehicle, header.dtS);
  countStanding(vehicle);
}

function countLoss(vehicle: Vehicle, lostS: f32): void {
  vehicle.lossS = vehicle.lossS + lostS;
  header.roadDelayS += <f64>lostS;
}

function countStanding(vehicle: Vehicle): void {
  if (secondEnds && vehicle.standingS < 255) vehicle.standingS += 1;
}

/** A class, since only methods can be marked to be inlined. */
export class Step {
  /** One step of the vehicle's own: what its driver wants, and what comes of it. Returns the metres moved. */
  @inline
  static advance(
    vehicle: Vehicle,
    type: u32,
    limit: f32,
    signed: f32,
    gapFactor: f32,
    gap: f32,
    gapSpeed: f32,
    stopAt: f32,
    line: f32,
    capSquared: f32,
    dt: f32,
  ): f32 {
    const speed = vehicle.speedMps;
    const factor = factorOf(vehicle);
    const speedMax = typeSpeedMaxMps[type];
    const highest = least(limit * factor, speedMax);
    const wanted = highest - least(typeDawdlingMps[type], highest * 0.5);
    const minGap = typeMinGapM[type];
    let politeRoom: f32 = FAR;
    let politeSpeed: f32 = 0;
    if (has(vehicle, COURTEOUS)) {
      const slot = slotOf(vehicle);
      const until = courtesyUntilTick[slot];
      if (header.tick >= until) lower(vehicle, COURTEOUS);
      // Where the other one will have come to since.
      const sinceS = <f32>(header.tick + header.secondTicks - until) * dt;
      politeSpeed = courtesyMps[slot];
      politeRoom = courtesyRearM[slot] + politeSpeed * sinceS - vehicle.positionM;
    }
    const headway = typeHeadwayS[type] * gapFactor;
    const interaction = typeInteraction[type];
    let term: f32 = 0;
    if (gap < FAR) term = interactionTerm(speed, greatest(gap, 0.01), speed - gapSpeed, minGap, headway, interaction);
    if (stopAt < FAR) {
      const room = greatest(stopAt + minGap - LINE_GAP, 0.01);
      term = greatest(term, interactionTerm(speed, room, speed, minGap, headway, interaction));
    }
    if (politeRoom < FAR) {
      const room = greatest(politeRoom, 0.01);
      const polite = interactionTerm(speed, room, speed - politeSpeed, minGap, headway, interaction);
      term = greatest(term, least(polite, POLITE_TERM));
    }
    const change = greatest(typeAccelerationMps2[type] * (freeTerm(speed, wanted) - term), -BRAKING) * dt;
    // A long step does not carry it over the wanted speed.
    const next = least(speed + change, greatest(speed, wanted));
    return Step.proceed(
      vehicle,
      next,
      minGap,
      gap,
      gapSpeed,
      stopAt,
      line,
      capSquared,
      least(signed * factor, speedMax),
      dt,
    );
  }

  /** Moves the vehicle by its step, at `wished` or the highest speed that is safe, and keeps its accounts. Returns the metres moved. */
  @inline
  private static proceed(
    vehicle: Vehicle,
    wished: f32,
    minGap: f32,
    gap: f32,
    gapSpeed: f32,
    stopAt: f32,
    line: f32,
    capSquared: f32,
    unhindered: f32,
    dt: f32,
  ): f32 {
    const speed = vehicle.speedMps;
    let next = wished;
    if (gap < FAR) next = least(next, greatest(safeSpeed(speed, gap - minGap, gapSpeed, dt), speed - BRAKING * dt));
    if (stopAt < FAR) next = least(next, safeSpeed(speed, stopAt - 0.1, 0, dt));
    if (line < FAR) next = least(next, safeSpeed(speed, line - 0.1, 0, dt));
    if (next * next > capSquared) next = least(next, greatest(sqrt<f32>(capSquared), speed - BRAKING * dt));
    // Whatever the model says, the bumper ahead and the line are not crossed.
    const most = greatest(0, least(gap, least(stopAt, line)) - 0.1);
    // Who stands before the step ends has stopped there (the ballistic update of Treiber and Kanagaraj 2015, section 2).
    let moved = next >= 0 ? (speed + next) * dt * 0.5 : (speed * speed * dt) / (2 * (speed - next));
    next = greatest(0, next);
    if (moved > most) {
      moved = most;
      next = least(next, greatest(0, (2 * most) / dt - speed));
    }
    vehicle.positionM = vehicle.positionM + moved;
    vehicle.speedMps = next;
    countLoss(vehicle, greatest(0, dt - moved / unhindered));
    header.travelledM += <f64>moved;
    if (next > 1) vehicle.standingS = 0;
    else countStanding(vehicle);
    return moved;
  }
}
