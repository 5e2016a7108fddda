import { createMarkPicture, MarkColour, MarkShape, writeMark, type MarkPicture } from "../layers/marks";
import { Answer, answerOf, answerStates, writeAnswers, type AnswerList, type AnswerPicture } from "../state/answers";

/** Vehicles and homes by how their people answered an instruction. */
export interface AnswersOnMap {
  readonly vehicles: AnswerPicture;
  readonly homes: MarkPicture;
  /** Which answers are shown; null for none. */
  show(list: AnswerList | null): void;
  /** Brings both up to a time; at most once a simulated second. @returns whether anything has changed */
  update(timeS: number): boolean;
}

const radiusPx = { [Answer.unasked]: 0, [Answer.unreached]: 3, [Answer.complied]: 3.4, [Answer.refused]: 3 } as const;
const opacity = 0.85;

export function createAnswersOnMap(): AnswersOnMap {
  const vehicles: AnswerPicture = { states: null, version: 0 };
  const homes = createMarkPicture(0);
  let list: AnswerList | null = null;
  let updatedS = NaN;

  function writeHomes(timeS: number, shown: AnswerList) {
    for (let row = 0; row < shown.people.length; row++) {
      const answer = answerOf(shown, row, timeS);
      const shape =
        answer === Answer.complied ? MarkShape.disc : answer === Answer.refused ? MarkShape.square : MarkShape.ring;
      const colour =
        answer === Answer.complied
          ? MarkColour.instructed
          : answer === Answer.refused
            ? MarkColour.worse
            : MarkColour.vehicle;
      writeMark(homes, row, shown.homes[2 * row], shown.homes[2 * row + 1], shape, radiusPx[answer], colour, opacity);
    }
    homes.version++;
  }

  return {
    vehicles,
    homes,
    show(next) {
      if (next === list) return;
      list = next;
      updatedS = NaN;
      vehicles.states = next === null ? null : answerStates(next);
      vehicles.version++;
      const fresh = createMarkPicture(next?.people.length ?? 0);
      homes.data = fresh.data;
      homes.count = next?.people.length ?? 0;
      homes.version++;
    },
    update(timeS) {
      if (list === null || vehicles.states === null || Math.abs(timeS - updatedS) < 1) return false;
      updatedS = timeS;
      if (!writeAnswers(list, timeS, vehicles.states)) return false;
      vehicles.version++;
      writeHomes(timeS, list);
      return true;
    },
  };
}
