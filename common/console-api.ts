import type { AlarmReport } from "./alarm-api";
import type {
  CommuterMatches,
  CommuterQuery,
  CommuterReport,
  ConsentCounts,
  ConsentPurpose,
  ConsentReport,
  ContractHistory,
  ContractWay,
} from "./commuter-api";
import type { ConsortiumReport, DelegateOrder, TrustRootReport } from "./ledger-api";
import type { Failure } from "./result";
import type { Said } from "./said";
import type { TwinName } from "./frame";

/**
 * What the console and the host say to each other: one map from the name of a request to its parameters and reply, one
 * from the name of an event to its value. The same over Electron's port and over the browser's socket.
 *
 * Money is in micro-tokens as a safe integer, times are seconds since midnight of the session's day, edges, lanes and
 * terminals are rows of the city. A message has at most one binary part: the field `bytes`.
 */
export interface ConsoleRequests {
  /** What is open. Also (re)starts the events: the current value of each follows the reply. */
  "session.describe": { params: Record<string, never>; reply: SessionDescription };
  /** Vehicles have moved on the console's screen: what takes a core for seconds may begin. */
  "session.drawn": { params: Record<string, never>; reply: Record<string, never> };
  /** The city, packed as by `packCity`. */
  "city.geometry": { params: Record<string, never>; reply: { readonly bytes: Uint8Array } };
  /** Opens another city; the session of the old one is closed once the new one stands, and all consoles get `reopened`. */
  "city.open": { params: CitySource; reply: SessionDescription };
  /** Gives up the city that is being opened, the first one too: whoever asked for it is refused. The one before stays. */
  "city.giveUp": { params: Record<string, never>; reply: Record<string, never> };
  "clock.set": { params: { readonly running?: boolean; readonly speed?: number }; reply: ClockState };
  /** One tick, when paused. */
  "clock.step": { params: Record<string, never>; reply: ClockState };
  /** Shows an earlier instant of the session, at rest, while the live city goes on. Refused outside of the span kept. */
  "time.view": { params: { readonly atS: number }; reply: ViewState };
  /** Pace of what is shown of the past; refused while the live city is shown. */
  "time.play": { params: { readonly running?: boolean; readonly speed?: number }; reply: ViewState };
  /** Back to the live city. */
  "time.live": { params: Record<string, never>; reply: ViewState };
  /** All samples of the indicators so far, oldest first. */
  "indicators.history": { params: Record<string, never>; reply: { readonly samples: readonly IndicatorSample[] } };
  "incident.declare": { params: IncidentDraft; reply: Incident };
  /** Changes an incident under way: more or fewer lanes, another limit, another expected end. */
  "incident.amend": { params: IncidentAmendment; reply: Incident };
  /** Stamps the present instant as T2 … T7 of the incident's handling. T5 clears the incident when it still is active. */
  "incident.stamp": { params: { readonly incidentId: string; readonly stamp: number }; reply: Incident };
  "incident.clear": { params: { readonly incidentId: string }; reply: Incident };
  /** A draft that suits the incident, for the operator to edit. */
  "instruction.propose": { params: { readonly incidentId: string }; reply: InstructionDraft };
  /** How many contracts the draft would rewrite now, and what it could cost at most. */
  "instruction.match": { params: InstructionDraft; reply: InstructionMatch };
  /** Forks the city now and runs it with and without the draft. Takes seconds; progress is an event. */
  "instruction.predict": { params: InstructionDraft; reply: InstructionPrediction };
  /** Ends the prediction under way, whose draft is gone. */
  "instruction.giveUpPrediction": { params: Record<string, never>; reply: Record<string, never> };
  /** Signs and submits. Refused with a reason when the operator's key is locked. */
  "instruction.send": { params: InstructionDraft; reply: InstructionReport };
  /** How those who were asked answered: 16 bytes a person, see main/host/answer-list.ts. The same until an amendment. */
  "instruction.answers": { params: { readonly instructionId: string }; reply: { readonly bytes: Uint8Array } };
  /** What an amendment would do now: contracts that carry the instruction afterwards, and what more they may cost. */
  "instruction.matchAmendment": { params: InstructionAmendment; reply: InstructionMatch };
  "instruction.amend": { params: InstructionAmendment; reply: InstructionReport };
  "instruction.withdraw": { params: { readonly instructionId: string }; reply: InstructionReport };
  /** Contracts, by id, that an instruction rewrote, or all when none is named. */
  "ledger.contracts": {
    params: { readonly instructionId?: string; readonly offset: number; readonly limit: number };
    reply: { readonly contractIds: readonly string[]; readonly total: number };
  };
  /** One contract with its proof, verified just now. */
  "ledger.contract": { params: { readonly contractId: string }; reply: ContractReport };
  /** The proof of one contract as a file for `pendulaire verify`. */
  "ledger.proofFile": {
    params: { readonly contractId: string };
    reply: { readonly name: string; readonly bytes: Uint8Array };
  };
  /** All that happened to one contract, each event with the checks of its proof, made just now. */
  "ledger.history": { params: { readonly contractId: string }; reply: ContractHistory };
  /** Validators, members, nodes and the trust root, as the light client has them now. */
  "ledger.consortium": { params: Record<string, never>; reply: ConsortiumReport };
  /**
   * Believes from this header on, and forgets what was believed before: a halt too. Refused while the operator's key is
   * locked, and unless the height is given twice alike.
   */
  "ledger.reanchor": {
    params: { readonly height: number; readonly hash: string; readonly confirmedHeight: number };
    reply: TrustRootReport;
  };
  /** Commuters by number or place; see `CommuterQuery`. */
  "commuter.find": {
    params: { readonly query: CommuterQuery; readonly offset: number; readonly limit: number };
    reply: CommuterMatches;
  };
  /** What the phone of one commuter shows. */
  "commuter.report": { params: { readonly person: number }; reply: CommuterReport };
  /** What the holder of a simulated commuter's contract agrees to, proved. */
  "commuter.consent": { params: { readonly person: number }; reply: ConsentReport };
  /** A simulated commuter states consent, with the contract's key, which the host keeps; null: it is withdrawn. */
  "commuter.state": {
    params: { readonly person: number; readonly purposes: readonly ConsentPurpose[] | null };
    reply: ConsentReport;
  };
  /** A simulated commuter demands erasure: for good. */
  "commuter.demandErasure": { params: { readonly person: number }; reply: ConsentReport };
  /** Statements of all holders together. */
  "ledger.consents": { params: Record<string, never>; reply: ConsentCounts };
  /**
   * The session's certificate authority enrols or revokes a member, or as data-protection delegate has what is kept about a
   * contract's holder erased. Written into the shift log.
   */
  "delegate.order": { params: DelegateOrder; reply: ConsortiumReport };
  /** A new link to the commuter's own page, which admits one browser and nobody to the console. */
  "commuter.link": { params: Record<string, never>; reply: { readonly url: string } };
  /** Takes alarms: somebody is at it. */
  "alarm.acknowledge": { params: { readonly alarmIds: readonly string[] }; reply: AlarmReport };
  /** Nobody hears of it until then, at most `shelvedMostS` from now. */
  "alarm.shelve": {
    params: { readonly alarmId: string; readonly untilS: number; readonly reason: string };
    reply: AlarmReport;
  };
  "alarm.unshelve": { params: { readonly alarmId: string }; reply: AlarmReport };
  /** Nobody hears of it until it is put back, however long that takes. */
  "alarm.takeOutOfService": { params: { readonly alarmId: string; readonly reason: string }; reply: AlarmReport };
  "alarm.returnToService": { params: { readonly alarmId: string }; reply: AlarmReport };
  /** Creates the operator's key under a passphrase, or unlocks the one that exists. */
  "operator.unlock": { params: { readonly passphrase: string }; reply: OperatorState };
  /** All incidents and instructions of the session as a DATEX II situation publication. */
  "datex.export": { params: Record<string, never>; reply: { readonly name: string; readonly bytes: Uint8Array } };
  /** What the records of a DATEX II document would be in this city, now. None is declared by it. */
  "datex.import": { params: FileSource; reply: DatexImport };
  /** Saves the running session to a file in the user's folder. */
  "session.save": { params: Record<string, never>; reply: { readonly path: string } };
  /** Saved sessions of this computer, newest first. */
  "session.list": { params: Record<string, never>; reply: { readonly sessions: readonly SavedSession[] } };
  "session.resume": { params: { readonly path: string }; reply: SessionDescription };
}
export type RequestName = keyof ConsoleRequests;
export type ParamsOf<Name extends RequestName> = ConsoleRequests[Name]["params"];
export type ReplyOf<Name extends RequestName> = ConsoleRequests[Name]["reply"];

