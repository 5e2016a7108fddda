import { historySteps, type ContractEvent } from "../../common/commuter-api";
import { incidentKinds } from "../../common/console-api";
import type {
  ConsoleEvents,
  ConsoleRequests,
  EventName,
  HostMessage,
  InstructionAction,
  InstructionMatch,
  LogEntry,
  RequestName,
} from "../../common/console-api";
import type { Failure } from "../../common/result";
import { alarmReport } from "./alarm-shapes";
import { consentCounts, consentReport, consortiumReport, trustRoot } from "./ledger-shapes";
import {
  amountShape,
  anything,
  bytesShape,
  countShape,
  exactly,
  flagShape,
  listOf,
  nullable,
  numberShape,
  oneOf,
  optional,
  record,
  saidShape,
  textShape,
  union,
  type Shape,
} from "./shape";

/** The trust boundary to the host: one shape for each reply and event of `common/console-api`. */

const failureFields = record({ message: textShape, where: optional(textShape), said: optional(saidShape) });
const failure: Shape<Failure> = { faultOf: (value, where) => failureFields.faultOf(value, where) };

const terminalPlace = record({
  ...{ terminal: countShape, name: textShape, road: nullable(textShape) },
  ...{ x: numberShape, y: numberShape },
});

const sessionDescription = record({
  cityName: textShape,
  attribution: textShape,
  synthesised: listOf(textShape),
  dropped: listOf(record({ what: textShape, count: countShape, why: textShape })),
  people: countShape,
  contracts: countShape,
  seed: numberShape,
  tickS: numberShape,
  date: textShape,
  shell: oneOf("electron", "browser"),
  speeds: listOf(numberShape),
  terminals: listOf(terminalPlace),
  takesGuests: flagShape,
});

const clockState = record({ timeS: numberShape, running: flagShape, speed: numberShape, behindS: numberShape });

const twinIndicators = record({
  running: countShape,
  waiting: countShape,
  departed: countShape,
  arrived: countShape,
  delayVehH: numberShape,
  meanSpeedMps: numberShape,
  longestQueueM: numberShape,
});
const indicatorSample = record({ timeS: numberShape, live: twinIndicators, doNothing: nullable(twinIndicators) });

const viewState = record({
  kind: oneOf("live", "replay"),
  jump: countShape,
  timeS: numberShape,
  running: flagShape,
  speed: numberShape,
  fromS: numberShape,
  sample: nullable(indicatorSample),
});

const incident = record({
  id: textShape,
  edge: countShape,
  positionM: numberShape,
  closedLaneCount: countShape,
  durationS: numberShape,
  edgeName: textShape,
  laneCount: countShape,
  x: numberShape,
  y: numberShape,
  heading: numberShape,
  startS: numberShape,
  endS: numberShape,
  active: flagShape,
  version: countShape,
  changedS: numberShape,
  kind: oneOf(...incidentKinds),
  speedMaxMps: nullable(numberShape),
  capacityPart: nullable(numberShape),
  spreadS: numberShape,
  stampsS: listOf(nullable(numberShape)),
});

const datexImport = record({
  name: textShape,
  drafts: listOf(
    record({
      recordId: textShape,
      version: textShape,
      type: textShape,
      draft: record({
        edge: countShape,
        positionM: numberShape,
        closedLaneCount: countShape,
        durationS: numberShape,
        kind: oneOf(...incidentKinds),
        speedMaxMps: nullable(numberShape),
        capacityPart: nullable(numberShape),
        spreadS: numberShape,
      }),
      edgeName: textShape,
      laneCount: countShape,
      offM: numberShape,
      notes: listOf(saidShape),
    }),
  ),
  dropped: listOf(record({ recordId: textShape, reason: saidShape })),
});

const instructionAction: Shape<InstructionAction> = union<InstructionAction>("kind", {
  avoid: record({ kind: exactly("avoid") }),
  itinerary: record({ kind: exactly("itinerary"), via: listOf(countShape) }),
  shift: record({ kind: exactly("shift"), shiftS: numberShape }),
  hold: record({ kind: exactly("hold"), untilS: numberShape }),
});

const instructionDraftFields = {
  incidentId: textShape,
  action: instructionAction,
  terminals: listOf(countShape),
  fromS: numberShape,
  untilS: numberShape,
  expiresAtS: numberShape,
  bonusMicro: amountShape,
  budgetMicro: amountShape,
};

const instructionPrediction = record({
  replications: countShape,
  horizonS: numberShape,
  delaySavedVehH: record({ mean: numberShape, low: numberShape, high: numberShape }),
  complied: numberShape,
  wallS: numberShape,
});

const matchFields = record({
  contracts: countShape,
  instructed: optional(countShape),
  largestPayoutMicro: amountShape,
  poolMicro: amountShape,
  refusal: nullable(failure),
});
const instructionMatch: Shape<InstructionMatch> = { faultOf: (value, where) => matchFields.faultOf(value, where) };

