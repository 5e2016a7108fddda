import { placeOnEdge } from "../../common/edge-place";
import { fail, succeed, type Result } from "../../common/result";
import { timeAtTick, type SessionContext } from "./session-context";

/** Bytes of one person's answer: u32 person and, in bit 24, whether they comply; f32 time of hearing, s; f32 x, y of their home, m. */
const rowBytes = 16;
const compliesBit = 1 << 24;

/**
 * How those who were asked answered an instruction, for the console to show on the map. It changes only with an amendment or a withdrawal:
 * who has heard by now follows from the time. @returns `rowBytes` a person; a time of NaN: never hears
 */
export function answerList(
  context: Pick<SessionContext, "parts" | "twins">,
  instructionId: string,
): Result<Uint8Array<ArrayBuffer>> {
  const { city, population, instructions } = context.parts;
  const found = instructions.answersOf(instructionId);
  if (found === undefined) return fail("no such instruction", instructionId);
  const { answers } = found;
  // Sent, and not yet heard of by the engine.
  if (answers === undefined) return succeed(new Uint8Array());
  const bytes = new Uint8Array(answers.people.length * rowBytes);
  const view = new DataView(bytes.buffer);
  const { edgeLengthM } = city.columns;
  const { tripOriginPosition } = context.parts.twins.live.columns;
  answers.people.forEach((person, row) => {
    const at = row * rowBytes;
    const edge = population.homeEdge[person];
    const home = placeOnEdge(city, edge, (edgeLengthM[edge] * tripOriginPosition[2 * person]) / 256);
    const hears = answers.hearsAtTick[row];
    view.setUint32(at, person | (answers.complies[row] === 1 ? compliesBit : 0), true);
    view.setFloat32(at + 4, hears < 0 ? NaN : timeAtTick(context, hears), true);
    view.setFloat32(at + 8, home.x, true);
    view.setFloat32(at + 12, home.y, true);
  });
  return succeed(bytes);
}
