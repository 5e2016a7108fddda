import { fromHex, toHex, utf8Of } from "../../common/canonical";
import type { ConsentPurpose } from "../../common/commuter-api";
import type { CommuterChallenge, CommuterMenu, MenuEntry } from "../../common/commuter-page-api";
import type { ContractTerms } from "../../ledger/contracts/terms";
import { sha256 } from "../../ledger/machine/sha256";
import { offerSignBytes } from "../../ledger/machine/transactions/payload-form";
import {
  encodeTransaction,
  signBytesOf,
  type UnsignedTransaction,
} from "../../ledger/machine/transactions/transaction";
import type { ContractKey } from "./contract-keys";

/**
 * What the commuter signs, made here out of what the page shows, by the ledger's own rules: nothing is signed that came as
 * bytes from elsewhere.
 */

/** The offer as the ledger knows it: the clause is the hash of the very text that was shown. */
export function termsOf(menu: CommuterMenu, entry: MenuEntry): ContractTerms {
  const time = (timeS: number) => menu.midnightS + Math.floor(timeS);
  return {
    template: menu.template,
    clause: { version: menu.clauseVersion, hash: toHex(sha256(utf8Of(menu.clause))) },
    departure: { fromS: time(entry.departFromS), untilS: time(entry.departUntilS) },
    itinerary: entry.itinerary.map(({ terminal, fromS, untilS }) => ({
      terminal,
      fromS: time(fromS),
      untilS: time(untilS),
    })),
    deadlineS: time(entry.deadlineS),
    rewardMicro: BigInt(entry.rewardMicro),
    penaltyMicro: BigInt(entry.penaltyMicro),
    ways: [],
  };
}

/** @returns the signature, hexadecimal */
export function signOffer(menu: CommuterMenu, entry: MenuEntry, key: ContractKey): string {
  const offer = { terms: termsOf(menu, entry), contractKey: key.publicKey };
  return toHex(key.sign(offerSignBytes(menu.chainId, bytesOf(menu.custodianKey), offer)));
}

export type Statement =
  | { readonly kind: "setConsent"; readonly purposes: readonly ConsentPurpose[] }
  | { readonly kind: "withdrawConsent" }
  | { readonly kind: "demandErasure" }
  | { readonly kind: "leave" };

/** @param sequence the number of the contract's next statement @returns the whole transaction, hexadecimal */
export function signStatement(chainId: string, key: ContractKey, sequence: number, statement: Statement): string {
  const { publicKey: contractKey } = key;
  const unsigned: UnsignedTransaction = {
    ...{ chainId, sender: null, nonce: 0 },
    // A contract is left once: nothing numbers it.
    payload: statement.kind === "leave" ? { ...statement, contractKey } : { ...statement, sequence, contractKey },
  };
  const signBytes = signBytesOf(unsigned);
  return toHex(encodeTransaction(signBytes, [{ publicKey: key.publicKey, signature: key.sign(signBytes) }]));
}

/** @returns the phone's signature of a passage, hexadecimal */
export function signPassage(
  chainId: string,
  key: ContractKey,
  { terminal, timeS, challenge }: CommuterChallenge,
): string {
  const contractKey = key.publicKey;
  const payload = { kind: "attestPassage", terminal, timeS, challenge: bytesOf(challenge), contractKey } as const;
  return toHex(key.sign(signBytesOf({ chainId, sender: null, nonce: 0, payload })));
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error("the host gave something that is not hexadecimal");
  return bytes;
}
