import { unpackCity, type City } from "../../common/city";
import { fail, failIn, refuseSaying, type Result } from "../../common/result";
import { noConditionsToAsk, type ImportOptions } from "./import-options";
import { isOsmName } from "./osm/file";
import { importOsm } from "./osm/import";
import { importSumoNet, isSumoNetName } from "./sumo/import";

export { noConditionsToAsk, type ImportOptions } from "./import-options";
export { addBox, rowsAround, startGrid } from "./geometry/grid";
export { isOsmName } from "./osm/file";
export { importOsm } from "./osm/import";
export { parseMoment, type Moment } from "./moment";
export { placeOf, projectedX, projectedY, projectionAround } from "./projection";
export {
  isSumoConfigurationName,
  namesWithin,
  readSumoConfiguration,
  type SumoConfiguration,
} from "./sumo/configuration";
export { readSumoDemand } from "./sumo/demand/read-demand";
export { DepartureKind, type SumoDemand, type SumoVehicleType } from "./sumo/demand/sumo-demand";
export type { NamedFile } from "./sumo/document";
export { importSumoNet } from "./sumo/import";

/** Imports any file that can become a city, by its suffix: OpenStreetMap extracts, networks of SUMO, and cities packed before (`.city`). */
export function importCity(name: string, bytes: Uint8Array, options: ImportOptions = {}): Result<City> {
  if (isOsmName(name)) return importOsm(name, bytes, options);
  if (options.at !== undefined) return fail(noConditionsToAsk, name);
  if (isSumoNetName(name)) return importSumoNet({ name, bytes }, options);
  if (name.toLowerCase().endsWith(".city")) {
    const city = unpackCity(bytes);
    return city.ok ? city : failIn(name, city.error);
  }
  return refuseSaying({ code: "city-format-unknown", args: {} }, name);
}
