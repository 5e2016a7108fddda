import { header, vehiclesA, vehiclesB } from "../../../dist/kernel/sections";
import { VehicleColumn } from "./columns";

/** The buffer whose records are those of now. */
export function current(): VehicleColumn {
  return header.currentBuffer == 0 ? vehiclesA : vehiclesB;
}
