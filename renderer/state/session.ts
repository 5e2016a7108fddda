import { createStore, type StoreApi } from "zustand/vanilla";
import type { AlarmReport } from "../../common/alarm-api";
import type {
  ClockState,
  ConsoleEvents,
  EventName,
  Incident,
  IndicatorSample,
  InstructionReport,
  LedgerState,
  LogEntry,
  Notice,
  OperatorState,
  Progress,
  SessionDescription,
  ViewState,
} from "../../common/console-api";
import { unpackCity, type City } from "../../common/city";
import { saidOfFailure, type Failure } from "../../common/result";
import { sayInEnglish, type Said } from "../../common/said";
import type { Bridge, BridgeListener } from "./bridge";
import type { FrameStore } from "./frames";
import { withSample } from "./indicators";

/** What the host has told us, as the panels read it. Changes at most ten times a second; frames are not in here. */
export interface SessionState {
  readonly connection: Connection;
  readonly description: SessionDescription | null;
  readonly city: City | null;
  /** Why there is no city although the host answers. */
  readonly cityFault: Failure | null;
  readonly clock: ClockState | null;
  /** Which instant the frames are of. */
  readonly view: ViewState | null;
  /** Oldest first, thinned. */
  readonly samples: readonly IndicatorSample[];
  readonly incidents: readonly Incident[];
  readonly instructions: readonly InstructionReport[];
  readonly ledger: LedgerState | null;
  readonly alarms: AlarmReport | null;
  readonly operator: OperatorState | null;
  /** Newest first. */
  readonly log: readonly LogEntry[];
  /** Tasks that are under way, by name. */
  readonly progress: Readonly<Record<string, Progress>>;
  /** Newest last. */
  readonly notices: readonly ShownNotice[];
}

type Connection =
  /** `attempt`: how often in a row the line was lost before. */
  | { readonly kind: "connecting"; readonly attempt: number }
  | { readonly kind: "ready" }
  | { readonly kind: "lost"; readonly cause: Said; readonly attempt: number };

export interface ShownNotice extends Notice {
  readonly id: number;
  /** How often it was said; more than once only of what `counted` names. */
  readonly times: number;
}

export type SessionStore = StoreApi<SessionState>;

/** Whether there is a city to act on: its map can be there before its session. */
export function isOpen({ city, description }: Pick<SessionState, "city" | "description">): boolean {
  return city !== null && description !== null;
}

/** The task of `Progress` that belongs to the instruction panel; all others are about opening a city. */
export const predictTask = "predict";

export const logLimit = 500;
export const noticesLimit = 4;

const nothingOpen = {
  clock: null,
  view: null,
  samples: [],
  incidents: [],
  instructions: [],
  ledger: null,
  alarms: null,
  log: [],
  progress: {},
} as const satisfies Partial<SessionState>;

export function createSessionStore(): SessionStore {
  return createStore<SessionState>(() => ({
    ...nothingOpen,
    connection: { kind: "connecting", attempt: 0 },
    description: null,
    city: null,
    cityFault: null,
    operator: null,
    notices: [],
  }));
}

type Reducers = {
  readonly [Name in EventName]: (state: SessionState, value: ConsoleEvents[Name]) => Partial<SessionState>;
};

/** What each event changes. Pure. */
export const eventReducers: Reducers = {
  clock: (_state, clock) => ({ clock }),
  view: (_state, view) => ({ view }),
  indicators: (state, sample) => ({ samples: withSample(state.samples, sample) }),
  incidents: (_state, incidents) => ({ incidents }),
  instructions: (_state, instructions) => ({ instructions }),
  ledger: (_state, ledger) => ({ ledger }),
  alarms: (_state, alarms) => ({ alarms }),
  operator: (_state, operator) => ({ operator }),
  log: (state, entry) => ({ log: [entry, ...state.log].slice(0, logLimit) }),
  logSoFar: (_state, entries) => ({ log: entries.slice(-logLimit).reverse() }),
  progress: (state, step) => ({ progress: withProgress(state.progress, step) }),
  notice: (state, notice) => ({ notices: withNotice(state.notices, notice) }),
  reopened: (_state, description) => ({ description }),
};

function withProgress(progress: SessionState["progress"], step: Progress): SessionState["progress"] {
  if (step.done < step.total) return { ...progress, [step.task]: step };
  return Object.fromEntries(Object.entries(progress).filter(([task]) => task !== step.task));
}

/** What is said of a work ends what was said while it went on. */
const ends: Partial<Record<Said["code"], Said["code"]>> = {
  "session-saved": "session-saving",
  "save-failed": "session-saving",
};

/** Said of each of many, by name: one notice counts them, and shows the last. */
const counted: ReadonlySet<Said["code"]> = new Set<Said["code"]>(["keyframe-not-kept"]);

