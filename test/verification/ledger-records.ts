import { toHex } from "../../common/canonical";
import { readConsent } from "../../ledger/machine/personal-readers";
import type { RecordCommitment } from "../../ledger/machine/records/personal-records";
import type { ConsentPurpose } from "../../ledger/contracts/consent";
import { signAsHolder } from "../../ledger/solo/consortium";
import { chainId, contractOf, expectOutcome, keyOf, signed, startS, type TestChain } from "./ledger-chain";

/** What custodians keep of commuters, in the ledger's tests. */
export const custodian = keyOf("custodian");
export const delegate = keyOf("certificateAuthority");
/** Data buyers: keys of no contract. */
export const buyers = { inside: keyOf("commuter", 900_001), outside: keyOf("commuter", 900_002) };
export const territory = "FR-IDF";
export const expiresAtS = startS + 30 * 86_400;

/** A commitment as a custodian's vault would make it, of record `index`. */
export function commitmentOf(index: number, overrides: Partial<RecordCommitment> = {}): RecordCommitment {
  const byte = (fill: number, length: number) => toHex(new Uint8Array(length).fill(fill + index));
  return {
    recordId: byte(1, 31),
    contractId: contractOf(0),
    commitment: byte(2, 32),
    keyDigest: byte(3, 32),
    saltDigest: byte(4, 32),
    ...{ territory, expiresAtS, consentSequence: 0 },
    ...overrides,
  };
}

type Statement =
  | { readonly kind: "setConsent"; readonly purposes: readonly ConsentPurpose[] }
  | { readonly kind: "withdrawConsent" | "demandErasure" };

/** The next statement of a contract's holder. */
export function stated(chain: TestChain, holder: number, statement: Statement): Uint8Array {
  const { sequence } = readConsent(chain.state, contractOf(holder));
  return signAsHolder(chainId, keyOf("commuter", holder), { ...statement, sequence });
}

export function release(chain: TestChain, recordId: string, buyer = buyers.inside.publicKey): Uint8Array {
  return signed(chain, custodian, { kind: "releaseKey", recordId, buyer, purpose: "research" });
}

/** Enrols both buyers and notes where they are. */
export function admitBuyers(chain: TestChain): void {
  for (const [key, seat] of [
    [buyers.inside, "FR-IDF"],
    [buyers.outside, "CH-GE"],
  ] as const) {
    const { publicKey } = key;
    const grant = { role: "dataBuyer" } as const;
    expectOutcome(chain, signed(chain, delegate, { kind: "enrol", publicKey, grant, validUntilS: 0 }), null);
    expectOutcome(chain, signed(chain, delegate, { kind: "setSeat", publicKey, territory: seat }), null);
  }
}
