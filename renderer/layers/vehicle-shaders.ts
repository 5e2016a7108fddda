import { headingUnits, riderPersonMask, VehicleMark } from "../../common/frame";
import { deckMetresShader } from "../scene/place";
import { snapM } from "../state/near-vehicles";
import { Answer, answerTextureWidth } from "../state/answers";
import { standingUnitS } from "../state/standing";
import { seenFromAfarShader } from "./layer-place";
import { vehicleLengthM, vehicleWidthM } from "./vehicle-shape";

/** luma.gl 9.4 reads this block itself: one field a line. std140: a vec3 is followed by a float, which fills its place. */
const block = `\
layout(std140) uniform vehicleUniforms {
  vec3 warp;
  float mixed;
  vec3 moving;
  float leastLengthPx;
  vec3 standing;
  float leastWidthPx;
  vec3 caution;
  float cautionS;
  vec3 alarm;
  float alarmS;
  vec3 instructed;
  float opacity;
  vec3 refused;
  float answers;
  vec3 unasked;
  float nearM;
  vec2 nearCentre;
  float slotCount;
  float spare;
} vehicle;
`;

/** Records a row of a frame's texture. */
export const recordTextureWidth = 1024;

/**
 * Vehicles of one instance. Cards handle an instance of few corners badly, and a processor that draws takes each as a call
 * of its own: 20,000 vehicles took a second and more.
 */
export const vehiclesAnInstance = 256;

export interface VehicleUniforms {
  readonly warp: [number, number, number];
  /** Share of the way from the previous frame to the next. */
  readonly mixed: number;
  readonly moving: [number, number, number];
  readonly leastLengthPx: number;
  readonly standing: [number, number, number];
  readonly leastWidthPx: number;
  readonly caution: [number, number, number];
  /** Standing for longer than this is shown as a caution, s. */
  readonly cautionS: number;
  readonly alarm: [number, number, number];
  readonly alarmS: number;
  readonly instructed: [number, number, number];
  readonly opacity: number;
  readonly refused: [number, number, number];
  /** 1 while the answers to an instruction are shown. */
  readonly answers: number;
  readonly unasked: [number, number, number];
  /** Vehicles nearer than this to `nearCentre` are drawn by somebody else, m of the city's plane; 0 = none is. */
  readonly nearM: number;
  readonly nearCentre: [number, number];
  /** Slots that both frames have. */
  readonly slotCount: number;
  readonly spare: number;
}

export const vehicleUniforms = {
  name: "vehicle",
  vs: block,
  fs: block,
  uniformTypes: {
    warp: "vec3<f32>",
    mixed: "f32",
    moving: "vec3<f32>",
    leastLengthPx: "f32",
    standing: "vec3<f32>",
    leastWidthPx: "f32",
    caution: "vec3<f32>",
    cautionS: "f32",
    alarm: "vec3<f32>",
    alarmS: "f32",
    instructed: "vec3<f32>",
    opacity: "f32",
    refused: "vec3<f32>",
    answers: "f32",
    unasked: "vec3<f32>",
    nearM: "f32",
    nearCentre: "vec2<f32>",
    slotCount: "f32",
    spare: "f32",
  },
} as const;

/**
 * The record's floats come as their bits: a NaN that has gone through a graphics card's float unit is not always one any
 * more, and an empty slot must never be drawn.
 */
