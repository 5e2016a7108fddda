import { everyVehicleClass, VehicleClass } from "../../../../common/city";
import { decimal } from "../../files/xml-document";
import { noteDropped, type ImportNotes } from "../../import-notes";
import { idOf, notNegativeOf, positiveOf, quoted, refuse, wordsOf, type Element } from "../element-reading";
import { classBit } from "../vehicle-classes";
import type { Choices, SumoVehicleType } from "./sumo-demand";

const unstated = Number.NaN;

/** What the type of a vehicle is that names none. */
export const defaultType: SumoVehicleType = {
  id: "DEFAULT_VEHTYPE",
  vehicleClass: VehicleClass.passenger,
  lengthM: unstated,
  minGapM: unstated,
  widthM: unstated,
  maxSpeedMps: unstated,
  accelMps2: unstated,
  decelMps2: unstated,
  emergencyDecelMps2: unstated,
  sigma: unstated,
  tauS: unstated,
  speedFactor: unstated,
  speedDeviation: unstated,
  speedFactorLow: unstated,
  speedFactorHigh: unstated,
  carFollowing: "",
  emissionClass: "",
};

/** Attributes that are read, and those that only show on a screen. */
const read = new Set(
  "id vClass length minGap width maxSpeed accel decel emergencyDecel sigma tau speedFactor speedDev carFollowModel emissionClass probability".split(
    " ",
  ),
);
const shown = new Set("color guiShape imgFile osgFile height guiOffset carriageLength locomotiveLength".split(" "));

/** Models whose drivers `driverOf` is made to come near to: SUMO's default, and its origin. All others are told. */
const krauss: ReadonlySet<string> = new Set(["", "Krauss", "KraussOrig1"]);

/** No vehicle of a road, and no gap before one, is longer, m: of road trains the longest have 53.5 m (Australia). */
const vehicleMostM = 100;

/** @see https://sumo.dlr.de/docs/Definition_of_Vehicles,_Vehicle_Types,_and_Routes.html#vehicle_types */
export function readVehicleType(element: Element, notes: ImportNotes): SumoVehicleType {
  const { attributes } = element;
  for (const name of Object.keys(attributes)) {
    if (!read.has(name) && !shown.has(name)) noteDropped(notes, `attribute ${name} of vehicle types`, "not used here");
  }
  const className = attributes["vClass"] ?? "passenger";
  // Who ignores permissions drives where any class may.
  const bit = className === "ignoring" ? everyVehicleClass : classBit(className);
  const vehicleClass = bit ?? refuse(element, `no vehicle class ${quoted(className)}`);
  const positive = (name: string) => (attributes[name] === undefined ? unstated : positiveOf(element, name));
  const notNegative = (name: string) => (attributes[name] === undefined ? unstated : notNegativeOf(element, name));
  const sigma = notNegative("sigma");
  if (sigma > 1) refuse(element, `sigma must be from 0 to 1, and is ${sigma}`);
  const atMost = (name: string, value: number) =>
    vehicleClass !== 0 && value > vehicleMostM
      ? refuse(element, `${name} is at most ${vehicleMostM} m, and is ${value}`)
      : value;
  const carFollowing = attributes["carFollowModel"] ?? "";
  if (!krauss.has(carFollowing))
    noteDropped(
      notes,
      `carFollowModel ${quoted(carFollowing)} of vehicle types`,
      "driven by the one model here, as Krauss drivers, with their parameters",
    );
  return {
    id: idOf(element),
    vehicleClass,
    lengthM: atMost("length", positive("length")),
    minGapM: atMost("minGap", notNegative("minGap")),
    widthM: positive("width"),
    maxSpeedMps: positive("maxSpeed"),
    accelMps2: positive("accel"),
    decelMps2: positive("decel"),
    emergencyDecelMps2: positive("emergencyDecel"),
    sigma,
    tauS: positive("tau"),
    ...speedFactorOf(element, notes),
    carFollowing,
    emissionClass: attributes["emissionClass"] ?? "",
  };
}

type SpeedFactor = Pick<SumoVehicleType, "speedFactor" | "speedDeviation" | "speedFactorLow" | "speedFactorHigh">;

