import { RoadClass } from "../../../common/city";

/** What a road of a class is like where the map says nothing else. */
export interface RoadClassDefaults {
  readonly name: string;
  /** Lanes in one direction. */
  readonly laneCount: number;
  readonly linkLaneCount: number;
  /** Speed limit among houses, km/h. */
  readonly builtUpKmh: number;
  /** Speed limit in the open country, km/h. */
  readonly openKmh: number;
  readonly linkKmh: number;
  /** Right of way at unsignalled junctions: larger goes first. A link has one less. */
  readonly priority: number;
}

/**
 * Lanes as in osmNetconvert.typ.xml of SUMO 1.15, so that networks compare. Speed limits as Austrian law has them
 * (StVO § 20 Abs. 2: 50 km/h in built-up areas, 100 outside, 130 on motorways), which is near what most of continental
 * Europe has; minor roads outside, links, trunk roads in towns and service roads (which have no limit of their own) are
 * this table's choice below those.
 */
export const roadClassDefaults: Readonly<Record<RoadClass, RoadClassDefaults>> = {
  [RoadClass.motorway]: row("motorway", 2, 1, 130, 130, 80, 16),
  [RoadClass.trunk]: row("trunk", 2, 1, 70, 100, 60, 14),
  [RoadClass.primary]: row("primary", 2, 1, 50, 100, 50, 12),
  [RoadClass.secondary]: row("secondary", 1, 1, 50, 100, 50, 10),
  [RoadClass.tertiary]: row("tertiary", 1, 1, 50, 80, 50, 8),
  [RoadClass.unclassified]: row("unclassified", 1, 1, 50, 80, 50, 6),
  [RoadClass.residential]: row("residential", 1, 1, 50, 50, 50, 4),
  [RoadClass.service]: row("service", 1, 1, 20, 20, 20, 2),
};

function row(
  name: string,
  laneCount: number,
  linkLaneCount: number,
  builtUpKmh: number,
  openKmh: number,
  linkKmh: number,
  priority: number,
): RoadClassDefaults {
  return { name, laneCount, linkLaneCount, builtUpKmh, openKmh, linkKmh, priority };
}

/** Who circulates in a roundabout goes before everyone who enters (Vienna Convention on Road Signs, sign D, 3 with B, 1). */
const roundaboutPriority = 32;

export function priorityOf(roadClass: RoadClass, isLink: boolean, isRoundabout: boolean): number {
  return (isRoundabout ? roundaboutPriority : 0) + roadClassDefaults[roadClass].priority - (isLink ? 1 : 0);
}

export const kmhToMps = (speedKmh: number): number => speedKmh / 3.6;
