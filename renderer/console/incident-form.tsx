import { useState, type SyntheticEvent } from "react";
import {
  ComboBox,
  FieldError,
  Form,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  TextField,
} from "react-aria-components";
import { nameOfEdge, type City } from "../../common/city";
import { roadsByName } from "../scene/road-names";
import { Action, FailureText, KeyCap, Row } from "./elements";
import { count } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

/** Marks an incident: first its place, on the map or by the road's name, then what is closed and for how long. */
export function IncidentMarker() {
  const marking = useWorkbench((state) => state.marking);
  const city = useSession((state) => state.city);
  if (city === null || marking.kind === "off") return null;
  return (
    <div className="floating-card incident-marker">
      {marking.kind === "armed" ? (
        <RoadChooser city={city} />
      ) : (
        <IncidentForm key={`${String(marking.edge)} ${String(marking.positionM)}`} city={city} {...marking} />
      )}
    </div>
  );
}

/** More than these nobody reads; typing on narrows them. */
const choicesShown = 40;

function RoadChooser({ city }: { readonly city: City }) {
  const { workbench } = useParts();
  const [roads] = useState(() => roadsByName(city));
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const choices = roads.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, choicesShown);
  return (
    <div className="road-chooser" data-testid="incident-armed" role="status">
      <p className="floating-title">
        {text.incidentForm.armed} <KeyCap>{text.keys.Escape}</KeyCap>
      </p>
      <ComboBox
        items={choices}
        inputValue={typed}
        onInputChange={setTyped}
        onChange={(key) => {
          const road = roads.find(({ id }) => id === key);
          if (road === undefined) return;
          const positionM = city.columns.edgeLengthM[road.edge] / 2;
          workbench.setState({ marking: { kind: "placed", edge: road.edge, positionM } });
        }}
      >
        <Label>{text.incidentForm.orType}</Label>
        <Input className="input" autoFocus data-testid="incident-road-search" />
        <Popover className="popover popover-list">
          <ListBox className="choices">
            {(road: (typeof roads)[number]) => (
              <ListBoxItem id={road.id} className="choice">
                {road.name}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
    </div>
  );
}

interface IncidentFormProps {
  readonly city: City;
  readonly edge: number;
  readonly positionM: number;
}

const durationMinutes = { usual: 45, most: 720 };

function IncidentForm({ city, edge, positionM }: IncidentFormProps) {
  const { workbench } = useParts();
  const laneCount = city.columns.edgeLaneStart[edge + 1] - city.columns.edgeLaneStart[edge];
  const [lanes, setLanes] = useState(Math.max(1, laneCount - 1));
  const [minutes, setMinutes] = useState(String(durationMinutes.usual));
  const declare = useRequest("incident.declare");
  const duration = /^\d{1,3}$/.test(minutes.trim()) ? Number(minutes) : 0;
  const isDuration = duration >= 1 && duration <= durationMinutes.most;

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (!isDuration) return;
    const draft = { edge, positionM, closedLaneCount: lanes, durationS: duration * 60 };
    const outcome = await declare.run(draft);
    if (outcome.ok) {
      workbench.setState({
        marking: { kind: "off" },
        selectedIncidentId: outcome.value.id,
        draft: null,
        prediction: null,
      });
    }
  }

  return (
    <Form onSubmit={(event) => void submit(event)} data-testid="incident-form" aria-label={text.incidentForm.title}>
      <p className="floating-title">{text.incidentForm.title}</p>
      <dl className="rows">
        <Row label={text.incidentForm.road} testId="incident-road">
          {nameOfEdge(city, edge)}
        </Row>
        <Row label={text.incidentForm.position} testId="incident-position">
          {text.incidentForm.positionOf(count(positionM), count(city.columns.edgeLengthM[edge]))}
        </Row>
      </dl>
      <LaneChoice laneCount={laneCount} lanes={lanes} onChange={setLanes} />
      <DurationField minutes={minutes} isValid={isDuration} onChange={setMinutes} />
      <FailureText failure={declare.failure} testId="incident-failure" />
      <div className="form-actions">
        <Action
          type="submit"
          kind="primary"
          hint="Enter"
          isDisabled={declare.isPending}
          autoFocus
          data-testid="incident-declare"
        >
          {text.incidentForm.declare}
        </Action>
        <Action
          hint="Escape"
          data-testid="incident-cancel"
          onPress={() => workbench.setState({ marking: { kind: "off" } })}
        >
          {text.incidentForm.cancel}
        </Action>
      </div>
    </Form>
  );
}

interface DurationFieldProps {
  readonly minutes: string;
  readonly isValid: boolean;
  readonly onChange: (minutes: string) => void;
}

function DurationField({ minutes, isValid, onChange }: DurationFieldProps) {
  return (
    <TextField
      className="field field-inline"
      value={minutes}
      onChange={onChange}
      isInvalid={!isValid}
      validationBehavior="aria"
      inputMode="numeric"
    >
      <Label>{text.incidentForm.duration}</Label>
      <span className="input-with-unit">
        <Input className="input input-short" data-testid="incident-duration" />
        <span className="unit">{text.units.minutes}</span>
      </span>
      <FieldError className="field-error">{text.incidentForm.badDuration}</FieldError>
    </TextField>
  );
}

interface LaneChoiceProps {
  readonly laneCount: number;
  readonly lanes: number;
  readonly onChange: (lanes: number) => void;
}

function LaneChoice({ laneCount, lanes, onChange }: LaneChoiceProps) {
  return (
    <div
      className="field field-inline lane-choice"
      role="radiogroup"
      aria-labelledby="lane-choice"
      data-testid="incident-lanes"
    >
      <span id="lane-choice" className="label">
        {text.incidentForm.lanes(laneCount)}
      </span>
      <span className="lane-choices">
        {Array.from({ length: laneCount }, (_, lane) => lane + 1).map((choice) => (
          <label key={choice} className={choice === lanes ? "lane lane-chosen" : "lane"}>
            <input
              type="radio"
              name="lanes"
              value={choice}
              checked={choice === lanes}
              data-testid={`incident-lanes-${String(choice)}`}
              onChange={() => onChange(choice)}
            />
            {choice}
          </label>
        ))}
      </span>
    </div>
  );
}