/** More times the limit than anybody drives. */
const factorMost = 1e6;

/** A number, "norm(mean,deviation)" or "normc(mean,deviation,low,high)", beside the older speedDev. */
function speedFactorOf(element: Element, notes: ImportNotes): SpeedFactor {
  const { speedFactor: text, speedDev } = element.attributes;
  const deviation = speedDev === undefined ? unstated : notNegativeOf(element, "speedDev");
  const [, inside] = /^normc?\(([^)]*)\)$/.exec(text ?? "") ?? [];
  if (inside === undefined) {
    const mean = text === undefined ? unstated : positiveOf(element, "speedFactor");
    return { speedFactor: mean, speedDeviation: deviation, speedFactorLow: unstated, speedFactorHigh: unstated };
  }
  const numbers = inside.split(",").map((part) => decimal(part.trim()));
  const [speedFactor, deviationGiven, lowGiven = unstated, speedFactorHigh = unstated] = numbers;
  const [speedDeviation, speedFactorLow] = [Math.abs(deviationGiven), lowGiven < 0 ? 0 : lowGiven];
  const isOne =
    numbers.length >= 2 &&
    numbers.length <= 4 &&
    numbers.every((value) => Math.abs(value) <= factorMost) &&
    !(speedFactorHigh < 0) &&
    !(speedFactor < speedFactorLow || speedFactor > speedFactorHigh);
  if (!(speedFactor > 0) || !isOne) refuse(element, `no distribution of speeds: ${quoted(text ?? "")}`);
  const what = "speedFactor of vehicle types";
  noteDropped(notes, what, "its lower bound is negative: nobody drives backwards, it is 0", Number(lowGiven < 0));
  noteDropped(notes, what, "its deviation is negative: its size counts", Number(deviationGiven < 0));
  return { speedFactor, speedDeviation, speedFactorLow, speedFactorHigh };
}

/** Distributions while they are read; members are named, and may come later in the files. */
export interface GrowingChoices {
  readonly what: string;
  readonly rows: Map<
    string,
    { readonly element: Element; readonly file: string; readonly members: [string, number][] }
  >;
}

export const growChoices = (what: string): GrowingChoices => ({ what, rows: new Map() });

const weightMost = 1e12;

/** @param listAttribute where members may be listed, with their probabilities in another */
export function startChoice(choices: GrowingChoices, element: Element, file: string, listAttribute: string): void {
  const id = idOf(element);
  if (choices.rows.has(id)) refuse(element, "a distribution of this id came before");
  const names = wordsOf(element.attributes[listAttribute]);
  const weights = wordsOf(element.attributes["probabilities"]).map(decimal);
  if (weights.length > 0 && weights.length !== names.length)
    refuse(element, `${weights.length} probabilities for ${names.length} members`);
  if (!weights.every((weight) => weight >= 0 && weight <= weightMost))
    refuse(element, "a probability is no number from 0 on");
  const members = names.map((name, row): [string, number] => [name, weights[row] ?? 1]);
  choices.rows.set(id, { element, file, members });
}

export function addMember(choices: GrowingChoices, choiceId: string, member: Element, name: string): void {
  choices.rows.get(choiceId)?.members.push([name, notNegativeOf(member, "probability", 1)]);
}

/** @param rowOf row of a member; undefined where there is none of that name */
export function endChoices(
  { rows }: GrowingChoices,
  rowOf: (name: string) => number | undefined,
  fail: (element: Element, file: string, message: string) => never,
): Choices {
  const start = [0];
  const [member, weight]: [number[], number[]] = [[], []];
  for (const { element, file, members } of rows.values()) {
    for (const [name, share] of members) {
      member.push(rowOf(name) ?? fail(element, file, `there is no member ${quoted(name)}`));
      weight.push(share);
    }
    if (!(members.reduce((sum, [, share]) => sum + share, 0) > 0)) fail(element, file, "has no member of any weight");
    start.push(member.length);
  }
  return {
    ids: [...rows.keys()],
    start: Uint32Array.from(start),
    member: Uint32Array.from(member),
    weight: Float64Array.from(weight),
  };
}