export interface ConsoleEvents {
  clock: ClockState;
  /** What this console is shown; frames that follow are of it. */
  view: ViewState;
  indicators: IndicatorSample;
  incidents: readonly Incident[];
  instructions: readonly InstructionReport[];
  ledger: LedgerState;
  alarms: AlarmReport;
  operator: OperatorState;
  log: LogEntry;
  /** The log as it stands, oldest first, for a console that comes; entries after it come as `log`. */
  logSoFar: readonly LogEntry[];
  progress: Progress;
  /** Something the user should read that answers none of their requests. */
  notice: Notice;
  /** The city changed under the console: ask for everything again. */
  reopened: SessionDescription;
}
export type EventName = keyof ConsoleEvents;

export type ClientMessage =
  | {
      readonly kind: "request";
      readonly id: number;
      readonly name: RequestName;
      readonly params: unknown;
    }
  /** The renderer took frame `sequence` of a twin: one more may be sent. */
  | { readonly kind: "frameTaken"; readonly twin: TwinName; readonly sequence: number };

export type HostMessage =
  | { readonly kind: "reply"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: "reply"; readonly id: number; readonly ok: false; readonly error: Failure }
  | { readonly kind: "event"; readonly name: EventName; readonly value: unknown }
  /** `bytes` is a frame as in frame.ts. At most `framesInFlight` are sent and not taken, by twin. */
  | { readonly kind: "frame"; readonly bytes: Uint8Array };

