import { edgeCountOf, nameOfEdge, type City } from "../../common/city";

/** A street to be chosen by its name. */
export interface NamedRoad {
  readonly id: string;
  readonly name: string;
  /** The edge that stands for it: of its most important class, the longest. */
  readonly edge: number;
}

/** All named streets of the city, by name. */
export function roadsByName(city: City): NamedRoad[] {
  const { edgeName, edgeClass, edgeLengthM } = city.columns;
  const best = new Map<number, number>();
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const name = edgeName[edge];
    if (name < 0) continue;
    const other = best.get(name);
    const isBetter =
      other === undefined ||
      edgeClass[edge] < edgeClass[other] ||
      (edgeClass[edge] === edgeClass[other] && edgeLengthM[edge] > edgeLengthM[other]);
    if (isBetter) best.set(name, edge);
  }
  return [...best]
    .map(([name, edge]) => ({ id: `road-${String(name)}`, name: nameOfEdge(city, edge), edge }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
