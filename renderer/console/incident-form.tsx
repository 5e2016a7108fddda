import { useLayoutEffect, useMemo, useRef, useState, type SyntheticEvent } from "react";
import { ComboBox, Form, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { nameOfEdge, type City } from "../../common/city";
import { roadsByName } from "../scene/road-names";
import { Action, FailureText, KeyCap, Row } from "./elements";
import { compassOf, stretchesAround } from "../state/road-stretch";
import { draftOfForm, emptyIncidentForm, endsAtJunction, endsAtSignal, formOnRoad } from "../state/incident-form";
import { plainLetters } from "../state/plain-letters";
import { selectIncident } from "../state/workbench";
import { count, kmh } from "./figures";
import { IncidentFields, KindChoice } from "./incident-fields";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

/** Marks an incident: first its place, on the map or by the road's name, then what is closed and for how long. */
export function IncidentMarker() {
  const marking = useWorkbench((state) => state.marking);
  const city = useSession((state) => state.city);
  const { scene } = useParts();
  const card = useRef<HTMLDivElement>(null);
  // What is asked about is seen while it is answered.
  useLayoutEffect(() => {
    if (marking.kind === "placed" && card.current !== null)
      scene.current?.keepMarkClear(card.current.getBoundingClientRect());
  }, [scene, marking]);
  if (city === null || marking.kind === "off") return null;
  return (
    <div ref={card} className="floating-card incident-marker">
      {marking.kind === "armed" ? <RoadChooser city={city} /> : <IncidentForm city={city} {...marking} />}
    </div>
  );
}

/** More than these nobody reads; typing on narrows them. */
const choicesShown = 40;

function RoadChooser({ city }: { readonly city: City }) {
  const { workbench } = useParts();
  const [roads] = useState(() => roadsByName(city));
  const [typed, setTyped] = useState("");
  const wanted = plainLetters(typed.trim());
  const choices = roads.filter(({ name }) => plainLetters(name).includes(wanted)).slice(0, choicesShown);
  return (
    <div className="road-chooser" data-testid="incident-armed" role="status">
      <p className="floating-title">
        {text.incidentForm.armed} <KeyCap>{text.keys.Escape}</KeyCap>
      </p>
      <ComboBox
        items={choices}
        allowsEmptyCollection
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
          <ListBox
            className="choices"
            renderEmptyState={() => <p className="hint">{text.incidentForm.noRoad(typed.trim())}</p>}
          >
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

/** The way from a street that was named, or clicked in passing, to the stretch and the direction that are meant. */
function StretchChoice({ city, edge, positionM }: IncidentFormProps) {
  const { workbench } = useParts();
  const around = useMemo(() => stretchesAround(city, edge), [city, edge]);
  const choice = (to: number | null, label: string, testId: string, atM: (lengthM: number) => number) => (
    <Action
      isDisabled={to === null}
      data-testid={testId}
      onPress={() => {
        if (to === null) return;
        workbench.setState({
          marking: { kind: "placed", edge: to, positionM: atM(city.columns.edgeLengthM[to]) },
        });
      }}
    >
      {label}
    </Action>
  );
  const middle = (lengthM: number) => lengthM / 2;
  return (
    <div className="stretch-choice" role="group" aria-label={text.incidentForm.stretch}>
      {choice(around.back, text.incidentForm.back, "incident-back", middle)}
      {choice(around.ahead, text.incidentForm.ahead, "incident-ahead", middle)}
      {choice(around.opposite, text.incidentForm.opposite, "incident-opposite", (lengthM) =>
        Math.max(0, lengthM - positionM),
      )}
    </div>
  );
}

interface IncidentFormProps {
  readonly city: City;
  readonly edge: number;
  readonly positionM: number;
}

function IncidentForm({ city, edge, positionM }: IncidentFormProps) {
  const { workbench } = useParts();
  const { edgeLaneStart, edgeLengthM, edgeSpeedMps } = city.columns;
  const laneCount = edgeLaneStart[edge + 1] - edgeLaneStart[edge];
  const [typed, setForm] = useState(() => emptyIncidentForm(laneCount, edgeSpeedMps[edge]));
  const end = useMemo(
    () => ({ hasSignal: endsAtSignal(city, edge), hasJunction: endsAtJunction(city, edge) }),
    [city, edge],
  );
  // The place may still be corrected: what was typed stays, as far as it can be on that road.
  const form = formOnRoad(typed, laneCount, end);
  const declare = useRequest("incident.declare");
  const draft = draftOfForm(form, edge, positionM);

  async function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (draft === undefined) return;
    const outcome = await declare.run(draft);
    if (outcome.ok) {
      workbench.setState({ marking: { kind: "off" } });
      selectIncident(workbench, outcome.value.id);
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
          {text.incidentForm.positionOf(count(positionM), count(edgeLengthM[edge]))}
        </Row>
        <Row label={text.incidentForm.heading} testId="incident-heading">
          {text.incidentForm.compass[compassOf(city, edge)]}
        </Row>
        <Row label={text.incidentForm.limit}>
          {count(kmh(edgeSpeedMps[edge]))} <span className="unit">{text.units.kmh}</span>
        </Row>
      </dl>
      <StretchChoice city={city} edge={edge} positionM={positionM} />
      <KindChoice
        kind={form.kind}
        impossible={{
          ...(end.hasSignal ? {} : { signal: text.incidentForm.noSignal }),
          ...(end.hasJunction ? {} : { junction: text.incidentForm.noJunction }),
        }}
        onChange={(kind) => setForm({ ...form, kind })}
      />
      <IncidentFields form={form} laneCount={laneCount} onChange={setForm} />
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
