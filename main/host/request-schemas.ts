import * as v from "valibot";
import {
  incidentKinds,
  incidentStampCount,
  type ClientMessage,
  type ParamsOf,
  type RequestName,
} from "../../common/console-api";
import { consentPurposes } from "../../common/commuter-api";
import { endorserCohorts, enrolledRoles } from "../../common/ledger-api";
import { reasonLengthMax } from "../../common/alarm-api";
import { twinNames } from "../../common/frame";
import { viaMax } from "../../common/itinerary";

/** Checks of what comes over the console API: the renderer is not trusted more than any page. */
const row = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xfffffffe));
const timeS = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(3 * 86_400));
/** Signs are left to the rules of the ledger, whose refusals say more. */
const amountMicro = v.pipe(v.number(), v.safeInteger());
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(200));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const reason = v.pipe(v.string(), v.maxLength(reasonLengthMax));
const nothing = v.strictObject({});
const bytes = v.instance(Uint8Array);

const seconds = v.pipe(v.number(), v.finite(), v.minValue(-86_400), v.maxValue(86_400));
export const instructionAction = v.variant("kind", [
  v.strictObject({ kind: v.literal("avoid") }),
  v.strictObject({ kind: v.literal("itinerary"), via: v.pipe(v.array(row), v.maxLength(viaMax)) }),
  v.strictObject({ kind: v.literal("shift"), shiftS: seconds }),
  v.strictObject({ kind: v.literal("hold"), untilS: timeS }),
]);

const instructionAmendment = v.strictObject({
  instructionId: text,
  untilS: timeS,
  expiresAtS: timeS,
  bonusMicro: amountMicro,
  budgetMicro: amountMicro,
});

export const instructionDraft = v.strictObject({
  incidentId: text,
  action: instructionAction,
  terminals: v.pipe(v.array(row), v.maxLength(256)),
  fromS: timeS,
  untilS: timeS,
  expiresAtS: timeS,
  bonusMicro: amountMicro,
  budgetMicro: amountMicro,
});

const commuterQuery = v.variant("by", [
  v.strictObject({ by: v.literal("vehicle"), person: row }),
  v.strictObject({ by: v.literal("home"), edge: row }),
  v.strictObject({ by: v.literal("text"), text }),
  v.strictObject({ by: v.literal("contract"), contractId: text }),
  v.strictObject({ by: v.literal("instruction"), instructionId: text }),
]);

/** Each once, in the order in which the ledger has them. */
const purposes = v.pipe(
  v.array(v.picklist(consentPurposes)),
  v.maxLength(consentPurposes.length),
  v.transform((named) => consentPurposes.filter((purpose) => named.includes(purpose))),
);

const fileSource = [
  v.strictObject({ kind: v.literal("file"), path }),
  v.strictObject({ kind: v.literal("bytes"), name: text, bytes }),
] as const;

