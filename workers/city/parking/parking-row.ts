import type { ParkingKind } from "../../../common/city";

/** Parking on the network: a row of the city form. */
export interface ParkingRow {
  readonly edge: number;
  /** Metres from the start of the edge's lanes. */
  readonly positionM: number;
  readonly x: number;
  readonly y: number;
  readonly capacity: number;
  readonly kind: ParkingKind;
  /** Empty where it has none. */
  readonly name: string;
}
