import path from "node:path";
import type {
  ClockState,
  Incident,
  IncidentAmendment,
  IncidentDraft,
  InstructionAmendment,
  InstructionDraft,
  InstructionMatch,
  InstructionPrediction,
  InstructionReport,
  OperatorState,
  SessionDescription,
} from "../../common/console-api";
import type { TwinName } from "../../common/frame";
import { refuseSaying, saidOfFailure, succeed, type Result } from "../../common/result";
import { terminalPlaces } from "../../common/terminal-places";
import { eventWords, EventKind } from "../../workers/messages";
import { learnFromSettlements } from "../operations/experience";
import { amendIncident, clearIncident, declareIncident, endDueIncidents, stampIncident } from "../operations/incidents";
import { describeMatch } from "../operations/matching";
import { predictInstruction } from "../operations/predict";
import { closedEdges } from "../operations/dispatch";
import { proposeInstruction } from "../operations/proposal";
import { reviseInstruction, submitInstruction } from "../operations/submit";
import type { EnsemblePool } from "./ensemble-pool";
import { lookForAlarms } from "./alarms";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { createBeats, type Beats } from "./beats";
import { copyFrame, createReportClock } from "./frames";
import { openKeyframeStore, type KeyframeStore } from "./keyframes";
import { sampleOf } from "./indicators";
import { awaitFirstLook, type FirstLook } from "./first-look";
import { runLedger, sayLedgerStopped } from "./ledger-runner";
import { createLiveClock, speeds } from "./live-clock";
import { openSessionActs } from "./session-acts";
import {
  nowOf,
  tellInstructions,
  tickAtTime,
  timeAtTick,
  writeLog,
  type SessionContext,
  type SessionListener,
  type SessionParts,
} from "./session-context";
import { onePerAsker } from "./one-per-asker";
import { openTimeView, type TimeView } from "./time-view";
import { startTwins } from "./twins";

export interface Session {
  readonly context: SessionContext;
  /** A twin or the ledger stopped, which was told: it neither goes on nor can be saved. */
  readonly failed: boolean;
  describe(shell: SessionDescription["shell"]): SessionDescription;
  /** Vehicles have moved on a console's screen. */
  drawn(): void;
  clock(): ClockState;
  setClock(change: { readonly running?: boolean; readonly speed?: number }): ClockState;
  /** One tick, when paused. */
  step(): Promise<ClockState>;
  declareIncident(draft: IncidentDraft): Promise<Result<Incident>>;
  amendIncident(amendment: IncidentAmendment): Promise<Result<Incident>>;
  stampIncident(incidentId: string, stamp: number): Promise<Result<Incident>>;
  clearIncident(incidentId: string): Promise<Result<Incident>>;
  propose(incidentId: string): Result<InstructionDraft>;
  match(draft: InstructionDraft): InstructionMatch;
  /** @param asker whose earlier prediction, if one is under way, is given up: each console has one at a time */
  predict(asker: object, draft: InstructionDraft, pool: EnsemblePool): Promise<Result<InstructionPrediction>>;
  /** The asker waits for it no more. */
  giveUpPrediction(asker: object): void;
  send(draft: InstructionDraft): Promise<Result<InstructionReport>>;
  matchAmendment(amendment: InstructionAmendment): InstructionMatch;
  amend(amendment: InstructionAmendment): Promise<Result<InstructionReport>>;
  withdraw(instructionId: string): Promise<Result<InstructionReport>>;
  /** Shows earlier instants. */
  readonly view: TimeView;
  unlockOperator(passphrase: string): Promise<Result<OperatorState>>;
  close(): Promise<void>;
}

/** Ticks in one go, so that a command waits no longer than that. */
const ticksAtOnceMax = 240;
/** Contracts whose signing takes seconds: that begins after the first look. */
const manyContracts = 2000;
/** Indicators and instructions are told this often, ms of wall time. */
const indicatorsEveryMs = 1000;

