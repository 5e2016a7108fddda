import type { Scene } from "../scene/scene";
import { readAnswers, type AnswerList } from "../state/answers";
import type { ConsoleParts } from "./parts";

/** Instructions whose answers are kept: an operator compares a few. */
const keptMax = 4;

/**
 * Shows the answers to the instruction that is shown, while that layer is on. They are asked for once an instruction:
 * what was answered does not change, who has heard follows from the time.
 */
export function followAnswers({ bridge, session, workbench, layers }: ConsoleParts, scene: Scene) {
  const kept = new Map<string, AnswerList>();
  let asked: string | null = null;

  async function ask(instructionId: string) {
    asked = instructionId;
    const reply = await bridge.request("instruction.answers", { instructionId });
    asked = null;
    const list = reply.ok ? readAnswers(instructionId, reply.value.bytes) : undefined;
    // Empty: the engine has not heard of it yet; asked again when the instruction's report changes.
    if (list === undefined || list.people.length === 0) return;
    kept.set(instructionId, list);
    if (kept.size > keptMax) kept.delete(kept.keys().next().value ?? instructionId);
    follow();
  }

  function follow() {
    const { instructions } = session.getState();
    const shownId = workbench.getState().shownInstructionId ?? instructions.at(-1)?.id ?? null;
    if (!layers.getState().shown.has("compliance") || shownId === null) {
      scene.showAnswers(null);
      return;
    }
    const list = kept.get(shownId);
    if (list !== undefined) scene.showAnswers(list);
    else if (asked === null) void ask(shownId);
  }
  follow();
  return { follow };
}