const instructionReport = record({
  ...instructionDraftFields,
  id: textShape,
  number: countShape,
  stage: oneOf("submitted", "rewritten", "verified", "active", "expired", "withdrawn", "refused"),
  revision: countShape,
  changedS: numberShape,
  sentS: numberShape,
  height: nullable(countShape),
  transactionHash: textShape,
  matched: countShape,
  rewritten: countShape,
  verified: countShape,
  reached: countShape,
  complied: countShape,
  refused: countShape,
  paidMicro: amountShape,
  escrowLeftMicro: amountShape,
  prediction: nullable(instructionPrediction),
  verifiedAfterMs: nullable(numberShape),
  refusal: nullable(failure),
});

const ledgerState = record({
  chainId: textShape,
  height: countShape,
  verifiedHeight: countShape,
  headerHash: textShape,
  appHash: textShape,
  validators: countShape,
  timeS: numberShape,
  supplyMicro: amountShape,
  poolMicro: amountShape,
  contracts: countShape,
  settled: countShape,
  verdict: textShape,
});

const contractReport = record({
  contractId: textShape,
  version: countShape,
  state: oneOf("offered", "active", "fulfilled", "excused", "defaulted", "left"),
  departFromS: numberShape,
  departUntilS: numberShape,
  deadlineS: numberShape,
  itinerary: listOf(
    record({
      terminal: countShape,
      name: textShape,
      fromS: numberShape,
      untilS: numberShape,
      passedAtS: nullable(numberShape),
    }),
  ),
  rewardMicro: amountShape,
  penaltyMicro: amountShape,
  bonusMicro: amountShape,
  avoids: listOf(textShape),
  ways: listOf(
    record({
      ...{ instructionId: textShape, avoids: listOf(textShape), avoidFromS: numberShape, avoidUntilS: numberShape },
      ...{ via: listOf(textShape), notBeforeS: nullable(numberShape), beginsBeforeS: nullable(numberShape) },
      ...{ deadlineS: numberShape, expiresAtS: numberShape, bonusMicro: amountShape },
    }),
  ),
  instructionId: nullable(textShape),
  paidMicro: amountShape,
  clause: textShape,
  proof: record({
    height: countShape,
    headerHash: textShape,
    appHash: textShape,
    siblings: countShape,
    byteLength: countShape,
    verdict: textShape,
    checks: listOf(record({ what: textShape, ok: flagShape })),
  }),
});

const contractWay = record({
  instructionId: textShape,
  avoids: listOf(textShape),
  avoidFromS: numberShape,
  avoidUntilS: numberShape,
  via: listOf(textShape),
  notBeforeS: nullable(numberShape),
  beginsBeforeS: nullable(numberShape),
  deadlineS: numberShape,
  expiresAtS: numberShape,
  bonusMicro: amountShape,
});

const eventProofFields = {
  height: nullable(countShape),
  timeS: nullable(numberShape),
  transactionHash: nullable(textShape),
  checks: listOf(record({ step: oneOf(...historySteps), ok: flagShape })),
  proved: flagShape,
};

const contractEvent: Shape<ContractEvent> = union<ContractEvent>("kind", {
  accepted: record({
    ...eventProofFields,
    kind: exactly("accepted"),
    rewardMicro: amountShape,
    penaltyMicro: amountShape,
  }),
  rewritten: record({
    ...eventProofFields,
    kind: exactly("rewritten"),
    by: oneOf("instruct", "amend", "withdraw"),
    version: countShape,
    instructionId: textShape,
    before: listOf(contractWay),
    after: listOf(contractWay),
  }),
  passed: record({
    ...eventProofFields,
    kind: exactly("passed"),
    terminal: countShape,
    name: textShape,
    passedAtS: numberShape,
  }),
  settled: record({
    ...eventProofFields,
    kind: exactly("settled"),
    outcome: oneOf("reward", "rewardAndBonus", "penalty", "excused", "left"),
    rewardMicro: amountShape,
    bonusMicro: amountShape,
    penaltyMicro: amountShape,
    walletMicro: amountShape,
  }),
});

const commuterReport = record({
  person: countShape,
  contractNumber: nullable(countShape),
  contractId: nullable(textShape),
  wallet: nullable(
    record({
      freeMicro: amountShape,
      depositMicro: amountShape,
      escrowMicro: amountShape,
      movements: listOf(
        record({
          kind: oneOf("deposit", "depositBack", "reward", "bonus", "penalty"),
          amountMicro: amountShape,
          height: nullable(countShape),
          timeS: nullable(numberShape),
          proved: flagShape,
        }),
      ),
      verdict: textShape,
    }),
  ),
  messages: listOf(
    record({
      instructionId: textShape,
      by: oneOf("instruct", "amend", "withdraw"),
      version: countShape,
      number: nullable(countShape),
      way: nullable(contractWay),
      road: nullable(textShape),
      sentS: nullable(numberShape),
      height: nullable(countShape),
      heardAtS: nullable(numberShape),
      complies: nullable(flagShape),
    }),
  ),
  trip: record({
    phase: oneOf("beforeDeparture", "onTheWay", "atWork", "onTheWayHome", "atHome"),
    departedS: numberShape,
    arrivedS: nullable(numberShape),
    road: nullable(textShape),
  }),
});

