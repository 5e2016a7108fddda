/**
 * How commuters answered one instruction. The host sends a row for each who was asked; who has heard by now follows from
 * the time, so that nothing more has to be sent.
 */
export interface AnswerList {
  readonly instructionId: string;
  readonly people: Uint32Array;
  /** Session time of hearing, s; NaN: never. */
  readonly hearsAtS: Float32Array;
  /** 1: does, or will do, what was asked. */
  readonly complies: Uint8Array;
  /** x, y of each home in metres of the city's plane. */
  readonly homes: Float32Array;
}

/** What is told of a person. */
export const Answer = { unasked: 0, unreached: 1, complied: 2, refused: 3 } as const;
export type Answer = (typeof Answer)[keyof typeof Answer];

/** Persons a row of the texture that vehicles are coloured by. */
export const answerTextureWidth = 1024;
const rowBytes = 16;
const compliesBit = 1 << 24;
const personMask = 0xffffff;

/** What the vehicles' layer reads at each draw. Mutated by the scene, never replaced. */
export interface AnswerPicture {
  /** An `Answer` by person, in whole rows of the texture; null while no answers are shown. */
  states: Uint8Array<ArrayBuffer> | null;
  version: number;
}

/** Reads `instruction.answers`. @returns undefined when the bytes are no rows */
export function readAnswers(instructionId: string, bytes: Uint8Array): AnswerList | undefined {
  if (bytes.byteLength % rowBytes !== 0) return undefined;
  const count = bytes.byteLength / rowBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const list = {
    instructionId,
    people: new Uint32Array(count),
    hearsAtS: new Float32Array(count),
    complies: new Uint8Array(count),
    homes: new Float32Array(2 * count),
  };
  for (let row = 0, at = 0; row < count; row++, at += rowBytes) {
    const who = view.getUint32(at, true);
    list.people[row] = who & personMask;
    list.complies[row] = (who & compliesBit) === 0 ? 0 : 1;
    list.hearsAtS[row] = view.getFloat32(at + 4, true);
    list.homes[2 * row] = view.getFloat32(at + 8, true);
    list.homes[2 * row + 1] = view.getFloat32(at + 12, true);
  }
  return list;
}

/** How the person of a row has answered by `timeS`. */
export function answerOf({ hearsAtS, complies }: AnswerList, row: number, timeS: number): Answer {
  if (!(hearsAtS[row] <= timeS)) return Answer.unreached;
  return complies[row] === 1 ? Answer.complied : Answer.refused;
}

/** Room for the answers of everybody up to the highest person asked, in whole rows of the texture. */
export function answerStates({ people }: AnswerList): Uint8Array<ArrayBuffer> {
  const most = people.reduce((highest, person) => Math.max(highest, person), 0);
  return new Uint8Array(answerTextureWidth * Math.ceil((most + 1) / answerTextureWidth));
}

/** Brings the states up to `timeS`. Allocates nothing. @returns whether any has changed */
export function writeAnswers(list: AnswerList, timeS: number, states: Uint8Array): boolean {
  let changed = false;
  for (let row = 0; row < list.people.length; row++) {
    const answer = answerOf(list, row, timeS);
    const person = list.people[row];
    if (states[person] === answer) continue;
    states[person] = answer;
    changed = true;
  }
  return changed;
}

/** How many have answered how by `timeS`, by `Answer`. */
export function countAnswers(
  list: AnswerList,
  timeS: number,
): readonly [never: 0, unreached: number, complied: number, refused: number] {
  let [unreached, complied, refused] = [0, 0, 0];
  for (let row = 0; row < list.people.length; row++) {
    const answer = answerOf(list, row, timeS);
    if (answer === Answer.unreached) unreached++;
    else if (answer === Answer.complied) complied++;
    else refused++;
  }
  return [0, unreached, complied, refused];
}
