import type {
  ClientMessage,
  ConsoleEvents,
  EventName,
  HostMessage,
  ParamsOf,
  ReplyOf,
  RequestName,
} from "../../common/console-api";
import {
  describeFailure,
  fail,
  refuseSaying,
  succeed,
  unreachable,
  type Failure,
  type Result,
} from "../../common/result";
import type { Said } from "../../common/said";
import type { HandOver } from "./frame-desk";
import { eventShapes, hostMessageShape, replyShapes } from "./message-shapes";
import { conforms } from "./shape";
import type { Connect, Transport } from "./transport";

/** The one typed bridge to the host: requests with replies, events, and frames as the line's thread hands them over. */
export interface Bridge {
  /** Never rejects: a refusal by the host, a lost line and a malformed reply are all failures in the result. */
  request<Name extends RequestName>(name: Name, params: ParamsOf<Name>): Promise<Result<ReplyOf<Name>>>;
  /** @returns stops listening */
  on<Name extends EventName>(name: Name, listener: (value: ConsoleEvents[Name]) => void): () => void;
  /** Opens the line, or opens it again after it was lost. */
  connect(): void;
  close(): void;
}

export interface BridgeListener {
  opened(): void;
  lost(cause: Said): void;
  /** The host said something that `common/console-api` does not know; it was dropped. */
  malformed(what: string): void;
  /** @param taken more are handed over once it has been called */
  frames(handOver: HandOver, taken: () => void): void;
}

/** Requests that wait for a reply at one time; beyond it the host is clearly not answering. */
export const pendingRequestsLimit = 256;

type Settle = (outcome: Result<unknown>) => void;

export function createBridge(connect: Connect, listener: BridgeListener): Bridge {
  const pending = new Map<number, Settle>();
  const events = createEventHub((what) => listener.malformed(what));
  let transport: Transport | null = null;
  let nextId = 1;

  function dropLine(cause: Said) {
    transport = null;
    for (const settle of pending.values()) settle(refuseSaying(cause));
    pending.clear();
  }

  function hear(value: unknown) {
    if (!conforms(hostMessageShape, value)) {
      listener.malformed(faultText(hostMessageShape.faultOf(value, "")));
      return;
    }
    switch (value.kind) {
      case "reply":
        settleReply(pending, value);
        break;
      case "event":
        events.deliver(value.name, value.value);
        break;
      case "frame":
        // The line's thread takes them all.
        listener.malformed("a frame among the replies");
        break;
      default:
        unreachable(value);
    }
  }

  return {
    async request(name, params) {
      const line = transport;
      if (line === null) return refuseSaying({ code: "host-disconnected", args: {} });
      if (pending.size >= pendingRequestsLimit)
        return refuseSaying({ code: "requests-waiting", args: { requests: pending.size } });
      const message: ClientMessage = { kind: "request", id: nextId++, name, params };
      const outcome = await new Promise<Result<unknown>>((resolve) => {
        pending.set(message.id, resolve);
        line.send(message);
      });
      return checkedReply(name, outcome);
    },
    on: (name, hearEvent) => events.on(name, hearEvent),
    connect() {
      connect({
        opened(line) {
          if (transport !== line) transport?.close();
          dropLine({ code: "host-restarted", args: {} });
          transport = line;
          listener.opened();
        },
        message: hear,
        frames: (handOver, taken) => listener.frames(handOver, taken),
        malformed: (what) => listener.malformed(what),
        lost(cause) {
          dropLine(cause);
          listener.lost(cause);
        },
      });
    },
    close() {
      transport?.close();
      dropLine({ code: "window-closed", args: {} });
    },
  };
}

function settleReply(pending: Map<number, Settle>, message: HostMessage & { kind: "reply" }): void {
  const settle = pending.get(message.id);
  pending.delete(message.id);
  settle?.(message.ok ? succeed(message.value) : { ok: false, error: message.error });
}

function checkedReply<Name extends RequestName>(name: Name, outcome: Result<unknown>): Result<ReplyOf<Name>> {
  if (!outcome.ok) return outcome;
  const shape = replyShapes[name];
  if (conforms(shape, outcome.value)) return succeed(outcome.value);
  return fail(`malformed reply: ${faultText(shape.faultOf(outcome.value, ""))}`, name);
}

type EventListeners = { readonly [Name in EventName]: Set<(value: ConsoleEvents[Name]) => void> };

/** Who listens to which event; values are checked before anyone hears them. */
function createEventHub(malformed: (what: string) => void) {
  const listeners: EventListeners = {
    clock: new Set(),
    view: new Set(),
    indicators: new Set(),
    incidents: new Set(),
    instructions: new Set(),
    ledger: new Set(),
    alarms: new Set(),
    operator: new Set(),
    log: new Set(),
    logSoFar: new Set(),
    progress: new Set(),
    notice: new Set(),
    reopened: new Set(),
  };
  return {
    on<Name extends EventName>(name: Name, hear: (value: ConsoleEvents[Name]) => void): () => void {
      const hearing: Set<typeof hear> = listeners[name];
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
    // The parameter ties the shape's type to the listeners': without it both are unions over all events.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
    deliver<Name extends EventName>(name: Name, value: unknown): void {
      const shape = eventShapes[name];
      const hearing: ReadonlySet<(value: ConsoleEvents[Name]) => void> = listeners[name];
      if (conforms(shape, value)) for (const hear of hearing) hear(value);
      else malformed(`event ${name}: ${faultText(shape.faultOf(value, ""))}`);
    },
  };
}

function faultText(fault: Failure | undefined): string {
  return fault === undefined ? "malformed" : describeFailure(fault);
}
