import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps, UpdateParameters } from "@deck.gl/core";
import { Buffer, type Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import { unitRgbOf } from "../scene/palette";
import { roadTexelFloats, widestFlowVehH } from "../state/road-picture";
import type { LayerPlace } from "./layer-place";
import {
  forgetIndexed,
  indexShownRoads,
  noRoadsIndexed,
  readsDifference,
  readsState,
  type IndexedRoads,
  type RoadPicture,
} from "./road-passes";
import type { RoadRibbons } from "./road-ribbons";
import {
  roadFragmentShader,
  RoadPass,
  roadTextureWidth,
  roadUniforms,
  roadVertexShader,
  type RoadUniforms,
} from "./road-shaders";

/**
 * All that is told by the colour and width of roads. Ribbons never change; what is known of each edge is one texel of a
 * texture that is written about once a second. Each layer that is switched on is one pass over the same buffers.
 */
export type RoadLayerProps = LayerProps &
  LayerPlace & {
    readonly ribbons: RoadRibbons;
    readonly picture: RoadPicture;
  };

interface RoadState {
  readonly model: Model;
  readonly buffers: readonly Buffer[];
  /** Indices of what each pass shows, by pass. */
  readonly shown: Map<RoadPass, ShownRoads>;
  /** Where they are put together. */
  readonly staging: Uint32Array<ArrayBuffer>;
  readonly state: Texture;
  readonly difference: Texture;
  /** Versions of the picture that the two textures hold. */
  stateVersion: number;
  differenceVersion: number;
  colours: RoadColours;
}

interface ShownRoads {
  readonly indexed: IndexedRoads;
  buffer: Buffer | null;
  /** What was indexed last: the picture's version, or the edges that are held. */
  of: string;
}

type RoadColours = Omit<RoadUniforms, "pass">;

/** What is shown grows and shrinks with the traffic: a buffer is made anew as seldom as that allows. */
const shownLeastBytes = 4096;
const shownGrowth = 1.5;

export class RoadLayer extends Layer<RoadLayerProps> {
  static override layerName = "RoadLayer";
  /** deck.gl hands it on to the next layer of the same id. */
  declare state: { roads?: RoadState };

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const { ribbons, picture, id } = this.props;
    const texture = (name: string) =>
      device.createTexture({
        id: `${id}-${name}`,
        format: "rgba32float",
        width: roadTextureWidth,
        height: picture.state.length / roadTextureWidth / roadTexelFloats,
        sampler: { minFilter: "nearest", magFilter: "nearest" },
      });
    const [state, difference] = [texture("state"), texture("difference")];
    const buffer = (name: string, data: Float32Array | Uint32Array) =>
      device.createBuffer({ id: `${id}-${name}`, data });
    const [places, sides] = [buffer("places", ribbons.places), buffer("sides", ribbons.sides)];
    const [edges, measures] = [buffer("edges", ribbons.edges), buffer("measures", ribbons.measures)];
    const model = new Model(device, {
      // deck.gl offers every model the properties of shader modules that this one does not use.
      disableWarnings: true,
      vs: roadVertexShader,
      fs: roadFragmentShader,
      modules: [...defaultShaderModules, project32, roadUniforms],
      id,
      topology: "triangle-strip",
      bufferLayout: [
        { name: "places", format: "float32x2" },
        { name: "sides", format: "float32x2" },
        { name: "edges", format: "uint32" },
        { name: "measures", format: "float32x3" },
      ],
      attributes: { places, sides, edges, measures },
      vertexCount: 0,
      bindings: { roadState: state, roadDifference: difference },
      parameters: { depthWriteEnabled: false },
    });
    const buffers = [places, sides, edges, measures];
    const staging = new Uint32Array(ribbons.indices.length);
    const shown = new Map<RoadPass, ShownRoads>();
    this.state.roads = {
      ...{ model, buffers, shown, staging, state, difference },
      ...{ stateVersion: -1, differenceVersion: -1, colours: this.colours() },
    };
  }

  override getModels(): Model[] {
    return this.state.roads ? [this.state.roads.model] : [];
  }

  override updateState(parameters: UpdateParameters<this>): void {
    super.updateState(parameters);
    if (this.state.roads) this.state.roads.colours = this.colours();
  }

  /** Hot: runs for each picture. */
  override draw(): void {
    const { roads } = this.state;
    const { picture } = this.props;
    if (roads === undefined) return;
    // Each only for those who look at it: together they are as many bytes as two frames of vehicles.
    if (picture.passes.some(readsState) && picture.version !== roads.stateVersion) {
      roads.state.writeData(picture.state);
      roads.stateVersion = picture.version;
    }
    if (picture.passes.some(readsDifference) && picture.version !== roads.differenceVersion) {
      roads.difference.writeData(picture.difference);
      roads.differenceVersion = picture.version;
    }
    for (const pass of picture.passes) this.drawPass(roads, pass);
    if (picture.hoveredEdge >= 0 || picture.markedEdge >= 0) this.drawPass(roads, RoadPass.held);
  }

  private drawPass(roads: RoadState, pass: RoadPass): void {
    const { buffer, indexed } = this.shownBy(roads, pass);
    if (buffer === null || indexed.count === 0) return;
    const { model, colours } = roads;
    model.setIndexBuffer(buffer);
    model.setVertexCount(indexed.count);
    model.shaderInputs.setProps({ road: { ...colours, pass } });
    model.draw(this.context.renderPass);
  }

  /** Brought up to date when the picture has changed, about once a second. */
  private shownBy({ shown, staging }: RoadState, pass: RoadPass): ShownRoads {
    const { ribbons, picture } = this.props;
    const of = pass === RoadPass.held ? `${picture.hoveredEdge} ${picture.markedEdge}` : picture.version.toString();
    let roads = shown.get(pass);
    if (roads === undefined) shown.set(pass, (roads = { indexed: noRoadsIndexed(ribbons), buffer: null, of: "" }));
    if (roads.of === of) return roads;
    roads.of = of;
    const { indexed } = roads;
    let written = indexShownRoads(ribbons, picture, pass, indexed, staging);
    if (roads.buffer === null || roads.buffer.byteLength < indexed.count * staging.BYTES_PER_ELEMENT) {
      forgetIndexed(indexed);
      written = indexShownRoads(ribbons, picture, pass, indexed, staging);
      roads.buffer?.destroy();
      roads.buffer = this.createIndices(pass, indexed.count * staging.BYTES_PER_ELEMENT);
    }
    if (written > 0)
      roads.buffer.write(staging.subarray(0, written), (indexed.count - written) * staging.BYTES_PER_ELEMENT);
    return roads;
  }

  private createIndices(pass: RoadPass, bytes: number): Buffer {
    const byteLength = Math.ceil(Math.max(bytes, shownLeastBytes) * shownGrowth);
    return this.context.device.createBuffer({
      ...{
        id: `${this.props.id}-shown-${pass}`,
        byteLength,
        usage: Buffer.INDEX | Buffer.COPY_DST,
        indexType: "uint32",
      },
    });
  }

  private colours(): RoadColours {
    const { palette } = this.props;
    return {
      caution: unitRgbOf(palette.caution),
      alarm: unitRgbOf(palette.alarm),
      accent: unitRgbOf(palette.accent),
      neutral: unitRgbOf(palette.queue),
      widestFlow: widestFlowVehH,
      flow: unitRgbOf(palette.flow),
      better: unitRgbOf(palette.better),
      worse: unitRgbOf(palette.worse),
      more: unitRgbOf(palette.more),
      less: unitRgbOf(palette.less),
      spare0: 0,
      spare1: 0,
      spare2: 0,
      spare3: 0,
      spare4: 0,
      spare5: 0,
      spare6: 0,
    };
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    const { roads } = this.state;
    if (roads === undefined) return;
    for (const owned of [roads.model, roads.state, roads.difference, ...roads.buffers]) owned.destroy();
    for (const { buffer } of roads.shown.values()) buffer?.destroy();
    this.state = {};
  }
}
