import { Layer, project32 } from "@deck.gl/core";
import type { LayerProps, UpdateParameters } from "@deck.gl/core";
import type { Buffer, Texture } from "@luma.gl/core";
import { Geometry, Model } from "@luma.gl/engine";
import { frameVehicleBytes, type FrameView } from "../../common/frame";
import { answerTextureWidth, type AnswerPicture } from "../state/answers";
import type { Playback } from "../state/playback";
import { unitRgbOf } from "../scene/palette";
import type { Plane } from "../scene/place";
import type { LayerPlace } from "./layer-place";
import { vehicleFragmentShader, vehicleUniforms, vehicleVertexShader, type VehicleUniforms } from "./vehicle-shaders";
import { buildVehicleMark, buildVehicleShape, type VehicleShape } from "./vehicle-shape";

/**
 * All vehicles of one twin. The records of two frames lie in two instance buffers as the engine packed them; the
 * graphics card moves every vehicle between them by one uniform. A frame costs one upload into the third buffer, a drawn
 * picture costs a few uniforms.
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
  readonly buffers: Buffer[];
  /** What lies in each buffer. */
  readonly holds: (FrameView | null)[];
  capacity: number;
}

interface VehicleState {
  /** From near a body with a cabin, from afar one flat mark: it is some pixels then, whatever it is made of. */
  readonly box: Model;
  readonly mark: Model;
  ring: Ring;
  bound: { previous: FrameView; next: FrameView } | null;
  constants: VehicleConstants;
  answers: Texture;
  answersVersion: number;
}

type VehicleConstants = Omit<VehicleUniforms, "mixed" | "answers" | "nearM" | "nearCentre">;

export class VehicleLayer extends Layer<VehicleLayerProps> {
  static override layerName = "VehicleLayer";
  /** deck.gl hands it on to the next layer of the same id. */
  declare state: { vehicles?: VehicleState };

  override initializeState(): void {
    const { device, defaultShaderModules } = this.context;
    const ring = this.createRing(1024);
    const [previous, next] = ring.buffers;
    const answers = this.createAnswers(1);
    const modelOf = (name: string, shape: VehicleShape) =>
      new Model(device, {
        // deck.gl offers every model the properties of shader modules that this one does not use.
        disableWarnings: true,
        vs: vehicleVertexShader,
        fs: vehicleFragmentShader,
        modules: [...defaultShaderModules, project32, vehicleUniforms],
        id: `${this.props.id}-${name}`,
        geometry: new Geometry({
          topology: "triangle-list",
          attributes: {
            positions: { size: 3, value: shape.positions },
            normals: { size: 3, value: shape.normals },
          },
        }),
        instanceCount: 0,
        bufferLayout: [
          {
            name: "previous",
            stepMode: "instance",
            byteStride: frameVehicleBytes,
            attributes: [{ attribute: "previousRecord", format: "uint32x4", byteOffset: 0 }],
          },
          {
            name: "next",
            stepMode: "instance",
            byteStride: frameVehicleBytes,
            attributes: [{ attribute: "nextRecord", format: "uint32x4", byteOffset: 0 }],
          },
        ],
        attributes: { previous, next },
        bindings: { vehicleAnswers: answers },
      });
    this.state.vehicles = {
      box: modelOf("box", buildVehicleShape()),
      mark: modelOf("mark", buildVehicleMark()),
      ring,
      bound: null,
      constants: this.constantUniforms(),
      answers,
      answersVersion: 0,
    };
  }

  override getModels(): Model[] {
    return this.state.vehicles ? [this.state.vehicles.box, this.state.vehicles.mark] : [];
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
    const model = isMark(this.context.viewport.zoom) ? vehicles.mark : vehicles.box;
    model.shaderInputs.setProps({
      vehicle: {
        ...vehicles.constants,
        mixed: mix,
        answers: answers.states === null ? 0 : 1,
        nearM: near.radiusM,
        nearCentre: [near.x, near.y],
      },
    });
    model.draw(this.context.renderPass);
  }

  override finalizeState(context: Parameters<Layer["finalizeState"]>[0]): void {
    super.finalizeState(context);
    const { vehicles } = this.state;
    vehicles?.box.destroy();
    vehicles?.mark.destroy();
    vehicles?.answers.destroy();
    for (const buffer of vehicles?.ring.buffers ?? []) buffer.destroy();
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
      spare: [0, 0],
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
      for (const model of this.getModels()) model.setBindings({ vehicleAnswers: vehicles.answers });
      outgrown.destroy();
    }
    vehicles.answers.writeData(states);
    vehicles.answersVersion = version;
  }

  private createRing(slots: number): Ring {
    const byteLength = slots * frameVehicleBytes;
    const buffers = Array.from({ length: ringSize }, (_, place) =>
      this.context.device.createBuffer({ id: `${this.props.id}-ring-${place}`, byteLength }),
    );
    return { buffers, holds: buffers.map(() => null), capacity: slots };
  }

  private bindFrames(vehicles: VehicleState, previous: FrameView, next: FrameView): void {
    if (vehicles.bound?.previous === previous && vehicles.bound.next === next) return;
    const slots = Math.max(previous.vehicleSlotCount, next.vehicleSlotCount);
    if (slots > vehicles.ring.capacity) {
      const outgrown = vehicles.ring.buffers;
      vehicles.ring = this.createRing(Math.ceil(slots * 1.25));
      for (const buffer of outgrown) buffer.destroy();
    }
    const previousBuffer = uploaded(vehicles.ring, previous, next);
    const nextBuffer = uploaded(vehicles.ring, next, previous);
    // A vehicle in a slot that the previous frame did not have yet is not drawn until both have it.
    const instances = Math.min(previous.vehicleSlotCount, next.vehicleSlotCount);
    for (const model of this.getModels()) {
      model.setAttributes({ previous: previousBuffer, next: nextBuffer });
      model.setInstanceCount(instances);
    }
    vehicles.bound = { previous, next };
  }
}

/** The buffer that holds the frame; uploads it first, over whatever is neither this frame nor the other, if none does. */
function uploaded(ring: Ring, frame: FrameView, other: FrameView): Buffer {
  let place = ring.holds.indexOf(frame);
  if (place < 0) {
    place = ring.holds.findIndex((held) => held !== other);
    ring.buffers[place].write(frame.vehicles);
    ring.holds[place] = frame;
  }
  return ring.buffers[place];
}
