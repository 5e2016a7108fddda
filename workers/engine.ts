import { parentPort, workerData } from "node:worker_threads";
import { assert, unreachable } from "../common/result";
import {
  adoptSnapshot,
  forkArena,
  hashArena,
  openArena,
  saveArena,
  snapshotLength,
  snapshotLengthMost,
  takeSnapshot,
} from "./arena/arena";
import { collectDroppedMemory } from "./dropped-memory";
import type { EngineReport, EngineRequest, EngineStart, Snapshot, WantedFrame } from "./messages";
import {
  advanceTwin,
  collectEvents,
  createTwinEngine,
  forgetPast,
  indicatorsOf,
  queueCommand,
  settleTick,
} from "./twin-engine";

// The thread of one twin. It owns its arena and does what the host asks, in order; between ticks nobody else writes.

const port = parentPort;
assert(port !== null, "the engine runs in a worker thread");
const { handle, values } = workerData as EngineStart;
const engine = createTwinEngine(openArena(handle), values);
const { arena } = engine;

function report(message: EngineReport, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function advance(toTick: number, budgetMs: number, wantsFrame: WantedFrame): void {
  const begunMs = performance.now();
  const deadline = begunMs + budgetMs;
  // Ticks in small portions, so that a budget of some milliseconds is kept.
  const portion = Math.max(1, Math.round(5 / arena.header.dtS));
  do advanceTwin(engine, Math.min(toTick, arena.header.tick + portion));
  while (arena.header.tick < toTick && performance.now() < deadline);
  const spentMs = performance.now() - begunMs;
  for (const answers of engine.answers.splice(0)) report({ kind: "answers", answers });
  const events = collectEvents(engine);
  const withReport = wantsFrame === "withReport";
  const frameSlots = wantsFrame === "none" ? -1 : arena.kernel.packFrame(withReport ? 1 : 0);
  const reportWindowS = withReport ? arena.kernel.windowS() : -1;
  const indicators = indicatorsOf(arena);
  report({ kind: "advanced", indicators, events, frameSlots, reportWindowS, spentMs }, [events.buffer]);
}

/** The first buffer has room for every tree that may be built: pages that nobody writes take no memory. */
function snapshot(into = new SharedArrayBuffer(snapshotLengthMost(arena))): Snapshot {
  takeSnapshot(arena, new Uint8Array(into));
  return { tick: arena.header.tick, buffer: into, length: snapshotLength(arena) };
}

port.on("message", (request: EngineRequest) => {
  const { tick } = arena.header;
  switch (request.kind) {
    case "command":
      queueCommand(engine, request.command);
      break;
    case "advance":
      advance(request.toTick, request.budgetMs, request.wantsFrame);
      break;
    case "save": {
      settleTick(engine);
      const bytes = saveArena(arena);
      report({ kind: "saved", id: request.id, tick, bytes }, [bytes.buffer]);
      break;
    }
    case "snapshot":
      settleTick(engine);
      report({ kind: "copied", id: request.id, ...snapshot(request.into) });
      break;
    case "adopt":
      adoptSnapshot(arena, new Uint8Array(request.snapshot, 0, request.length));
      forgetPast(engine);
      report({ kind: "adopted", id: request.id, tick: arena.header.tick, indicators: indicatorsOf(arena) });
      break;
    case "fork":
      settleTick(engine);
      report({ kind: "forked", id: request.id, tick, handle: forkArena(arena, request.room) });
      // The fork is another's: this thread has dropped it.
      collectDroppedMemory();
      break;
    case "hash":
      settleTick(engine);
      report({ kind: "hashed", id: request.id, tick, hash: hashArena(arena) });
      break;
    default:
      unreachable(request);
  }
});