/** Starts the session's clock. It stops by `close`, or with a notice when a twin dies. */
export function startSession(parts: SessionParts, listener: SessionListener): Session {
  const loop = createBeats((error) => {
    listener.notice({ severity: "error", said: { code: "session-stopped", args: { reason: error.message } } });
  });
  const look = awaitFirstLook();
  // Two cities are copied one after the other, each once the other is written, before time moves and anybody can see it move.
  const mayCompress = parts.twins.doNothing === null ? look.settled : Promise.resolve();
  const keyframes = openKeyframeStore(path.join(parts.folder, "keyframes"), mayCompress, (failure) =>
    listener.notice({
      severity: "warning",
      said: { code: "keyframe-not-kept", args: { reason: saidOfFailure(failure) } },
    }),
  );
  const context = createContext(parts, listener, loop, keyframes, look);
  const { clock, twins } = context;
  takePassages(context, parts.earlierEvents);
  const keeping = look.settled.then(() => parts.keepWarm());
  const clockState = () => clockOf(context);
  const view = viewOf(context, keyframes);
  const beat = createBeat(context, view, look, keyframes);
  loop.start(beat.run, () => clock.dueAtMs(timeAtTick(context, twins.tick + 1)));
  // Each runs forks of the whole city.
  const predictions = onePerAsker();
  return {
    context,
    get failed() {
      return loop.failed || context.ledger.stopped;
    },
    view,
    describe: (shell) => describeSession(parts, shell),
    drawn: look.drawn,
    clock: clockState,
    setClock: (change) => {
      clock.set(change, performance.now(), nowOf(context));
      listener.clock(clockState());
      return clockState();
    },
    step: () =>
      context.atRest(async () => {
        if (!clock.running) await beat.advanceTo(twins.tick + 1);
        listener.clock(clockState());
        beat.tellIndicators();
        return clockState();
      }),
    declareIncident: (draft) => declareIncident(context, draft),
    amendIncident: (amendment) => amendIncident(context, amendment),
    stampIncident: (incidentId, stamp) => stampIncident(context, incidentId, stamp),
    clearIncident: (incidentId) => clearIncident(context, incidentId),
    propose: (incidentId) => {
      const incident = parts.incidents.find(incidentId);
      if (incident === undefined) return refuseSaying({ code: "incident-unknown", args: {} }, incidentId);
      const { poolMicro } = context.ledger.state;
      const closed = closedEdges(parts.city, incident);
      return succeed(proposeInstruction(incident, closed, parts.contracts, nowOf(context), poolMicro));
    },
    match: (draft) => {
      twins.expectBranch();
      return describeMatch(context, draft);
    },
    predict: (asker, draft, pool) =>
      predictions.run(asker, (signal) => predictInstruction(context, pool, draft, signal)),
    giveUpPrediction: predictions.giveUp,
    send: (draft) => submitInstruction(context, draft),
    matchAmendment: (amendment) =>
      context.ledger.ledger.matchAmendment(amendment, parts.operator.signer()?.publicKey ?? null, nowOf(context)),
    amend: (amendment) => reviseInstruction(context, { kind: "amend", amendment }),
    withdraw: (instructionId) => reviseInstruction(context, { kind: "withdraw", instructionId }),
    unlockOperator: async (passphrase) => {
      const unlocked = await parts.operator.unlock(passphrase);
      if (unlocked.ok) listener.operator(unlocked.value);
      return unlocked;
    },
    close: async () => {
      predictions.giveUpAll();
      look.close();
      await loop.stop();
      // What is being sent or saved ends on living twins.
      await context.ledger.close();
      await view.close();
      await twins.close();
      await keyframes.close();
      await parts.store.close();
      await keeping;
      // Both cities: another one may be opened in their place.
      collectDroppedMemory();
    },
  };
}

function viewOf(context: SessionContext, keyframes: KeyframeStore): TimeView {
  const { parts, listener, twins } = context;
  const sequences = new Map<TwinName, { sequence: number; timeS: number }>();
  return openTimeView({
    twins,
    keyframes,
    tickS: parts.tickS,
    startS: timeAtTick(context, 0),
    listener: {
      view: listener.view,
      warn: (said) => listener.notice({ severity: "warning", said }),
      wantsFrames: listener.wantsViewFrames,
      jumped: () => {
        sequences.clear();
        listener.viewJumped();
      },
      frame: (twin, arena, packed, timeS) => {
        const last = sequences.get(twin) ?? { sequence: 0, timeS };
        const sequence = last.sequence + 1;
        sequences.set(twin, { sequence, timeS });
        listener.viewFrame(twin, copyFrame(arena, packed, { twin, sequence, timeS, sinceLastS: timeS - last.timeS }));
      },
    },
  });
}

function createContext(
  parts: SessionParts,
  listener: SessionListener,
  loop: Beats,
  keyframes: KeyframeStore,
  look: FirstLook,
): SessionContext {
  const twins = startTwins({
    ...parts.twins,
    values: parts.values,
    keyframes,
    onEvents: (events) => takePassages(context, events),
    onAnswers: (answers) => {
      parts.instructions.answered(answers);
      tellInstructions(context);
    },
    onFailure: loop.fail,
  });
  const { offers } = parts.contracts;
  const ledger = runLedger(
    parts.ledger,
    parts.contractsAtS === undefined
      ? undefined
      : { offers, timeS: parts.contractsAtS, after: offers.length < manyContracts ? Promise.resolve() : look.settled },
    {
      onState: (state) => {
        tellInstructions(context);
        listener.ledger(state);
      },
      onProgress: (done, total) =>
        listener.progress({ task: "contracts", said: { code: "signing-contracts", args: {} }, done, total }),
      onReady: (contracts) => writeLog(context, "ledger", { code: "contracts-stand", args: { contracts } }),
      onSettled: (settled) => context.settled.push(...settled),
      onSaid: (said) => writeLog(context, "ledger", said),
      onFailure: (failure) => listener.notice({ severity: "error", said: sayLedgerStopped(failure) }),
    },
  );
  const clock = createLiveClock();
  const context: SessionContext = {
    parts,
    listener,
    clock,
    acts: openSessionActs(),
    twins,
    ledger,
    log: [...parts.log],
    predictions: new Map(),
    settled: [],
    operatorEnrolled: false,
    atRest: loop.atRest,
  };
  clock.set({}, performance.now(), nowOf(context));
  return context;
}

