import { signAsMember } from "../../ledger/solo/consortium";
import { chainId, keyOf, startS } from "./ledger-genesis";

/** Blocks of every size: the more leaves and bytes, the longer the transaction that a kill may hit. They follow from height and nonce. */
export function transactionsOf(height: number, firstNonce: number): readonly Uint8Array[] {
  const count = height === 1 ? 0 : 1 + ((height - 1) % 40);
  return Array.from({ length: count }, (_, row) => {
    const nonce = firstNonce + row;
    return signAsMember(chainId, keyOf("certificateAuthority"), nonce, {
      kind: "enrol",
      publicKey: Uint8Array.from({ length: 32 }, (__, at) => ((nonce + 1) >> ((at % 4) * 8)) & 0xff),
      grant: { role: "merchant" },
      validUntilS: 0,
    });
  });
}

/** Of a block, whole seconds. */
export const timeOf = (height: number): number => startS + height - 1;
