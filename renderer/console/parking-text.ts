import { nameOfEdge, ParkingKind, type City } from "../../common/city";
import { count } from "./figures";
import { text } from "./text";

/** In the order of the legend. */
export const parkingKinds = Object.keys(ParkingKind) as readonly (keyof typeof ParkingKind)[];

/** Name, kind and spaces; what bears no name is called after its street. How many are taken nobody knows. */
export function describeParking(city: City, parking: number): string {
  const { parkingName, parkingEdge, parkingKind, parkingCapacity } = city.columns;
  const name = city.meta.parkingNames[parkingName[parking]] ?? nameOfEdge(city, parkingEdge[parking]);
  const kind = parkingKinds.find((one) => ParkingKind[one] === parkingKind[parking]);
  const capacity = parkingCapacity[parking];
  const facts = [name, kind === undefined ? "" : text.map.parkingKinds[kind], text.map.spaces(count(capacity))];
  return facts.filter((fact) => fact !== "").join(" · ");
}
