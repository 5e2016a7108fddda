import { Vehicle } from "./vehicle";

/** Records of 32 bytes: indexing gives the record itself, to be read and written in place. */
@unmanaged
export class VehicleColumn {
  @operator("[]") get(row: u32): Vehicle {
    return changetype<Vehicle>(changetype<usize>(this) + ((<usize>row) << 5));
  }
}
