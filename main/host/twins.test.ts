import { expect, test, vi } from "vitest";
import type { Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import type { ParameterValues } from "../../workers/people";
import type { KeyframeStore } from "./keyframes";
import { startTwins } from "./twins";

const done: string[] = [];
vi.mock("./engine-thread", () => ({
  startEngineThread: (start: { readonly handle: { readonly memory: WebAssembly.Memory } }) => ({
    advance: (tick: number, _budgetMs: number, wantsFrame: string) => {
      done.push(`advance to ${tick}, ${wantsFrame}`);
      return Promise.resolve({
        indicators: { tick },
        events: new Uint32Array(),
        frameSlots: 1,
        reportWindowS: -1,
        spentMs: 1,
      });
    },
    snapshot: () => {
      done.push("snapshot");
      return Promise.resolve({ tick: 0, buffer: new SharedArrayBuffer(4), length: 4 });
    },
    arena: start.handle,
    fork: (room?: WebAssembly.Memory) => {
      done.push(`fork into ${room === undefined ? "new memory" : nameOf(room)}`);
      return Promise.resolve({ tick: 0, handle: { memory: room ?? memory() } });
    },
    command: () => done.push("command"),
    close: () => Promise.resolve(void done.push("close")),
  }),
}));
vi.mock("../../workers/arena", () => ({
  makeRoom: function* () {
    if (lacksMemory) throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    yield;
    done.push("made room");
    return memory();
  },
}));

let lacksMemory = false;
const memory = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const known: WebAssembly.Memory[] = [];
function nameOf(room: WebAssembly.Memory): string {
  if (!known.includes(room)) known.push(room);
  return `room ${known.indexOf(room)}`;
}

function twinsWithStore() {
  done.length = 0;
  known.length = 0;
  const keyframes = {
    idle: true,
    everyMs: 500,
    settled: () => Promise.resolve(),
    take: async (_about: unknown, copy: (into: undefined) => Promise<unknown>) => {
      await copy(undefined);
    },
  } as unknown as KeyframeStore;
  return startTwins({
    ...{ live: { header: { tick: 0 } } as unknown as Arena, doNothing: null, values: {} as ParameterValues },
    ...{ log: [], branches: [], keyframes },
    ...{ onEvents: () => undefined, onAnswers: () => undefined, onFailure: () => undefined },
  });
}

test("the first frame does not wait for the first keyframe, which is taken before time moves", async () => {
  const twins = twinsWithStore();
  expect((await twins.advance(0, new Map([["live", "withReport"]]))).size).toBe(1);
  expect(done).toEqual(["advance to 0, withReport"]);
  await twins.advance(1, new Map());
  expect(done.slice(1)).toEqual(["snapshot", "advance to 1, none"]);
});

test("the first keyframe can be asked for, and is taken once", async () => {
  const twins = twinsWithStore();
  await twins.keepStart();
  await twins.keepStart();
  await twins.advance(1, new Map());
  expect(done).toEqual(["snapshot", "advance to 1, none"]);
});

test("a branch that is expected finds its room made, and each later one takes that of the city it replaces", async () => {
  const twins = twinsWithStore();
  const branch = () => twins.branch(() => ({}) as TwinCommand);
  twins.expectBranch();
  twins.expectBranch();
  await branch();
  expect(done).toEqual(["made room", "fork into room 0", "command"]);
  done.length = 0;
  twins.expectBranch();
  await branch();
  expect(done).toEqual(["close", "fork into room 0", "command"]);
});

test("a branch that nobody expected goes into new memory", async () => {
  const twins = twinsWithStore();
  await twins.branch(() => ({}) as TwinCommand);
  expect(done).toEqual(["fork into new memory", "command"]);
});

test("a branch whose room could not be made goes into new memory, and the next one is expected as ever", async () => {
  const twins = twinsWithStore();
  lacksMemory = true;
  twins.expectBranch();
  lacksMemory = false;
  await twins.branch(() => ({}) as TwinCommand);
  expect(done).toEqual(["fork into new memory", "command"]);
});
