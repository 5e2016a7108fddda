import { Button, ToggleButton, ToggleButtonGroup, Tooltip, TooltipTrigger } from "react-aria-components";
import type { TwinName } from "../../common/frame";
import type { Scene } from "../scene/scene";
import { shownSample } from "../state/time";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";

const twins: readonly TwinName[] = ["live", "doNothing"];

/** Which of the two cities is on the map. */
export function TwinTabs() {
  const { workbench } = useParts();
  const shown = useWorkbench((state) => state.twinShown);
  const hasOther = useSession((state) => Boolean(shownSample(state)?.doNothing));
  return (
    <ToggleButtonGroup
      className="segments twin-tabs"
      aria-label={text.map.twins}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[shown]}
      onSelectionChange={(keys) => {
        const next = twins.find((twin) => keys.has(twin));
        if (next !== undefined) workbench.setState({ twinShown: next });
      }}
    >
      <ToggleButton id="live" className="segment" data-testid="tab-live">
        {text.map.live}
      </ToggleButton>
      <ToggleButton id="doNothing" className="segment" isDisabled={!hasOther} data-testid="tab-do-nothing">
        {text.map.doNothing}
        {!hasOther && <span className="segment-note">{text.map.doNothingHint}</span>}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}

export function MapControls({ scene }: { readonly scene: Scene }) {
  return (
    <div className="map-controls">
      <MapButton label={text.map.zoomIn} icon="plus" testId="zoom-in" onPress={() => scene.zoomBy(0.7)} />
      <MapButton label={text.map.zoomOut} icon="minus" testId="zoom-out" onPress={() => scene.zoomBy(-0.7)} />
      <MapButton label={text.map.frame} icon="frame" testId="frame-city" onPress={() => scene.frameCity()} />
    </div>
  );
}

interface MapButtonProps {
  readonly label: string;
  readonly icon: keyof typeof strokes;
  readonly testId: string;
  readonly onPress: () => void;
}

const strokes = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  frame: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
} as const;

function MapButton({ label, icon, testId, onPress }: MapButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <Button className="map-button" aria-label={label} data-testid={testId} onPress={onPress}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={strokes[icon]} />
        </svg>
      </Button>
      <Tooltip className="tooltip" placement="left">
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
