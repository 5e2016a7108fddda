import { createHash } from "node:crypto";
import { clauseHashOf, commuterTemplate, rewardPoolId, signAsMember, signOffer, signPassage } from "../solo/consortium";
import type { Genesis } from "../machine/genesis";
import { keyPairOf, type KeyPair } from "../solo/ed25519";
import { memberKey } from "../solo/members";
import { challengeLength } from "../machine/transactions/payload-form";

/** Commuters of a simulated consortium, for measuring a chain: their contracts, and passages that they and terminals sign. */
export interface LoadOptions {
  readonly chainId: string;
  readonly memberSeed: Uint8Array;
  readonly clause: string;
  readonly terminals: number;
  readonly contracts: number;
  /** The next block's time, about. */
  readonly nowS: number;
}

export interface Load {
  /** Each needs the one before it in the chain: money, then contracts. */
  readonly preparation: readonly Uint8Array[];
  /** @param row each row is another passage, for `passagesPerContract` rows a contract @param timeS of the passage */
  passage(row: number, timeS: number): Promise<Uint8Array>;
}

/** Treasuries besides the consortium's own, each with a sequence of its own, for transactions of one signature. */
export function treasuryMembers(memberSeed: Uint8Array, count: number): Genesis["members"] {
  return Array.from({ length: count }, (_, row) => ({
    publicKey: memberKey(memberSeed, "treasury", row + 1).publicKey,
    grant: { role: "treasury" as const },
  }));
}

/** Mints of one micro-token. @returns of row r: the treasury r mod `treasuries`, with its next nonce */
export function treasuryLoad(chainId: string, memberSeed: Uint8Array, treasuries: number): (row: number) => Uint8Array {
  const keys = Array.from({ length: treasuries }, (_, row) => memberKey(memberSeed, "treasury", row + 1));
  return (row) =>
    signAsMember(chainId, keys[row % treasuries], Math.floor(row / treasuries), { kind: "mint", amountMicro: 1n });
}

const offersPerTransaction = 500;
const rewardMicro = 1_000_000n;
const penaltyMicro = 250_000n;
const contractHours = 6;
/** A contract takes 32; some are left for what else is tried. */
export const passagesPerContract = 30;

export async function prepareLoad(options: LoadOptions): Promise<Load> {
  const { chainId, memberSeed, clause, terminals, contracts, nowS } = options;
  const [treasury, custodian] = [memberKey(memberSeed, "treasury", 0), memberKey(memberSeed, "custodian", 0)];
  const commuters: readonly KeyPair[] = Array.from({ length: contracts }, (_, row) =>
    keyPairOf(new Uint8Array(createHash("sha256").update(`load ${row} `).update(memberSeed).digest())),
  );
  const rewardsMicro = rewardMicro * BigInt(contracts);
  const depositsMicro = penaltyMicro * BigInt(contracts);
  const asTreasury = [
    { kind: "mint", amountMicro: rewardsMicro + depositsMicro },
    { kind: "fund", destination: { kind: "pool", poolId: rewardPoolId }, amountMicro: rewardsMicro },
    { kind: "fund", destination: { kind: "account", publicKey: custodian.publicKey }, amountMicro: depositsMicro },
  ] as const;
  const preparation: Uint8Array[] = asTreasury.map((payload, nonce) => signAsMember(chainId, treasury, nonce, payload));
  const terms = {
    template: commuterTemplate,
    clause: { version: 1, hash: clauseHashOf(clause) },
    departure: { fromS: nowS - 3600, untilS: nowS + contractHours * 3600 },
    itinerary: [0, 1].map((terminal) => ({ terminal, fromS: nowS - 3600, untilS: nowS + (contractHours + 1) * 3600 })),
    deadlineS: nowS + (contractHours + 1) * 3600,
    ...{ rewardMicro, penaltyMicro, ways: [] },
  };
  for (let at = 0; at < contracts; at += offersPerTransaction) {
    const offers = await Promise.all(
      commuters
        .slice(at, at + offersPerTransaction)
        .map((commuter) => signOffer(chainId, custodian.publicKey, commuter, terms)),
    );
    preparation.push(signAsMember(chainId, custodian, at / offersPerTransaction, { kind: "acceptOffers", offers }));
  }
  const terminalKeys = Array.from({ length: terminals }, (_, terminal) => memberKey(memberSeed, "terminal", terminal));
  return {
    preparation,
    passage: (row, timeS) => {
      const commuter = commuters[row % contracts];
      const terminal = Math.floor(row / contracts) % terminals;
      const digest = createHash("sha256").update(`challenge ${row} `).update(commuter.publicKey).digest();
      const challenge = new Uint8Array(digest.subarray(0, challengeLength));
      return signPassage(chainId, terminalKeys[terminal], commuter, { terminal, timeS, challenge });
    },
  };
}
