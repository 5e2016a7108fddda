import { decodeTransaction } from "../machine/transactions/transaction";
import { offerSignBytes } from "../machine/transactions/payload-form";
import type { SignedMessage } from "./batch-verification";

/** Every signature that the machine will ask about when it carries out this transaction; none of an unreadable one. */
export function signedMessagesOf(transaction: Uint8Array): readonly SignedMessage[] {
  const decoded = decodeTransaction(transaction);
  if (!decoded.ok) return [];
  const { chainId, sender, payload, signBytes, signatures } = decoded.value;
  const outer = signatures.map(({ publicKey, signature }) => ({ publicKey, message: signBytes, signature }));
  if (payload.kind !== "acceptOffers" || sender === null) return outer;
  const inner = payload.offers.map((offer) => ({
    publicKey: offer.contractKey,
    message: offerSignBytes(chainId, sender, offer),
    signature: offer.signature,
  }));
  return [...outer, ...inner];
}
