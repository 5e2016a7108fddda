import { unpackCity, type City } from "../../common/city";
import { fail, refuseSaying, type Result } from "../../common/result";
import type { ImportOptions } from "./import-options";
import { isOsmName } from "./osm/file";
import { importOsm } from "./osm/import";

export type { ImportOptions } from "./import-options";
export { addBox, rowsAround, startGrid } from "./geometry/grid";
export { importOsm } from "./osm/import";
export { placeOf, projectedX, projectedY, projectionAround } from "./projection";

/** Imports any file that can become a city, by its suffix: OpenStreetMap extracts, and cities packed before (`.city`). */
export function importCity(name: string, bytes: Uint8Array, options: ImportOptions = {}): Result<City> {
  if (isOsmName(name)) return importOsm(name, bytes, options);
  if (name.toLowerCase().endsWith(".city")) {
    const city = unpackCity(bytes);
    return city.ok
      ? city
      : fail(city.error.message, city.error.where === undefined ? name : `${name}: ${city.error.where}`);
  }
  return refuseSaying({ code: "city-format-unknown", args: {} }, name);
}
