import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps, UpdateParameters } from "@deck.gl/core";
import type { Buffer } from "@luma.gl/core";
import { Geometry, Model } from "@luma.gl/engine";
import { unitRgbOf } from "../scene/palette";
import { deckMetresShader, type Plane } from "../scene/place";
import type { LayerPlace } from "./layer-place";

/**
 * Flat marks at fixed places, drawn by formula: homes by the answer of who lives there, terminals by how many passed
 * lately. Each mark is four floats that the scene writes; shapes tell apart what colours do.
 */
export type MarkLayerProps = LayerProps &
  LayerPlace & {
    readonly plane: Plane;
    readonly marks: MarkPicture;
  };

export const MarkShape = { hidden: 0, disc: 1, square: 2, ring: 3 } as const;
export type MarkShape = (typeof MarkShape)[keyof typeof MarkShape];
/** Which colour of the palette. */
export const MarkColour = { instructed: 0, worse: 1, vehicle: 2, passage: 3 } as const;

/** Floats of a mark: x, y in metres of the city's plane; radius, px, plus 1000 × shape; opacity plus 10 × colour. */
export const markFloats = 4;

/** What the layer reads at each draw. Mutated by the scene, never replaced. */
export interface MarkPicture {
  data: Float32Array<ArrayBuffer>;
  count: number;
  version: number;
}

export function createMarkPicture(capacity: number): MarkPicture {
  return { data: new Float32Array(markFloats * capacity), count: 0, version: 0 };
}

/** Writes one mark. Allocates nothing. */
export function writeMark(
  picture: MarkPicture,
  row: number,
  x: number,
  y: number,
  shape: MarkShape,
  radiusPx: number,
  colour: number,
  opacity: number,
): void {
  const at = row * markFloats;
  picture.data[at] = x;
  picture.data[at + 1] = y;
  picture.data[at + 2] = 1000 * shape + Math.min(999, radiusPx);
  picture.data[at + 3] = 10 * colour + Math.min(1, opacity);
}

const block = `\
layout(std140) uniform markUniforms {
  vec3 warp;
  float spare0;
  vec3 instructed;
  float spare1;
  vec3 worse;
  float spare2;
  vec3 plain;
  float spare3;
  vec3 passage;
  float spare4;
} mark;
`;

const markUniforms = {
  name: "mark",
  vs: block,
  fs: block,
  uniformTypes: {
    warp: "vec3<f32>",
    spare0: "f32",
    instructed: "vec3<f32>",
    spare1: "f32",
    worse: "vec3<f32>",
    spare2: "f32",
    plain: "vec3<f32>",
    spare3: "f32",
    passage: "vec3<f32>",
    spare4: "f32",
  },
} as const;

const vertexShader = `\
#version 300 es
#define SHADER_NAME mark-vertex
in vec3 positions;
in vec4 marks;
out vec2 corner;
out vec4 markColor;
flat out float markShape;
flat out float markRadius;
${deckMetresShader}
void main(void) {
  float shape = floor(marks.z / 1000.0);
  float radius = marks.z - 1000.0 * shape;
  if (shape == 0.0 || radius <= 0.0) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  vec3 anchor = vec3(toDeckMetres(marks.xy, mark.warp), 0.0);
  vec4 ground = project_position_to_clipspace(anchor, vec3(0.0), vec3(0.0));
  float metresPerPixel = ground.w / project.focalDistance / (project.scale * project.commonUnitsPerMeter.z);
  float reach = (radius + 1.0) * metresPerPixel;
  geometry.worldPosition = anchor;
  gl_Position = project_position_to_clipspace(anchor, vec3(0.0), project_size(vec3(positions.xy * reach, 0.0)), geometry.position);
  // Never inside the houses beside it.
  gl_Position.z -= gl_Position.w * 0.02;
  corner = positions.xy * (radius + 1.0);
  float colour = floor(marks.w / 10.0);
  vec3 rgb = colour == 0.0 ? mark.instructed : colour == 1.0 ? mark.worse : colour == 2.0 ? mark.plain : mark.passage;
  markColor = vec4(rgb, marks.w - 10.0 * colour);
  markShape = shape;
  markRadius = radius;
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
}
`;

