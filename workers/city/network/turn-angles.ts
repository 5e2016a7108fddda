import { endDirection, startDirection, type Point } from "../geometry/polyline";
import { backwardOf, carriagewayOf, forwardOf, lineOf } from "./directed-sections";
import type { Section } from "./sections";

/** Directions are taken over so many metres before and after a junction: a driver's view, past the kerb's curve. */
const viewM = 12;

/** How movements turn. */
export interface TurnAngles {
  /** Cosine of the angle between arriving and leaving: 1 is straight on, -1 is back. */
  readonly cosine: (from: number, to: number) => number;
  /** Sine of it, positive to the left. */
  readonly sine: (from: number, to: number) => number;
}

export function turnAngles(sections: readonly Section[]): TurnAngles {
  const arriving: Point[] = [];
  const departing: Point[] = [];
  const none: Point = { x: 1, y: 0 };
  sections.forEach((_, section) => {
    for (const directed of [forwardOf(section), backwardOf(section)]) {
      const line = carriagewayOf(sections, directed) === null ? null : lineOf(sections, directed);
      arriving[directed] = line === null ? none : endDirection(line, viewM);
      departing[directed] = line === null ? none : startDirection(line, viewM);
    }
  });
  return {
    cosine(from, to) {
      const [a, b] = [arriving[from], departing[to]];
      return a.x * b.x + a.y * b.y;
    },
    sine(from, to) {
      const [a, b] = [arriving[from], departing[to]];
      return a.x * b.y - a.y * b.x;
    },
  };
}
