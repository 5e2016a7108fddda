// MapLibre's worker, which also reads the geometry that the page has put together (map-data.ts).
import "maplibre-gl/dist/maplibre-gl-worker.mjs";
import type { AddProtocolAction } from "maplibre-gl";
import { featuresScheme } from "./map-data";

const scope = globalThis as unknown as { addProtocol(scheme: string, load: AddProtocolAction): void };

scope.addProtocol(featuresScheme, async ({ url }, { signal }) => {
  const response = await fetch(url.slice(`${featuresScheme}://`.length), { signal });
  return { data: (await response.json()) as object };
});
