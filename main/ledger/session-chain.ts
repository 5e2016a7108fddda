import type { Result } from "../../common/result";
import type { State } from "../../ledger/machine/state";
import type { ServedChain } from "../../ledger/solo/served-chain";
import type { ResultAnswer } from "../../ledger/solo/solo-answers";
import type { Header } from "../../ledger/wire/header";
import type { Timestamp } from "../../ledger/wire/timestamp";

/** The chain that a session works with: the embedded engine, or what was replayed of a network's. */
export interface SessionChain extends ServedChain {
  /** Of the last block. */
  readonly time: Timestamp;
  /** Behind the last block. */
  readonly state: State;
  /** @returns the transaction's hash, hexadecimal, or why it was refused */
  submit(transaction: Uint8Array, nowS?: number): Result<string> | Promise<Result<string>>;
  /** A transaction of a block and its result, each with its proof. */
  result(height: number, index: number): ResultAnswer | undefined;
  /** A header that leads, hash by hash, to one that the light client believes; absent: the chain keeps none such. */
  believedHeader?(height: number): Header | undefined;
  /** The height of the block that accepted a contract; absent: it is looked for. */
  acceptedAt?(contractId: string): number | undefined;
}
