import { edgeCountOf, type City } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";

/** Where one may go from an edge along the street of its name; null: nowhere. */
export interface Stretches {
  readonly back: number | null;
  readonly ahead: number | null;
  /** Driven the other way, beside it. */
  readonly opposite: number | null;
}

/** The edges of the same street before, after and beside one. A street without a name is followed by its class. */
export function stretchesAround(city: City, edge: number): Stretches {
  const { edgeFrom, edgeTo, edgeName, edgeClass, edgeLengthM } = city.columns;
  const own = headingOf(city, edge);
  const middle = placeOnEdge(city, edge, edgeLengthM[edge] / 2);
  const back = createChoice();
  const ahead = createChoice();
  const opposite = createChoice();
  for (let other = 0; other < edgeCountOf(city); other++) {
    if (other === edge || edgeName[other] !== edgeName[edge]) continue;
    if (edgeName[edge] < 0 && edgeClass[other] !== edgeClass[edge]) continue;
    const isReverse = edgeFrom[other] === edgeTo[edge] && edgeTo[other] === edgeFrom[edge];
    const touches = edgeFrom[other] === edgeTo[edge] || edgeTo[other] === edgeFrom[edge];
    if (edgeName[edge] < 0 && !isReverse && !touches) continue;
    const turn = turnBetween(own, headingOf(city, other));
    if (isReverse) opposite.offer(other, 0);
    else if (turn > quarterTurn) opposite.offer(other, distanceM(middle, city, other));
    else if (edgeFrom[other] === edgeTo[edge]) ahead.offer(other, turn);
    else if (edgeTo[other] === edgeFrom[edge]) back.offer(other, turn);
  }
  return { back: back.best(), ahead: ahead.best(), opposite: opposite.best(besideM) };
}

/** The carriageways of one street lie within this of each other, m. */
const besideM = 80;
const quarterTurn = Math.PI / 2;

function createChoice() {
  let chosen: number | null = null;
  let least = Infinity;
  return {
    offer: (edge: number, cost: number) => {
      if (cost < least) [chosen, least] = [edge, cost];
    },
    best: (most = Infinity) => (least <= most ? chosen : null),
  };
}

/** From its first point to its last, radians anticlockwise from the east. */
function headingOf({ columns: { edgeShapeStart, edgeShapeX, edgeShapeY } }: City, edge: number): number {
  const [first, last] = [edgeShapeStart[edge], edgeShapeStart[edge + 1] - 1];
  return Math.atan2(edgeShapeY[last] - edgeShapeY[first], edgeShapeX[last] - edgeShapeX[first]);
}

/** 0 … π. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % (2 * Math.PI);
  return turn > Math.PI ? 2 * Math.PI - turn : turn;
}

function distanceM(from: { readonly x: number; readonly y: number }, city: City, edge: number): number {
  const { x, y } = placeOnEdge(city, edge, city.columns.edgeLengthM[edge] / 2);
  return Math.hypot(x - from.x, y - from.y);
}

/** Where traffic goes: a point of the compass by eights from the north clockwise. */
export function compassOf(city: City, edge: number): number {
  const clockwise = Math.PI / 2 - headingOf(city, edge);
  return (Math.round(clockwise / (Math.PI / 4)) + 8) % 8;
}
