/** Whether a point lies inside a closed polygon, by the even-odd rule. */
export function isInside(x: number, y: number, polygon: readonly (readonly [x: number, y: number])[]): boolean {
  let inside = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [ax, ay] = polygon[at];
    const [bx, by] = polygon[before];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
