import type { AlarmReport } from "../../common/alarm-api";
import type { ParamsOf } from "../../common/console-api";
import { succeed, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import {
  acknowledge,
  returnToService,
  shelve,
  takeOutOfService,
  unshelve,
  type Handled,
} from "../operations/alarms/handling";
import type { AlarmState } from "../operations/alarms/state";
import { copyReport } from "./frames";
import type { KeyframeStore } from "./keyframes";
import { nowOf, writeLog, type SessionContext } from "./session-context";
import type { PackedFrame } from "./twins";

/** Looks at the roads and at what the host knows, when the book is due; the frame is of the live city, with its report. */
export function lookForAlarms(
  context: SessionContext,
  keyframes: Pick<KeyframeStore, "byteLength" | "budgetBytes">,
  packed: PackedFrame,
): void {
  const { parts, clock, twins, ledger, listener } = context;
  const nowS = nowOf(context);
  const report = copyReport(twins.live.arena, packed, nowS);
  if (report === undefined || !parts.alarms.isDue(nowS)) return;
  const steps = parts.alarms.look(report, {
    nowS,
    incidents: parts.incidents.all,
    instructions: parts.instructions.reports(twins.tick, nowS),
    ledger: ledger.ready ? ledger.state : null,
    ledgerStopped: ledger.stopped,
    poolMicro: parts.ledgerOptions.bonusPoolMicro,
    lateForS: clock.lateForS(performance.now()),
    keyframes,
  });
  for (const said of steps) writeLog(context, "alarm", said);
  if (steps.length > 0) listener.alarms(parts.alarms.report(nowS));
}

export function acknowledgeAlarms(
  context: SessionContext,
  { alarmIds }: ParamsOf<"alarm.acknowledge">,
): Result<AlarmReport> {
  return handle(
    context,
    (state) => acknowledge(state, alarmIds),
    (alarm) => ({ code: "alarm-acknowledged", args: { alarm } }),
  );
}

export function shelveAlarm(context: SessionContext, shelf: ParamsOf<"alarm.shelve">): Result<AlarmReport> {
  const { untilS, reason } = shelf;
  return handle(
    context,
    (state) => shelve(state, shelf, nowOf(context)),
    (alarm) => ({ code: "alarm-shelved", args: { alarm, untilS, reason } }),
  );
}

export function unshelveAlarm(context: SessionContext, { alarmId }: ParamsOf<"alarm.unshelve">): Result<AlarmReport> {
  return handle(
    context,
    (state) => unshelve(state, alarmId, nowOf(context)),
    (alarm) => ({ code: "alarm-unshelved", args: { alarm } }),
  );
}

export function takeAlarmOutOfService(
  context: SessionContext,
  outage: ParamsOf<"alarm.takeOutOfService">,
): Result<AlarmReport> {
  return handle(
    context,
    (state) => takeOutOfService(state, outage),
    (alarm) => ({ code: "alarm-out-of-service", args: { alarm, reason: outage.reason } }),
  );
}

export function returnAlarmToService(
  context: SessionContext,
  { alarmId }: ParamsOf<"alarm.returnToService">,
): Result<AlarmReport> {
  return handle(
    context,
    (state) => returnToService(state, alarmId, nowOf(context)),
    (alarm) => ({ code: "alarm-in-service", args: { alarm } }),
  );
}

function handle(
  context: SessionContext,
  step: (state: AlarmState) => Result<Handled>,
  sayDone: (alarm: Said) => Said,
): Result<AlarmReport> {
  const handled = context.parts.alarms.handle(step);
  if (!handled.ok) return handled;
  for (const { about } of handled.value) writeLog(context, "alarm", sayDone(about.text));
  const report = context.parts.alarms.report(nowOf(context));
  context.listener.alarms(report);
  return succeed(report);
}
