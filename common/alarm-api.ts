import type { Said } from "./said";

/** The console's alarms, after ISA-18.2 (states, life cycle) and EEMUA 191 (priorities, rates). */

/** Most urgent first. */
export const alarmPriorities = ["high", "medium", "low"] as const;
export type AlarmPriority = (typeof alarmPriorities)[number];

export const alarmKinds = [
  "road-blocked",
  "road-spillback",
  "road-slow",
  "incident-overrun",
  "verification-overdue",
  "response-overdue",
  "instruction-ending",
  "contracts-unverified",
  "pool-low",
  "ledger-unverified",
  "ledger-stale",
  "engine-behind",
  "keyframes-full",
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/**
 * - unacknowledged: its condition stands and nobody has taken it
 * - acknowledged: it stands and somebody is at it
 * - returned: its condition is over before anybody took it; it stays to be read
 * - shelved: the operator does not want to hear of it until a time
 * - outOfService: nobody hears of it until it is put back
 */
export const alarmStates = ["unacknowledged", "acknowledged", "returned", "shelved", "outOfService"] as const;
export type AlarmStateName = (typeof alarmStates)[number];

export interface AlarmPlace {
  readonly edge: number;
  readonly positionM: number;
  readonly x: number;
  readonly y: number;
}

export interface Alarm {
  /** Kind and subject: the same disturbance has the same one when it comes back. */
  readonly id: string;
  readonly kind: AlarmKind;
  readonly priority: AlarmPriority;
  readonly state: AlarmStateName;
  /** Whether its condition stands: a shelved one may be normal. */
  readonly active: boolean;
  readonly text: Said;
  /** What the operator is required to do. */
  readonly action: Said;
  /** When it was raised last; null when it has not been since it was shelved or taken out of service. */
  readonly raisedS: number | null;
  readonly returnedS: number | null;
  /** Where its cause is likely to be. */
  readonly place: AlarmPlace | null;
  readonly incidentId: string | null;
  readonly instructionId: string | null;
  readonly shelvedUntilS: number | null;
  /** Why it is shelved or out of service. */
  readonly reason: string | null;
  /** Counted with others of its kind while the flood lasts. */
  readonly grouped: boolean;
}

/** The console's own rate: alarms raised, those grouped in a flood included. */
export interface AlarmRate {
  /** In the last `alarmWindowS`. */
  readonly recent: number;
  /** Since the session's start, for each `alarmWindowS`. */
  readonly mean: number;
}

export interface AlarmReport {
  /** By priority, then the newest first. */
  readonly alarms: readonly Alarm[];
  readonly rate: AlarmRate;
  /** Since when there is a flood; null when there is none. */
  readonly floodSinceS: number | null;
  /** Main roads that are watched, m of one direction each. */
  readonly watchedM: number;
}

/** Rates are counted over ten minutes. @see EEMUA 191, alarm rates in steady operation and after an upset */
export const alarmWindowS = 600;
/** Alarms in a window: acceptable when steady, manageable after an upset. More than the latter is a flood. */
export const alarmRateBars = { steady: 1, upset: 10 } as const;
/** Nothing is shelved for longer: one shift. */
export const shelvedMostS = 8 * 3600;
/** Letters of a reason. */
export const reasonLengthMax = 200;
