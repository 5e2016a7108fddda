import { RoadClass } from "../../../common/city";
import type { SumoEdge } from "./net-elements";

const classes: ReadonlyMap<string, RoadClass> = new Map([
  ["motorway", RoadClass.motorway],
  ["trunk", RoadClass.trunk],
  ["primary", RoadClass.primary],
  ["secondary", RoadClass.secondary],
  ["tertiary", RoadClass.tertiary],
  ["unclassified", RoadClass.unclassified],
  ["road", RoadClass.unclassified],
  ["residential", RoadClass.residential],
  ["living_street", RoadClass.residential],
]);

export interface RoadType {
  readonly roadClass: RoadClass;
  readonly isLink: boolean;
  /** Whether the file says it; else speed and lanes do. */
  readonly isStated: boolean;
}

/** The class of a road by its type, where that is one of OpenStreetMap's ("highway.primary_link"), else by how it is built. */
export function roadTypeOf({ type, lanes }: SumoEdge): RoadType {
  const [, name, link] = /(?:^|\|)highway\.([a-z_]+?)(_link)?(?:$|\|)/.exec(type) ?? [];
  if (name !== undefined) {
    const roadClass = classes.get(name) ?? RoadClass.service;
    return { roadClass, isLink: link !== undefined, isStated: true };
  }
  const speedMps = Math.max(...lanes.map((lane) => lane.speedMps));
  return { roadClass: builtAs(speedMps, lanes.length), isLink: false, isStated: false };
}

/** An assumption: 80 km/h and more is no street; of streets the wider is the bigger. */
function builtAs(speedMps: number, laneCount: number): RoadClass {
  if (speedMps > 30) return RoadClass.motorway;
  if (speedMps > 22) return RoadClass.trunk;
  if (speedMps < 9) return RoadClass.residential;
  if (laneCount > 2) return RoadClass.primary;
  return laneCount === 2 ? RoadClass.secondary : RoadClass.tertiary;
}
