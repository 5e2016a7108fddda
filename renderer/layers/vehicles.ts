import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps, UpdateParameters } from "@deck.gl/core";
import type { Buffer, Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import { frameVehicleBytes, type FrameView } from "../../common/frame";
import { answerTextureWidth, type AnswerPicture } from "../state/answers";
import type { Playback } from "../state/playback";
import { unitRgbOf } from "../scene/palette";
import type { Plane } from "../scene/place";
import type { LayerPlace } from "./layer-place";
import {
  recordTextureWidth,
  vehicleFragmentShader,
  vehiclesAnInstance,
  vehicleUniforms,
  vehicleVertexShader,
  type VehicleUniforms,
} from "./vehicle-shaders";
import { buildVehicleMark, buildVehicleShape, repeatShape, type VehicleShape } from "./vehicle-shape";

/**
 * All vehicles of one twin. The records of two frames lie in two textures as the engine packed them, a texel a vehicle;
 * the graphics card moves every vehicle between them by one uniform. A frame costs one upload into the third texture, a
 * drawn picture costs a few uniforms. The corners of `vehiclesAnInstance` vehicles lie in one buffer, which is drawn as
 * often as there are vehicles for.
 */
export type VehicleLayerProps = LayerProps &
  LayerPlace & {
    /** Read at each draw: which two frames, and how far between them. */
    readonly playback: Playback;
    readonly plane: Plane;
    readonly answers: AnswerPicture;
    readonly near: NearVehicles;
  };

/** Who is drawn by `scene/near-cars` instead. Mutated, never replaced. */
export interface NearVehicles {
  /** Metres of the city's plane. */
  x: number;
  y: number;
  /** 0: nobody is. */
  radiusM: number;
}

/** Standing for longer than a signal's cycle, and for longer than two. */
export const cautionStandingS = 90;
const alarmStandingS = 240;
const ringSize = 3;
/** Up to this zoom vehicles are marks. */
const markZoom = 15;

export function isMark(zoom: number): boolean {
  return zoom < markZoom;
}

interface Ring {
  readonly textures: readonly Texture[];
  /** What lies in each texture. */
  readonly holds: (FrameView | null)[];
  /** Slots. */
  readonly capacity: number;
}

interface VehicleState {
  /** From near a body with a cabin, from afar one flat mark: it is some pixels then, whatever it is made of. */
  readonly box: Model;
  readonly mark: Model;
  readonly corners: readonly Buffer[];
  ring: Ring;
  bound: { previous: FrameView; next: FrameView } | null;
  constants: VehicleConstants;
  answers: Texture;
  answersVersion: number;
}

type VehicleConstants = Omit<VehicleUniforms, "mixed" | "answers" | "nearM" | "nearCentre" | "slotCount">;

export class VehicleLayer extends Layer<VehicleLayerProps> {
  static override layerName = "VehicleLayer";
  /** deck.gl hands it on to the next layer of the same id. */
  declare state: { vehicles?: VehicleState };

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const ring = this.createRing(1024);
    const [previousFrame, nextFrame] = ring.textures;
    const answers = this.createAnswers(1);
    const corners: Buffer[] = [];
    const modelOf = (name: string, shape: VehicleShape) => {
      const repeated = repeatShape(shape, vehiclesAnInstance);
      const buffer = (data: Float32Array | Uint32Array) => {
        const made = device.createBuffer({ id: `${this.props.id}-${name}-corners-${corners.length}`, data });
        corners.push(made);
        return made;
      };
      return new Model(device, {
        // deck.gl offers every model the properties of shader modules that this one does not use.
        disableWarnings: true,
        vs: vehicleVertexShader,
        fs: vehicleFragmentShader,
        modules: [...defaultShaderModules, project32, vehicleUniforms],
        id: `${this.props.id}-${name}`,
        topology: "triangle-list",
        bufferLayout: [
          { name: "positions", format: "float32x3" },
          { name: "normals", format: "float32x3" },
          { name: "vehicles", format: "uint32" },
        ],
        attributes: {
          positions: buffer(repeated.positions),
          normals: buffer(repeated.normals),
          vehicles: buffer(repeated.rows),
        },
        vertexCount: repeated.rows.length,
        instanceCount: 0,
        bindings: { vehicleAnswers: answers, previousFrame, nextFrame },
      });
    };
    this.state.vehicles = {
      box: modelOf("box", buildVehicleShape()),
      mark: modelOf("mark", buildVehicleMark()),
      corners,
      ring,
      bound: null,
      constants: this.constantUniforms(),
      answers,
      answersVersion: 0,
    };
  }

  /** The one that is drawn now: deck.gl brings the uniforms of each of them up to date for every picture. */
  override getModels(): Model[] {
    const { vehicles } = this.state;
    return vehicles === undefined ? [] : [isMark(this.context.viewport.zoom) ? vehicles.mark : vehicles.box];
  }

  override updateState(parameters: UpdateParameters<this>): void {
    super.updateState(parameters);
    if (this.state.vehicles) this.state.vehicles.constants = this.constantUniforms();
  }

  /** Hot: runs for each picture. */
  override draw(): void {
    const { vehicles } = this.state;
    const { previous, next, mix } = this.props.playback;
    if (vehicles === undefined || next === null || next.vehicleSlotCount === 0) return;
    this.bindFrames(vehicles, previous ?? next, next);
    this.bindAnswers(vehicles);
    const { near, answers } = this.props;
    const [model] = this.getModels();
    model.shaderInputs.setProps({
      vehicle: {
        ...vehicles.constants,
        mixed: mix,
        answers: answers.states === null ? 0 : 1,
        nearM: near.radiusM,
        nearCentre: [near.x, near.y],
        slotCount: slotsOfBoth(previous ?? next, next),
      },
    });
    model.draw(this.context.renderPass);
    this.props.playback.drawnS = this.props.playback.playheadS;
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    const { vehicles } = this.state;
    vehicles?.box.destroy();
    vehicles?.mark.destroy();
    vehicles?.answers.destroy();
    for (const owned of [...(vehicles?.ring.textures ?? []), ...(vehicles?.corners ?? [])]) owned.destroy();
    this.state = {};
  }

  private constantUniforms(): VehicleConstants {
    const { palette, plane, opacity } = this.props;
    return {
      warp: [plane.warp.east, plane.warp.north, plane.warp.curve],
      moving: unitRgbOf(palette.vehicle),
      standing: unitRgbOf(palette.vehicleStanding),
      caution: unitRgbOf(palette.caution),
      alarm: unitRgbOf(palette.alarm),
      instructed: unitRgbOf(palette.instructed),
      leastLengthPx: 5,
      leastWidthPx: 2.8,
      cautionS: cautionStandingS,
      alarmS: alarmStandingS,
      opacity: opacity ?? 1,
      refused: unitRgbOf(palette.worse),
      unasked: unitRgbOf(palette.unasked),
      spare: 0,
    };
  }

  private createAnswers(height: number): Texture {
    return this.context.device.createTexture({
      id: `${this.props.id}-answers`,
      format: "r8unorm",
      width: answerTextureWidth,
      height,
      sampler: { minFilter: "nearest", magFilter: "nearest" },
    });
  }

  private bindAnswers(vehicles: VehicleState): void {
    const { states, version } = this.props.answers;
    if (states === null || version === vehicles.answersVersion) return;
    const height = states.length / answerTextureWidth;
    if (vehicles.answers.height !== height) {
      const outgrown = vehicles.answers;
      vehicles.answers = this.createAnswers(height);
      for (const model of [vehicles.box, vehicles.mark]) model.setBindings({ vehicleAnswers: vehicles.answers });
      outgrown.destroy();
    }
    vehicles.answers.writeData(states);
    vehicles.answersVersion = version;
  }

  private createRing(slots: number): Ring {
    const height = Math.ceil(slots / recordTextureWidth);
    const textures = Array.from({ length: ringSize }, (_, place) =>
      this.context.device.createTexture({
        id: `${this.props.id}-ring-${place}`,
        format: "rgba32uint",
        width: recordTextureWidth,
        height,
        sampler: { minFilter: "nearest", magFilter: "nearest" },
      }),
    );
    return { textures, holds: textures.map(() => null), capacity: height * recordTextureWidth };
  }

  private bindFrames(vehicles: VehicleState, previous: FrameView, next: FrameView): void {
    if (vehicles.bound?.previous === previous && vehicles.bound.next === next) return;
    const slots = Math.max(previous.vehicleSlotCount, next.vehicleSlotCount);
    if (slots > vehicles.ring.capacity) {
      const outgrown = vehicles.ring.textures;
      vehicles.ring = this.createRing(Math.ceil(slots * 1.25));
      for (const texture of outgrown) texture.destroy();
    }
    const previousFrame = uploaded(vehicles.ring, previous, next);
    const nextFrame = uploaded(vehicles.ring, next, previous);
    const instances = Math.ceil(slotsOfBoth(previous, next) / vehiclesAnInstance);
    for (const model of [vehicles.box, vehicles.mark]) {
      model.setBindings({ previousFrame, nextFrame });
      model.setInstanceCount(instances);
    }
    vehicles.bound = { previous, next };
  }
}

