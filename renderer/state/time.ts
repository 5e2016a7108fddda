import type { Said } from "../../common/said";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Incident, IndicatorSample } from "../../common/console-api";
import type { Said } from "../../common/said";
import type { Bridge } from "./bridge";
import type { SessionState, SessionStore } from "./session";

/** The instant that is pointed at in a chart or on the time strip: all of them show the same one. */
export interface TimeState {
  /** Under the pointer; null: nowhere. */
  readonly pointedS: number | null;
  /** Where the operator has put the handle and the host is not yet; null: it is there. */
  readonly wishedS: number | null;
}

export type TimeStore = StoreApi<TimeState>;

export function createTimeStore(): TimeStore {
  return createStore<TimeState>(() => ({ pointedS: null, wishedS: null }));
}

export function isReplay({ view }: Pick<SessionState, "view">): boolean {
  return view?.kind === "replay";
}

/** The instant that the map shows. */
export function shownTimeS({ view, clock }: Pick<SessionState, "view" | "clock">): number | null {
  return view?.kind === "replay" ? view.timeS : (clock?.timeS ?? null);
}

/** Indicators of the instant that the map shows. */
export function shownSample({ view, samples }: Pick<SessionState, "view" | "samples">): IndicatorSample | undefined {
  return view?.kind === "replay" ? (view.sample ?? undefined) : samples.at(-1);
}

/** The last sample that is not later than an instant; samples lie oldest first. */
export function sampleAt(samples: readonly IndicatorSample[], timeS: number): IndicatorSample | undefined {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.timeS ?? Infinity) <= timeS) low = middle + 1;
    else high = middle;
  }
  return samples[low - 1];
}

/** Incidents as they stood at an instant: those to come are not there, those that ended later are open. */
export function incidentsAt(incidents: readonly Incident[], timeS: number): readonly Incident[] {
  return incidents
    .filter(({ startS }) => startS <= timeS)
    .map((incident) => {
      const active = incident.active || timeS < incident.endS;
      return active === incident.active ? incident : { ...incident, active };
    });
}

/** Something that happened at one instant of the session, that can be gone to. */
export interface TimeMark {
  readonly timeS: number;
  readonly kind: "incident" | "cleared" | "instruction" | "entry";
  readonly text: string;
}

export interface MarkTexts {
  readonly incident: (road: string) => string;
  readonly cleared: (road: string) => string;
  readonly instruction: (number: number) => string;
  readonly entry: (said: Said) => string;
}

/** What the strip shows, by time. Log entries only where nothing else marks the instant: an incident writes one, too. */
export function timeMarks(
  { incidents, instructions, log }: Pick<SessionState, "incidents" | "instructions" | "log">,
  texts: MarkTexts,
): readonly TimeMark[] {
  const marks: TimeMark[] = [
    ...incidents.map(({ startS, edgeName }) => ({
      timeS: startS,
      kind: "incident" as const,
      text: texts.incident(edgeName),
    })),
    ...incidents
      .filter(({ active }) => !active)
      .map(({ endS, edgeName }) => ({ timeS: endS, kind: "cleared" as const, text: texts.cleared(edgeName) })),
    ...instructions.map(({ sentS, number }) => ({
      timeS: sentS,
      kind: "instruction" as const,
      text: texts.instruction(number),
    })),
  ];
  const taken = new Set(marks.map(({ timeS }) => Math.round(timeS)));
  for (const entry of log) {
    if (entry.kind === "incident" || entry.kind === "instruction" || taken.has(Math.round(entry.timeS))) continue;
    marks.push({ timeS: entry.timeS, kind: "entry", text: texts.entry(entry.said) });
  }
  return marks.sort((a, b) => a.timeS - b.timeS);
}

/** Marks so close to the instant are the one that is stood on, s. */
const standsOnS = 0.75;

/** The mark before or after an instant. */
export function neighbourMark(marks: readonly TimeMark[], timeS: number, direction: -1 | 1): TimeMark | undefined {
  if (direction === 1) return marks.find((mark) => mark.timeS > timeS + standsOnS);
  return [...marks].reverse().find((mark) => mark.timeS < timeS - standsOnS);
}

/** Asks the host for instants one at a time: while it is on its way to one, only the latest wish is kept. */
export interface Scrubber {
  goTo(timeS: number): void;
  /** Back to the live city. */
  live(): void;
}

/** Nearer to the live instant than this, it is the live city that is meant, s. */
const liveWithinS = 0.5;

/** @param failed why an instant could not be shown */
export function createScrubber(
  bridge: Bridge,
  session: SessionStore,
  time: TimeStore,
  failed: (failure: { readonly message: string }) => void,
): Scrubber {
  let wish: number | "live" | null = null;
  let busy = false;
  async function run() {
    busy = true;
    while (wish !== null) {
      const asked: number | "live" = wish;
      const outcome =
        asked === "live" ? await bridge.request("time.live", {}) : await bridge.request("time.view", { atS: asked });
      // A wish that came meanwhile is the one that counts.
      if (wish === asked) wish = null;
      if (!outcome.ok && wish === null) failed(outcome.error);
    }
    busy = false;
    time.setState({ wishedS: null });
  }
  function want(next: number | "live") {
    wish = next;
    time.setState({ wishedS: next === "live" ? null : next });
    if (!busy) void run();
  }
  return {
    goTo(timeS) {
      const { clock, view } = session.getState();
      if (clock === null || view === null) return;
      if (timeS >= clock.timeS - liveWithinS) want("live");
      else want(Math.max(view.fromS, timeS));
    },
    live: () => want("live"),
  };
}
