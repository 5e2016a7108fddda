import * as v from "valibot";
import { packCity, type City } from "../../common/city";
import {
  framesInFlight,
  type CitySource,
  type ConsoleEvents,
  type EventName,
  type HostMessage,
  type Notice,
  type ParamsOf,
  type Progress,
  type ReplyOf,
  type RequestName,
  type SessionDescription,
} from "../../common/console-api";
import { twinNames, type TwinName } from "../../common/frame";
import { carryOutDelegateOrder } from "../operations/delegate";
import { reanchorLedger } from "../operations/anchor";
import { acknowledgeAlarms, returnAlarmToService, shelveAlarm, takeAlarmOutOfService, unshelveAlarm } from "./alarms";
import { answerList } from "./answer-list";
import { failureSaying, messageOf, refuseSaying, saidOfFailure, succeed, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import { commuterConsent, demandErasure, stateConsent } from "./commuter-consent";
import type { CommuterAnswer } from "../../common/commuter-page-api";
import { answerCommuter, readCommuterRequest, type CommuterSeat } from "./commuter-desk";
import { findCommuters, reportCommuter } from "./commuter";
import type { EnsemblePool } from "./ensemble-pool";
import { openSession, type SessionOpening, type SessionOptions } from "./open-session";
import type { OperatorKey } from "./operator-key";
import { clientMessageSchema, describeIssue, requestSchemas } from "./request-schemas";
import { savedSessionAt } from "./saved-session-place";
import { isSavedSession, listSavedSessions, resumeSession, saveSession } from "./saved-sessions";
import { exportSituations, importSituations } from "./situations";
import type { Session } from "./session";
import type { SessionListener } from "./session-context";
import { holdSession, keepEndingSession, type SessionHolder } from "./session-holder";

/** One console that looks at the session: a renderer's port, or a browser's socket. */
export interface Connection {
  readonly shell: SessionDescription["shell"];
  /** Whether paths of this computer may be named: not by pages in a browser elsewhere. */
  readonly opensPaths: boolean;
  /** @returns whether it is on its way: a frame may be left out where too much waits already */
  send(message: HostMessage): boolean;
}

export interface AttachedConnection {
  receive(message: unknown): void;
  detach(): void;
}

export interface ConsoleService {
  /** Consoles may come before the city is open: they see its progress, and their requests wait. */
  attach(connection: Connection): AttachedConnection;
  /** Answers a commuter's own page. @param message as it came */
  answerCommuter(seat: CommuterSeat, message: unknown): Promise<CommuterAnswer | undefined>;
  /** The first city is open, or why it is not. */
  readonly ready: Promise<Result<Session>>;
  /**
   * Saves the session if anything was done in it, so that ending the program loses nothing. Unless that fails, nothing more can be
   * done in it: `close` is to follow. @returns where; null = nothing to save
   */
  keep(): Promise<Result<string | null>>;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly source: CitySource;
  readonly session: Omit<SessionOptions, "onProgress" | "operator">;
  readonly operator: OperatorKey;
  readonly pool: EnsemblePool;
  /** Open the bundled metropolis, with a notice, when the city that was asked for cannot be opened. */
  readonly fallsBack: boolean;
  /** Gives a link to the commuter's own page; absent: no pages are served. */
  readonly commuterLink?: () => string;
  /** How far the opening of cities is, for who starts the service. */
  readonly onProgress?: (progress: Progress) => void;
  /** Makes the first session in place of `source`: for measurements. */
  readonly prepare?: () => SessionOpening;
}

/** A connection as the service keeps it. */
interface Client {
  readonly connection: Connection;
  /** Frames sent and not taken, by twin. */
  readonly inFlight: Map<TwinName, number>;
  /** Twins of which it has seen no frame since it asked what is open. */
  readonly unseen: Set<TwinName>;
  /** Whether it looks at the past: then it is sent no frames of the live city. */
  viewing: boolean;
}

/** Serves consoles, and begins to open the first city. */
export function openConsoleService(options: ServiceOptions): ConsoleService {
  const clients = new Set<Client>();
  const unread: Notice[] = [];
  const listener = broadcastTo(clients, unread, options.onProgress);
  const holder = holdSession(clients, listener);
  const open: CityOpener = (source, signal) => {
    const save = source.kind === "file" ? savedSessionAt(source.path) : undefined;
    if (save !== undefined) return openSave(save, options.operator);
    const session = { ...options.session, operator: options.operator, onProgress: listener.progress };
    return openSession(source, session, signal);
  };
  const firstOpening = new AbortController();
  const { city, parts } = options.prepare?.() ?? openFirst(options, open, listener, firstOpening.signal);
  const ready = holder.replace(() => parts, firstOpening);
  const handlers = createHandlers(holder, options, open, unread);
  const first: FirstSession = { ready, city: () => (holder.open() === undefined ? city : undefined) };
  return {
    ready,
    attach: (connection) => {
      const client: Client = { connection, inFlight: new Map(), unseen: new Set(), viewing: false };
      clients.add(client);
      return {
        receive: (message) => void receive(client, message, handlers, first),
        detach: () => {
          clients.delete(client);
          holder.open()?.giveUpPrediction(client);
          void ready.then(() => holder.unviewed());
        },
      };
    },
    answerCommuter: async (seat, message) => {
      const request = readCommuterRequest(message);
      // What has no number cannot be answered.
      if (!request.ok) return undefined;
      const { id } = request.value;
      const session = holder.open();
      if (session === undefined)
        return { id, ok: false, error: failureSaying({ code: "contracts-unready", args: {} }) };
      try {
        const answer = await answerCommuter(session.context, seat, request.value);
        return answer.ok ? { id, ok: true, value: answer.value } : { id, ok: false, error: answer.error };
      } catch (error) {
        return { id, ok: false, error: { message: messageOf(error) } };
      }
    },
    keep: () => keepEndingSession(holder.open(), listener),
    close: async () => {
      await holder.close();
      await options.pool.close();
    },
  };
}

/** Reads a city, wherever it is, and makes what a session of it needs. */
type CityOpener = (source: CitySource, signal: AbortSignal) => SessionOpening;

/** A saved session in place of a new one of a city. */
function openSave(folder: string, operator: OperatorKey): SessionOpening {
  const parts = resumeSession(folder, operator);
  return { city: parts.then((resumed) => (resumed.ok ? succeed(resumed.value.city) : resumed)), parts };
}

function openFirst(
  options: ServiceOptions,
  open: CityOpener,
  listener: SessionListener,
  signal: AbortSignal,
): SessionOpening {
  const first = open(options.source, signal);
  if (!options.fallsBack || options.source.kind === "bundled") return first;
  const opened = first.parts.then((parts): SessionOpening => {
    // Not before it stands: it would be drawn, and then another one opened.
    if (parts.ok || signal.aborted) return { city: first.city, parts: first.parts };
    const said: Said = { code: "bundled-instead", args: { reason: saidOfFailure(parts.error) } };
    const bundled = open({ kind: "bundled" }, signal);
    void bundled.parts.then(({ ok }) => ok && setImmediate(() => listener.notice({ severity: "error", said })));
    return bundled;
  });
  return { city: opened.then(({ city }) => city), parts: opened.then(({ parts }) => parts) };
}

/** Notices kept for the first console to come. */
const unreadMax = 20;

/** Tells every client; frames go to those who have room for one. */
function broadcastTo(
  clients: ReadonlySet<Client>,
  unread: Notice[],
  onProgress: (progress: Progress) => void = () => undefined,
): SessionListener {
  const tell =
    <Name extends EventName>(name: Name) =>
    (value: ConsoleEvents[Name]) => {
      for (const { connection } of clients) connection.send({ kind: "event", name, value });
    };
  const hasRoom = (client: Client, twin: TwinName) => (client.inFlight.get(twin) ?? 0) < framesInFlight;
  const wanted = (moved: boolean, viewing: boolean) =>
    new Set(
      twinNames.filter((twin) =>
        [...clients].some(
          (client) => client.viewing === viewing && hasRoom(client, twin) && (moved || client.unseen.has(twin)),
        ),
      ),
    );
  const sendFrame = (twin: TwinName, bytes: Uint8Array<ArrayBuffer>, viewing: boolean) => {
    for (const client of clients) {
      if (client.viewing !== viewing || !hasRoom(client, twin)) continue;
      if (!client.connection.send({ kind: "frame", bytes })) continue;
      client.unseen.delete(twin);
      client.inFlight.set(twin, (client.inFlight.get(twin) ?? 0) + 1);
    }
  };
  return {
    clock: tell("clock"),
    view: (state) => {
      for (const client of clients) {
        if (state.kind === "replay" && !client.viewing) continue;
        client.connection.send({ kind: "event", name: "view", value: state });
        if (client.viewing && state.kind === "live") lookAtLive(client);
      }
    },
    indicators: tell("indicators"),
    incidents: tell("incidents"),
    instructions: tell("instructions"),
    ledger: tell("ledger"),
    alarms: tell("alarms"),
    operator: tell("operator"),
    log: tell("log"),
    progress: (progress) => {
      onProgress(progress);
      tell("progress")(progress);
    },
    notice: (notice) => {
      if (clients.size > 0) tell("notice")(notice);
      else if (unread.length < unreadMax) unread.push(notice);
    },
    wantsFrames: (moved) => wanted(moved, false),
    frame: (twin, _sequence, bytes) => sendFrame(twin, bytes, false),
    wantsViewFrames: (moved) => wanted(moved, true),
    viewFrame: (twin, bytes) => sendFrame(twin, bytes, true),
    viewJumped: () => {
      for (const client of clients) {
        if (client.viewing) for (const twin of twinNames) client.unseen.add(twin);
      }
    },
  };
}

/** From here on it is sent the live city's frames, the next one even if that city stands still. */
function lookAtLive(client: Client): void {
  client.viewing = false;
  for (const twin of twinNames) client.unseen.add(twin);
}

interface FirstSession {
  readonly ready: Promise<Result<Session>>;
  /** Its city, which is known earlier; undefined once a session is open. */
  readonly city: () => Promise<Result<City>> | undefined;
}

async function receive(client: Client, message: unknown, handlers: Handlers, first: FirstSession): Promise<void> {
  const { connection } = client;
  const checked = v.safeParse(clientMessageSchema, message);
  if (!checked.success) {
    const reason = saidOfFailure(describeIssue(checked.issues));
    connection.send({
      kind: "event",
      name: "notice",
      value: { severity: "error", said: { code: "message-unreadable", args: { reason } } },
    });
    return;
  }
  const request = checked.output;
  if (request.kind === "frameTaken") {
    client.inFlight.set(request.twin, Math.max(0, (client.inFlight.get(request.twin) ?? 0) - 1));
    return;
  }
  const { id, name } = request;
  try {
    const answer = (await earlyAnswer(name, first)) ?? (await answerWhenReady(request, handlers, client, first));
    connection.send(
      answer.ok
        ? { kind: "reply", id, ok: true, value: answer.value }
        : { kind: "reply", id, ok: false, error: answer.error },
    );
  } catch (error) {
    const text = messageOf(error);
    connection.send({ kind: "reply", id, ok: false, error: { message: text, where: name } });
  }
}

/** The map of the first city can be drawn while its roads fill. */
async function earlyAnswer(
  name: RequestName,
  { city }: FirstSession,
): Promise<Result<ReplyOf<"city.geometry">> | undefined> {
  const early = name === "city.geometry" ? await city() : undefined;
  return early?.ok === true ? succeed({ bytes: packCity(early.value) }) : undefined;
}

/** Needs no session, and is wanted most while there is none. */
const needsNoWait: ReadonlySet<RequestName> = new Set(["city.giveUp", "session.list"]);
/** What puts a session in the place of one that never came. */
const opensAnother: ReadonlySet<RequestName> = new Set(["city.open", "session.resume"]);

async function answerWhenReady(
  { name, params }: { readonly name: RequestName; readonly params: unknown },
  handlers: Handlers,
  client: Client,
  first: FirstSession,
): Promise<Result<ReplyOf<RequestName>>> {
  if (needsNoWait.has(name)) return answerRequest(name, params, handlers, client);
  const ready = await first.ready;
  // A first city that could not be opened is no reason against another one.
  return ready.ok || first.city() === undefined || opensAnother.has(name)
    ? answerRequest(name, params, handlers, client)
    : ready;
}

function answerRequest<Name extends RequestName>(
  name: Name,
  params: unknown,
  handlers: Handlers,
  client: Client,
): Promise<Result<ReplyOf<Name>>> | Result<ReplyOf<Name>> {
  const schema: v.GenericSchema<unknown, ParamsOf<Name>> = requestSchemas[name];
  const checked = v.safeParse(schema, params);
  if (!checked.success) return { ok: false, error: describeIssue(checked.issues) };
  return handlers[name](checked.output, client);
}

type Handlers = {
  readonly [Name in RequestName]: (
    params: ParamsOf<Name>,
    client: Client,
  ) => Promise<Result<ReplyOf<Name>>> | Result<ReplyOf<Name>>;
};

function createHandlers(
  { current, replace, giveUp, unviewed }: SessionHolder,
  options: ServiceOptions,
  open: CityOpener,
  unread: Notice[],
): Handlers {
  const described = (opened: Result<Session>, { connection }: Client) =>
    opened.ok ? succeed(opened.value.describe(connection.shell)) : opened;
  type Handler<Params, Reply> = (params: Params, client: Client) => Promise<Result<Reply>> | Result<Reply>;
  /** What changes the session. */
  const act =
    <Params, Reply>(handle: Handler<Params, Reply>) =>
    (params: Params, client: Client) =>
      current().context.acts.carryOut(() => handle(params, client));
  /** What is no work to be kept, but would be lost all the same. */
  const admitted =
    <Params, Reply>(handle: Handler<Params, Reply>) =>
    (params: Params, client: Client) =>
      current().context.acts.admit(() => handle(params, client));
  return {
    "session.describe": (_params, client) => {
      for (const twin of twinNames) client.unseen.add(twin);
      setImmediate(() => {
        tellEverything(current(), client);
        for (const value of unread.splice(0)) client.connection.send({ kind: "event", name: "notice", value });
      });
      return succeed(current().describe(client.connection.shell));
    },
    "session.drawn": () => {
      current().drawn();
      return succeed({});
    },
    "city.geometry": () => succeed({ bytes: packCity(current().context.parts.city) }),
    "city.open": async (source, client) => {
      if (namesForbiddenPath(source, client)) return refuseSaying({ code: "path-from-browser", args: {} }, "path");
      return described(await replace((signal) => open(source, signal).parts), client);
    },
    "city.giveUp": () => {
      giveUp();
      return succeed({});
    },
    "clock.set": admitted((change) => succeed(current().setClock(change))),
    "clock.step": admitted(async () => succeed(await current().step())),
    "time.view": async ({ atS }, client) => {
      const before = client.viewing;
      client.viewing = true;
      const viewed = await current().view.view(atS);
      if (!viewed.ok && !before) lookAtLive(client);
      return viewed;
    },
    "time.play": (change) => current().view.play(change),
    "time.live": async (_params, client) => {
      lookAtLive(client);
      await unviewed();
      const live = current().view.liveState();
      client.connection.send({ kind: "event", name: "view", value: live });
      return succeed(live);
    },
    "indicators.history": () => succeed({ samples: current().context.parts.history.samples }),
    "incident.declare": act((draft) => current().declareIncident(draft)),
    "incident.amend": act((amendment) => current().amendIncident(amendment)),
    "incident.stamp": act(({ incidentId, stamp }) => current().stampIncident(incidentId, stamp)),
    "incident.clear": act(({ incidentId }) => current().clearIncident(incidentId)),
    "instruction.propose": ({ incidentId }) => current().propose(incidentId),
    "instruction.match": (draft) => succeed(current().match(draft)),
    "instruction.predict": (draft, client) => current().predict(client, draft, options.pool),
    "instruction.giveUpPrediction": (_params, client) => {
      current().giveUpPrediction(client);
      return succeed({});
    },
    "instruction.send": act((draft) => current().send(draft)),
    "instruction.answers": ({ instructionId }) => {
      const listed = answerList(current().context, instructionId);
      return listed.ok ? succeed({ bytes: listed.value }) : listed;
    },
    "instruction.matchAmendment": (amendment) => succeed(current().matchAmendment(amendment)),
    "instruction.amend": act((amendment) => current().amend(amendment)),
    "instruction.withdraw": act(({ instructionId }) => current().withdraw(instructionId)),
    "ledger.contracts": (query) => succeed(current().context.ledger.ledger.contracts(query)),
    "ledger.contract": ({ contractId }) => current().context.ledger.ledger.contractReport(contractId),
    "ledger.proofFile": ({ contractId }) => current().context.ledger.ledger.proofFile(contractId),
    "ledger.history": ({ contractId }) => current().context.ledger.ledger.contractHistory(contractId),
    "ledger.consortium": () => current().context.ledger.ledger.consortium(),
    "ledger.reanchor": act((choice) => reanchorLedger(current().context, choice)),
    "commuter.find": ({ query, offset, limit }) => findCommuters(current().context, query, offset, limit),
    "commuter.report": ({ person }) => reportCommuter(current().context, person),
    "commuter.consent": ({ person }) => commuterConsent(current().context, person),
    "commuter.state": act(({ person, purposes }) => stateConsent(current().context, person, purposes)),
    "commuter.demandErasure": act(({ person }) => demandErasure(current().context, person)),
    "delegate.order": act((order) => carryOutDelegateOrder(current().context, order)),
    "commuter.link": () =>
      options.commuterLink === undefined
        ? refuseSaying({ code: "commuter-page-absent", args: {} }, "commuter.link")
        : succeed({ url: options.commuterLink() }),
    "ledger.consents": () => succeed(current().context.ledger.ledger.consentCounts()),
    "alarm.acknowledge": act((params) => acknowledgeAlarms(current().context, params)),
    "alarm.shelve": act((params) => shelveAlarm(current().context, params)),
    "alarm.unshelve": act((params) => unshelveAlarm(current().context, params)),
    "alarm.takeOutOfService": act((params) => takeAlarmOutOfService(current().context, params)),
    "alarm.returnToService": act((params) => returnAlarmToService(current().context, params)),
    "operator.unlock": ({ passphrase }) => current().unlockOperator(passphrase),
    "datex.export": admitted(() => succeed(exportSituations(current().context))),
    "datex.import": admitted((source, client) =>
      namesForbiddenPath(source, client)
        ? refuseSaying({ code: "path-from-browser", args: {} }, "path")
        : importSituations(current().context, source),
    ),
    "session.save": admitted(() => saveSession(current(), "asked")),
    "session.list": async () => succeed({ sessions: await listSavedSessions() }),
    "session.resume": async ({ path }, client) =>
      isSavedSession(path)
        ? described(await replace(() => resumeSession(path, options.operator)), client)
        : refuseSaying({ code: "save-unknown", args: {} }, path),
  };
}

/** Pages in a browser elsewhere give a file's contents, never its path. */
function namesForbiddenPath(source: CitySource, { connection }: Client): boolean {
  return source.kind === "file" && !connection.opensPaths;
}

/** What a console that has just come, or come back, needs to know. */
function tellEverything(session: Session, { connection }: Client): void {
  const { parts, ledger, log, twins } = session.context;
  const tell = <Name extends EventName>(name: Name, value: ConsoleEvents[Name]) =>
    connection.send({ kind: "event", name, value });
  tell("clock", session.clock());
  tell("view", session.view.liveState());
  tell("incidents", parts.incidents.all);
  tell("instructions", parts.instructions.reports(twins.tick, session.clock().timeS));
  tell("ledger", ledger.state);
  tell("alarms", parts.alarms.report(session.clock().timeS));
  tell("operator", parts.operator.state());
  tell("logSoFar", log);
}
