import { everyVehicleClass, VehicleClass } from "../../../common/city";
import { quoted, refuse, wordsOf, type Element } from "./element-reading";

/** Classes that SUMO knows and roads here have nothing to do with. @see https://sumo.dlr.de/docs/Definition_of_Vehicles,_Vehicle_Types,_and_Routes.html#abstract_vehicle_class */
const offRoad: ReadonlySet<string> = new Set([
  ..."pedestrian wheelchair scooter tram rail_urban rail rail_electric rail_fast ship container cable_car".split(" "),
  ..."subway aircraft drone ignoring".split(" "),
]);

/** Classes that have drivers and motors: a lane for none of them is no lane here. */
const { passenger, hov, taxi, bus, coach, delivery, truck, trailer, motorcycle, evehicle, vip } = VehicleClass;
export const motorClasses =
  VehicleClass.private |
  passenger |
  hov |
  taxi |
  bus |
  coach |
  delivery |
  truck |
  trailer |
  motorcycle |
  evehicle |
  vip;

/** Classes whose vehicles are driven here, where lanes let them: all but bicycles. */
export const drivenClasses = everyVehicleClass & ~VehicleClass.bicycle;

/** The bit of a class; 0 for one without business on roads; null for none of SUMO's. */
export function classBit(word: string): number | null {
  if (Object.hasOwn(VehicleClass, word)) return VehicleClass[word as keyof typeof VehicleClass];
  return offRoad.has(word) ? 0 : null;
}

/** The bits of the classes that `allow` and `disallow` of a lane or connection leave. `allow` rules where both are given. */
export function allowedClasses(element: Element, inherited = everyVehicleClass): number {
  const { allow, disallow } = element.attributes;
  if (allow !== undefined) return classesIn(element, allow);
  return disallow === undefined ? inherited : everyVehicleClass & ~classesIn(element, disallow);
}

function classesIn(element: Element, text: string): number {
  let classes = 0;
  for (const word of wordsOf(text)) {
    const bit = word === "all" ? everyVehicleClass : classBit(word);
    if (bit === null) return refuse(element, `no vehicle class ${quoted(word)}`);
    classes |= bit;
  }
  return classes;
}
