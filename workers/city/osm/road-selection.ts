import { RoadClass } from "../../../common/city";
import { noteDropped, type ImportNotes } from "../import-notes";
import { describeMoment } from "../moment";
import { closedByAccess, drivabilityOf, isForParkingOnly, type HighwayKind } from "./access";
import type { KeyKind } from "./conditional-keys";
import { noteConditioned, tagsThen, type Conditions, type FoundKey } from "./conditional-tags";
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
export function selectRoads(
  elements: OsmElements,
  isBarrier: Uint8Array,
  conditions: Conditions,
  notes: ImportNotes,
): SelectedWay[] {
  const thenOf = (way: number) => tagsThen(tagsOf(elements, elements.wayTags, way), kindsOfWays, conditions);
  const roads: SelectedWay[] = [];
  const candidates: CandidateWay[] = [];
  for (let way = 0; way < elements.wayIds.length; way++) {
    if (tagValue(elements, elements.wayTags, way, "highway") === undefined) continue;
    const { tags, conditioned } = thenOf(way);
    const driven = drivenOf(tags);
    if ("why" in driven) {
      noteClosed(driven.why, conditioned);
      continue;
    }
    const { kind, directions } = driven;
    const penalty = penaltyOf(kind, tags);
    if (penalty === null) {
      noteDropped(notes, "service roads", "parking aisles and driveways lead to one plot");
      continue;
    }
    candidates.push({ way, kind, directions, penalty });
    const lastNode = elements.wayNodeStart[way + 1] - elements.wayNodeStart[way] - 1;
    if (penalty !== 0) continue;
    roads.push({ way, tags, kind, firstNode: 0, lastNode });
    noteConditioned(notes, conditions, conditioned);
  }
  const joining = findJoiningStretches(elements, candidates, isBarrier).map((stretch) => ({
    ...stretch,
    tags: thenOf(stretch.way).tags,
  }));
  const used = new Set(joining.map(({ way }) => way));
  for (const way of used) noteConditioned(notes, conditions, thenOf(way).conditioned);
  noteUnused(candidates, used, notes);
  return [...roads, ...joining].sort((first, second) => first.way - second.way || first.firstNode - second.firstNode);

  function noteClosed(why: string, conditioned: readonly FoundKey[]): void {
    const isByAccess = why === closedByAccess;
    const isThen = isByAccess && conditioned.some(({ held }) => held.value !== null);
    const then = `closed to cars at ${describeMoment(conditions.moment)} by an access tag`;
    noteDropped(notes, "ways tagged as highway", isThen ? then : why);
    if (isByAccess) noteConditioned(notes, conditions, conditioned);
  }
}

/** How cars drive on a way, or why they do not. */
function drivenOf(tags: Tags): Pick<CandidateWay, "kind" | "directions"> | { readonly why: string } {
  const drivability = drivabilityOf(tags);
  if (!drivability.drivable) return drivability;
  const { kind } = drivability;
  const directions = directionsOf(tags, kind);
  return directions.forward || directions.backward ? { kind, directions } : { why: closedByAccess };
}

const kindsOfWays: readonly KeyKind[] = ["access", "oneway", "speed"];

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
