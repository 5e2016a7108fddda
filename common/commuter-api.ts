/**
 * What the console asks about one commuter's side: what became of their contract, block by block, and what their phone
 * shows. Times are session seconds since midnight, amounts micro-tokens as safe integers, as in `console-api.ts`.
 */

/** The checks of one event of a contract, in the order in which they are made. */
export const historySteps = ["found", "header", "transaction", "nextHeader", "result", "content"] as const;
/**
 * - found: the block that tells of it is kept
 * - header: the header of its block follows from the trust root
 * - transaction: the transaction lies under that header's data hash
 * - nextHeader: the header after it follows from the trust root
 * - result: the transaction's result lies under that header's last-results hash, and is a success
 * - content: what the transaction says is what the proved contract has; a rewriting, made again by the contract's own
 *   rules, leads to it
 */
export type HistoryStep = (typeof historySteps)[number];

export interface HistoryCheck {
  readonly step: HistoryStep;
  readonly ok: boolean;
}

interface EventProof {
  /** Block that brought it; null where none was found. */
  readonly height: number | null;
  /** Time of that block; null where none was found. */
  readonly timeS: number | null;
  readonly transactionHash: string | null;
  /** Up to the first that failed. */
  readonly checks: readonly HistoryCheck[];
  /** Every check was made and holds. */
  readonly proved: boolean;
}

/** A way to fulfil a contract that an instruction added: all that is not null or empty must hold. */
export interface ContractWay {
  readonly instructionId: string;
  readonly avoids: readonly string[];
  readonly avoidFromS: number;
  readonly avoidUntilS: number;
  readonly via: readonly string[];
  /** Nothing is passed before it. */
  readonly notBeforeS: number | null;
  /** What is passed first is passed before it. */
  readonly beginsBeforeS: number | null;
  /** The destination is reached before it. */
  readonly deadlineS: number;
  readonly expiresAtS: number;
  readonly bonusMicro: number;
}

/** One thing that happened to a contract on the chain. */
export type ContractEvent = EventProof &
  (
    | {
        /** The commuter's signed offer was taken: from here on the contract is in force. */
        readonly kind: "accepted";
        readonly rewardMicro: number;
        readonly penaltyMicro: number;
      }
    | {
        readonly kind: "rewritten";
        /** What the authority did with its instruction. */
        readonly by: "instruct" | "amend" | "withdraw";
        /** Of the contract, from here on. */
        readonly version: number;
        readonly instructionId: string;
        /** All ways that instructions had added before, and after; oldest first. */
        readonly before: readonly ContractWay[];
        readonly after: readonly ContractWay[];
      }
    | { readonly kind: "passed"; readonly terminal: number; readonly name: string; readonly passedAtS: number }
    | {
        readonly kind: "settled";
        /** left: by its holder, before it began */
        readonly outcome: "reward" | "rewardAndBonus" | "penalty" | "excused" | "left";
        readonly rewardMicro: number;
        readonly bonusMicro: number;
        readonly penaltyMicro: number;
        /** What the holder has: the deposit less the penalty, and what was paid. */
        readonly walletMicro: number;
      }
  );

export interface ContractHistory {
  readonly contractId: string;
  /** Oldest first, complete: a session keeps all of its blocks, and a contract has a limit of passages and rewritings. */
  readonly events: readonly ContractEvent[];
}

/** How a commuter is looked for. */
export type CommuterQuery =
  /** Whom a vehicle's record of a frame names. */
  | { readonly by: "vehicle"; readonly person: number }
  /** Who lives along this road; holders of a contract first. */
  | { readonly by: "home"; readonly edge: number }
  /** "P-17" a person, "C-17" or "17" a contract by its number, or the first digits of a contract's address. */
  | { readonly by: "text"; readonly text: string }
  | { readonly by: "contract"; readonly contractId: string }
  /** Whom an instruction has reached by now, the earliest first. */
  | { readonly by: "instruction"; readonly instructionId: string };

