import type { Scene } from "../scene/scene";
import { readAnswers, type AnswerList } from "../state/answers";
import type { ConsoleParts } from "./parts";

/** Instructions whose answers are kept: an operator compares a few. */
const keptMax = 4;

/**
 * Shows the answers to the instruction that is shown, while that layer is on. They are asked for once an instruction:
 * what was answered changes only with an amendment, who has heard follows from the time.
 */
export function followAnswers({ bridge, session, workbench, layers }: ConsoleParts, scene: Scene) {
  const kept = new Map<string, { readonly list: AnswerList; readonly rewritten: number }>();
  let asked: string | null = null;

  async function ask(instructionId: string, rewritten: number) {
    asked = instructionId;
    const reply = await bridge.request("instruction.answers", { instructionId });
    asked = null;
    const list = reply.ok ? readAnswers(instructionId, reply.value.bytes) : undefined;
    // Empty: the engine has not heard of it yet; asked again when the instruction's report changes.
    if (list === undefined || list.people.length === 0) return;
    kept.set(instructionId, { list, rewritten });
    if (kept.size > keptMax) kept.delete(kept.keys().next().value ?? instructionId);
    follow();
  }

  function follow() {
    const { instructions } = session.getState();
    const shownId = workbench.getState().shownInstructionId;
    const shown = instructions.find(({ id }) => id === shownId) ?? instructions.at(-1);
    if (!layers.getState().shown.has("compliance") || shown === undefined) {
      scene.showAnswers(null);
      return;
    }
    const known = kept.get(shown.id);
    if (known !== undefined) scene.showAnswers(known.list);
    // An amendment reaches others, too.
    if (known?.rewritten !== shown.rewritten && asked === null) void ask(shown.id, shown.rewritten);
  }
  follow();
  return { follow };
}