export const framesInFlight = 2;

/** A file that the user gave. */
export type FileSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "bytes"; readonly name: string; readonly bytes: Uint8Array };

export type CitySource =
  /** The metropolis, or the small town. */
  { readonly kind: "bundled"; readonly size?: "town" } | FileSource;

export interface SessionDescription {
  readonly cityName: string;
  readonly attribution: string;
  /** What was made up for lack of data, in words: "subject" or "subject: how". */
  readonly synthesised: readonly string[];
  readonly dropped: readonly { readonly what: string; readonly count: number; readonly why: string }[];
  readonly people: number;
  readonly contracts: number;
  readonly seed: number;
  /** Simulated seconds a tick. */
  readonly tickS: number;
  /** "2026-03-02": the simulated day. */
  readonly date: string;
  readonly shell: "electron" | "browser";
  readonly speeds: readonly number[];
  readonly terminals: readonly TerminalPlace[];
  /** Whether a commuter who is not of the simulated city can sign a contract here: not on a network's ledger. */
  readonly takesGuests: boolean;
}

export interface TerminalPlace {
  readonly terminal: number;
  readonly name: string;
  /** Of the road that it stands on; null where that has no name. */
  readonly road: string | null;
  readonly x: number;
  readonly y: number;
}

export interface ClockState {
  readonly timeS: number;
  readonly running: boolean;
  /** Simulated seconds a wall second that are wanted. */
  readonly speed: number;
  /** Wall seconds by which the twin lags behind the clock. */
  readonly behindS: number;
}

