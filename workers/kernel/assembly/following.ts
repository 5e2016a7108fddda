// Car following: how fast a vehicle may and wants to go. Pure functions of f32; nothing is read or written.

/** As `min` of numbers, in one instruction: WebAssembly's own takes four branches for what is not a number and for −0. */
export function least(a: f32, b: f32): f32 {
  return f32x4.extract_lane(f32x4.pmin(f32x4.splat(a), f32x4.splat(b)), 0);
}

/** As `max`, the same way. */
export function greatest(a: f32, b: f32): f32 {
  return f32x4.extract_lane(f32x4.pmax(f32x4.splat(a), f32x4.splat(b)), 0);
}

/**
 * The braking that everybody can rely on, m/s²: nobody brakes harder, so that a gap that is safe now stays safe.
 * 4.5 m/s² is SUMO's default for passenger cars (vType parameter defaults, "decel").
 */
export const BRAKING: f32 = 4.5;
const HALF_INVERSE_BRAKING: f32 = 1 / (2 * 4.5);

/** Distance that a vehicle needs to stop, m. */
export function stoppingM(speed: f32): f32 {
  return speed * speed * HALF_INVERSE_BRAKING;
}

/**
 * Acceleration by the Intelligent Driver Model (Treiber, Hennecke, Helbing 2000, eq. 2-3), m/s², unbounded below.
 * @param gap net distance to the leader, m, > 0
 * @param closing own speed minus the leader's, m/s
 * @param interaction 1 / (2 √(a b)), s²/m
 */
export function interactionTerm(speed: f32, gap: f32, closing: f32, minGap: f32, headway: f32, interaction: f32): f32 {
  const dynamic = speed * headway + speed * closing * interaction;
  const desired = minGap + greatest(0, dynamic);
  const ratio = desired / gap;
  return ratio * ratio;
}

/** 1 − (v / v0)⁴, the free part; below −1 it is cut, so that a driver who is too fast brakes gently. */
export function freeTerm(speed: f32, wanted: f32): f32 {
  const ratio = speed / wanted;
  const square = ratio * ratio;
  return greatest(-1, 1 - square * square);
}

/** Least divisor of a way to stop, m: the way may be nothing. */
const LEAST_WAY_M: f32 = 0.001;

/**
 * Highest speed at the end of the step from which a stop behind the leader is still possible when it brakes with
 * BRAKING: solves (v + v') dt / 2 + v'² / 2b = gap + vLeader² / 2b for v' (the ballistic form of Krauß 1998, eq. 2.11;
 * derivation for this update in Treiber and Kanagaraj 2015, section 2). Negative where it has to stand before the step ends: the braking
 * from `speed` to it, which may be harder than BRAKING, stops it in time.
 */
export function safeSpeed(speed: f32, gap: f32, leaderSpeed: f32, dt: f32): f32 {
  const half: f32 = BRAKING * dt * 0.5;
  const way = gap + stoppingM(leaderSpeed);
  const room = way - speed * dt * 0.5;
  if (room <= 0) return speed - (speed * speed * dt) / (2 * greatest(way, LEAST_WAY_M));
  return sqrt<f32>(half * half + 2 * BRAKING * room) - half;
}

/** Can the follower stay behind without braking harder than BRAKING, one step of reaction included? */
export function isSafeBehind(gap: f32, followerSpeed: f32, leaderSpeed: f32, dt: f32): bool {
  return gap + stoppingM(leaderSpeed) >= followerSpeed * dt + stoppingM(followerSpeed) + 0.5;
}

/** Square of the speed now that still lets a vehicle have slowed to `speedThere` at `distance`, braking comfortably, m²/s². */
export function approachSpeedSquared(distance: f32, speedThere: f32, braking: f32): f32 {
  return speedThere * speedThere + 2 * braking * greatest(0, distance);
}

/** Time to cover a distance, s, speeding up with `acceleration` to at most `limit`. */
export function travelTime(distance: f32, speed: f32, limit: f32, acceleration: f32): f32 {
  if (speed >= limit) return distance / greatest(limit, 0.1);
  const rampM = (limit * limit - speed * speed) / (2 * acceleration);
  if (distance <= rampM) return (sqrt<f32>(speed * speed + 2 * acceleration * distance) - speed) / acceleration;
  return (limit - speed) / acceleration + (distance - rampM) / limit;
}
