import type { Incident } from "../../common/console-api";
import { useInstant } from "./clock";
import { armMarking } from "./commands";
import { Action, KeyCap, Panel } from "./elements";
import { count, minuteOf } from "./figures";
import { KindMark } from "./incident-fields";
import { IncidentHandling } from "./incident-handling";
import { effectText } from "./incident-text";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { isOpen } from "../state/session";
import { isReplay } from "../state/time";
import { selectIncident } from "../state/workbench";
import { ActsOnNow } from "./time-strip";

/** Incident first: what happened, how far its handling has come, and the one that is in hand. */
export function Incidents() {
  const parts = useParts();
  const incidents = useSession((state) => state.incidents);
  const hasCity = useSession(isOpen);
  const replay = useSession(isReplay);
  const isArmed = useWorkbench((state) => state.marking.kind !== "off");
  const active = incidents.filter((incident) => incident.active).length;
  return (
    <Panel
      title={text.incidents.title}
      aside={<span data-testid="incident-count">{active}</span>}
      className="incidents"
    >
      <ActsOnNow />
      {incidents.length === 0 ? (
        <p className="empty">
          {text.incidents.none} {text.incidents.noneHint[0]} <KeyCap>I</KeyCap> {text.incidents.noneHint[1]}
        </p>
      ) : (
        <ul className="cards">
          {incidents.map((incident) => (
            <IncidentCard key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      <div className="panel-actions">
        <Action
          hint="I"
          kind={isArmed ? "primary" : "plain"}
          isDisabled={!hasCity || replay}
          aria-pressed={isArmed}
          data-testid="mark-incident"
          onPress={() => armMarking(parts)}
        >
          {text.incidents.mark}
        </Action>
      </div>
    </Panel>
  );
}

const stages = ["declared", "instructed", "cleared"] as const;
type Stage = (typeof stages)[number];

function useStage(incident: Incident): Stage {
  const isInstructed = useSession((state) =>
    state.instructions.some(({ incidentId, stage }) => incidentId === incident.id && stage !== "refused"),
  );
  return !incident.active ? "cleared" : isInstructed ? "instructed" : "declared";
}

function IncidentCard({ incident }: { readonly incident: Incident }) {
  const { workbench } = useParts();
  const isSelected = useWorkbench((state) => state.selectedIncidentId === incident.id);
  const stage = useStage(incident);
  const { id, active, kind, edgeName } = incident;
  return (
    <li className={`card ${isSelected ? "card-selected" : ""} ${active ? "" : "card-over"}`} data-kind={kind}>
      <button
        type="button"
        className="card-face"
        aria-pressed={isSelected}
        data-testid={`incident-${id}`}
        onClick={() => selectIncident(workbench, isSelected ? null : id)}
      >
        {active ? <KindMark kind={kind} /> : <span className="sign sign-over" aria-hidden="true" />}
        <span className="card-title">
          {edgeName} · {effectText(incident)}
        </span>
        <IncidentTimes incident={incident} />
      </button>
      <StageBar stage={stage} />
      {isSelected && <IncidentHandling incident={incident} />}
    </li>
  );
}

function IncidentTimes({ incident }: { readonly incident: Incident }) {
  const { active, startS, endS, spreadS } = incident;
  const overdueMin = useInstant((timeS) => (active && timeS > endS + 60 ? Math.floor((timeS - endS) / 60) : 0));
  const end = !active
    ? text.incidents.cleared(minuteOf(endS))
    : overdueMin > 0
      ? text.incidents.overdue(count(overdueMin))
      : spreadS === 0
        ? text.incidents.clears(minuteOf(endS))
        : text.incidents.clearsAbout(minuteOf(endS), count(spreadS / 60));
  return (
    <span className="card-times">
      {text.incidents.declared(minuteOf(startS))} · <span className={overdueMin > 0 ? "attention" : ""}>{end}</span>
    </span>
  );
}

function StageBar({ stage }: { readonly stage: Stage }) {
  const reached = stages.indexOf(stage);
  return (
    <ol className="stages" aria-label={text.incidents.stageOf(text.incidents.stages[stage])}>
      {stages.map((name, place) => (
        <li
          key={name}
          className={place === reached ? "stage stage-now" : place < reached ? "stage stage-done" : "stage"}
        >
          <span>{text.incidents.stages[name]}</span>
        </li>
      ))}
    </ol>
  );
}