/** Which instant the frames are of: the present one, or an earlier one that is played again. */
export interface ViewState {
  readonly kind: "live" | "replay";
  /** Counts the jumps in time: frames from before one are not to be joined with those after. */
  readonly jump: number;
  readonly timeS: number;
  /** Whether what is shown of the past moves. */
  readonly running: boolean;
  readonly speed: number;
  /** The earliest instant that can be shown. */
  readonly fromS: number;
  /** Indicators at the instant; null while the live city is shown. */
  readonly sample: IndicatorSample | null;
}

export interface TwinIndicators {
  readonly running: number;
  /** Waiting at the kerb for a gap to depart into. */
  readonly waiting: number;
  readonly departed: number;
  readonly arrived: number;
  /** Σ (t − t_free) over all vehicles since the session's start, vehicle-hours, waiting included. */
  readonly delayVehH: number;
  readonly meanSpeedMps: number;
  /** Longest queue of standing vehicles on one edge, m. */
  readonly longestQueueM: number;
}

export interface IndicatorSample {
  readonly timeS: number;
  readonly live: TwinIndicators;
  /** null until an instruction was sent: until then both cities are one. */
  readonly doNothing: TwinIndicators | null;
}

export const incidentKinds = ["lanes", "speed", "capacity", "signal", "junction"] as const;
/**
 * - lanes: lanes are closed from a position on
 * - speed: nobody drives faster than a limit, on all lanes of the road
 * - capacity: drivers keep longer gaps, so that a part of the road's capacity is left
 * - signal: the signal at the end of the road is dark, and its junction is crossed as an all-way stop
 * - junction: nobody enters the junction at the end of the road, from this road or another
 */
export type IncidentKind = (typeof incidentKinds)[number];

export interface IncidentDraft {
  readonly edge: number;
  /** Metres along the edge's centre line at which the lanes are closed, or the incident's sign stands. */
  readonly positionM: number;
  /** Lanes closed, 1 … all, from the right; 0 where the kind is another one. */
  readonly closedLaneCount: number;
  /** Expected duration, s. */
  readonly durationS: number;
  /** Absent: lanes. */
  readonly kind?: IncidentKind;
  /** Of the kind speed. */
  readonly speedMaxMps?: number | null;
  /** Of the kind capacity: what is left of it, 0 … 1. */
  readonly capacityPart?: number | null;
  /** The true duration lies within the expected one plus or minus this, every value as likely, s. Absent: 0. */
  readonly spreadS?: number;
}

/** A record of a DATEX II document as the incident that it would be, for the operator to declare or not. */
export interface DatexDraft {
  readonly recordId: string;
  readonly version: string;
  /** Of the model, without prefix: "Accident". */
  readonly type: string;
  readonly draft: Required<IncidentDraft>;
  readonly edgeName: string;
  readonly laneCount: number;
  /** Metres between the record's place and the road. */
  readonly offM: number;
  /** What the operator should know before it is declared. */
  readonly notes: readonly Said[];
}

export interface DatexImport {
  /** The file's. */
  readonly name: string;
  readonly drafts: readonly DatexDraft[];
  /** Records that have no counterpart here, or none now. */
  readonly dropped: readonly { readonly recordId: string; readonly reason: Said }[];
}

/** What is changed of an incident under way; what is absent stays. */
export interface IncidentAmendment {
  readonly incidentId: string;
  readonly closedLaneCount?: number;
  readonly speedMaxMps?: number;
  readonly capacityPart?: number;
  /** The new expected end, session time. */
  readonly endS?: number;
  readonly spreadS?: number;
}

/**
 * Times of an incident's handling, T0 … T7: occurred, detected, verified, response sent, response there, lanes open,
 * response gone, traffic normal again. Roadway clearance is T5 − T1, incident clearance T6 − T1.
 * @see FHWA Traffic Incident Management, timeline of an incident and its performance measures
 */
