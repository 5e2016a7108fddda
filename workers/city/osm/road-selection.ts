import { RoadClass } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import { drivabilityOf, isForParkingOnly, type HighwayKind } from "./access";
import type { OsmElements } from "./elements";
import { findJoiningStretches, type CandidateWay, type Stretch } from "./joining-roads";
import { directionsOf } from "./lanes";
import { tagsOf, tagValue, type Tags } from "./tag-access";

/** A way that cars drive on, or the stretch of it that is kept. */
export interface SelectedWay extends Stretch {
  readonly tags: Tags;
}

/** Metres of track that are as bad as one of service road. */
const trackPenalty = 3;

/**
 * The ways that make the network: all classes from residential streets up; of service roads and tracks only stretches
 * without which parts of it could not be reached or left. Service roads serve plots: with them a town's network would
 * double in edges and gain hardly a route.
 */
export function selectRoads(elements: OsmElements, isBarrier: Uint8Array, notes: ImportNotes): SelectedWay[] {
  const roads: SelectedWay[] = [];
  const candidates: CandidateWay[] = [];
  for (let way = 0; way < elements.wayIds.length; way++) {
    if (tagValue(elements, elements.wayTags, way, "highway") === undefined) continue;
    const tags = tagsOf(elements, elements.wayTags, way);
    const drivability = drivabilityOf(tags);
    if (!drivability.drivable) {
      noteDropped(notes, "ways tagged as highway", drivability.why);
      continue;
    }
    const { kind } = drivability;
    const penalty = penaltyOf(kind, tags);
    if (penalty === null) {
      noteDropped(notes, "service roads", "parking aisles and driveways lead to one plot");
      continue;
    }
    candidates.push({ way, kind, directions: directionsOf(tags, kind), penalty });
    const lastNode = elements.wayNodeStart[way + 1] - elements.wayNodeStart[way] - 1;
    if (penalty === 0) roads.push({ way, tags, kind, firstNode: 0, lastNode });
  }
  const joining = findJoiningStretches(elements, candidates, isBarrier).map((stretch) => ({
    ...stretch,
    tags: tagsOf(elements, elements.wayTags, stretch.way),
  }));
  noteUnused(candidates, new Set(joining.map(({ way }) => way)), notes);
  return [...roads, ...joining].sort((first, second) => first.way - second.way || first.firstNode - second.firstNode);
}

/** 0 for roads, null for what is never taken. */
function penaltyOf({ roadClass }: HighwayKind, tags: Tags): number | null {
  if (roadClass !== RoadClass.service) return 0;
  if (isForParkingOnly(tags)) return null;
  return tags.get("highway") === "track" ? trackPenalty : 1;
}

function noteUnused(candidates: readonly CandidateWay[], used: ReadonlySet<number>, notes: ImportNotes): void {
  for (const { way, penalty } of candidates) {
    if (penalty === 0 || used.has(way)) continue;
    if (penalty === 1) noteDropped(notes, "service roads", "they serve plots and join no parts of the network");
    else noteDropped(notes, "tracks", "for farm and forest vehicles, and they join no parts of the network");
  }
}
