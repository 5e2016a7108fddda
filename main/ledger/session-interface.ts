import type { ConsentCounts, ConsentReport, ContractHistory } from "../../common/commuter-api";
import type {
  ContractReport,
  InstructionAmendment,
  InstructionDraft,
  InstructionMatch,
  LedgerState,
} from "../../common/console-api";
import type { ConsortiumReport, DelegateOrder, TrustRootReport } from "../../common/ledger-api";
import type { Failure, Result } from "../../common/result";
import type { Said } from "../../common/said";
import type { TerminalSite } from "../../ledger/machine/records/credential-record";
import type { ServedChain } from "../../ledger/solo/served-chain";
import type { RecordContent } from "../../ledger/vault/content";
import type { ConsentPurpose } from "../../ledger/contracts/consent";
import type { CountQuestion } from "../../ledger/contracts/counts";

/**
 * The ledger as a session uses it: the embedded engine, the members that it plays, and the light client that believes
 * none of it unverified. `session-ledger.ts` opens one. Times are session times, seconds since
 * midnight; amounts are micro-tokens as safe integers.
 */

/** Who signs: the key may lie in a keyring or a file; only its public half and signatures come here. */
export interface Signer {
  /** ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns an ed25519 signature of 64 bytes */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export interface SessionLedgerOptions {
  /** Folder of the blocks, the state and the trust store; null keeps all in memory. An existing chain is continued. */
  readonly directory: string | null;
  /** 1 … 50 printable ASCII characters. */
  readonly chainId: string;
  /** "2026-03-02": the simulated day. Session times count from its midnight, taken as UTC. */
  readonly date: string;
  /** Session time of the first block, s. */
  readonly startS: number;
  /** Secret of which the keys of all simulated members are derived, 32 bytes. */
  readonly memberSeed: Uint8Array;
  /** One per terminal of the city, in the city's order. */
  readonly terminalNames: readonly string[];
  /** Where they stand, in the same order: a phone that passes two of them too fast is refused. Absent: not known. */
  readonly terminalSites?: readonly TerminalSite[];
  /** The notification and validation clause that every contract carries. */
  readonly clause: string;
  /** What the pool of which contracts' rewards are escrowed holds at first. */
  readonly rewardPoolMicro: number;
  /** What the road authority's bonus pool holds at first. */
  readonly bonusPoolMicro: number;
  /** From a contract's deadline to its settlement, s; passages are taken for as long. `challengeDefaultS` if absent. */
  readonly challengeS?: number;
}

export const challengeDefaultS = 60;

/** One contract to be offered and accepted. Its holder is known here by a row only, and on the chain by a key. */
export interface ContractOffer {
  /** Row of the contract in the session; never used twice. */
  readonly contractIndex: number;
  readonly departFromS: number;
  readonly departUntilS: number;
  /** 1 … 8 terminals in the order of passing; each window is [fromS, untilS). */
  readonly itinerary: readonly { readonly terminal: number; readonly fromS: number; readonly untilS: number }[];
  /** The last terminal must be passed before it. */
  readonly deadlineS: number;
  readonly rewardMicro: number;
  readonly penaltyMicro: number;
}

export interface Passage {
  readonly contractIndex: number;
  readonly terminal: number;
  /** Session time, whole or not; the ledger keeps whole seconds (cut). At most `challengeS` before the next `advance`, else refused. */
  readonly timeS: number;
}

export interface AdvanceReport {
  /** The last block's height. */
  readonly height: number;
  readonly transactions: number;
  /** Transactions that were refused, with the reason: the first `refusalsKeptMax`; the count is complete. */
  readonly refusedCount: number;
  readonly refused: readonly Failure[];
  /** Contracts settled by this advance. */
  readonly settled: readonly SettledContract[];
  /** "ok", or why the light client stopped believing. */
  readonly verdict: string;
}

export interface SettledContract {
  readonly contractIndex: number;
  readonly contractId: string;
  readonly outcome: "reward" | "rewardAndBonus" | "penalty" | "excused";
  /** Reward and bonus paid, or minus the penalty. */
  readonly paidMicro: number;
}

export interface DraftMatch {
  readonly match: InstructionMatch;
  /** Rows of the contracts that would be rewritten, ascending; none when they are more than one instruction may rewrite. */
  readonly contractIndexes: Uint32Array;
}

export interface SentDraft extends SentInstruction {
  /** Contracts that it would rewrite as things stand. */
  readonly matched: number;
}

export interface SentInstruction {
  readonly instructionId: string;
  readonly transactionHash: string;
}

/** A later word about an instruction that was carried out. */
export type InstructionRevision =
  | { readonly kind: "amend"; readonly amendment: InstructionAmendment }
  | { readonly kind: "withdraw"; readonly instructionId: string };

/** The ledger's part of an `InstructionReport`. */
export interface InstructionCounters {
  readonly instructionId: string;
  /** Height of the block that rewrote the contracts; null until then. */
  readonly height: number | null;
  /** As `InstructionReport`. */
  readonly revision: number;
  readonly withdrawn: boolean;
  readonly rewritten: number;
  /** Of them, how many were checked by proof against a verified header; null: nothing was sent about it since the ledger was opened. */
  readonly verified: number | null;
  /** Settled with the bonus: complied, as the ledger saw it. */
  readonly paidContracts: number;
  readonly paidMicro: number;
  readonly escrowLeftMicro: number;
  /** Why the block refused it, or null. */
  readonly refusal: Failure | null;
}

export const refusalsKeptMax = 100;

/** What the machine ordered: the contracts it rewrote, proved, for the engine to dispatch. */
export interface VerifiedOrder {
  readonly instructionId: string;
  readonly height: number;
  readonly transactionHash: string;
  /** Rows of the rewritten contracts, ascending; of a network's contracts none has a row here. */
  readonly contractIndexes: Uint32Array;
  /** How many were rewritten. */
  readonly contracts: number;
  /** Wall milliseconds that the verification of all proofs took. */
  readonly verifiedInMs: number;
}

/** A record about the holder of a contract, to be kept by the simulated custodian. */
export interface PersonalRecord extends RecordContent {
  readonly contractIndex: number;
  /** Where it was produced, ISO 3166. */
  readonly territory: string;
  readonly keepForS: number;
}

export type VaultCopy =
  | { readonly as: "backup" | "snapshot"; readonly name: string }
  | { readonly as: "export"; readonly name: string; readonly contractIndex: number };

/** What the simulated custodian keeps of commuters beside the chain, and what the chain must know of it. */
export interface KeptOfCommuters {
  /** @returns the records' identifiers; they are on the disk and committed to, all of them or none */
  keep(records: readonly PersonalRecord[], timeS: number): Promise<Result<readonly string[]>>;
  /** A holder's statement of consent. @param purposes null: withdrawn */
  state(contractIndex: number, purposes: readonly ConsentPurpose[] | null, timeS: number): Promise<Result<void>>;
  /** Holders demand erasure, or the delegate orders it. @returns what is erased everywhere, and declared so */
  erase(
    contractIndexes: readonly number[],
    wantedBy: "holder" | "delegate",
    timeS: number,
  ): Promise<Result<readonly string[]>>;
  copy(copy: VaultCopy): Result<void>;
}

/** The terms that counts are sold on; epsilons in millionths. See `SaleTerms` of the machine. */
export interface SaleAgreement {
  readonly territory: string;
  readonly countMin: number;
  readonly budgetMicro: number;
  readonly epsilonMinMicro: number;
  readonly priceMinMicro: number;
}

export interface CountOrder {
  /** Under whose law the simulated data buyer handles data, ISO 3166. */
  readonly seat: string;
  readonly question: CountQuestion;
  /** Session times. */
  readonly fromS: number;
  readonly untilS: number;
  readonly epsilonMicro: number;
  readonly priceMicro: number;
}

/** What a data buyer gets: nothing in it but `count` depends on who contributed. */
export interface CountReport {
  readonly saleId: number;
  /** With its noise; null: withheld, since it is, or with its noise could be, of fewer than agreed. */
  readonly count: number | null;
  readonly question: CountQuestion;
  readonly fromS: number;
  readonly untilS: number;
  readonly epsilonMicro: number;
  readonly priceMicro: number;
  readonly territory: string;
  /** That the sale's record lies in the state, checked just now: of the header at this height, whose `app_hash` is its root. */
  readonly proof: { readonly height: number; readonly path: string; readonly value: string; readonly siblings: string };
}

/** The sale of counts, all of whose parties the embedded mode plays. */
export interface SalesOfCounts {
  /** The validator decides. */
  agree(agreement: SaleAgreement, timeS: number): Promise<Result<void>>;
  /** The data buyer pays, and the custodian answers in a later block. */
  order(order: CountOrder, timeS: number): Promise<Result<CountReport>>;
  /** The answer to an earlier order: the same however often it is asked for. */
  answer(saleId: number, timeS: number): Promise<Result<CountReport>>;
}

/** A passage that a phone has signed: the terminal signs the same. */
export interface SignedPassage {
  readonly terminal: number;
  /** Block time. */
  readonly timeS: number;
  readonly challenge: Uint8Array;
  readonly contractKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** Contracts of commuters who have keys of their own: only what they signed is brought to the chain. */
export interface GuestContracts {
  readonly custodianKey: Uint8Array;
  /** Block time of the session day's midnight, s. */
  readonly midnightS: number;
  has(contractId: string): boolean;
  /** Escrows and accepts one offer; in force when this resolves. @returns the contract's id */
  bring(
    offer: Omit<ContractOffer, "contractIndex">,
    contractKey: Uint8Array,
    signature: Uint8Array,
    timeS: number,
  ): Promise<Result<string>>;
  /** What a holder says alone, signed by the contract's key as a transaction; what it has erased is erased and declared. */
  state(contractId: string, transaction: Uint8Array, timeS: number): Promise<Result<void>>;
  pass(passage: SignedPassage, timeS: number): Promise<Result<void>>;
}

/** A header that an operator knows to be the chain's, from outside of it. */
export interface TrustRootChoice {
  readonly height: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** The embedded ledger of one session together with the light client that believes none of it unverified. */
export interface SessionLedger {
  readonly chainId: string;
  readonly engine: ConsortiumReport["engine"];
  /** Tells of blocks that others write, and what belongs into the log; absent: the session writes them all itself. */
  watch?(onChange: (said: Said | null) => void): void;
  /** The header that everything is believed from: `pendulaire verify --trust HEIGHT:HASH`. */
  readonly trustRoot: { readonly height: number; readonly hash: string };
  /** The certificate authority enrols the officer's key for the road authority; in force when this resolves. */
  enrolOperator(publicKey: Uint8Array): Promise<Result<void>>;
  /** Offers, signs and accepts; returns the contract ids in the order given. All of them are in force when this resolves. */
  setUpContracts(
    offers: readonly ContractOffer[],
    timeS: number,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Result<readonly string[]>>;
  /** Kept until the next `advance`, which signs and submits them. */
  queuePassages(passages: readonly Passage[]): void;
  /**
   * What the draft would do if it stood in the next block, and to whose contracts.
   * @param operator the officer's key; null, or a key that is not enrolled yet, is judged as `enrolOperator` would enrol it
   */
  matchInstruction(draft: InstructionDraft, operator: Uint8Array | null, timeS: number): DraftMatch;
  /** Signs and submits; the next `advance` puts it into a block. Refused with the reason that the block would give. */
  sendInstruction(draft: InstructionDraft, operator: Signer, timeS: number): Promise<Result<SentDraft>>;
  /** What an amendment would do if it stood in the next block. @param operator as in `matchInstruction` */
  matchAmendment(amendment: InstructionAmendment, operator: Uint8Array | null, timeS: number): InstructionMatch;
  /** Signs and submits a later word; the next `advance` puts it into a block. Refused with the reason that the block would give. */
  sendRevision(revision: InstructionRevision, operator: Signer, timeS: number): Promise<Result<SentInstruction>>;
  /**
   * Commits what is queued in a block at this session time, settles what is due, and commits the next block, which
   * proves it; the light client follows. Time only moves forward.
   */
  advance(timeS: number): Promise<Result<AdvanceReport>>;
  /** Checks every contract that the instruction rewrote by its proof. Fails, with the reason, when one does not hold. */
  verifyInstruction(
    instructionId: string,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Result<VerifiedOrder>>;
  /** Rows of the contracts that carry the instruction, ascending. */
  carriers(instructionId: string): Uint32Array;
  instruction(instructionId: string): InstructionCounters | undefined;
  state(): LedgerState;
  /** Who orders blocks, who is a member, which nodes answer, and from which header all is believed. */
  consortium(): Promise<Result<ConsortiumReport>>;
  /**
   * Believes from another header on, by an operator's word; what was believed before is forgotten, a halt too.
   * @param by the operator's public key
   */
  reanchor(root: TrustRootChoice, by: Uint8Array): Promise<Result<TrustRootReport>>;
  /** Contract ids in key order. */
  contracts(query: { readonly instructionId?: string; readonly offset: number; readonly limit: number }): {
    readonly contractIds: readonly string[];
    readonly total: number;
  };
  contractIdOf(contractIndex: number): string | undefined;
  /** One contract with its proof, verified just now. */
  contractReport(contractId: string): Result<ContractReport>;
  contractIndexOf(contractId: string): number | undefined;
  /** All that happened to one contract, each event proved just now. */
  contractHistory(contractId: string): Result<ContractHistory>;
  /** What the holder of a contract agrees to, proved just now. */
  consent(contractId: string): Result<ConsentReport>;
  consentCounts(): ConsentCounts;
  /** What the session's certificate authority orders, whom the embedded mode plays; of a network it is refused. */
  administer(order: DelegateOrder, timeS: number): Promise<Result<void>>;
  /** The offline proof of one contract. */
  proofFile(contractId: string): Result<{ readonly name: string; readonly bytes: Uint8Array }>;
  /** `advance` erases there what falls due. */
  readonly personal: KeptOfCommuters;
  /** null: a network's members sell, or do not, each by themselves. */
  readonly sales: SalesOfCounts | null;
  /** null: contracts of this ledger are brought to it by others. */
  readonly guests: GuestContracts | null;
  /** The chain itself, for whoever follows it from elsewhere and believes none of it unverified. */
  readonly chain: ServedChain;
  /**
   * Copies the ledger as its last block left it, for `openSessionLedger` elsewhere. Rejects when it is kept in memory, or the
   * disk refuses. null: it is a network's, which keeps it.
   */
  readonly copyTo: ((directory: string) => Promise<void>) | null;
  close(): Promise<void>;
}
