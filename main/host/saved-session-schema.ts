import * as v from "valibot";
import { alarmKinds } from "../../common/alarm-api";
import {
  incidentKinds,
  incidentStampCount,
  type Incident,
  type IndicatorSample,
  type LogEntry,
} from "../../common/console-api";
import { fail, succeed, type Failure, type Result } from "../../common/result";
import { isSaid, type Said } from "../../common/said";
import type { ArenaCounts } from "../../workers/arena";
import type { SavedAlarms } from "../operations/alarms/book";
import { parameters, type ParameterValues } from "../../workers/people";
import type { SessionLedgerOptions } from "../ledger/session-ledger";
import { rowBelow, tick, twinCommandSchema } from "./command-schema";
import type { SavedInstruction } from "./instructions";
import { describeIssue, instructionDraft } from "./request-schemas";
import type { Branch, LoggedCommand } from "./twins";

/** The JSON part of a saved session. It is a file like any other: whoever opens one may have it from anywhere. */
export interface SavedDocument {
  readonly cityName: string;
  readonly timeS: number;
  readonly savedAt: string;
  readonly seed: number;
  readonly tickS: number;
  readonly date: string;
  readonly values: ParameterValues;
  readonly people: number;
  /** Of the arenas that lie beside it. */
  readonly counts: ArenaCounts;
  readonly commands: readonly LoggedCommand[];
  readonly branches: readonly Branch[];
  readonly incidents: readonly Incident[];
  readonly instructions: readonly SavedInstruction[];
  readonly alarms: SavedAlarms;
  readonly samples: readonly IndicatorSample[];
  readonly log: readonly LogEntry[];
  readonly ledger: SavedLedgerOptions;
}
/** The seed as hexadecimal digits. */
type SavedLedgerOptions = Omit<SessionLedgerOptions, "directory" | "memberSeed"> & { readonly memberSeed: string };

const finite = v.pipe(v.number(), v.finite());
const count = rowBelow(2 ** 31);
const commandsMax = 1_000_000;
const said = v.custom<Said>((value) => isSaid(value), "not a saying of this version");

const counts = v.strictObject({
  ...{ edges: count, edgeLanes: count, connections: count, conflicts: count, successors: count, programs: count },
  ...{
    phases: count,
    phaseLetters: count,
    detectors: count,
    phaseDetectors: count,
    delayPrograms: count,
    signalLinks: count,
    shapePoints: count,
    terminals: count,
  },
  ...{ vehicleTypes: count, people: count, trips: count, destinations: count, departureBuckets: count },
  ...{ vehicleCapacity: count, treeSets: count, treeCapacity: count, eventCapacity: count },
}) satisfies v.GenericSchema<unknown, ArenaCounts>;

const values = v.strictObject(
  Object.fromEntries(Object.keys(parameters).map((name) => [name, finite])) as Record<
    keyof ParameterValues,
    typeof finite
  >,
) as v.GenericSchema<unknown, ParameterValues>;

const failure = v.strictObject({
  message: v.string(),
  where: v.exactOptional(v.string()),
  said: v.exactOptional(said),
}) satisfies v.GenericSchema<unknown, Failure>;

const incident = (edges: number) =>
  v.strictObject({
    ...{ id: v.string(), version: count, kind: v.picklist(incidentKinds), edge: rowBelow(edges), edgeName: v.string() },
    ...{ positionM: finite, laneCount: count, closedLaneCount: count, speedMaxMps: v.nullable(finite) },
    ...{ capacityPart: v.nullable(finite), durationS: finite, spreadS: finite },
    ...{ x: finite, y: finite, heading: finite, startS: finite, endS: finite, changedS: finite },
    active: v.boolean(),
    stampsS: v.pipe(v.array(v.nullable(finite)), v.length(incidentStampCount)),
  });

const prediction = v.strictObject({
  ...{ replications: count, horizonS: finite, complied: finite, wallS: finite },
  delaySavedVehH: v.strictObject({ mean: finite, low: finite, high: finite }),
});

const counters = v.strictObject({
  ...{ instructionId: v.string(), height: v.nullable(count), revision: count, withdrawn: v.boolean() },
  ...{ rewritten: count, verified: count, paidContracts: count, paidMicro: finite, escrowLeftMicro: finite },
  refusal: v.nullable(failure),
});