export const requestSchemas = {
  "session.describe": nothing,
  "city.geometry": nothing,
  "city.open": v.variant("kind", [
    v.strictObject({ kind: v.literal("bundled"), size: v.exactOptional(v.literal("town")) }),
    ...fileSource,
  ]),
  "session.drawn": nothing,
  "city.giveUp": nothing,
  "clock.set": v.strictObject({
    running: v.exactOptional(v.boolean()),
    speed: v.exactOptional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1000))),
  }),
  "clock.step": nothing,
  "time.view": v.strictObject({ atS: timeS }),
  "time.play": v.strictObject({
    running: v.exactOptional(v.boolean()),
    speed: v.exactOptional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1000))),
  }),
  "time.live": nothing,
  "indicators.history": nothing,
  "incident.declare": v.strictObject({
    edge: row,
    positionM: finite,
    closedLaneCount: row,
    durationS: finite,
    kind: v.exactOptional(v.picklist(incidentKinds)),
    speedMaxMps: v.exactOptional(v.nullable(finite)),
    capacityPart: v.exactOptional(v.nullable(finite)),
    spreadS: v.exactOptional(finite),
  }),
  "incident.amend": v.strictObject({
    incidentId: text,
    closedLaneCount: v.exactOptional(row),
    speedMaxMps: v.exactOptional(finite),
    capacityPart: v.exactOptional(finite),
    endS: v.exactOptional(timeS),
    spreadS: v.exactOptional(finite),
  }),
  "incident.stamp": v.strictObject({ incidentId: text, stamp: v.pipe(row, v.maxValue(incidentStampCount - 1)) }),
  "incident.clear": v.strictObject({ incidentId: text }),
  "instruction.propose": v.strictObject({ incidentId: text }),
  "instruction.match": instructionDraft,
  "instruction.predict": instructionDraft,
  "instruction.giveUpPrediction": nothing,
  "instruction.send": instructionDraft,
  "instruction.answers": v.strictObject({ instructionId: text }),
  "instruction.matchAmendment": instructionAmendment,
  "instruction.amend": instructionAmendment,
  "instruction.withdraw": v.strictObject({ instructionId: text }),
  "ledger.contracts": v.strictObject({
    instructionId: v.exactOptional(text),
    offset: row,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  }),
  "ledger.contract": v.strictObject({ contractId: text }),
  "ledger.proofFile": v.strictObject({ contractId: text }),
  "ledger.history": v.strictObject({ contractId: text }),
  "ledger.consortium": nothing,
  "ledger.reanchor": v.strictObject({ height: row, hash: text, confirmedHeight: row }),
  "commuter.find": v.strictObject({
    query: commuterQuery,
    offset: row,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)),
  }),
  "commuter.report": v.strictObject({ person: row }),
  "commuter.consent": v.strictObject({ person: row }),
  "commuter.state": v.strictObject({ person: row, purposes: v.nullable(purposes) }),
  "commuter.demandErasure": v.strictObject({ person: row }),
  "ledger.consents": nothing,
  "delegate.order": v.variant("kind", [
    v.strictObject({
      kind: v.literal("enrol"),
      publicKey: text,
      role: v.picklist(enrolledRoles),
      cohort: v.nullable(v.picklist(endorserCohorts)),
    }),
    v.strictObject({ kind: v.literal("revoke"), publicKey: text }),
    v.strictObject({ kind: v.literal("erase"), contractId: text }),
  ]),
  "commuter.link": nothing,
  "alarm.acknowledge": v.strictObject({ alarmIds: v.pipe(v.array(text), v.minLength(1), v.maxLength(1000)) }),
  "alarm.shelve": v.strictObject({ alarmId: text, untilS: timeS, reason }),
  "alarm.unshelve": v.strictObject({ alarmId: text }),
  "alarm.takeOutOfService": v.strictObject({ alarmId: text, reason }),
  "alarm.returnToService": v.strictObject({ alarmId: text }),
  "operator.unlock": v.strictObject({ passphrase: v.pipe(v.string(), v.maxLength(1024)) }),
  "datex.export": nothing,
  "datex.import": v.variant("kind", fileSource),
  "session.save": nothing,
  "session.list": nothing,
  "session.resume": v.strictObject({ path }),
} as const satisfies { readonly [Name in RequestName]: v.GenericSchema<unknown, ParamsOf<Name>> };

export const clientMessageSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("request"),
    id: v.pipe(v.number(), v.safeInteger()),
    name: v.picklist(Object.keys(requestSchemas) as RequestName[]),
    params: v.unknown(),
  }),
  v.strictObject({ kind: v.literal("frameTaken"), twin: v.picklist(twinNames), sequence: row }),
]) satisfies v.GenericSchema<unknown, ClientMessage>;

/** Where in the message, and what is wrong there. */
export function describeIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): {
  message: string;
  where: string;
} {
  const [issue] = issues;
  return { message: issue.message, where: v.getDotPath(issue) ?? "message" };
}
