import type { AlarmKind, AlarmPriority } from "../../../common/alarm-api";
import type { Said } from "../../../common/said";

/** What happens when nobody acts: to the traffic, to the authority's word, or to the console. */
type Consequence = "severe" | "major" | "minor";

/**
 * One kind of alarm. A reading at `on` or above is abnormal, and stays so until it falls below `off`: the dead band. It is
 * raised when it was abnormal for `onDelayS`, and has returned to normal when it was normal for `offDelayS`.
 */
export interface AlarmDefinition {
  /** What is read, with its unit. */
  readonly measure: string;
  readonly on: number;
  readonly off: number;
  readonly onDelayS: number;
  readonly offDelayS: number;
  readonly consequence: Consequence;
  /** Time in which the action still helps, s. */
  readonly respondWithinS: number;
  /** What the operator is required to do. */
  readonly action: Said;
  /** Where the limits come from. */
  readonly source: string;
}

const minuteS = 60;

/** The one table of what is watched. The text of an alarm is the saying `alarm-<kind>`. */
export const alarmDefinitions: Readonly<Record<AlarmKind, AlarmDefinition>> = {
  "road-blocked": {
    measure: "standing queue of a main road that does not discharge at its end, m",
    ...{ on: 60, off: 30, onDelayS: 2 * minuteS, offDelayS: 3 * minuteS },
    ...{ consequence: "severe", respondWithinS: 5 * minuteS, action: { code: "action-verify-declare", args: {} } },
    source: "60 m: more than a red light gathers (renderer's cautionQueueM); 2 min: more than one cycle of any signal",
  },
  "road-spillback": {
    measure: "stretch of main roads queued back over their junctions, m",
    ...{ on: 300, off: 150, onDelayS: 3 * minuteS, offDelayS: 3 * minuteS },
    ...{ consequence: "minor", respondWithinS: 10 * minuteS, action: { code: "action-verify-declare", args: {} } },
    source: "measured: a metropolis morning without incident has none before its peak (docs/decisions/0015-alarms.md)",
  },
  "road-slow": {
    measure: "stretch of main roads far below their usual speed, m",
    ...{ on: 300, off: 150, onDelayS: 3 * minuteS, offDelayS: 3 * minuteS },
    ...{ consequence: "minor", respondWithinS: 10 * minuteS, action: { code: "action-verify-declare", args: {} } },
    source: "Cook & Cleveland 1974: incident detection by exponential smoothing; limits measured as for spillback",
  },
  "incident-overrun": {
    measure: "time past the expected end of an active incident, s",
    ...{ on: minuteS, off: 0, onDelayS: 0, offDelayS: 0 },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-amend-incident", args: {} } },
    source: "as the list of incidents calls it overdue",
  },
  "verification-overdue": {
    measure: "time since T1 without T2, s",
    ...{ on: 10 * minuteS, off: 0, onDelayS: 0, offDelayS: 0 },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-verify-stamp", args: {} } },
    source: "FHWA TIM: verification follows detection; 10 min is an assumption",
  },
  "response-overdue": {
    measure: "time since T2 without T3, s",
    ...{ on: 15 * minuteS, off: 0, onDelayS: 0, offDelayS: 0 },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-send-response", args: {} } },
    source: "FHWA TIM: response follows verification; 15 min is an assumption",
  },
  "instruction-ending": {
    measure: "time to the end of an instruction of an active incident, s, negative",
    ...{ on: -10 * minuteS, off: -11 * minuteS, onDelayS: 0, offDelayS: 0 },
    ...{ consequence: "major", respondWithinS: 10 * minuteS, action: { code: "action-amend-instruction", args: {} } },
    source: "10 min, as the view of plan and state has it: an amendment reaches drivers in minutes",
  },
  "contracts-unverified": {
    measure: "time since an instruction was sent and its contracts not all verified, s",
    ...{ on: 45, off: 0, onDelayS: 0, offDelayS: 0 },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-inspect-contracts", args: {} } },
    source: "three blocks of 15 s: an instruction takes effect in the first",
  },
  "pool-low": {
    measure: "part of the bonus pool that is bound or paid",
    ...{ on: 0.85, off: 0.8, onDelayS: 0, offDelayS: minuteS },
    ...{ consequence: "minor", respondWithinS: 60 * minuteS, action: { code: "action-fund-pool", args: {} } },
    source: "an assumption: what is left pays for one more instruction of a seventh of the pool",
  },
  "ledger-unverified": {
    measure: "1 while the light client does not believe the chain",
    ...{ on: 1, off: 1, onDelayS: 0, offDelayS: minuteS },
    ...{ consequence: "major", respondWithinS: 10 * minuteS, action: { code: "action-stop-sending", args: {} } },
    source: "LEDGER.md: nothing of a chain that is not verified may be shown as true",
  },
  "ledger-stale": {
    measure: "age of the newest verified header, s",
    ...{ on: 3 * minuteS, off: 90, onDelayS: minuteS, offDelayS: 30 },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-save-reopen", args: {} } },
    source: "twelve blocks of 15 s, and three times what the highest speed leaves between blocks",
  },
  "engine-behind": {
    measure: "wall time for which the city has lagged half a second or more behind its clock, s",
    ...{ on: 20, off: 1, onDelayS: 0, offDelayS: minuteS },
    ...{ consequence: "minor", respondWithinS: 15 * minuteS, action: { code: "action-slow-clock", args: {} } },
    source: "half of the 1 s at which the clock waits for the city; 20 s: not a moment's other work (an assumption)",
  },
  "keyframes-full": {
    measure: "part of the disk of earlier instants that is taken",
    ...{ on: 0.9, off: 0.75, onDelayS: 0, offDelayS: 5 * minuteS },
    ...{ consequence: "minor", respondWithinS: 60 * minuteS, action: { code: "action-save-session", args: {} } },
    source: "at 1 keyframes are thinned, which never takes a quarter at once",
  },
};

/**
 * Priority by what happens and how soon, so that about 5/15/80 % of the kinds are high/medium/low.
 * @see EEMUA 191, prioritisation by severity of consequence and time available
 */
export function priorityOf({ consequence, respondWithinS }: AlarmDefinition): AlarmPriority {
  const isSoon = respondWithinS <= 5 * minuteS;
  switch (consequence) {
    case "severe":
      return isSoon ? "high" : "medium";
    case "major":
      return respondWithinS <= 10 * minuteS ? "medium" : "low";
    case "minor":
      return isSoon ? "medium" : "low";
  }
}