function instruction(people: number) {
  const person = rowBelow(people);
  const answers = v.pipe(
    v.strictObject({
      instruction: count,
      people: v.pipe(v.array(person), v.maxLength(people)),
      hearsAtTick: v.array(v.pipe(v.number(), v.integer(), v.minValue(-1))),
      complies: v.array(v.picklist([0, 1])),
    }),
    v.check(
      ({ people: asked, hearsAtTick, complies }) =>
        asked.length === hearsAtTick.length && asked.length === complies.length,
      "answers of another number of people",
    ),
  );
  return v.strictObject({
    ...{ id: v.string(), number: count, draft: instructionDraft, sentS: finite, changedS: finite },
    ...{ transactionHash: v.string() },
    ...{ matched: count, prediction: v.nullable(prediction), verifiedAfterMs: v.nullable(finite) },
    ...{ answers: v.nullable(answers), freed: v.pipe(v.array(person), v.maxLength(people)) },
    ...{ counters: v.nullable(counters), refusal: v.nullable(failure) },
  }) satisfies v.GenericSchema<unknown, SavedInstruction>;
}

function alarms(edges: number) {
  const place = v.strictObject({ edge: rowBelow(edges), positionM: finite, x: finite, y: finite });
  const name = v.nullable(v.string());
  const reason = v.string();
  const timeS = v.nullable(finite);
  const point = v.strictObject({
    ...{ id: v.string(), kind: v.picklist(alarmKinds), active: v.boolean(), acknowledged: v.boolean() },
    about: v.strictObject({ text: said, place: v.nullable(place), incidentId: name, instructionId: name }),
    ...{ abnormalS: timeS, normalS: timeS, raisedS: timeS, returnedS: timeS },
    shelf: v.nullable(v.strictObject({ untilS: finite, reason })),
    outOfService: v.nullable(v.strictObject({ reason })),
  });
  const row = v.pipe(v.array(finite), v.maxLength(edges));
  const roads = v.strictObject({
    ...{ lookedS: timeS, recentSpeed: row, usualSpeed: row, usualFlow: row },
    disturbances: v.array(v.strictObject({ subject: v.string(), x: finite, y: finite, seenS: finite })),
  });
  return v.strictObject({
    ...{ startS: finite, points: v.array(point), raisedS: v.array(finite), raisedCount: count },
    ...{ floodSinceS: timeS, roads },
  }) satisfies v.GenericSchema<unknown, SavedAlarms>;
}

const twinIndicators = v.strictObject({
  ...{ running: count, waiting: count, departed: count, arrived: count },
  ...{ delayVehH: finite, meanSpeedMps: finite, longestQueueM: finite },
});
const sample = v.strictObject({
  ...{ timeS: finite, live: twinIndicators, doNothing: v.nullable(twinIndicators) },
}) satisfies v.GenericSchema<unknown, IndicatorSample>;

const logEntry = v.strictObject({
  timeS: finite,
  kind: v.picklist(["incident", "instruction", "ledger", "alarm", "session"]),
  said,
});

const ledger = v.strictObject({
  ...{
    chainId: v.string(),
    date: v.string(),
    startS: finite,
    memberSeed: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  },
  ...{ terminalNames: v.array(v.string()), clause: v.string(), rewardPoolMicro: finite, bonusPoolMicro: finite },
  challengeS: v.exactOptional(finite),
  terminalSites: v.exactOptional(v.array(v.strictObject({ eastM: count, northM: count }))),
});

const document = (sizes: ArenaCounts) =>
  v.strictObject({
    ...{ cityName: v.string(), timeS: finite, savedAt: v.string(), date: v.string() },
    ...{ seed: rowBelow(2 ** 32), tickS: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1)), values },
    ...{ people: v.literal(sizes.people), counts },
    commands: v.pipe(
      v.array(v.strictObject({ command: twinCommandSchema(sizes.edges, sizes.people), liveOnly: v.boolean() })),
      v.maxLength(commandsMax),
    ),
    branches: v.pipe(v.array(v.strictObject({ command: count, tick })), v.maxLength(commandsMax)),
    incidents: v.array(incident(sizes.edges)),
    instructions: v.array(instruction(sizes.people)),
    alarms: alarms(sizes.edges),
    samples: v.array(sample),
    log: v.array(logEntry),
    ledger,
  }) satisfies v.GenericSchema<unknown, SavedDocument>;

/** What is read is a document of a saved session, with counts, rows and numbers in their ranges. */
export function checkSavedDocument(read: unknown): Result<SavedDocument> {
  const sized = v.safeParse(v.object({ counts }), read);
  if (!sized.success) return failOf(sized.issues);
  const checked = v.safeParse(document(sized.output.counts), read);
  if (!checked.success) return failOf(checked.issues);
  const { commands, branches } = checked.output;
  const isBranch = (row: number) => commands[row]?.command.kind === "instruct" && commands[row].liveOnly;
  if (!branches.every(({ command }, at) => isBranch(command) && command > (branches[at - 1]?.command ?? -1)))
    return fail("no instruction of the log", "branches");
  return succeed(checked.output);
}

function failOf(issues: Parameters<typeof describeIssue>[0]): Result<never> {
  const { message, where } = describeIssue(issues);
  return fail(message, where);
}
