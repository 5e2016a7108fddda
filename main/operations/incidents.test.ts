import { describe, expect, test } from "vitest";
import type { IncidentDraft } from "../../common/console-api";
import { crossingCity } from "../../test/support/plain-city";
import { populationOf, runFor, twinOf } from "../../test/support/small-twin";
import type { TwinCommand } from "../../workers/messages";
import { queueCommand } from "../../workers/twin-engine";
import { openIncidentBook } from "../host/incidents";
import type { SessionContext } from "../host/session-context";
import { clearIncident, declareIncident } from "./incidents";

const city = crossingCity();
const [west, north] = [0, 2];
const tickS = 1;

/** Cars from both sides, one every six seconds, and what an operator does to their roads. */
function openSession() {
  const trips = Array.from({ length: 200 }, (_, row) => ({
    ...{ from: row % 2 === 0 ? west : north, to: row % 2 === 0 ? 1 : 3, departS: 10 + 3 * row },
  }));
  const engine = twinOf(city, populationOf(trips), tickS);
  const { columns, header } = engine.arena;
  const incidents = openIncidentBook(city);
  const context = {
    parts: {
      city,
      incidents,
      tickS,
      twins: { live: engine.arena },
      store: { addCommand: () => undefined, addLog: () => undefined },
    },
    twins: {
      get tick() {
        return header.tick;
      },
      commandBoth: (command: TwinCommand) => queueCommand(engine, command),
    },
    log: [],
    listener: { incidents: () => undefined, log: () => undefined },
    atRest: <T>(work: () => Promise<T>) => work(),
  } as unknown as SessionContext;
  const declare = async (draft: IncidentDraft): Promise<string> => {
    const declared = await declareIncident(context, draft);
    if (!declared.ok) throw new Error(declared.error.message);
    return declared.value.id;
  };
  const passedIn = (seconds: number): number[] => {
    const before = [west, north].map((edge) => columns.edgeLeft[edge]);
    runFor(engine, seconds);
    return [west, north].map((edge, row) => columns.edgeLeft[edge] - before[row]);
  };
  const closedFromM = (edge: number): number[] => [
    ...columns.laneClosedFromM.subarray(columns.edgeLaneStart[edge], columns.edgeLaneStart[edge + 1]),
  ];
  return {
    declare,
    clear: (id: string) => clearIncident(context, id),
    passedIn,
    closedFromM,
    run: () => runFor(engine, 1),
  };
}

const blocked: IncidentDraft = { kind: "junction", edge: west, positionM: 490, closedLaneCount: 0, durationS: 3600 };
const closed: IncidentDraft = { kind: "lanes", edge: west, positionM: 200, closedLaneCount: 1, durationS: 3600 };

describe("a blocked junction", () => {
  test("is entered by nobody, from whatever road, until it is cleared", async () => {
    const { declare, clear, passedIn } = openSession();
    const [fromWest, fromNorth] = passedIn(180);
    expect(Math.min(fromWest, fromNorth)).toBeGreaterThan(10);
    const id = await declare(blocked);
    // Who was about to enter when it began does.
    passedIn(10);
    expect(passedIn(120)).toEqual([0, 0]);
    await clear(id);
    expect(Math.min(...passedIn(120))).toBeGreaterThan(5);
  });

  test("and lanes closed on a road that leads there keep each other's closures when one ends", async () => {
    const { declare, clear, closedFromM, run } = openSession();
    const [lanes, junction] = [await declare(closed), await declare(blocked)];
    run();
    expect(closedFromM(west).every(Number.isFinite)).toBe(true);
    expect(closedFromM(west)[0]).toBeLessThan(201);
    await clear(junction);
    run();
    expect(closedFromM(west).map(Number.isFinite)).toEqual([true, false]);
    expect(closedFromM(north)).toEqual([Infinity]);
    const again = await declare(blocked);
    await clear(lanes);
    run();
    expect(Math.min(...closedFromM(west), ...closedFromM(north))).toBeGreaterThan(450);
    expect([...closedFromM(west), ...closedFromM(north)].every(Number.isFinite)).toBe(true);
    await clear(again);
    run();
    expect([...closedFromM(west), ...closedFromM(north)]).toEqual([Infinity, Infinity, Infinity]);
  });
});
