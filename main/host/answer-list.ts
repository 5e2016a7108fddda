import { placeOnEdge } from "../../common/edge-place";
import { fail, succeed, type Result } from "../../common/result";
import { timeAtTick, type SessionContext } from "./session-context";

/** Bytes of one person's answer: u32 person and, in bit 24, whether they comply; f32 time of hearing, s; f32 x, y of their home, m. */
const rowBytes = 16;
const compliesBit = 1 << 24;

/**
 * How those who were asked answered an instruction, for the console to show on the map. It is the same from the moment of
 * sending on: who has heard by now follows from the time. @returns `rowBytes` a person; a time of NaN: never hears
 */
export function answerList(
  context: Pick<SessionContext, "parts" | "twins">,
  instructionId: string,
): Result<Uint8Array<ArrayBuffer>> {
  const { city, population, instructions } = context.parts;
  const found = instructions.answersOf(instructionId);
  if (found === undefined) return fail("no such instruction", instructionId);
  const { number, answers } = found;
  const command = context.twins.log.find((one) => one.kind === "instruct" && one.instruction === number);
  // Sent, and not yet heard of by the engine.
  if (command?.kind !== "instruct" || answers === undefined) return succeed(new Uint8Array());
  const bytes = new Uint8Array(command.people.length * rowBytes);
  const view = new DataView(bytes.buffer);
  const { edgeLengthM } = city.columns;
  const { tripOriginPosition } = context.parts.twins.live.columns;
  command.people.forEach((person, row) => {
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
