import { useState, type SyntheticEvent } from "react";
import { Form, Input, Label, TextField, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { reasonLengthMax, type Alarm } from "../../common/alarm-api";
import { isSilent, isWaiting } from "../state/alarms";
import { isReplay } from "../state/time";
import { markAtAlarm, showAlarm } from "./alarm-commands";
import { Action, FailureText } from "./elements";
import { count } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { useRequest, type RequestControl } from "./use-request";

export function useAcknowledge(): RequestControl<"alarm.acknowledge"> {
  return useRequest("alarm.acknowledge");
}

/** What can be done with the alarm that is in hand. */
export function AlarmHandling({ alarm }: { readonly alarm: Alarm }) {
  const silencing = useWorkbench((state) => state.silencing);
  return (
    <div className="card-actions">
      {isSilent(alarm) ? (
        <BackAgain alarm={alarm} />
      ) : silencing === null ? (
        <Steps alarm={alarm} />
      ) : (
        <SilenceForm key={silencing} alarm={alarm} mode={silencing} />
      )}
    </div>
  );
}

function Steps({ alarm }: { readonly alarm: Alarm }) {
  const parts = useParts();
  const acknowledge = useAcknowledge();
  const replay = useSession(isReplay);
  const { place, incidentId } = alarm;
  return (
    <>
      <div className="alarm-steps">
        {isWaiting(alarm) && (
          <Action
            kind="primary"
            hint="A"
            data-testid="alarm-acknowledge"
            isDisabled={acknowledge.isPending}
            onPress={() => void acknowledge.run({ alarmIds: [alarm.id] })}
          >
            {text.alarms.acknowledge}
          </Action>
        )}
        {place !== null && (
          <Action hint="Shift+G" data-testid="alarm-show" onPress={() => showAlarm(parts, alarm)}>
            {text.alarms.show}
          </Action>
        )}
        {place !== null && incidentId === null && (
          <Action hint="Shift+I" data-testid="alarm-mark" isDisabled={replay} onPress={() => markAtAlarm(parts, alarm)}>
            {text.alarms.mark}
          </Action>
        )}
        <Action
          hint="Shift+S"
          data-testid="alarm-shelve"
          onPress={() => parts.workbench.setState({ silencing: "shelve" })}
        >
          {text.alarms.shelve}
        </Action>
        <Action
          hint="Shift+O"
          data-testid="alarm-take-out"
          onPress={() => parts.workbench.setState({ silencing: "outOfService" })}
        >
          {text.alarms.takeOut}
        </Action>
      </div>
      <FailureText failure={acknowledge.failure} testId="alarm-failure" />
    </>
  );
}

function BackAgain({ alarm: { id, state } }: { readonly alarm: Alarm }) {
  const unshelve = useRequest("alarm.unshelve");
  const putBack = useRequest("alarm.returnToService");
  const isShelved = state === "shelved";
  const request = isShelved ? unshelve : putBack;
  return (
    <>
      <Action
        hint="Shift+R"
        data-testid="alarm-put-back"
        isDisabled={request.isPending}
        onPress={() => void request.run({ alarmId: id })}
      >
        {isShelved ? text.alarms.unshelve : text.alarms.putBack}
      </Action>
      <FailureText failure={request.failure} testId="alarm-failure" />
    </>
  );
}

/** Times that an alarm is shelved for, minutes; never for longer than a shift. */
const shelfMinutes = [15, 30, 60, 240, 480];

interface SilenceFormProps {
  readonly alarm: Alarm;
  readonly mode: "shelve" | "outOfService";
}

/** Nobody hears of it then: for how long, and why. */
function SilenceForm({ alarm, mode }: SilenceFormProps) {
  const { workbench, session } = useParts();
  const shelve = useRequest("alarm.shelve");
  const takeOut = useRequest("alarm.takeOutOfService");
  const [minutes, setMinutes] = useState(30);
  const [reason, setReason] = useState("");
  const isShelf = mode === "shelve";
  const close = () => workbench.setState({ silencing: null });

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    const nowS = session.getState().clock?.timeS ?? 0;
    const outcome = isShelf
      ? await shelve.run({ alarmId: alarm.id, untilS: nowS + 60 * minutes, reason })
      : await takeOut.run({ alarmId: alarm.id, reason });
    if (outcome.ok) close();
  }

  return (
    <Form
      className="incident-editor"
      onSubmit={(event) => void submit(event)}
      data-testid="alarm-silence"
      aria-label={isShelf ? text.alarms.shelve : text.alarms.takeOut}
    >
      {isShelf && (
        <ToggleButtonGroup
          className="segments"
          aria-label={text.alarms.shelfTime}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[String(minutes)]}
          onSelectionChange={(keys) => {
            for (const key of keys) setMinutes(Number(key));
          }}
        >
          {shelfMinutes.map((choice) => (
            <ToggleButton key={choice} id={String(choice)} className="segment">
              {choice < 60 ? text.alarms.minutes(count(choice)) : text.alarms.hours(count(choice / 60))}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      <TextField value={reason} onChange={setReason} autoFocus isRequired maxLength={reasonLengthMax}>
        <Label>{text.alarms.reason}</Label>
        <Input className="input" data-testid="alarm-reason" autoComplete="off" />
      </TextField>
      <FailureText failure={shelve.failure ?? takeOut.failure} testId="alarm-failure" />
      <div className="form-actions">
        <Action
          type="submit"
          kind="primary"
          hint="Enter"
          data-testid="alarm-silence-submit"
          isDisabled={reason.trim() === "" || shelve.isPending || takeOut.isPending}
        >
          {isShelf ? text.alarms.shelve : text.alarms.takeOut}
        </Action>
        <Action hint="Escape" data-testid="alarm-silence-cancel" onPress={close}>
          {text.incidentForm.cancel}
        </Action>
      </div>
    </Form>
  );
}