export const vehicleVertexShader = `\
#version 300 es
#define SHADER_NAME vehicle-vertex
in vec3 positions;
in vec3 normals;
in uint vehicles;
uniform highp usampler2D previousFrame;
uniform highp usampler2D nextFrame;
uniform highp sampler2D vehicleAnswers;
out vec4 vehicleColor;
${deckMetresShader}${seenFromAfarShader}
const float TURN = 6.283185307;

uvec4 recordOf(highp usampler2D frame, int slot) {
  return texelFetch(frame, ivec2(slot % ${recordTextureWidth}, slot / ${recordTextureWidth}), 0);
}

bool isSameTrip(uvec4 previousRecord, uvec4 nextRecord) {
  uint marks = (previousRecord.z ^ nextRecord.z) >> 24;
  return previousRecord.w == nextRecord.w && (marks & ${VehicleMark.returning}u) == 0u;
}

bool isEmpty(uint bits) {
  return (bits & 0x7f800000u) == 0x7f800000u;
}

/** A constant part of a turn of the person's own, 0 … 1. */
float shadeOf(uint person) {
  return float((person * 2654435761u) >> 24) / 255.0;
}

float answerOf(uint person) {
  int row = int(person);
  return texelFetch(vehicleAnswers, ivec2(row % ${answerTextureWidth}, row / ${answerTextureWidth}), 0).r * 255.0;
}

vec3 colorOf(uint state, uint person) {
  uint speed = (state >> 16) & 255u;
  uint marks = state >> 24;
  bool stands = (marks & ${VehicleMark.standing}u) != 0u;
  float stoodS = float(speed) * ${standingUnitS.toFixed(1)};
  vec3 own = vehicle.moving * (0.86 + 0.14 * shadeOf(person));
  vec3 color = stands ? vehicle.standing : mix(vehicle.standing, own, min(1.0, float(speed) / 90.0));
  if ((marks & ${VehicleMark.complies}u) != 0u) color = vehicle.instructed;
  else if ((marks & ${VehicleMark.instructed}u) != 0u) color = mix(color, vehicle.instructed, 0.45);
  if (stands && stoodS >= vehicle.alarmS) color = vehicle.alarm;
  else if (stands && stoodS >= vehicle.cautionS) color = vehicle.caution;
  return color;
}

void main(void) {
  int slot = gl_InstanceID * ${vehiclesAnInstance} + int(vehicles);
  uvec4 nextRecord = recordOf(nextFrame, slot);
  vec2 next = uintBitsToFloat(nextRecord.xy);
  if (slot >= int(vehicle.slotCount) || isEmpty(nextRecord.x) || distance(next, vehicle.nearCentre) < vehicle.nearM) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  uvec4 previousRecord = recordOf(previousFrame, slot);
  uint nextTurn = nextRecord.z & 65535u;
  vec2 previous = uintBitsToFloat(previousRecord.xy);
  uint previousTurn = previousRecord.z & 65535u;
  vec2 moved = next - previous;
  if (isEmpty(previousRecord.x) || !isSameTrip(previousRecord, nextRecord) || dot(moved, moved) > ${(snapM * snapM).toFixed(1)}) {
    previous = next;
    previousTurn = nextTurn;
  }
  vec3 anchor = vec3(toDeckMetres(mix(previous, next, vehicle.mixed), vehicle.warp), 0.0);
  // The shortest arc: the difference of both, as a signed number of 16 bits.
  int turn = (int(nextTurn - previousTurn) << 16) >> 16;
  float heading = (float(previousTurn) + float(turn) * vehicle.mixed) * (TURN / ${headingUnits.toFixed(1)});
  float c = cos(heading);
  float s = sin(heading);

  // Never smaller than some pixels: metres a pixel where this vehicle is, from its depth in clip space.
  vec4 ground = project_position_to_clipspace(anchor, vec3(0.0), vec3(0.0));
  float metresPerPixel = ground.w / project.focalDistance / (project.scale * project.commonUnitsPerMeter.z);
  float lengthwise = max(1.0, vehicle.leastLengthPx * metresPerPixel / ${vehicleLengthM.toFixed(1)});
  float crosswise = max(1.0, vehicle.leastWidthPx * metresPerPixel / ${vehicleWidthM.toFixed(1)});
  uint person = nextRecord.w & ${riderPersonMask}u;
  vec3 color = colorOf(nextRecord.z, person);
  vec3 body = positions * vec3(lengthwise, crosswise, sqrt(crosswise));
  if (vehicle.answers > 0.5) {
    // Told apart without colour: who complies is an arrow, who refused a square, who has not heard yet stays small.
    float answer = answerOf(person);
    color = vehicle.unasked;
    if (answer == ${Answer.complied.toFixed(1)}) {
      color = vehicle.instructed;
      body *= 1.5;
      body.y *= clamp(-positions.x / ${vehicleLengthM.toFixed(1)}, 0.05, 1.0);
    } else if (answer == ${Answer.refused.toFixed(1)}) {
      color = vehicle.refused;
      body *= 1.3;
      body.y = positions.y * lengthwise * ${((1.3 * vehicleLengthM) / vehicleWidthM).toFixed(2)};
    } else if (answer == ${Answer.unreached.toFixed(1)}) {
      color = mix(vehicle.unasked, vehicle.moving, 0.7);
    } else body *= 0.7;
  }
  vec3 turned = vec3(c * body.x - s * body.y, s * body.x + c * body.y, body.z);
  geometry.worldPosition = anchor;
  gl_Position = project_position_to_clipspace(anchor, vec3(0.0), project_size(turned), geometry.position);
  // Enlarged vehicles would sink into the houses beside the road.
  gl_Position.z -= gl_Position.w * seenFromAfar(metresPerPixel);
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);

  vec3 normal = normalize(vec3(c * normals.x - s * normals.y, s * normals.x + c * normals.y, normals.z));
  float light = 0.62 + 0.38 * max(0.0, dot(normal, normalize(vec3(-0.4, -0.5, 0.85))));
  vehicleColor = vec4(color * mix(light, 1.0, clamp(lengthwise / 4.0 - 0.25, 0.0, 1.0)), vehicle.opacity);
}
`;

export const vehicleFragmentShader = `\
#version 300 es
#define SHADER_NAME vehicle-fragment
precision highp float;
in vec4 vehicleColor;
out vec4 fragColor;
void main(void) {
  fragColor = vehicleColor;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
