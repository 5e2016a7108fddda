import { FrameVehicle, VehicleMark } from "../../common/frame";
import { deckMetresShader } from "../scene/place";
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
} vehicle;
`;

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
  },
} as const;

/** A jump of more than this between two frames is another vehicle in the same slot, m. */
const snapM = 50;

/**
 * The record's floats come as their bits: a NaN that has gone through a graphics card's float unit is not always one any
 * more, and an empty slot must never be drawn.
 */
export const vehicleVertexShader = `\
#version 300 es
#define SHADER_NAME vehicle-vertex
in vec3 positions;
in vec3 normals;
in uvec3 previousPlace;
in uvec3 nextPlace;
in uvec4 nextState;
out vec4 vehicleColor;
${deckMetresShader}${seenFromAfarShader}
const float TURN = 6.283185307;

bool isEmpty(uint bits) {
  return (bits & 0x7f800000u) == 0x7f800000u;
}

vec3 colorOf(uvec4 state) {
  uint marks = state.y;
  bool stands = (marks & ${VehicleMark.standing}u) != 0u;
  float stoodS = float(state.x) * ${standingUnitS.toFixed(1)};
  vec3 own = vehicle.moving * (0.86 + 0.14 * float(state.w) / 255.0);
  vec3 color = stands ? vehicle.standing : mix(vehicle.standing, own, min(1.0, float(state.x) / 90.0));
  if ((marks & ${VehicleMark.complies}u) != 0u) color = vehicle.instructed;
  else if ((marks & ${VehicleMark.instructed}u) != 0u) color = mix(color, vehicle.instructed, 0.45);
  if (stands && stoodS >= vehicle.alarmS) color = vehicle.alarm;
  else if (stands && stoodS >= vehicle.cautionS) color = vehicle.caution;
  return color;
}

void main(void) {
  if (isEmpty(nextPlace.x)) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  vec3 next = uintBitsToFloat(nextPlace);
  vec3 previous = isEmpty(previousPlace.x) ? next : uintBitsToFloat(previousPlace);
  vec2 moved = next.xy - previous.xy;
  if (dot(moved, moved) > ${(snapM * snapM).toFixed(1)}) previous = next;
  vec3 anchor = vec3(toDeckMetres(mix(previous.xy, next.xy, vehicle.mixed), vehicle.warp), 0.0);
  float turn = mod(next.z - previous.z + 0.5 * TURN, TURN) - 0.5 * TURN;
  float heading = previous.z + turn * vehicle.mixed;
  float c = cos(heading);
  float s = sin(heading);

  // Never smaller than some pixels: metres a pixel where this vehicle is, from its depth in clip space.
  vec4 ground = project_position_to_clipspace(anchor, vec3(0.0), vec3(0.0));
  float metresPerPixel = ground.w / project.focalDistance / (project.scale * project.commonUnitsPerMeter.z);
  float lengthwise = max(1.0, vehicle.leastLengthPx * metresPerPixel / ${vehicleLengthM.toFixed(1)});
  float crosswise = max(1.0, vehicle.leastWidthPx * metresPerPixel / ${vehicleWidthM.toFixed(1)});
  vec3 body = positions * vec3(lengthwise, crosswise, sqrt(crosswise));
  vec3 turned = vec3(c * body.x - s * body.y, s * body.x + c * body.y, body.z);
  geometry.worldPosition = anchor;
  gl_Position = project_position_to_clipspace(anchor, vec3(0.0), project_size(turned), geometry.position);
  // Enlarged vehicles would sink into the houses beside the road.
  gl_Position.z -= gl_Position.w * seenFromAfar(metresPerPixel);
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);

  vec3 normal = normalize(vec3(c * normals.x - s * normals.y, s * normals.x + c * normals.y, normals.z));
  float light = 0.62 + 0.38 * max(0.0, dot(normal, normalize(vec3(-0.4, -0.5, 0.85))));
  vehicleColor = vec4(colorOf(nextState) * mix(light, 1.0, clamp(lengthwise / 4.0 - 0.25, 0.0, 1.0)), vehicle.opacity);
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

/** Where the shader finds what in a vehicle's record. */
export const placeOffset = FrameVehicle.x;
export const stateOffset = FrameVehicle.speedRatio;
