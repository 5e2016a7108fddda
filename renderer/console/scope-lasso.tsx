import { useState, type PointerEvent } from "react";
import type { Scene } from "../scene/scene";
import { addDraftTerminals } from "../state/workbench";
import { useParts, useWorkbench } from "./parts";
import { text } from "./text";

type Point = readonly [x: number, y: number];

/** Points nearer to the last one are left out, px. */
const stepPx = 4;

/** While the scope is drawn, a sheet over the map takes the pointer: what is drawn around enters the scope. */
export function ScopeLasso({ scene }: { readonly scene: Scene }) {
  const { workbench } = useParts();
  const isDrawing = useWorkbench((state) => state.draft !== null && state.drawingScope);
  const [path, setPath] = useState<readonly Point[]>([]);
  if (!isDrawing) return null;

  function begin(event: PointerEvent<SVGSVGElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    setPath([placeOf(event)]);
  }

  function go(event: PointerEvent<SVGSVGElement>) {
    const last = path[path.length - 1];
    if (last === undefined) return;
    const next = placeOf(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) >= stepPx) setPath([...path, next]);
  }

  function end() {
    if (path.length > 2) addDraftTerminals(workbench, scene.terminalsWithin(path));
    setPath([]);
    workbench.setState({ drawingScope: false });
  }

  return (
    <svg
      className="scope-lasso"
      data-testid="scope-lasso"
      role="img"
      aria-label={text.instruction.drawing}
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={() => setPath([])}
    >
      <polygon points={path.map((point) => point.join(",")).join(" ")} />
      <text x="50%" y="28" textAnchor="middle">
        {text.instruction.drawing}
      </text>
    </svg>
  );
}

function placeOf(event: PointerEvent<SVGSVGElement>): Point {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
