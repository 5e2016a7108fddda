import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { CityMenu } from "./city-menu";
import { toggleClock, setSpeed, stepClock } from "./commands";
import { Action, KeyCap } from "./elements";
import { count, factor, fixed, secondOf, wholeTokens } from "./figures";
import { OperatorMenu } from "./operator-menu";
import { useParts, useSession } from "./parts";
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
      <LedgerBadge />
      <PoolBadge />
      <OperatorMenu />
      <CityMenu />
      <ViewMenu />
      <PaletteButton />
    </header>
  );
}

function ClockFace() {
  const isLost = useSession(({ connection }) => connection.kind === "lost");
  const running = useSession(({ clock }) => clock?.running ?? false);
  const time = useSession(({ clock }) => (clock === null ? "--:--:--" : secondOf(clock.timeS)));
  const speed = useSession(({ clock }) => factor(clock?.speed ?? 1));
  const state = isLost ? "stale" : running ? "live" : "paused";
  return (
    <>
      <span className={`badge clock-state clock-state-${state}`} data-testid="clock-state" data-state={state}>
        <span className="clock-mark" aria-hidden="true" />
        {text.top[state]}
      </span>
      <span className="badge clock-face">
        <time data-testid="clock-time">{time}</time>
        <span className="faint"> · </span>
        <b data-testid="clock-speed">{text.top.speed(speed)}</b>
      </span>
    </>
  );
}

function ClockControls() {
  const parts = useParts();
  const running = useSession(({ clock }) => clock?.running ?? false);
  const hasClock = useSession(({ clock, connection }) => clock !== null && connection.kind === "ready");
  const speed = useSession(({ clock }) => clock?.speed ?? 1);
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
          <KeyCap>{`1–${String(Math.min(speeds.length, 5))}`}</KeyCap>
        </ToggleButtonGroup>
      )}
    </div>
  );
}

function TwinLag() {
  const seconds = useSession(({ clock }) => (clock === null ? null : fixed(clock.behindS, 1)));
  const isLate = useSession(({ clock }) => (clock?.behindS ?? 0) >= 2);
  if (seconds === null) return null;
  const [twin, figure, behind] = text.top.behind(seconds);
  return (
    <span className={`badge clock-lag ${isLate ? "badge-caution" : "badge-minor"}`} data-testid="clock-behind">
      {twin} <b>{figure}</b> {behind}
    </span>
  );
}

function LedgerBadge() {
  const height = useSession(({ ledger }) => ledger?.verifiedHeight);
  const verdict = useSession(({ ledger }) => ledger?.verdict);
  if (height === undefined || verdict === undefined) return null;
  const isOk = verdict === "ok";
  return (
    <span className={`badge ${isOk ? "" : "badge-alarm"}`} data-testid="ledger-badge" data-ok={isOk} title={verdict}>
      {text.top.ledger} <b>{text.top.block(count(height))}</b>{" "}
      {isOk ? `✓ ${text.top.verified}` : `✗ ${text.top.notVerified}`}
    </span>
  );
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
