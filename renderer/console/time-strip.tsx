import { useEffect, useMemo, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { isReplay, shownTimeS, timeMarks, type TimeMark } from "../state/time";
import { goToMark } from "./commands";
import { Action } from "./elements";
import { count, minuteOf, secondOf } from "./figures";
import { useParts, useSession } from "./parts";
import { say, text } from "./text";

/** The session from its first instant to now: what happened when, and which instant is shown. */
export function TimeStrip() {
  const parts = useParts();
  const replay = useSession(isReplay);
  const hasView = useSession(({ view, clock }) => view !== null && clock !== null);
  return (
    <section className={replay ? "time-strip time-strip-replay" : "time-strip"} aria-label={text.time.title}>
      <div className="time-actions">
        <Action
          kind="quiet"
          hint=","
          isDisabled={!hasView}
          aria-label={text.time.previous}
          data-testid="time-previous"
          onPress={() => goToMark(parts, -1)}
        >
          {text.time.previousShort}
        </Action>
        <Action
          kind="quiet"
          hint=";"
          isDisabled={!replay}
          aria-label={text.time.next}
          data-testid="time-next"
          onPress={() => goToMark(parts, 1)}
        >
          {text.time.nextShort}
        </Action>
      </div>
      <Track />
      <div className="time-actions">
        <Action
          kind={replay ? "primary" : "quiet"}
          hint="L"
          isDisabled={!replay}
          data-testid="time-live"
          onPress={() => parts.scrubber.live()}
        >
          {replay ? text.time.backToLive : text.time.isLive}
        </Action>
      </div>
    </section>
  );
}

/** Marks that lie closer together than this are drawn as one, share of the track. */
const crowdedShare = 0.004;
/** So many labels of hours and minutes at most. */
const labelsMax = 9;
const labelStepsS = [300, 600, 900, 1800, 3600, 7200, 10_800, 21_600] as const;
/** A label nearer to the end than this would be cut, share of the track. */
const labelRoom = 0.035;
/** The track is at least so long, so that a session that has just begun is not one fat line, s. */
const spanLeastS = 1800;

function useSpan(): { readonly fromS: number; readonly nowS: number; readonly toS: number } {
  const fromS = useSession(({ view }) => Math.floor(view?.fromS ?? 0));
  const nowS = useSession(({ clock }) => Math.floor(clock?.timeS ?? 0));
  return { fromS, nowS, toS: Math.max(nowS, fromS + spanLeastS) };
}

function Track() {
  const { time, scrubber } = useParts();
  const box = useRef<HTMLDivElement>(null);
  const { fromS, nowS, toS } = useSpan();
  const replay = useSession(isReplay);
  const shownS = useSession((state) => Math.floor(shownTimeS(state) ?? 0));
  const pointedS = useStore(time, (state) => state.pointedS);
  const wishedS = useStore(time, (state) => state.wishedS);
  const handleS = wishedS ?? shownS;
  const share = (timeS: number) => Math.min(1, Math.max(0, (timeS - fromS) / Math.max(1, toS - fromS)));
  const percent = (timeS: number) => `${(100 * share(timeS)).toFixed(3)}%`;

  const timeAt = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    if (rect === undefined || rect.width === 0) return fromS;
    const timeS = fromS + ((event.clientX - rect.left) / rect.width) * (toS - fromS);
    return Math.min(nowS, Math.max(fromS, timeS));
  };
  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    scrubber.goTo(timeAt(event));
  }
  function onPointerMove(event: PointerEvent<HTMLDivElement>) {
    const timeS = timeAt(event);
    time.setState({ pointedS: timeS });
    if (event.currentTarget.hasPointerCapture(event.pointerId)) scrubber.goTo(timeS);
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = stepOf(event);
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (step === "first") scrubber.goTo(fromS);
    else if (step === "live") scrubber.live();
    else scrubber.goTo(handleS + step);
  }

  return (
    <div
      ref={box}
      className="time-track"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => time.setState({ pointedS: null })}
    >
      <div
        className="time-slider"
        data-testid="time-slider"
        role="slider"
        tabIndex={0}
        aria-label={text.time.instant}
        aria-valuemin={fromS}
        aria-valuemax={nowS}
        aria-valuenow={handleS}
        aria-valuetext={replay ? text.time.replayAt(secondOf(handleS)) : text.time.liveAt(secondOf(nowS))}
        onKeyDown={onKeyDown}
      />
      <div className="time-rail">
        <div className="time-past" style={{ width: percent(nowS) }} />
        {replay && (
          <div
            className="time-between"
            style={{ left: percent(handleS), width: `${(100 * (share(nowS) - share(handleS))).toFixed(3)}%` }}
          />
        )}
      </div>
      <Ticks fromS={fromS} toS={toS} percent={percent} />
      <Marks share={share} />
      <div className="time-now" style={{ left: percent(nowS) }} title={text.time.liveAt(secondOf(nowS))} />
      {(replay || wishedS !== null) && (
        <div
          className={wishedS === null ? "time-handle" : "time-handle time-handle-wished"}
          style={{ left: percent(handleS) }}
        >
          <span>{secondOf(handleS)}</span>
        </div>
      )}
      {pointedS !== null && (
        <div className="time-pointed" style={{ left: percent(pointedS) }}>
          <span>{secondOf(pointedS)}</span>
        </div>
      )}
    </div>
  );
}

