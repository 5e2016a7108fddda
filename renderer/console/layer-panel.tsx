import { Checkbox, Radio, RadioGroup } from "react-aria-components";
import { differenceMeasures, layerIds, toggleLayer, type LayerId } from "../state/layers";
import { layerKeys } from "./map-commands";
import { useLayers, useParts, useSession } from "./parts";
import { text } from "./text";

/** Which layers lie over the city: one by one or together. Each says what it lacks, when it has nothing to show. */
export function LayerPanel() {
  return (
    <details className="layer-panel" data-testid="layers">
      <summary>{text.map.layers.title}</summary>
      <div role="group" aria-label={text.map.layers.title}>
        {layerIds.map((layer) => (
          <LayerSwitch key={layer} layer={layer} />
        ))}
      </div>
    </details>
  );
}

function LayerSwitch({ layer }: { readonly layer: LayerId }) {
  const { layers } = useParts();
  const isShown = useLayers(({ shown }) => shown.has(layer));
  const lack = useLack(layer);
  return (
    <>
      <Checkbox
        className="layer-switch"
        data-testid={`layer-${layer}`}
        isSelected={isShown}
        onChange={() => toggleLayer(layers, layer)}
      >
        <span className="layer-box" aria-hidden="true" />
        <span>{text.map.layers.names[layer]}</span>
        <kbd>{layerKeys[layer].toUpperCase()}</kbd>
      </Checkbox>
      {isShown && lack !== null && <p className="layer-lack">{lack}</p>}
      {isShown && layer === "difference" && <DifferenceChoice />}
    </>
  );
}

/** Why a layer has nothing to show, or null. */
function useLack(layer: LayerId): string | null {
  const hasOther = useSession((state) => Boolean(state.samples.at(-1)?.doNothing));
  const hasInstruction = useSession((state) => state.instructions.some(({ height }) => height !== null));
  if (layer === "difference" && !hasOther) return text.map.layers.noOther;
  if (layer === "compliance" && !hasInstruction) return text.map.layers.noInstruction;
  return null;
}

function DifferenceChoice() {
  const { layers } = useParts();
  const measure = useLayers(({ differenceOf }) => differenceOf);
  return (
    <RadioGroup
      className="segments layer-choice"
      aria-label={text.map.layers.differenceOf}
      value={measure}
      onChange={(value) => {
        const next = differenceMeasures.find((one) => one === value);
        if (next !== undefined) layers.setState({ differenceOf: next });
      }}
    >
      {differenceMeasures.map((one) => (
        <Radio key={one} value={one} className="segment" data-testid={`difference-${one}`}>
          {text.map.layers.measures[one]}
        </Radio>
      ))}
    </RadioGroup>
  );
}
