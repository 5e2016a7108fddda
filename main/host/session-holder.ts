import { rm } from "node:fs/promises";
import type { HostMessage, SessionDescription } from "../../common/console-api";
import { assert, refuseSaying, saidOfFailure, succeed, type Result } from "../../common/result";
import { collectDroppedMemory } from "../../workers/dropped-memory";
import { saveSession } from "./saved-sessions";
import { startSession, type Session } from "./session";
import type { SessionListener, SessionParts } from "./session-context";

/** The one session that is shown. */
export interface SessionHolder {
  current(): Session;
  /** The same, while there is none yet: undefined. */
  open(): Session | undefined;
  /**
   * Puts a new session in the place of the old one, once all that it needs is there and the old one is saved. One at a time.
   * @param prepare is given up when its signal says so; what it made all the same is disposed of
   */
  replace(
    prepare: (signal: AbortSignal) => Promise<Result<SessionParts>>,
    giveUp?: AbortController,
  ): Promise<Result<Session>>;
  /** Gives up what is being opened, if anything is: the session before stays. */
  giveUp(): void;
  /** Ends the view of the past when nobody looks at it any more. */
  unviewed(): Promise<void>;
  /** Nothing is opened from here on. */
  close(): Promise<void>;
}

/** A console, as far as a new session concerns it. */
interface Viewer {
  readonly connection: {
    readonly shell: SessionDescription["shell"];
    send(message: HostMessage): boolean;
  };
  viewing: boolean;
}

const givenUp = refuseSaying({ code: "opening-given-up", args: {} });

export function holdSession(viewers: ReadonlySet<Viewer>, listener: SessionListener): SessionHolder {
  let session: Session | undefined;
  let opening: AbortController | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isFirst = true;
  let closed = false;

  /** In place of the session before. */
  const begin = async (parts: SessionParts, signal: AbortSignal): Promise<Result<Session>> => {
    let begun = false;
    // What was done from here on would be in no save.
    const release = await session?.context.acts.hold();
    try {
      const kept = signal.aborted ? givenUp : await keepReplaced(session, listener);
      if (!kept.ok) return kept;
      if (signal.aborted) return givenUp;
      await session?.close();
      session = startSession(parts, listener);
      begun = true;
      return succeed(session);
    } finally {
      if (!begun) {
        release?.();
        await disposeOf(parts);
      }
    }
  };
  const open = async (
    prepare: (signal: AbortSignal) => Promise<Result<SessionParts>>,
    signal: AbortSignal,
    tellsAll: boolean,
  ): Promise<Result<Session>> => {
    const prepared = await prepare(signal);
    if (!prepared.ok) return prepared;
    const begun = await begin(prepared.value, signal);
    if (!begun.ok) return begun;
    for (const viewer of viewers) {
      viewer.viewing = false;
      const { connection } = viewer;
      const value = begun.value.describe(connection.shell);
      if (tellsAll) connection.send({ kind: "event", name: "reopened", value });
    }
    return begun;
  };

  return {
    current: () => {
      assert(session !== undefined, "requests wait for the first session");
      return session;
    },
    open: () => session,
    replace: (prepare, giveUp = new AbortController()) => {
      if (closed) return Promise.resolve(givenUp);
      if (opening !== undefined) return Promise.resolve(refuseSaying({ code: "city-under-way", args: {} }));
      opening = giveUp;
      // Who came before the first one waits for its answers; had it failed, they hear of the next one.
      const tellsAll = !isFirst;
      isFirst = false;
      const opened = open(prepare, giveUp.signal, tellsAll).finally(() => (opening = undefined));
      underWay = opened.catch(() => undefined);
      return opened;
    },
    giveUp: () => opening?.abort(),
    unviewed: async () => {
      if (![...viewers].some(({ viewing }) => viewing)) await session?.view.live();
    },
    close: async () => {
      closed = true;
      opening?.abort();
      await underWay;
      await session?.close();
    },
  };
}

/** Nothing was done in it, by those at the console or by commuters, nor before it was resumed. */
function isUntouched({ context }: Session): boolean {
  const { incidents, instructions } = context.parts;
  return context.acts.count + incidents.all.length + instructions.count === 0;
}

/**
 * Saves a session if anything was done in it, unless its ledger is a network's, and tells who looks at it what becomes of it.
 * @returns where; null = nothing to save
 */
async function keepSession(session: Session | undefined, listener: SessionListener): Promise<Result<string | null>> {
  if (session === undefined || isUntouched(session) || session.context.ledger.ledger.copyTo === null)
    return succeed(null);
  listener.notice({ severity: "info", said: { code: "session-saving", args: {} } });
  const saved = await saveSession(session, "automatic");
  if (!saved.ok) {
    const reason = saidOfFailure(saved.error);
    listener.notice({ severity: "error", said: { code: "save-failed", args: { reason } } });
    return saved;
  }
  const { path } = saved.value;
  listener.notice({ severity: "info", said: { code: "session-saved", args: { path } } });
  return succeed(path);
}

/**
 * The same at the program's end. The session is held from then on: only where it could not be saved does it go on.
 * @returns as `keepSession`
 */
export async function keepEndingSession(
  session: Session | undefined,
  listener: SessionListener,
): Promise<Result<string | null>> {
  const release = await session?.context.acts.hold();
  let isKept = false;
  try {
    const kept = await keepSession(session, listener);
    isKept = kept.ok;
    return kept;
  } finally {
    if (!isKept) release?.();
  }
}

/** Saves what another session takes the place of, unless it has failed. */
async function keepReplaced(session: Session | undefined, listener: SessionListener): Promise<Result<string | null>> {
  if (session?.failed !== true) return keepSession(session, listener);
  listener.notice({ severity: "warning", said: { code: "session-not-saved", args: {} } });
  return succeed(null);
}

/** Ends what was prepared of a session that does not begin: nothing of it stays but its filled roads. */
async function disposeOf({ store, ledger, keepWarm, folder }: SessionParts): Promise<void> {
  try {
    await Promise.all([store.close(), ledger.close(), keepWarm()]);
  } finally {
    await rm(folder, { recursive: true, force: true });
    collectDroppedMemory();
  }
}
