import { VehicleClass } from "../../common/city";
import type { Arena } from "../arena/arena";
import type { SumoVehicleType } from "../city";

/** What SUMO takes where a `vType` states nothing. @see https://sumo.dlr.de/docs/Vehicle_Type_Parameter_Defaults.html */
interface ClassDefaults {
  readonly lengthM: number;
  readonly minGapM: number;
  readonly speedMaxMps: number;
  readonly accelMps2: number;
  readonly speedDeviation: number;
}

const kmh = 1 / 3.6;
const carDefaults: ClassDefaults = {
  lengthM: 5,
  minGapM: 2.5,
  speedMaxMps: 200 * kmh,
  accelMps2: 2.6,
  speedDeviation: 0.1,
};

const classDefaults: ReadonlyMap<number, Partial<ClassDefaults>> = new Map([
  [VehicleClass.bus, { lengthM: 12, speedMaxMps: 100 * kmh, accelMps2: 1.2 }],
  [VehicleClass.coach, { lengthM: 14, speedMaxMps: 100 * kmh, accelMps2: 2, speedDeviation: 0.05 }],
  [VehicleClass.delivery, { lengthM: 6.5, speedDeviation: 0.05 }],
  [VehicleClass.truck, { lengthM: 7.1, speedMaxMps: 130 * kmh, accelMps2: 1.3, speedDeviation: 0.05 }],
  [VehicleClass.trailer, { lengthM: 16.5, speedMaxMps: 130 * kmh, accelMps2: 1.1, speedDeviation: 0.05 }],
  [VehicleClass.emergency, { lengthM: 6.5 }],
  [VehicleClass.motorcycle, { lengthM: 2.2, accelMps2: 6 }],
  [VehicleClass.moped, { lengthM: 2.1, speedMaxMps: 60 * kmh, accelMps2: 1.1 }],
]);

/** Types that a twin can hold: a vehicle's record has a byte for its own. */
export const vehicleTypeLimit = 256;

/** Driver and vehicle as the kernel has them, and how fast against the limit its drivers want to go. */
export interface ScenarioDriver {
  readonly lengthM: number;
  readonly minGapM: number;
  readonly headwayS: number;
  readonly accelerationMps2: number;
  readonly comfortableBrakingMps2: number;
  readonly speedMaxMps: number;
  readonly dawdlingMps: number;
  readonly classes: number;
  readonly speedFactor: number;
  readonly speedDeviation: number;
  readonly speedFactorLow: number;
  readonly speedFactorHigh: number;
}

/**
 * What the Intelligent Driver Model makes of SUMO's tau, accel and decel, one rule for all networks (docs/decisions/0027, 0037, 0039): accel
 * as it stands; the comfortable braking of our commuters, as decel is what SUMO's drivers brake with at most. Of sigma the mean is
 * taken: each step a driver falls short of the speed meant by up to sigma accel, evenly distributed (Krauß 1998, eq. 3.4), and the
 * next step makes up for it.
 */
const comfortableBrakingMps2 = 2;
/**
 * The time gap by tau and by the least gap, which near the wanted speed the Intelligent Driver Model multiplies and SUMO's does not. Set at
 * one signal, one lane, 60 s of 120 s, saturated: SUMO's default type discharges 28.8 vehicles a cycle, the Bologna scenarios' cars 30.25.
 */
const headwayByTau = 1.12;
const headwayByGapSPerM = -0.066;
/** It is no shorter than this part of tau. */
const headwayLeastPart = 0.5;
/** SUMO's step unless it is told otherwise, s; and its sigma where a type states none. */
const sumoStepS = 1;
const usualSigma = 0.5;

export function driverOf(type: SumoVehicleType): ScenarioDriver {
  const usual = { ...carDefaults, ...classDefaults.get(type.vehicleClass) };
  const stated = (value: number, otherwise: number) => (Number.isNaN(value) ? otherwise : value);
  const accelerationMps2 = stated(type.accelMps2, usual.accelMps2);
  const minGapM = stated(type.minGapM, usual.minGapM);
  const tauS = stated(type.tauS, 1);
  return {
    lengthM: stated(type.lengthM, usual.lengthM),
    minGapM,
    headwayS: Math.max(headwayLeastPart * tauS, headwayByTau * tauS + headwayByGapSPerM * minGapM),
    accelerationMps2,
    comfortableBrakingMps2,
    speedMaxMps: stated(type.maxSpeedMps, usual.speedMaxMps),
    dawdlingMps: (stated(type.sigma, usualSigma) * accelerationMps2 * sumoStepS) / 2,
    classes: type.vehicleClass,
    speedFactor: stated(type.speedFactor, 1),
    speedDeviation: stated(type.speedDeviation, usual.speedDeviation),
    speedFactorLow: stated(type.speedFactorLow, 0.2),
    speedFactorHigh: stated(type.speedFactorHigh, 2),
  };
}

export function writeDrivers({ columns }: Arena, drivers: readonly ScenarioDriver[]): void {
  drivers.forEach((driver, row) => {
    columns.typeLengthM[row] = driver.lengthM;
    columns.typeMinGapM[row] = driver.minGapM;
    columns.typeHeadwayS[row] = driver.headwayS;
    columns.typeAccelerationMps2[row] = driver.accelerationMps2;
    columns.typeComfortableBrakingMps2[row] = driver.comfortableBrakingMps2;
    columns.typeInteraction[row] = 1 / (2 * Math.sqrt(driver.accelerationMps2 * driver.comfortableBrakingMps2));
    columns.typeSpeedMaxMps[row] = driver.speedMaxMps;
    columns.typeDawdlingMps[row] = driver.dawdlingMps;
    columns.typeClasses[row] = driver.classes;
  });
}
