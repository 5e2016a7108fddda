import { describe, expect, test } from "vitest";
import { RoadClass, type City } from "../../../common/city";
import { reportByteLength, viewReport, type FrameReport } from "../../../common/frame";
import { plainCity } from "../../../test/support/plain-city";
import { openIncidentBook } from "../../host/incidents";
import { openRoadWatch, type RoadWatch } from "./road-watch";

/** Three roads of 500 m one after the other, then one that leads away. */
const plain = plainCity({
  points: [0, 500, 1000, 1500, 2000].map((x) => [x, 0]),
  edges: [0, 1, 2, 3].map((from) => ({ from, to: from + 1, lanes: 2 })),
});
const main: City = {
  ...plain,
  columns: { ...plain.columns, edgeClass: new Uint8Array(4).fill(RoadClass.primary) },
};

interface Seen {
  readonly queues?: Readonly<Record<number, readonly [tail: number, head: number]>>;
  readonly speed?: number;
  readonly passed?: number;
}
function reportAt(timeS: number, { queues = {}, speed = 0.8, passed = 50 }: Seen = {}): FrameReport {
  const report = viewReport(new Uint8Array(reportByteLength(4, 0)), 4, 0, timeS, 300);
  report.speeds.fill(250 * speed);
  report.passed.fill(passed);
  for (const [edge, [tail, head]] of Object.entries(queues)) {
    report.queueTail[Number(edge)] = 255 * tail;
    report.queueHead[Number(edge)] = 255 * head;
  }
  return report;
}
const learned = (city = main): RoadWatch => {
  const watch = openRoadWatch(city);
  for (let timeS = 0; timeS <= 1000; timeS += 10) watch.look(reportAt(timeS), []);
  return watch;
};
const kinds = (watch: RoadWatch, seen: Seen, timeS = 1010) =>
  watch.look(reportAt(timeS, seen), []).map(({ kind, about }) => [kind, about.place?.edge]);

describe("the watch of main roads", () => {
  test("sees nothing where traffic flows, or a queue waits at its junction", () => {
    expect(kinds(learned(), {})).toEqual([]);
    expect(kinds(learned(), { queues: { 2: [0.5, 1] } })).toEqual([]);
  });

  test("sees a queue that stands in mid-road, or does not discharge", () => {
    expect(kinds(learned(), { queues: { 2: [0.3, 0.6] } })).toEqual([["road-blocked", 2]]);
    expect(kinds(learned(), { queues: { 2: [0.5, 1] }, passed: 2 })).toEqual([["road-blocked", 2]]);
  });

  test("reads queues over several roads once, at their head", () => {
    const queues = { 0: [0, 1], 1: [0, 1], 2: [0, 1] } as const;
    const watch = learned();
    const [reading, ...others] = watch.look(reportAt(1010, { queues }), []);
    expect(others).toEqual([]);
    expect(reading).toMatchObject({ kind: "road-spillback", about: { place: { edge: 2 } } });
    expect(reading.value).toBeGreaterThan(1300);
  });

  test("sees what is far slower than it was lately, and still knows it after a save", () => {
    const watch = learned();
    let timeS = 1010;
    for (; timeS < 1400; timeS += 10) watch.look(reportAt(timeS, { speed: 0.05 }), []);
    const again = openRoadWatch(main, watch.save());
    expect(kinds(again, { speed: 0.05 }, timeS).map(([kind]) => kind)).toEqual(["road-slow"]);
    expect(kinds(watch, { speed: 0.05 }, timeS).map(([kind]) => kind)).toEqual(["road-slow"]);
  });

  test("says nothing where an incident is declared, and nothing of side streets", () => {
    const seen = { queues: { 2: [0.3, 0.6] } } as const;
    const book = openIncidentBook(main);
    const declared = book.declare({ edge: 2, positionM: 300, closedLaneCount: 2, durationS: 1800 }, 1000);
    expect(declared.ok).toBe(true);
    expect(learned().look(reportAt(1010, seen), book.all)).toEqual([]);
    expect(learned().look(reportAt(1010, seen), [])).toHaveLength(1);
    const side = new Uint8Array(4).fill(RoadClass.residential);
    expect(kinds(learned({ ...plain, columns: { ...plain.columns, edgeClass: side } }), seen)).toEqual([]);
  });

  test("keeps one subject while the head of a queue moves on", () => {
    const watch = learned();
    const subjectOf = (timeS: number, head: number) =>
      watch.look(reportAt(timeS, { queues: { 2: [head - 0.3, head] } }), [])[0].subject;
    expect(subjectOf(1010, 0.4)).toBe(subjectOf(1020, 0.7));
  });
});
