import { featureFilter, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
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

test("all that lies on the ground is one source, and each layer of it takes what is its own", () => {
  const { ground } = buildMapFeatures(city, planeAt(city.meta));
  const style = buildMapStyle(city, { ground, places: { type: "FeatureCollection", features: [] } }, palette);
  const layers = style.layers.filter(
    ({ type, id }) => (type === "fill" || type === "line") && !id.startsWith("marking"),
  );
  expect(new Set(layers.map((layer) => ("source" in layer ? layer.source : "")))).toEqual(new Set(["ground"]));
  const samples = [
    { type: 3, properties: { kind: "water" }, drawnBy: ["areas"] },
    { type: 2, properties: { kind: "river" }, drawnBy: ["line-river"] },
    { type: 2, properties: { kind: "rail" }, drawnBy: ["line-rail"] },
    { type: 2, properties: { class: 2, widthM: 7 }, drawnBy: ["road-casing", "road-surface"] },
  ] as const;
  for (const { drawnBy, ...feature } of samples) {
    const takers = layers.filter((layer) => {
      const filter = "filter" in layer ? layer.filter : undefined;
      return featureFilter(filter, `${layer.id}.filter`).filter({ zoom: 15 }, feature);
    });
    expect(takers.map(({ id }) => id)).toEqual(drawnBy);
  }
});
