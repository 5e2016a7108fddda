import { describe, expect, test } from "vitest";
import { crossingCity } from "../../test/support/plain-city";
import { expectedEndS, openIncidentBook } from "./incidents";

const city = crossingCity();
const limitMps = city.columns.laneSpeedMps[0];
const draft = { edge: 0, positionM: 250, closedLaneCount: 0, durationS: 1800 };

describe("kinds of incidents", () => {
  test("take what they need, and nothing of the other kinds", () => {
    const book = openIncidentBook(city);
    const speed = { ...draft, kind: "speed", speedMaxMps: 5, capacityPart: 0.5, closedLaneCount: 2 } as const;
    expect(book.declare(speed, 100)).toMatchObject({
      ok: true,
      value: { kind: "speed", speedMaxMps: 5, capacityPart: null, closedLaneCount: 0, version: 1 },
    });
    expect(book.declare({ ...draft, kind: "capacity", capacityPart: 0.5 }, 100)).toMatchObject({
      ok: true,
      value: { kind: "capacity", capacityPart: 0.5, speedMaxMps: null },
    });
    // One of a kind on a road.
    expect(book.declare(speed, 100)).toMatchObject({ ok: false, error: { where: "edge" } });
  });

  test.each([
    [{ kind: "speed" }, "speed"],
    [{ kind: "speed", speedMaxMps: 1 }, "speed"],
    [{ kind: "speed", speedMaxMps: limitMps }, "speed"],
    [{ kind: "speed", speedMaxMps: NaN }, "speed"],
    [{ kind: "capacity" }, "capacity"],
    [{ kind: "capacity", capacityPart: 0 }, "capacity"],
    [{ kind: "capacity", capacityPart: 1 }, "capacity"],
    [{ kind: "signal" }, "signal"],
    [{ kind: "junction", edge: 1, positionM: 10 }, "junction"],
    [{ kind: "lanes", closedLaneCount: 1, spreadS: -1 }, "uncertainty"],
    [{ kind: "lanes", closedLaneCount: 1, spreadS: 1801 }, "uncertainty"],
  ] as const)("that cannot be are refused, naming the field: %j", (wrong, where) => {
    const book = openIncidentBook(city);
    expect(book.declare({ ...draft, ...wrong }, 0)).toMatchObject({ ok: false, error: { where } });
    expect(book.all).toEqual([]);
  });

  test("a junction is blocked once, by whatever road it is named", () => {
    const book = openIncidentBook(city);
    expect(book.declare({ ...draft, kind: "junction", closedLaneCount: 2 }, 0)).toMatchObject({
      ...{ ok: true, value: { kind: "junction", closedLaneCount: 0 } },
    });
    expect(book.declare({ ...draft, edge: 2, positionM: 10, kind: "junction" }, 0)).toMatchObject({
      error: { said: { code: "junction-blocked-already" } },
    });
  });

  test("a signal is dark once, by whatever road it is named", () => {
    const { junctionProgram, connectionSignal } = city.columns;
    const signalled = {
      ...city,
      columns: {
        ...city.columns,
        junctionProgram: junctionProgram.map((_, junction) => (junction === 1 ? 0 : -1)),
        connectionSignal: connectionSignal.map(() => 0),
      },
    };
    const book = openIncidentBook(signalled);
    expect(book.declare({ ...draft, kind: "signal" }, 0).ok).toBe(true);
    expect(book.declare({ ...draft, edge: 2, positionM: 10, kind: "signal" }, 0)).toMatchObject({ ok: false });
    expect(book.declare({ ...draft, edge: 1, kind: "signal" }, 0)).toMatchObject({ error: { where: "signal" } });
  });
});

describe("an uncertain end", () => {
  const uncertain = { ...draft, closedLaneCount: 1, spreadS: 600 };

  test("lies within the uncertainty, is drawn by the seed, and is spread evenly", () => {
    const ends = Array.from({ length: 400 }, (_, seed) => {
      const book = openIncidentBook(city, [], seed);
      expect(book.declare(uncertain, 1000)).toMatchObject({ value: { endS: 2800, spreadS: 600 } });
      const endS = book.nextEndS();
      expect(openIncidentBook(city, book.all, seed).nextEndS()).toBe(endS);
      expect(book.due(endS - 0.01)).toEqual([]);
      expect(book.due(endS)).toHaveLength(1);
      return endS;
    });
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(2200);
    expect(Math.max(...ends)).toBeLessThanOrEqual(3400);
    // The mean of 400 even draws of ± 600 s deviates by 17 s; four times that is one in ten thousand.
    const mean = ends.reduce((sum, endS) => sum + endS, 0) / ends.length;
    expect(Math.abs(mean - 2800)).toBeLessThan(70);
  });

  test("is expected in the middle of what is still possible", () => {
    expect(expectedEndS({ endS: 2800, spreadS: 600 }, 1000)).toBe(2800);
    expect(expectedEndS({ endS: 2800, spreadS: 600 }, 3000)).toBe(3200);
    expect(expectedEndS({ endS: 2800, spreadS: 0 }, 3000)).toBe(3000);
  });

  test("does not move when something is stamped", () => {
    const book = openIncidentBook(city, [], 3);
    book.declare(uncertain, 1000);
    const endS = book.nextEndS();
    book.stamp("I-0001", 2, 1100);
    expect(book.nextEndS()).toBe(endS);
  });
});

describe("an incident under way", () => {
  const lanes = { ...draft, closedLaneCount: 1 };

  test("is changed in what its kind has, checked like a new one", () => {
    const book = openIncidentBook(city);
    book.declare(lanes, 1000);
    expect(book.amend({ incidentId: "I-0001", closedLaneCount: 2, endS: 4000 }, 1500)).toMatchObject({
      ok: true,
      value: {
        before: { closedLaneCount: 1, endS: 2800 },
        after: { closedLaneCount: 2, endS: 4000, durationS: 3000, startS: 1000, version: 2 },
      },
    });
    expect(book.amend({ incidentId: "I-0001", closedLaneCount: 3 }, 1500)).toMatchObject({
      ok: false,
      error: { where: "closed lanes" },
    });
    expect(book.amend({ incidentId: "I-0001", endS: 1400 }, 1500)).toMatchObject({
      ok: false,
      error: { where: "end" },
    });
    expect(book.amend({ incidentId: "I-0002", endS: 1400 }, 1500).ok).toBe(false);
    book.close("I-0001", 2000);
    expect(book.amend({ incidentId: "I-0001", endS: 4000 }, 2100).ok).toBe(false);
  });

  test("is stamped in the order of its handling, each stamp once; lanes open when it ends", () => {
    const book = openIncidentBook(city);
    book.declare(lanes, 1000);
    const stamps = () => book.find("I-0001")?.stampsS;
    expect(stamps()).toEqual([1000, 1000, null, null, null, null, null, null]);
    expect(book.stamp("I-0001", 4, 1300).ok).toBe(true);
    expect(book.stamp("I-0001", 4, 1310)).toMatchObject({ ok: false, error: { where: "T4" } });
    expect(book.stamp("I-0001", 2, 1320)).toMatchObject({ ok: false, error: { where: "T2" } });
    for (const wrong of [0, 1, 8, 2.5]) expect(book.stamp("I-0001", wrong, 1320).ok).toBe(false);
    book.close("I-0001", 1900);
    expect(book.stamp("I-0001", 6, 2000).ok).toBe(true);
    expect(stamps()).toEqual([1000, 1000, null, null, 1300, 1900, 2000, null]);
  });
});