export function withNotice(notices: readonly ShownNotice[], notice: Notice): readonly ShownNotice[] {
  const id = (notices.at(-1)?.id ?? 0) + 1;
  const ended = ends[notice.said.code];
  const isSame = ({ said }: Notice) =>
    counted.has(said.code) ? said.code === notice.said.code : sayInEnglish(said) === sayInEnglish(notice.said);
  const others = notices.filter((other) => other.said.code !== ended && !isSame(other));
  const times = counted.has(notice.said.code) ? (notices.find(isSame)?.times ?? 0) + 1 : 1;
  return [...others, { ...notice, id, times }].slice(-noticesLimit);
}

/** A failure that has no place of its own on the screen. */
export function tellFailure(store: SessionStore, failure: Failure): void {
  const notice = { severity: "error", said: saidOfFailure(failure) } as const;
  store.setState(({ notices }) => ({ notices: withNotice(notices, notice) }));
}

export function dismissNotice(store: SessionStore, id: number): void {
  store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

/** What the bridge reports goes into the store and the frames. */
export function createSessionListener(store: SessionStore, frames: FrameStore): BridgeListener {
  return {
    opened: () => store.setState({ connection: { kind: "ready" } }),
    lost: (cause) =>
      store.setState(({ connection }) => ({
        connection: { kind: "lost", cause, attempt: connection.kind === "connecting" ? connection.attempt + 1 : 1 },
        progress: {},
      })),
    malformed: (what) =>
      store.setState((state) => ({
        notices: withNotice(state.notices, {
          severity: "error",
          said: { code: "host-message-malformed", args: { what } },
        }),
      })),
    frames: ({ frames: handed, agesMs }, taken) => {
      try {
        frames.arrived(agesMs, Math.max(...handed.map(({ arrivedMs }) => arrivedMs)));
        for (const { frame, arrivedMs, skipped } of handed)
          frames.take(frame, arrivedMs - performance.timeOrigin, skipped);
      } finally {
        frames.askForMore(taken);
      }
    },
  };
}

/** Keeps the store in step with the host: events into reducers, and everything asked for again when a city is opened. */
export function followHost(bridge: Bridge, store: SessionStore, frames: FrameStore): void {
  const follow = <Name extends EventName>(name: Name, reduce: Reducers[Name]) =>
    bridge.on(name, (value) => store.setState((state) => reduce(state, value)));
  follow("clock", eventReducers.clock);
  bridge.on("view", (view) => {
    // Frames of before a jump in time are not moved towards those after it.
    if (view.jump !== store.getState().view?.jump) frames.clear();
    store.setState((state) => eventReducers.view(state, view));
  });
  follow("indicators", eventReducers.indicators);
  follow("incidents", eventReducers.incidents);
  follow("instructions", eventReducers.instructions);
  follow("ledger", eventReducers.ledger);
  follow("alarms", eventReducers.alarms);
  follow("operator", eventReducers.operator);
  follow("log", eventReducers.log);
  follow("logSoFar", eventReducers.logSoFar);
  follow("progress", eventReducers.progress);
  follow("notice", eventReducers.notice);

  let attempt = 0;
  async function describe(isStale: () => boolean): Promise<boolean> {
    const described = await bridge.request("session.describe", {});
    if (isStale()) return false;
    if (described.ok) store.setState({ description: described.value });
    else store.setState({ city: null, cityFault: described.error });
    return described.ok;
  }
  async function loadMap(isStale: () => boolean): Promise<boolean> {
    const geometry = await bridge.request("city.geometry", {});
    if (isStale()) return false;
    const city = geometry.ok ? unpackCity(geometry.value.bytes) : geometry;
    store.setState(city.ok ? { city: city.value } : { city: null, cityFault: city.error });
    return city.ok;
  }
  /** Loads what is open; a later call makes an earlier one that is still under way void. */
  async function enter() {
    const current = ++attempt;
    // Before the request: the current value of each event follows the reply.
    store.setState({ ...nothingOpen, city: null, cityFault: null });
    // Not later: a paused session sends each console one frame, and it may come before the city does.
    frames.clear();
    const isStale = () => current !== attempt;
    // At once: the first city is known long before its session.
    const isEntered = await Promise.all([describe(isStale), loadMap(isStale)]);
    if (isStale() || isEntered.includes(false)) return;
    const history = await bridge.request("indicators.history", {});
    if (isStale()) return;
    if (history.ok) {
      store.setState((state) => ({ samples: [...history.value.samples, ...state.samples].reduce(withSample, none) }));
    } else {
      store.setState((state) => ({
        notices: withNotice(state.notices, { severity: "warning", said: saidOfFailure(history.error) }),
      }));
    }
  }
  bridge.on("reopened", () => void enter());
  store.subscribe((state, before) => {
    // Another line, even if the one before was never lost: a restarted host knows nothing of us.
    if (state.connection.kind === "ready" && state.connection !== before.connection) void enter();
  });
}

const none: readonly IndicatorSample[] = [];