export const incidentStampCount = 8;

export interface Incident extends IncidentDraft {
  readonly id: string;
  /** 1 as declared, one more with each change. */
  readonly version: number;
  /** When it became this version. */
  readonly changedS: number;
  readonly kind: IncidentKind;
  readonly speedMaxMps: number | null;
  readonly capacityPart: number | null;
  readonly spreadS: number;
  readonly edgeName: string;
  readonly laneCount: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly startS: number;
  /** Expected while it is active, then when it ended. */
  readonly endS: number;
  readonly active: boolean;
  /** `incidentStampCount` times, null where not stamped. In a simulated city T0 and T1 are when it was declared. */
  readonly stampsS: readonly (number | null)[];
}

/** What those are asked whose itinerary leads through the scope. */
export type InstructionAction =
  /** Do not pass the scope's terminals within its window. */
  | { readonly kind: "avoid" }
  /** As avoid, and pass these terminals, in this order, on the way: one as yet. */
  | { readonly kind: "itinerary"; readonly via: readonly number[] }
  /** Leave so many seconds later than agreed, or earlier when negative. */
  | { readonly kind: "shift"; readonly shiftS: number }
  /** Do not leave before. */
  | { readonly kind: "hold"; readonly untilS: number };

export interface InstructionDraft {
  readonly incidentId: string;
  readonly action: InstructionAction;
  /** The scope: rows of the city's terminals, and the window in which itineraries lead over them. */
  readonly terminals: readonly number[];
  readonly fromS: number;
  readonly untilS: number;
  /** Contracts can earn the bonus until then. */
  readonly expiresAtS: number;
  /** For each contract that complies. */
  readonly bonusMicro: number;
  /** Nothing beyond it is ever paid. */
  readonly budgetMicro: number;
}

/** What is changed of an instruction that was sent: end, expiry and bonus only grow. */
export interface InstructionAmendment {
  readonly instructionId: string;
  readonly untilS: number;
  readonly expiresAtS: number;
  readonly bonusMicro: number;
  readonly budgetMicro: number;
}

export interface InstructionMatch {
  readonly contracts: number;
  /** Of them, how many carry another instruction that is open, which this one is added to. Absent: not counted, of an amendment. */
  readonly instructed?: number;
  /** contracts × bonus. */
  readonly largestPayoutMicro: number;
  /** What the road authority's bonus pool holds. */
  readonly poolMicro: number;
  /** Why the draft would be refused as it stands, or null. */
  readonly refusal: Failure | null;
}

export interface InstructionPrediction {
  readonly replications: number;
  readonly horizonS: number;
  /** Vehicle-hours of delay saved against doing nothing: mean and 90 % interval over the replications. */
  readonly delaySavedVehH: { readonly mean: number; readonly low: number; readonly high: number };
  readonly complied: number;
  readonly wallS: number;
}

export type InstructionStage = "submitted" | "rewritten" | "verified" | "active" | "expired" | "withdrawn" | "refused";

export interface InstructionReport extends InstructionDraft {
  readonly id: string;
  /** 1, 2, … in this session. */
  readonly number: number;
  readonly stage: InstructionStage;
  /** 1 as sent, one more with each amendment or withdrawal. */
  readonly revision: number;
  /** When it became this revision: of one that was withdrawn, its end. */
  readonly changedS: number;
  readonly sentS: number;
  /** Height of the block that rewrote the contracts; null until then. */
  readonly height: number | null;
  readonly transactionHash: string;
  /** Contracts that the scope matched when it was sent. */
  readonly matched: number;
  /** Contracts that carry it: those that it rewrote, less those that a withdrawal freed. */
  readonly rewritten: number;
  /** Rewritten contracts whose proof was checked against a verified header. */
  readonly verified: number;
  /** Holders of the contracts that carry it who have heard of it; whose way a withdrawal took back is none of them. */
  readonly reached: number;
  /** Of those reached; the others refused. */
  readonly complied: number;
  readonly refused: number;
  readonly paidMicro: number;
  readonly escrowLeftMicro: number;
  /** What was predicted of this very draft before it was sent; null when nothing was. */
  readonly prediction: InstructionPrediction | null;
  /** Wall milliseconds from the request to the last verified contract; null until then. */
  readonly verifiedAfterMs: number | null;
  readonly refusal: Failure | null;
}

