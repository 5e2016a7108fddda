import { describe, expect, it } from "vitest";
import { edgeCountOf } from "../../common/city";
import { gridCity } from "../../test/support/plain-city";
import { planeAt } from "../scene/place";
import { roadTexelFloats } from "../state/road-picture";
import { createRoadPicture, readsDifference, readsState, writeShownIndices } from "./road-passes";
import { buildRoadRibbons } from "./road-ribbons";
import { RoadPass } from "./road-shaders";

const city = gridCity(4, 150, 2);
const edgeCount = edgeCountOf(city);
const ribbons = buildRoadRibbons(city, planeAt(city.meta));
const staging = new Uint32Array(ribbons.indices.length);

/** Edges of which a pass writes ribbons, each of them whole. */
function edgesOf(picture: ReturnType<typeof createRoadPicture>, pass: RoadPass): number[] {
  const written = staging.subarray(0, writeShownIndices(ribbons, picture, pass, staging));
  const edges = [...new Set([...written].map((vertex) => ribbons.edges[vertex]))];
  expect([...written]).toEqual(
    edges.flatMap((edge) => [...ribbons.indices.subarray(ribbons.indexStart[edge], ribbons.indexStart[edge + 1])]),
  );
  return edges;
}

describe("what a pass over the roads draws", () => {
  it("is nothing where nothing is known", () => {
    const picture = createRoadPicture(edgeCount);
    picture.state.fill(-1);
    for (const pass of Object.values(RoadPass)) expect(edgesOf(picture, pass)).toEqual([]);
  });

  it("is the roads that are slow, driven on, queued on, different or held, and no others", () => {
    const picture = createRoadPicture(edgeCount);
    const write = (texels: Float32Array, edge: number, ...values: number[]) =>
      texels.set(values, edge * roadTexelFloats);
    write(picture.state, 3, 1, 0, 0, 0);
    write(picture.state, 5, 2, 900, 2.5, 0.5);
    write(picture.state, 6, 0, 0, 0.4, 0.4);
    write(picture.difference, 7, -2, 0, 0, 0);
    write(picture.difference, 8, 0, 1, 0, 0);
    picture.hoveredEdge = 0;
    picture.markedEdge = edgeCount - 1;
    expect(edgesOf(picture, RoadPass.speed)).toEqual([3, 5]);
    expect(edgesOf(picture, RoadPass.flow)).toEqual([5]);
    expect(edgesOf(picture, RoadPass.queue)).toEqual([5]);
    expect(edgesOf(picture, RoadPass.speedDifference)).toEqual([7]);
    expect(edgesOf(picture, RoadPass.flowDifference)).toEqual([8]);
    expect(edgesOf(picture, RoadPass.held)).toEqual([0, edgeCount - 1]);
  });

  it("is told by the texels of the city that is shown or by those of both, never by the same pass", () => {
    const { held, ...told } = RoadPass;
    for (const pass of Object.values(told)) expect(readsState(pass)).toBe(!readsDifference(pass));
    expect([readsState(held), readsDifference(held)]).toEqual([false, false]);
  });

  it("is a strip of two triangles a segment of each road, and none with an area between two roads", () => {
    const picture = createRoadPicture(edgeCount);
    const shown = [2, 3, 9];
    for (const edge of shown) picture.state[edge * roadTexelFloats] = 1;
    const strip = [...staging.subarray(0, writeShownIndices(ribbons, picture, RoadPass.speed, staging))];
    const triangles = strip.slice(2).map((third, place) => [strip[place], strip[place + 1], third]);
    const seen = triangles.filter((corners) => new Set(corners).size === 3);
    const { edgeShapeStart } = city.columns;
    const wanted = shown.flatMap((edge) =>
      Array.from({ length: edgeShapeStart[edge + 1] - edgeShapeStart[edge] - 1 }, (_, segment) => {
        const left = 2 * (edgeShapeStart[edge] + segment);
        return [
          [left, left + 1, left + 2],
          [left + 1, left + 2, left + 3],
        ];
      }).flat(),
    );
    expect(seen).toEqual(wanted);
  });

  it("is every ribbon when every road shows something", () => {
    const picture = createRoadPicture(edgeCount);
    picture.state.fill(1);
    expect(writeShownIndices(ribbons, picture, RoadPass.speed, staging)).toBe(ribbons.indices.length);
  });
});