/** Passages of contract holders on their way to work go to the ledger. */
function takePassages(context: SessionContext, events: Uint32Array): void {
  const { contractOfPerson } = context.parts.contracts;
  for (let at = 0; at < events.length; at += eventWords) {
    const trip = events[at + 1];
    if (events[at] !== EventKind.passedTerminal || trip % 2 === 1) continue;
    const contractIndex = contractOfPerson[trip >> 1];
    if (contractIndex < 0) continue;
    context.ledger.passed({ contractIndex, terminal: events[at + 2], timeS: timeAtTick(context, events[at + 3]) });
  }
}

/** While the session is held its clock stands. */
function clockOf(context: SessionContext): ClockState {
  const { clock, acts } = context;
  const state = clock.state(performance.now(), nowOf(context));
  return acts.held ? { ...state, running: false, behindS: 0 } : state;
}

/** What the session does at each beat: go on as far as the clock wants, then tell what changed. */
function createBeat(context: SessionContext, view: TimeView, look: FirstLook, keyframes: KeyframeStore) {
  const { parts, listener, clock, acts, twins, ledger } = context;
  const frameClock = createReportClock();
  const lastFrame = new Map<TwinName, { sequence: number; timeS: number }>();
  let indicatorsMs = -Infinity;
  let spanFromS = -1;

  const advanceTo = async (tick: number) => {
    const shown = listener.wantsFrames(tick > twins.tick);
    const wanted = new Map(frameClock.wanted(shown));
    if (parts.alarms.isDue(timeAtTick(context, tick))) wanted.set("live", "withReport");
    for (const [twin, packed] of await twins.advance(tick, wanted)) {
      if (twin === "live") lookForAlarms(context, keyframes, packed);
      if (!shown.has(twin)) continue;
      const thread = twin === "live" ? twins.live : twins.doNothing;
      if (thread === undefined) continue;
      const timeS = nowOf(context);
      const last = lastFrame.get(twin) ?? { sequence: 0, timeS };
      const sequence = last.sequence + 1;
      lastFrame.set(twin, { sequence, timeS });
      look.seen();
      listener.frame(
        twin,
        sequence,
        copyFrame(thread.arena, packed, { twin, sequence, timeS, sinceLastS: timeS - last.timeS }),
      );
    }
  };

  const tellIndicators = () => {
    const sample = sampleOf(twins, nowOf(context));
    if (sample === undefined) return;
    if (parts.history.add(sample)) parts.store.addSample(sample);
    listener.indicators(sample);
    listener.alarms(parts.alarms.report(sample.timeS));
    tellInstructions(context);
  };

  const run = async () => {
    const nowMs = performance.now();
    endDueIncidents(context);
    learnFromSettlements(context, context.settled.splice(0));
    const dueS = acts.held ? nowOf(context) : clock.due(nowMs, nowOf(context));
    const dueTick = Math.floor((dueS - timeAtTick(context, 0)) / parts.tickS + 1e-9);
    let target = Math.min(dueTick, twins.tick + ticksAtOnceMax);
    const nextEndS = parts.incidents.nextEndS();
    if (nextEndS < Infinity) target = Math.min(target, tickAtTime(context, nextEndS));
    target = Math.max(target, twins.tick);
    const unseen = listener.wantsFrames(false);
    const shows = unseen.has("live") || (unseen.has("doNothing") && twins.doNothing !== undefined);
    if (target > twins.tick || shows) await advanceTo(target);
    // After the first frame: copying the state takes longer.
    if (shows) await twins.keepStart();
    ledger.tick(nowOf(context));
    listener.clock(clockOf(context));
    if (nowMs - indicatorsMs < indicatorsEveryMs) return;
    indicatorsMs = nowMs;
    tellIndicators();
    const state = view.state();
    if (state.kind === "live" && state.fromS !== spanFromS) {
      spanFromS = state.fromS;
      listener.view(state);
    }
  };
  return { run, advanceTo, tellIndicators };
}

function describeSession(parts: SessionParts, shell: SessionDescription["shell"]): SessionDescription {
  const { city } = parts;
  return {
    cityName: city.meta.name,
    attribution: city.meta.attribution,
    synthesised: city.meta.synthesised,
    dropped: city.meta.dropped,
    people: parts.population.size,
    contracts: parts.contracts.offers.length,
    seed: parts.seed,
    tickS: parts.tickS,
    date: parts.date,
    shell,
    speeds,
    terminals: terminalPlaces(city),
    takesGuests: parts.ledger.guests !== null,
  };
}
