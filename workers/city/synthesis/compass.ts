import { length } from "../../kernel/maths";

/** tan 22.5°: half of the eighth of the circle that a name of the compass covers. */
const halfEighth = 0.414_213_562_373_095_1;
/** A centre nearer to the middle than this share of the city's radius is the centre. */
const centreShare = 0.35;
/** Beyond this share it lies outside. */
const outerShare = 1.4;

/** Names of districts: of their place, else by where they lie from the middle of the city. No name comes twice. */
export function nameByCompass(
  centres: readonly { readonly x: number; readonly y: number; readonly name: string | null }[],
  middle: { readonly x: number; readonly y: number; readonly radiusM: number },
): string[] {
  const used = new Set(centres.flatMap(({ name }) => (name === null ? [] : [name])));
  return centres.map(({ x, y, name }) => {
    if (name !== null) return name;
    const [dx, dy] = [x - middle.x, y - middle.y];
    const distanceM = length(dx, dy);
    const towards = distanceM < centreShare * middle.radiusM ? "Centre" : directionName(dx, dy);
    const outer = distanceM > outerShare * middle.radiusM ? `Outer ${towards.toLowerCase()}` : towards;
    let free = outer;
    for (let number = 2; used.has(free); number++) free = `${outer} ${number}`;
    used.add(free);
    return free;
  });
}

function directionName(dx: number, dy: number): string {
  const [east, north] = [Math.abs(dx), Math.abs(dy)];
  const vertical = north > east * halfEighth ? (dy > 0 ? "North" : "South") : "";
  const horizontal = east > north * halfEighth ? (dx > 0 ? "East" : "West") : "";
  if (vertical === "") return horizontal;
  return horizontal === "" ? vertical : `${vertical}-${horizontal.toLowerCase()}`;
}
