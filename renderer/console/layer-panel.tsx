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
      <label className="layer-switch">
        <input
          type="checkbox"
          data-testid={`layer-${layer}`}
          checked={isShown}
          onChange={() => toggleLayer(layers, layer)}
        />
        <span>{text.map.layers.names[layer]}</span>
        <kbd>{layerKeys[layer].toUpperCase()}</kbd>
      </label>
      {isShown && lack !== null && <p className="layer-lack">{lack}</p>}
      {isShown && layer === "difference" && <DifferenceChoice />}
    </>
  );
}

/** Why a layer has nothing to show, or null. */
function useLack(layer: LayerId): string | null {
  const hasOther = useSession((state) => Boolean(state.samples.at(-1)?.doNothing));
  const isReduced = useLayers((state) => state.isReduced);
  const hasInstruction = useSession((state) => state.instructions.some(({ height }) => height !== null));
  if (layer === "buildings" && isReduced) return text.view.reduced;
  if (layer === "difference" && !hasOther) return text.map.layers.noOther;
  if (layer === "compliance" && !hasInstruction) return text.map.layers.noInstruction;
  return null;
}

function DifferenceChoice() {
  const { layers } = useParts();
  const measure = useLayers(({ differenceOf }) => differenceOf);
  return (
    <div className="layer-choice" role="radiogroup" aria-label={text.map.layers.differenceOf}>
      {differenceMeasures.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="difference-of"
            data-testid={`difference-${one}`}
            checked={one === measure}
            onChange={() => layers.setState({ differenceOf: one })}
          />
          {text.map.layers.measures[one]}
        </label>
      ))}
    </div>
  );
}
