import { RoadClass } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import { drivabilityOf, isForParkingOnly, type HighwayKind } from "./access";
import type { OsmElements } from "./elements";
import { findJoiningStretches, type MinorWay } from "./joining-roads";
import { tagsOf, tagValue, type Tags } from "./tag-access";

/** A way that cars drive on, or the stretch of it that is kept. */
export interface SelectedWay {
  readonly way: number;
  readonly tags: Tags;
  readonly kind: HighwayKind;
  /** Positions in the way's nodes, first and last. */
  readonly firstNode: number;
  readonly lastNode: number;
}

/** Metres of track that are as bad as one of service road. */
const trackPenalty = 3;

/**
 * The ways that make the network: all classes from residential streets up; of service roads and tracks only stretches
 * that join parts of it which would be apart without them. Service roads serve plots: with them a town's network would
 * double in edges and gain hardly a route.
 */
export function selectRoads(elements: OsmElements, notes: ImportNotes): SelectedWay[] {
  const roads: SelectedWay[] = [];
  const minor: MinorWay[] = [];
  for (let way = 0; way < elements.wayIds.length; way++) {
    if (tagValue(elements, elements.wayTags, way, "highway") === undefined) continue;
    const tags = tagsOf(elements, elements.wayTags, way);
    const drivability = drivabilityOf(tags);
    if (!drivability.drivable) noteDropped(notes, "ways tagged as highway", drivability.why);
    else if (drivability.kind.roadClass !== RoadClass.service) {
      const lastNode = elements.wayNodeStart[way + 1] - elements.wayNodeStart[way] - 1;
      roads.push({ way, tags, kind: drivability.kind, firstNode: 0, lastNode });
    } else if (isForParkingOnly(tags))
      noteDropped(notes, "service roads", "parking aisles and driveways lead to one plot");
    else minor.push({ way, tags, kind: drivability.kind, penalty: tags.get("highway") === "track" ? trackPenalty : 1 });
  }
  const joining = findJoiningStretches(elements, roads, minor);
  const used = new Set(joining.map(({ way }) => way));
  for (const { way, penalty } of minor) {
    if (used.has(way)) continue;
    if (penalty === 1) noteDropped(notes, "service roads", "they serve plots and join no parts of the network");
    else noteDropped(notes, "tracks", "for farm and forest vehicles, and they join no parts of the network");
  }
  return [...roads, ...joining].sort((first, second) => first.way - second.way || first.firstNode - second.firstNode);
}
