import type { InstructionReport } from "../../common/console-api";
import { useSession } from "./parts";
import { text } from "./text";

/** How far an instruction is, in words. Once its window is over it asks nothing more, although its bonus can still be earned. */
export function stageText({ stage, untilS }: Pick<InstructionReport, "stage" | "untilS">, nowS: number): string {
  const isOver = (stage === "verified" || stage === "active") && nowS >= untilS;
  return isOver ? text.instruction.windowOver : text.instruction.stages[stage];
}

/** The same by the city's clock. Windows end with a minute: whoever says it renders again once a minute. */
export function useStageText(): (report: InstructionReport) => string {
  const minute = useSession(({ clock }) => Math.floor((clock?.timeS ?? 0) / 60));
  return (report) => stageText(report, 60 * minute);
}
