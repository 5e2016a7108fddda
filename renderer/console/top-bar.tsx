import { useEffect, useState } from "react";
import { Button, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { alarmPriorities } from "../../common/alarm-api";
import { isWaiting } from "../state/alarms";
import { PriorityMark } from "./alarms";
import { CityMenu } from "./city-menu";
import { toggleClock, setSpeed, speedPlaces, stepClock } from "./commands";
import { Action, KeyCap } from "./elements";
import { count, factor, fixed, minuteOf, secondOf, wholeTokens } from "./figures";
import { OperatorMenu } from "./operator-menu";
import { focusPanel } from "./panels";
import { useParts, useSession } from "./parts";
import type { SessionState } from "../state/session";
import { ledgerTrust, type LedgerTrust } from "../state/ledger-trust";
import { watchStandstill } from "../state/standstill";
import { isReplay, shownTimeS } from "../state/time";
import { text } from "./text";
import { PaletteButton, ViewMenu } from "./view-menu";

/** One clock for the whole window, and what must be believed at a glance: the twin's lag, the ledger, the pool, the key. */
export function TopBar() {
  return (
    <header className="top-bar">
      <h1>{text.product}</h1>
      <ClockFace />
      <ClockControls />
      <TwinLag />
      <div className="top-bar-gap" />
      <AlarmBadge />
      <LedgerBadge />
      <PoolBadge />
      <OperatorMenu />
      <CityMenu />
      <ViewMenu />
      <PaletteButton />
    </header>
  );
}

type Clocks = Pick<SessionState, "clock" | "view">;
const runs = ({ clock, view }: Clocks) => (view?.kind === "replay" ? view.running : (clock?.running ?? false));
const speedOf = ({ clock, view }: Clocks) => (view?.kind === "replay" ? view.speed : (clock?.speed ?? 1));
const timeText = (timeS: number | null) => (timeS === null ? "--:--:--" : secondOf(timeS));

/** For how long the city has stood although it runs, whole s of wall time; 0 while it moves. */
function useStandstillS(): number {
  const { session } = useParts();
  const [standsS, setStandsS] = useState(0);
  useEffect(() => watchStandstill(session, setStandsS), [session]);
  return standsS;
}

function ClockFace() {
  const isLost = useSession(({ connection }) => connection.kind === "lost");
  const replay = useSession(isReplay);
  const running = useSession(runs);
  const time = useSession((state) => timeText(shownTimeS(state)));
  const speed = useSession((state) => factor(speedOf(state)));
  const standsS = useStandstillS();
  const isStill = standsS > 0 && !isLost && !replay;
  const state = isLost || isStill ? "stale" : replay ? "replay" : running ? "live" : "paused";
  return (
    <>
      <span className={`badge clock-state clock-state-${state}`} data-testid="clock-state" data-state={state}>
        <span className="clock-mark" aria-hidden="true" />
        {isStill ? text.top.still(count(standsS)) : text.top[state]}
      </span>
      <span className={replay ? "badge clock-face clock-face-replay" : "badge clock-face"}>
        <time data-testid="clock-time">{time}</time>
        <span className="faint"> · </span>
        <b data-testid="clock-speed">{text.top.speed(speed)}</b>
      </span>
    </>
  );
}

function ClockControls() {
  const parts = useParts();
  const running = useSession(runs);
  const hasClock = useSession(({ clock, connection }) => clock !== null && connection.kind === "ready");
  const speed = useSession(speedOf);
  const speeds = useSession(({ description }) => description?.speeds);
  return (
    <div className="clock-controls">
      <Action data-testid="clock-toggle" isDisabled={!hasClock} hint="Space" onPress={() => void toggleClock(parts)}>
        {running ? text.top.pause : text.top.resume}
      </Action>
      <Action data-testid="clock-step" isDisabled={!hasClock || running} hint="." onPress={() => void stepClock(parts)}>
        {text.top.step}
      </Action>
      {speeds !== undefined && speeds.length > 1 && (
        <ToggleButtonGroup
          className="segments"
          aria-label={text.top.speeds}
          selectionMode="single"
          disallowEmptySelection
          isDisabled={!hasClock}
          selectedKeys={[String(speed)]}
          onSelectionChange={(keys) => {
            for (const key of keys) void setSpeed(parts, Number(key));
          }}
        >
          {speeds.map((choice) => (
            <ToggleButton key={choice} id={String(choice)} className="segment" data-testid={`speed-${String(choice)}`}>
              {text.top.speed(factor(choice))}
            </ToggleButton>
          ))}
          <KeyCap>{`1–${String(Math.min(speeds.length, speedPlaces.length))}`}</KeyCap>
        </ToggleButtonGroup>
      )}
    </div>
  );
}

function TwinLag() {
  const seconds = useSession(({ clock }) => (clock === null ? null : fixed(clock.behindS, 1)));
  const isLate = useSession(({ clock }) => (clock?.behindS ?? 0) >= 0.9);
  if (seconds === null) return null;
  const [twin, figure, behind] = text.top.behind(seconds);
  return (
    <span className={`badge clock-lag ${isLate ? "badge-caution" : "badge-minor"}`} data-testid="clock-behind">
      {twin} <b>{figure}</b> {behind}
    </span>
  );
}

/** How many alarms wait, with the mark of the most urgent; a press leads to them. */
function AlarmBadge() {
  const waiting = useSession(({ alarms }) => alarms?.alarms.filter(isWaiting).length ?? null);
  const urgent = useSession(({ alarms }) =>
    alarmPriorities.find((name) => alarms?.alarms.some((alarm) => alarm.priority === name && isWaiting(alarm))),
  );
  if (waiting === null) return null;
  return (
    <Button className="badge badge-button" data-testid="alarm-badge" onPress={() => focusPanel("alarms")}>
      {urgent !== undefined && <PriorityMark priority={urgent} hollow={false} />}
      {text.alarms.title} <b>{count(waiting)}</b>
      {urgent !== undefined && <span className="sr-only"> {text.alarms.priorities[urgent]}</span>}
    </Button>
  );
}

const badgeOfTrust = { verified: "", old: "badge-caution", stopped: "badge-alarm", distrusted: "badge-alarm" } as const;

function LedgerBadge() {
  const height = useSession(({ ledger }) => ledger?.verifiedHeight);
  const headerS = useSession(({ ledger }) => ledger?.timeS);
  const kind = useSession((state) => ledgerTrust(state)?.kind);
  const said = useSession((state) => trustText(ledgerTrust(state)));
  const verdict = useSession(({ ledger }) => ledger?.verdict);
  if (height === undefined || headerS === undefined || kind === undefined || verdict === undefined) return null;
  const lastHeader = kind === "verified" ? undefined : text.top.lastHeader(count(height), minuteOf(headerS));
  return (
    <span
      className={`badge ${badgeOfTrust[kind]}`}
      data-testid="ledger-badge"
      data-ok={kind === "verified"}
      title={kind === "distrusted" ? text.fact(verdict) : lastHeader}
    >
      {text.top.ledger} <b>{text.top.block(count(height))}</b> {said}
    </span>
  );
}

/** By whole minutes: nobody reads seconds here, and the badge is drawn again when they change. */
function trustText(trust: LedgerTrust | null): string {
  if (trust === null) return "";
  const minutes = (ageS: number) => count(Math.floor(ageS / 60));
  switch (trust.kind) {
    case "verified":
      return `✓ ${text.top.verified}`;
    case "old":
      return `△ ${text.top.old(minutes(trust.ageS))}`;
    case "stopped":
      return `✗ ${text.top.stopped(minutes(trust.ageS))}`;
    case "distrusted":
      return `✗ ${text.top.notVerified}`;
  }
}

function PoolBadge() {
  const pool = useSession(({ ledger }) => (ledger === null ? null : wholeTokens(ledger.poolMicro)));
  if (pool === null) return null;
  return (
    <span className="badge badge-minor" data-testid="pool">
      {text.top.pool} <b>{pool}</b> {text.units.tokens}
    </span>
  );
}
