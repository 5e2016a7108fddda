import type { AlarmReport } from "../../common/alarm-api";
import type {
  ClockState,
  Incident,
  IndicatorSample,
  InstructionPrediction,
  InstructionReport,
  LedgerState,
  LogEntry,
  Notice,
  OperatorState,
  Progress,
  ViewState,
} from "../../common/console-api";
import type { City } from "../../common/city";
import type { TwinName } from "../../common/frame";
import type { Said } from "../../common/said";
import type { ParameterValues, Population } from "../../workers/people";
import type { TwinCommand } from "../../workers/messages";
import type { SessionLedger, SessionLedgerOptions, SettledContract } from "../ledger/session-ledger";
import type { AlarmBook } from "../operations/alarms/book";
import type { ContractBook } from "../operations/offers";
import type { Store } from "../store/store";
import type { IncidentBook } from "./incidents";
import type { IndicatorHistory } from "./indicators";
import type { InstructionBook } from "./instructions";
import type { LedgerRunner } from "./ledger-runner";
import type { LiveClock } from "./live-clock";
import type { OperatorKey } from "./operator-key";
import type { SessionActs } from "./session-acts";
import type { Twins, TwinsStart } from "./twins";

/** What a session is made of when it begins, new or resumed. */
export interface SessionParts {
  readonly city: City;
  readonly population: Population;
  readonly values: ParameterValues;
  readonly seed: number;
  readonly tickS: number;
  /** "2026-03-02": the simulated day. */
  readonly date: string;
  readonly twins: Pick<TwinsStart, "live" | "doNothing" | "log" | "branches">;
  /** Where what the session keeps while it runs lies. */
  readonly folder: string;
  readonly contracts: ContractBook;
  /** Session time at which the contracts of the day are put on the chain; undefined when they stand there already. */
  readonly contractsAtS: number | undefined;
  /** Passages from before the session was shown, in the order of time. */
  readonly earlierEvents: Uint32Array;
  /** Keeps the filled roads for the next start, once this one is shown. */
  readonly keepWarm: () => Promise<void>;
  readonly ledger: SessionLedger;
  /** What the chain was opened with: a save needs it again. */
  readonly ledgerOptions: SessionLedgerOptions;
  readonly store: Store;
  readonly operator: OperatorKey;
  readonly incidents: IncidentBook;
  readonly alarms: AlarmBook;
  readonly instructions: InstructionBook;
  readonly history: IndicatorHistory;
  readonly log: readonly LogEntry[];
}

/** What the session tells everybody who looks at it. */
export interface SessionListener {
  clock(state: ClockState): void;
  /** To those who look at the past; to all when it is the live city. */
  view(state: ViewState): void;
  indicators(sample: IndicatorSample): void;
  incidents(all: readonly Incident[]): void;
  instructions(all: readonly InstructionReport[]): void;
  ledger(state: LedgerState): void;
  alarms(report: AlarmReport): void;
  operator(state: OperatorState): void;
  log(entry: LogEntry): void;
  progress(progress: Progress): void;
  notice(notice: Notice): void;
  /** Twins of which somebody can take a frame: any room will do when time has moved, else only who has none yet. */
  wantsFrames(moved: boolean): ReadonlySet<TwinName>;
  frame(twin: TwinName, sequence: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** The same for those who look at the past. */
  wantsViewFrames(moved: boolean): ReadonlySet<TwinName>;
  viewFrame(twin: TwinName, bytes: Uint8Array<ArrayBuffer>): void;
  /** Whoever looks at the past has seen nothing of the instant that it jumped to. */
  viewJumped(): void;
}

/** A session under way, as its operations see it. */
export interface SessionContext {
  readonly parts: SessionParts;
  readonly listener: SessionListener;
  readonly clock: LiveClock;
  readonly acts: SessionActs;
  readonly twins: Twins;
  readonly ledger: LedgerRunner;
  readonly log: LogEntry[];
  /** The newest predictions, by the draft that they are of; `predictionsKept` of them. */
  readonly predictions: Map<string, InstructionPrediction>;
  /** Contracts that were settled and of which the city has not heard yet. */
  settled: SettledContract[];
  /** Whether the chain knows the operator's key. */
  operatorEnrolled: boolean;
  /** Between two ticks, with the clock held: what `work` sees does not move. */
  atRest<T>(work: () => Promise<T>): Promise<T>;
}

export function timeAtTick({ parts }: Pick<SessionContext, "parts">, tick: number): number {
  return parts.twins.live.header.startS + tick * parts.tickS;
}

/** The first tick at or after a session time. */
export function tickAtTime(context: Pick<SessionContext, "parts">, timeS: number): number {
  return Math.ceil((timeS - timeAtTick(context, 0)) / context.parts.tickS - 1e-9);
}

export function nowOf(context: Pick<SessionContext, "parts" | "twins">): number {
  return timeAtTick(context, context.twins.tick);
}

const logKeptMax = 1000;

export function writeLog(context: SessionContext, kind: LogEntry["kind"], said: Said): void {
  const entry: LogEntry = { timeS: nowOf(context), kind, said };
  context.log.push(entry);
  if (context.log.length > logKeptMax) context.log.shift();
  context.parts.store.addLog(entry);
  context.listener.log(entry);
}

/** A command to both cities, at the tick on which they stand. Call at rest. */
export function commandBoth(context: SessionContext, command: TwinCommand): void {
  context.twins.commandBoth(command);
  context.parts.store.addCommand(command);
}

/** The same to the live city only: what follows from instructions, which the other one never got. */
export function commandLive(context: SessionContext, command: TwinCommand): void {
  context.twins.commandLive(command);
  context.parts.store.addCommand(command);
}

/** Takes the ledger's counters over and tells how all instructions stand. */
export function tellInstructions(context: SessionContext): void {
  const { instructions } = context.parts;
  for (const id of instructions.ids()) {
    const counters = context.ledger.ledger.instruction(id);
    if (counters !== undefined) instructions.counted(counters);
  }
  if (instructions.count > 0) context.listener.instructions(instructions.reports(context.twins.tick, nowOf(context)));
}
