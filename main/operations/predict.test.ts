import { describe, expect, test } from "vitest";
import type { Incident, InstructionAction, InstructionDraft } from "../../common/console-api";
import { plainCity } from "../../test/support/plain-city";
import { populationOf, startS, twinOf } from "../../test/support/small-twin";
import { forkArena, openArena } from "../../workers/arena";
import runEnsembleTask, { type EnsembleTask } from "../../workers/ensemble";
import type { TwinCommand } from "../../workers/messages";
import { parameterValues } from "../../workers/people";
import type { EnsemblePool } from "../host/ensemble-pool";
import type { SessionContext } from "../host/session-context";
import { clearingS, horizonMaxS } from "./horizon";
import { predictInstruction } from "./predict";

/** One road from homes to work, one lane: who leaves together queues. */
const city = plainCity({
  points: [
    [0, 0],
    [500, 0],
    [1500, 0],
    [2000, 0],
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
  ],
  terminals: [[1, 100]],
});
const tickS = 1;
const lastUsualS = 1800;
const people = 150;
/** Everybody hears, and minds no other hour. */
const values = parameterValues({ hears: 1, earlyCost: 0, lateCost: 0 });
const trips = Array.from({ length: people }, (_, row) => ({
  ...{ from: 0, to: 2, departS: 60 + (row * (lastUsualS - 60)) / (people - 1), holdsContract: true },
}));
const incident = (id: string, more: Partial<Incident>): Incident => ({
  ...{ id, version: 1, kind: "speed", edge: 1, edgeName: "", positionM: 10, laneCount: 1, closedLaneCount: 0 },
  ...{ speedMaxMps: 5, capacityPart: null, durationS: 600, spreadS: 0, x: 0, y: 0, heading: 0, startS },
  ...{ endS: startS + 600, changedS: startS, active: true, stampsS: [], ...more },
});

/** The tasks that a prediction of an action runs, and what it says. */
async function predicted(action: InstructionAction, incidents: readonly Incident[] = [incident("I-0001", {})]) {
  const { arena } = twinOf(city, populationOf(trips), tickS);
  const tasks: EnsembleTask[] = [];
  const pool: EnsemblePool = {
    run: (given) => {
      tasks.push(...given);
      return Promise.resolve(given.map((task) => runEnsembleTask(task)));
    },
    close: () => Promise.resolve(),
  };
  let resting = false;
  const needsRest = <T>(value: T): T => {
    expect(resting, "the city is at rest").toBe(true);
    return value;
  };
  const contractIndexes = Uint32Array.from(trips.keys());
  const context = {
    parts: {
      ...{ city, values, seed: 1, tickS, twins: { live: arena } },
      incidents: { all: incidents, find: () => incidents[0] },
      ...{ instructions: { count: 0 }, operator: { signer: () => undefined } },
      contracts: { personOfContract: [...trips.keys()] },
    },
    twins: { tick: 0, live: { arena, fork: () => Promise.resolve(needsRest({ handle: forkArena(arena), tick: 0 })) } },
    ledger: { ledger: { matchInstruction: () => needsRest({ match: { refusal: null }, contractIndexes }) } },
    ...{ predictions: new Map(), listener: { progress: () => undefined } },
    atRest: async <T>(work: () => Promise<T>): Promise<T> => {
      resting = true;
      const done = await work();
      resting = false;
      return done;
    },
  };
  const draft: InstructionDraft = {
    ...{ incidentId: "I-0001", action, terminals: [0], fromS: startS, untilS: startS + lastUsualS },
    ...{ expiresAtS: startS + 7200, bonusMicro: 5_000_000, budgetMicro: 1_000_000_000 },
  };
  return { tasks, result: await predictInstruction(context as unknown as SessionContext, pool, draft) };
}

describe("a prediction", () => {
  test("looks until those who leave last have arrived, and sees what is put off", async () => {
    const untilS = startS + 3000;
    const { tasks, result } = await predicted({ kind: "hold", untilS }, [incident("I-0001", { endS: startS + 60 })]);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.horizonS).toBe(3000 + clearingS);
    expect(new Set(tasks.map(({ horizonTicks }) => horizonTicks))).toEqual(new Set([(3000 + clearingS) / tickS]));
    expect(result.value.complied).toBeGreaterThan(40);
    // All who comply leave together on one lane, and the road was quick before they left: that costs time, it saves none.
    expect(result.value.delaySavedVehH.high).toBeLessThan(0);
  });

  test("of a shift looks after the last who is shifted, and of another way as far as ever", async () => {
    const shifted = await predicted({ kind: "shift", shiftS: 1200 });
    expect(shifted.result).toMatchObject({ value: { horizonS: lastUsualS + 1200 + clearingS } });
    expect((await predicted({ kind: "avoid" })).result).toMatchObject({ value: { horizonS: 2400 } });
  });

  test("of a hold beyond what is looked at is refused, and nothing is run", async () => {
    const { tasks, result } = await predicted({ kind: "hold", untilS: startS + horizonMaxS - clearingS + 1 });
    expect(result).toMatchObject({ ok: false, error: { said: { code: "prediction-too-far", args: { hours: 4 } } } });
    expect(tasks).toEqual([]);
  });

  test("lets every incident under way end, and what another still does stands", async () => {
    const capacity = { kind: "capacity", speedMaxMps: null, capacityPart: 0.5 } as const;
    const all = [
      incident("I-0001", {}),
      incident("I-0002", { ...capacity, endS: startS + 900 }),
      incident("I-0003", { kind: "signal", edge: 2, endS: startS + 300 }),
      incident("I-0004", { edge: 2, endS: startS + 300, active: false }),
    ];
    const commands = (given: readonly Incident[]) =>
      predicted({ kind: "avoid" }, given).then(({ tasks }) => tasks[0]?.commands);
    const [speed, half, signal] = [
      { kind: "limitSpeed", tick: 600, edge: 1, speedMaxMps: null },
      { kind: "reduceCapacity", tick: 900, edge: 1, part: 1 },
      { kind: "switchSignal", tick: 300, edge: 2, dark: false },
    ] as const satisfies readonly TwinCommand[];
    expect(await commands(all)).toEqual([speed, { ...half, tick: 600, part: 0.5 }, half, signal]);
    // The capacity is back before the limit goes: it is not reduced anew.
    const before = { ...all[1], endS: startS + 400 } as Incident;
    expect(await commands([incident("I-0001", {}), before])).toEqual([speed, { ...half, tick: 400 }]);
  });
});

describe("delay within a horizon", () => {
  test("is that of the same trips, whoever is pulled into it", () => {
    const { arena } = twinOf(city, populationOf(trips.map((trip) => ({ ...trip, departS: 1000 }))), tickS);
    const earlier: TwinCommand = {
      ...{ kind: "instruct", tick: 0, instruction: 1, blockHeight: 0, transactionHash: "", bonusEur: 7 },
      ...{ people: [...trips.keys()], avoidEdges: [1], action: { kind: "shift", shiftS: -600 } },
    };
    const run = (commands: readonly TwinCommand[]) =>
      runEnsembleTask({
        handle: forkArena(openArena(arena)),
        values,
        seed: 1,
        commands,
        horizonTicks: 900,
      });
    const moved = run([earlier]);
    expect(moved.end.departed).toBeGreaterThan(10);
    expect(run([]).end.departed).toBe(0);
    expect(moved.delayS).toBe(0);
  });
});