const fragmentShader = `\
#version 300 es
#define SHADER_NAME mark-fragment
precision highp float;
in vec2 corner;
in vec4 markColor;
flat in float markShape;
flat in float markRadius;
out vec4 fragColor;
void main(void) {
  float reach = markShape == ${MarkShape.square.toFixed(1)} ? max(abs(corner.x), abs(corner.y)) : length(corner);
  float cover = clamp(markRadius + 0.5 - reach, 0.0, 1.0);
  if (markShape == ${MarkShape.ring.toFixed(1)}) cover *= clamp(reach - markRadius + 2.0, 0.0, 1.0);
  if (cover <= 0.0) discard;
  fragColor = vec4(markColor.rgb, markColor.a * cover);
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;

interface MarkState {
  readonly model: Model;
  buffer: Buffer;
  version: number;
}

export class MarkLayer extends Layer<MarkLayerProps> {
  static override layerName = "MarkLayer";
  /** deck.gl hands it on to the next layer of the same id. */
  declare state: { marks?: MarkState };

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const buffer = this.createBuffer();
    const model = new Model(device, {
      // deck.gl offers every model the properties of shader modules that this one does not use.
      disableWarnings: true,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [...defaultShaderModules, project32, markUniforms],
      id: this.props.id,
      geometry: new Geometry({
        topology: "triangle-strip",
        attributes: { positions: { size: 3, value: new Float32Array([-1, -1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0]) } },
      }),
      instanceCount: 0,
      bufferLayout: [{ name: "marks", format: "float32x4", stepMode: "instance" }],
      attributes: { marks: buffer },
      parameters: { depthWriteEnabled: false },
    });
    this.state.marks = { model, buffer, version: -1 };
    this.setColours();
  }

  /** Whether there is nothing to draw. */
  isEmpty(): boolean {
    return this.props.marks.count === 0;
  }

  override getModels(): Model[] {
    return this.state.marks ? [this.state.marks.model] : [];
  }

  override updateState(parameters: UpdateParameters<this>): void {
    super.updateState(parameters);
    this.setColours();
  }

  /** Hot: runs for each picture. */
  override draw(): void {
    const { marks: state } = this.state;
    const { marks } = this.props;
    if (state === undefined || this.isEmpty()) return;
    if (state.version !== marks.version) {
      if (state.buffer.byteLength < marks.data.byteLength) {
        const outgrown = state.buffer;
        state.buffer = this.createBuffer();
        state.model.setAttributes({ marks: state.buffer });
        outgrown.destroy();
      }
      state.buffer.write(marks.data);
      state.model.setInstanceCount(marks.count);
      state.version = marks.version;
    }
    state.model.draw(this.context.renderPass);
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    this.state.marks?.model.destroy();
    this.state.marks?.buffer.destroy();
    this.state = {};
  }

  private createBuffer(): Buffer {
    const byteLength = Math.max(16, this.props.marks.data.byteLength);
    return this.context.device.createBuffer({ id: `${this.props.id}-marks`, byteLength });
  }

  private setColours(): void {
    const { palette, plane } = this.props;
    this.state.marks?.model.shaderInputs.setProps({
      mark: {
        warp: [plane.warp.east, plane.warp.north, plane.warp.curve],
        instructed: unitRgbOf(palette.instructed),
        worse: unitRgbOf(palette.worse),
        plain: unitRgbOf(palette.vehicle),
        passage: unitRgbOf(palette.passage),
        spare0: 0,
        spare1: 0,
        spare2: 0,
        spare3: 0,
        spare4: 0,
      },
    });
  }
}
