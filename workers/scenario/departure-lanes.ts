import type { City } from "../../common/city";
import type { SumoDemand } from "../city";
import { lanesBeside } from "../city/sumo/demand/city-rows";
import { LaneRule } from "../city/sumo/demand/sumo-demand";
import { quoted } from "../city/sumo/element-reading";
import type { RoutedDeparture } from "./departures";
import type { ScenarioDriver } from "./drivers";

/** Why a vehicle cannot depart on the lane that it names by its number in the file; null where it can, or names none. */
export function closedLaneOf(
  { columns, meta }: City,
  { departures }: SumoDemand,
  { classes }: ScenarioDriver,
  { row, edges }: RoutedDeparture,
): string | null {
  if ((departures.departLaneRule[row] as LaneRule) !== LaneRule.numbered) return null;
  const number = departures.departLane[row];
  const [first, end] = [columns.edgeLaneStart[edges[0]], columns.edgeLaneStart[edges[0] + 1]];
  const there = columns.laneNumber.subarray(first, end).indexOf(number);
  if (there >= 0 && (columns.laneClasses[first + there] & classes) !== 0) return null;
  // Lanes that the import left out are for classes that are not driven.
  const edgeName = quoted(meta.edgeIds[edges[0]]);
  return there < 0 && number > columns.laneNumber[end - 1] + lanesBeside
    ? `departLane: edge ${edgeName} has no lane ${number}`
    : `departLane: lane ${number} of edge ${edgeName} is not open to its class`;
}