/** Arrows by ten seconds, with Shift by one; Page keys by five minutes; Home and End to the ends. */
function stepOf({ key, shiftKey }: KeyboardEvent): number | "first" | "live" | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return shiftKey ? -1 : -10;
    case "ArrowRight":
    case "ArrowUp":
      return shiftKey ? 1 : 10;
    case "PageDown":
      return -300;
    case "PageUp":
      return 300;
    case "Home":
      return "first";
    case "End":
      return "live";
    default:
      return undefined;
  }
}

interface TicksProps {
  readonly fromS: number;
  readonly toS: number;
  readonly percent: (timeS: number) => string;
}

function Ticks({ fromS, toS, percent }: TicksProps) {
  const stepS = labelStepsS.find((step) => (toS - fromS) / step <= labelsMax) ?? 43_200;
  const ticks: number[] = [];
  for (let timeS = Math.ceil(fromS / stepS) * stepS; timeS <= toS - labelRoom * (toS - fromS); timeS += stepS)
    ticks.push(timeS);
  return (
    <div aria-hidden="true">
      {ticks.map((timeS) => (
        <span key={timeS} className="time-tick" style={{ left: percent(timeS) }}>
          {minuteOf(timeS)}
        </span>
      ))}
    </div>
  );
}

function Marks({ share }: { readonly share: (timeS: number) => number }) {
  const { scrubber } = useParts();
  const marks = useTimeMarks();
  const drawn: TimeMark[] = [];
  for (const mark of marks) {
    const last = drawn.at(-1);
    // Of those that would lie on one another the weightier one is seen; all can be stepped to.
    if (last !== undefined && share(mark.timeS) - share(last.timeS) < crowdedShare) {
      if (weight[mark.kind] > weight[last.kind]) drawn[drawn.length - 1] = mark;
    } else drawn.push(mark);
  }
  return (
    <>
      {drawn.map((mark, place) => (
        <button
          key={`${mark.kind} ${String(mark.timeS)}`}
          type="button"
          tabIndex={-1}
          className={`time-mark time-mark-${mark.kind}`}
          style={{ left: `${(100 * share(mark.timeS)).toFixed(3)}%` }}
          title={`${secondOf(mark.timeS)} ${mark.text}`}
          aria-label={`${secondOf(mark.timeS)} ${mark.text}`}
          data-testid={`time-mark-${String(place)}`}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => scrubber.goTo(mark.timeS)}
        />
      ))}
    </>
  );
}

const weight = { entry: 0, cleared: 1, instruction: 2, incident: 3 } as const;

export function useTimeMarks(): readonly TimeMark[] {
  const told = useSession(useShallow(({ incidents, instructions, log }) => ({ incidents, instructions, log })));
  return useMemo(() => timeMarks(told, { ...text.time.marks, entry: say }), [told]);
}

/** Over the map while it shows the past: what is seen is not what is. */
export function ReplayBanner() {
  const { scrubber } = useParts();
  const replay = useSession(isReplay);
  const shown = useSession((state) => secondOf(shownTimeS(state) ?? 0));
  const behind = useSession(({ view, clock }) => apart((clock?.timeS ?? 0) - (view?.timeS ?? 0)));
  const now = useSession(({ clock }) => secondOf(clock?.timeS ?? 0));
  if (!replay) return null;
  return (
    <div className="replay-banner" role="status" data-testid="replay-banner">
      <b>{text.time.replayed(shown)}</b>
      <span data-testid="replay-live">{text.time.liveIs(now, behind)}</span>
      <Action kind="plain" hint="L" data-testid="banner-live" onPress={() => scrubber.live()}>
        {text.time.backToLive}
      </Action>
    </div>
  );
}

function apart(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  return text.time.apart(hours === 0 ? null : count(hours), count(Math.floor(whole / 60) % 60), count(whole % 60));
}

/** In panels whose controls act: they act on the present city, whatever the map shows. */
export function ActsOnNow() {
  const replay = useSession(isReplay);
  const now = useSession(({ clock }) => minuteOf(clock?.timeS ?? 0));
  if (!replay) return null;
  return (
    <p className="acts-on-now" data-testid="acts-on-now">
      {text.time.actsOnNow(now)}
    </p>
  );
}

/** The chart and the strip point at the same instant. @returns stops following */
export function useTimePointer(hear: (pointedS: number | null, shownS: number | null) => void): void {
  const { time, session } = useParts();
  useEffect(() => {
    const tell = () => {
      const state = session.getState();
      hear(time.getState().pointedS, isReplay(state) ? shownTimeS(state) : null);
    };
    const unfollow = [
      time.subscribe(tell),
      session.subscribe((state, before) => {
        if (state.view !== before.view) tell();
      }),
    ];
    tell();
    return () => {
      for (const stop of unfollow) stop();
    };
  }, [time, session, hear]);
}
