import { describe, expect, it } from "vitest";
import { edgeCountOf } from "../../common/city";
import { gridCity } from "../../test/support/plain-city";
import { planeAt } from "../scene/place";
import { roadTexelFloats } from "../state/road-picture";
import {
  createRoadPicture,
  indexShownRoads,
  isShown,
  noRoadsIndexed,
  readsDifference,
  readsState,
} from "./road-passes";
import { buildRoadRibbons } from "./road-ribbons";
import { RoadPass, roadShows, roadVertexShader } from "./road-shaders";

const city = gridCity(4, 150, 2);
const edgeCount = edgeCountOf(city);
const ribbons = buildRoadRibbons(city, planeAt(city.meta));
const staging = new Uint32Array(ribbons.indices.length);

type Picture = ReturnType<typeof createRoadPicture>;

/** How many indices a pass writes that has none yet. */
const indexAll = (picture: Picture, pass: RoadPass) =>
  indexShownRoads(ribbons, picture, pass, noRoadsIndexed(ribbons), staging);

/** Edges of which a pass writes ribbons, each of them whole. */
function edgesOf(picture: Picture, pass: RoadPass, indexed = noRoadsIndexed(ribbons)): number[] {
  const written = staging.subarray(0, indexShownRoads(ribbons, picture, pass, indexed, staging));
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
    const strip = [...staging.subarray(0, indexAll(picture, RoadPass.speed))];
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
    expect(indexAll(picture, RoadPass.speed)).toBe(ribbons.indices.length);
  });

  it("writes what comes to be shown, and leaves what is shown no more until that is the larger part", () => {
    const picture = createRoadPicture(edgeCount);
    const indexed = noRoadsIndexed(ribbons);
    const grade = (edges: readonly number[], value: number) =>
      edges.forEach((edge) => (picture.state[edge * roadTexelFloats] = value));
    const lengthOf = (edges: readonly number[]) =>
      edges.reduce((sum, edge) => sum + ribbons.indexStart[edge + 1] - ribbons.indexStart[edge], 0);
    grade([3, 5], 1);
    expect(edgesOf(picture, RoadPass.speed, indexed)).toEqual([3, 5]);
    grade([3], 0);
    grade([4], 2);
    expect(edgesOf(picture, RoadPass.speed, indexed)).toEqual([4]);
    expect(indexed.count).toBe(lengthOf([3, 5, 4]));
    // Shown again: it is there already.
    grade([3], 1);
    expect(edgesOf(picture, RoadPass.speed, indexed)).toEqual([]);
  });

  it("is written anew when most of it shows nothing any more, and always for what is held", () => {
    const many = gridCity(24, 150, 2);
    const all = buildRoadRibbons(many, planeAt(many.meta));
    const picture = createRoadPicture(edgeCountOf(many));
    const indexed = noRoadsIndexed(all);
    const out = new Uint32Array(all.indices.length);
    picture.state.fill(1);
    expect(indexShownRoads(all, picture, RoadPass.speed, indexed, out)).toBe(all.indices.length);
    picture.state.fill(0);
    picture.state[7 * roadTexelFloats] = 1;
    const written = indexShownRoads(all, picture, RoadPass.speed, indexed, out);
    expect(written).toBe(all.indexStart[8] - all.indexStart[7]);
    expect(indexed.count).toBe(written);

    const held = noRoadsIndexed(all);
    picture.hoveredEdge = 2;
    indexShownRoads(all, picture, RoadPass.held, held, out);
    picture.hoveredEdge = 3;
    expect(indexShownRoads(all, picture, RoadPass.held, held, out)).toBe(all.indexStart[4] - all.indexStart[3]);
    expect(held.count).toBe(all.indexStart[4] - all.indexStart[3]);
  });

  it("is what the shader gives a width, whatever the texels are", () => {
    const picture = createRoadPicture(1);
    const { held, ...told } = RoadPass;
    expect(roadShows.map(([pass]) => pass)).toEqual(Object.values(told));
    const values = [-2, -1, 0, 0.4, 1, 2.5];
    for (const x of values) {
      for (const y of values) {
        for (const [z, w] of [
          [0, 0],
          [0.4, 0.4],
          [2.9, 0.5],
          [0.4, 0.3],
          [4.6, 0],
        ] as const) {
          picture.state.set([x, y, z, w]);
          picture.difference.set([x, y, 0, 0]);
          const words = { "0.0": 0, "state.x": x, "state.y": y, "state.z": z, "state.w": w };
          const valueOf: Record<string, number> = { ...words, "difference.x": x, "difference.y": y };
          for (const [pass, left, is, right] of roadShows) {
            const [value, other] = [valueOf[left], valueOf[right]];
            const isShownByShader = is === ">" ? value > other : value !== other;
            expect(isShown(picture, pass, 0), `${pass} of ${x} ${y} ${z} ${w}`).toBe(isShownByShader);
          }
        }
      }
    }
    for (const [pass, ...words] of roadShows)
      expect(roadVertexShader).toContain(`(road.pass == ${pass.toFixed(1)} && !(${words.join(" ")})) wholeM = 0.0;`);
    expect(isShown(picture, held, 0)).toBe(false);
  });
});
