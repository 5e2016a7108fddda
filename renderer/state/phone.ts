import type { CommuterMessage, CommuterQuery, ContractWay } from "../../common/commuter-api";
import type { TerminalPlace } from "../../common/console-api";
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

/** The roads that terminals stand on, by the terminals' names; those whose road has no name are not in it. */
export type TerminalRoads = ReadonlyMap<string, string>;

export function terminalRoads(terminals: readonly Pick<TerminalPlace, "name" | "road">[]): TerminalRoads {
  return new Map(terminals.flatMap(({ name, road }) => (road === null ? [] : [[name, road]])));
}

/** A terminal as a driver knows it. */
export function terminalInWords(name: string, roads: TerminalRoads): string {
  const road = roads.get(name);
  return road === undefined ? name : `${road} (${name})`;
}

/** What a message asks for, in the order in which it is said. */
export type Asked =
  /** `fromS` null: from now on. */
  | {
      readonly kind: "keepAway";
      readonly avoids: readonly string[];
      readonly fromS: number | null;
      readonly untilS: number;
    }
  | { readonly kind: "goBy"; readonly via: readonly string[] }
  | { readonly kind: "notBefore"; readonly timeS: number }
  | { readonly kind: "beginBefore"; readonly timeS: number };

/** A window that begins no later than this after the message is there from now on, s. */
const soonS = 60;

/** What is asked of who reads a message. */
export function askedBy(way: ContractWay, sentS: number | null): readonly Asked[] {
  const { avoids, avoidFromS, avoidUntilS, via, notBeforeS, beginsBeforeS } = way;
  const hasBegun = sentS !== null && avoidFromS <= sentS + soonS;
  const asked: Asked[] = [];
  if (notBeforeS !== null) asked.push({ kind: "notBefore", timeS: notBeforeS });
  if (beginsBeforeS !== null) asked.push({ kind: "beginBefore", timeS: beginsBeforeS });
  if (avoids.length > 0) {
    asked.push({ kind: "keepAway", avoids, fromS: hasBegun ? null : avoidFromS, untilS: avoidUntilS });
  }
  if (via.length > 0) asked.push({ kind: "goBy", via });
  return asked;
}

/** The bonus is earned by being there in time: before the deadline, and before the offer ends. */
export function bonusUntilS({ deadlineS, expiresAtS }: ContractWay): number {
  return Math.min(deadlineS, expiresAtS);
}
