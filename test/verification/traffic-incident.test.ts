import { expect, test } from "vitest";
import { hasSumoProgram } from "./sumo-runs";
import { missedOf } from "./traffic-accuracy";
import { incidentFigures } from "./traffic-incident";

/** Ten runs, four of them of SUMO: a busy machine may take many times as long as a quiet one, ms. */
const patienceMs = 600_000;

test.skipIf(!hasSumoProgram)(
  "a closed road costs nearly as much as in SUMO, and its queue reaches as far",
  () => {
    const { figures } = incidentFigures();
    expect(missedOf(figures)).toEqual([]);
    // The sign of every seed's change is SUMO's.
    const changes = figures.filter(({ what }) => what.startsWith("…") && what.includes("change"));
    expect(changes.length).toBeGreaterThan(3);
    for (const { value } of changes) expect(value).toBeGreaterThan(0);
  },
  patienceMs,
);
