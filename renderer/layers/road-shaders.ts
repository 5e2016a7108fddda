import { Grade } from "../state/road-picture";
import { seenFromAfarShader } from "./layer-place";

/** What one pass over the roads draws. */
export const RoadPass = { held: 0, speed: 1, flow: 2, queue: 3, speedDifference: 4, flowDifference: 5 } as const;
export type RoadPass = (typeof RoadPass)[keyof typeof RoadPass];

/** Pixels across: a full ribbon; the widest flow; the bar of a queue and the bar across its end. */
const widthPx = { ribbon: 6.4, flowMost: 22, flowLeast: 0.8, queue: 3.4, queueEnd: 9 } as const;

export const roadTextureWidth = 1024;

/** luma.gl reads this block itself: one field a line. std140: a vec3 is followed by a float, which fills its place. */
const block = `\
layout(std140) uniform roadUniforms {
  vec3 caution;
  float pass;
  vec3 alarm;
  float spare5;
  vec3 accent;
  float spare6;
  vec3 neutral;
  float widestFlow;
  vec3 flow;
  float spare0;
  vec3 better;
  float spare1;
  vec3 worse;
  float spare2;
  vec3 more;
  float spare3;
  vec3 less;
  float spare4;
} road;
`;

type Colour = [number, number, number];
export interface RoadUniforms {
  readonly caution: Colour;
  readonly pass: RoadPass;
  readonly alarm: Colour;
  readonly spare5: number;
  readonly accent: Colour;
  readonly spare6: number;
  readonly neutral: Colour;
  readonly widestFlow: number;
  readonly flow: Colour;
  readonly spare0: number;
  readonly better: Colour;
  readonly spare1: number;
  readonly worse: Colour;
  readonly spare2: number;
  readonly more: Colour;
  readonly spare3: number;
  readonly less: Colour;
  readonly spare4: number;
}

export const roadUniforms = {
  name: "road",
  vs: block,
  fs: block,
  uniformTypes: {
    caution: "vec3<f32>",
    pass: "f32",
    alarm: "vec3<f32>",
    spare5: "f32",
    accent: "vec3<f32>",
    spare6: "f32",
    neutral: "vec3<f32>",
    widestFlow: "f32",
    flow: "vec3<f32>",
    spare0: "f32",
    better: "vec3<f32>",
    spare1: "f32",
    worse: "vec3<f32>",
    spare2: "f32",
    more: "vec3<f32>",
    spare3: "f32",
    less: "vec3<f32>",
    spare4: "f32",
  },
} as const;

const glsl = (value: number) => value.toFixed(1);

/** When a road shows something in a pass, in the shader's words; `isShown` says it of the same texels. Held roads always do. */
export const roadShows = [
  [RoadPass.speed, "state.x", ">", "0.0"],
  [RoadPass.flow, "state.y", ">", "0.0"],
  [RoadPass.queue, "state.z", ">", "state.w"],
  [RoadPass.speedDifference, "difference.x", "!=", "0.0"],
  [RoadPass.flowDifference, "difference.y", "!=", "0.0"],
] as const;
const hidesIdle = roadShows
  .map(([pass, ...shows]) => `if (road.pass == ${glsl(pass)} && !(${shows.join(" ")})) wholeM = 0.0;`)
  .join("\n  ");

/**
 * One pass draws one layer, of the edges that show something in it (`road-passes.ts`); one that does no more is of no width. The left vertex of each shape point is even, the right one odd. A ribbon that is wider than
 * its road is moved to the right of it, so that both directions of a street are seen side by side from afar.
 */
