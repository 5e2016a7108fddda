import * as v from "valibot";
import { viaMax } from "../../common/itinerary";
import type { TwinCommand } from "../../workers/messages";

/** What a twin is commanded, where it comes from a file: the engine's columns are not checked again behind this. */

/** What closes, slows, narrows or darkens a road, as command files and saves say it. */
export const roadEffects = {
  positionM: v.pipe(v.number(), v.finite(), v.minValue(0)),
  laneCount: v.pipe(v.number(), v.integer(), v.minValue(1)),
  speedMaxMps: v.nullable(v.pipe(v.number(), v.minValue(1))),
  capacityPart: v.pipe(v.number(), v.minValue(0.05), v.maxValue(1)),
};

/** Rows 0 … count - 1. */
export const rowBelow = (count: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(count - 1));
export const tick = rowBelow(2 ** 31);
const ordinal = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 31));
const finite = v.pipe(v.number(), v.finite());

/** @param edges and people of the city that is commanded */
export function twinCommandSchema(edges: number, people: number) {
  const edge = rowBelow(edges);
  const persons = v.pipe(v.array(rowBelow(people)), v.maxLength(people));
  const action = v.variant("kind", [
    v.strictObject({ kind: v.literal("avoid") }),
    v.strictObject({
      kind: v.literal("itinerary"),
      viaEdges: v.pipe(v.array(edge), v.minLength(1), v.maxLength(viaMax)),
    }),
    v.strictObject({ kind: v.literal("shift"), shiftS: finite }),
    v.strictObject({ kind: v.literal("hold"), untilTick: tick }),
  ]);
  const { positionM, laneCount, speedMaxMps, capacityPart: part } = roadEffects;
  return v.variant("kind", [
    v.strictObject({ kind: v.literal("closeLanes"), tick, incident: ordinal, edge, positionM, laneCount }),
    v.strictObject({ kind: v.literal("openLanes"), tick, edge }),
    v.strictObject({ kind: v.literal("limitSpeed"), tick, edge, speedMaxMps }),
    v.strictObject({ kind: v.literal("reduceCapacity"), tick, edge, part }),
    v.strictObject({ kind: v.literal("switchSignal"), tick, edge, dark: v.boolean() }),
    v.strictObject({
      ...{ kind: v.literal("instruct"), tick, instruction: ordinal, blockHeight: rowBelow(2 ** 53) },
      ...{ transactionHash: v.string(), people: persons, bonusEur: finite, action },
      avoidEdges: v.pipe(v.array(edge), v.maxLength(edges)),
    }),
    v.strictObject({ kind: v.literal("withdraw"), tick, instruction: ordinal, people: persons, action }),
    v.strictObject({
      ...{ kind: v.literal("settleBonuses"), tick, people: persons },
      paid: v.pipe(v.array(v.boolean()), v.maxLength(people)),
    }),
  ]) satisfies v.GenericSchema<unknown, TwinCommand>;
}
