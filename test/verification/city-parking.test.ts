import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parkingCapacityLimit, parkingCountOf, ParkingKind, type City } from "../../common/city";
import { placeOnEdge } from "../../common/edge-place";
import { importCity } from "../../workers/city";
import { isOsmName, readOsmFile } from "../../workers/city/osm/file";
import { tagValue } from "../../workers/city/osm/tag-access";
import { cityNames, hasCities, readCityFile } from "./city-files";

/** Elements with `amenity=parking`: in XML found by a pattern of its own, in pbf among the raw elements. */
function countCarParks(name: string): number {
  const bytes = readCityFile(name);
  if (!name.endsWith(".pbf")) {
    const xml = new TextDecoder().decode(name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
    const elements = xml.split(/<(?=(?:node|way|relation)\b)/);
    const isCarPark = /<tag\s+k=["']amenity["']\s+v=["']parking["']/;
    return elements.filter((element) => isCarPark.test(element)).length;
  }
  const read = readOsmFile(name, bytes, () => undefined);
  if (!read.ok) throw new Error(read.error.message);
  const { taggedNodes, nodeTags, wayIds, wayTags, relationIds, relationTags } = read.value;
  let found = 0;
  for (const [count, tags] of [
    [taggedNodes.length, nodeTags],
    [wayIds.length, wayTags],
    [relationIds.length, relationTags],
  ] as const) {
    for (let row = 0; row < count; row++) if (tagValue(read.value, tags, row, "amenity") === "parking") found++;
  }
  return found;
}

const droppedCarParks = ({ meta }: City): number =>
  meta.dropped.filter(({ what }) => what === "car parks").reduce((sum, { count }) => sum + count, 0);

describe.skipIf(!hasCities)("parking in cities of OpenStreetMap", () => {
  const cities = cityNames.flatMap((name) => {
    const city = importCity(name, readCityFile(name));
    return city.ok ? [{ name, city: city.value }] : [];
  });

  test.each(cities)("every car park of $name is in the city or among what was dropped", ({ name, city }) => {
    expect(isOsmName(name)).toBe(true);
    // No file there draws bays at the kerb as areas: rows of that kind come from streets.
    const offStreet = city.columns.parkingKind.filter((kind) => kind !== ParkingKind.kerb).length;
    expect(offStreet + droppedCarParks(city)).toBe(countCarParks(name));
  });

  test.each(cities)(
    "all parking of $name has a sane number of spaces and lies near its place on the edge",
    ({ city }) => {
      const { columns: c } = city;
      for (let row = 0; row < parkingCountOf(city); row++) {
        expect(c.parkingCapacity[row]).toBeGreaterThanOrEqual(1);
        expect(c.parkingCapacity[row]).toBeLessThanOrEqual(parkingCapacityLimit);
        const { x, y } = placeOnEdge(city, c.parkingEdge[row], c.parkingPositionM[row]);
        // 240 m to the street at most, and what a junction takes of the edge.
        expect(Math.hypot(x - c.parkingX[row], y - c.parkingY[row])).toBeLessThan(290);
      }
    },
  );

  test("some of them do have parking", () => {
    expect(cities.filter(({ city }) => parkingCountOf(city) > 0).length).toBeGreaterThanOrEqual(3);
  });
});
