import { useState, type SyntheticEvent } from "react";
import { Form } from "react-aria-components";
import type { Incident } from "../../common/console-api";
import { amendmentOfForm, clearanceOf, formOfIncident, nextStamps, type IncidentForm } from "../state/incident-form";
import { Action, FailureText, Row } from "./elements";
import { count, fixed, minuteOf } from "./figures";
import { IncidentFields } from "./incident-fields";
import { useParts, useSession } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

/** How far the handling has come, T0 … T7, and what can be stamped next; an incident under way can be changed. */
export function IncidentHandling({ incident }: { readonly incident: Incident }) {
  const [isEdited, setEdited] = useState(false);
  return (
    <div className="card-actions">
      <Stamps incident={incident} />
      {incident.active &&
        (isEdited ? (
          <IncidentEditor incident={incident} close={() => setEdited(false)} />
        ) : (
          <UnderWay incident={incident} edit={() => setEdited(true)} />
        ))}
    </div>
  );
}

function Stamps({ incident }: { readonly incident: Incident }) {
  const stamp = useRequest("incident.stamp");
  const { roadwayS, incidentS } = clearanceOf(incident);
  const next = nextStamps(incident);
  return (
    <>
      <ol className="stamps" data-testid="incident-stamps">
        {incident.stampsS.map((stampS, place) =>
          place === 0 ? null : (
            <li key={text.incidents.stamps[place]} className={stampS === null ? "stamp" : "stamp stamp-done"}>
              <span className="faint">T{place}</span>{" "}
              {stampS === null && next.includes(place) ? (
                <button
                  type="button"
                  className="stamp-button"
                  disabled={stamp.isPending}
                  data-testid={`incident-stamp-${String(place)}`}
                  onClick={() => void stamp.run({ incidentId: incident.id, stamp: place })}
                >
                  {text.incidents.stamps[place]}
                </button>
              ) : (
                <span>{text.incidents.stamps[place]}</span>
              )}
              <time data-testid={`incident-stamped-${String(place)}`}>{stampS === null ? "" : minuteOf(stampS)}</time>
            </li>
          ),
        )}
      </ol>
      <FailureText failure={stamp.failure} testId="incident-stamp-failure" />
      {(roadwayS !== null || incidentS !== null) && (
        <dl className="rows rows-dense incident-clearance">
          {roadwayS !== null && (
            <Row label={text.incidents.roadwayClearance} testId="incident-roadway-clearance">
              {fixed(roadwayS / 60, 1)} <span className="unit">{text.units.minutes}</span>
            </Row>
          )}
          {incidentS !== null && (
            <Row label={text.incidents.incidentClearance} testId="incident-incident-clearance">
              {fixed(incidentS / 60, 1)} <span className="unit">{text.units.minutes}</span>
            </Row>
          )}
        </dl>
      )}
    </>
  );
}

/** Minutes by which the expected end moves with one press. */
const extensionMinutes = 15;

function UnderWay({ incident, edit }: { readonly incident: Incident; readonly edit: () => void }) {
  const { session } = useParts();
  const amend = useRequest("incident.amend");
  const clear = useRequest("incident.clear");
  function extend() {
    const nowS = session.getState().clock?.timeS ?? incident.endS;
    const endS = Math.max(incident.endS, nowS) + extensionMinutes * 60;
    void amend.run({ incidentId: incident.id, endS });
  }
  return (
    <>
      <div className="incident-actions">
        <Action data-testid="incident-extend" isDisabled={amend.isPending} onPress={extend}>
          {text.incidents.extend(count(extensionMinutes))}
        </Action>
        <Action data-testid="incident-edit" onPress={edit}>
          {text.incidents.edit}
        </Action>
        <Action
          data-testid="incident-clear"
          isDisabled={clear.isPending}
          onPress={() => void clear.run({ incidentId: incident.id })}
        >
          {text.incidents.clear}
        </Action>
      </div>
      <FailureText failure={amend.failure ?? clear.failure} testId="incident-clear-failure" />
    </>
  );
}

function IncidentEditor({ incident, close }: { readonly incident: Incident; readonly close: () => void }) {
  const nowS = useSession(({ clock }) => clock?.timeS ?? incident.startS);
  const [openedS] = useState(nowS);
  const [form, setForm] = useState<IncidentForm>(() => formOfIncident(incident, nowS));
  const amend = useRequest("incident.amend");
  const amendment = amendmentOfForm(form, incident, openedS);

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (amendment === undefined) return;
    const outcome = await amend.run(amendment);
    if (outcome.ok) close();
  }

  return (
    <Form
      className="incident-editor"
      onSubmit={(event) => void submit(event)}
      data-testid="incident-editor"
      aria-label={text.incidents.edit}
    >
      <IncidentFields form={form} laneCount={incident.laneCount} onChange={setForm} />
      <FailureText failure={amend.failure} testId="incident-edit-failure" />
      <div className="form-actions">
        <Action
          type="submit"
          kind="primary"
          isDisabled={amend.isPending || amendment === undefined}
          data-testid="incident-save"
        >
          {text.incidents.save}
        </Action>
        <Action data-testid="incident-edit-cancel" onPress={close}>
          {text.incidentForm.cancel}
        </Action>
      </div>
    </Form>
  );
}
