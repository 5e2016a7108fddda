import type { Arena } from "../arena/arena";
import type { SumoVehicleType } from "../city";
/** Types that a twin can hold: a vehicle's record has a byte for its own. */
export declare const vehicleTypeLimit = 256;
/** Driver and vehicle as the kernel has them, and how fast against the limit its drivers want to go. */
export interface ScenarioDriver {
    readonly lengthM: number;
    readonly minGapM: number;
    readonly headwayS: number;
    readonly accelerationMps2: number;
    readonly comfortableBrakingMps2: number;
    readonly speedMaxMps: number;
    readonly classes: number;
    readonly speedFactor: number;
    readonly speedDeviation: number;
    readonly speedFactorLow: number;
    readonly speedFactorHigh: number;
}
export declare function driverOf(type: SumoVehicleType): ScenarioDriver;
export declare function writeDrivers({ columns }: Arena, drivers: readonly ScenarioDriver[]): void;
