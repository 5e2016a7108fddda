import { expect, test } from "vitest";
import { missedOf } from "./traffic-accuracy";
import { incidentFigures } from "./traffic-incident";
import { hasSumoProgram } from "./sumo-runs";

test.skipIf(!hasSumoProgram)("a closed road costs as much as in SUMO, and its queue reaches as far", () => {
  expect(missedOf(incidentFigures().figures)).toEqual([]);
});
