import { consortiumGenesis } from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { memberKey, type SimulatedRole } from "../../ledger/solo/members";

/** The chain of the ledger's tests: the simulated consortium, its keys and its genesis. */
export const chainId = "test-city-1";
export const clause = "We note which terminals you pass, to pay you.";
export const startS = 1_772_000_000;
export const challengeS = 120;
export const memberSeed = new Uint8Array(32).fill(7);

const keys = new Map<string, KeyPair>();

export function keyOf(role: SimulatedRole, index = 0): KeyPair {
  const key = keys.get(`${role}/${index}`) ?? memberKey(memberSeed, role, index);
  keys.set(`${role}/${index}`, key);
  return key;
}

/** The road authority's officer: a key from outside of the simulated consortium. */
export const officer = memberKey(new Uint8Array(32).fill(9), "validator", 0);

export const genesis = consortiumGenesis({
  chainId,
  seed: memberSeed,
  timeS: startS,
  capMicro: 1_000_000_000_000n,
  terminalCount: 12,
  clause,
  rewardMaxMicro: 5_000_000n,
  penaltyMaxMicro: 2_000_000n,
  challengeS,
});
