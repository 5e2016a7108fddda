import type { CommuterMessage, ConsentReport, WalletReport } from "./commuter-api";
import type { ContractReport, TerminalPlace } from "./console-api";
import type { Failure } from "./result";

/**
 * What the commuter's own page and the host say to each other, over a socket that a link of its own opens: nothing of the
 * operator's can be asked here, and of contracts only those that were signed under this link. Contracts' keys are made
 * and kept by the page; bytes are hexadecimal.
 */
export interface CommuterRequests {
  /** What can be signed now, and all that an offer's bytes are made of. `fromS`: nothing that leaves before it. */
  menu: { params: { readonly fromS: number }; reply: CommuterMenu };
  /** An entry of the menu, signed by the contract's key over what the page itself made of it. */
  sign: {
    params: { readonly entryId: string; readonly contractKey: string; readonly signature: string };
    reply: CommuterView;
  };
  view: { params: { readonly contractId: string }; reply: CommuterView };
  /** What a holder says alone: consent, its withdrawal, a demand of erasure, or that they leave; a signed transaction. */
  state: { params: { readonly contractId: string; readonly transaction: string }; reply: CommuterView };
  /** A simulated terminal's challenge, as a phone gets it that passes there. */
  challenge: { params: { readonly contractId: string; readonly terminal: number }; reply: CommuterChallenge };
  /** The signed challenge; the terminal signs it, too. */
  pass: { params: { readonly contractId: string; readonly signature: string }; reply: CommuterView };
}
export type CommuterRequestName = keyof CommuterRequests;

export interface CommuterMenu {
  readonly chainId: string;
  readonly custodianKey: string;
  /** Block time of the session day's midnight, s. */
  readonly midnightS: number;
  readonly template: { readonly templateId: number; readonly version: number };
  readonly clauseVersion: number;
  /** What is signed with the contract: the page hashes it itself. */
  readonly clause: string;
  readonly entries: readonly MenuEntry[];
  /** Whole hours of the day, 0 to 23, in which something leaves that can still be signed. */
  readonly hours: readonly number[];
  /** A contract can be left until so long before its departure, s. */
  readonly leaveNoticeS: number;
  /** The road of each terminal of the city; null where it has no name. */
  readonly terminals: readonly Pick<TerminalPlace, "name" | "road">[];
  readonly timeS: number;
}

/** Times are session seconds, whole; amounts micro-tokens. */
export interface MenuEntry {
  readonly entryId: string;
  readonly departFromS: number;
  readonly departUntilS: number;
  readonly itinerary: readonly {
    readonly terminal: number;
    readonly name: string;
    readonly fromS: number;
    readonly untilS: number;
  }[];
  readonly deadlineS: number;
  readonly rewardMicro: number;
  readonly penaltyMicro: number;
}

/** What a commuter's page shows of one contract: proved by the host's light client just now. */
export interface CommuterView {
  readonly contract: ContractReport;
  readonly wallet: WalletReport;
  /** Newest first. */
  readonly messages: readonly CommuterMessage[];
  readonly consent: ConsentReport;
  readonly timeS: number;
}

export interface CommuterChallenge {
  readonly terminal: number;
  /** Block time. */
  readonly timeS: number;
  readonly challenge: string;
}

export type CommuterAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Failure };

/** Where the page's socket is. */
export const commuterSocketPath = "/commuter-api";
