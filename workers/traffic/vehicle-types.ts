import { VehicleClass } from "../../common/city";
import type { Arena } from "../arena/arena";

/** One row of the kernel's table: driver and vehicle together. */
interface VehicleType {
  readonly name: string;
  readonly lengthM: number;
  readonly minGapM: number;
  readonly headwayS: number;
  readonly accelerationMps2: number;
  readonly comfortableBrakingMps2: number;
}

/**
 * Parameters of the Intelligent Driver Model. T and s0 are those of Treiber and Kesting, "Traffic Flow Dynamics" (2013),
 * table 11.2. With the a = 1.0 m/s² of the same table a queue discharges at 1,530 veh/h of green; a = 2.0 and b = 2.0
 * m/s² give about 1,800, near the 1,900 pc/h that the Highway Capacity Manual takes as the base saturation flow.
 */
const vehicleTypes: readonly VehicleType[] = [
  {
    name: "car",
    lengthM: 4.6,
    minGapM: 2,
    headwayS: 1,
    accelerationMps2: 2,
    comfortableBrakingMps2: 2,
  },
];

/** The kernel's FAR (vehicle.ts): only the limit counts. */
const farMps = 1e9;

export const vehicleTypeCount = vehicleTypes.length;

export function writeVehicleTypes(arena: Arena): void {
  const { columns } = arena;
  vehicleTypes.forEach((type, row) => {
    columns.typeLengthM[row] = type.lengthM;
    columns.typeMinGapM[row] = type.minGapM;
    columns.typeHeadwayS[row] = type.headwayS;
    columns.typeAccelerationMps2[row] = type.accelerationMps2;
    columns.typeComfortableBrakingMps2[row] = type.comfortableBrakingMps2;
    columns.typeSpeedMaxMps[row] = farMps;
    columns.typeClasses[row] = VehicleClass.passenger;
    columns.typeInteraction[row] = 1 / (2 * Math.sqrt(type.accelerationMps2 * type.comfortableBrakingMps2));
  });
}
