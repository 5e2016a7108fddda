import type { ClientMessage } from "../../common/console-api";
import { viewFrame } from "../../common/frame";
import { unreachable } from "../../common/result";
import type { Said } from "../../common/said";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { createFrameDesk, type HandOver } from "./frame-desk";
import type { FromLine, ToLine } from "./line-messages";
import { isRecord } from "./shape";

// The thread that holds the page's line to the host. Frames arrive, are acknowledged and wait here, so that neither the
// host nor their age depends on how long the page's thread stands in graphics calls. Replies and events go straight on.

interface Line {
  send(message: ClientMessage): void;
  close(): void;
}

let line: Line | undefined;
let desk = createFrameDesk();

function tell(message: FromLine, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function lost(cause: Said): void {
  line = undefined;
  tell({ kind: "lost", cause });
}

function handOver(given: HandOver | undefined): void {
  if (given === undefined) return;
  const buffers = new Set<ArrayBuffer>();
  for (const { frame } of given.frames) {
    for (const { buffer } of [frame.vehicles, ...(frame.report === null ? [] : [frame.report.speeds])]) {
      if (buffer instanceof ArrayBuffer) buffers.add(buffer);
    }
  }
  tell({ kind: "frames", handOver: given }, [...buffers]);
}

/** Events after which frames are of another instant or another city: what came before them is handed over before. */
const turningEvents: readonly unknown[] = ["view", "reopened"];

function hear(value: unknown, from: Line): void {
  // A line that another has replaced has nothing to say any more.
  if (from !== line) return;
  if (isRecord(value) && value["kind"] === "frame") {
    takeFrame(value["bytes"], from);
    return;
  }
  if (isRecord(value) && value["kind"] === "event" && turningEvents.includes(value["name"])) handOver(desk.rest());
  tell({ kind: "message", value }, bytesOfReply(value));
}

function takeFrame(bytes: unknown, from: Line): void {
  const frame = bytes instanceof Uint8Array ? viewFrame(aligned(bytes)) : undefined;
  if (frame === undefined) {
    tell({ kind: "malformed", what: "a frame whose lengths do not agree" });
    return;
  }
  from.send({ kind: "frameTaken", twin: frame.twin, sequence: frame.sequence });
  desk.arrived(frame, performance.timeOrigin + performance.now());
  handOver(desk.next());
}

/** The graphics card is given words of 4 bytes; on a socket a frame follows a text of any length. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}

/** The bytes of a reply are given away, not copied: a city has tens of megabytes. */
function bytesOfReply(value: unknown): ArrayBuffer[] {
  const reply = isRecord(value) && value["kind"] === "reply" ? value["value"] : undefined;
  const bytes = isRecord(reply) ? reply["bytes"] : undefined;
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}

function opened(next: Line): void {
  line?.close();
  line = next;
  desk = createFrameDesk();
  tell({ kind: "opened" });
}

function openPort(port: MessagePort): void {
  const own: Line = { send: (message) => port.postMessage(message), close: () => port.close() };
  opened(own);
  port.onmessage = (message: MessageEvent<unknown>) => hear(message.data, own);
  // Chrome 114 has no such event and never sends it; newer ones say when the host's process has ended.
  port.addEventListener("close", () => {
    if (line === own) lost({ code: "host-ended", args: {} });
  });
}

function openSocket(url: string, query: string): void {
  const socket = new WebSocket(`${url}?${query}`);
  socket.binaryType = "arraybuffer";
  const own: Line = { send: (message) => socket.send(encodeMessage(message)), close: () => socket.close() };
  let wasOpen = false;
  socket.onopen = () => {
    wasOpen = true;
    opened(own);
  };
  socket.onmessage = (event: MessageEvent<unknown>) => {
    const bytes = event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array();
    const decoded = decodeMessage(bytes);
    hear(decoded.ok ? decoded.value : undefined, own);
  };
  socket.onclose = () => {
    if (!wasOpen) void whyRefused(query).then(lost);
    else if (line === own) lost({ code: "host-closed", args: {} });
  };
}

/** A socket does not say why it did not open; the same address, asked as a page, does. */
async function whyRefused(query: string): Promise<Said> {
  const silent = { code: "host-silent", args: {} } as const;
  return fetch(`/api?${query}`).then(
    ({ status }) => (status === 403 ? ({ code: "link-taken", args: {} } as const) : silent),
    () => silent,
  );
}

self.onmessage = ({ data }: MessageEvent<ToLine>) => {
  switch (data.kind) {
    case "openPort":
      openPort(data.port);
      break;
    case "openSocket":
      openSocket(data.url, data.query);
      break;
    case "send":
      line?.send(data.message);
      break;
    case "framesTaken":
      desk.taken();
      handOver(desk.next());
      break;
    case "close":
      line?.close();
      line = undefined;
      break;
    default:
      unreachable(data);
  }
};
