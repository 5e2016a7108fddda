import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps } from "@deck.gl/core";
import { Buffer } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import type { City } from "../../common/city";
import { unitRgbOf } from "../scene/palette";
import type { Plane } from "../scene/place";
import { buildBuildingMesh, type BuildingMesh } from "./building-mesh";
import type { LayerPlace } from "./layer-place";

/** Houses in two meshes: those that make the city's outline, seen from afar, and the rest, seen from near. */
export interface BuildingTiers {
  readonly outline: BuildingMesh;
  /** Made when it is first asked for: from afar nobody sees it. */
  readonly rest: () => BuildingMesh;
}

/** A building belongs to the outline from this volume on, m³: a hall, a block, a tower. */
const outlineVolumeM3 = 6000;
/** At least so many do, the largest first: towns without large buildings still get some. */
const outlineShare = 0.25;

export function buildingTiers(city: City, plane: Plane): BuildingTiers {
  const { buildingHeightM } = city.columns;
  const volumes = Float64Array.from(buildingHeightM, (heightM, row) => heightM * footprintM2(city, row));
  const sorted = volumes.slice().sort();
  const leastM3 = Math.min(outlineVolumeM3, sorted[Math.floor(sorted.length * (1 - outlineShare))] ?? 0);
  const rowsWhere = (isWanted: (row: number) => boolean) => Array.from(volumes, (_, row) => row).filter(isWanted);
  let rest: BuildingMesh | null = null;
  return {
    outline: buildBuildingMesh(
      city,
      plane,
      rowsWhere((row) => volumes[row] >= leastM3),
    ),
    rest: () =>
      (rest ??= buildBuildingMesh(
        city,
        plane,
        rowsWhere((row) => volumes[row] < leastM3),
      )),
  };
}

function footprintM2({ columns: { buildingStart, buildingX, buildingY } }: City, row: number): number {
  const [first, end] = [buildingStart[row], buildingStart[row + 1]];
  let twice = 0;
  for (let point = first; point < end; point++) {
    const next = point + 1 === end ? first : point + 1;
    twice += buildingX[point] * buildingY[next] - buildingX[next] * buildingY[point];
  }
  return Math.abs(twice) / 2;
}

export type BuildingLayerProps = LayerProps & LayerPlace & { readonly mesh: BuildingMesh };

const block = `\
layout(std140) uniform buildingUniforms {
  vec3 colour;
  float spare0;
  vec3 edge;
  float spare1;
} building;
`;

const buildingUniforms = {
  name: "building",
  vs: block,
  fs: block,
  uniformTypes: { colour: "vec3<f32>", spare0: "f32", edge: "vec3<f32>", spare1: "f32" },
} as const;

const vertexShader = `\
#version 300 es
#define SHADER_NAME building-vertex
in vec3 positions;
in vec4 faces;
out vec4 face;
void main(void) {
  geometry.worldPosition = positions;
  gl_Position = project_position_to_clipspace(positions, vec3(0.0), vec3(0.0), geometry.position);
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
  face = faces;
}
`;

const fragmentShader = `\
#version 300 es
#define SHADER_NAME building-fragment
precision highp float;
in vec4 face;
out vec4 fragColor;
void main(void) {
  vec3 colour = building.colour * face.x;
  if (face.w > 0.5) {
    // Lines along the corners and the eaves, one pixel wide, where a wall is wide enough to carry them.
    vec2 perPixel = fwidth(face.yz);
    vec2 pixels = min(face.yz, 1.0 - face.yz) / max(perPixel, 1e-5);
    float nearest = min(pixels.x, (1.0 - face.z) / max(perPixel.y, 1e-5));
    float line = (1.0 - smoothstep(0.4, 1.4, nearest)) * (1.0 - smoothstep(0.06, 0.22, perPixel.x));
    colour = mix(colour, building.edge, 0.8 * line);
  }
  fragColor = vec4(colour, 1.0);
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;

interface BuildingState {
  readonly model: Model;
  readonly buffers: readonly Buffer[];
}

/** One mesh, one call. Hidden and shown again it touches no geometry. */
export class BuildingLayer extends Layer<BuildingLayerProps> {
  static override layerName = "BuildingLayer";
  /** deck.gl hands it on to the next layer of the same id. */
  declare state: { buildings?: BuildingState };

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const { mesh, id } = this.props;
    const positions = device.createBuffer({ id: `${id}-positions`, data: mesh.positions });
    const faces = device.createBuffer({ id: `${id}-faces`, data: mesh.faces });
    const indices = device.createBuffer({ id: `${id}-indices`, data: mesh.indices, usage: Buffer.INDEX });
    const model = new Model(device, {
      // deck.gl offers every model the properties of shader modules that this one does not use.
      disableWarnings: true,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [...defaultShaderModules, project32, buildingUniforms],
      id,
      topology: "triangle-list",
      bufferLayout: [
        { name: "positions", format: "float32x3" },
        { name: "faces", format: "unorm8x4" },
      ],
      attributes: { positions, faces },
      indexBuffer: indices,
      vertexCount: mesh.indices.length,
      // A wall is seen from outside only.
      parameters: { cullMode: "back" },
    });
    this.state.buildings = { model, buffers: [positions, faces, indices] };
  }

  override getModels(): Model[] {
    return this.state.buildings ? [this.state.buildings.model] : [];
  }

  /** Hot: runs for each picture. */
  override draw(): void {
    const { buildings } = this.state;
    const { palette } = this.props;
    if (buildings === undefined) return;
    buildings.model.shaderInputs.setProps({
      building: {
        colour: unitRgbOf(palette.building),
        spare0: 0,
        edge: unitRgbOf(palette.buildingEdge),
        spare1: 0,
      },
    });
    buildings.model.draw(this.context.renderPass);
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    const { buildings } = this.state;
    buildings?.model.destroy();
    for (const buffer of buildings?.buffers ?? []) buffer.destroy();
    this.state = {};
  }
}
