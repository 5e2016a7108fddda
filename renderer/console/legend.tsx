import { useEffect, useState, type ReactNode } from "react";
import { cautionStandingS } from "../layers/vehicles";
import type { LayerId } from "../state/layers";
import {
  alarmRatio,
  cautionQueueM,
  cautionRatio,
  flowStepsVehH,
  speedStepsKmh,
  widestFlowVehH,
} from "../state/road-picture";
import { count, fixed } from "./figures";
import { parkingKinds } from "./parking-text";
import { useLayers, useParts, useWorkbench } from "./parts";
import { text } from "./text";

/** What the marks on the map mean, layer by layer, and how many vehicles are on it. */
export function Legend() {
  return (
    <aside className="legend" aria-label={text.map.legend.title}>
      <Row layer="speed" title={text.map.legend.speed}>
        <Key mark="link-alarm">{text.map.below(fixed(alarmRatio, 2))}</Key>
        <Key mark="link-caution">{text.map.below(fixed(cautionRatio, 2))}</Key>
        <Key mark="link-normal">{text.map.normal}</Key>
      </Row>
      <Row layer="queues" title={text.map.legend.queues}>
        <Key mark="queue-alarm">{text.map.legend.spillback}</Key>
        <Key mark="queue-caution">{text.map.legend.from(String(cautionQueueM))}</Key>
        <Key mark="queue-normal">{text.map.legend.shorter}</Key>
      </Row>
      <Row layer="flows" title={text.map.legend.flows}>
        <Key mark="flow-low">{count(widestFlowVehH / 10)}</Key>
        <Key mark="flow-half">{count(widestFlowVehH / 2)}</Key>
        <Key mark="flow-full">{text.map.legend.orMore(count(widestFlowVehH))}</Key>
      </Row>
      <DifferenceRow />
      <Row layer="compliance" title={text.map.legend.compliance}>
        <Key mark="answer-complied">{text.map.legend.complied}</Key>
        <Key mark="answer-refused">{text.map.legend.refused}</Key>
        <Key mark="answer-unreached">{text.map.legend.unreached}</Key>
        <Key mark="answer-unasked">{text.map.legend.unasked}</Key>
      </Row>
      <Row layer="passages" title={text.map.legend.passages}>
        <Key mark="passage">{text.map.legend.passageArea}</Key>
        <Key mark="passage-pulse">{text.map.legend.passagePulse}</Key>
      </Row>
      <Row layer="parking" title={text.map.legend.parking}>
        {parkingKinds.map((kind) => (
          <Key key={kind} mark={`parking-${kind}`}>
            {text.map.parkingKinds[kind]}
          </Key>
        ))}
      </Row>
      <p>
        <Key mark="vehicle-standing">{text.map.standing(String(cautionStandingS))}</Key>
        <Key mark="vehicle-complying">{text.map.complying}</Key>
        <Key mark="terminal">{text.map.terminal}</Key>
        <Key mark="incident">{text.map.incident}</Key>
        <VehicleCount />
      </p>
    </aside>
  );
}

interface RowProps {
  readonly layer: LayerId;
  readonly title: string;
  readonly children: ReactNode;
}

function Row({ layer, title, children }: RowProps) {
  const isShown = useLayers(({ shown }) => shown.has(layer));
  if (!isShown) return null;
  return (
    <p data-testid={`legend-${layer}`}>
      <span className="faint">{title}</span>
      {children}
    </p>
  );
}

function DifferenceRow() {
  const measure = useLayers(({ differenceOf }) => differenceOf);
  const isSpeed = measure === "speed";
  const [least, , most] = isSpeed ? speedStepsKmh : flowStepsVehH;
  const title = isSpeed ? text.map.legend.differenceSpeed : text.map.legend.differenceFlow;
  const [down, up] = isSpeed ? (["worse", "better"] as const) : (["less", "more"] as const);
  return (
    <Row layer="difference" title={title}>
      <Key mark={`${down}-most`}>{`≤ −${count(most)}`}</Key>
      <Key mark={`${down}-least`}>{`−${count(least)}`}</Key>
      <Key mark={`${up}-least`}>{`+${count(least)}`}</Key>
      <Key mark={`${up}-most`}>{`≥ +${count(most)}`}</Key>
    </Row>
  );
}

function Key({ mark, children }: { readonly mark: string; readonly children: string }) {
  return (
    <span className="key">
      <i className={`mark mark-${mark}`} aria-hidden="true" />
      {children}
    </span>
  );
}

/** Reads the frames once a second: the count belongs to the picture, not to the indicators. */
function VehicleCount() {
  const { frames } = useParts();
  const twin = useWorkbench((state) => state.twinShown);
  const [running, setRunning] = useState<number | null>(null);
  useEffect(() => {
    const read = () => setRunning(frames.kept(twin).at(-1)?.runningCount ?? null);
    read();
    const timer = setInterval(read, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [frames, twin]);
  return (
    <span className="key legend-count" data-testid="vehicle-count">
      {text.map.vehicles(running === null ? "–" : count(running))}
    </span>
  );
}