export const roadVertexShader = `\
#version 300 es
#define SHADER_NAME road-vertex
in vec2 places;
in vec2 sides;
in uint edges;
in vec3 measures;
uniform highp sampler2D roadState;
uniform highp sampler2D roadDifference;
out vec4 roadColor;
out vec3 roadMeasures;
out vec4 roadClip;
flat out float roadDashed;
${seenFromAfarShader}
void main(void) {
  int edge = int(edges);
  ivec2 texel = ivec2(edge % ${roadTextureWidth}, edge / ${roadTextureWidth});
  vec4 state = texelFetch(roadState, texel, 0);
  vec4 difference = texelFetch(roadDifference, texel, 0);
  float side = (gl_VertexID & 1) == 0 ? 1.0 : -1.0;
  vec3 anchor = vec3(places, 0.0);
  vec4 ground = project_position_to_clipspace(anchor, vec3(0.0), vec3(0.0));
  float metresPerPixel = ground.w / project.focalDistance / (project.scale * project.commonUnitsPerMeter.z);
  float fullM = max(measures.x, ${glsl(widthPx.ribbon)} * metresPerPixel);
  float wholeM = 0.0;
  float lift = 0.9;
  roadClip = vec4(-1e9, 1e9, 0.0, 0.0);
  roadDashed = 0.0;
  roadColor = vec4(0.0);

  if (road.pass == ${glsl(RoadPass.held)}) {
    wholeM = fullM;
    roadColor = vec4(road.accent, 0.55);
  } else if (road.pass == ${glsl(RoadPass.speed)}) {
    // Width tells the two apart as well as colour does.
    bool alarm = state.x == ${glsl(Grade.alarm)};
    wholeM = alarm ? fullM : 0.65 * fullM;
    roadColor = vec4(alarm ? road.alarm : road.caution, 0.94);
    // From near the ribbon is a tint under the vehicles, from afar it is the message.
    roadColor.a *= mix(1.0, 0.5, smoothstep(7.0, 16.0, wholeM / metresPerPixel));
  } else if (road.pass == ${glsl(RoadPass.flow)}) {
    float share = min(1.0, state.y / road.widestFlow);
    wholeM = mix(${glsl(widthPx.flowLeast)}, ${glsl(widthPx.flowMost)}, share) * metresPerPixel;
    roadColor = vec4(road.flow, 0.3 + 0.6 * sqrt(share));
    lift = 0.7;
  } else if (road.pass == ${glsl(RoadPass.queue)}) {
    float grade = floor(state.z * 0.5);
    float head = state.z - 2.0 * grade;
    // Wide enough for the bar across its end; the fragment shader cuts the rest.
    wholeM = ${glsl(widthPx.queueEnd)} * metresPerPixel;
    roadColor = vec4(grade == ${glsl(Grade.alarm)} ? road.alarm : grade == ${glsl(Grade.caution)} ? road.caution : road.neutral, 1.0);
    roadClip = vec4(state.w, head, 3.0 * metresPerPixel, grade);
    lift = 0.95;
  } else {
    bool isSpeed = road.pass == ${glsl(RoadPass.speedDifference)};
    float steps = isSpeed ? difference.x : difference.y;
    float size = abs(steps);
    wholeM = (0.45 + 0.3 * size) * ${glsl(widthPx.ribbon)} * metresPerPixel;
    vec3 up = isSpeed ? road.better : road.more;
    vec3 down = isSpeed ? road.worse : road.less;
    roadColor = vec4(steps > 0.0 ? up : down, 0.55 + 0.14 * size);
    // Less, or slower, is hatched: told apart without colour.
    roadDashed = steps < 0.0 ? 4.0 * metresPerPixel : 0.0;
    lift = 0.92;
  }
  ${hidesIdle}
  float halfM = 0.5 * wholeM;
  float moved = max(0.0, halfM - 0.5 * measures.x);
  vec2 across = sides * halfM - side * sides * moved;
  roadMeasures = vec3(measures.y, measures.z, side);
  geometry.worldPosition = anchor;
  gl_Position = project_position_to_clipspace(anchor, vec3(0.0), project_size(vec3(across, 0.0)), geometry.position);
  // From afar no house may hide what is abnormal; vehicles are lifted a little further.
  gl_Position.z -= gl_Position.w * lift * seenFromAfar(metresPerPixel);
  DECKGL_FILTER_GL_POSITION(gl_Position, geometry);
}
`;

export const roadFragmentShader = `\
#version 300 es
#define SHADER_NAME road-fragment
precision highp float;
in vec4 roadColor;
in vec3 roadMeasures;
in vec4 roadClip;
flat in float roadDashed;
out vec4 fragColor;
void main(void) {
  fragColor = roadColor;
  if (road.pass == ${glsl(RoadPass.queue)}) {
    if (roadMeasures.y < roadClip.x || roadMeasures.y > roadClip.y) discard;
    // A bar from the stop line back, and a bar across its end.
    float sharePerPixel = abs(dFdx(roadMeasures.y)) + abs(dFdy(roadMeasures.y));
    bool isEnd = roadMeasures.y - roadClip.x < 2.5 * sharePerPixel;
    float reach = roadClip.w == ${glsl(Grade.normal)} ? 0.26 : ${(widthPx.queue / widthPx.queueEnd + 0.1).toFixed(2)};
    if (!isEnd && abs(roadMeasures.z) > reach) discard;
  }
  if (roadDashed > 0.0 && fract(roadMeasures.x / roadDashed * 0.5 + roadMeasures.z * 0.25) > 0.55) discard;
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
