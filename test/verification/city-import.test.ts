import { describe, expect, test } from "vitest";
import { edgeCountOf, edgeLaneCountOf, JunctionKind, packCity, unpackCity } from "../../common/city";
import { describeFailure } from "../../common/result";
import { importCity } from "../../workers/city";
import { findBrokenInvariants, findDesignFlaws } from "../../workers/city/invariants";
import { cityNames, cityOf, hasCities, readCityFile } from "./city-files";

/** Mountain paths only: no way in them is for cars. */
const roadless = new Set(["hohe-warte.osm.gz", "conditional-restrictions.osm.xml"]);

describe.skipIf(!hasCities)("cities of OpenStreetMap", () => {
  test.each(cityNames)("%s imports whole, or says that it has no roads", (name) => {
    const city = importCity(name, readCityFile(name));
    if (city.ok) expect([...findBrokenInvariants(city.value), ...findDesignFlaws(city.value)]).toEqual([]);
    else {
      expect(describeFailure(city.error)).toBe(`${name}: no roads for cars in the file`);
      expect(roadless.has(name)).toBe(true);
    }
  });

  test.each(cityNames.filter((name) => !roadless.has(name)))("%s packs and unpacks to itself", (name) => {
    const city = cityOf(name);
    const unpacked = unpackCity(packCity(city));
    expect(unpacked).toEqual({ ok: true, value: city });
    const again = importCity(`${name}.city`, packCity(city));
    expect(again.ok && edgeCountOf(again.value)).toBe(edgeCountOf(city));
  });

  test.each(cityNames.filter((name) => !roadless.has(name)))(
    "%s has ways across its junctions that are long enough to drive",
    (name) => {
      const city = cityOf(name);
      const { laneLengthM, connectionJunction, junctionKind } = city.columns;
      const inner = laneLengthM.subarray(edgeLaneCountOf(city));
      expect(Math.min(...inner)).toBeGreaterThanOrEqual(1);
      const crossing = inner.filter((_, row) => junctionKind[connectionJunction[row]] !== JunctionKind.continuation);
      expect(crossing.filter((lengthM) => lengthM < 3).length).toBeLessThanOrEqual(Math.max(1, crossing.length * 0.02));
    },
  );

  test.each(cityNames.filter((name) => !roadless.has(name)))("%s has signals with cycles of 60 to 90 s", (name) => {
    const { programPhaseStart, phaseDurationS } = cityOf(name).columns;
    for (let program = 0; program + 1 < programPhaseStart.length; program++) {
      const phases = phaseDurationS.subarray(programPhaseStart[program], programPhaseStart[program + 1]);
      const cycleS = phases.reduce((sum, durationS) => sum + durationS, 0);
      expect(cycleS).toBeGreaterThanOrEqual(60);
      expect(cycleS).toBeLessThanOrEqual(90);
    }
  });

  test("the same extract is the same network as pbf and as XML", () => {
    const [xml, pbf] = [cityOf("andorra.osm.gz"), cityOf("andorra.osm.pbf")];
    expect(pbf.meta.edgeIds).toEqual(xml.meta.edgeIds);
    expect(pbf.columns.laneLengthM).toEqual(xml.columns.laneLengthM);
    expect(pbf.columns.conflictWith).toEqual(xml.columns.conflictWith);
  });

  test("a street that was turned round in the map is turned round in the city", () => {
    const [before, after] = [
      cityOf("whitelion_bristol_uk.osm.pbf"),
      cityOf("whitelion_bristol_uk_reversed_oneway.osm.pbf"),
    ];
    const directions = (ids: readonly string[]) => new Set(ids.map((id) => id.replace(/[#.]\d+/g, "")));
    const [first, second] = [directions(before.meta.edgeIds), directions(after.meta.edgeIds)];
    expect(
      [...first].filter((id) => !second.has(id)).length + [...second].filter((id) => !first.has(id)).length,
    ).toBeGreaterThan(0);
  });

  test("streets in Bristol that are closed on Friday and Saturday nights are closed then only", () => {
    // motor_vehicle:conditional = no @ (Fr-Sa 20:00-00:00, Sa-Su 00:00-04:00), on the streets that join the others.
    const name = "whitelion_bristol_uk.osm.pbf";
    const at = (weekday: number, hour: number) =>
      importCity(name, readCityFile(name), { at: { weekday, minute: hour * 60, date: null } });
    for (const [weekday, hour] of [
      [1, 8],
      [4, 19],
      [6, 4],
    ]) {
      const city = at(weekday, hour);
      expect(city.ok && edgeCountOf(city.value)).toBe(edgeCountOf(cityOf(name)));
    }
    for (const [weekday, hour] of [
      [4, 20],
      [6, 3],
    ])
      expect(at(weekday, hour).ok).toBe(false);
  });

  test("Andorra, 69,000 nodes, takes no more than a few seconds", () => {
    const bytes = readCityFile("andorra.osm.gz");
    // The processor's time: what else the machine does is not the importer's fault.
    const before = process.cpuUsage();
    importCity("andorra.osm.gz", bytes);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
  });
});