export interface CommuterMatches {
  /** Numbers of persons, at most `limit` from `offset` on. */
  readonly people: readonly number[];
  readonly total: number;
}

/** What happened to the tokens of a contract's wallet. */
export interface WalletMovement {
  readonly kind: "deposit" | "depositBack" | "reward" | "bonus" | "penalty";
  /** Into the wallet positive, out of it negative; a deposit is set aside and stays the holder's. */
  readonly amountMicro: number;
  readonly height: number | null;
  readonly timeS: number | null;
  readonly proved: boolean;
}

export interface WalletReport {
  /** The holder's to spend: what settlement left. */
  readonly freeMicro: number;
  /** Set aside against the penalty. */
  readonly depositMicro: number;
  /** Waits in escrow: the reward, while the contract is active. */
  readonly escrowMicro: number;
  readonly movements: readonly WalletMovement[];
  /** The balances lie in the contract whose proof holds, and the movements add up to them. */
  readonly verdict: string;
}

/** A message of an instruction, as it lies on the phone: one for each time that the contract was rewritten. */
export interface CommuterMessage {
  readonly instructionId: string;
  readonly by: "instruct" | "amend" | "withdraw";
  /** Of the contract, since this message. */
  readonly version: number;
  /** 1, 2, … in this session; null for one that this session did not send. */
  readonly number: number | null;
  /** What is asked; null when nothing is any more. */
  readonly way: ContractWay | null;
  /** The road of the incident; null when it is not known any more. */
  readonly road: string | null;
  /** Time of the block that rewrote the contract. */
  readonly sentS: number | null;
  readonly height: number | null;
  /** Simulated: when the commuter heard of it; null while they have not. */
  readonly heardAtS: number | null;
  /** Simulated: what they decided once they heard; null before. */
  readonly complies: boolean | null;
}

/** Where the simulation has the commuter. The authority of a real city would not see it. */
export interface SimulatedTrip {
  readonly phase: "beforeDeparture" | "onTheWay" | "atWork" | "onTheWayHome" | "atHome";
  /** When the way to work began; before that, when it is meant to. */
  readonly departedS: number;
  readonly arrivedS: number | null;
  /** The road on which they drive now. */
  readonly road: string | null;
}

export interface CommuterReport {
  readonly person: number;
  /** Number of the contract in this session, 1, 2, …; null without one. */
  readonly contractNumber: number | null;
  /** The pseudonym under which the ledger knows the contract: its key's digest. */
  readonly contractId: string | null;
  readonly wallet: WalletReport | null;
  /** Newest first. */
  readonly messages: readonly CommuterMessage[];
  readonly trip: SimulatedTrip;
}

/** What a commuter may allow: a kept record to be passed on for it, or, "counts", its passages to be counted for sale. */
export const consentPurposes = ["statistics", "services", "research", "counts"] as const;
export type ConsentPurpose = (typeof consentPurposes)[number];

/** What the holder of a contract agrees to, as the ledger has it; signing consents to the clause and to nothing beyond. */
export interface ConsentReport {
  readonly contractId: string;
  /** How many statements the contract's key has made. */
  readonly sequence: number;
  /** Nothing may be kept any more. */
  readonly withdrawn: boolean;
  readonly purposes: readonly ConsentPurpose[];
  /** Who wants what is kept erased, and since when; never taken back. */
  readonly erasure: { readonly wantedBy: "holder" | "delegate"; readonly sinceS: number } | null;
  /** The header that all of this is proved under. */
  readonly height: number;
}

/** Statements of all holders together: nobody is named. */
export interface ConsentCounts {
  readonly contracts: number;
  /** Who have said something beyond their signature. */
  readonly stated: number;
  readonly withdrawn: number;
  readonly byPurpose: Readonly<Record<ConsentPurpose, number>>;
  readonly erasures: {
    readonly byHolder: number;
    readonly byDelegate: number;
    /** Records whose erasure is wanted or due, and those that are declared erased everywhere. */
    readonly recordsPending: number;
    readonly recordsDone: number;
  };
}
