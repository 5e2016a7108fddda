// A column is its address: `column[row]` compiles to one load. No bounds are checked.

import { Vehicle } from "./vehicle";

@unmanaged
export class U8Column {
  @operator("[]") get(row: u32): u8 {
    return load<u8>(changetype<usize>(this) + row);
  }
  @operator("[]=") set(row: u32, value: u8): void {
    store<u8>(changetype<usize>(this) + row, value);
  }
}

@unmanaged
export class U16Column {
  @operator("[]") get(row: u32): u16 {
    return load<u16>(changetype<usize>(this) + ((<usize>row) << 1));
  }
  @operator("[]=") set(row: u32, value: u16): void {
    store<u16>(changetype<usize>(this) + ((<usize>row) << 1), value);
  }
}

@unmanaged
export class U32Column {
  @operator("[]") get(row: u32): u32 {
    return load<u32>(changetype<usize>(this) + ((<usize>row) << 2));
  }
  @operator("[]=") set(row: u32, value: u32): void {
    store<u32>(changetype<usize>(this) + ((<usize>row) << 2), value);
  }
}

@unmanaged
export class I32Column {
  @operator("[]") get(row: u32): i32 {
    return load<i32>(changetype<usize>(this) + ((<usize>row) << 2));
  }
  @operator("[]=") set(row: u32, value: i32): void {
    store<i32>(changetype<usize>(this) + ((<usize>row) << 2), value);
  }
}

@unmanaged
export class F32Column {
  @operator("[]") get(row: u32): f32 {
    return load<f32>(changetype<usize>(this) + ((<usize>row) << 2));
  }
  @operator("[]=") set(row: u32, value: f32): void {
    store<f32>(changetype<usize>(this) + ((<usize>row) << 2), value);
  }
}

@unmanaged
export class F64Column {
  @operator("[]") get(row: u32): f64 {
    return load<f64>(changetype<usize>(this) + ((<usize>row) << 3));
  }
  @operator("[]=") set(row: u32, value: f64): void {
    store<f64>(changetype<usize>(this) + ((<usize>row) << 3), value);
  }
}

/** Records of 32 bytes: indexing gives the record itself, to be read and written in place. */
@unmanaged
export class VehicleColumn {
  @operator("[]") get(row: u32): Vehicle {
    return changetype<Vehicle>(changetype<usize>(this) + ((<usize>row) << 5));
  }
}
