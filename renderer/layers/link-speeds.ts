import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps } from "@deck.gl/core";
import { Buffer } from "@luma.gl/core";
import type { Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import { linkSpeedUnits, linkSpeedUnknown } from "../../common/frame";
import { unitRgbOf } from "../scene/palette";
import { seenFromAfarShader, type LayerPlace } from "./layer-place";
import type { RoadRibbons } from "./road-ribbons";

/**
 * Roads on which traffic is slow, and the road in the operator's hand. Ribbons never change; the speed of each edge is
 * one byte of a small texture that is written at most once a second, and the shader draws only what is abnormal.
 */
export type LinkSpeedLayerProps = LayerProps &
  LayerPlace & {
    readonly ribbons: RoadRibbons;
    readonly edgeCount: number;
    readonly speeds: LinkSpeeds;
  };

/** What the layer reads at each draw. Mutated by the scene, never replaced. */
export interface LinkSpeeds {
  /** A byte an edge, as in a frame; null before the first frame. */
  bytes: Uint8Array | null;
  /** Changes with `bytes`. */
  version: number;
  /** Edge under the pointer, and edge in hand; -1 for none. */
  hoveredEdge: number;
  markedEdge: number;
}

/** Mean speed below these shares of the limit is shown. */
export const cautionRatio = 0.5;
export const alarmRatio = 0.25;

const textureWidth = 1024;

const block = `\
layout(std140) uniform linkUniforms {
  vec3 caution;
  float leastPx;
  vec3 alarm;
  float hoveredEdge;
  vec3 hover;
  float markedEdge;
} link;
`;

const linkUniforms = {
  name: "link",
  vs: block,
  fs: block,
  uniformTypes: {
    caution: "vec3<f32>",
    leastPx: "f32",
    alarm: "vec3<f32>",
    hoveredEdge: "f32",
    hover: "vec3<f32>",
    markedEdge: "f32",
  },
} as const;

const vertexShader = `\
#version 300 es
#define SHADER_NAME link-vertex
in vec2 places;
in vec2 sides;
in uint edges;
in float widthsM;
uniform sampler2D linkSpeeds;
out vec4 linkColor;
${seenFromAfarShader}
void main(void) {
  int edge = int(edges);
  float speed = texelFetch(linkSpeeds, ivec2(edge % ${textureWidth}, edge / ${textureWidth}), 0).r * 255.0;
  float ratio = speed / ${linkSpeedUnits.toFixed(1)};
  bool known = speed < ${linkSpeedUnknown.toFixed(1)} - 0.5;
  bool alarm = known && ratio < ${alarmRatio};
  bool caution = known && ratio < ${cautionRatio};
  bool held = float(edge) == link.hoveredEdge || float(edge) == link.markedEdge;
  if (!caution && !held) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  // Width tells the two apart as well as colour does.
  float share = held ? 1.0 : alarm ? 1.0 : 0.65;
  linkColor = held ? vec4(link.hover, 0.55) : vec4(alarm ? link.alarm : link.caution, 0.94);
  vec3 anchor = vec3(places, 0.0);
  vec4 ground = project_position_to_clipspace(anchor, vec3(0.0), vec3(0.0));
  float metresPerPixel = ground.w / project.focalDistance / (project.scale * project.commonUnitsPerMeter.z);
  float wholeM = share * max(widthsM, link.leastPx * metresPerPixel);
  // From near the ribbon is a tint under the vehicles, from afar it is the message.
  if (!held) linkColor.a *= mix(1.0, 0.5, smoothstep(7.0, 16.0, wholeM / metresPerPixel));
  float halfM = 0.5 * wholeM;
  geometry.worldPosition = anchor;
  gl_Position = project_position_to_clipspace(anchor, vec3(0.0), project_size(vec3(sides * halfM, 0.0)), geometry.position);
  // From afar no house may hide what is abnormal; vehicles are lifted a little further.
  gl_Position.z -= gl_Position.w * 0.9 * seenFromAfar(metresPerPixel);
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
}
`;

const fragmentShader = `\
#version 300 es
#define SHADER_NAME link-fragment
precision highp float;
in vec4 linkColor;
out vec4 fragColor;
void main(void) {
  fragColor = linkColor;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;

export class LinkSpeedLayer extends Layer<LinkSpeedLayerProps> {
  static override layerName = "LinkSpeedLayer";
  private links: { model: Model; buffers: Buffer[]; texture: Texture; texels: Uint8Array; version: number } | null =
    null;

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const { ribbons, edgeCount, id } = this.props;
    const height = Math.max(1, Math.ceil(edgeCount / textureWidth));
    const texels = new Uint8Array(textureWidth * height).fill(linkSpeedUnknown);
    const texture = device.createTexture({
      id: `${id}-speeds`,
      format: "r8unorm",
      width: textureWidth,
      height,
      sampler: { minFilter: "nearest", magFilter: "nearest" },
    });
    texture.writeData(texels);
    const buffer = (name: string, data: Float32Array | Uint32Array) =>
      device.createBuffer({ id: `${id}-${name}`, data });
    const [places, sides] = [buffer("places", ribbons.places), buffer("sides", ribbons.sides)];
    const [edges, widthsM] = [buffer("edges", ribbons.edges), buffer("widths", ribbons.widthsM)];
    const indices = device.createBuffer({ id: `${id}-indices`, data: ribbons.indices, usage: Buffer.INDEX });
    const model = new Model(device, {
      // deck.gl offers every model the properties of shader modules that this one does not use.
      disableWarnings: true,
      vs: vertexShader,
      fs: fragmentShader,
      modules: [...defaultShaderModules, project32, linkUniforms],
      id,
      topology: "triangle-list",
      bufferLayout: [
        { name: "places", format: "float32x2" },
        { name: "sides", format: "float32x2" },
        { name: "edges", format: "uint32" },
        { name: "widthsM", format: "float32" },
      ],
      attributes: { places, sides, edges, widthsM },
      indexBuffer: indices,
      vertexCount: ribbons.indices.length,
      bindings: { linkSpeeds: texture },
      parameters: { depthWriteEnabled: false },
    });
    this.links = { model, buffers: [places, sides, edges, widthsM, indices], texture, texels, version: -1 };
  }

  override getModels(): Model[] {
    return this.links ? [this.links.model] : [];
  }

  /** Hot: runs for each picture. */
  override draw(): void {
    const { links } = this;
    const { speeds, palette } = this.props;
    if (links === null) return;
    if (speeds.bytes !== null && speeds.version !== links.version) {
      links.texels.set(speeds.bytes.subarray(0, links.texels.length));
      links.texture.writeData(links.texels);
      links.version = speeds.version;
    }
    links.model.shaderInputs.setProps({
      link: {
        caution: unitRgbOf(palette.caution),
        leastPx: 6.4,
        alarm: unitRgbOf(palette.alarm),
        hoveredEdge: speeds.hoveredEdge,
        hover: unitRgbOf(palette.accent),
        markedEdge: speeds.markedEdge,
      },
    });
    links.model.draw(this.context.renderPass);
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    if (this.links === null) return;
    this.links.model.destroy();
    this.links.texture.destroy();
    for (const buffer of this.links.buffers) buffer.destroy();
    this.links = null;
  }
}