export interface LedgerState {
  readonly chainId: string;
  readonly height: number;
  /** The light client has verified every header up to here. */
  readonly verifiedHeight: number;
  readonly headerHash: string;
  readonly appHash: string;
  readonly validators: number;
  readonly timeS: number;
  readonly supplyMicro: number;
  readonly poolMicro: number;
  readonly contracts: number;
  readonly settled: number;
  /** "ok", or why the light client stopped believing. */
  readonly verdict: string;
}

export interface ContractReport {
  readonly contractId: string;
  readonly version: number;
  /** excused: left the itinerary as instructed and did not arrive in time; pays nothing and costs nothing. */
  readonly state: "offered" | "active" | "fulfilled" | "excused" | "defaulted" | "left";
  readonly departFromS: number;
  readonly departUntilS: number;
  /** By when the itinerary is to be done. */
  readonly deadlineS: number;
  readonly itinerary: readonly {
    readonly terminal: number;
    readonly name: string;
    readonly fromS: number;
    readonly untilS: number;
    readonly passedAtS: number | null;
  }[];
  readonly rewardMicro: number;
  readonly penaltyMicro: number;
  readonly bonusMicro: number;
  readonly avoids: readonly string[];
  /** What instructions made another way to fulfil it, oldest first. */
  readonly ways: readonly ContractWay[];
  readonly instructionId: string | null;
  readonly paidMicro: number;
  /** The notification and validation clause that the commuter signed. */
  readonly clause: string;
  readonly proof: {
    readonly height: number;
    readonly headerHash: string;
    readonly appHash: string;
    /** Hashes between the contract and the state's root. */
    readonly siblings: number;
    readonly byteLength: number;
    readonly verdict: string;
    /** Each check that was made, in order. */
    readonly checks: readonly { readonly what: string; readonly ok: boolean }[];
  };
}

export type { ContractWay };

export interface OperatorState {
  /** none: no key yet; the first passphrase creates one. */
  readonly key: "none" | "locked" | "unlocked";
  /** Where the key lies: the system's keyring, or a file under a passphrase. */
  readonly protection: "keyring" | "passphrase";
  readonly address: string | null;
}

export interface LogEntry {
  readonly timeS: number;
  readonly kind: "incident" | "instruction" | "ledger" | "alarm" | "session";
  readonly said: Said;
}

export interface Progress {
  /** What is being done, e.g. "predict"; a task that ended has done = total. */
  readonly task: string;
  readonly said: Said;
  readonly done: number;
  readonly total: number;
}

export interface Notice {
  readonly severity: "info" | "warning" | "error";
  readonly said: Said;
}

export interface SavedSession {
  readonly path: string;
  readonly cityName: string;
  readonly timeS: number;
  readonly savedAt: string;
  /** Made by the program, of which the newest are kept; one that was asked for stays. */
  readonly automatic: boolean;
}

/** What the system's dialog for a file says, at most 100 characters each: its title, and the names of its two filters. */
export interface PickWords {
  readonly title: string;
  readonly known: string;
  readonly all: string;
}

/** What the preload script puts on `window` in Electron; absent in a browser. */
export interface ShellBridge {
  /** Asks for a city file; null when the user cancels. */
  pickCityFile(words: PickWords): Promise<string | null>;
  /** The path of a file that was dropped on the window. */
  pathOfFile(file: unknown): string;
}
