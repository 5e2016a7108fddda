import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, test } from "vitest";
import { gridCity } from "../../test/support/plain-city";
import { buildMapFeatures } from "./map-features";
import { buildMapStyle } from "./map-style";
import type { Palette } from "./palette";
import { planeAt } from "./place";

const city = gridCity(3, 200, 1);
const palette = new Proxy(
  {},
  { get: (_, name) => (name === "roads" ? Array(8).fill("#101010") : "#202020") },
) as Palette;

test("the map's style is one by its specification, which the map itself does not check again", () => {
  const style = buildMapStyle(city, buildMapFeatures(city, planeAt(city.meta)), palette);
  expect(validateStyleMin(style)).toEqual([]);
  expect(validateStyleMin({ ...style, layers: [...style.layers, { id: "ground", type: "background" }] })).not.toEqual(
    [],
  );
});
