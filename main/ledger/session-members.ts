import { toHex } from "../../common/canonical";
import type { MicroTokens } from "../../common/money";
import type { ContractTerms } from "../../ledger/contracts/terms";
import { readCredential } from "../../ledger/machine/readers";
import { contractIdOf } from "../../ledger/machine/state-paths";
import type { Payload, SignedOffer } from "../../ledger/machine/transactions/payload";
import {
  bonusPoolId,
  challengeOf,
  rewardPoolId,
  signAsHolder,
  signAsMember,
  signOffer,
  sealPassage,
  signPassage,
} from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { memberKey, type SimulatedRole } from "../../ledger/solo/members";
import type { SessionChain } from "./session-chain";
import type { SignedPassage } from "./session-interface";

/** Which nonces those who send from here have used. */
export interface NonceBook {
  /** The nonce of the next transaction of this key, those that wait counted. */
  takeNonce(publicKey: Uint8Array): number;
  /** To be called after each block, and when a submission was refused: nonces are the state's again. */
  forgetNonces(): void;
}

/** The members that the embedded mode plays: their keys, and what they sign. */
export interface SessionMembers extends NonceBook {
  readonly custodianKey: Uint8Array;
  /** The data buyer's, who is enrolled with its first order. */
  readonly buyerKey: Uint8Array;
  /** A transaction of an enrolled member, with the member's next nonce. */
  signed(role: SendingRole, payload: Payload): Uint8Array;
  /** What commuters' phones sign; one offer a contract row. */
  offers(rows: readonly OfferRow[]): Promise<readonly PreparedOffer[]>;
  /** What a contract's holder says about the data kept of them. */
  statement(contractIndex: number, statement: HolderStatement): Uint8Array;
  /** The terminal's signature beside a phone's. */
  sealPassage(passage: SignedPassage): Promise<Uint8Array>;
  /** What a terminal and a phone sign. @param timeS block time */
  passage(contractIndex: number, terminal: number, timeS: number): Promise<Uint8Array>;
}

type SendingRole = "validator" | "certificateAuthority" | "treasury" | "custodian" | "dataBuyer";
type HolderStatement = Parameters<typeof signAsHolder>[2];

interface OfferRow {
  readonly contractIndex: number;
  readonly terms: ContractTerms;
}

export interface PreparedOffer {
  readonly contractIndex: number;
  readonly contractId: string;
  readonly offer: SignedOffer;
}

/** Commuters' keys kept at hand; a key takes some 2 KB, deriving it again 0.1 ms. */
const commuterKeysMax = 20_000;

export function createNonceBook(chain: Pick<SessionChain, "state">): NonceBook {
  const nonces = new Map<string, number>();
  return {
    takeNonce: (publicKey) => {
      const name = toHex(publicKey);
      const nonce = nonces.get(name) ?? readCredential(chain.state, publicKey)?.nonce ?? 0;
      nonces.set(name, nonce + 1);
      return nonce;
    },
    forgetNonces: () => nonces.clear(),
  };
}

export function createSessionMembers(solo: SessionChain, seed: Uint8Array): SessionMembers {
  const { chainId } = solo;
  const keys = new Map<string, KeyPair>();
  const commuters = new Map<number, KeyPair>();
  const nonces = createNonceBook(solo);
  const keyOf = (role: SimulatedRole, index: number): KeyPair => {
    const name = `${role}/${index}`;
    const key = keys.get(name) ?? memberKey(seed, role, index);
    keys.set(name, key);
    return key;
  };
  const commuterKey = (contractIndex: number): KeyPair => {
    const key = commuters.get(contractIndex) ?? memberKey(seed, "commuter", contractIndex);
    commuters.delete(contractIndex);
    commuters.set(contractIndex, key);
    if (commuters.size > commuterKeysMax) {
      for (const oldest of commuters.keys()) {
        commuters.delete(oldest);
        break;
      }
    }
    return key;
  };
  const custodianKey = keyOf("custodian", 0).publicKey;
  return {
    custodianKey,
    buyerKey: keyOf("dataBuyer", 0).publicKey,
    ...nonces,
    signed: (role, payload) => {
      const key = keyOf(role, 0);
      return signAsMember(chainId, key, nonces.takeNonce(key.publicKey), payload);
    },
    offers: (rows) =>
      Promise.all(
        rows.map(async ({ contractIndex, terms }) => {
          const commuter = commuterKey(contractIndex);
          const offer = await signOffer(chainId, custodianKey, commuter, terms);
          return { contractIndex, contractId: contractIdOf(commuter.publicKey), offer };
        }),
      ),
    statement: (contractIndex, statement) => signAsHolder(chainId, commuterKey(contractIndex), statement),
    sealPassage: ({ signature, ...passage }) =>
      sealPassage(chainId, keyOf("terminal", passage.terminal), passage, signature),
    passage: (contractIndex, terminal, timeS) => {
      const commuter = commuterKey(contractIndex);
      const challenge = challengeOf(terminal, timeS, commuter.publicKey);
      return signPassage(chainId, keyOf("terminal", terminal), commuter, { terminal, timeS, challenge });
    },
  };
}

/** What the treasury does on the first day: mints, and pays into the pools. */
export function foundingTransactions(
  members: SessionMembers,
  rewardPoolMicro: MicroTokens,
  bonusPoolMicro: MicroTokens,
): readonly Uint8Array[] {
  const fundings: readonly (readonly [number, MicroTokens])[] = [
    [rewardPoolId, rewardPoolMicro],
    [bonusPoolId, bonusPoolMicro],
  ];
  return fundings
    .filter(([, amountMicro]) => amountMicro > 0n)
    .flatMap(([poolId, amountMicro]) => [
      members.signed("treasury", { kind: "mint", amountMicro }),
      members.signed("treasury", { kind: "fund", destination: { kind: "pool", poolId }, amountMicro }),
    ]);
}

/** Commuters pay their deposits to the custodian, who has them minted: tokens for money that is not on the chain. */
export function depositTransactions(members: SessionMembers, amountMicro: MicroTokens): readonly Uint8Array[] {
  if (amountMicro === 0n) return [];
  const destination = { kind: "account", publicKey: members.custodianKey } as const;
  return [
    members.signed("treasury", { kind: "mint", amountMicro }),
    members.signed("treasury", { kind: "fund", destination, amountMicro }),
  ];
}
