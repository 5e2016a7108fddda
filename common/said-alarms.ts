/** What the host says of alarms: a part of the one list in said.ts. */
export const alarmForms = {
  // what is abnormal
  "alarm-road-blocked": { road: "text", metres: "count" },
  "alarm-road-spillback": { road: "text", metres: "count" },
  "alarm-road-slow": { road: "text", metres: "count" },
  "alarm-incident-overrun": { incident: "text", road: "text", untilS: "timeS" },
  "alarm-verification-overdue": { incident: "text", road: "text" },
  "alarm-response-overdue": { incident: "text", road: "text" },
  "alarm-instruction-ending": { number: "count", untilS: "timeS" },
  "alarm-contracts-unverified": { number: "count" },
  "alarm-pool-low": { percent: "count" },
  "alarm-ledger-unverified": { height: "count" },
  "alarm-ledger-stale": { height: "count" },
  "alarm-engine-behind": {},
  "alarm-keyframes-full": { percent: "count" },

  // what the operator is required to do
  "action-verify-declare": {},
  "action-amend-incident": {},
  "action-verify-stamp": {},
  "action-send-response": {},
  "action-amend-instruction": {},
  "action-inspect-contracts": {},
  "action-fund-pool": {},
  "action-stop-sending": {},
  "action-save-reopen": {},
  "action-slow-clock": {},
  "action-save-session": {},

  // shift log; `priority` is one of `alarmPriorities`
  "alarm-raised": { priority: "text", alarm: "said" },
  "alarm-returned": { alarm: "said" },
  "alarm-acknowledged": { alarm: "said" },
  "alarm-shelved": { alarm: "said", untilS: "timeS", reason: "text" },
  "alarm-unshelved": { alarm: "said" },
  "alarm-shelf-ended": { alarm: "said" },
  "alarm-out-of-service": { alarm: "said", reason: "text" },
  "alarm-in-service": { alarm: "said" },
  "alarm-flood-began": { raised: "count" },
  "alarm-flood-ended": {},

  // refusals
  "alarm-unknown": {},
  "alarm-not-shelved": {},
  "alarm-in-service-already": {},
  "alarm-shelf-out-of-range": { hours: "count" },
  "alarm-reason-missing": { most: "count" },
} as const;

interface Wording<S> {
  readonly count: (value: number) => string;
  readonly minute: (timeS: number) => string;
  readonly reason: (said: S) => string;
}

/** `S` is `Said`, whose list this is a part of. */
type AlarmWords<S> = {
  readonly [Code in keyof typeof alarmForms]: (
    args: {
      readonly [Name in keyof (typeof alarmForms)[Code]]: (typeof alarmForms)[Code][Name] extends "said"
        ? S
        : (typeof alarmForms)[Code][Name] extends "text"
          ? string
          : number;
    },
    wording: Wording<S>,
  ) => string;
};

export const englishAlarms = <S>(): AlarmWords<S> => ({
  "alarm-road-blocked": ({ road, metres }, { count }) =>
    `${road}: a queue of ${count(metres)} m stands and does not discharge, no incident is declared there`,
  "alarm-road-spillback": ({ road, metres }, { count }) =>
    `${road}: queues reach back over junctions, ${count(metres)} m, no incident is declared there`,
  "alarm-road-slow": ({ road, metres }, { count }) =>
    `${road}: far slower than usual over ${count(metres)} m, no incident is declared there`,
  "alarm-incident-overrun": ({ incident, road, untilS }, { minute }) =>
    `${incident} ${road}: still active after its expected end at ${minute(untilS)}`,
  "alarm-verification-overdue": ({ incident, road }) => `${incident} ${road}: not verified yet`,
  "alarm-response-overdue": ({ incident, road }) => `${incident} ${road}: verified, no response sent yet`,
  "alarm-instruction-ending": ({ number, untilS }, { minute }) =>
    `Instruction ${number} ends at ${minute(untilS)}, its incident is still active`,
  "alarm-contracts-unverified": ({ number }) => `Instruction ${number}: contracts not rewritten and verified yet`,
  "alarm-pool-low": ({ percent }) => `Bonus pool: ${percent} % left`,
  "alarm-ledger-unverified": ({ height }, { count }) => `Ledger: nothing after block ${count(height)} is verified`,
  "alarm-ledger-stale": ({ height }, { count }) => `Ledger: no block since ${count(height)}`,
  "alarm-engine-behind": () => "The city lags behind its clock",
  "alarm-keyframes-full": ({ percent }) => `Earlier instants: ${percent} % of their disk is taken`,

  "action-verify-declare": () => "Verify on the map; declare the incident",
  "action-amend-incident": () => "Amend its expected end, or clear it",
  "action-verify-stamp": () => "Verify and stamp T2, or clear it",
  "action-send-response": () => "Send the response and stamp T3",
  "action-amend-instruction": () => "Amend its end, or let it end",
  "action-inspect-contracts": () => "Inspect its contracts; withdraw or send again",
  "action-fund-pool": () => "Ask for funds before the next instruction",
  "action-stop-sending": () => "Send no instruction; resume the last save",
  "action-save-reopen": () => "Save the session and resume it",
  "action-slow-clock": () => "Choose a lower speed",
  "action-save-session": () => "Save the session; earlier instants will be thinned",

  "alarm-raised": ({ priority, alarm }, { reason }) => `Alarm, ${priority}: ${reason(alarm)}`,
  "alarm-returned": ({ alarm }, { reason }) => `Normal again: ${reason(alarm)}`,
  "alarm-acknowledged": ({ alarm }, { reason }) => `Acknowledged: ${reason(alarm)}`,
  "alarm-shelved": ({ alarm, untilS, reason }, { minute, reason: words }) =>
    `Shelved until ${minute(untilS)} (${reason}): ${words(alarm)}`,
  "alarm-unshelved": ({ alarm }, { reason }) => `Taken off the shelf: ${reason(alarm)}`,
  "alarm-shelf-ended": ({ alarm }, { reason }) => `Its time on the shelf is over: ${reason(alarm)}`,
  "alarm-out-of-service": ({ alarm, reason }, { reason: words }) => `Out of service (${reason}): ${words(alarm)}`,
  "alarm-in-service": ({ alarm }, { reason }) => `In service again: ${reason(alarm)}`,
  "alarm-flood-began": ({ raised }, { count }) =>
    `Alarm flood: ${count(raised)} in ten minutes; those of low priority are grouped and counted`,
  "alarm-flood-ended": () => "The alarm flood is over",

  "alarm-unknown": () => "no such alarm waits for it",
  "alarm-not-shelved": () => "the alarm is not shelved",
  "alarm-in-service-already": () => "the alarm is in service",
  "alarm-shelf-out-of-range": ({ hours }) => `an alarm is shelved until a time to come, at most ${hours} hours`,
  "alarm-reason-missing": ({ most }) => `a reason of 1 to ${most} letters`,
});
