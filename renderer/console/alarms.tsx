import type { Alarm, AlarmPriority, AlarmReport } from "../../common/alarm-api";
import { alarmRateBars } from "../../common/alarm-api";
import { isWaiting, listAlarms } from "../state/alarms";
import { AlarmHandling, useAcknowledge } from "./alarm-handling";
import { Action, FailureText, Panel, Row } from "./elements";
import { count, fixed, minuteOf } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { say, text } from "./text";

/** What wants to be acted on, the most urgent first; how often the console calls, beside what may be asked of a person. */
export function Alarms() {
  const report = useSession((state) => state.alarms);
  if (report === null) {
    return (
      <Panel title={text.alarms.title} className="alarms">
        <p className="empty">{text.alarms.notYet}</p>
      </Panel>
    );
  }
  const { open, groups, silent } = listAlarms(report);
  const waiting = report.alarms.filter(isWaiting).length;
  return (
    <Panel
      title={text.alarms.title}
      className="alarms"
      aside={<span data-testid="alarm-waiting">{text.alarms.waiting(count(waiting))}</span>}
    >
      <Rate report={report} />
      {report.floodSinceS !== null && (
        <p className="alarm-flood" role="status" data-testid="alarm-flood">
          {text.alarms.flood(minuteOf(report.floodSinceS))}
        </p>
      )}
      {open.length + groups.length + silent.length === 0 ? (
        <Nothing watchedM={report.watchedM} />
      ) : (
        // Focusable because it scrolls.
        <div className="alarm-scroll" tabIndex={0} role="region" aria-label={text.alarms.list}>
          <ul className="cards" data-testid="alarm-list">
            {open.map((alarm) => (
              <AlarmCard key={alarm.id} alarm={alarm} />
            ))}
            {groups.map((group) => (
              <AlarmGroup key={group[0].kind} group={group} />
            ))}
          </ul>
          {silent.length > 0 && <Silent alarms={silent} />}
        </div>
      )}
    </Panel>
  );
}

/** Nothing to do is only good news when one knows what is looked at. */
function Nothing({ watchedM }: { readonly watchedM: number }) {
  return (
    <div className="empty" data-testid="alarm-none">
      <p>{text.alarms.none}</p>
      <p className="faint">{text.alarms.watched(count(watchedM / 1000))}</p>
    </div>
  );
}

function Rate({ report: { rate } }: { readonly report: AlarmReport }) {
  const { steady, upset } = alarmRateBars;
  return (
    <dl className="rows rows-dense alarm-rate" data-testid="alarm-rate">
      <Row label={text.alarms.recent} tone={rate.recent > upset ? "attention" : "normal"} testId="alarm-rate-recent">
        {count(rate.recent)} <span className="unit">{text.alarms.atMost(count(upset))}</span>
      </Row>
      <Row label={text.alarms.mean} tone={rate.mean > steady ? "attention" : "normal"} testId="alarm-rate-mean">
        {fixed(rate.mean, 1)} <span className="unit">{text.alarms.atMost(count(steady))}</span>
      </Row>
    </dl>
  );
}

/** Shape and word tell the priority where colour does not: a square, a triangle, a disc; hollow once it is taken. */
export function PriorityMark({ priority, hollow }: { readonly priority: AlarmPriority; readonly hollow: boolean }) {
  return (
    <svg className={`alarm-mark alarm-mark-${priority}`} viewBox="0 0 16 16" aria-hidden="true" data-hollow={hollow}>
      {priority === "high" && <path d="M2 2h12v12H2z" />}
      {priority === "medium" && <path d="M8 1.5 15 14H1z" />}
      {priority === "low" && <circle cx="8" cy="8" r="5.5" />}
    </svg>
  );
}

function AlarmCard({ alarm }: { readonly alarm: Alarm }) {
  const { workbench } = useParts();
  const isSelected = useWorkbench((state) => state.selectedAlarmId === alarm.id);
  const { id, priority, state, action } = alarm;
  return (
    <li className={`card alarm alarm-${priority} ${isSelected ? "alarm-selected" : ""}`} data-state={state}>
      <button
        type="button"
        className="card-face"
        aria-pressed={isSelected}
        data-testid={`alarm-${id}`}
        data-alarm={alarm.kind}
        onClick={() => workbench.setState({ selectedAlarmId: isSelected ? null : id, silencing: null })}
      >
        <PriorityMark priority={priority} hollow={state !== "unacknowledged"} />
        <span className="card-title">{say(alarm.text)}</span>
        <span className="alarm-action">
          <span className="sr-only">{text.alarms.required}</span>
          {say(action)}
        </span>
        <span className="card-times">
          <b className={`alarm-word alarm-word-${priority}`}>{text.alarms.priorities[priority]}</b> · {timesOf(alarm)}
        </span>
      </button>
      {isSelected && <AlarmHandling alarm={alarm} />}
    </li>
  );
}

function timesOf({ state, raisedS, returnedS, shelvedUntilS, reason }: Alarm): string {
  const raised = raisedS === null ? "" : `${minuteOf(raisedS)} · `;
  switch (state) {
    case "unacknowledged":
    case "acknowledged":
      return raised + text.alarms.states[state];
    case "returned":
      return raised + text.alarms.returned(minuteOf(returnedS ?? 0));
    case "shelved":
      return text.alarms.shelved(minuteOf(shelvedUntilS ?? 0), reason ?? "");
    case "outOfService":
      return text.alarms.outOfService(reason ?? "");
  }
}

/** Of one kind, raised in a flood: one line with their number; each can be seen. */
function AlarmGroup({ group }: { readonly group: readonly [Alarm, ...Alarm[]] }) {
  const acknowledge = useAcknowledge();
  const [{ kind, priority }] = group;
  return (
    <li className={`card alarm alarm-${priority} alarm-group`}>
      <details>
        <summary className="alarm-summary" data-testid={`alarm-group-${kind}`}>
          <PriorityMark priority={priority} hollow={false} />
          <span>
            {text.alarms.kinds[kind]} <b>× {count(group.length)}</b>
          </span>
        </summary>
        <ul className="cards">
          {group.map((alarm) => (
            <AlarmCard key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      </details>
      <div className="card-actions">
        <Action
          data-testid={`alarm-group-acknowledge-${kind}`}
          isDisabled={acknowledge.isPending}
          onPress={() => void acknowledge.run({ alarmIds: group.map(({ id }) => id) })}
        >
          {text.alarms.acknowledgeAll(count(group.length))}
        </Action>
        <FailureText failure={acknowledge.failure} />
      </div>
    </li>
  );
}

function Silent({ alarms }: { readonly alarms: readonly Alarm[] }) {
  return (
    <details className="alarm-silent" open>
      <summary className="alarm-summary" data-testid="alarm-silent">
        {text.alarms.silent(count(alarms.length))}
      </summary>
      <ul className="cards">
        {alarms.map((alarm) => (
          <AlarmCard key={alarm.id} alarm={alarm} />
        ))}
      </ul>
    </details>
  );
}
