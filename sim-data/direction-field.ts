import { Decision } from "../common/draw";
import { atan2, cos, exp, sin } from "../workers/kernel/maths";
import { drawBetween, noiseOver } from "./noise";
import { Feature, riverAt, type TownPlan } from "./town-plan";

/**
 * Directions that streets take at each place: two of them, at right angles.
 *
 * A sum of tensors, each with its reach: circles around the market, the river's banks, estates laid out in rows at their
 * own angle; bent by noise, more in the old town than outside.
 *
 * @see Chen, Esch, Wonka, Müller, Zhang, "Interactive Procedural Street Modeling", SIGGRAPH 2008, section 5
 */
export interface DirectionField {
  /** Radians of one of the two directions; the other is 90° from it. */
  readonly angleAt: (x: number, y: number) => number;
}

/** A quarter laid out in rows at an angle of its own. */
export interface Estate {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly reachM: number;
}

const estateCount = 7;
const marketReachM = 110;

export function directionField(plan: TownPlan, estates: readonly Estate[] = layEstates(plan)): DirectionField {
  const { seed, oldTownRadiusM } = plan;
  const centreReachM = oldTownRadiusM * 2.2;
  return {
    angleAt(x, y) {
      // Tensors are summed by twice their angle, so that opposite directions are one.
      let sumCos = 0;
      let sumSin = 0;
      const add = (angle: number, weight: number) => {
        sumCos += weight * cos(2 * angle);
        sumSin += weight * sin(2 * angle);
      };
      const fromCentre = x * x + y * y;
      // Circles would close around the market itself; there the estates' directions hold.
      const circling = 1.4 * (1 - exp(-fromCentre / (marketReachM * marketReachM)));
      add(atan2(y, x), circling * exp(-fromCentre / (centreReachM * centreReachM)));
      const slope = atan2(riverAt(plan, x + 30) - riverAt(plan, x - 30), 60);
      const fromRiverM = y - riverAt(plan, x);
      add(slope, 1.2 * exp(-(fromRiverM * fromRiverM) / (170 * 170)));
      for (const estate of estates) {
        const dx = x - estate.x;
        const dy = y - estate.y;
        if (Math.abs(dx) > 3 * estate.reachM || Math.abs(dy) > 3 * estate.reachM) continue;
        add(estate.angle, exp(-(dx * dx + dy * dy) / (estate.reachM * estate.reachM)));
      }
      const bend = fromCentre < oldTownRadiusM * oldTownRadiusM ? 0.55 : 0.2;
      const scaleM = fromCentre < oldTownRadiusM * oldTownRadiusM ? 120 : 320;
      return (
        atan2(sumSin, sumCos) / 2 + bend * noiseOver(seed, Feature.bend, Decision.cityShape, x / scaleM, y / scaleM)
      );
    },
  };
}

function layEstates({ seed, bypassRadiusM }: TownPlan): Estate[] {
  return Array.from({ length: estateCount }, (_, row) => {
    const who = Feature.grid + row;
    const around = ((row + drawBetween(seed, who, Decision.cityShape, 0, -0.3, 0.3)) / estateCount) * 2 * Math.PI;
    const outM = bypassRadiusM * drawBetween(seed, who, Decision.cityShape, 1, 0.55, 0.85);
    return {
      x: outM * cos(around),
      y: outM * sin(around),
      angle: drawBetween(seed, who, Decision.cityShape, 2, 0, Math.PI / 2),
      reachM: bypassRadiusM * drawBetween(seed, who, Decision.cityShape, 3, 0.35, 0.55),
    };
  });
}
