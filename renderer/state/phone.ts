import type { CommuterMessage, CommuterQuery } from "../../common/commuter-api";
import type { SessionState } from "./session";

/** Whose phone is looked at: the commuters that were asked for, and which of them. */
export interface PhoneInHand {
  /** null: nobody yet, the panel asks for whom. */
  readonly query: CommuterQuery | null;
  readonly place: number;
}

/** Changes whenever a phone may show something new: a block, an instruction's answers. */
export function phoneVersion({ ledger, instructions }: Pick<SessionState, "ledger" | "instructions">): string {
  const answers = instructions.map(({ id, stage, reached }) => `${id.slice(0, 8)} ${stage} ${String(reached)}`);
  return [String(ledger?.verifiedHeight ?? 0), ...answers].join("|");
}

/** Whether the list of commuters grows by itself; the others are what they were when they were asked for. */
export function growsByItself(query: CommuterQuery | null): boolean {
  return query?.by === "instruction";
}

type MessageStage = "onItsWay" | "heard" | "complies" | "declines";

/** How far a message has come, as the simulation knows. */
export function messageStage({ heardAtS, complies }: CommuterMessage): MessageStage {
  if (heardAtS === null) return "onItsWay";
  if (complies === null) return "heard";
  return complies ? "complies" : "declines";
}

/** The window of a message as it is said: one that has begun has no beginning any more. */
export function saidWindow(
  { fromS, untilS }: { readonly fromS: number; readonly untilS: number },
  sentS: number | null,
): { readonly fromS: number | null; readonly untilS: number } {
  return { fromS: sentS !== null && fromS <= sentS + 60 ? null : fromS, untilS };
}