const operatorState = record({
  key: oneOf("none", "locked", "unlocked"),
  protection: oneOf("keyring", "passphrase"),
  address: nullable(textShape),
});

const savedSession = record({
  path: textShape,
  cityName: textShape,
  timeS: numberShape,
  savedAt: textShape,
  automatic: flagShape,
});

export const replyShapes: { readonly [Name in RequestName]: Shape<ConsoleRequests[Name]["reply"]> } = {
  "session.describe": sessionDescription,
  "city.geometry": record({ bytes: bytesShape }),
  "city.open": sessionDescription,
  "session.drawn": record({}),
  "city.giveUp": record({}),
  "clock.set": clockState,
  "clock.step": clockState,
  "time.view": viewState,
  "time.play": viewState,
  "time.live": viewState,
  "indicators.history": record({ samples: listOf(indicatorSample) }),
  "incident.declare": incident,
  "incident.amend": incident,
  "incident.stamp": incident,
  "incident.clear": incident,
  "instruction.propose": record(instructionDraftFields),
  "instruction.match": instructionMatch,
  "instruction.predict": instructionPrediction,
  "instruction.giveUpPrediction": record({}),
  "instruction.send": instructionReport,
  "instruction.answers": record({ bytes: bytesShape }),
  "instruction.matchAmendment": instructionMatch,
  "instruction.amend": instructionReport,
  "instruction.withdraw": instructionReport,
  "ledger.contracts": record({ contractIds: listOf(textShape), total: countShape }),
  "ledger.contract": contractReport,
  "ledger.proofFile": record({ name: textShape, bytes: bytesShape }),
  "ledger.history": record({ contractId: textShape, events: listOf(contractEvent) }),
  "ledger.consortium": consortiumReport,
  "ledger.reanchor": trustRoot,
  "commuter.find": record({ people: listOf(countShape), total: countShape }),
  "commuter.report": commuterReport,
  "commuter.consent": consentReport,
  "commuter.state": consentReport,
  "commuter.demandErasure": consentReport,
  "ledger.consents": consentCounts,
  "delegate.order": consortiumReport,
  "commuter.link": record({ url: textShape }),
  "alarm.acknowledge": alarmReport,
  "alarm.shelve": alarmReport,
  "alarm.unshelve": alarmReport,
  "alarm.takeOutOfService": alarmReport,
  "alarm.returnToService": alarmReport,
  "operator.unlock": operatorState,
  "datex.export": record({ name: textShape, bytes: bytesShape }),
  "datex.import": datexImport,
  "session.save": record({ path: textShape }),
  "session.list": record({ sessions: listOf(savedSession) }),
  "session.resume": sessionDescription,
};

const logEntry: Shape<LogEntry> = record({
  timeS: numberShape,
  kind: oneOf("incident", "instruction", "ledger", "alarm", "session"),
  said: saidShape,
});

export const eventShapes: { readonly [Name in EventName]: Shape<ConsoleEvents[Name]> } = {
  clock: clockState,
  view: viewState,
  indicators: indicatorSample,
  incidents: listOf(incident),
  instructions: listOf(instructionReport),
  ledger: ledgerState,
  alarms: alarmReport,
  operator: operatorState,
  log: logEntry,
  logSoFar: listOf(logEntry),
  progress: record({ task: textShape, said: saidShape, done: numberShape, total: numberShape }),
  notice: record({ severity: oneOf("info", "warning", "error"), said: saidShape }),
  reopened: sessionDescription,
};

const eventName: Shape<EventName> = {
  faultOf: (value, where) =>
    typeof value === "string" && Object.hasOwn(eventShapes, value)
      ? undefined
      : { message: `unknown event ${JSON.stringify(value)}`, where },
};

const reply: Shape<HostMessage> = {
  faultOf(value, where) {
    const shape = conformsToSuccess(value)
      ? record({ kind: exactly("reply"), id: countShape, ok: exactly(true), value: anything })
      : record({ kind: exactly("reply"), id: countShape, ok: exactly(false), error: failure });
    return shape.faultOf(value, where);
  },
};

function conformsToSuccess(value: unknown): boolean {
  return typeof value === "object" && value !== null && "ok" in value && value.ok === true;
}

/** The envelope of everything that the host says. Values of replies and events are checked by their own shapes. */
export const hostMessageShape: Shape<HostMessage> = union<HostMessage>("kind", {
  reply,
  event: record({ kind: exactly("event"), name: eventName, value: anything }),
  frame: record({ kind: exactly("frame"), bytes: bytesShape }),
});
