import type { City, ProgramKind } from "../../common/city";
import { plainCity } from "./plain-city";

/** Edges that lead to the crossing and away from it; the west's last 12 m are an edge of their own. */
export const westFar = 0;
export const eastward = 2;
export const fromNorth = 4;
export const southward = 7;
export const leastS = 5;
export const mostS = 50;

/** Four arms of 300 m and a signal: east and west in the first phase, north and south in the third, 3 s of yellow after each. */
export function stretchedCrossing(kind: ProgramKind, change: (city: City) => void = () => {}): City {
  const city = plainCity({
    points: [
      [0, 0],
      [-12, 0],
      [-300, 0],
      [300, 0],
      [0, 300],
      [0, -300],
    ],
    edges: [
      { from: 2, to: 1 },
      { from: 1, to: 0 },
      { from: 0, to: 3 },
      { from: 3, to: 0 },
      { from: 4, to: 0 },
      { from: 0, to: 4 },
      { from: 5, to: 0 },
      { from: 0, to: 5 },
    ],
    signals: [0],
    marginM: 2,
  });
  const { columns } = city;
  columns.programKind[0] = kind;
  for (const phase of [0, 2]) [columns.phaseLeastS[phase], columns.phaseMostS[phase]] = [leastS, mostS];
  columns.programMaxGapS[0] = 3;
  columns.programDetectorS[0] = 2;
  columns.programPassingS[0] = 1.9;
  columns.programRangeM[0] = 100;
  columns.programLeastLossS[0] = 1;
  change(city);
  return city;
}
