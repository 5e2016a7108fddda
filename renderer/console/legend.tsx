import { useEffect, useState } from "react";
import { alarmRatio, cautionRatio } from "../layers/link-speeds";
import { cautionStandingS } from "../layers/vehicles";
import { count } from "./figures";
import { useParts, useWorkbench } from "./parts";
import { text } from "./text";

/** What the marks on the map mean, and how many vehicles are on it. */
export function Legend() {
  return (
    <aside className="legend">
      <p>
        <span className="faint">{text.map.legendSpeed}</span>
        <Key mark="link-alarm">{text.map.below(String(alarmRatio))}</Key>
        <Key mark="link-caution">{text.map.below(String(cautionRatio))}</Key>
        <Key mark="link-normal">{text.map.normal}</Key>
      </p>
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
