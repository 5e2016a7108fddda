import { describe, expect, it } from "vitest";
import { Answer, answerOf, answerStates, answerTextureWidth, countAnswers, readAnswers, writeAnswers } from "./answers";

/** As main/host/answer-list.ts writes them. */
function bytesOf(rows: readonly { person: number; complies: boolean; hearsAtS: number; x: number; y: number }[]) {
  const view = new DataView(new ArrayBuffer(16 * rows.length));
  rows.forEach(({ person, complies, hearsAtS, x, y }, row) => {
    view.setUint32(16 * row, person | (complies ? 1 << 24 : 0), true);
    [hearsAtS, x, y].forEach((value, part) => view.setFloat32(16 * row + 4 + 4 * part, value, true));
  });
  return new Uint8Array(view.buffer);
}

const list = readAnswers(
  "i1",
  bytesOf([
    { person: 3, complies: true, hearsAtS: 100, x: 1, y: 2 },
    { person: 2000, complies: false, hearsAtS: 200, x: 3, y: 4 },
    { person: 5, complies: true, hearsAtS: NaN, x: 5, y: 6 },
  ]),
);

describe("answers to an instruction", () => {
  it("are read row by row; bytes that are no rows are refused", () => {
    expect([...(list?.people ?? [])]).toEqual([3, 2000, 5]);
    expect([...(list?.homes ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(readAnswers("i1", new Uint8Array(17))).toBeUndefined();
  });

  it("follow from the time: who has not heard yet has not answered, who never hears never does", () => {
    if (list === undefined) throw new Error("read above");
    expect([0, 1, 2].map((row) => answerOf(list, row, 99))).toEqual(new Array(3).fill(Answer.unreached));
    expect([0, 1, 2].map((row) => answerOf(list, row, 1e6))).toEqual([
      Answer.complied,
      Answer.refused,
      Answer.unreached,
    ]);
    expect(countAnswers(list, 150)).toEqual([0, 2, 1, 0]);
    expect(countAnswers(list, 250)).toEqual([0, 1, 1, 1]);
  });

  it("fill whole rows of the texture, and say when anything changed", () => {
    if (list === undefined) throw new Error("read above");
    const states = answerStates(list);
    expect(states.length).toBe(2 * answerTextureWidth);
    expect(writeAnswers(list, 50, states)).toBe(true);
    expect(writeAnswers(list, 60, states)).toBe(false);
    expect(writeAnswers(list, 250, states)).toBe(true);
    expect([states[3], states[2000], states[5], states[4]]).toEqual([
      Answer.complied,
      Answer.refused,
      Answer.unreached,
      Answer.unasked,
    ]);
  });
});
