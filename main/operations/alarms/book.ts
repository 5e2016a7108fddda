import type { AlarmReport } from "../../../common/alarm-api";
import type { City } from "../../../common/city";
import type { FrameReport } from "../../../common/frame";
import { succeed, type Result } from "../../../common/result";
import type { Said } from "../../../common/said";
import { alarmDefinitions, priorityOf } from "./definitions";
import type { Handled } from "./handling";
import { readOperations, type OperationsFacts } from "./operations-watch";
import { reportAlarms } from "./report";
import { openRoadWatch, type RoadMemory } from "./road-watch";
import { advanceAlarms, emptyAlarms, type AlarmPoint, type AlarmState, type AlarmStep, type Reading } from "./state";

/** The alarms of a session, on its simulated time. */
export interface AlarmBook {
  /** Whether it is time to look again. */
  isDue(nowS: number): boolean;
  /** @param report of the roads, at this instant @returns what to write in the shift log */
  look(report: FrameReport, facts: OperationsFacts): readonly Said[];
  /** @param step what the operator does, from `handling` */
  handle(step: (state: AlarmState) => Result<Handled>): Result<readonly AlarmPoint[]>;
  report(nowS: number): AlarmReport;
  /** For a save; opened with it, nothing is lost. */
  save(): SavedAlarms;
}

export interface SavedAlarms extends Omit<AlarmState, "points"> {
  readonly points: readonly AlarmPoint[];
  readonly roads: RoadMemory;
}

/** Simulated seconds between two looks. */
const lookEveryS = 10;

export function openAlarmBook(city: City, startS: number, saved?: SavedAlarms): AlarmBook {
  const roads = openRoadWatch(city, saved?.roads);
  let state = saved === undefined ? emptyAlarms(startS) : restored(saved);
  let lookedS = -Infinity;
  return {
    isDue: (nowS) => nowS >= lookedS + lookEveryS,
    look: (report, facts) => {
      lookedS = facts.nowS;
      const readings: readonly Reading[] = [...roads.look(report, facts.incidents), ...readOperations(facts)];
      const advanced = advanceAlarms(state, readings, facts.nowS);
      state = advanced.state;
      return advanced.steps.map(sayStep);
    },
    handle: (step) => {
      const handled = step(state);
      if (!handled.ok) return handled;
      state = handled.value.state;
      return succeed(handled.value.points);
    },
    report: (nowS) => reportAlarms(state, nowS, roads.watchedM),
    save: () => ({ ...state, points: [...state.points.values()], roads: roads.save() }),
  };
}

/** Kinds that this version does not know are left out: nothing could end them. */
function restored({ points, startS, raisedS, raisedCount, floodSinceS }: SavedAlarms): AlarmState {
  const known = points.filter(({ kind }) => Object.hasOwn(alarmDefinitions, kind));
  return { points: new Map(known.map((point) => [point.id, point])), startS, raisedS, raisedCount, floodSinceS };
}

function sayStep(step: AlarmStep): Said {
  switch (step.kind) {
    case "raised": {
      const { kind, about } = step.point;
      return { code: "alarm-raised", args: { priority: priorityOf(alarmDefinitions[kind]), alarm: about.text } };
    }
    case "returned":
      return { code: "alarm-returned", args: { alarm: step.point.about.text } };
    case "shelfEnded":
      return { code: "alarm-shelf-ended", args: { alarm: step.point.about.text } };
    case "floodBegan":
      return { code: "alarm-flood-began", args: { raised: step.raised } };
    case "floodEnded":
      return { code: "alarm-flood-ended", args: {} };
  }
}
