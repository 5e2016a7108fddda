import type { Section } from "./sections";

/** Width of a lane, m: RASt 06 has 3.25 for main roads and 2.75 to 3.05 for others; SUMO's default is the same. */
export const laneWidthM = 3.2;

/** Lanes of both directions. */
const lanesAcross = ({ forward, backward }: Section): number => (forward?.laneCount ?? 0) + (backward?.laneCount ?? 0);

/** From the middle of the road to its kerb, m. */
export const halfWidthM = (section: Section): number => (lanesAcross(section) * laneWidthM) / 2;