/** A vehicle in a slot that the previous frame did not have yet is not drawn until both have it. */
function slotsOfBoth(previous: FrameView, next: FrameView): number {
  return Math.min(previous.vehicleSlotCount, next.vehicleSlotCount);
}

/** The texture that holds the frame; uploads it first, over whatever is neither this frame nor the other, if none does. */
function uploaded(ring: Ring, frame: FrameView, other: FrameView): Texture {
  let place = ring.holds.indexOf(frame);
  if (place < 0) {
    place = ring.holds.findIndex((held) => held !== other);
    writeRecords(ring.textures[place], frame);
    ring.holds[place] = frame;
  }
  return ring.textures[place];
}

/** Whole rows, then what is left of the last one. */
function writeRecords(texture: Texture, { vehicles, vehicleSlotCount }: FrameView): void {
  const words = new Uint32Array(vehicles.buffer, vehicles.byteOffset, (vehicleSlotCount * frameVehicleBytes) / 4);
  const rows = Math.floor(vehicleSlotCount / recordTextureWidth);
  const left = vehicleSlotCount - rows * recordTextureWidth;
  if (rows > 0) texture.writeData(words, { height: rows });
  const done = (rows * recordTextureWidth * frameVehicleBytes) / 4;
  if (left > 0) texture.writeData(words.subarray(done), { y: rows, width: left, height: 1 });
}
