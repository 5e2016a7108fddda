import { useStore } from "zustand";
import type { TwinIndicators } from "../../common/console-api";
import { Panel } from "./elements";
import { differenceAsShown, fixed, kmh, secondOf, signed } from "./figures";
import { useParts, useSession } from "./parts";
import { isReplay, sampleAt, shownSample } from "../state/time";
import { text } from "./text";

type Indicator = keyof typeof text.cities.rows;

/** Each indicator with its unit's scale, its digits, and which direction is better; arrivals of both cities should agree. */
const indicators: readonly {
  readonly name: Indicator;
  readonly value: (twin: TwinIndicators) => number;
  readonly digits: number;
  readonly better: "less" | "more" | "neither";
}[] = [
  { name: "delayVehH", value: (twin) => twin.delayVehH, digits: 0, better: "less" },
  { name: "running", value: (twin) => twin.running, digits: 0, better: "neither" },
  { name: "waiting", value: (twin) => twin.waiting, digits: 0, better: "less" },
  { name: "longestQueueM", value: (twin) => twin.longestQueueM, digits: 0, better: "less" },
  { name: "meanSpeedMps", value: (twin) => kmh(twin.meanSpeedMps), digits: 1, better: "more" },
  { name: "arrived", value: (twin) => twin.arrived, digits: 0, better: "more" },
];

/** The city as it is, beside the city in which nothing was sent. */
export function BothCities() {
  const { time } = useParts();
  const pointedS = useStore(time, (state) => state.pointedS);
  // What is pointed at in the chart or on the strip, else the instant that the map shows.
  const sample = useSession((state) => (pointedS === null ? shownSample(state) : sampleAt(state.samples, pointedS)));
  const replay = useSession(isReplay);
  const at = sample !== undefined && (pointedS !== null || replay) ? text.cities.at(secondOf(sample.timeS)) : null;
  const isOneCity = sample !== undefined && sample.doNothing === null;
  return (
    <Panel
      title={text.cities.title}
      className="both-cities"
      {...(at !== null || isOneCity
        ? {
            aside: (
              <span className={at === null ? "aside-note" : "aside-note aside-time"}>{at ?? text.cities.oneCity}</span>
            ),
          }
        : {})}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">{text.cities.live}</th>
            <th scope="col">{text.cities.doNothing}</th>
            <th scope="col">{text.cities.difference}</th>
          </tr>
        </thead>
        <tbody>
          {indicators.map(({ name, value, digits, better }) => {
            const live = sample ? value(sample.live) : null;
            const other = sample?.doNothing ? value(sample.doNothing) : null;
            return (
              <tr key={name}>
                <th scope="row">{text.cities.rows[name]}</th>
                <td data-testid={`cities-${name}-live`}>{live === null ? "–" : fixed(live, digits)}</td>
                <td data-testid={`cities-${name}-do-nothing`}>{other === null ? "–" : fixed(other, digits)}</td>
                <td data-testid={`cities-${name}-difference`}>
                  {live === null || other === null ? (
                    <span className="difference-none">–</span>
                  ) : (
                    <Difference change={differenceAsShown(live, other, digits)} digits={digits} better={better} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

interface DifferenceProps {
  readonly change: number;
  readonly digits: number;
  readonly better: "less" | "more" | "neither";
}

function Difference({ change, digits, better }: DifferenceProps) {
  const figure = signed(change, digits);
  const isChange = Number(change.toFixed(digits)) !== 0;
  if (!isChange || better === "neither") return <span className="difference-none">{figure}</span>;
  const isBetter = change < 0 === (better === "less");
  return (
    <span className={isBetter ? "difference-better" : "difference-worse"}>
      {figure}
      <span className="sr-only"> {isBetter ? text.cities.better : text.cities.worse}</span>
    </span>
  );
}
